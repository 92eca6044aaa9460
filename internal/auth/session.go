package auth

import (
	"context"
	"crypto/subtle"
	"log/slog"
	"net/netip"
	"time"

	"github.com/parleysec/parley/internal/store"
	"github.com/parleysec/parley/ledger"
)

// Session is somebody who has just signed in.
type Session struct {
	Secret  string // the cookie's value
	Device  string // that the browser keeps for [DeviceFor], whatever becomes of the session: see [WithDevice]
	Person  Person
	Expires time.Time // whatever happens; it ends earlier when it is not used
	Roles   []string  // that the groups of the person lead to at the provider by which they signed in
}

// SessionInfo is what a person sees of a session of theirs.
type SessionInfo struct {
	ID      string // no secret
	How     string // password, passkey, provider, set-up or invitation; then “ and one-time code” or “ and recovery code” where it was asked for
	From    string // address of the connection it was begun from; "" where that is not known
	Created time.Time
	Seen    time.Time // to the minute
	Expires time.Time
}

// begin signs a person in, within a transaction, who proved at some time who they
// are; zero where that is not known.
func (s *Service) begin(ctx context.Context, tx *store.AccountsTx, a *store.Account, how string, from netip.Addr, proved, now time.Time) (*Session, error) {
	plain, hash, err := s.secret()
	if err != nil {
		return nil, err
	}
	id, err := s.id()
	if err != nil {
		return nil, err
	}
	if !from.IsValid() {
		from = addressOf(ctx)
	}
	address := addressText(from)
	x := store.Session{Hash: hash, ID: id, Email: a.Email, How: how, Address: address, Created: now, Seen: now, Expires: now.Add(s.opt.Absolute), Proved: proved}
	if err := tx.AddSession(ctx, x); err != nil {
		return nil, err
	}
	if err := s.note(ctx, tx, Access{At: now, What: "signed-in", Person: a.Email, From: address, About: how}); err != nil {
		return nil, err
	}
	if err := s.tidy(ctx, tx, now); err != nil {
		return nil, err
	}
	device, err := s.device(a.Email, now)
	if err != nil {
		return nil, err
	}
	return &Session{Secret: plain, Device: device, Person: bySession(a, x, now), Expires: x.Expires}, nil
}

// freshly reports whether the person of a session proved lately who they are.
func freshly(x store.Session, now time.Time) bool {
	return !x.Proved.IsZero() && now.Before(x.Proved.Add(ProvedFor))
}

func bySession(a *store.Account, x store.Session, now time.Time) Person {
	return Person{Fresh: freshly(x, now), Password: a.Password != "", ID: a.Email, Name: a.Name, Known: ledger.SignedIn, Session: x.ID, SecondFactor: a.Enrolled}
}

// stands reports whether a session has not ended by itself.
func (s *Service) stands(x store.Session, now time.Time) bool {
	return now.Before(x.Expires) && now.Before(x.Seen.Add(s.opt.Idle))
}

// unattended is under what a context says that nobody is at work.
type unattended struct{}

// Unattended is a context for requests that a page or program sends by itself
// while nobody may be there: they keep no session from its idle end.
func Unattended(ctx context.Context) context.Context {
	return context.WithValue(ctx, unattended{}, true)
}

