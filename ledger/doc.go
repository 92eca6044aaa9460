// Package ledger is the record of a negotiation: a sequence of events that is
// only ever added to, and the rules that turn it into a state.
//
// An [Event] is one line of the record; its leaf bytes are hashed into a Merkle
// log (RFC 6962), so that a change to the past shows. [State] is a pure fold
// over events: products, items, decisions, tasks and proposals as they stand
// after any number of them. [State.Merge] brings a negotiation file in,
// [Check] says why a decision may not be taken, [Recheck] compares the premises
// of a decision with figures computed elsewhere.
//
// The package knows no database, file or clock: time, identity and randomness
// come from the caller. It never computes a price, it compares.
package ledger
