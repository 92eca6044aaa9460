package auth

import (
	"context"
	"errors"
	"net/netip"
	"time"

	"github.com/parleysec/parley/internal/store"
)

// Attempt is one attempt to sign in.
type Attempt struct {
	Email    string
	Password string
	Code     string     // one-time code or recovery code; "" where none was asked for yet
	From     netip.Addr // of the connection, never of a header that anybody can send
}

// SignIn signs somebody in by a password, and by a code where the account has a
// second factor. The error is a *[TooManyError], [ErrWrong] (in the same time
// and words for an address without an account, a disabled account, a wrong
// password and a wrong code) or [ErrCodeNeeded].
func (s *Service) SignIn(ctx context.Context, in Attempt) (*Session, error) {
	email, err := Email(in.Email)
	if err != nil {
		email = "" // of nobody; it is limited like any other
	}
	now := s.now()
	turns, err := s.turns(ctx, email, in.From, now)
	if err != nil {
		return nil, err
	}
	right, err := s.limited(ctx, email, in.From, now, turns...)
	if err != nil {
		return nil, err
	}
	a, old, err := s.checked(ctx, email, in.Password)
	if errors.Is(err, ErrWrong) {
		return nil, s.failed(ctx, a, in.From, "password", now)
	}
	if err != nil {
		return nil, err
	}
	if a.Enrolled && in.Code == "" {
		right()
		return nil, ErrCodeNeeded
	}
	out, err := s.admit(ctx, a, admission{how: "password", code: in.Code, from: in.From, rehash: old, password: in.Password, proved: now}, now)
	if err == nil {
		right()
	}
	return out, err
}

// checked is the account that an address and a password belong to. With
// [ErrWrong] it gives the account of the address, nil where there is none.
func (s *Service) checked(ctx context.Context, email, password string) (a *store.Account, old bool, err error) {
	err = s.read(ctx, func(tx *store.AccountsTx) (err error) {
		a, err = tx.Find(ctx, email)
		return err
	})
	if err != nil {
		return nil, false, err
	}
	hashed := ""
	if a != nil && a.Disabled.IsZero() {
		hashed = a.Password
	}
	ok, old, err := s.matches(ctx, hashed, password)
	if err == nil && !ok {
		err = ErrWrong
	}
	return a, old, err
}

// admission is what is needed to sign in somebody whose first factor was right.
type admission struct {
	how      string
	code     string
	from     netip.Addr
	rehash   bool   // the password is kept with other work than is done now
	password string // to hash anew
	pending  string // hash of the link that is used up with it
	roles    []string
	proved   time.Time // when they proved who they are; a code proves it now
}

// admit asks for the second factor where there is one, and begins a session.
// The account is looked at again: what changed since the password was checked
// counts.
func (s *Service) admit(ctx context.Context, was *store.Account, in admission, now time.Time) (*Session, error) {
	right := func() {}
	if was.Enrolled {
		turns, err := s.codeTurns(ctx, was.Email, now)
		if err != nil {
			return nil, err
		}
		if right, err = s.limited(ctx, was.Email, in.from, now, turns...); err != nil {
			return nil, err
		}
	}
	proved := in.proved
	if was.Enrolled {
		proved = now
	}
	hashed := ""
	if in.rehash {
		var err error
		if hashed, err = s.hash(ctx, in.password); err != nil {
			return nil, err
		}
	}
	var out *Session
	err := s.change(ctx, func(tx *store.AccountsTx) error {
		out = nil
		a, err := tx.Find(ctx, was.Email)
		if err != nil {
			return err
		}
		if a == nil || !a.Disabled.IsZero() || a.Password != was.Password || a.Enrolled != was.Enrolled {
			return ErrWrong
		}
		how, ok, err := s.second(ctx, tx, a, in, now)
		if err != nil {
			return err
		}
		if !ok {
			return s.note(ctx, tx, Access{At: now, What: "sign-in.failed", Person: a.Email, From: addressText(in.from), About: "code"})
		}
		if in.pending != "" {
			if _, err := use(ctx, tx, linkPending, in.pending, now); err != nil {
				return err
			}
		}
		if hashed != "" {
			if err := tx.SetPassword(ctx, a.Email, hashed); err != nil {
				return err
			}
		}
		out, err = s.begin(ctx, tx, a, how, in.from, proved, now)
		return err
	})
	if err != nil {
		return nil, err
	}
	if out == nil {
		return nil, ErrWrong
	}
	right()
	out.Roles = in.roles
	return out, nil
}

// second checks the second factor of an account that has one, and uses the code
// up. It says how the person signed in.
func (s *Service) second(ctx context.Context, tx *store.AccountsTx, a *store.Account, in admission, now time.Time) (how string, ok bool, err error) {
	if !a.Enrolled {
		return in.how, true, nil
	}
	what, ok, err := s.useCode(ctx, tx, a, in.code, now)
	return in.how + " and " + what, ok, err
}

// failed notes that an attempt failed. The address typed is not kept where it
// has no account: people type passwords there.
func (s *Service) failed(ctx context.Context, a *store.Account, from netip.Addr, why string, now time.Time) error {
	x := Access{At: now, What: "sign-in.failed", From: addressText(from), About: why}
	if a != nil {
		x.Person = a.Email
		if !a.Disabled.IsZero() {
			x.About = "disabled"
		}
	}
	if err := s.change(ctx, func(tx *store.AccountsTx) error { return s.note(ctx, tx, x) }); err != nil {
		return err
	}
	return ErrWrong
}

// limited takes a turn of each; right gives them back once the attempt turned out
// to be a right one. Where there is none it notes that, once in a while.
func (s *Service) limited(ctx context.Context, email string, from netip.Addr, now time.Time, turns ...turn) (right func(), err error) {
	t, retry, err := s.take(ctx, now, turns...)
	if err != nil {
		return nil, err
	}
	if retry == 0 {
		return func() { s.back(ctx, turns...) }, nil
	}
	if s.told.take(t.key, now) == 0 {
		if err := s.noteLimit(ctx, email, from, now); err != nil {
			return nil, err
		}
	}
	return nil, &TooManyError{Retry: retry}
}

func (s *Service) noteLimit(ctx context.Context, email string, from netip.Addr, now time.Time) error {
	return s.change(ctx, func(tx *store.AccountsTx) error {
		x := Access{At: now, What: "sign-in.limited", From: addressText(from)}
		a, err := tx.Find(ctx, email)
		if err != nil {
			return err
		}
		if a != nil {
			x.Person = a.Email
		}
		return s.note(ctx, tx, x)
	})
}
