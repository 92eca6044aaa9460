// Package store keeps a ledger in a database: SQLite in one file, or PostgreSQL
// by a URL, with one SQL text and a small dialect.
//
// [Create] makes a ledger where there is none, [Open] opens one that is there.
// [DB.Append] adds events to the end if the ledger still has the size the
// caller saw, else it is a *[ConflictError] and nothing is written;
// [DB.Update] reads, decides and appends, again where somebody was faster.
// Events, their hashes and the head are written in one transaction. Nothing is
// updated in place but the head and, when a person is erased, their name.
//
// The store gives events their id and time; neither goes backwards.
package store
