// Package plan chooses the best set of items (mitigations and features) under
// limits, proves how good the choice is, and answers the questions around it:
// the near-best peers, what each item is worth, what an obligation costs, what
// a feature would have to bring in, and where more spending stops paying.
//
// A [Problem] is plain numbers: items with their outlay and linear value, terms
// of expected loss that items lower by factors, and limits. [Solve] maximises
//
//	value(x) = loss(nothing) − loss(x) + Σ (Gross − Outlay)·x
//
// over the sets x that keep the limits and the rules (requires, excludes, must,
// must not). The set is found by branch and bound, so that the answer carries a
// bound no set can exceed; docs/maths-plan.md derives the bound and says why it
// holds however roughly the multipliers behind it were found.
//
// All amounts of money are in one currency and all efforts in person-days. The
// package knows nothing of threats or dates: package plan/model makes a Problem
// from them. Nothing here is random; the same problem gives the same plan
// unless a deadline stops the search.
package plan
