// Package auth knows who somebody is, never what they may do: accounts and
// their passwords, second factors, sessions, tokens, invitations, resets, and
// the log of all that. Roles are events of the ledger and no part of it.
//
// A secret that is given out (a cookie, a token, a link) is 256 random bits. The
// tables hold its SHA-256 only, so that who reads the database can use none of
// them. Passwords are kept as argon2id. Nothing secret stands in an error or a
// log.
package auth
