package auth

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/parleysec/parley/internal/store"
	"github.com/parleysec/parley/ledger"
)

// What a token may do, within what its person may do.
const (
	ScopeRead     = "read"     // look
	ScopeEvidence = "evidence" // look, add evidence and incidents, ask the gate
	ScopeWrite    = "write"    // whatever the roles of the person allow, but deciding
)

const (
	tokenFor    = 90 * 24 * time.Hour
	maxTokenFor = 366 * 24 * time.Hour
	maxTokens   = 50  // of one person
	maxProducts = 100 // of one token
	maxProduct  = 200 // bytes of a product's id
)

// TokenSpec is what a token is to be.
type TokenSpec struct {
	Name     string    // what it is for, 1 … 100 characters
	Scope    string    // [ScopeRead], [ScopeEvidence] or [ScopeWrite]
	Products []string  // ids; empty: all the person may see
	Expires  time.Time // at most 366 days ahead; zero: in 90 days
}

// Within refuses a token for a product that is none of these: the ids of those that
// its person may see. It would be good for nothing, and nobody would know why.
func (t TokenSpec) Within(ids []string) error {
	for _, id := range t.Products {
		if !slices.Contains(ids, id) {
			return wrongField("products", "there is no product “%s”", id)
		}
	}
	return nil
}

// Token is what a person sees of a token of theirs.
type Token struct {
	ID       string // no secret
	Name     string
	Scope    string
	Products []string
	Created  time.Time
	Expires  time.Time
	Used     time.Time // to the minute; zero: never
}

func tokenOf(t store.Token) Token {
	return Token{ID: t.ID, Name: t.Name, Scope: t.Scope, Products: t.Products, Created: t.Created, Expires: t.Expires, Used: t.Used}
}

// NewToken makes a token of a person. Its text is shown this once.
func (s *Service) NewToken(ctx context.Context, person string, spec TokenSpec) (plain string, out Token, err error) {
	return s.makeToken(ctx, person, person, spec)
}

// TokenFor makes a token in the name of somebody else, as whoever sits at the machine
// of the ledger may; the person is told by mail, where mail is sent.
func (s *Service) TokenFor(ctx context.Context, by, email string, spec TokenSpec) (plain string, out Token, err error) {
	person, err := s.accountAt(ctx, email)
	if err != nil {
		return "", out, err
	}
	return s.makeToken(ctx, by, person, spec)
}

// accountAt is the address of an account as it is kept.
func (s *Service) accountAt(ctx context.Context, email string) (string, error) {
	email, err := Email(email)
	if err != nil {
		return "", err
	}
	return email, s.read(ctx, func(tx *store.AccountsTx) error {
		a, err := tx.Find(ctx, email)
		if err == nil && a == nil {
			err = ErrNoAccount
		}
		return err
	})
}

func (s *Service) makeToken(ctx context.Context, by, person string, spec TokenSpec) (plain string, out Token, err error) {
	now := s.now()
	if err := spec.check(now); err != nil {
		return "", out, err
	}
	plain, hash, err := s.token()
	if err != nil {
		return "", out, err
	}
	id, err := s.id()
	if err != nil {
		return "", out, err
	}
	t := store.Token{
		Hash: hash, ID: id, Email: person, Name: strings.TrimSpace(spec.Name), Scope: spec.Scope, Products: slices.Clone(spec.Products),
		Created: now, Expires: spec.Expires.UTC().Truncate(time.Millisecond),
	}
	if spec.Expires.IsZero() {
		t.Expires = now.Add(tokenFor)
	}
	err = s.change(ctx, func(tx *store.AccountsTx) error {
		if _, err := enabled(ctx, tx, person); err != nil {
			return err
		}
		have, err := tx.Tokens(ctx, person)
		if err != nil {
			return err
		}
		if len(have) >= maxTokens {
			return wrongField("name", "there are %d tokens already: revoke one first", len(have))
		}
		if err := tx.AddToken(ctx, t); err != nil {
			return err
		}
		return s.note(ctx, tx, Access{At: now, What: "token.made", Person: person, By: by, About: t.Name})
	})
	if err != nil {
		return "", out, err
	}
	return plain, tokenOf(t), nil
}

