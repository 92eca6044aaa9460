package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"
)

// Session is somebody being signed in, found by the hash of a secret.
type Session struct {
	Hash    string
	ID      string // for people: no secret
	Email   string
	How     string // by what they signed in
	Address string // where the connection came from; "" where that is not known
	Created time.Time
	Seen    time.Time
	Expires time.Time // whatever happens
	Proved  time.Time // when the person last proved who they are; zero where that is not known
}

const sessionColumns = "hash, id, email, how, address, created, seen, expires, proved"

func scanSession(scan func(...any) error) (Session, error) {
	var x Session
	var created, seen, expires, proved int64
	err := scan(&x.Hash, &x.ID, &x.Email, &x.How, &x.Address, &created, &seen, &expires, &proved)
	x.Created, x.Seen, x.Expires, x.Proved = fromMillis(created), fromMillis(seen), fromMillis(expires), fromMillis(proved)
	return x, err
}

// AddSession adds a session.
func (a *AccountsTx) AddSession(ctx context.Context, x Session) error {
	_, err := a.exec(ctx, "INSERT INTO sessions ("+sessionColumns+") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
		x.Hash, x.ID, x.Email, x.How, x.Address, millis(x.Created), millis(x.Seen), millis(x.Expires), millis(x.Proved))
	return err
}

// FindSession gives the session of a hash, nil where there is none.
func (a *AccountsTx) FindSession(ctx context.Context, hash string) (*Session, error) {
	q := a.db.on.query("SELECT " + sessionColumns + " FROM sessions WHERE hash = ?")
	x, err := scanSession(a.tx.QueryRowContext(ctx, q, hash).Scan)
	return one(&x, err)
}

// Sessions gives the sessions of a person, the newest first.
func (a *AccountsTx) Sessions(ctx context.Context, email string) ([]Session, error) {
	var out []Session
	err := a.each(ctx, func(scan func(...any) error) error {
		x, err := scanSession(scan)
		out = append(out, x)
		return err
	}, "SELECT "+sessionColumns+" FROM sessions WHERE email = ? ORDER BY created DESC, id", email)
	return out, err
}

// SeeSession notes that a session was used.
func (a *AccountsTx) SeeSession(ctx context.Context, hash string, at time.Time) error {
	_, err := a.exec(ctx, "UPDATE sessions SET seen = ? WHERE hash = ? AND seen < ?", millis(at), hash, millis(at))
	return err
}

// ProveSession notes that the person of a session proved who they are.
func (a *AccountsTx) ProveSession(ctx context.Context, email, id string, at time.Time) (bool, error) {
	n, err := a.exec(ctx, "UPDATE sessions SET proved = ? WHERE email = ? AND id = ?", millis(at), email, id)
	return n == 1, err
}

// EndSession ends one session of a person; it reports whether there was one.
func (a *AccountsTx) EndSession(ctx context.Context, email, id string) (bool, error) {
	n, err := a.exec(ctx, "DELETE FROM sessions WHERE email = ? AND id = ?", email, id)
	return n > 0, err
}

// EndSessions ends every session of a person and says how many there were.
func (a *AccountsTx) EndSessions(ctx context.Context, email string) (int64, error) {
	return a.exec(ctx, "DELETE FROM sessions WHERE email = ?", email)
}

// Link is something that is good once, found by the hash of a secret.
type Link struct {
	Hash    string
	ID      string // for people: no secret
	Kind    string
	Email   string
	Name    string
	Opens   string
	By      string // who made it
	Gave    string // roles given with it, as JSON; "" for none
	Created time.Time
	Expires time.Time
}

const linkColumns = "hash, id, kind, email, name, opens, maker, gave, created, expires"

func scanLink(scan func(...any) error) (Link, error) {
	var x Link
	var created, expires int64
	err := scan(&x.Hash, &x.ID, &x.Kind, &x.Email, &x.Name, &x.Opens, &x.By, &x.Gave, &created, &expires)
	x.Created, x.Expires = fromMillis(created), fromMillis(expires)
	return x, err
}

