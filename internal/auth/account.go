package auth

import (
	"context"
	"errors"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/parleysec/parley/internal/store"
	"github.com/parleysec/parley/ledger"
)

// Person is who makes a request.
type Person struct {
	ID      string       // e-mail address in lower case
	Name    string       // as the person writes it
	Known   ledger.Known // signed in, or by a token
	Session string       // id of the session, no secret; "" for a token

	Token    string    // id of the token, no secret; "" for a session
	Scope    string    // of the token
	Products []string  // the token is limited to; empty: all the person may see
	Ends     time.Time // of the token; zero for a session

	Fresh        bool // they proved less than [ProvedFor] ago who they are; never by a token
	SecondFactor bool // one is asked for when this person signs in by a password
	Password     bool // there is one
}

// NewAccount is what somebody says who gets an account.
type NewAccount struct {
	Email    string // not needed where an invitation names it
	Name     string // "" where an invitation names it, else 1 … 100 characters
	Password string // see [MinPassword]
}

// Account is what an administrator sees of an account.
type Account struct {
	Email        string
	Name         string
	Created      time.Time
	Disabled     time.Time // since when; zero: not
	SecondFactor bool
	Passkeys     int
	Password     bool // false: signs in at a provider, or by a passkey
	Sessions     int  // that stand
	Tokens       int  // that stand

	// NewPassword is what became of the last letter with a link for a new password
	// that was not used, for a day; nil for none.
	NewPassword *Letter
}

// maxEmail is the longest address that mail can be sent to: RFC 5321 section
// 4.5.3.1.3 with the erratum 1690.
const maxEmail = 254

// Email is an address as it names an account: in lower case, without spaces
// around it. It is letters, digits and signs of ASCII with one @, so that no two
// look alike.
func Email(typed string) (string, error) {
	e := strings.TrimSpace(typed)
	if !strings.ContainsFunc(e, func(r rune) bool { return r > unicode.MaxASCII }) { // some of those have an ASCII letter as their lower case
		e = strings.ToLower(e)
	}
	local, domain, ok := strings.Cut(e, "@")
	bad := func(r rune) bool {
		return r > 'z' && !strings.ContainsRune("{|}~", r) || r <= ' ' || strings.ContainsRune(`"(),:;<>[\]@`, r)
	}
	switch {
	case e == "":
		return "", wrongField("email", "it is missing")
	case len(e) > maxEmail:
		return "", wrongField("email", "it has more than %d characters", maxEmail)
	case !ok || !dotted(local) || len(local) > 64 || domain == "" || strings.ContainsFunc(local, bad) || !hostname(domain):
		return "", wrongField("email", "it is no e-mail address of plain letters, such as tom@example.org")
	}
	return e, nil
}

// dotted reports whether a text is words with dots between them, as the first half
// of an address has to be where it is not in quotes (RFC 5321 section 4.1.2).
func dotted(local string) bool {
	return !strings.Contains("."+local+".", "..")
}

// hostname reports whether a lower-case text is a name of a host.
func hostname(s string) bool {
	for label := range strings.SplitSeq(s, ".") {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
		for _, r := range label {
			if (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-' {
				return false
			}
		}
	}
	return true
}

// maxName is the longest name, in characters.
const maxName = 100

// cleanName is a name without spaces around it; control and direction
// characters are refused, since names stand beside decisions.
func cleanName(field, typed string) (string, error) {
	n := strings.TrimSpace(typed)
	switch {
	case n == "":
		return "", wrongField(field, "it is missing")
	case !utf8.ValidString(n) || strings.ContainsFunc(n, hidden):
		return "", wrongField(field, "it holds a character that cannot be seen")
	case utf8.RuneCountInString(n) > maxName:
		return "", wrongField(field, "it has more than %d characters", maxName)
	}
	return n, nil
}

// hidden reports characters that do not show or that move others around.
func hidden(r rune) bool {
	return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == '\u2028' || r == '\u2029' || r == utf8.RuneError
}

// add makes an account of what somebody said and signs them in.
func (s *Service) add(ctx context.Context, tx *store.AccountsTx, a NewAccount, hashed string, now time.Time) error {
	ok, err := tx.Add(ctx, store.Account{Email: a.Email, Name: a.Name, Password: hashed, Created: now})
	if err == nil && !ok {
		err = ErrTaken
	}
	return err
}

// prepared checks what somebody says and hashes the password.
func (s *Service) prepared(ctx context.Context, a NewAccount) (NewAccount, string, error) {
	var err error
	if a.Email, err = Email(a.Email); err != nil {
		return a, "", err
	}
	if a.Name, err = cleanName("name", a.Name); err != nil {
		return a, "", err
	}
	if err = checkPassword(a.Password, a.Email, a.Name); err != nil {
		return a, "", err
	}
	hashed, err := s.hash(ctx, a.Password)
	return a, hashed, err
}

