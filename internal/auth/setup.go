package auth

import (
	"context"
	"net/netip"
	"time"

	"github.com/parleysec/parley/internal/store"
)

// The kinds of links.
const (
	linkSetUp    = "set-up"
	linkInvite   = "invitation"
	linkReset    = "reset"
	linkPending  = "pending" // the password was right, the code is still to come
	linkRecovery = "recovery"

	linkPasskeyNew  = "passkey-new"     // the challenge that a passkey is made for
	linkPasskeySign = "passkey-sign-in" // the challenge that one signs
)

// SetUpNeeded reports whether there is no account yet.
func (s *Service) SetUpNeeded(ctx context.Context) (bool, error) {
	var n int
	err := s.read(ctx, func(tx *store.AccountsTx) (err error) {
		n, err = tx.Count(ctx)
		return err
	})
	return n == 0, err
}

// SetUpLink makes the secret of a link by which the first account is made. It
// is good for a day, and for as long as there is no account: [ErrSetUp].
func (s *Service) SetUpLink(ctx context.Context) (string, error) {
	var plain string
	now := s.now()
	err := s.change(ctx, func(tx *store.AccountsTx) error {
		n, err := tx.Count(ctx)
		if err == nil && n > 0 {
			err = ErrSetUp
		}
		if err != nil {
			return err
		}
		if err := s.tidy(ctx, tx, now); err != nil {
			return err
		}
		plain, _, err = s.link(ctx, tx, store.Link{Kind: linkSetUp, Created: now, Expires: now.Add(setUpFor)})
		return err
	})
	return plain, err
}

// SetUp makes the first account by a link of [Service.SetUpLink] and signs its
// person in. Every such link ends with it. That this person is an administrator
// is for the caller to record; where that change of roles ends the sessions of
// the person, the caller signs them in anew.
func (s *Service) SetUp(ctx context.Context, secret string, a NewAccount) (*Session, error) {
	hash, err := s.usable(ctx, linkSetUp, secret)
	if err != nil {
		return nil, err
	}
	a, hashed, err := s.prepared(ctx, a)
	if err != nil {
		return nil, err
	}
	var out *Session
	now := s.now()
	err = s.change(ctx, func(tx *store.AccountsTx) error {
		if err := tx.Alone(ctx); err != nil {
			return err
		}
		n, err := tx.Count(ctx)
		if err == nil && n > 0 {
			err = ErrSetUp
		}
		if err != nil {
			return err
		}
		if _, err := use(ctx, tx, linkSetUp, hash, now); err != nil {
			return err
		}
		if err := tx.DropLinks(ctx, "", linkSetUp); err != nil {
			return err
		}
		out, err = s.enter(ctx, tx, a, hashed, "set-up", now)
		return err
	})
	return out, err
}

// enter adds an account and signs its person in.
func (s *Service) enter(ctx context.Context, tx *store.AccountsTx, a NewAccount, hashed, how string, now time.Time) (*Session, error) {
	if err := s.add(ctx, tx, a, hashed, now); err != nil {
		return nil, err
	}
	if err := s.note(ctx, tx, Access{At: now, What: "account.made", Person: a.Email, About: how}); err != nil {
		return nil, err
	}
	return s.begin(ctx, tx, &store.Account{Email: a.Email, Name: a.Name, Password: hashed}, how, netip.Addr{}, now, now)
}

// link makes a link and gives its secret, and its id, which is none.
func (s *Service) link(ctx context.Context, tx *store.AccountsTx, l store.Link) (plain, id string, err error) {
	plain, hash, err := s.secret()
	if err != nil {
		return "", "", err
	}
	if l.ID, err = s.id(); err != nil {
		return "", "", err
	}
	l.Hash = hash
	return plain, l.ID, tx.AddLink(ctx, l)
}

// usable is the hash of a link that could be used now. Asking uses nothing up;
// it spares the work of hashing a password for a link that is none.
func (s *Service) usable(ctx context.Context, kind, secret string) (string, error) {
	_, hash, err := s.look(ctx, kind, secret)
	return hash, err
}

// look is a link that could be used now, and its hash.
func (s *Service) look(ctx context.Context, kind, secret string) (*store.Link, string, error) {
	hash, ok := secretHash(secret)
	if !ok {
		return nil, "", ErrLink
	}
	var l *store.Link
	now := s.now()
	err := s.read(ctx, func(tx *store.AccountsTx) (err error) {
		l, err = valid(ctx, tx, kind, hash, now)
		return err
	})
	return l, hash, err
}

func valid(ctx context.Context, tx *store.AccountsTx, kind, hash string, now time.Time) (*store.Link, error) {
	l, err := tx.FindLink(ctx, kind, hash)
	if err != nil {
		return nil, err
	}
	if l == nil || !same(l.Hash, hash) || !now.Before(l.Expires) {
		return nil, ErrLink
	}
	return l, nil
}

// use takes a link away, so that it is used once.
func use(ctx context.Context, tx *store.AccountsTx, kind, hash string, now time.Time) (*store.Link, error) {
	l, err := valid(ctx, tx, kind, hash, now)
	if err != nil {
		return nil, err
	}
	ok, err := tx.UseLink(ctx, kind, hash)
	if err == nil && !ok {
		err = ErrLink // somebody was faster
	}
	if err != nil {
		return nil, err
	}
	return l, nil
}
