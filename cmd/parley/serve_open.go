package main

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/internal/serving"
	"github.com/parleysec/parley/internal/web"
)

// goodbye is how long requests under way may take once the demo stops.
const goodbye = 5 * time.Second

// serveOpen answers on a loopback address until the context ends, to whoever
// asks: it is for a ledger that nobody keeps.
func (a *app) serveOpen(ctx context.Context, s *negotiate.Service, ln net.Listener) error {
	h, err := web.Handler(s, web.Options{Actor: negotiate.Local(a.user(), negotiate.ViaPage), Log: slog.New(slog.NewTextHandler(a.err, nil))})
	if err != nil {
		return &parley.Error{Op: "serve", Kind: parley.Internal, Err: err}
	}
	srv := web.NewHTTPServer(h)
	url := "http://" + ln.Addr().String() + "/"
	err = a.print(served{Schema: "parley.serve/1", URL: url}, func(w io.Writer) error {
		return write(w, catalogue.T("cli.serving", "url", url)+"\n")
	})
	if err != nil {
		return err
	}
	failed := make(chan error, 1)
	go func() { failed <- srv.Serve(ln) }()
	select {
	case err = <-failed:
	case <-ctx.Done():
		stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), goodbye)
		defer cancel()
		err = srv.Shutdown(stop)
	}
	if err != nil && !errors.Is(err, http.ErrServerClosed) {
		return &parley.Error{Op: "serve", Kind: parley.Unavailable, Err: err}
	}
	return nil
}

// loopback listens on an address of this machine alone: without sign-in the
// page must not be seen from elsewhere.
func loopback(listen string) (net.Listener, error) {
	set := serving.Settings{Listen: listen}
	alone, err := set.Alone()
	if err != nil {
		return nil, usageError{err}
	}
	if !alone {
		return nil, parley.Errorf(parley.Invalid, "demo", "%q is not an address of this machine alone", plain.Clean(listen)).
			WithHint(catalogue.T("cli.hint.loopback"))
	}
	ln, err := set.Heard()
	if err != nil {
		return nil, unheard(listen, err)
	}
	return ln, nil
}
