package main

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/internal/serving"
	"github.com/parleysec/parley/internal/web"
)

// site is a server with what it needs to say where it is.
type site struct {
	server *serving.Server
	origin string       // scheme, host and port that people use
	key    *serving.Key // lets in whoever sits at this machine, nil for nobody
	setUp  string       // where the first account is made, "" where there is one
}

// site wires pages, API and what runs them together; they know nothing of each
// other.
func (a *app) site(ctx context.Context, s *negotiate.Service, set *serving.Settings, ln net.Listener, log *slog.Logger, asOf string) (*site, error) {
	out := &site{origin: set.Origin(ln)}
	if set.Keyed() {
		_, port, err := net.SplitHostPort(ln.Addr().String())
		if err != nil {
			return nil, &parley.Error{Op: "serve", Kind: parley.Internal, Err: err}
		}
		out.key = serving.NewKey(port)
	}
	local := negotiate.Local(a.user(), negotiate.ViaPage)
	pages, err := web.Handler(s, web.Options{Identify: identify(out.key, local), URL: set.URL, AsOf: asOf, Log: log})
	if err != nil {
		return nil, &parley.Error{Op: "serve", Kind: parley.Internal, Err: err}
	}
	out.server, err = serving.New(ln, serving.Options{
		Settings: set, Pages: pages, Key: out.key, Log: log, Now: a.now,
		Ready: func(ctx context.Context) error {
			_, err := s.Log(ctx, local, negotiate.LogRequest{Before: 1, Limit: 1})
			return err
		},
	})
	return out, err
}

// identify says who asks for a page.
func identify(key *serving.Key, here negotiate.Actor) func(*http.Request) (context.Context, negotiate.Actor, error) {
	return func(r *http.Request) (context.Context, negotiate.Actor, error) {
		if key.Known(r) {
			return r.Context(), here, nil
		}
		return nil, negotiate.Actor{}, web.ErrNobody
	}
}

// isOwn reports whether an error says already what is wrong.
func isOwn(err error) bool {
	_, ok := errors.AsType[*parley.Error](err)
	return ok
}
