package client

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"github.com/parleysec/parley/internal/api"
)

// Accounts lists every account.
func (c *Client) Accounts(ctx context.Context) ([]api.Account, error) {
	return items[api.Account](ctx, c, "/accounts")
}

// Invitations lists the invitations that were not accepted yet.
func (c *Client) Invitations(ctx context.Context) ([]api.Invitation, error) {
	return items[api.Invitation](ctx, c, "/invitations")
}

func items[T any](ctx context.Context, c *Client, path string) ([]T, error) {
	p, err := asked[api.Page[T]](ctx, c, path)
	if err != nil {
		return nil, err
	}
	return p.Items, nil
}

// Invite invites somebody and gives the path of the link; by mail, which nobody else
// sees, it is "".
func (c *Client) Invite(ctx context.Context, in api.Inviting, mail bool) (path string, err error) {
	if mail {
		_, err := added[api.Done](ctx, c, "/invitations/mail", in)
		return "", err
	}
	return c.link(ctx, "/invitations", in)
}

// Withdraw ends an invitation by its id.
func (c *Client) Withdraw(ctx context.Context, id string) error {
	_, err := c.send(ctx, request{method: http.MethodDelete, path: "/invitations/" + url.PathEscape(id)}, &api.Done{})
	return err
}

// Reset makes a link by which somebody sets a new password, as [Client.Invite] does.
func (c *Client) Reset(ctx context.Context, email string, mail bool) (path string, err error) {
	if mail {
		return "", c.ChangeAccount(ctx, email, "mail-reset-link")
	}
	return c.link(ctx, account(email, "reset-link"), nil)
}

// ChangeAccount does something about the account of somebody else: disable, enable,
// clear-second-factor or end-sessions.
func (c *Client) ChangeAccount(ctx context.Context, email, what string) error {
	_, err := added[api.Done](ctx, c, account(email, what), nil)
	return err
}

// AccessLog gives up to n entries of the log of sign-ins, the newest first, and
// where the ones before them start, "" for none.
func (c *Client) AccessLog(ctx context.Context, cursor string, n int) ([]api.AccessEntry, string, error) {
	p, err := asked[api.Page[api.AccessEntry]](ctx, c, "/access-log"+query{"cursor": cursor, "limit": strconv.Itoa(n)}.text())
	if err != nil {
		return nil, "", err
	}
	return p.Items, p.Next, nil
}

// account is the path of something about an account.
func account(email, what string) string { return "/accounts/" + url.PathEscape(email) + "/" + what }

func (c *Client) link(ctx context.Context, path string, body any) (string, error) {
	out := &api.Secret{}
	_, err := c.send(ctx, request{method: http.MethodPost, path: path, json: body, secret: true}, out)
	return out.Path, err
}
