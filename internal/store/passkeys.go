package store

import (
	"context"
	"encoding/base64"
	"strings"
	"time"
)

// Passkey is a key by which somebody signs in without a password.
type Passkey struct {
	Credential []byte // what its device calls it
	ID         string // for people: no secret
	Email      string
	Handle     []byte // what its device calls the account
	Name       string
	Public     []byte   // the public key as the device gave it
	Transports []string // how the device is reached
	Counter    uint32   // of its signatures, 0 where the device does not count
	Synced     bool     // the device may share it with others
	Copied     bool     // it counted backwards, and is good for nothing
	Created    time.Time
	Used       time.Time // zero: never
}

const passkeyColumns = "credential, id, email, handle, name, public, transports, counter, synced, copied, created, used"

// transportSep stands between the transports of a passkey in the table.
const transportSep = " "

// credentialText is a credential as it stands in the table.
func credentialText(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func scanPasskey(scan func(...any) error) (Passkey, error) {
	var x Passkey
	var credential, transports string
	var counter, synced, copied, created, used int64
	err := scan(&credential, &x.ID, &x.Email, &x.Handle, &x.Name, &x.Public, &transports, &counter, &synced, &copied, &created, &used)
	if err != nil {
		return x, err
	}
	x.Transports, x.Counter = strings.Fields(transports), uint32(counter) // written from 32 bits
	x.Synced, x.Copied, x.Created, x.Used = synced != 0, copied != 0, fromMillis(created), fromMillis(used)
	x.Credential, err = base64.RawURLEncoding.DecodeString(credential)
	return x, err
}

// AddPasskey adds a passkey. It reports false, and adds nothing, where there is
// one of that credential.
func (a *AccountsTx) AddPasskey(ctx context.Context, x Passkey) (bool, error) {
	n, err := a.exec(ctx, "INSERT INTO passkeys ("+passkeyColumns+") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (credential) DO NOTHING",
		credentialText(x.Credential), x.ID, x.Email, blob(x.Handle), x.Name, blob(x.Public), strings.Join(x.Transports, transportSep),
		int64(x.Counter), flag(x.Synced), flag(x.Copied), millis(x.Created), millis(x.Used))
	return n == 1, err
}

// FindPasskey gives the passkey of a credential, nil where there is none. Who is
// about to change it holds its account first ([AccountsTx.Find]): of two signatures
// with one count, one is taken.
func (a *AccountsTx) FindPasskey(ctx context.Context, credential []byte) (*Passkey, error) {
	q := a.db.on.query("SELECT " + passkeyColumns + " FROM passkeys WHERE credential = ?")
	x, err := scanPasskey(a.tx.QueryRowContext(ctx, q, credentialText(credential)).Scan)
	return one(&x, err)
}

// Passkeys gives the passkeys of a person, the newest first.
func (a *AccountsTx) Passkeys(ctx context.Context, email string) ([]Passkey, error) {
	var out []Passkey
	err := a.each(ctx, func(scan func(...any) error) error {
		x, err := scanPasskey(scan)
		out = append(out, x)
		return err
	}, "SELECT "+passkeyColumns+" FROM passkeys WHERE email = ? ORDER BY created DESC, id", email)
	return out, err
}

// UsePasskey notes that a passkey signed, and how often it did.
func (a *AccountsTx) UsePasskey(ctx context.Context, id string, counter uint32, at time.Time) error {
	_, err := a.exec(ctx, "UPDATE passkeys SET counter = ?, used = ? WHERE id = ?", int64(counter), millis(at), id)
	return err
}

// SpoilPasskey notes that a passkey was copied.
func (a *AccountsTx) SpoilPasskey(ctx context.Context, id string) error {
	_, err := a.exec(ctx, "UPDATE passkeys SET copied = 1 WHERE id = ?", id)
	return err
}

// DropPasskey takes away one passkey of a person; it reports whether there was one.
func (a *AccountsTx) DropPasskey(ctx context.Context, email, id string) (bool, error) {
	n, err := a.exec(ctx, "DELETE FROM passkeys WHERE email = ? AND id = ?", email, id)
	return n > 0, err
}

// DropPasskeys takes away the passkeys of a person and says how many there were.
func (a *AccountsTx) DropPasskeys(ctx context.Context, email string) (int64, error) {
	return a.exec(ctx, "DELETE FROM passkeys WHERE email = ?", email)
}
