package auth

import (
	"context"
	"errors"
	"net/netip"
	"time"

	"github.com/parleysec/parley/internal/store"
)

// ResetLink makes the secret of a link by which the person of an account sets a
// new password. It is good once, for an hour, and until the next one is made.
// [ErrNoAccount] is for an administrator's eyes only.
func (s *Service) ResetLink(ctx context.Context, by, email string) (secret string, err error) {
	return s.reset(ctx, by, email, false)
}

func (s *Service) reset(ctx context.Context, by, email string, byMail bool) (secret string, err error) {
	if email, err = Email(email); err != nil {
		return "", err
	}
	now := s.now()
	err = s.change(ctx, func(tx *store.AccountsTx) error {
		a, err := tx.Find(ctx, email)
		if err == nil && (a == nil || !a.Disabled.IsZero()) {
			err = ErrNoAccount
		}
		if err != nil {
			return err
		}
		if err := dropResets(ctx, tx, email); err != nil {
			return err
		}
		if secret, err = s.linked(ctx, tx, store.Link{Kind: linkReset, Email: email, By: by, Created: now, Expires: now.Add(resetFor)}, byMail); err != nil {
			return err
		}
		return s.note(ctx, tx, Access{At: now, What: "reset.made", Person: email, By: by})
	})
	return secret, err
}

// dropResets takes away links for a new password, with the letters that bring them.
func dropResets(ctx context.Context, tx *store.AccountsTx, email string) error {
	if err := tx.DropLetters(ctx, email); err != nil {
		return err
	}
	return tx.DropLinks(ctx, email, linkReset)
}

// Reset sets a new password by a link. It signs nobody in: the second factor is
// still asked for. Every session, token and passkey of the person ends: whoever
// needs such a link lost their password, or fears that somebody else was in, and
// then a passkey that stays is a way back in.
func (s *Service) Reset(ctx context.Context, secret, password string) (ended *Ended, err error) {
	l, hash, err := s.look(ctx, linkReset, secret)
	if err != nil {
		return nil, err
	}
	a, err := s.account(ctx, l.Email)
	if errors.Is(err, ErrNobody) {
		return nil, ErrLink
	}
	if err != nil {
		return nil, err
	}
	if err := checkPassword(password, a.Email, a.Name); err != nil {
		return nil, err
	}
	hashed, err := s.hash(ctx, password)
	if err != nil {
		return nil, err
	}
	now := s.now()
	err = s.change(ctx, func(tx *store.AccountsTx) error {
		if _, err := use(ctx, tx, linkReset, hash, now); err != nil {
			return err
		}
		if _, err := enabled(ctx, tx, a.Email); errors.Is(err, ErrNobody) {
			return ErrLink
		} else if err != nil {
			return err
		}
		if err := tx.SetPassword(ctx, a.Email, hashed); err != nil {
			return err
		}
		if ended, err = s.endWays(ctx, tx, a.Email, now); err != nil {
			return err
		}
		return s.note(ctx, tx, Access{At: now, What: "password.reset", Person: a.Email})
	})
	if err != nil {
		return nil, err
	}
	ended.Device, err = s.device(a.Email, now)
	return ended, err
}

// Ended is what a new password by a link ended, by its names, and what the browser
// keeps.
type Ended struct {
	Passkeys, Tokens []string
	Device           string // nobody's guesses keep the person from signing in where it is kept
}

// endWays ends everything by which a person is known: sessions, tokens and passkeys.
func (s *Service) endWays(ctx context.Context, tx *store.AccountsTx, email string, now time.Time) (*Ended, error) {
	out := &Ended{}
	keys, err := tx.Passkeys(ctx, email)
	if err != nil {
		return nil, err
	}
	tokens, err := tx.Tokens(ctx, email)
	if err != nil {
		return nil, err
	}
	for _, t := range tokens {
		if now.Before(t.Expires) {
			out.Tokens = append(out.Tokens, t.Name)
		}
	}
	for _, k := range keys {
		out.Passkeys = append(out.Passkeys, k.Name)
		if err := s.log(ctx, tx, Access{At: now, What: "passkey.removed", Person: email, About: k.Name}); err != nil {
			return nil, err
		}
	}
	if _, err := tx.DropPasskeys(ctx, email); err != nil {
		return nil, err
	}
	return out, endAll(ctx, tx, email)
}

// account is an account that may be used; [ErrNobody] where it may not.
func (s *Service) account(ctx context.Context, email string) (a *store.Account, err error) {
	err = s.read(ctx, func(tx *store.AccountsTx) (err error) {
		a, err = enabled(ctx, tx, email)
		return err
	})
	return a, err
}

// ChangePassword changes a person's own password. Every session, the one at
// work among them, and every token ends; the session that is given takes its
// place. [ErrWrong] where the former password is wrong, [ErrNobody] where the
// session at work (its id) is none of the person's.
func (s *Service) ChangePassword(ctx context.Context, person, session, former, password string) (*Session, error) {
	now := s.now()
	right, err := s.limited(ctx, person, addressOf(ctx), now, turn{limitOwn, person})
	if err != nil {
		return nil, err
	}
	was, _, err := s.checked(ctx, person, former)
	if errors.Is(err, ErrWrong) {
		return nil, s.failed(ctx, was, addressOf(ctx), "change of password", now)
	}
	if err != nil {
		return nil, err
	}
	right()
	if password == former {
		return nil, wrongField("password", "it is the former one")
	}
	if err := checkPassword(password, was.Email, was.Name); err != nil {
		return nil, err
	}
	hashed, err := s.hash(ctx, password)
	if err != nil {
		return nil, err
	}
	var out *Session
	err = s.change(ctx, func(tx *store.AccountsTx) error {
		a, err := enabled(ctx, tx, person)
		if err != nil {
			return err
		}
		if ok, err := tx.EndSession(ctx, person, session); err != nil || !ok || a.Password != was.Password {
			return errors.Join(err, ErrNobody)
		}
		if err := tx.SetPassword(ctx, person, hashed); err != nil {
			return err
		}
		if err := endAll(ctx, tx, person); err != nil {
			return err
		}
		if err := s.note(ctx, tx, Access{At: now, What: "password.changed", Person: person}); err != nil {
			return err
		}
		out, err = s.begin(ctx, tx, a, "password", netip.Addr{}, now, now)
		return err
	})
	return out, err
}
