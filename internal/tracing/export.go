package tracing

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"sync"
	"time"
)

// How spans are gathered: the usual numbers of the batch processor of
// OpenTelemetry.
const (
	maxKept  = 2048            // what is more is left out: requests never wait for a collector
	maxBatch = 512             // spans of one request to it
	every    = 5 * time.Second // spans are sent at least so often
	farewell = 5 * time.Second // for the last ones
	maxReply = 64 << 10        // bytes of an answer that are read
)

// Options are what a tracer is made with.
type Options struct {
	Endpoint string            // address that spans are sent to, whole
	Headers  map[string]string // sent along, such as a key; secret
	Service  string            // name of this program among others
	Version  string            // of this program

	Attributes map[string]string // what else is said of this program; service.name and .version are those above

	Share   float64       // of the traces that begin here, 0 … 1
	Timeout time.Duration // for the collector to take a batch; 0: what the client gives it
	Client  *http.Client
	Log     *slog.Logger     // told when a collector does not answer, at most once a minute
	Now     func() time.Time // the clock
}

// Tracer keeps spans and sends them. A nil one keeps none.
type Tracer struct {
	opt  Options
	full chan struct{} // holds a token when a batch is full

	mu   sync.Mutex
	kept []*Span // guarded by mu, like what follows
	left int     // out, since the last request

	end  context.CancelFunc
	done chan struct{}
	told time.Time // when the log was told last; of the sender alone, like lost
	lost int       // spans since then
}

// New makes a tracer that sends until [Tracer.Close].
func New(o Options) *Tracer {
	ctx, cancel := context.WithCancel(context.Background())
	t := &Tracer{opt: o, full: make(chan struct{}, 1), end: cancel, done: make(chan struct{})}
	go t.run(ctx)
	return t
}

// Close sends what is left, within five seconds, and ends the tracer.
func (t *Tracer) Close() {
	if t == nil {
		return
	}
	t.end()
	<-t.done
}

func (t *Tracer) keep(s *Span) {
	t.mu.Lock()
	if len(t.kept) >= maxKept {
		t.left++
		t.mu.Unlock()
		return
	}
	t.kept = append(t.kept, s)
	full := len(t.kept) >= maxBatch
	t.mu.Unlock()
	if full {
		select {
		case t.full <- struct{}{}:
		default:
		}
	}
}

func (t *Tracer) run(ctx context.Context) {
	defer close(t.done)
	sending, cut := context.WithCancel(context.Background()) // what is being sent at the end has its time, too
	defer cut()
	defer context.AfterFunc(ctx, func() { time.AfterFunc(farewell, cut) })()
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			t.flush(sending)
			return
		case <-tick.C:
		case <-t.full:
		}
		t.flush(sending)
	}
}

// flush sends all that is kept. What cannot be sent is lost, and the log is told.
func (t *Tracer) flush(ctx context.Context) {
	for {
		t.mu.Lock()
		batch := t.kept[:min(len(t.kept), maxBatch)]
		t.kept = append([]*Span(nil), t.kept[len(batch):]...)
		left := t.left
		t.left = 0
		t.mu.Unlock()
		if len(batch) == 0 {
			return
		}
		err := t.send(ctx, batch)
		t.lost += left
		if err != nil {
			t.lost += len(batch)
		}
		if now := t.opt.Now(); t.lost > 0 && now.Sub(t.told) >= time.Minute {
			t.opt.Log.Warn("spans are lost", "lost", t.lost, "error", err)
			t.told, t.lost = now, 0
		}
		if err != nil {
			return // the next tick tries again, with what came meanwhile
		}
	}
}

// send posts a batch: OTLP over HTTP, https://opentelemetry.io/docs/specs/otlp/.
func (t *Tracer) send(ctx context.Context, batch []*Span) error {
	body, err := t.encode(batch)
	if err != nil {
		return err
	}
	if t.opt.Timeout > 0 {
		var cut context.CancelFunc
		ctx, cut = context.WithTimeout(ctx, t.opt.Timeout)
		defer cut()
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, t.opt.Endpoint, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("the address of the collector: %w", err)
	}
	for name, value := range maps.All(t.opt.Headers) {
		r.Header.Set(name, value)
	}
	r.Header.Set("Content-Type", "application/json")
	res, err := t.opt.Client.Do(r)
	if e, ok := errors.AsType[*url.Error](err); ok {
		return e.Err // without the address, which may hold a key
	}
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if _, err := io.Copy(io.Discard, io.LimitReader(res.Body, maxReply)); err != nil {
		return err
	}
	if res.StatusCode/100 != 2 {
		return fmt.Errorf("the collector answers %s", res.Status)
	}
	return nil
}
