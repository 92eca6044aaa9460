package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/parleysec/parley"
)

// Answer is what was answered to a request that may be sent again, or the promise
// to answer it. It is no part of the record: it is in no export, backup or proof.
type Answer struct {
	Asked   string // hash of who asked, and under which key
	Owner   string // the person who asked; only a hash is kept, and none given back
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

// AnswerBounds is how much is kept of answers. Beyond it the oldest go first: that
// something was done stays known, so that it is not done twice; what was answered
// does not.
type AnswerBounds struct {
	OfOne    int64 // bytes of what one person was answered
	OfAll    int64 // bytes of all together
	Unseen   int64 // bytes that a process keeps between two looks at OfAll, which may be exceeded by so much
	Requests int64 // of one person that are known, or up to a 64th more; the oldest are forgotten
}

// DefaultAnswerBounds are those of the zero value.
var DefaultAnswerBounds = AnswerBounds{OfOne: 16 << 20, OfAll: 256 << 20, Unseen: 16 << 20, Requests: 10_000}

const answerColumns = "asked, request, holder, began, until, acted, status, header, body"

// ownerHash is what is kept of who asked.
func ownerHash(person string) string {
	sum := sha256.Sum256([]byte("parley.owner/1\x00" + strings.ToLower(person)))
	return hex.EncodeToString(sum[:])
}

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
		old := millis(x.Began.Add(-AnswerFor))
		if _, err := db.execAnswer(ctx, tx, "DELETE FROM answers WHERE asked = ? AND (began <= ? OR (status = 0 AND acted = 0 AND until < ?))",
			x.Asked, old, millis(x.Began)); err != nil {
			return err
		}
		if _, err := db.execAnswer(ctx, tx, "DELETE FROM answers WHERE "+db.on.among("began <= ?"), old); err != nil {
			return err
		}
		n, err := db.execAnswer(ctx, tx, "INSERT INTO answers ("+answerColumns+", owner) VALUES (?, ?, ?, ?, ?, 0, 0, ?, ?, ?) ON CONFLICT (asked) DO NOTHING",
			x.Asked, x.Request, x.Holder, millis(x.Began), millis(x.Until), []byte{}, []byte{}, ownerHash(x.Owner))
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
	size := int64(0)
	if x.Status != 0 {
		size = int64(len(x.Header) + len(x.Body))
	}
	return written(db.write(ctx, func(tx *sql.Tx) error {
		n, err := db.execAnswer(ctx, tx, "UPDATE answers SET until = 0, status = ?, header = ?, body = ?, size = ? WHERE asked = ? AND holder = ?",
			x.Status, blob(x.Header), blob(x.Body), size, x.Asked, x.Holder)
		if n == 0 || err != nil {
			return err
		}
		return db.boundAnswers(ctx, tx, ownerHash(x.Owner), size)
	}), -1)
}

// tooOld are the kept answers that are beyond a number of bytes, counted from the
// newest on.
const tooOld = "asked IN (SELECT asked FROM " +
	"(SELECT asked, SUM(size) OVER (ORDER BY began DESC, asked DESC) AS upto FROM answers WHERE %s size > 0) AS kept WHERE upto > ?)"

// among chooses those answers that nobody else is writing at this moment: of several
// who take the same ones away, each in an order of its own, none waits for another.
func (d dialect) among(which string) string {
	if d == onPostgres {
		which += " FOR UPDATE SKIP LOCKED"
	}
	return "asked IN (SELECT asked FROM answers WHERE " + which + ")"
}

// slack is which part more requests of one person are known before the oldest are
// forgotten, many at a time: to put thousands in order takes a database tens of
// milliseconds, to count them one or two.
const slack = 64

// answersOf counts the requests of one person that are known, and the bytes of what
// they were answered.
func (db *DB) answersOf(ctx context.Context, tx *sql.Tx, owner string) (known, kept int64, err error) {
	q := db.on.query("SELECT COUNT(*), CAST(COALESCE(SUM(size), 0) AS BIGINT) FROM answers WHERE owner = ?")
	if err := tx.QueryRowContext(ctx, q, owner).Scan(&known, &kept); err != nil {
		return 0, 0, fmt.Errorf("count answers: %w", err)
	}
	return known, kept, nil
}

// boundAnswers takes away what is kept beyond the bounds after an answer of a size
// was kept for somebody.
func (db *DB) boundAnswers(ctx context.Context, tx *sql.Tx, owner string, size int64) error {
	drop := func(which string, args ...any) error {
		_, err := db.execAnswer(ctx, tx, "UPDATE answers SET status = 0, size = 0, header = ?, body = ? WHERE "+db.on.among(which), append([]any{[]byte{}, []byte{}}, args...)...)
		return err
	}
	known, kept, err := db.answersOf(ctx, tx, owner)
	if err == nil && kept > db.opt.Answers.OfOne {
		err = drop(fmt.Sprintf(tooOld, "owner = ? AND"), owner, db.opt.Answers.OfOne)
	}
	if most := db.opt.Answers.Requests; err == nil && known > most+most/slack {
		// Who is still at work is not forgotten.
		_, err = db.execAnswer(ctx, tx, "DELETE FROM answers WHERE "+db.on.among("until = 0 AND asked IN (SELECT asked FROM answers WHERE owner = ? ORDER BY began DESC, asked DESC LIMIT 1000000000 OFFSET ?)"), owner, most)
	}
	if err != nil || db.unseen.Add(size) < db.opt.Answers.Unseen {
		return err
	}
	db.unseen.Store(0)
	return drop(fmt.Sprintf(tooOld, ""), db.opt.Answers.OfAll)
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