// AddLink adds a link.
func (a *AccountsTx) AddLink(ctx context.Context, x Link) error {
	_, err := a.exec(ctx, "INSERT INTO links ("+linkColumns+") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		x.Hash, x.ID, x.Kind, x.Email, x.Name, x.Opens, x.By, x.Gave, millis(x.Created), millis(x.Expires))
	return err
}

// FindLink gives the link of a hash, nil where there is none of the kind.
func (a *AccountsTx) FindLink(ctx context.Context, kind, hash string) (*Link, error) {
	q := a.db.on.query("SELECT " + linkColumns + " FROM links WHERE hash = ? AND kind = ?")
	x, err := scanLink(a.tx.QueryRowContext(ctx, q, hash, kind).Scan)
	return one(&x, err)
}

// UseLink takes a link away and reports whether it was still there: of several
// who use one at the same moment, one succeeds.
func (a *AccountsTx) UseLink(ctx context.Context, kind, hash string) (bool, error) {
	n, err := a.exec(ctx, "DELETE FROM links WHERE hash = ? AND kind = ?", hash, kind)
	return n > 0, err
}

// Links gives the links of a kind, the newest first.
func (a *AccountsTx) Links(ctx context.Context, kind string) ([]Link, error) {
	var out []Link
	err := a.each(ctx, func(scan func(...any) error) error {
		x, err := scanLink(scan)
		out = append(out, x)
		return err
	}, "SELECT "+linkColumns+" FROM links WHERE kind = ? ORDER BY created DESC, id", kind)
	return out, err
}

// LinkOf gives the link of an id, nil where there is none of the kind.
func (a *AccountsTx) LinkOf(ctx context.Context, kind, id string) (*Link, error) {
	q := a.db.on.query("SELECT " + linkColumns + " FROM links WHERE id = ? AND kind = ?")
	x, err := scanLink(a.tx.QueryRowContext(ctx, q, id, kind).Scan)
	return one(&x, err)
}

// DropLink takes away the link of an id and reports whether it was there.
func (a *AccountsTx) DropLink(ctx context.Context, kind, id string) (bool, error) {
	n, err := a.exec(ctx, "DELETE FROM links WHERE id = ? AND kind = ?", id, kind)
	return n > 0, err
}

// DropLinks takes away the links of some kinds that are for a person.
func (a *AccountsTx) DropLinks(ctx context.Context, email string, kinds ...string) error {
	for _, kind := range kinds {
		if _, err := a.exec(ctx, "DELETE FROM links WHERE email = ? AND kind = ?", email, kind); err != nil {
			return err
		}
	}
	return nil
}

// one is the result of a question for one row; nil where there was none.
func one[T any](x *T, err error) (*T, error) {
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read accounts: %w", err)
	}
	return x, nil
}

// Token is a secret that a program shows in the name of a person.
type Token struct {
	Hash     string
	ID       string // for people: no secret
	Email    string
	Name     string
	Scope    string
	Products []string // empty: all the person may see
	Created  time.Time
	Expires  time.Time
	Used     time.Time // zero: never
}

const tokenColumns = "hash, id, email, name, scope, products, created, expires, used"

// productSep stands between the products of a token in the table.
const productSep = "\n"

func scanToken(scan func(...any) error) (Token, error) {
	var x Token
	var products string
	var created, expires, used int64
	err := scan(&x.Hash, &x.ID, &x.Email, &x.Name, &x.Scope, &products, &created, &expires, &used)
	if products != "" {
		x.Products = strings.Split(products, productSep)
	}
	x.Created, x.Expires, x.Used = fromMillis(created), fromMillis(expires), fromMillis(used)
	return x, err
}

// AddToken adds a token. No product may hold a line break.
func (a *AccountsTx) AddToken(ctx context.Context, x Token) error {
	for _, p := range x.Products {
		if p == "" || strings.Contains(p, productSep) {
			return fmt.Errorf("write accounts: %q is no product", p)
		}
	}
	_, err := a.exec(ctx, "INSERT INTO tokens ("+tokenColumns+") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
		x.Hash, x.ID, x.Email, x.Name, x.Scope, strings.Join(x.Products, productSep), millis(x.Created), millis(x.Expires), millis(x.Used))
	return err
}

// FindToken gives the token of a hash, nil where there is none.
func (a *AccountsTx) FindToken(ctx context.Context, hash string) (*Token, error) {
	q := a.db.on.query("SELECT " + tokenColumns + " FROM tokens WHERE hash = ?")
	x, err := scanToken(a.tx.QueryRowContext(ctx, q, hash).Scan)
	return one(&x, err)
}

// Tokens gives the tokens of a person, the newest first.
func (a *AccountsTx) Tokens(ctx context.Context, email string) ([]Token, error) {
	var out []Token
	err := a.each(ctx, func(scan func(...any) error) error {
		x, err := scanToken(scan)
		out = append(out, x)
		return err
	}, "SELECT "+tokenColumns+" FROM tokens WHERE email = ? ORDER BY created DESC, id", email)
	return out, err
}

// SeeToken notes that a token was used.
func (a *AccountsTx) SeeToken(ctx context.Context, hash string, at time.Time) error {
	_, err := a.exec(ctx, "UPDATE tokens SET used = ? WHERE hash = ? AND used < ?", millis(at), hash, millis(at))
	return err
}

// EndToken ends one token of a person; it reports whether there was one.
func (a *AccountsTx) EndToken(ctx context.Context, email, id string) (bool, error) {
	n, err := a.exec(ctx, "DELETE FROM tokens WHERE email = ? AND id = ?", email, id)
	return n > 0, err
}

// EndTokens ends every token of a person and says how many there were.
func (a *AccountsTx) EndTokens(ctx context.Context, email string) (int64, error) {
	return a.exec(ctx, "DELETE FROM tokens WHERE email = ?", email)
}
