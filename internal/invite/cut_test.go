package invite

import (
	"context"
	"errors"
	"testing"

	"github.com/parleysec/parley/internal/auth"
	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/ledger"
)

// cut are accounts and roles whose work ends between the two, once one of them is asked.
type cut struct {
	*auth.Service
	Roles
	invite, remove error
	hangUp         func()
}

func (c *cut) Invite(ctx context.Context, by string, in auth.Invitation) (string, error) {
	if c.hangUp != nil {
		c.hangUp()
	}
	if c.invite != nil {
		return "", c.invite
	}
	return c.Service.Invite(ctx, by, in)
}

func (c *cut) SetMember(ctx context.Context, actor negotiate.Actor, req negotiate.MemberRequest) (*negotiate.MembersResult, error) {
	if req.Remove && c.remove != nil {
		return nil, c.remove
	}
	return c.Roles.SetMember(ctx, actor, req)
}

var errDisk = errors.New("the disk is full")

// TestNoRoleWithoutAnInvitation: where the invitation cannot be made, also because whoever
// asked hung up, the role that was given for it is taken back, and one that was held
// before stays. What could not be taken back is said.
func TestNoRoleWithoutAnInvitation(t *testing.T) {
	d := newDesk(t)
	d.set(ledger.Reader, "shop", false)
	ctx, hangUp := context.WithCancel(t.Context())
	c := &cut{Service: d.accounts, Roles: d.roles, invite: errDisk}
	send := func(ctx context.Context, role ledger.MemberRole) error {
		_, err := Send(ctx, c, c, d.here, Wanted{Invitation: auth.Invitation{Email: mia}, Role: role, Product: "shop"})
		return err
	}
	for _, role := range []ledger.MemberRole{ledger.Decider, ledger.Reader} {
		if err := send(t.Context(), role); !errors.Is(err, errDisk) {
			t.Errorf("%s: %v", role, err)
		}
	}
	c.invite, c.hangUp = nil, hangUp
	if err := send(ctx, ledger.Manager); !errors.Is(err, context.Canceled) {
		t.Errorf("hung up: %v", err)
	}
	d.holds("reader shop")
	c.invite, c.hangUp, c.remove = errDisk, nil, errors.New("the database is gone")
	if err := send(t.Context(), ledger.Security); !errors.Is(err, errDisk) || !errors.Is(err, c.remove) {
		t.Errorf("neither: %v", err)
	}
	d.holds("reader shop", "security shop")
	c.invite, c.remove = nil, nil
	d.must(send(t.Context(), ledger.Security)) // again, as whoever asked would: it is held, and stays theirs
	d.holds("reader shop", "security shop")
}
