package store

import (
	"context"
	"math"
	"net/netip"
	"time"
)

// Access is an entry of the log of who came in, by what, and from where.
type Access struct {
	ID      int64 // larger than that of earlier entries
	At      time.Time
	What    string
	Person  string // whom it is about; "" where nobody is known
	By      string // who did it, where that is somebody else
	Address string // where the connection came from; "" where that is not known
	About   string // what else there is to say
}

type addressKey struct{}

// WithAddress says in a context from which address the connection comes, for the
// log. It must be that of the connection, or what a trusted proxy says.
func WithAddress(ctx context.Context, from netip.Addr) context.Context {
	return context.WithValue(ctx, addressKey{}, from)
}

// AddressOf is the address in a context, the zero one where none was said.
func AddressOf(ctx context.Context) netip.Addr {
	from, _ := ctx.Value(addressKey{}).(netip.Addr)
	return from
}

// AddressText is an address as the log has it, "" for none.
func AddressText(from netip.Addr) string {
	if !from.IsValid() {
		return ""
	}
	return from.Unmap().WithZone("").String()
}

// LogAccess adds an entry to the log, together with what else the transaction writes.
func (o *OutboxTx) LogAccess(ctx context.Context, x Access) error {
	return (&AccountsTx{o.db, o.tx, true}).LogAccess(ctx, x)
}

// LogAccess adds an entry to the log.
func (a *AccountsTx) LogAccess(ctx context.Context, x Access) error {
	_, err := a.exec(ctx, "INSERT INTO access_log (at, what, person, maker, address, about) VALUES (?, ?, ?, ?, ?, ?)",
		millis(x.At), x.What, x.Person, x.By, x.Address, x.About)
	return err
}

// AccessLog gives up to n entries before one of an id, the newest first; before
// 0 is from the newest on.
func (a *AccountsTx) AccessLog(ctx context.Context, before int64, n int) ([]Access, error) {
	if before <= 0 {
		before = math.MaxInt64
	}
	var out []Access
	err := a.each(ctx, func(scan func(...any) error) error {
		var x Access
		var at int64
		err := scan(&x.ID, &at, &x.What, &x.Person, &x.By, &x.Address, &x.About)
		x.At = fromMillis(at)
		out = append(out, x)
		return err
	}, "SELECT id, at, what, person, maker, address, about FROM access_log WHERE id < ? ORDER BY id DESC LIMIT ?", before, n)
	return out, err
}

// Tidy takes away sessions, links and tokens that ended before now, sessions
// not seen since idle, entries of the log from before logged, and counts of guesses
// that say nothing any more.
func (a *AccountsTx) Tidy(ctx context.Context, now, idle, logged time.Time) error {
	for _, c := range []struct {
		q  string
		at []any
	}{
		{"DELETE FROM sessions WHERE expires <= ? OR seen <= ?", []any{millis(now), millis(idle)}},
		{"DELETE FROM links WHERE expires > 0 AND expires <= ?", []any{millis(now)}},
		{"DELETE FROM tokens WHERE expires <= ?", []any{millis(now)}},
		{"DELETE FROM access_log WHERE at < ?", []any{millis(logged)}},
	} {
		if _, err := a.exec(ctx, c.q, c.at...); err != nil {
			return err
		}
	}
	return a.tidyTurns(ctx, now)
}
