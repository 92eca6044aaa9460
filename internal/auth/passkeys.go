package auth

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/auth/passkey"
	"github.com/parleysec/parley/internal/store"
)

// maxPasskeys is how many passkeys one person may have.
const maxPasskeys = 20

// handleBytes is the length of what devices call an account (section 14.6.1 of
// Web Authentication: random, so that it tells nothing about anybody).
const handleBytes = 32

// Passkey is what a person sees of a passkey of theirs.
type Passkey struct {
	ID      string // no secret
	Name    string
	Synced  bool // the device may share it with the person's others
	Copied  bool // it counted backwards, and is good for nothing
	Created time.Time
	Used    time.Time // zero: never
}

// PasskeysAt says why there are no passkeys under an address that a browser shows,
// nil where there are.
func (s *Service) PasskeysAt(origin string) error {
	if err := s.hasParty(); err != nil {
		return err
	}
	if s.party.Origin() != origin {
		return parley.Errorf(parley.Refused, "", "passkeys are for %s: open that address", s.party.Origin())
	}
	return nil
}

// hasParty says why there are no passkeys under any address, nil where there are.
func (s *Service) hasParty() error {
	switch {
	case errors.Is(s.noParty, passkey.ErrNoAddress):
		return parley.Errorf(parley.Refused, "", "passkeys belong to the name of a server: whoever runs this one has not said under which address people open it (url)")
	case s.noParty != nil:
		return parley.Errorf(parley.Refused, "", "passkeys cannot be used on this server: %s (url)", s.noParty.Error())
	}
	return nil
}

// Passkeys lists the passkeys of a person, the newest first.
func (s *Service) Passkeys(ctx context.Context, person string) ([]Passkey, error) {
	var out []Passkey
	err := s.read(ctx, func(tx *store.AccountsTx) error {
		list, err := tx.Passkeys(ctx, person)
		for _, k := range list {
			out = append(out, Passkey{ID: k.ID, Name: k.Name, Synced: k.Synced, Copied: k.Copied, Created: k.Created, Used: k.Used})
		}
		return err
	})
	return out, err
}

// NewPasskey is what somebody says who adds a passkey.
type NewPasskey struct {
	Name     string // of the device, 1 … 100 characters
	Password string // where there is one; else the person must be [Person.Fresh]
	Code     string // where there is a second factor
}

// BeginPasskey gives what a browser is asked to make a passkey with, once the
// person has proved anew who they are. What it makes is for [Service.AddPasskey]
// within five minutes. The error is [ErrWrong], a *[TooManyError], [ErrNotFresh], a
// *[FieldError] or that of [Service.PasskeysAt].
func (s *Service) BeginPasskey(ctx context.Context, p *Person, in NewPasskey) (options string, err error) {
	if err := s.hasParty(); err != nil {
		return "", err
	}
	name, err := cleanName("name", in.Name)
	if err != nil {
		return "", err
	}
	begin := func(tx *store.AccountsTx, a *store.Account, now time.Time) error {
		options, err = s.offer(ctx, tx, a, name, now)
		return err
	}
	was, err := s.account(ctx, p.ID)
	if err != nil {
		return "", err
	}
	if was.Password != "" {
		err = s.proved(ctx, proof{p.ID, in.Password, in.Code, "adding a passkey"}, begin)
		return options, err
	}
	if !p.Fresh {
		return "", ErrNotFresh
	}
	err = s.coded(ctx, was, in.Code, s.now(), begin)
	return options, err
}

// offer keeps a challenge for a passkey of an account, and gives what a browser
// is asked with. Of the challenge the tables hold the hash, as of every secret.
func (s *Service) offer(ctx context.Context, tx *store.AccountsTx, a *store.Account, name string, now time.Time) (string, error) {
	have, err := tx.Passkeys(ctx, a.Email)
	if err != nil {
		return "", err
	}
	if len(have) >= maxPasskeys {
		return "", wrongField("name", "there are %d passkeys already: remove one first", len(have))
	}
	handle, err := s.handle(have)
	if err != nil {
		return "", err
	}
	if err := tx.DropLinks(ctx, a.Email, linkPasskeyNew); err != nil { // one at a time
		return "", err
	}
	l := store.Link{Kind: linkPasskeyNew, Email: a.Email, Name: name, Opens: base64.RawURLEncoding.EncodeToString(handle), Created: now, Expires: now.Add(challengeFor)}
	challenge, err := s.challenge(ctx, tx, l)
	if err != nil {
		return "", err
	}
	return s.party.Creation(challenge, passkey.Owner{Handle: handle, Email: a.Email, Name: a.Name, Keys: keysOf(have)})
}

// handle is what devices call an account that has these passkeys.
func (s *Service) handle(have []store.Passkey) ([]byte, error) {
	if len(have) > 0 {
		return have[0].Handle, nil
	}
	return s.random(handleBytes)
}

// challenge makes a link whose secret is the challenge of a ceremony.
func (s *Service) challenge(ctx context.Context, tx *store.AccountsTx, l store.Link) ([]byte, error) {
	plain, _, err := s.link(ctx, tx, l)
	if err != nil {
		return nil, err
	}
	b, err := base64.RawURLEncoding.DecodeString(plain)
	if err != nil {
		return nil, fmt.Errorf("a challenge: %w", err)
	}
	return b, nil
}