// Identify says who makes a request, by the value of the cookie or by a token
// (without the word Bearer). A token goes first, whatever the cookie says: who
// sends one means it. The error is [ErrNobody] where what was sent is not valid,
// and any other where that cannot be known. A session is used by it, but for a
// context of [Unattended].
func (s *Service) Identify(ctx context.Context, cookie, bearer string) (*Person, error) {
	if bearer != "" {
		return s.byToken(ctx, bearer)
	}
	hash, ok := secretHash(cookie)
	if !ok {
		return nil, ErrNobody
	}
	var p *Person
	now := s.now()
	stale := false
	err := s.read(ctx, func(tx *store.AccountsTx) error {
		x, err := tx.FindSession(ctx, hash)
		if err != nil {
			return err
		}
		if x == nil || !same(x.Hash, hash) || !s.stands(*x, now) {
			return ErrNobody
		}
		a, err := enabled(ctx, tx, x.Email)
		if err != nil {
			return err
		}
		y := bySession(a, *x, now)
		p, stale = &y, now.Sub(x.Seen) >= seenEvery && ctx.Value(unattended{}) == nil
		return nil
	})
	if err != nil {
		return nil, err
	}
	if stale {
		s.seen(ctx, func(ctx context.Context, tx *store.AccountsTx) error { return tx.SeeSession(ctx, hash, now) })
	}
	return p, nil
}

// seen notes that a session or token was used. Whoever asks for a page does not
// wait long for that, nor go without an answer when it cannot be written.
func (s *Service) seen(ctx context.Context, do func(context.Context, *store.AccountsTx) error) {
	ctx, cancel := context.WithTimeout(ctx, seenWait)
	defer cancel()
	if err := s.db.Accounts(ctx, func(tx *store.AccountsTx) error { return do(ctx, tx) }); err != nil {
		s.opt.Log.LogAttrs(ctx, slog.LevelWarn, "a session or token could not be noted as used", slog.Any("error", err))
	}
}

// enabled is the account of an address; [ErrNobody] where there is none that
// may be used.
func enabled(ctx context.Context, tx *store.AccountsTx, email string) (*store.Account, error) {
	a, err := tx.Find(ctx, email)
	if err != nil {
		return nil, err
	}
	if a == nil || !a.Disabled.IsZero() {
		return nil, ErrNobody
	}
	return a, nil
}

func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

// SignOut ends the session of a cookie. A cookie of no session is no error.
func (s *Service) SignOut(ctx context.Context, cookie string) error {
	hash, ok := secretHash(cookie)
	if !ok {
		return nil
	}
	now := s.now()
	return s.change(ctx, func(tx *store.AccountsTx) error {
		x, err := tx.FindSession(ctx, hash)
		if err != nil || x == nil {
			return err
		}
		if _, err := tx.EndSession(ctx, x.Email, x.ID); err != nil {
			return err
		}
		return s.note(ctx, tx, Access{At: now, What: "signed-out", Person: x.Email})
	})
}

// Sessions lists the sessions of a person that stand, the newest first.
func (s *Service) Sessions(ctx context.Context, person string) ([]SessionInfo, error) {
	var out []SessionInfo
	now := s.now()
	err := s.read(ctx, func(tx *store.AccountsTx) error {
		list, err := tx.Sessions(ctx, person)
		for _, x := range list {
			if s.stands(x, now) {
				out = append(out, SessionInfo{ID: x.ID, How: x.How, From: x.Address, Created: x.Created, Seen: x.Seen, Expires: x.Expires})
			}
		}
		return err
	})
	return out, err
}

// EndSession ends one session of a person by its id.
func (s *Service) EndSession(ctx context.Context, person, id string) error {
	now := s.now()
	return s.change(ctx, func(tx *store.AccountsTx) error {
		ok, err := tx.EndSession(ctx, person, id)
		if err == nil && !ok {
			err = ErrNotFound
		}
		if err != nil {
			return err
		}
		return s.note(ctx, tx, Access{At: now, What: "session.ended", Person: person})
	})
}

// EndSessions ends every session and token of a person, as when their roles
// have changed. Nobody of that name is no error.
func (s *Service) EndSessions(ctx context.Context, person string) error {
	now := s.now()
	return s.change(ctx, func(tx *store.AccountsTx) error {
		a, err := tx.Find(ctx, person)
		if err != nil || a == nil {
			return err
		}
		if err := endAll(ctx, tx, person); err != nil {
			return err
		}
		return s.note(ctx, tx, Access{At: now, What: "sessions.ended", Person: person})
	})
}