func (t TokenSpec) check(now time.Time) error {
	if _, err := cleanName("name", t.Name); err != nil {
		return err
	}
	if !slices.Contains([]string{ScopeRead, ScopeEvidence, ScopeWrite}, t.Scope) {
		return wrongField("scope", "it is none of %s, %s and %s", ScopeRead, ScopeEvidence, ScopeWrite)
	}
	if len(t.Products) > maxProducts {
		return wrongField("products", "there are more than %d", maxProducts)
	}
	for _, p := range t.Products {
		if p == "" || len(p) > maxProduct || !utf8.ValidString(p) || strings.ContainsFunc(p, hidden) {
			return wrongField("products", "one of them is no id of a product")
		}
	}
	if !t.Expires.IsZero() && (!t.Expires.After(now) || t.Expires.Sub(now) > maxTokenFor) {
		return wrongField("expires", "it lies in the past or more than 366 days ahead")
	}
	return nil
}

// Tokens lists the tokens of a person that have not ended, the newest first.
func (s *Service) Tokens(ctx context.Context, person string) ([]Token, error) {
	var out []Token
	now := s.now()
	err := s.read(ctx, func(tx *store.AccountsTx) error {
		list, err := tx.Tokens(ctx, person)
		for _, t := range list {
			if now.Before(t.Expires) {
				out = append(out, tokenOf(t))
			}
		}
		return err
	})
	return out, err
}

// RevokeToken ends a token of a person by its id.
func (s *Service) RevokeToken(ctx context.Context, person, id string) error {
	return s.endToken(ctx, person, person, id)
}

// TokensOf lists the tokens of somebody else that have not ended, the newest first.
func (s *Service) TokensOf(ctx context.Context, email string) ([]Token, error) {
	person, err := s.accountAt(ctx, email)
	if err != nil {
		return nil, err
	}
	return s.Tokens(ctx, person)
}

// RevokeTokenOf ends a token of somebody else by its id.
func (s *Service) RevokeTokenOf(ctx context.Context, by, email, id string) error {
	person, err := s.accountAt(ctx, email)
	if err != nil {
		return err
	}
	return s.endToken(ctx, by, person, id)
}

func (s *Service) endToken(ctx context.Context, by, person, id string) error {
	now := s.now()
	return s.change(ctx, func(tx *store.AccountsTx) error {
		ok, err := tx.EndToken(ctx, person, id)
		if err == nil && !ok {
			err = ErrNotFound
		}
		if err != nil {
			return err
		}
		return s.note(ctx, tx, Access{At: now, What: "token.revoked", Person: person, By: by})
	})
}

// byToken says who makes a request with a token.
func (s *Service) byToken(ctx context.Context, plain string) (*Person, error) {
	hash, ok := tokenHash(plain)
	if !ok {
		return nil, ErrNobody
	}
	var p *Person
	now := s.now()
	stale := false
	err := s.read(ctx, func(tx *store.AccountsTx) error {
		t, err := tx.FindToken(ctx, hash)
		if err != nil {
			return err
		}
		if t == nil || !same(t.Hash, hash) || !now.Before(t.Expires) {
			return ErrNobody
		}
		a, err := enabled(ctx, tx, t.Email)
		if err != nil {
			return err
		}
		p = &Person{ID: a.Email, Name: a.Name, Known: ledger.ByToken, Token: t.ID, Scope: t.Scope, Products: t.Products, Ends: t.Expires, SecondFactor: a.Enrolled, Password: a.Password != ""}
		stale = now.Sub(t.Used) >= seenEvery
		return nil
	})
	if err != nil {
		return nil, err
	}
	if stale {
		s.seen(ctx, func(ctx context.Context, tx *store.AccountsTx) error { return tx.SeeToken(ctx, hash, now) })
	}
	return p, nil
}