func keysOf(list []store.Passkey) []passkey.Key {
	var out []passkey.Key
	for _, k := range list {
		out = append(out, keyOf(k))
	}
	return out
}

func keyOf(k store.Passkey) passkey.Key {
	return passkey.Key{ID: k.Credential, Public: k.Public, Transports: k.Transports, Counter: k.Counter, Synced: k.Synced}
}

// AddPasskey adds what a browser made for [Service.BeginPasskey]. The error is
// [ErrPasskeyLate] or [ErrPasskeyMade]. The challenge is used up, whatever comes of
// it.
func (s *Service) AddPasskey(ctx context.Context, person, answer string) error {
	made, err := passkey.ReadMade(answer)
	if err != nil {
		return s.refused(ctx, err, ErrPasskeyMade)
	}
	hash, ok := secretHash(made.Challenge)
	if !ok || s.party == nil {
		return ErrPasskeyLate
	}
	id, err := s.id()
	if err != nil {
		return err
	}
	now := s.now()
	var why error
	err = s.change(ctx, func(tx *store.AccountsTx) error {
		why = nil
		if _, err := enabled(ctx, tx, person); err != nil {
			return err
		}
		l, err := use(ctx, tx, linkPasskeyNew, hash, now)
		if err == nil && l.Email != person {
			err = ErrLink
		}
		if err != nil {
			return lateOr(err)
		}
		k, err := s.made(l, made)
		if err != nil {
			why = err
			return nil
		}
		k.ID, k.Created = id, now
		ok, err := tx.AddPasskey(ctx, *k)
		if err != nil {
			return err
		}
		if !ok {
			why = errKnownKey // section 7.1, step 26
			return nil
		}
		return s.note(ctx, tx, Access{At: now, What: "passkey.added", Person: person, About: k.Name})
	})
	if err == nil && why != nil {
		err = s.refused(ctx, why, ErrPasskeyMade)
	}
	return err
}

// made is the passkey of an answer to the challenge of a link.
func (s *Service) made(l *store.Link, made *passkey.Made) (*store.Passkey, error) {
	challenge, err1 := base64.RawURLEncoding.DecodeString(made.Challenge)
	handle, err2 := base64.RawURLEncoding.DecodeString(l.Opens)
	if err := errors.Join(err1, err2); err != nil {
		return nil, err
	}
	k, err := s.party.Created(challenge, passkey.Owner{Handle: handle, Email: l.Email}, made)
	if err != nil {
		return nil, err
	}
	return &store.Passkey{Credential: k.ID, Email: l.Email, Handle: handle, Name: l.Name, Public: k.Public, Transports: k.Transports, Counter: k.Counter, Synced: k.Synced}, nil
}

// lateOr says of a challenge that it has ended in the words for it.
func lateOr(err error) error {
	if errors.Is(err, ErrLink) {
		return ErrPasskeyLate
	}
	return err
}

// RemovePasskey takes a passkey of a person away by its id. Every session, the one
// at work among them, and every token ends; the session that is given takes its
// place. [ErrLastWayIn] where nothing else lets the person in, [ErrNobody] where
// the session at work (its id) is none of theirs.
func (s *Service) RemovePasskey(ctx context.Context, person, session, id string) (*Session, error) {
	var out *Session
	now := s.now()
	err := s.change(ctx, func(tx *store.AccountsTx) error {
		a, err := enabled(ctx, tx, person)
		if err != nil {
			return err
		}
		list, err := tx.Passkeys(ctx, person)
		if err != nil {
			return err
		}
		at := slices.IndexFunc(list, func(k store.Passkey) bool { return k.ID == id })
		if at < 0 {
			return ErrNotFound
		}
		if err := s.otherWayIn(ctx, tx, a, list, id); err != nil {
			return err
		}
		was, err := s.replace(ctx, tx, person, session)
		if err != nil {
			return err
		}
		if _, err := tx.DropPasskey(ctx, person, id); err != nil {
			return err
		}
		if err := s.note(ctx, tx, Access{At: now, What: "passkey.removed", Person: person, About: list[at].Name}); err != nil {
			return err
		}
		out, err = s.begin(ctx, tx, a, was.How, addressOf(ctx), was.Proved, now)
		return err
	})
	return out, err
}

// replace ends everything a person is signed in by; how the session at work was
// begun, and when the person last proved who they are, is for the one that takes
// its place.
func (s *Service) replace(ctx context.Context, tx *store.AccountsTx, person, session string) (was store.Session, err error) {
	list, err := tx.Sessions(ctx, person)
	if err != nil {
		return was, err
	}
	at := slices.IndexFunc(list, func(x store.Session) bool { return x.ID == session })
	if at < 0 {
		return was, ErrNobody
	}
	return list[at], endAll(ctx, tx, person)
}

// otherWayIn refuses to take away the last thing that lets a person in: there is a
// password, another passkey that is good, or a provider that knows them.
func (s *Service) otherWayIn(ctx context.Context, tx *store.AccountsTx, a *store.Account, list []store.Passkey, id string) error {
	others := slices.ContainsFunc(list, func(k store.Passkey) bool { return k.ID != id && !k.Copied })
	if a.Password != "" || others {
		return nil
	}
	if s.opt.Issuer != "" {
		if tied, err := tx.HasIdentity(ctx, s.opt.Issuer, a.Email); err != nil || tied {
			return err
		}
	}
	return ErrLastWayIn
}
