// Package risk prices a model: expected losses exactly, chances, loss curves by
// transform and by simulation, the terms a planner optimises, and what an
// option is worth.
//
// [Compile] turns a resolved [parley.Model] into a [Portfolio], which is
// immutable and safe for concurrent use. A [Scenario] says what differs from
// today; its zero value is today. [Portfolio.Expect] and [Portfolio.Decompose]
// are exact, [Portfolio.Simulate] and [Portfolio.Appraise] draw from streams
// keyed by the seed, so that equal inputs give equal bits on any number of
// goroutines.
//
// Times are in years, losses in the model's currency, annual figures describe
// one full year with everything in the scenario finished, undiscounted.
// docs/maths.md has every formula with its source and its assumptions.
package risk
