package auth

import (
	"context"
	"errors"
	"net/netip"
	"strings"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/store"
)

// Identity is who somebody is at a provider that was asked and answered.
type Identity struct {
	Issuer        string // of the provider
	Subject       string // of the person there; never given to anybody else
	Email         string
	EmailVerified bool     // the provider vouches for the address
	Name          string   // "": the address stands for it
	Roles         []string // names of roles that the groups of the person lead to
	From          netip.Addr
	Proved        time.Time // when the person last proved there who they are; zero where the provider does not say
}

// CodeNeededError is [ErrCodeNeeded] of somebody whom a provider knows.
type CodeNeededError struct {
	Pending string // secret for [Service.SignInPending], good for five minutes
}

// Error says that a code is needed.
func (e *CodeNeededError) Error() string { return ErrCodeNeeded.Error() }

// Unwrap is [ErrCodeNeeded].
func (e *CodeNeededError) Unwrap() error { return ErrCodeNeeded }

var (
	// ErrUnverified says that the provider does not vouch for the address, so that
	// it cannot say whose account is meant.
	ErrUnverified error = parley.Errorf(parley.Forbidden, "", "your provider does not confirm your e-mail address: have it confirmed there, or sign in with your password")
	// ErrNotInvited says that the provider knows somebody who has no account.
	ErrNotInvited error = parley.Errorf(parley.Forbidden, "", "you have no account here yet: ask an administrator for an invitation, or to give your group a role")
)

// SignInWith signs in whom a provider knows. The identity leads to the account
// it was tied to; the first time to the account of its address, if the provider
// vouches for that; and where there is none to a new account, if groups of the
// person lead to a role. An account is tied to one identity of a provider, so
// that an address which is given to somebody else there leads to nobody's
// account. The second factor of an account is asked for here, too:
// the error is then a *[CodeNeededError].
func (s *Service) SignInWith(ctx context.Context, id Identity) (*Session, error) {
	if id.Issuer == "" || id.Subject == "" {
		return nil, ErrNobody
	}
	now := s.now()
	var a *store.Account
	err := s.change(ctx, func(tx *store.AccountsTx) (err error) {
		a, err = s.known(ctx, tx, id, now)
		return err
	})
	if err != nil {
		return nil, err
	}
	if s.opt.Provided != nil { // a change of roles ends what the person has, so it comes first
		if err := s.opt.Provided(ctx, a.Email, id.Roles); err != nil {
			return nil, err
		}
	}
	if !a.Enrolled {
		return s.admit(ctx, a, admission{how: "provider", from: id.From, roles: id.Roles, proved: earlier(id.Proved, now)}, now)
	}
	pending := ""
	err = s.change(ctx, func(tx *store.AccountsTx) (err error) {
		pending, _, err = s.link(ctx, tx, store.Link{Kind: linkPending, Email: a.Email, Name: strings.Join(id.Roles, roleSep), Created: now, Expires: now.Add(pendingFor)})
		return err
	})
	if err != nil {
		return nil, err
	}
	return nil, &CodeNeededError{Pending: pending}
}

// known is the account of an identity, tied to it or made where that may be.
func (s *Service) known(ctx context.Context, tx *store.AccountsTx, id Identity, now time.Time) (*store.Account, error) {
	email, err := tx.FindIdentity(ctx, id.Issuer, id.Subject)
	if err != nil {
		return nil, err
	}
	if email != "" {
		a, err := enabled(ctx, tx, email)
		if errors.Is(err, ErrNobody) {
			err = ErrNotInvited
		}
		return a, err
	}
	if !id.EmailVerified {
		return nil, ErrUnverified
	}
	if email, err = Email(id.Email); err != nil {
		return nil, ErrUnverified
	}
	if err := tx.Alone(ctx); err != nil { // so that two identities are not tied at once
		return nil, err
	}
	a, err := tx.Find(ctx, email)
	if err != nil {
		return nil, err
	}
	if a == nil {
		if len(id.Roles) == 0 {
			return nil, ErrNotInvited
		}
		if a, err = s.provided(ctx, tx, email, id, now); err != nil {
			return nil, err
		}
	}
	tied, err := tx.HasIdentity(ctx, id.Issuer, email)
	if err != nil {
		return nil, err
	}
	if tied || !a.Disabled.IsZero() { // an address may be given to somebody else there, a subject is not
		return nil, ErrNotInvited
	}
	if err := tx.AddIdentity(ctx, id.Issuer, id.Subject, email, now); err != nil {
		return nil, err
	}
	return a, s.note(ctx, tx, Access{At: now, What: "provider.tied", Person: email, From: addressText(id.From), About: id.Issuer})
}

// provided makes the account of somebody whom a provider's groups let in. It
// has no password. Until there is an account by the set-up link nobody else is
// let in, so that the server cannot be taken over before it is set up.
func (s *Service) provided(ctx context.Context, tx *store.AccountsTx, email string, id Identity, now time.Time) (*store.Account, error) {
	if n, err := tx.Count(ctx); err != nil || n == 0 {
		return nil, orElse(err, ErrNotInvited)
	}
	name, err := cleanName("name", id.Name)
	if err != nil {
		name = email
	}
	a := store.Account{Email: email, Name: name, Created: now}
	if ok, err := tx.Add(ctx, a); err != nil || !ok {
		return nil, orElse(err, ErrTaken)
	}
	if err := tx.DropLinks(ctx, email, linkInvite); err != nil {
		return nil, err
	}
	return &a, s.note(ctx, tx, Access{At: now, What: "account.made", Person: email, From: addressText(id.From), About: "provider"})
}

// roleSep stands between the roles of a link that waits for a code.
const roleSep = "\n"

func isRoleSep(r rune) bool { return string(r) == roleSep }

// orElse is an error where there is one, and another where there is none.
func orElse(err, other error) error {
	if err != nil {
		return err
	}
	return other
}

// SignInPending ends a sign-in that a [CodeNeededError] interrupted, by a code.
// A wrong code is [ErrWrong] and may be followed by another one.
func (s *Service) SignInPending(ctx context.Context, pending, code string, from netip.Addr) (*Session, error) {
	l, hash, err := s.look(ctx, linkPending, pending)
	if err != nil {
		return nil, err
	}
	if code == "" {
		return nil, &CodeNeededError{Pending: pending}
	}
	a, err := s.account(ctx, l.Email)
	if err != nil {
		return nil, err
	}
	return s.admit(ctx, a, admission{how: "provider", code: code, from: from, pending: hash, roles: strings.FieldsFunc(l.Name, isRoleSep)}, s.now())
}

// earlier is the earlier of a time and now: clocks differ.
func earlier(t, now time.Time) time.Time {
	if t.After(now) {
		return now
	}
	return t
}
