package auth

import (
	"context"
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
}

// Invite makes an invitation and gives the secret of its link, which is good
// once and for 72 hours. [ErrTaken] where the address has an account.
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

func (s *Service) invite(ctx context.Context, by string, in Invitation, byMail bool) (secret string, err error) {
	if in, err = in.Checked(); err != nil {
		return "", err
	}
	now := s.now()
	err = s.change(ctx, func(tx *store.AccountsTx) error {
		a, err := tx.Find(ctx, in.Email)
		if err == nil && a != nil {
			err = ErrTaken
		}
		if err != nil {
			return err
		}
		l := store.Link{Kind: linkInvite, Email: in.Email, Name: in.Name, Opens: in.Opens, By: by, Created: now, Expires: now.Add(inviteFor)}
		if secret, err = s.linked(ctx, tx, l, byMail); err != nil {
			return err
		}
		return s.note(ctx, tx, Access{At: now, What: "invitation.made", Person: in.Email, By: by})
	})
	return secret, err
}

func invitation(l store.Link) Invitation {
	return Invitation{Email: l.Email, Name: l.Name, Opens: l.Opens, ID: l.ID, By: l.By, Created: l.Created, Expires: l.Expires}
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

// Withdraw ends an invitation by its id.
func (s *Service) Withdraw(ctx context.Context, by, id string) error {
	now := s.now()
	return s.change(ctx, func(tx *store.AccountsTx) error {
		ok, err := tx.DropLink(ctx, linkInvite, id)
		if err == nil && !ok {
			err = ErrNotFound
		}
		if err != nil {
			return err
		}
		return s.note(ctx, tx, Access{At: now, What: "invitation.withdrawn", By: by})
	})
}
