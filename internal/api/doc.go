// Package api is the HTTP interface of Parley: everything the command line can
// do, as resources below /api/v1, described by an OpenAPI document that is made
// from the handlers. It calls negotiate and holds no rules of deciding: who may
// do what, and what holds, is said there. What is said here is how a request is
// read, how much one person may ask for at once, and how an error is told.
package api
