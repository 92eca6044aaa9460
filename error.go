package parley

import (
	"errors"
	"fmt"
)

// ErrorKind says what sort of failure an error is; exit codes and HTTP
// statuses follow from it.
type ErrorKind string

// The kinds of error.
const (
	Invalid     ErrorKind = "invalid"     // the input is wrong
	Refused     ErrorKind = "refused"     // a rule of deciding forbids it
	Forbidden   ErrorKind = "forbidden"   // somebody else may do it
	NotFound    ErrorKind = "not found"   // there is no such thing, or the caller may not see it
	Conflict    ErrorKind = "conflict"    // it changed since the caller looked
	No          ErrorKind = "no"          // the question was answered: no
	Unavailable ErrorKind = "unavailable" // a file, database or network did not do its part
	Internal    ErrorKind = "internal"    // a fault of the program
)

// Error is a failure with its kind. Its text is meant for the person who asked.
type Error struct {
	Op   string    // what was being done, e.g. "decide t1"
	Kind ErrorKind // what sort of failure it is
	Hint string    // what would be right, "" when the text says it
	Err  error     // what happened
}

// Error is the text for people.
func (e *Error) Error() string {
	if e.Op == "" {
		return e.Err.Error()
	}
	return e.Op + ": " + e.Err.Error()
}

// Unwrap is what happened.
func (e *Error) Unwrap() error { return e.Err }

// Errorf makes an error of a kind.
func Errorf(kind ErrorKind, op, format string, args ...any) *Error {
	return &Error{Op: op, Kind: kind, Err: fmt.Errorf(format, args...)}
}

// WithHint adds what would be right.
func (e *Error) WithHint(hint string) *Error {
	e.Hint = hint
	return e
}

// ErrFull says that nothing could be recorded since the disk of the record is full.
var ErrFull = errors.New("there is no room left on the disk of the record: nothing was recorded; make room and do it again")

// KindOfError is the kind of the outermost Error in the chain; any other error
// is Internal.
func KindOfError(err error) ErrorKind {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return Internal
}
