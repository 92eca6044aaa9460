package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/parleysec/parley"
)

// Answer is what was answered to a request that may be sent again, or the promise
// to answer it. It is no part of the record: it is in no export, backup or proof.
type Answer struct {
	Asked   string // hash of who asked, and under which key
	Request string // hash of what was asked
	Holder  string // who is at work on it; nobody else has this name
	Began   time.Time
	Until   time.Time // it is the holder's until then; zero: nobody is at work on it
	Acted   bool      // something was written for it
	Status  int       // of HTTP; 0 while no answer is kept
	Header  []byte
	Body    []byte
}

// AnswerFor is how long answers are kept.
const AnswerFor = 24 * time.Hour

const answerColumns = "asked, request, holder, began, until, acted, status, header, body"

// FindAnswer gives what is known of a request, nil where that is nothing or too old.
func (db *DB) FindAnswer(ctx context.Context, asked string, now time.Time) (x *Answer, err error) {
	err = db.read(ctx, func(tx *sql.Tx) error {
		x, err = db.findAnswer(ctx, tx, asked, now)
		return err
	})
	return x, err
}

func (db *DB) findAnswer(ctx context.Context, tx *sql.Tx, asked string, now time.Time) (*Answer, error) {
	var x Answer
	var began, until, acted int64
	q := db.on.query("SELECT " + answerColumns + " FROM answers WHERE asked = ? AND began > ?")
	err := tx.QueryRowContext(ctx, q, asked, millis(now.Add(-AnswerFor))).
		Scan(&x.Asked, &x.Request, &x.Holder, &began, &until, &acted, &x.Status, &x.Header, &x.Body)
	x.Began, x.Until, x.Acted = fromMillis(began), fromMillis(until), acted != 0
	return one(&x, err)
}

// TakeAnswer makes a request the holder's, as of when x began. mine is
// false, and the answer what is known of the request, where it was answered
// before, where something was written for it, or where somebody else is at work on
// it: whoever crashed before anything was written leaves it free after their time.
func (db *DB) TakeAnswer(ctx context.Context, x Answer) (found *Answer, mine bool, err error) {
	err = db.write(ctx, func(tx *sql.Tx) error {
		if _, err := db.execAnswer(ctx, tx, "DELETE FROM answers WHERE began <= ? OR (asked = ? AND status = 0 AND acted = 0 AND until < ?)",
			millis(x.Began.Add(-AnswerFor)), x.Asked, millis(x.Began)); err != nil {
			return err
		}
		n, err := db.execAnswer(ctx, tx, "INSERT INTO answers ("+answerColumns+") VALUES (?, ?, ?, ?, ?, 0, 0, ?, ?) ON CONFLICT (asked) DO NOTHING",
			x.Asked, x.Request, x.Holder, millis(x.Began), millis(x.Until), []byte{}, []byte{})
		if mine = n == 1; mine || err != nil {
			return err
		}
		found, err = db.findAnswer(ctx, tx, x.Asked, x.Began)
		return err
	})
	return found, mine, written(err, -1)
}

// RenewAnswer says that its holder is still at work on a request.
func (db *DB) RenewAnswer(ctx context.Context, x Answer) error {
	return db.changeAnswer(ctx, "UPDATE answers SET until = ? WHERE asked = ? AND holder = ?", millis(x.Until), x.Asked, x.Holder)
}

// SettleAnswer ends the work on a request. A status of 0 keeps no answer: the
// request may then be answered anew, unless something was written for it.
func (db *DB) SettleAnswer(ctx context.Context, x Answer) error {
	if x.Status == 0 {
		err := db.changeAnswer(ctx, "DELETE FROM answers WHERE asked = ? AND holder = ? AND acted = 0", x.Asked, x.Holder)
		if err != nil {
			return err
		}
	}
	return db.changeAnswer(ctx, "UPDATE answers SET until = 0, status = ?, header = ?, body = ? WHERE asked = ? AND holder = ?",
		x.Status, blob(x.Header), blob(x.Body), x.Asked, x.Holder)
}

func (db *DB) changeAnswer(ctx context.Context, q string, args ...any) error {
	return written(db.write(ctx, func(tx *sql.Tx) error {
		_, err := db.execAnswer(ctx, tx, q, args...)
		return err
	}), -1)
}

func (db *DB) execAnswer(ctx context.Context, tx *sql.Tx, q string, args ...any) (int64, error) {
	r, err := tx.ExecContext(ctx, db.on.query(q), args...)
	if err != nil {
		return 0, fmt.Errorf("write answers: %w", err)
	}
	return r.RowsAffected()
}

// promise is the answer that work in a context is for.
type promise struct{}

// Promising is a context for the work on a request. Whatever is written in it, to
// the record, to accounts or to what leaves the server, is written together with
// the note that it was, and only while the request is still its holder's: so that
// of two who work on the same request, one after the other's time was over, one
// alone writes, and what was written is known even where no answer was.
func Promising(ctx context.Context, x Answer) context.Context {
	return context.WithValue(ctx, promise{}, x)
}

// errOvertaken says that another process answers the same request.
var errOvertaken = parley.Errorf(parley.Conflict, "write", "this request took so long that it was given to another server, which answers it; nothing was written here")

// noting is something to do in a transaction, nil for nothing, after the note that
// something is written for the request of a context, if any.
func (db *DB) noting(ctx context.Context, do func(*sql.Tx) error) func(*sql.Tx) error {
	x, ok := ctx.Value(promise{}).(Answer)
	if !ok {
		return do
	}
	return func(tx *sql.Tx) error {
		n, err := db.execAnswer(ctx, tx, "UPDATE answers SET acted = 1 WHERE asked = ? AND holder = ?", x.Asked, x.Holder)
		switch {
		case err != nil:
			return err
		case n != 1:
			return errOvertaken
		case do == nil:
			return nil
		}
		return do(tx)
	}
}

// SharedKey is the value of a name that all processes on this ledger share: the
// fresh one where there is none yet.
func (db *DB) SharedKey(ctx context.Context, name string, fresh []byte) (key []byte, err error) {
	find := func(tx *sql.Tx) error {
		return tx.QueryRowContext(ctx, db.on.query("SELECT value FROM shared_keys WHERE name = ?"), name).Scan(&key)
	}
	if err := db.read(ctx, find); !errors.Is(err, sql.ErrNoRows) {
		return key, err
	}
	err = db.write(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, db.on.query("INSERT INTO shared_keys (name, value) VALUES (?, ?) ON CONFLICT (name) DO NOTHING"), name, fresh)
		if err != nil {
			return fmt.Errorf("write a shared key: %w", err)
		}
		return find(tx)
	})
	return key, written(err, -1)
}
