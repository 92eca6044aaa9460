package auth

import (
	"context"
	"encoding/base32"
	"strings"
	"time"

	"github.com/parleysec/parley/internal/store"
)

// recoveryCodes is how many codes somebody gets for when the second factor is
// lost; each is 80 random bits and good once.
const (
	recoveryCodes = 10
	recoveryBytes = 10
)

// Enrol begins a second factor of one-time codes: it gives the address that an
// authenticator reads from a QR code, and the secret for typing. It is asked
// for from [Service.Confirm] on. [ErrEnrolled] where there is one.
func (s *Service) Enrol(ctx context.Context, person string) (uri, secret string, err error) {
	b, err := s.random(codeSecret)
	if err != nil {
		return "", "", err
	}
	err = s.change(ctx, func(tx *store.AccountsTx) error {
		a, err := enabled(ctx, tx, person)
		if err != nil {
			return err
		}
		if a.Enrolled {
			return ErrEnrolled
		}
		return tx.SetSecret(ctx, person, b, false)
	})
	if err != nil {
		return "", "", err
	}
	uri, secret = codeURI(person, b)
	return uri, secret, nil
}

// Confirm ends what Enrol began, by a first code, and gives the recovery codes:
// they are shown this once. The error of a wrong code is a *[FieldError].
func (s *Service) Confirm(ctx context.Context, person, code string) (recovery []string, err error) {
	now := s.now()
	err = s.change(ctx, func(tx *store.AccountsTx) error {
		a, err := enabled(ctx, tx, person)
		if err != nil {
			return err
		}
		if a.Enrolled {
			return ErrEnrolled
		}
		if len(a.Secret) == 0 {
			return ErrNotEnrolled
		}
		step, ok := stepFor(a.Secret, codeTyped(code), now)
		if !ok {
			return wrongField("code", "it is not the one that is shown now: look whether the clocks of both devices are right")
		}
		if err := tx.SetSecret(ctx, person, a.Secret, true); err != nil {
			return err
		}
		if _, err := tx.UseStep(ctx, person, step); err != nil {
			return err
		}
		if recovery, err = s.recovery(ctx, tx, person, now); err != nil {
			return err
		}
		return s.note(ctx, tx, Access{At: now, What: "second-factor.enrolled", Person: person})
	})
	return recovery, err
}

// recovery makes new recovery codes in the place of the former ones.
func (s *Service) recovery(ctx context.Context, tx *store.AccountsTx, person string, now time.Time) ([]string, error) {
	if err := tx.DropLinks(ctx, person, linkRecovery); err != nil {
		return nil, err
	}
	var out []string
	for range recoveryCodes {
		b, err := s.random(recoveryBytes)
		if err != nil {
			return nil, err
		}
		id, err := s.id()
		if err != nil {
			return nil, err
		}
		if err := tx.AddLink(ctx, store.Link{Hash: recoveryHash(person, b), ID: id, Kind: linkRecovery, Email: person, Created: now}); err != nil {
			return nil, err
		}
		text := tokenText.EncodeToString(b)
		out = append(out, text[:4]+"-"+text[4:8]+"-"+text[8:12]+"-"+text[12:])
	}
	return out, nil
}

func recoveryHash(person string, code []byte) string {
	return digest("recovery", append([]byte(person+"\x00"), code...))
}

// codeTyped is a code without what people put between its letters.
func codeTyped(code string) string {
	return strings.ToUpper(strings.NewReplacer(" ", "", "-", "", "\t", "").Replace(strings.TrimSpace(code)))
}

// useCode uses up a one-time code or a recovery code of an account.
func (s *Service) useCode(ctx context.Context, tx *store.AccountsTx, a *store.Account, code string, now time.Time) (how string, ok bool, err error) {
	code = codeTyped(code)
	if len(code) == codeDigits {
		step, ok := stepFor(a.Secret, code, now)
		if !ok {
			return "one-time code", false, nil
		}
		ok, err := tx.UseStep(ctx, a.Email, step)
		return "one-time code", ok, err
	}
	b, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(code)
	if err != nil || len(b) != recoveryBytes || len(code) != tokenText.EncodedLen(recoveryBytes) {
		return "recovery code", false, nil
	}
	ok, err = tx.UseLink(ctx, linkRecovery, recoveryHash(a.Email, b))
	return "recovery code", ok, err
}

// DropSecondFactor takes a person's own second factor away, by password and
// code.
func (s *Service) DropSecondFactor(ctx context.Context, person, password, code string) error {
	return s.proved(ctx, proof{person: person, password: password, code: code, what: "removal of the second factor"}, func(tx *store.AccountsTx, a *store.Account, now time.Time) error {
		if !a.Enrolled {
			return ErrNotEnrolled
		}
		if err := dropFactor(ctx, tx, person); err != nil {
			return err
		}
		return s.note(ctx, tx, Access{At: now, What: "second-factor.dropped", Person: person})
	})
}

// dropFactor takes the second factor and what belongs to it away.
func dropFactor(ctx context.Context, tx *store.AccountsTx, email string) error {
	if err := tx.SetSecret(ctx, email, nil, false); err != nil {
		return err
	}
	return tx.DropLinks(ctx, email, linkRecovery, linkPending)
}
