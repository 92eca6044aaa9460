// Package storetest is the suite every database of the store must pass, and a
// private PostgreSQL server for tests, started from the machine's own programs.
package storetest
