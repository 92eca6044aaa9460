package store

import (
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/parleysec/parley/ledger"
	"golang.org/x/mod/sumdb/tlog"
)

// events reads them some at a time, each run without a gap with its hashes: a
// PostgreSQL transaction has one connection, which answers one question at a time.
func (a *audit) events(ctx context.Context) error {
	seen := int64(0)
	for last, more := int64(math.MinInt64), true; more; {
		rows, n, err := a.someEvents(ctx, last)
		if err != nil {
			return err
		}
		seen += n
		more = n == exportStep && len(rows) > 0
		for len(rows) > 0 {
			k := 1
			for k < len(rows) && rows[k].Seq == rows[0].Seq+int64(k) {
				k++
			}
			if err := a.addAll(ctx, rows[:k]); err != nil {
				return err
			}
			last, rows = rows[k-1].Seq, rows[k:]
		}
	}
	if seen != a.rows {
		a.v.Note(ledger.Inserted, -1, fmt.Sprintf("%d events are stored, %d of them in places of their own", a.rows, seen))
	}
	return nil
}

// someEvents reads some rows after a place, and how many there were with those
// whose place is no number.
func (a *audit) someEvents(ctx context.Context, after int64) (rows []ledger.Row, n int64, err error) {
	err = a.each(ctx, "SELECT seq, id, type, version, product, at, leaf FROM events WHERE seq > ? ORDER BY seq LIMIT ?", 7, func(c []any) {
		n++
		seq, ok := c[0].(int64)
		if !ok {
			a.v.Note(ledger.Changed, -1, fmt.Sprintf("the place of an event reads %q", textOf(c[0])))
			return
		}
		rows = append(rows, ledger.Row{
			Seq: seq, ID: textOf(c[1]), Type: textOf(c[2]), Version: textOf(c[3]), Product: textOf(c[4]), At: textOf(c[5]), Leaf: bytesOf(c[6]),
		})
	}, after, exportStep)
	return rows, n, err
}

// addAll verifies events that follow each other.
func (a *audit) addAll(ctx context.Context, rows []ledger.Row) error {
	stored, err := a.hashesOf(ctx, rows[0].Seq, len(rows))
	if err != nil {
		return err
	}
	for i, r := range rows {
		if e, ok := a.v.Add(r, stored[i]); ok {
			a.note(e)
		}
		if s := a.v.State(); s != nil && a.cached != nil && s.Size == a.cached.size {
			a.folded = s.Clone()
		}
	}
	return nil
}

// placeOf finds the event with which a leaf's hash is stored. An index may be any number;
// of one far from those of the events no place can be computed.
func (a *audit) placeOf(ctx context.Context, h tlog.Hash) (seq int64, ok bool) {
	end := max(a.stored, tlog.StoredHashCount(a.rows))
	err := a.each(ctx, "SELECT idx FROM hashes WHERE hash = ? ORDER BY idx", 1, func(c []any) {
		if i, isNumber := c[0].(int64); isNumber && i >= 0 && i < end {
			if height, n := tlog.SplitStoredHashIndex(i); height == 0 {
				seq, ok = n, true
			}
		}
	}, h[:])
	a.lookup = errors.Join(a.lookup, err)
	return seq, ok
}

// hashesOf reads the hashes stored with some events from a place on: of each its leaf's, then those of the trees it makes whole. One that cannot be a
// hash is a fault, and stands as zeros; what follows the last one is left out.
func (a *audit) hashesOf(ctx context.Context, from int64, n int) ([][]tlog.Hash, error) {
	out := make([][]tlog.Hash, n)
	if from < 0 || from > a.stored {
		return out, nil // each event has a hash at least
	}
	first, end := tlog.StoredHashIndex(0, from), tlog.StoredHashIndex(0, from+int64(n))
	there := map[int64]tlog.Hash{}
	err := a.each(ctx, "SELECT idx, hash FROM hashes WHERE idx >= ? AND idx < ?", 2, func(c []any) {
		i, isNumber := c[0].(int64)
		if b := bytesOf(c[1]); isNumber && len(b) == tlog.HashSize {
			there[i] = tlog.Hash(b)
		}
	}, first, end)
	for k := range out {
		for i := tlog.StoredHashIndex(0, from+int64(k)); i < tlog.StoredHashIndex(0, from+int64(k)+1); i++ {
			h, ok := there[i]
			if !ok && i >= a.stored {
				break
			}
			if !ok {
				a.faulty(i)
			}
			out[k] = append(out[k], h)
		}
	}
	return out, err
}

// faulty notes a stored hash that is none, the first few of them.
func (a *audit) faulty(i int64) {
	if a.faults++; a.faults <= 10 {
		a.v.Note(ledger.Changed, -1, fmt.Sprintf("stored hash %d is missing, out of place or no hash", i))
	}
}
