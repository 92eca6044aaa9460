package main

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/internal/web"
	"github.com/parleysec/parley/ledger"
)

// goodbye is how long requests under way may take once the server stops.
const goodbye = 5 * time.Second

// serving says where the pages are.
type serving struct {
	Schema string `json:"schema"`
	URL    string `json:"url"`
}

func (a *app) serveCommand() *cobra.Command {
	var listen, asOf string
	c := command("serve", "serve", nil, func(cmd *cobra.Command, _ []string) error {
		ln, err := loopback(listen)
		if err != nil {
			return err
		}
		s := a.service()
		s.Once = false
		opened, err := s.Create(cmd.Context(), a.actor())
		if err != nil {
			return errors.Join(err, closed(ln))
		}
		key := "cli.serve.ledger"
		if opened.Made {
			key = "cli.serve.made"
		}
		a.note(catalogue.T(key, "ledger", opened.Ledger))
		stop := a.sweeping(cmd.Context(), s)
		defer stop()
		return errors.Join(a.serve(cmd.Context(), s, ln, asOf), closed(ln))
	})
	c.Flags().StringVar(&listen, "listen", "127.0.0.1:8080", catalogue.T("cli.serve.listen"))
	c.Flags().StringVar(&asOf, "as-of", "", catalogue.T("cli.flag.as-of"))
	return c
}

// betweenSweeps is how often the server looks whether an end was reached or a
// premise broke while nobody recorded anything.
const betweenSweeps = 15 * time.Minute

// sweeping sweeps at once and then time and again, until what it gives is called.
func (a *app) sweeping(ctx context.Context, s *negotiate.Service) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	ticker := time.NewTicker(betweenSweeps)
	log := slog.New(slog.NewTextHandler(a.err, nil))
	told := func(r *negotiate.SweepResult, err error) {
		switch {
		case err != nil:
			log.Error("sweep", "error", err)
		case r.Recorded > 0:
			log.Info("sweep", "recorded", r.Recorded, "ended", len(r.Ended), "reopened", len(r.Reopened))
		}
	}
	actor := negotiate.Local(a.user(), ledger.ViaJob)
	done := make(chan error, 1)
	go func() { done <- s.SweepEvery(ctx, actor, ticker.C, told) }()
	return func() {
		cancel()
		ticker.Stop()
		if err := <-done; err != nil {
			log.Error("sweep", "error", err)
		}
	}
}

// serve answers on a loopback address until the context ends.
func (a *app) serve(ctx context.Context, s *negotiate.Service, ln net.Listener, asOf string) error {
	h, err := web.Handler(s, web.Options{Actor: negotiate.Local(a.user(), negotiate.ViaPage), AsOf: asOf, Log: slog.New(slog.NewTextHandler(a.err, nil))})
	if err != nil {
		return &parley.Error{Op: "serve", Kind: parley.Internal, Err: err}
	}
	srv := web.NewHTTPServer(h)
	url := "http://" + ln.Addr().String() + "/"
	err = a.print(serving{Schema: "parley.serve/1", URL: url}, func(w io.Writer) error {
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

// closed closes a listener that the server may have closed already.
func closed(ln net.Listener) error {
	if err := ln.Close(); !errors.Is(err, net.ErrClosed) {
		return err
	}
	return nil
}

// loopback listens on an address of this machine alone: without sign-in the
// page must not be seen from elsewhere.
func loopback(listen string) (net.Listener, error) {
	host, port, err := net.SplitHostPort(listen)
	if err != nil {
		return nil, usageError{errors.New(catalogue.T("cli.bad-listen", "listen", plain.Clean(listen)))}
	}
	if _, err := strconv.ParseUint(port, 10, 16); err != nil {
		return nil, usageError{errors.New(catalogue.T("cli.bad-port", "port", plain.Clean(port)))}
	}
	if host == "localhost" {
		host = "127.0.0.1"
	}
	ip, err := netip.ParseAddr(host)
	if err != nil || !ip.IsLoopback() {
		return nil, parley.Errorf(parley.Invalid, "serve", "%q is not an address of this machine alone", plain.Clean(listen)).
			WithHint(catalogue.T("cli.hint.loopback"))
	}
	ln, err := net.Listen("tcp", net.JoinHostPort(ip.String(), port))
	if err != nil {
		return nil, unheard(listen, err)
	}
	return ln, nil
}
