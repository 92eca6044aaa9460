package job

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/outgoing"
	"github.com/parleysec/parley/internal/store"
)

// Link is a link by which somebody gets into an account, as it is sent.
type Link struct {
	Path    string // at the server, with the secret
	Invites bool   // else it sets a new password
	Email   string // of whom it is for
	By      string // who made it
	Expires time.Time
}

// letterID is the same each time a letter is sent.
func letterID(d store.Delivery) string {
	return strings.NewReplacer(":", "-", "@", ".").Replace(fmt.Sprintf("%s-%s-%d", d.Kind, d.Target, d.Seq))
}

// sendLink sends a link that is made now. When that fails it is made anew at the
// next try, so that a letter which came through all the same holds one that is
// good for nothing: each try is a letter of its own.
func (m *Mail) sendLink(ctx context.Context, o *Outbox, d store.Delivery, id string) error {
	x, err := m.Draw(ctx, id)
	if err != nil {
		return err
	}
	if x == nil || x.Email != d.Target {
		return errNothing
	}
	key := "mail.reset."
	if x.Invites {
		key = "mail.invite."
	}
	pairs := []any{"by", line(x.By), "until", moment(x.Expires), "url", o.URL + x.Path}
	return m.Send(ctx, outgoing.Letter{
		To: d.Target, ID: fmt.Sprintf("%s-%d", letterID(d), d.Attempts),
		Subject: catalogue.T(key+"subject", pairs...), Text: catalogue.T(key+"text", pairs...) + "\n",
	})
}

// sendChange tells somebody what happened to their account. It holds no secret and
// no way to undo it but to sign in.
func (m *Mail) sendChange(ctx context.Context, o *Outbox, d store.Delivery, what string, l outgoing.Letter) error {
	if !hasChange(what) { // of a newer program, which tells by itself
		return errNothing
	}
	pairs := []any{"what", catalogue.T("mail.account." + what), "when", moment(time.UnixMilli(d.Seq)), "url", o.URL + "/account"}
	l.Subject, l.Text = catalogue.T("mail.account.subject", pairs...), catalogue.T("mail.account.text", pairs...)+"\n"
	return m.Send(ctx, l)
}

// hasChange reports whether there is a text for what happened to an account.
func hasChange(what string) bool { return catalogue.Has("mail.account." + what) }

// moment is a time to the minute that is read the same everywhere.
func moment(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 UTC") }
