package job

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/negotiate"
)

func (d *desk) runner(holder string) *Runner {
	o := d.outbox()
	d.t.Cleanup(func() { o.DB.Close() })
	return &Runner{DB: o.DB, Holder: holder, Now: o.Now, Log: slog.New(slog.DiscardHandler)}
}

// Work that one server does is done by no other meanwhile, nor again before its
// time; work that failed is.
func TestOneDoesIt(t *testing.T) {
	d := newDesk(t)
	a, b := d.runner("a"), d.runner("b")
	started, release := make(chan struct{}), make(chan struct{})
	slow := Job{Name: "sweep", Every: time.Hour, Do: func(context.Context) error {
		close(started)
		<-release
		return nil
	}}
	quick := Job{Name: "sweep", Every: time.Hour, Do: func(context.Context) error { return nil }}
	ended := make(chan error, 1)
	go func() {
		_, err := a.once(t.Context(), slow, false)
		ended <- err
	}()
	<-started
	if did, err := b.once(t.Context(), quick, false); did || err != nil {
		t.Errorf("done twice at once: %v", err)
	}
	close(release)
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	d.later(time.Minute)
	if did, err := b.once(t.Context(), quick, false); did || err != nil {
		t.Errorf("a minute later: %v %v", did, err)
	}
	d.later(time.Hour)
	broken := quick
	broken.Do = func(context.Context) error { return errors.New("on purpose") }
	if did, err := b.once(t.Context(), broken, false); !did || err == nil {
		t.Errorf("work that fails: %v %v", did, err)
	}
	if did, err := a.once(t.Context(), quick, false); !did || err != nil {
		t.Errorf("after work that failed: %v %v", did, err)
	}
}

// A server that dies with work leaves it to the others once its time is over.
func TestTheDeadHoldNothing(t *testing.T) {
	d := newDesk(t)
	a, b := d.runner("a"), d.runner("b")
	if mine, _, err := a.claim(t.Context(), "sweep"); !mine || err != nil {
		t.Fatal(mine, err)
	}
	j := Job{Name: "sweep", Every: time.Second, Do: func(context.Context) error { return nil }}
	if did, err := b.once(t.Context(), j, false); did || err != nil {
		t.Errorf("taken from one that may live: %v %v", did, err)
	}
	d.later(lease + time.Second)
	if did, err := b.once(t.Context(), j, false); !did || err != nil {
		t.Errorf("nobody does what the dead one held: %v %v", did, err)
	}
}

// Whoever loses their work to another server ends it, and says why.
func TestLostWorkEnds(t *testing.T) {
	d := newDesk(t)
	a, b := d.runner("a"), d.runner("b")
	for _, r := range []*Runner{a, b} {
		if mine, _, err := r.claim(t.Context(), "sweep"); !mine || err != nil {
			t.Fatal(mine, err)
		}
		d.later(lease + time.Second)
	}
	if mine, _, err := b.claim(t.Context(), "sweep"); !mine || err != nil {
		t.Fatal(mine, err)
	}
	ticks := make(chan time.Time, 1)
	ticks <- d.now
	err := a.holding(t.Context(), Job{Name: "sweep", Do: func(ctx context.Context) error {
		<-ctx.Done()
		return ctx.Err()
	}}, ticks)
	if !errors.Is(err, errLost) {
		t.Errorf("it ended with %v", err)
	}
}

// TestD10SweepingGoesOn: what fell due while nothing ran is ended at once, what
// falls due later at a later run; each once. A run that fails does not keep the
// next one from being tried; the loop ends with its context.
func TestD10SweepingGoesOn(t *testing.T) {
	d := newDesk(t)
	first := d.decide(d.here, negotiate.DecideRequest{Threats: []string{"replay"}, Kind: parley.Accept, Because: "cheap", Until: "2026-12-01"})
	second := d.decide(d.here, negotiate.DecideRequest{Threats: []string{"leak"}, Kind: parley.Accept, Because: "rare", Until: "2026-12-10"})
	until := func(day int) { d.later(time.Date(2026, 12, day, 0, 0, 1, 0, time.UTC).Sub(d.now)) }
	until(5) // nothing ran for days
	ticks, results := make(chan error), make(chan string)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	r := d.runner("a")
	go func() {
		defer close(ended)
		r.Run(ctx, Job{Name: "sweep", Every: time.Millisecond, Do: func(ctx context.Context) error {
			select {
			case <-ctx.Done():
				return ctx.Err()
			case err := <-ticks:
				if err != nil {
					return err
				}
			}
			swept, err := d.s.Sweep(ctx, d.here)
			if err != nil {
				results <- err.Error()
				return err
			}
			var out []string
			for i := range swept.Ended {
				out = append(out, swept.Ended[i].ShortID)
			}
			results <- strings.Join(out, " ")
			return nil
		}})
	}()
	sweeps := func(want string) {
		t.Helper()
		ticks <- nil
		if got := <-results; got != want {
			t.Errorf("swept %q, want %q", got, want)
		}
	}
	sweeps(first)
	sweeps("")
	ticks <- errors.New("on purpose")
	until(11)
	sweeps(second)
	stop()
	<-ended
}

// What is recorded is acted on before the time has come.
func TestGrownWakes(t *testing.T) {
	d := newDesk(t)
	watch, err := OpenWatch(t.Context(), d.path, "", slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer watch.Close()
	grown := make(chan struct{})
	asked := 0
	ran := make(chan int)
	ctx, cancel := context.WithCancel(t.Context())
	works := &Works{watch: watch, runner: d.runner("a"), jobs: []Job{{
		Name: "outbox", Every: time.Minute,
		Grown: func() <-chan struct{} {
			if asked++; asked == 1 {
				return grown
			}
			return nil
		},
		Do: func(context.Context) error {
			ran <- asked
			return nil
		},
	}}}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		works.Run(ctx)
	}()
	<-ran
	close(grown)
	if again := <-ran; again != 2 {
		t.Errorf("asked %d times, want once for each run", again)
	}
	cancel()
	<-ended
}
