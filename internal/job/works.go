package job

import (
	"context"
	"crypto/rand"
	"log/slog"
	mathrand "math/rand/v2"
	"sync"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/outgoing"
	"github.com/parleysec/parley/internal/store"
	"github.com/parleysec/parley/internal/tracing"
	"github.com/parleysec/parley/ledger"
)

// Options are what the background work of a server needs.
type Options struct {
	Now   func() time.Time
	Log   *slog.Logger
	URL   string         // of the server, without a slash at the end
	Guard outgoing.Guard // of webhooks

	Watch   *Watch                                                 // of the ledger; nil for none
	Sweep   func(context.Context) error                            // what the clock does
	Mailer  *outgoing.Mailer                                       // nil for no mail
	Reaches func(ctx context.Context, person string) (bool, error) // whether somebody has an account that may be used
	Draw    func(ctx context.Context, id string) (*Link, error)    // makes a link that is sent anew; nil where it is good for nothing
	Told    func(name string, took time.Duration, err error)       // of each run; nil for nobody

	Tried func(by, what string) // of each try to tell somebody; nil for nobody

	Tracer *tracing.Tracer // of each run; nil for none

	Figure func(x float64, unit string) string // a figure in words: an amount, or what a decision counts on

	Reading, Deciding []ledger.MemberRole // roles by which a product may be read, and decided about
}

// Works is the background work of one server.
type Works struct {
	watch  *Watch
	runner *Runner
	jobs   []Job
}

// Watch notices when the ledger grows.
type Watch = store.Watcher

// OpenWatch opens the ledger at an address to watch it. direct is its address past
// a pooler, over which PostgreSQL says so by itself; "" where there is none.
func OpenWatch(ctx context.Context, ledgerURL, direct string, log *slog.Logger) (*Watch, error) {
	w, err := store.OpenWatcher(ctx, ledgerURL, store.Watching{Direct: direct, Log: log})
	if err != nil {
		return nil, &parley.Error{Op: "watch the ledger", Kind: parley.Unavailable, Err: err}
	}
	return w, nil
}

// How often each piece of work is looked at.
const (
	betweenSweeps   = 15 * time.Minute
	betweenTellings = 5 * time.Second
	betweenLetters  = time.Hour
)

// Open opens the ledger at an address for background work.
func Open(ctx context.Context, ledgerURL string, o Options) (*Works, error) {
	db, err := store.Open(ctx, ledgerURL, store.Options{Now: o.Now})
	if err != nil {
		return nil, &parley.Error{Op: "open the outbox", Kind: parley.Unavailable, Err: err}
	}
	out := &Outbox{
		DB: db, Now: o.Now, Chance: mathrand.Float64, Log: o.Log, URL: o.URL,
		Send: outgoing.Webhooks{Guard: o.Guard}.Send, Tried: o.Tried, Figure: o.Figure,
	}
	if o.Mailer != nil {
		m := *o.Mailer
		m.Guard = outgoing.Anywhere()
		out.Mail = &Mail{Send: m.Send, Reaches: o.Reaches, Draw: o.Draw, Reading: o.Reading, Deciding: o.Deciding}
	}
	var grown func() <-chan struct{}
	if o.Watch != nil {
		grown = o.Watch.Grown
	}
	return &Works{
		watch:  o.Watch,
		runner: &Runner{DB: db, Holder: rand.Text(), Now: o.Now, Log: o.Log, Told: o.Told, Tracer: o.Tracer},
		jobs: []Job{
			{Name: "sweep", Every: betweenSweeps, Do: o.Sweep},
			{Name: "outbox", Every: betweenTellings, Grown: grown, Needed: out.Needed, Do: out.Run},
			{Name: "calendar", Every: betweenLetters, Do: out.Calendar},
		},
	}, nil
}

// Run does the work, and watches, until the context ends.
func (w *Works) Run(ctx context.Context) {
	var all sync.WaitGroup
	if w.watch != nil {
		all.Go(func() { w.watch.Run(ctx) })
	}
	w.runner.Run(ctx, w.jobs...)
	all.Wait()
}

// Backlog is what is still to be told and done, by all servers of the ledger.
type Backlog = store.Backlog

// Backlog counts what is still to be told and done.
func (w *Works) Backlog(ctx context.Context) (b *Backlog, err error) {
	err = w.runner.DB.ReadOutbox(ctx, func(tx *store.OutboxTx) error {
		b, err = tx.Backlog(ctx, w.runner.Now())
		return err
	})
	return b, err
}

// Close closes the ledger.
func (w *Works) Close() error { return w.runner.DB.Close() }
