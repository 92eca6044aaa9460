package main

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"strings"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/api"
	"github.com/parleysec/parley/internal/auth"
	"github.com/parleysec/parley/internal/job"
	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/internal/outgoing"
	"github.com/parleysec/parley/internal/serving"
	"github.com/parleysec/parley/internal/tracing"
	"github.com/parleysec/parley/internal/web"
	"github.com/parleysec/parley/ledger"
)

// site is a server with what it needs to say where it is.
type site struct {
	server   *serving.Server
	accounts *auth.Service
	watch    *job.Watch
	door     *door
	work     *serving.Work
	tracer   *tracing.Tracer // nil for none
	origin   string          // scheme, host and port that people use
	trials   *trials
	setUp    string // where the first account is made, "" where there is one
	headless bool   // there are accounts and nobody administers
}

// close closes what the site opened.
func (s *site) close() error {
	return errors.Join(s.accounts.Close(), s.watch.Close(), s.trials.close())
}

// site wires pages, API, accounts and what runs them; they know nothing of each
// other.
func (a *app) site(ctx context.Context, s *negotiate.Service, set *serving.Settings, ln net.Listener, log *slog.Logger, asOf string, tracer *tracing.Tracer) (*site, error) {
	watch, err := job.OpenWatch(ctx, s.Ledger, set.Direct, log)
	if err != nil {
		return nil, err
	}
	origin, err := web.PublicOrigin(set.URL)
	if err != nil {
		return nil, errors.Join(&parley.Error{Op: "serve", Kind: parley.Invalid, Err: err}, watch.Close())
	}
	accounts, err := auth.Open(ctx, s.Ledger, auth.Options{
		Now: a.now, Idle: set.SessionIdle, Absolute: set.SessionAbsolute, Log: log, Provided: a.inStep(s, set, log), Origin: origin, Issuer: set.OIDC.Issuer, Mails: set.SMTP != "",
	})
	if err != nil {
		return nil, errors.Join(&parley.Error{Op: "open the accounts", Kind: parley.Unavailable, Err: err}, watch.Close())
	}
	out := &site{accounts: accounts, watch: watch, origin: set.Origin(ln), work: serving.NewWork(), tracer: tracer, trials: &trials{app: a}}
	s.RolesChanged = accounts.EndSessions
	s.Guard = outgoing.Guard{Allow: set.AllowNetworks}
	out.door = &door{accounts: accounts, here: a.user(), cookie: web.CookieName(set.Secure())}
	if err := a.fill(ctx, out, s, set, ln, log, asOf); err != nil {
		return nil, errors.Join(err, out.close())
	}
	return out, nil
}

func (a *app) fill(ctx context.Context, out *site, s *negotiate.Service, set *serving.Settings, ln net.Listener, log *slog.Logger, asOf string) error {
	if set.Keyed() {
		_, port, err := net.SplitHostPort(ln.Addr().String())
		if err != nil {
			return &parley.Error{Op: "serve", Kind: parley.Internal, Err: err}
		}
		out.door.key = serving.NewKey(port)
	}
	if err := a.door(ctx, out, s); err != nil {
		return err
	}
	provider, err := a.provider(set, out.origin)
	if err != nil {
		return err
	}
	key, err := out.accounts.SharedKey(ctx, "pages")
	if err != nil {
		return &parley.Error{Op: "open the accounts", Kind: parley.Unavailable, Err: err}
	}
	pages, err := web.Handler(s, web.Options{
		Identify: out.door.page, Accounts: out.accounts, Provider: provider, Key: key, Actor: negotiate.Local(a.user(), negotiate.ViaPage), URL: set.URL, AsOf: asOf, Log: log, Example: out.trials.make, Grown: out.watch.Grown,
	})
	if err != nil {
		return &parley.Error{Op: "serve", Kind: parley.Internal, Err: err}
	}
	interfaces, err := api.Handler(s, api.Options{Identify: out.door.api, Accounts: out.accounts, Answers: out.accounts, Log: log, Grown: out.watch.Grown})
	if err != nil {
		return &parley.Error{Op: "serve", Kind: parley.Internal, Err: err}
	}
	out.server, err = serving.New(ln, serving.Options{
		Settings: set, API: addressed(interfaces), Pages: pages, Key: out.door.key, Log: log, Now: a.now, Work: out.work, Tracer: out.tracer, Issuer: outgoing.Client(s.Guard),
		Ready: func(ctx context.Context) error {
			_, err := out.accounts.SetUpNeeded(ctx)
			return err
		},
	})
	return err
}

// door finds out how people get in first: by a link while there is no account, and
// where nobody may let anybody in, as after a set-up that was cut off between the
// account and its roles, by whoever is at this machine.
func (a *app) door(ctx context.Context, out *site, s *negotiate.Service) error {
	needed, err := out.accounts.SetUpNeeded(ctx)
	switch {
	case err != nil:
	case needed:
		var secret string
		secret, err = out.accounts.SetUpLink(ctx)
		out.setUp = out.origin + "/setup#" + secret
	default:
		held, asked := s.Members(ctx, negotiate.Local(a.user(), ledger.ViaCLI))
		if asked != nil {
			return asked
		}
		out.headless = !slices.ContainsFunc(held.Members, func(m negotiate.Member) bool { return m.Role == ledger.Administrator && m.Product == "" })
	}
	if err != nil {
		return &parley.Error{Op: "open the accounts", Kind: parley.Unavailable, Err: err}
	}
	return nil
}

// addressed puts the address a request comes from where the accounts look for it.
func addressed(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(w, r.WithContext(auth.WithAddress(r.Context(), serving.Peer(r))))
	})
}

// door says who asks.
type door struct {
	accounts *auth.Service
	key      *serving.Key // lets in whoever sits at this machine, nil for nobody
	here     string       // who that is
	cookie   string       // name of the cookie of a session
}

// page says who asks for a page: somebody with a session, or with the key of
// this machine. A token opens no page.
func (d *door) page(r *http.Request) (context.Context, negotiate.Actor, error) {
	return d.who(r, "", negotiate.ViaPage)
}

// api says who asks by the API: also somebody with a token, which goes first.
func (d *door) api(r *http.Request) (context.Context, negotiate.Actor, error) {
	bearer := ""
	if sent := r.Header.Values("Authorization"); len(sent) > 0 {
		const scheme = "Bearer "
		if len(sent) > 1 || len(sent[0]) <= len(scheme) || !strings.EqualFold(sent[0][:len(scheme)], scheme) {
			return nil, negotiate.Actor{}, auth.ErrNobody // who sends one means it
		}
		bearer = sent[0][len(scheme):]
	}
	return d.who(r, bearer, ledger.ViaAPI)
}

func (d *door) who(r *http.Request, bearer string, via ledger.Via) (context.Context, negotiate.Actor, error) {
	session := ""
	if c, err := r.Cookie(d.cookie); err == nil {
		session = c.Value
	}
	p, err := d.accounts.Identify(r.Context(), session, bearer)
	switch {
	case errors.Is(err, auth.ErrNobody) && bearer == "" && d.key.Known(r):
		return r.Context(), negotiate.Local(d.here, via), nil
	case err != nil:
		return nil, negotiate.Actor{}, err
	}
	ctx := auth.WithPerson(r.Context(), p)
	if p.Known == ledger.ByToken {
		ctx = negotiate.Limit(ctx, negotiate.TokenLimit{Scope: negotiate.Scope(p.Scope), Products: p.Products, Ends: p.Ends})
	}
	return ctx, negotiate.Actor{ID: p.ID, Known: p.Known, Via: via}, nil
}
