package auth

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/store"
)

// ErrNoMail says that the server sends no mail.
var ErrNoMail = parley.Errorf(parley.Refused, "", "this server sends no mail: pass the link on by yourself")

// told is what people are told of by mail when it happens to their own account,
// by its name in the access log: each is a way in that somebody else may have
// made, or taken from them.
var told = map[string]bool{
	"password.changed": true, "password.reset": true, "reset.made": true,
	"second-factor.enrolled": true, "second-factor.dropped": true, "second-factor.cleared": true,
	"passkey.added": true, "passkey.removed": true, "passkey.copied": true,
	"token.made": true, "provider.tied": true,
}

// Told lists what people are told of by mail.
func Told() []string { return slices.Sorted(maps.Keys(told)) }

// tell queues the letter about an entry of the access log, where there is one.
func (s *Service) tell(ctx context.Context, tx *store.AccountsTx, a Access) error {
	if !s.opt.Mails || a.Person == "" || !told[a.What] {
		return nil
	}
	return tx.Queue(ctx, store.Delivery{Kind: store.LetterAccount + a.What, Target: a.Person, Seq: a.At.UnixMilli(), Due: a.At})
}

// Mails reports whether links can be sent by mail.
func (s *Service) Mails() bool { return s.opt.Mails }

// InviteByMail makes an invitation that is sent to whom it is for. Nobody else
// ever sees its secret, which is drawn when the letter is written: none stands in
// the outbox, and none is in the database that somebody knows. [ErrNoMail] where
// no mail is sent.
func (s *Service) InviteByMail(ctx context.Context, by string, in Invitation) error {
	_, err := s.invite(ctx, by, in, true)
	return err
}

// ResetByMail makes a link for a new password that is sent to the person of the
// account, as [Service.InviteByMail] does.
func (s *Service) ResetByMail(ctx context.Context, by, email string) error {
	_, err := s.reset(ctx, by, email, true)
	return err
}

// Where links open at a server, with their secret behind a #.
const (
	InvitePath = "/invite"
	ResetPath  = "/reset"
)

// What became of a letter with a link.
const (
	LetterWaiting   = store.Waiting   // it was not tried yet
	LetterFailing   = "failing"       // it could not be handed over, and is tried again
	LetterDelivered = store.Delivered // the mail server has it
	LetterGivenUp   = store.GivenUp   // it could not be handed over while its link was good
)

// Letters lists what can become of a letter with a link.
func Letters() []string {
	return []string{LetterWaiting, LetterFailing, LetterDelivered, LetterGivenUp}
}

// letterState is what became of a letter that was queued.
func letterState(d *store.Delivery) string {
	if d.State == store.Waiting && d.Attempts > 0 {
		return LetterFailing
	}
	return d.State
}

// Letter is a letter with a link for a new password.
type Letter struct {
	State string    // one of [Letters]
	Made  time.Time // when the link was made, which is good for an hour
}

// letterFor is how long it is told that a link for a new password did not come.
const letterFor = 24 * time.Hour

// newPassword is the last letter with a link for a new password of an account. One
// that came tells nothing any more once its link is over.
func newPassword(ctx context.Context, tx *store.AccountsTx, email string, now time.Time) (*Letter, error) {
	d, err := tx.LetterTo(ctx, email)
	if err != nil || d == nil {
		return nil, err
	}
	l := &Letter{State: letterState(d), Made: time.UnixMilli(d.Seq).UTC()}
	if age := now.Sub(l.Made); age >= letterFor || l.State == LetterDelivered && age >= resetFor {
		return nil, nil
	}
	return l, nil
}

// linked makes a link; byMail queues the letter that brings it and gives no secret.
func (s *Service) linked(ctx context.Context, tx *store.AccountsTx, l store.Link, byMail bool) (secret string, err error) {
	if byMail && !s.opt.Mails {
		return "", ErrNoMail
	}
	secret, id, err := s.link(ctx, tx, l)
	if err != nil || !byMail {
		return secret, err
	}
	d := store.Delivery{Kind: store.LetterLink + id, Target: l.Email, Due: l.Created}
	if l.Kind == linkReset {
		d.Seq = l.Created.UnixMilli()
	}
	return "", tx.Queue(ctx, d)
}

// Mailed is a link that is about to be sent.
type Mailed struct {
	Path    string // it opens at this server, with the secret behind a #
	Invites bool   // whether it invites somebody; else it sets a new password
	Email   string
	By      string // who made it
	Expires time.Time
}

// Draw gives the link of an id a fresh secret, by which any before it is good for
// nothing; nil where it is used, withdrawn or over, or the account may not be used.
func (s *Service) Draw(ctx context.Context, id string) (*Mailed, error) {
	secret, hash, err := s.secret()
	if err != nil {
		return nil, err
	}
	var out *Mailed
	err = s.change(ctx, func(tx *store.AccountsTx) error {
		out = nil
		l, err := tx.RenewLink(ctx, id, hash, s.now(), linkInvite, linkReset)
		if err != nil || l == nil {
			return err
		}
		m := &Mailed{Path: InvitePath + "#" + secret, Invites: true, Email: l.Email, By: l.By, Expires: l.Expires}
		if l.Kind == linkReset {
			m.Path, m.Invites = ResetPath+"#"+secret, false
			if _, err := enabled(ctx, tx, l.Email); errors.Is(err, ErrNobody) {
				return nil
			} else if err != nil {
				return err
			}
		}
		out = m
		return nil
	})
	return out, err
}
