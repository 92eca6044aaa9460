package auth

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/parleysec/parley/internal/store"
)

// Invitation is a link by which somebody gets an account.
type Invitation struct {
	Email   string
	Name    string    // "" where the person is to say it
	Opens   string    // local path that the person is led to, "" for the first page; see [LocalPath]
	ID      string    // no secret; made by the service
	By      string    // who made it
	Created time.Time // set by the service
	Expires time.Time // set by the service: 72 hours after it was made
	Letter  string    // what became of the letter that brings it: one of [Letters]; "" where none does
	Gave    []Role    // given with it, and with those of the address that it replaced
}

// Role is a role that was given with an invitation.
type Role struct {
	Role    string `json:"role"`
	Product string `json:"product,omitempty"` // its id then; "" for the organisation
	Event   string `json:"event"`             // id of the event that gave it: it tells it from the same role given apart
}

// Invite makes an invitation and gives the secret of its link, which is good
// once and for 72 hours. Any other of the address ends: this one takes its place,
// with what was given. [ErrTaken] where the address has an account.
func (s *Service) Invite(ctx context.Context, by string, in Invitation) (secret string, err error) {
	return s.invite(ctx, by, in, false)
}

// Checked is an invitation as it is kept; it refuses what nobody can be invited with.
func (in Invitation) Checked() (_ Invitation, err error) {
	if in.Email, err = Email(in.Email); err != nil {
		return in, err
	}
	if in.Name != "" {
		if in.Name, err = cleanName("name", in.Name); err != nil {
			return in, err
		}
	}
	if in.Opens != "" && !LocalPath(in.Opens) {
		return in, wrongField("opens", "it is no path on this server, such as /decide")
	}
	return in, nil
}

// Invitable is an invitation as it is kept, where it can be made now, and by mail
// where that is asked for; else the error of [Service.Invite]. Nothing is recorded.
func (s *Service) Invitable(ctx context.Context, in Invitation, byMail bool) (Invitation, error) {
	in, err := in.Checked()
	if err != nil {
		return in, err
	}
	if byMail && !s.opt.Mails {
		return in, ErrNoMail
	}
	return in, s.read(ctx, func(tx *store.AccountsTx) error { return free(ctx, tx, in.Email) })
}

// free refuses an address that has an account.
func free(ctx context.Context, tx *store.AccountsTx, email string) error {
	a, err := tx.Find(ctx, email)
	if err == nil && a != nil {
		err = ErrTaken
	}
	return err
}

func (s *Service) invite(ctx context.Context, by string, in Invitation, byMail bool) (secret string, err error) {
	if in, err = in.Checked(); err != nil {
		return "", err
	}
	now := s.now()
	err = s.change(ctx, func(tx *store.AccountsTx) error {
		if err := free(ctx, tx, in.Email); err != nil {
			return err
		}
		gave, err := replaced(ctx, tx, in)
		if err != nil {
			return err
		}
		l := store.Link{Kind: linkInvite, Email: in.Email, Name: in.Name, Opens: in.Opens, By: by, Gave: gave, Created: now, Expires: now.Add(inviteFor)}
		if secret, err = s.linked(ctx, tx, l, byMail); err != nil {
			return err
		}
		return s.note(ctx, tx, Access{At: now, What: "invitation.made", Person: in.Email, By: by})
	})
	return secret, err
}

// replaced ends the invitations of an address, and gives what was given with them and
// with the one that takes their place, as it is kept.
func replaced(ctx context.Context, tx *store.AccountsTx, in Invitation) (string, error) {
	list, err := tx.Links(ctx, linkInvite)
	if err != nil {
		return "", err
	}
	gave := in.Gave
	for _, l := range list {
		if l.Email != in.Email {
			continue
		}
		for _, r := range invitation(l).Gave {
			if !slices.Contains(gave, r) {
				gave = append(gave, r)
			}
		}
	}
	if err := tx.DropLinks(ctx, in.Email, linkInvite); err != nil || len(gave) == 0 {
		return "", err
	}
	text, err := json.Marshal(gave)
	return string(text), err
}

func invitation(l store.Link) Invitation {
	in := Invitation{Email: l.Email, Name: l.Name, Opens: l.Opens, ID: l.ID, By: l.By, Created: l.Created, Expires: l.Expires}
	if l.Gave != "" && json.Unmarshal([]byte(l.Gave), &in.Gave) != nil {
		in.Gave = nil // what cannot be read is given by nobody knows whom: it stays
	}
	return in
}

// Invited is the invitation of a secret; looking uses nothing up. [ErrLink]
// where it is not valid.
func (s *Service) Invited(ctx context.Context, secret string) (*Invitation, error) {
	l, _, err := s.look(ctx, linkInvite, secret)
	if err != nil {
		return nil, err
	}
	in := invitation(*l)
	return &in, nil
}

// Accept makes the account somebody was invited to and signs them in. Every
// other invitation of the address ends with it.
func (s *Service) Accept(ctx context.Context, secret string, a NewAccount) (*Session, error) {
	l, hash, err := s.look(ctx, linkInvite, secret)
	if err != nil {
		return nil, err
	}
	if a.Email != "" {
		if e, err := Email(a.Email); err != nil || e != l.Email {
			return nil, wrongField("email", "the invitation is for another address")
		}
	}
	a.Email = l.Email
	if a.Name == "" {
		a.Name = l.Name
	}
	a, hashed, err := s.prepared(ctx, a)
	if err != nil {
		return nil, err
	}
	var out *Session
	now := s.now()
	err = s.change(ctx, func(tx *store.AccountsTx) error {
		if _, err := use(ctx, tx, linkInvite, hash, now); err != nil {
			return err
		}
		if err := tx.DropLinks(ctx, a.Email, linkInvite); err != nil {
			return err
		}
		out, err = s.enter(ctx, tx, a, hashed, "invitation", now)
		return err
	})
	return out, err
}

// Invitations lists the invitations that were not accepted yet, the newest first.
func (s *Service) Invitations(ctx context.Context) ([]Invitation, error) {
	var out []Invitation
	now := s.now()
	err := s.read(ctx, func(tx *store.AccountsTx) error {
		list, err := tx.Links(ctx, linkInvite)
		for _, l := range list {
			if !now.Before(l.Expires) {
				continue
			}
			in := invitation(l)
			d, err := tx.Letter(ctx, store.LetterLink+l.ID, l.Email)
			if err != nil {
				return err
			}
			if d != nil {
				in.Letter = letterState(d)
			}
			out = append(out, in)
		}
		return err
	})
	return out, err
}

// Withdraw ends an invitation by its id, and gives it. What it gave is named where
// nobody has the account it was for, so that nobody used it; to take that back is for
// the caller.
func (s *Service) Withdraw(ctx context.Context, by, id string) (was Invitation, err error) {
	now := s.now()
	err = s.change(ctx, func(tx *store.AccountsTx) error {
		l, err := tx.LinkOf(ctx, linkInvite, id)
		if err != nil {
			return err
		}
		if l == nil {
			return ErrNotFound
		}
		was = invitation(*l)
		if err := free(ctx, tx, l.Email); errors.Is(err, ErrTaken) {
			was.Gave = nil
		} else if err != nil {
			return err
		}
		ok, err := tx.DropLink(ctx, linkInvite, id)
		if err == nil && !ok {
			err = ErrNotFound // somebody was faster
		}
		if err != nil {
			return err
		}
		return s.note(ctx, tx, Access{At: now, What: "invitation.withdrawn", Person: l.Email, By: by})
	})
	return was, err
}
