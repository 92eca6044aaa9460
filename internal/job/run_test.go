package job

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"testing"
	"time"
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
	slow := Job{Name: "sweep", Every: time.Hour, Do: func(context.Context, time.Time) error {
		close(started)
		<-release
		return nil
	}}
	quick := Job{Name: "sweep", Every: time.Hour, Do: func(context.Context, time.Time) error { return nil }}
	ended := make(chan error, 1)
	go func() {
		_, err := a.Once(t.Context(), slow)
		ended <- err
	}()
	<-started
	if did, err := b.Once(t.Context(), quick); did || err != nil {
		t.Errorf("done twice at once: %v", err)
	}
	close(release)
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	for after, want := range map[time.Duration]bool{time.Minute: false} {
		d.later(after)
		if did, err := b.Once(t.Context(), quick); did != want || err != nil {
			t.Errorf("%s later: %v %v", after, did, err)
		}
	}
	d.later(time.Hour)
	broken := quick
	broken.Do = func(context.Context, time.Time) error { return errors.New("on purpose") }
	if did, err := b.Once(t.Context(), broken); !did || err == nil {
		t.Errorf("work that fails: %v %v", did, err)
	}
	if did, err := a.Once(t.Context(), quick); !did || err != nil {
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
	j := Job{Name: "sweep", Every: time.Second, Do: func(context.Context, time.Time) error { return nil }}
	if did, err := b.Once(t.Context(), j); did || err != nil {
		t.Errorf("taken from one that may live: %v %v", did, err)
	}
	d.later(lease + time.Second)
	if did, err := b.Once(t.Context(), j); !did || err != nil {
		t.Errorf("nobody does what the dead one held: %v %v", did, err)
	}
}

// A job that is woken is done before its time; the loop ends with its context,
// and a job that fails does not end it.
func TestRunAndWake(t *testing.T) {
	d := newDesk(t)
	r := d.runner("a")
	var n atomic.Int32
	did := make(chan struct{}, 9)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		r.Run(ctx, Job{Name: "outbox", Every: 30 * time.Second, Do: func(context.Context, time.Time) error {
			n.Add(1)
			did <- struct{}{}
			return errors.New("on purpose")
		}})
	}()
	<-did
	r.Wake("outbox")
	<-did
	cancel()
	<-ended
	if n.Load() < 2 {
		t.Errorf("done %d times", n.Load())
	}
}
