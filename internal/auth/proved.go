package auth

import (
	"context"
	"errors"
	"time"

	"github.com/parleysec/parley/internal/store"
)

// proof is by what somebody who is signed in says once more who they are.
type proof struct {
	person         string
	password, code string
	what           string // they are about to do, for the log of failures
}

// proved does something about a person's own account once they have proved by
// their password, and by a code where there is a second factor, that it is they who
// ask, and not whoever found a session of theirs. [ErrWrong] where they have not.
func (s *Service) proved(ctx context.Context, p proof, do func(*store.AccountsTx, *store.Account, time.Time) error) error {
	now, from := s.now(), addressOf(ctx)
	right, err := s.limited(ctx, p.person, from, now, turn{limitOwn, p.person})
	if err != nil {
		return err
	}
	was, _, err := s.checked(ctx, p.person, p.password)
	if errors.Is(err, ErrWrong) {
		return s.failed(ctx, was, from, p.what, now)
	}
	if err != nil {
		return err
	}
	right()
	return s.coded(ctx, was, p.code, now, do)
}

// coded does something about an account once the code of its second factor was
// right, where it has one. The account is looked at again: what changed since
// counts.
func (s *Service) coded(ctx context.Context, was *store.Account, code string, now time.Time, do func(*store.AccountsTx, *store.Account, time.Time) error) error {
	from, right := addressOf(ctx), func() {}
	if was.Enrolled {
		var err error
		if right, err = s.limited(ctx, was.Email, from, now, turn{limitCode, "own " + was.Email}); err != nil {
			return err
		}
	}
	used := true
	err := s.change(ctx, func(tx *store.AccountsTx) error {
		used = true
		a, err := enabled(ctx, tx, was.Email)
		if err != nil {
			return err
		}
		if a.Password != was.Password || a.Enrolled != was.Enrolled {
			return ErrWrong
		}
		if a.Enrolled {
			if _, used, err = s.useCode(ctx, tx, a, code, now); err != nil {
				return err
			}
		}
		if !used {
			return s.note(ctx, tx, Access{At: now, What: "sign-in.failed", Person: a.Email, From: addressText(from), About: "code"})
		}
		return do(tx, a, now)
	})
	if err == nil && !used {
		err = ErrWrong
	}
	if err == nil {
		right()
	}
	return err
}
