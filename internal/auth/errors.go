package auth

import (
	"fmt"
	"time"

	"github.com/parleysec/parley"
)

// What callers tell apart. The texts are for the person who asked; none says
// whether an address has an account to somebody who has not signed in.
var (
	// ErrNobody says that neither cookie nor token is valid.
	ErrNobody error = parley.Errorf(parley.Forbidden, "", "you are not signed in")
	// ErrWrong says that address, password or code is wrong: which one is not said.
	ErrWrong error = parley.Errorf(parley.Forbidden, "", "the e-mail address, the password or the code is wrong")
	// ErrCodeNeeded says that the password was right and a one-time code or a
	// recovery code is asked for, too.
	ErrCodeNeeded error = parley.Errorf(parley.Forbidden, "", "a code of your second factor is needed")
	// ErrLink says that a link was used before, has ended, or never was one.
	ErrLink error = parley.Errorf(parley.NotFound, "", "this link is not valid any more: each can be used once and only for a limited time; ask for a new one")
	// ErrSetUp says that there is an account already, so that nobody can set up.
	ErrSetUp error = parley.Errorf(parley.Refused, "set up", "this server is set up already: sign in, or ask its administrator for an invitation")
	// ErrNoAccount says that an administrator named an account that is not there.
	ErrNoAccount error = parley.Errorf(parley.NotFound, "", "there is no account of that e-mail address")
	// ErrTaken says that an address has an account.
	ErrTaken error = parley.Errorf(parley.Conflict, "", "there is an account of that e-mail address already")
	// ErrOwn says that somebody would lock themselves out.
	ErrOwn error = parley.Errorf(parley.Refused, "", "you cannot do that to your own account: ask another administrator")
	// ErrNotFound says that there is no session, token or invitation of that id.
	ErrNotFound error = parley.Errorf(parley.NotFound, "", "there is none of that id")
	// ErrEnrolled says that there is a second factor already.
	ErrEnrolled error = parley.Errorf(parley.Conflict, "", "there is a second factor already: remove it first")
	// ErrNotEnrolled says that no second factor was begun, or that there is none.
	ErrNotEnrolled error = parley.Errorf(parley.Conflict, "", "there is no second factor: begin anew")
)

// TooManyError says that too many attempts were made for an account or from an
// address.
type TooManyError struct {
	Retry time.Duration // when the next attempt will be looked at; above 0
}

// Error says when to try again, and nothing about why.
func (e *TooManyError) Error() string {
	minutes := int64((e.Retry + time.Minute - 1) / time.Minute)
	if minutes <= 1 {
		return "too many attempts: try again in a minute"
	}
	return fmt.Sprintf("too many attempts: try again in %d minutes", minutes)
}

// Unwrap makes the error one of the kind [parley.Refused].
func (e *TooManyError) Unwrap() error { return errTooMany }

var errTooMany error = parley.Errorf(parley.Refused, "", "too many attempts")

// FieldError says what is wrong with a field of a form.
type FieldError struct {
	Field string // email, name, password, opens, scope, products, expires or code
	Says  string // what is wrong, and what would be right
}

// Error names the field.
func (e *FieldError) Error() string { return e.Field + ": " + e.Says }

// wrongField is the error of a field, of the kind [parley.Invalid].
func wrongField(field, format string, args ...any) error {
	return &parley.Error{Kind: parley.Invalid, Err: &FieldError{Field: field, Says: fmt.Sprintf(format, args...)}}
}
