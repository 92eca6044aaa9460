// Package model makes a planning problem from a model and its prices, and a
// plan that people can read from the solution.
//
// [Build] turns mitigations and features into the items of a
// [github.com/parleysec/parley/plan.Problem]: costs, benefits and losses are
// expectations, discounted over the horizon from the time each item is finished
// (docs/maths-plan.md, Time: an item starts at 0 and takes its lead time; effort is used
// evenly over it; money, value and effect run from the finish to the horizon).
// Obligations and grave harm to people become floors that no price can buy off.
// [Built.Solve] chooses, and answers why, what else would do as well, what each
// floor costs and what a feature without a value would have to bring in;
// [Built.Frontier] shows the best plan for every outlay; [Built.Assess] values
// any other choice.
package model
