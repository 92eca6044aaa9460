package serving

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"time"
)

// Limits of every request. Pages and API have tighter ones of their own.
const (
	maxHeader  = 32 << 10         // bytes
	maxBody    = 52 << 20         // bytes: an import of 50 MB and what stands around it
	maxForm    = 64 << 10         // bytes of a form; a larger one is refused
	maxHeading = 5 * time.Second  // for the header to arrive
	maxReading = 60 * time.Second // for header and body to arrive
	maxTime    = 2 * time.Minute  // for a request and its answer
	maxIdle    = 2 * time.Minute  // between two requests of a connection
	maxWait    = 10 * time.Second // in the queue
	maxStreams = 1024             // live updates that are open at once
)

// queue lets so many requests work at once and so many wait; the rest are told
// to come back. Live updates, which last, are counted apart.
type queue struct {
	work    chan struct{}
	wait    int64
	waiting atomic.Int64
	streams atomic.Int64
	uploads atomic.Int64
	refused atomic.Int64
}

func newQueue(work, wait int) *queue {
	return &queue{work: make(chan struct{}, work), wait: int64(wait)}
}

// stream reports whether a request asks for live updates. They have addresses of
// their own: what is asked elsewhere waits its turn, whatever its header says, and so
// does what only looks like one of them.
func stream(r *http.Request) bool {
	if r.Method != http.MethodGet || !strings.Contains(r.Header.Get("Accept"), "text/event-stream") {
		return false
	}
	below, inside := strings.CutPrefix(r.URL.Path, "/workshop/")
	id, events := strings.CutSuffix(below, "/events")
	room := inside && events && id != "" && !strings.Contains(id, "/")
	return room || r.URL.Path == "/join/room/events" || r.URL.Path == "/api/v1/events"
}

func (q *queue) handler(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if area(r.URL.Path) != "api" && !heard(r) {
			w.WriteHeader(http.StatusRequestTimeout) // who sent half of it and no more is seldom there to hear that
			return
		}
		if upload(r) {
			q.uploaded(w, r, next)
			return
		}
		enter := q.enter
		if stream(r) {
			enter = q.open
		}
		leave := enter(r)
		if leave == nil {
			q.busy(w)
			return
		}
		defer leave()
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		next.ServeHTTP(w, r)
	})
}

func (q *queue) busy(w http.ResponseWriter) {
	q.refused.Add(1)
	w.Header().Set("Retry-After", "2")
	refuse(w, http.StatusServiceUnavailable, "serving.busy")
}

// heard reads the form of a page before its request takes a place, so that who
// sends one byte now and then keeps nobody else waiting. The interface asks who
// somebody is before it reads.
func heard(r *http.Request) bool {
	if r.Body == nil || r.Body == http.NoBody {
		return true
	}
	var b bytes.Buffer
	if _, err := io.CopyN(&b, r.Body, maxForm+1); err != nil && !errors.Is(err, io.EOF) {
		return false
	}
	r.Body = struct {
		io.Reader
		io.Closer
	}{io.MultiReader(&b, r.Body), r.Body}
	return true
}

// enter waits for a place; leave is nil where there is none.
func (q *queue) enter(r *http.Request) (leave func()) {
	leave = func() { <-q.work }
	select {
	case q.work <- struct{}{}:
		return leave
	default:
	}
	if q.waiting.Add(1) > q.wait {
		q.waiting.Add(-1)
		return nil
	}
	defer q.waiting.Add(-1)
	timer := time.NewTimer(maxWait)
	defer timer.Stop()
	select {
	case q.work <- struct{}{}:
		return leave
	case <-timer.C:
	case <-r.Context().Done():
	}
	return nil
}

// open counts a request for live updates.
func (q *queue) open(*http.Request) (leave func()) {
	leave = func() { q.streams.Add(-1) }
	if q.streams.Add(1) > maxStreams {
		leave()
		return nil
	}
	return leave
}
