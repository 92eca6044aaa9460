package job

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/parleysec/parley/internal/store"
	"github.com/parleysec/parley/internal/tracing"
)

// Job is one piece of background work.
type Job struct {
	Name  string
	Every time.Duration // from the end of one run to the next, whichever server did it

	// Do does the work. It may be cut off at any moment and must do no harm when it
	// is done again.
	Do func(ctx context.Context) error

	// Grown gives a channel that is closed when the ledger may have grown since, and
	// the work is to be done before its time; nil: it is not.
	Grown func() <-chan struct{}

	// Needed looks, without writing, whether there is anything to do; nil: there is.
	Needed func(ctx context.Context) (bool, error)
}

// lease is how long work stays claimed by a server that says nothing more.
const lease = time.Minute

// Runner runs jobs, each at most once at a time among all servers of a ledger.
type Runner struct {
	DB     *store.DB
	Holder string           // this server, unlike every other
	Now    func() time.Time // the clock
	Log    *slog.Logger
	Told   func(name string, took time.Duration, err error) // of each run; nil for nobody
	Tracer *tracing.Tracer                                  // nil for none
}

// Run runs the jobs at once and then in their time, until the context ends, and
// waits for those under way.
func (r *Runner) Run(ctx context.Context, jobs ...Job) {
	var all sync.WaitGroup
	for _, j := range jobs {
		all.Go(func() {
			for first := true; ; first = false {
				var grown <-chan struct{} // asked for first, so that nothing is missed
				if j.Grown != nil {
					grown = j.Grown()
				}
				if _, err := r.once(ctx, j, first); err != nil && ctx.Err() == nil {
					r.Log.Error("background work", "job", j.Name, "error", err)
				}
				select {
				case <-ctx.Done():
					return
				case <-grown:
					settle(ctx)
				case <-time.After(j.Every):
				}
			}
		})
	}
	all.Wait()
}

// together is how long after a first event others are waited for, so that many at
// once are one run.
const together = 250 * time.Millisecond

func settle(ctx context.Context) {
	select {
	case <-ctx.Done():
	case <-time.After(together):
	}
}

// once does a job if nobody else is doing it and its time has come, or it is to be
// done now, and reports whether it did.
func (r *Runner) once(ctx context.Context, j Job, now bool) (did bool, err error) {
	if j.Needed != nil {
		if needed, err := j.Needed(ctx); err != nil || !needed {
			return false, err
		}
	}
	mine, last, err := r.claim(ctx, j.Name)
	if err != nil || !mine {
		return false, err
	}
	start := r.Now()
	// A little less than the full time counts: servers take turns.
	if due := last.Add(j.Every - j.Every/10); !now && !last.IsZero() && start.Before(due) && j.Every > lease {
		return false, r.finish(ctx, j.Name, time.Time{})
	}
	ticker := time.NewTicker(lease / 3)
	defer ticker.Stop()
	inside, span := r.Tracer.Work(ctx, j.Name)
	err = r.holding(inside, j, ticker.C)
	span.End(err)
	done := r.Now()
	if r.Told != nil {
		r.Told(j.Name, done.Sub(start), err)
	}
	if err != nil {
		done = time.Time{}
	}
	if end := r.finish(context.WithoutCancel(ctx), j.Name, done); err == nil {
		err = end
	}
	return true, err
}

// errLost says why work ended that could have gone on.
var errLost = errors.New("the work was taken over by another server")

// holding does a job and renews its claim at every tick meanwhile. A claim that is
// lost, or cannot be renewed, ends it; the error says so.
func (r *Runner) holding(ctx context.Context, j Job, ticks <-chan time.Time) error {
	ctx, cancel := context.WithCancelCause(ctx)
	renewed := make(chan struct{})
	go func() {
		defer close(renewed)
		for {
			select {
			case <-ctx.Done():
				return
			case <-ticks:
			}
			mine, _, err := r.claim(ctx, j.Name)
			if err == nil && !mine {
				err = errLost
			}
			if err != nil {
				cancel(err)
				return
			}
		}
	}()
	err := j.Do(ctx)
	cancel(nil)
	<-renewed
	if why := context.Cause(ctx); err != nil && !errors.Is(why, context.Canceled) {
		err = fmt.Errorf("%w: %w", why, err)
	}
	return err
}

func (r *Runner) claim(ctx context.Context, name string) (mine bool, last time.Time, err error) {
	now := r.Now()
	err = r.DB.Outbox(ctx, func(tx *store.OutboxTx) error {
		mine, last, err = tx.Claim(ctx, name, r.Holder, now, now.Add(lease))
		return err
	})
	if store.Retryable(err) {
		return false, last, nil // somebody else is at it
	}
	return mine, last, err
}

func (r *Runner) finish(ctx context.Context, name string, done time.Time) error {
	return r.DB.Outbox(ctx, func(tx *store.OutboxTx) error { return tx.Finish(ctx, name, r.Holder, done) })
}
