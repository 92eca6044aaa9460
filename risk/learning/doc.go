// Package learning updates estimates by what happened: rates by how many events
// there were, losses by what they cost, the shares of layers by what they
// stopped and let through. It also says what number of events an estimate
// expects, and pools the estimates of several people.
//
// Every function is pure and exact up to the grid it states; docs/maths.md,
// "Learning", gives the formulas with their sources. Nothing here changes an
// estimate: it says what an estimate would be, for a person to confirm.
package learning
