package api

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/internal/sse"
)

// tellEvery is how often somebody hears at most how far their question is.
const tellEvery = 250 * time.Millisecond

// Progress is how far the work on a question is.
type Progress struct {
	Says string   `json:"says"`           // what is being done
	Done *float64 `json:"done,omitempty"` // 0..1, none where nobody knows
}

// told answers questions that take long event by event, for who asks so:
// progress, and at the end the answer, or the problem. What is refused before
// anything was sent is answered as always. Who hangs up ends the work.
func (a *api) told(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !a.tells[a.patternOf(r)] || !sse.Asked(r) {
			next.ServeHTTP(w, r)
			return
		}
		ctx, cancel := context.WithCancel(r.Context())
		defer cancel()
		t := &teller{stream: newStream(w, a.slow), gone: cancel}
		asked := r.Clone(negotiate.Telling(ctx, t.hear))
		asked.Header.Del("If-None-Match") // there is no answer without a body
		asked.Header.Set("Accept", "application/json")
		b := &buffer{ResponseWriter: &aside{header: maps.Clone(w.Header()), real: w}}
		stop := t.start()
		func() {
			defer a.cutOff(t, asked)
			defer stop()
			next.ServeHTTP(b, asked)
		}()
		t.end(b)
	})
}

// cutOff ends a stream that has begun with a problem where the work panicked: what
// comes behind would be no event.
func (a *api) cutOff(t *teller, r *http.Request) {
	if !t.begun {
		return // it is answered as always
	}
	p := recover()
	if p == nil {
		return
	}
	a.panicked(r, p)
	if data, err := json.Marshal(refuse(http.StatusInternalServerError, parley.Internal, "api.error.internal")); err == nil {
		_ = t.tell(sse.Event("problem", "", data))
	}
	panic(http.ErrAbortHandler) // it is logged, and the connection is not to be used again
}

// aside takes an answer that is not to be sent as it is. Deadlines are those of
// the real connection.
type aside struct {
	header http.Header
	real   http.ResponseWriter
}

// Header is the header of the answer.
func (x *aside) Header() http.Header { return x.header }

// Write drops the text; a buffer before it keeps it.
func (x *aside) Write(p []byte) (int, error) { return len(p), nil }

// WriteHeader drops the status.
func (x *aside) WriteHeader(int) {}

// Unwrap is the real connection.
func (x *aside) Unwrap() http.ResponseWriter { return x.real }

// teller tells one who asks how far the work is.
type teller struct {
	stream
	gone func() // ends the work: nobody waits for it any more

	mu   sync.Mutex
	now  Progress
	news bool

	begun bool // something was sent; only who sends reads and writes it
}

// hear takes what is said about the work; it does not wait.
func (t *teller) hear(what string, done float64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if what == "" {
		return // one of several parts is over
	}
	t.now, t.news = Progress{Says: what}, true
	if done >= 0 {
		t.now.Done = &done
	}
}

// start begins to tell; stop ends it, and returns when nothing more is sent.
func (t *teller) start() (stop func()) {
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		tick := time.NewTicker(tellEvery)
		defer tick.Stop()
		last := time.Now()
		for {
			select {
			case <-done:
				return
			case now := <-tick.C:
				text := t.next()
				if text == "" && now.Sub(last) < sse.Pulse {
					continue
				}
				if text == "" {
					text = sse.Beat
				}
				last = now
				if t.tell(text) != nil {
					t.gone()
					return
				}
			}
		}
	}()
	return func() { close(done); <-ended }
}

// next is the latest news, "" for none.
func (t *teller) next() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.news {
		return ""
	}
	t.news = false
	data, err := json.Marshal(t.now)
	if err != nil {
		return ""
	}
	return sse.Event("progress", "", data)
}

func (t *teller) tell(text string) error {
	if !t.begun {
		t.begin()
		t.begun = true
	}
	return t.Send(text)
}

// end sends the answer. Its id is its tag.
func (t *teller) end(b *buffer) {
	if b.status == 0 {
		b.status = http.StatusOK
	}
	if !t.begun && b.status >= http.StatusBadRequest {
		maps.Copy(t.w.Header(), b.Header())
		t.w.WriteHeader(b.status)
		_, _ = t.w.Write(b.body.Bytes()) // who asked may be gone
		return
	}
	retry := ""
	if after, err := strconv.Atoi(b.Header().Get("Retry-After")); err == nil {
		retry = fmt.Sprintf("retry: %d\n", after*1000)
	}
	name := "answer"
	if b.status >= http.StatusBadRequest {
		name = "problem"
	}
	_ = t.tell(retry + sse.Event(name, b.Header().Get("ETag"), b.body.Bytes()))
}
