package web

import (
	"context"

	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/ledger"
)

// who is the person a page is for; nobody where nobody signs in.
func (l *live) who(ctx context.Context) *Who {
	if l.opt.Identify == nil || !named(ctx) {
		return nil
	}
	return &Who{Name: actorOf(ctx).ID}
}

// foot says at the end of a page how the person is known, and from where it can
// be seen.
func (l *live) foot(ctx context.Context) []string {
	var out []string
	if a := actorOf(ctx); a.Known == ledger.ThisMachine {
		out = append(out, catalogue.T("web.foot.actor", "who", a.ID))
	}
	if l.opt.URL == "" {
		out = append(out, catalogue.T("web.foot.local"))
	}
	return out
}
