package main

import (
	"context"
	"log/slog"

	"github.com/parleysec/parley/internal/job"
	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/internal/outgoing"
	"github.com/parleysec/parley/internal/serving"
	"github.com/parleysec/parley/ledger"
)

// works is the background work of a server: what the clock does, and what is
// told by itself.
func (a *app) works(ctx context.Context, s *negotiate.Service, site *site, set *serving.Settings, log *slog.Logger) (*job.Works, error) {
	o := job.Options{
		Now: a.now, Log: log, Watch: site.watch, URL: site.origin, Guard: outgoing.Guard{Allow: set.AllowNetworks}, Told: site.work.Told, Tried: site.work.Tried, Tracer: site.tracer,
		Sweep:   func(ctx context.Context) error { return a.sweepOnce(ctx, s, log) },
		Reaches: site.accounts.MaySignIn,
		Draw: func(ctx context.Context, id string) (*job.Link, error) {
			x, err := site.accounts.Draw(ctx, id)
			return (*job.Link)(x), err
		},
		Figure:  negotiate.PremiseText,
		Reading: negotiate.RolesFor("Brief"), Deciding: negotiate.RolesFor("Move"),
	}
	if set.SMTP != "" {
		o.Mailer = &outgoing.Mailer{Server: set.SMTP, User: set.SMTPUser, Password: set.SMTPPassword, From: set.MailFrom, Now: a.now}
	}
	w, err := job.Open(ctx, s.Ledger, o)
	if err != nil {
		return nil, err
	}
	site.work.Watch(func(ctx context.Context) (serving.Backlog, error) {
		b, err := w.Backlog(ctx)
		if err != nil {
			return serving.Backlog{}, err
		}
		out := serving.Backlog{Events: b.Events, Waiting: b.Waiting, GivenUp: b.GivenUp, Stopped: b.Stopped, Finished: b.Finished, Hooks: map[string]serving.Waits{}}
		for id, x := range b.Hooks {
			out.Hooks[id] = serving.Waits(x)
		}
		if !b.Since.IsZero() {
			out.Overdue = a.now().Sub(b.Since)
		}
		return out, nil
	})
	return w, nil
}

func (a *app) sweepOnce(ctx context.Context, s *negotiate.Service, log *slog.Logger) error {
	r, err := s.Sweep(ctx, negotiate.Local(a.user(), ledger.ViaJob))
	if err == nil && r.Recorded > 0 {
		log.Info("sweep", "recorded", r.Recorded, "ended", len(r.Ended), "reopened", len(r.Reopened))
	}
	return err
}

// working does the work until what it gives is called.
func working(ctx context.Context, w *job.Works) (stop func() error) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	done := make(chan struct{})
	go func() {
		defer close(done)
		w.Run(ctx)
	}()
	return func() error {
		cancel()
		<-done
		return w.Close()
	}
}
