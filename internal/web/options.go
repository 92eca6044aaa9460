package web

import (
	"context"
	"log/slog"
	"net/http"

	"github.com/parleysec/parley/internal/auth"
	"github.com/parleysec/parley/internal/negotiate"
)

// Options are the choices of [Handler].
type Options struct {
	// Actor is whoever sits at this machine: who uses the pages where nobody signs
	// in, and who gives the first account its roles.
	Actor negotiate.Actor

	// Identify says who sends a request, and the context their request runs in
	// (nil for its own); [ErrNobody], or another error of its kind, when nobody is
	// signed in. With it every page but those to sign in needs somebody; without it
	// everybody is Actor. It is called once a request.
	Identify func(*http.Request) (context.Context, negotiate.Actor, error)

	// Example makes a ledger to try things in, which nobody keeps, and what takes it
	// away again; nil: there is no example to walk through.
	Example func(context.Context) (Service, func() error, error)

	Accounts Accounts // nil: no pages to sign in
	Provider Provider // where people may sign in instead; nil for nowhere

	// Key of 32 bytes seals what somebody typed on the first page of a form of two;
	// servers behind one name have the same. None: one of this process alone.
	Key []byte

	// Grown gives a channel that is closed when the ledger may have grown since, for
	// pages that are kept up to date; nil: the ledger is looked at every second.
	Grown func() <-chan struct{}

	trial bool // whether this is the example

	URL  string       // address people open, such as https://parley.example.org; "" for the loopback address alone
	AsOf string       // civil date YYYY-MM-DD the figures are of; "" for today
	Log  *slog.Logger // of what went wrong; nil for nobody
}

// ErrNobody says that a request comes from nobody who is known.
var ErrNobody = auth.ErrNobody

// Handler is the site over a service. It checks Host and Origin itself: without
// a URL it answers under a loopback address alone. A URL that is none is an error.
func Handler(s Service, o Options) (http.Handler, error) {
	srv, err := newServer(&live{service: s, opt: o}, o)
	if err != nil {
		return nil, err
	}
	srv.members, srv.hooks = s, s
	return srv.handler(), nil
}
