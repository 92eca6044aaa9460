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
	// ErrPasskey says that a passkey was not taken: why is not said.
	ErrPasskey error = parley.Errorf(parley.Forbidden, "", "this passkey was not accepted: it may have been removed here; sign in another way")
	// ErrPasskeyCopied says that a passkey signed with a count that was used before.
	ErrPasskeyCopied error = parley.Errorf(parley.Forbidden, "", "this passkey seems to have been copied, so it is good for nothing any more: sign in another way, and remove it from your account")
	// ErrPasskeyLate says that a challenge has ended or was used.
	ErrPasskeyLate error = parley.Errorf(parley.Invalid, "", "that took more than five minutes, or was sent twice: start again")
	// ErrPasskeyMade says that what a browser made is no passkey that is taken.
	ErrPasskeyMade error = parley.Errorf(parley.Invalid, "", "your device made no passkey that can be used here: it has to ask who holds it, by a PIN, a finger or a face")
	// ErrNotFresh says that somebody without a password proved too long ago who they are.
	ErrNotFresh error = parley.Errorf(parley.Refused, "", "you have no password to say who you are by: sign in afresh at your provider (/account/prove), or sign out and in again by a passkey, and go on within ten minutes")
	// ErrLastWayIn says that nothing else would let a person in.
	ErrLastWayIn error = parley.Errorf(parley.Refused, "", "this is the only way you have to sign in: add another passkey first, or ask whoever administers Parley here for a link to set a password")
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
	Field string // email, name, password, opens, scope, products, expires, code or passkey
	Says  string // what is wrong, and what would be right
}

// Error names the field.
func (e *FieldError) Error() string { return e.Field + ": " + e.Says }

// wrongField is the error of a field, of the kind [parley.Invalid].
func wrongField(field, format string, args ...any) error {
	return &parley.Error{Kind: parley.Invalid, Err: &FieldError{Field: field, Says: fmt.Sprintf(format, args...)}}
}
