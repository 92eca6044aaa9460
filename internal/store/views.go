package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"
)

// View says when somebody looked at something. Views are no part of the record:
// they are in no export, backup or proof.
type View struct {
	Person      string    // e-mail address in lower case
	Subject     string    // short id of a threat or a decision
	First, Last time.Time // to the millisecond
}

// NoteViews notes that somebody looks at some subjects. Where the last look was
// less than apart ago nothing is written, so that most looks only read.
func (db *DB) NoteViews(ctx context.Context, person string, subjects []string, at time.Time, apart time.Duration) error {
	known, err := db.views(ctx, "person = ? AND ", []any{person}, subjects)
	if err != nil {
		return err
	}
	due := slices.DeleteFunc(slices.Clone(subjects), func(subject string) bool {
		return slices.ContainsFunc(known, func(v View) bool { return v.Subject == subject && at.Before(v.Last.Add(apart)) })
	})
	if len(due) == 0 {
		return nil
	}
	slices.Sort(due) // two who write at once take the rows in the same order
	return written(db.write(ctx, func(tx *sql.Tx) error {
		for _, subject := range slices.Compact(due) {
			q := "INSERT INTO views (person, subject, first_at, last_at) VALUES (?, ?, ?, ?) ON CONFLICT (person, subject) DO UPDATE SET last_at = excluded.last_at WHERE excluded.last_at > views.last_at"
			if _, err := tx.ExecContext(ctx, db.on.query(q), person, subject, millis(at), millis(at)); err != nil {
				return fmt.Errorf("write views: %w", err)
			}
		}
		return nil
	}), -1)
}

// ForgetViews takes away every look of somebody whose last one was before a moment.
func (db *DB) ForgetViews(ctx context.Context, before time.Time) error {
	return written(db.write(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, db.on.query("DELETE FROM views WHERE last_at < ?"), millis(before)); err != nil {
			return fmt.Errorf("forget views: %w", err)
		}
		return nil
	}), -1)
}

// Views gives who looked at some subjects, the first look first.
func (db *DB) Views(ctx context.Context, subjects []string) ([]View, error) {
	return db.views(ctx, "", nil, subjects)
}

// viewsAtOnce is how many subjects one question names: databases bound the number
// of values in one.
const viewsAtOnce = 500

func (db *DB) views(ctx context.Context, where string, args []any, subjects []string) ([]View, error) {
	var out []View
	for part := range slices.Chunk(subjects, viewsAtOnce) {
		values := slices.Clone(args)
		for _, s := range part {
			values = append(values, s)
		}
		q := "SELECT person, subject, first_at, last_at FROM views WHERE " + where + "subject IN (?" + strings.Repeat(", ?", len(part)-1) + ")"
		rows, err := db.reader.QueryContext(ctx, db.on.query(q), values...)
		if err != nil {
			return nil, fmt.Errorf("read views: %w", err)
		}
		for rows.Next() {
			var v View
			var first, last int64
			if err := rows.Scan(&v.Person, &v.Subject, &first, &last); err != nil {
				rows.Close()
				return nil, fmt.Errorf("read views: %w", err)
			}
			v.First, v.Last = fromMillis(first), fromMillis(last)
			out = append(out, v)
		}
		if err := rows.Err(); err != nil {
			return nil, fmt.Errorf("read views: %w", err)
		}
	}
	slices.SortFunc(out, func(a, b View) int {
		if c := a.First.Compare(b.First); c != 0 {
			return c
		}
		return strings.Compare(a.Person+" "+a.Subject, b.Person+" "+b.Subject)
	})
	return out, nil
}
