package web

import (
	"context"
	"slices"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/ledger"
)

// who is the person a page is for; nobody where nobody signs in.
func (l *live) who(ctx context.Context) *Who {
	if l.opt.Identify == nil || !named(ctx) {
		return nil
	}
	w := &Who{Name: actorOf(ctx).ID}
	if l.opt.Accounts == nil {
		return w
	}
	if signedIn(ctx) {
		w.Links = append(w.Links, NavItem{URL: accountPath, Text: catalogue.T("web.account.title")})
		w.SignOut = "/sign-out"
	} else {
		w.Links = append(w.Links, NavItem{URL: signInPath, Text: catalogue.T("web.signin.title")})
	}
	if l.mayAnywhere(ctx, "Members") {
		w.Links = append(w.Links, NavItem{URL: peoplePath, Text: catalogue.T("web.people.title")})
	}
	if l.may(ctx, "Webhooks", "") == nil {
		w.Links = append(w.Links, NavItem{URL: webhooksPath, Text: catalogue.T("web.webhooks.title")})
	}
	if mayReadAccess(ctx, l) == nil {
		w.Links = append(w.Links, NavItem{URL: accessPath, Text: catalogue.T("web.access.title")})
	}
	return w
}

// access is what who asks may do; it is asked once a request.
func (l *live) access(ctx context.Context) (*negotiate.AccessResult, error) {
	v, ok := ctx.Value(visitKey{}).(*visit)
	if !ok {
		return &negotiate.AccessResult{}, nil
	}
	v.ask.Do(func() { v.access, v.err = l.service.Access(ctx, v.actor) })
	return v.access, v.err
}

// may refuses who may not use a use-case on a product, "" for the organisation.
// What cannot be known is refused.
func (l *live) may(ctx context.Context, useCase, product string) error {
	a, err := l.access(ctx)
	if err != nil {
		return err
	}
	if !a.May(useCase, product) {
		return parley.Errorf(parley.Forbidden, "", "%s", catalogue.T("web.error.no_right"))
	}
	return nil
}

// mayAnswer reports whether somebody may decide about threats of a product, or
// propose what to decide.
func (l *live) mayAnswer(ctx context.Context, product string) bool {
	return l.may(ctx, "Decide", product) == nil || l.may(ctx, "Decide (propose)", product) == nil
}

// mayAnywhere reports whether somebody may use a use-case on the organisation or
// on any product.
func (l *live) mayAnywhere(ctx context.Context, useCase string) bool {
	if l.may(ctx, useCase, "") == nil {
		return true
	}
	return slices.ContainsFunc(l.products(ctx), func(p Choice) bool { return l.may(ctx, useCase, p.ID) == nil })
}

// products are those that who asks may know of.
func (l *live) products(ctx context.Context) []Choice {
	a, err := l.access(ctx)
	if err != nil {
		return nil
	}
	var out []Choice
	for _, p := range a.Products {
		out = append(out, Choice{p.ID, titleOr(p.Name, p.ID)})
	}
	return out
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
