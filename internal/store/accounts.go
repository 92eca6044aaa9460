package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// Account is who may sign in: a person, by e-mail address in lower case.
type Account struct {
	Email    string
	Name     string
	Password string    // as hashed, with its parameters; "" where there is none
	Created  time.Time // to the millisecond, like every time of these tables
	Disabled time.Time // since when; zero: not
	Secret   []byte    // of the one-time codes; empty where there is none
	Enrolled bool      // the secret was confirmed and is asked for
	Step     int64     // of the last one-time code that was used
}

// AccountsTx is a transaction over the tables of accounts, which are no part of
// the record: they are in no export, backup or proof.
type AccountsTx struct {
	db     *DB
	tx     *sql.Tx
	writes bool
}

// Accounts runs a function in one writing transaction over the accounts. It is
// rolled back when the function gives an error. A *[BusyError] or
// *[ConflictError] means that nothing was written and trying again can succeed.
func (db *DB) Accounts(ctx context.Context, do func(*AccountsTx) error) error {
	err := db.write(ctx, db.noting(ctx, func(tx *sql.Tx) error { return do(&AccountsTx{db, tx, true}) }))
	return written(err, -1)
}

// ReadAccounts runs a function in one reading transaction over the accounts.
func (db *DB) ReadAccounts(ctx context.Context, do func(*AccountsTx) error) error {
	return db.read(ctx, func(tx *sql.Tx) error { return do(&AccountsTx{db, tx, false}) })
}

// exec runs a statement and gives the number of rows it touched.
func (a *AccountsTx) exec(ctx context.Context, q string, args ...any) (int64, error) {
	r, err := a.tx.ExecContext(ctx, a.db.on.query(q), args...)
	if err != nil {
		return 0, fmt.Errorf("write accounts: %w", err)
	}
	return r.RowsAffected()
}

// each gives each row of a question to a function.
func (a *AccountsTx) each(ctx context.Context, do func(scan func(...any) error) error, q string, args ...any) error {
	rows, err := a.tx.QueryContext(ctx, a.db.on.query(q), args...)
	if err != nil {
		return fmt.Errorf("read accounts: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := do(rows.Scan); err != nil {
			return fmt.Errorf("read accounts: %w", err)
		}
	}
	return rows.Err()
}

// Alone makes other writers of accounts wait until this transaction ends, which
// on SQLite they do anyway.
func (a *AccountsTx) Alone(ctx context.Context) error {
	if a.db.on != onPostgres {
		return nil
	}
	_, err := a.exec(ctx, "LOCK TABLE accounts IN SHARE ROW EXCLUSIVE MODE")
	return err
}

const accountColumns = "email, name, password, created, disabled, secret, enrolled, step"

func scanAccount(scan func(...any) error) (Account, error) {
	var x Account
	var created, disabled, enrolled int64
	err := scan(&x.Email, &x.Name, &x.Password, &created, &disabled, &x.Secret, &enrolled, &x.Step)
	x.Created, x.Disabled, x.Enrolled = fromMillis(created), fromMillis(disabled), enrolled != 0
	return x, err
}

// List gives every account, by e-mail address.
func (a *AccountsTx) List(ctx context.Context) ([]Account, error) {
	var out []Account
	err := a.each(ctx, func(scan func(...any) error) error {
		x, err := scanAccount(scan)
		out = append(out, x)
		return err
	}, "SELECT "+accountColumns+" FROM accounts ORDER BY email")
	return out, err
}

// Count is the number of accounts.
func (a *AccountsTx) Count(ctx context.Context) (n int, err error) {
	err = a.tx.QueryRowContext(ctx, "SELECT count(*) FROM accounts").Scan(&n)
	return n, err
}

// Find gives an account, nil where there is none. In a writing transaction nobody
// else changes it until the end: who was found with a password does not get a
// session after that password was changed.
func (a *AccountsTx) Find(ctx context.Context, email string) (*Account, error) {
	q := "SELECT " + accountColumns + " FROM accounts WHERE email = ?"
	if a.writes && a.db.on == onPostgres {
		q += " FOR UPDATE"
	}
	x, err := scanAccount(a.tx.QueryRowContext(ctx, a.db.on.query(q), email).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read accounts: %w", err)
	}
	return &x, nil
}

// Add adds an account. It reports false, and adds nothing, where there is one
// of that address.
func (a *AccountsTx) Add(ctx context.Context, x Account) (bool, error) {
	n, err := a.exec(ctx, "INSERT INTO accounts ("+accountColumns+") VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (email) DO NOTHING",
		x.Email, x.Name, x.Password, millis(x.Created), millis(x.Disabled), blob(x.Secret), flag(x.Enrolled), x.Step)
	return n == 1, err
}

// SetPassword changes how the password of an account is kept.
func (a *AccountsTx) SetPassword(ctx context.Context, email, hashed string) error {
	_, err := a.exec(ctx, "UPDATE accounts SET password = ? WHERE email = ?", hashed, email)
	return err
}

