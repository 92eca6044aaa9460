package store

import (
	"errors"
	"fmt"
	"strings"

	"github.com/parleysec/parley"
)

// ConflictError says that somebody else wrote first. Nothing was written; read
// again, decide again, and append again.
type ConflictError struct {
	Expected int64 // size the caller saw
	Actual   int64 // size it has, -1 when not known
}

// Error says what the caller saw and what is there.
func (e *ConflictError) Error() string {
	if e.Actual < 0 {
		return fmt.Sprintf("the ledger no longer has the %d events that were read: somebody else wrote to it meanwhile; try again", e.Expected)
	}
	return fmt.Sprintf("the ledger has %d events, not the %d that were read: somebody else wrote to it meanwhile; try again", e.Actual, e.Expected)
}

// BusyError says that another writer held the database for longer than a
// writer waits. Nothing was written; try again.
type BusyError struct{ Err error }

// Error says that the database is busy.
func (e *BusyError) Error() string {
	return fmt.Sprintf("another program is writing to the ledger and did not finish in time; try again: %v", e.Err)
}

// Unwrap is the error of the database.
func (e *BusyError) Unwrap() error { return e.Err }

// AbsentError says that there is no ledger at an address.
type AbsentError struct {
	URL    string
	Folder string // that it would stand in, where that is missing, too
}

// Error says how to make one.
func (e *AbsentError) Error() string {
	if e.Folder != "" {
		return fmt.Sprintf("there is no folder %s to make the ledger %s in", e.Folder, e.URL)
	}
	return fmt.Sprintf("there is no ledger at %s; `parley apply FILE` makes one", e.URL)
}

// ForeignError says that a database is there which is no ledger.
type ForeignError struct{ URL, Why string }

// Error says why it is none.
func (e *ForeignError) Error() string {
	return fmt.Sprintf("%s is not a Parley ledger: %s", e.URL, e.Why)
}

// DeniedError says that the user may not use a ledger that is there, or make one.
type DeniedError struct{ Path, What string }

// Error says what is not allowed.
func (e *DeniedError) Error() string {
	return fmt.Sprintf("you may not %s %s: ask its owner for the right to it", e.What, e.Path)
}

// UnwritableError says that nothing can be written where a ledger lies, which
// even who only reads must: SQLite keeps files beside it while it is open.
type UnwritableError struct {
	Path string
	Err  error // what the file system says
}

// Error says what to do about it.
func (e *UnwritableError) Error() string {
	return fmt.Sprintf("the folder of the ledger %s cannot be written to (%v), and an open ledger keeps files beside it: make the folder writable, or copy the ledger to one that is", e.Path, e.Err)
}

// Unwrap is the error of the file system.
func (e *UnwritableError) Unwrap() error { return e.Err }

// FullError says that there is no room for what was to be written, and that nothing
// of it was. It is a [parley.ErrFull].
type FullError struct{ Err error }

// Error says what to do about it.
func (e *FullError) Error() string { return fmt.Sprintf("%v (%v)", parley.ErrFull, e.Err) }

// Unwrap is what it is, and what the database says.
func (e *FullError) Unwrap() []error { return []error{parley.ErrFull, e.Err} }

// DamagedError says that the file of a ledger can no longer be read as one.
type DamagedError struct {
	URL string
	Err error
}

// Error says what to do about it.
func (e *DamagedError) Error() string {
	return fmt.Sprintf("%s is damaged (%v): restore your last copy with `parley ledger restore`", e.URL, e.Err)
}

// Unwrap is the error of the database.
func (e *DamagedError) Unwrap() error { return e.Err }

// BrokenError says that the events on record do not follow from each other,
// which no program of ours lets happen: somebody changed them.
type BrokenError struct{ Err error }

// Error says how to find what was changed.
func (e *BrokenError) Error() string {
	return fmt.Sprintf("somebody changed the record (%v): `parley ledger verify` lists what does not fit", e.Err)
}

// Unwrap is the first thing that does not fit.
func (e *BrokenError) Unwrap() error { return e.Err }

// AddressError says that nothing keeps a ledger at addresses of this kind.
type AddressError struct{ URL string }

// Error says what can be used. It shows neither who signs in nor with what: an
// address of a kind nobody here knows is not taken apart as a URL, since a
// password that is not escaped would then pass for a port, a path or a query.
func (e *AddressError) Error() string {
	shown := e.URL
	if scheme, rest, ok := strings.Cut(shown, "://"); ok && !parameters.MatchString(scheme) {
		if i := strings.LastIndexByte(rest, '@'); i >= 0 {
			rest = "…" + rest[i:]
		}
		rest, _, _ = strings.Cut(rest, "?")
		shown = scheme + "://" + rest
	} else if i := strings.IndexAny(shown, ":="); i >= 0 {
		shown = shown[:i+1] + "…"
	}
	return fmt.Sprintf("no ledger can be kept at %s: name a SQLite file or a postgres:// address", shown)
}

// NewerError says that a newer version of the program wrote the ledger's schema.
type NewerError struct {
	Ledger int // version of its schema
	Binary int // newest version this program knows
}

// Error names both versions.
func (e *NewerError) Error() string {
	return fmt.Sprintf("the ledger has schema version %d, this program knows up to version %d: use the newer program that wrote it", e.Ledger, e.Binary)
}

// EditedError says that a migration is not the one that made the ledger.
type EditedError struct {
	Version int
	Name    string
	Ledger  string // SHA-256 of what was run on the ledger
	Binary  string // SHA-256 of what this program has
}

// Error names the migration and both digests.
func (e *EditedError) Error() string {
	return fmt.Sprintf("migration %d (%s) of this program is not the one that was run on the ledger (SHA-256 %s, on record %s): a released migration is never edited", e.Version, e.Name, e.Binary, e.Ledger)
}

// Retryable reports whether nothing was written and trying again can succeed.
func Retryable(err error) bool {
	var conflict *ConflictError
	var busy *BusyError
	return errors.As(err, &conflict) || errors.As(err, &busy)
}
