// Package gate asks of a product what is still missing before it may go on: a
// policy is a list of rules over what is known, each a CEL expression, and the
// answer names for each rule what fails it and why.
//
// A policy is hostile until read: its size, its rules and what an expression
// may cost are capped, and an expression sees nothing but [Facts].
package gate
