// Package client asks a Parley server what the use-cases of negotiate ask of a
// ledger, over the server's HTTP interface: the command line speaks to either
// and cannot tell which. Requests are written with the types of package api, so
// that both sides have one definition of them; refusals come back as the errors
// they were.
package client
