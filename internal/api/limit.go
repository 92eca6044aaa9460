package api

import (
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/sse"
)

// How much one person may have done at once, so that nobody's questions keep
// the others waiting.
const (
	atOnce   = 4               // dear requests of one person under way
	inLine   = 16              // and waiting for one to end
	patience = 5 * time.Second // how long a request waits in line
	watching = 8               // live connections of one person
	watchers = 512             // and of all together
)

// limits counts what is under way for each person.
type limits struct {
	mu     sync.Mutex
	places map[string]*place
	live   sse.Quota
}

type place struct {
	slots chan struct{}
	using int // requests that hold or wait for a slot
}

// enter waits for one of a person's places; the caller must call done.
func (l *limits) enter(ctx context.Context, person string) (done func(), err error) {
	l.mu.Lock()
	if l.places == nil {
		l.places = map[string]*place{}
	}
	p := l.places[person]
	if p == nil {
		p = &place{slots: make(chan struct{}, atOnce)}
		l.places[person] = p
	}
	if p.using >= atOnce+inLine {
		l.mu.Unlock()
		return nil, tooMany()
	}
	p.using++
	l.mu.Unlock()
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case p.slots <- struct{}{}:
		return func() { <-p.slots; l.leave(person, p) }, nil
	case <-timer.C:
		l.leave(person, p)
		return nil, tooMany()
	case <-ctx.Done():
		l.leave(person, p)
		return nil, ctx.Err()
	}
}

func (l *limits) leave(person string, p *place) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if p.using--; p.using == 0 {
		delete(l.places, person)
	}
}

func tooMany() *Problem {
	return refuse(http.StatusTooManyRequests, parley.Refused, "api.error.many", "n", atOnce).with("Retry-After", "2")
}

// watch takes a live connection of a person; ok is false where there are too
// many, else the caller must call done.
func (l *limits) watch(person string) (done func(), ok bool) {
	return l.live.Take(person, watching, watchers)
}