// SetDisabled says since when an account is disabled; the zero time enables it.
func (a *AccountsTx) SetDisabled(ctx context.Context, email string, since time.Time) error {
	_, err := a.exec(ctx, "UPDATE accounts SET disabled = ? WHERE email = ?", millis(since), email)
	return err
}

// SetSecret changes the secret of one-time codes and whether it is asked for.
func (a *AccountsTx) SetSecret(ctx context.Context, email string, secret []byte, enrolled bool) error {
	_, err := a.exec(ctx, "UPDATE accounts SET secret = ?, enrolled = ? WHERE email = ?", blob(secret), flag(enrolled), email)
	return err
}

// UseStep notes that the code of a step was used. It reports false where that
// step or a later one was used before.
func (a *AccountsTx) UseStep(ctx context.Context, email string, step int64) (bool, error) {
	n, err := a.exec(ctx, "UPDATE accounts SET step = ? WHERE email = ? AND step < ?", step, email, step)
	return n == 1, err
}

// FindIdentity gives the address that an identity at a provider belongs to, ""
// where it belongs to none.
func (a *AccountsTx) FindIdentity(ctx context.Context, issuer, subject string) (email string, err error) {
	q := a.db.on.query("SELECT email FROM identities WHERE issuer = ? AND subject = ?")
	err = a.tx.QueryRowContext(ctx, q, issuer, subject).Scan(&email)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return email, err
}

// HasIdentity reports whether an account is tied to an identity at a provider.
func (a *AccountsTx) HasIdentity(ctx context.Context, issuer, email string) (bool, error) {
	var n int
	q := a.db.on.query("SELECT count(*) FROM identities WHERE issuer = ? AND email = ?")
	err := a.tx.QueryRowContext(ctx, q, issuer, email).Scan(&n)
	return n > 0, err
}

// AddIdentity ties an identity at a provider to an account, once for ever.
func (a *AccountsTx) AddIdentity(ctx context.Context, issuer, subject, email string, at time.Time) error {
	_, err := a.exec(ctx, "INSERT INTO identities (issuer, subject, email, created) VALUES (?, ?, ?, ?)", issuer, subject, email, millis(at))
	return err
}

// erase takes away an account and every mention of its address.
func (a *AccountsTx) erase(ctx context.Context, email string) error {
	for _, q := range []string{
		"DELETE FROM accounts WHERE email = ?", // sessions, tokens, passkeys and identities go with it
		"DELETE FROM links WHERE email = ?",
		"UPDATE links SET maker = '' WHERE maker = ?",
		"UPDATE access_log SET person = '' WHERE person = ?",
		"UPDATE access_log SET maker = '' WHERE maker = ?",
		"DELETE FROM deliveries WHERE target = ?", // a webhook is called otherwise
		"UPDATE webhooks SET maker = '' WHERE maker = ?",
		"DELETE FROM views WHERE person = ?",
	} {
		if _, err := a.exec(ctx, q, email); err != nil {
			return err
		}
	}
	if _, err := a.exec(ctx, "UPDATE answers SET owner = '' WHERE owner = ?", ownerHash(email)); err != nil {
		return err
	}
	// What was answered may name anybody: the answers go, that something was done stays.
	_, err := a.exec(ctx, "UPDATE answers SET status = 0, size = 0, header = ?, body = ? WHERE status <> 0", []byte{}, []byte{})
	return err
}

// accountTables are those that are in no copy of the ledger, in an order in
// which they can be emptied: who signs in, what leaves the server, what was
// answered, the keys of its processes, who looked at what, and how much was guessed.
var accountTables = []string{"sessions", "links", "tokens", "passkeys", "identities", "access_log", "accounts", "webhooks", "former_secrets", "deliveries", "outbox", "jobs", "answers", "shared_keys", "views", "turns"}

// stripAccounts empties the tables of accounts in a copy of a SQLite ledger, so
// that nothing of them is left in the file. A ledger of an older schema has none.
func stripAccounts(ctx context.Context, path string) (err error) {
	conn, err := sql.Open("sqlite", fileURL(path)+"?_pragma=journal_mode(DELETE)")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	copied := &DB{on: onSQLite, reader: conn, writer: conn}
	held := false
	for _, table := range accountTables {
		has, err := copied.hasTable(ctx, table)
		if err != nil {
			return err
		}
		if !has {
			continue
		}
		r, err := conn.ExecContext(ctx, "DELETE FROM "+table)
		if err != nil {
			return err
		}
		n, err := r.RowsAffected()
		if err != nil {
			return err
		}
		held = held || n > 0
	}
	if held {
		_, err = conn.ExecContext(ctx, "VACUUM") // deleted rows stand in the file until it is written anew
	}
	return err
}

func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func fromMillis(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// blob is bytes that are not null.
func blob(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}