// Accounts lists every account by address.
func (s *Service) Accounts(ctx context.Context) ([]Account, error) {
	var out []Account
	now := s.now()
	err := s.read(ctx, func(tx *store.AccountsTx) error {
		list, err := tx.List(ctx)
		if err != nil {
			return err
		}
		for _, a := range list {
			x := Account{Email: a.Email, Name: a.Name, Created: a.Created, Disabled: a.Disabled, SecondFactor: a.Enrolled, Password: a.Password != ""}
			sessions, err := tx.Sessions(ctx, a.Email)
			if err != nil {
				return err
			}
			for _, y := range sessions {
				if s.stands(y, now) {
					x.Sessions++
				}
			}
			tokens, err := tx.Tokens(ctx, a.Email)
			if err != nil {
				return err
			}
			keys, err := tx.Passkeys(ctx, a.Email)
			if err != nil {
				return err
			}
			x.Passkeys = len(keys)
			if x.NewPassword, err = newPassword(ctx, tx, a.Email, now); err != nil {
				return err
			}
			for _, y := range tokens {
				if now.Before(y.Expires) {
					x.Tokens++
				}
			}
			out = append(out, x)
		}
		return nil
	})
	return out, err
}

// MaySignIn reports whether somebody, by the address of an account, has one that
// is not disabled.
func (s *Service) MaySignIn(ctx context.Context, person string) (bool, error) {
	err := s.read(ctx, func(tx *store.AccountsTx) error {
		_, err := enabled(ctx, tx, person)
		return err
	})
	if errors.Is(err, ErrNobody) {
		return false, nil
	}
	return err == nil, err
}

// Disable ends every session, token and link of an account; nobody signs in to
// it until it is enabled.
func (s *Service) Disable(ctx context.Context, by, email string) error {
	return s.administer(ctx, "account.disabled", by, email, func(tx *store.AccountsTx, a *store.Account, now time.Time) error {
		if a.Disabled.IsZero() {
			if err := tx.SetDisabled(ctx, a.Email, now); err != nil {
				return err
			}
		}
		return endAll(ctx, tx, a.Email)
	})
}

// Enable lets the person of an account sign in again.
func (s *Service) Enable(ctx context.Context, by, email string) error {
	return s.administer(ctx, "account.enabled", by, email, func(tx *store.AccountsTx, a *store.Account, _ time.Time) error {
		return tx.SetDisabled(ctx, a.Email, time.Time{})
	})
}

// EndAll ends every session and token of somebody else.
func (s *Service) EndAll(ctx context.Context, by, email string) error {
	return s.administer(ctx, "sessions.ended", by, email, func(tx *store.AccountsTx, a *store.Account, _ time.Time) error {
		return endAll(ctx, tx, a.Email)
	})
}

// ClearSecondFactor takes the second factor and every passkey from an account
// whose person lost the device they are on, and ends every session and token of it.
func (s *Service) ClearSecondFactor(ctx context.Context, by, email string) error {
	return s.administer(ctx, "second-factor.cleared", by, email, func(tx *store.AccountsTx, a *store.Account, _ time.Time) error {
		if err := dropFactor(ctx, tx, a.Email); err != nil {
			return err
		}
		if _, err := tx.DropPasskeys(ctx, a.Email); err != nil {
			return err
		}
		return endAll(ctx, tx, a.Email)
	})
}

// administer does something to somebody else's account, and notes it.
func (s *Service) administer(ctx context.Context, what, by, email string, do func(*store.AccountsTx, *store.Account, time.Time) error) error {
	email, err := Email(email)
	if err != nil {
		return err
	}
	if email == by {
		return ErrOwn
	}
	now := s.now()
	return s.change(ctx, func(tx *store.AccountsTx) error {
		a, err := tx.Find(ctx, email)
		if err != nil {
			return err
		}
		if a == nil {
			return ErrNoAccount
		}
		if err := do(tx, a, now); err != nil {
			return err
		}
		return s.note(ctx, tx, Access{At: now, What: what, Person: email, By: by})
	})
}

// endAll ends everything by which a person is known without a password.
func endAll(ctx context.Context, tx *store.AccountsTx, email string) error {
	if _, err := tx.EndSessions(ctx, email); err != nil {
		return err
	}
	if _, err := tx.EndTokens(ctx, email); err != nil {
		return err
	}
	if err := dropResets(ctx, tx, email); err != nil {
		return err
	}
	return tx.DropLinks(ctx, email, linkPending, linkPasskeyNew)
}
