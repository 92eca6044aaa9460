// Package negotiate holds the use-cases of Parley: price, brief, plan, apply,
// decide and the rest, as methods of one [Service] that take plain requests,
// each with the actor who asks. It is the one place that joins the pure parts
// and the store; pages and commands call it and hold no rules of their own.
//
// Errors meant for people are [parley.Error]s, whose kind says how a command
// exits and how a page answers.
package negotiate
