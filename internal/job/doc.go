// Package job is the background work of a server as plain functions, and the
// loop that runs them: what the clock does to decisions, and what is told to
// people and programs outside.
//
// Each piece of work is claimed in the ledger's database before it is done, so
// that of several servers on one database one does it at a time; whoever
// crashes with it leaves it to the others after a minute. The record is the
// outbox: what is to be told is read from the events that were committed, so
// that nothing is told that did not happen and nothing that happened is lost.
package job
