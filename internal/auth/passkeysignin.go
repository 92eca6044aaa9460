package auth

import (
	"context"
	"encoding/base64"
	"errors"
	"log/slog"
	"net/netip"
	"time"

	"github.com/parleysec/parley/internal/auth/passkey"
	"github.com/parleysec/parley/internal/store"
)

// AskPasskey gives what a browser is asked to sign with, for
// [Service.SignInByPasskey] within five minutes. Nobody is named: the device knows
// whose key it has. Each challenge takes a turn of the network, which a right
// answer gives back, so that nobody fills the tables. The error is a
// *[TooManyError] or that of [Service.PasskeysAt].
func (s *Service) AskPasskey(ctx context.Context, from netip.Addr) (options string, err error) {
	if err := s.hasParty(); err != nil {
		return "", err
	}
	now := s.now()
	if _, err := s.limited(ctx, "", from, now, s.passkeyTurn(from)); err != nil {
		return "", err
	}
	return s.request(ctx, "", now)
}

// unasked is in the name of a challenge that a page asked for by itself.
const unasked = "unasked"

// OfferPasskey is [Service.AskPasskey] for a page that asks by itself, so that the
// browser can offer a passkey where the address is typed. It takes turns of its own:
// opening the page takes none of those who want to sign in. That there is no turn is
// nobody's failure, and not in the access log.
func (s *Service) OfferPasskey(ctx context.Context, from netip.Addr) (options string, err error) {
	if err := s.hasParty(); err != nil {
		return "", err
	}
	now, t := s.now(), s.offerTurn(from)
	switch _, retry, err := s.take(ctx, now, t); {
	case err != nil:
		return "", err
	case retry > 0:
		return "", &TooManyError{Retry: retry}
	}
	return s.request(ctx, unasked, now)
}

// request keeps a challenge, and gives what a browser is asked to sign it with.
func (s *Service) request(ctx context.Context, name string, now time.Time) (options string, err error) {
	var challenge []byte
	err = s.change(ctx, func(tx *store.AccountsTx) (err error) {
		if err = s.tidy(ctx, tx, now); err != nil {
			return err
		}
		challenge, err = s.challenge(ctx, tx, store.Link{Kind: linkPasskeySign, Name: name, Created: now, Expires: now.Add(challengeFor)})
		return err
	})
	if err != nil {
		return "", err
	}
	return s.party.Request(challenge)
}

// passkeyTurn is what a challenge or an answer takes: of the network alone, since
// no signature can be guessed, and not of what passwords take.
func (s *Service) passkeyTurn(from netip.Addr) turn {
	return turn{limitAddress, "passkey " + Network(from)}
}

// offerTurn is what a challenge takes that a page asked for by itself.
func (s *Service) offerTurn(from netip.Addr) turn {
	return turn{limitAddress, "passkey offered " + Network(from)}
}

// SignInByPasskey signs somebody in by what their device signed. The device has
// looked at who holds it, so that no code is asked for. The error is a
// *[TooManyError], [ErrPasskeyLate], [ErrPasskeyCopied] or [ErrPasskey]: in the same
// words for a key that is not known, one of a disabled account and a wrong
// signature. The challenge is used up, whatever comes of it.
func (s *Service) SignInByPasskey(ctx context.Context, answer string, from netip.Addr) (*Session, error) {
	now := s.now()
	right, err := s.limited(ctx, "", from, now, s.passkeyTurn(from))
	if err != nil {
		return nil, err
	}
	signed, err := passkey.Read(answer)
	if err != nil {
		return nil, s.notSigned(ctx, from, err, now)
	}
	hash, ok := secretHash(signed.Challenge)
	if !ok || s.party == nil {
		return nil, ErrPasskeyLate
	}
	var out *Session
	var why error
	asked := s.passkeyTurn(from) // of the challenge
	err = s.change(ctx, func(tx *store.AccountsTx) error {
		out, why = nil, nil
		l, err := use(ctx, tx, linkPasskeySign, hash, now)
		if err != nil {
			return err
		}
		if l.Name == unasked {
			asked = s.offerTurn(from)
		}
		out, why, err = s.signed(ctx, tx, signed, from, now)
		return err
	})
	if err != nil {
		return nil, lateOr(err)
	}
	if why != nil {
		return nil, why
	}
	right()
	s.back(ctx, asked)
	return out, nil
}

// signed begins the session of somebody whose device signed a challenge that was
// used up. why is what they are told where it did not; that is on record then.
func (s *Service) signed(ctx context.Context, tx *store.AccountsTx, signed *passkey.Signed, from netip.Addr, now time.Time) (out *Session, why, err error) {
	fail := func(person string, reason error) (*Session, error, error) {
		s.opt.Log.LogAttrs(ctx, slog.LevelWarn, "a passkey was not accepted", slog.Any("error", reason))
		return nil, ErrPasskey, s.note(ctx, tx, Access{At: now, What: "sign-in.failed", Person: person, From: addressText(from), About: "passkey"})
	}
	k, err := tx.FindPasskey(ctx, signed.Credential)
	if err != nil {
		return nil, nil, err
	}
	if k == nil {
		return fail("", errUnknownKey)
	}
	a, err := enabled(ctx, tx, k.Email) // from here on nobody else changes its keys
	if errors.Is(err, ErrNobody) {
		return fail(k.Email, errDisabled)
	}
	if err != nil {
		return nil, nil, err
	}
	if k, err = tx.FindPasskey(ctx, signed.Credential); err != nil {
		return nil, nil, err
	}
	if k == nil {
		return fail(a.Email, errUnknownKey)
	}
	challenge, err := base64.RawURLEncoding.DecodeString(signed.Challenge)
	if err != nil {
		return fail(k.Email, err)
	}
	counter, copied, err := s.party.Verify(challenge, signed, k.Handle, keyOf(*k))
	if err != nil {
		return fail(k.Email, err)
	}
	if copied || k.Copied {
		if err := tx.SpoilPasskey(ctx, k.ID); err != nil {
			return nil, nil, err
		}
		return nil, ErrPasskeyCopied, s.note(ctx, tx, Access{At: now, What: "passkey.copied", Person: k.Email, From: addressText(from), About: k.Name})
	}
	if err := tx.UsePasskey(ctx, k.ID, counter, now); err != nil {
		return nil, nil, err
	}
	out, err = s.begin(ctx, tx, a, "passkey", from, now, now)
	return out, nil, err
}

// Why a key is not taken, for the log.
var (
	errUnknownKey = errors.New("no account has this passkey")
	errKnownKey   = errors.New("this passkey is known already")
	errDisabled   = errors.New("the account is disabled")
)

// notSigned notes that what was sent is no signature at all.
func (s *Service) notSigned(ctx context.Context, from netip.Addr, why error, now time.Time) error {
	if err := s.failed(ctx, nil, from, "passkey", now); !errors.Is(err, ErrWrong) {
		return err
	}
	return s.refused(ctx, why, ErrPasskey)
}

// refused tells the log why an answer was not taken, and the person that it was not.
func (s *Service) refused(ctx context.Context, why, says error) error {
	s.opt.Log.LogAttrs(ctx, slog.LevelWarn, "a passkey was not accepted", slog.Any("error", why))
	return says
}
