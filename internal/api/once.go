package api

import (
	"bytes"
	"container/list"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/negotiate"
)

const idempotencyHeader = "Idempotency-Key"

// What is kept of requests with a key, so that a retry gets the same answer.
const (
	maxKey      = 128            // characters of a key
	keptFor     = 24 * time.Hour // how long an answer is kept
	keptOne     = 1 << 20        // bytes of an answer; a longer one is not kept
	keptBytes   = 32 << 20       // of all answers
	keptAnswers = 5000
)

// answers are the answers that were given to requests with a key. They are kept
// in memory: a server that starts anew knows none of them, and the rules of the
// ledger refuse what was recorded already.
type answers struct {
	mu    sync.Mutex
	items map[asked]*list.Element
	order list.List // of *given, oldest first
	bytes int
}

// asked is who asked under which key: what somebody was answered who signed in
// is not for a token of theirs, nor what one token was answered for another.
type asked struct {
	actor negotiate.Actor
	token [sha256.Size]byte // of the header that holds it
	key   string
}

func askedBy(r *http.Request, key string) asked {
	return asked{actorOf(r.Context()), sha256.Sum256([]byte(r.Header.Get("Authorization"))), key}
}

// given is the answer to one request, or a promise of one.
type given struct {
	asked  asked
	of     [sha256.Size]byte // the request
	ready  chan struct{}     // closed when it is answered
	kept   bool              // whether the answer can be given again
	at     time.Time
	status int
	header http.Header
	text   []byte
}

// remembered answers a request that was answered before with the same answer.
func (a *api) remembered(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		key := r.Header.Get(idempotencyHeader)
		if r.Method != http.MethodPost || key == "" {
			next.ServeHTTP(w, r)
			return
		}
		if len(key) > maxKey {
			a.answer(w, r, refuse(http.StatusUnprocessableEntity, parley.Invalid, "api.error.key.long", "n", maxKey))
			return
		}
		body, err := io.ReadAll(r.Body)
		if err != nil {
			a.answer(w, r, refuse(http.StatusRequestEntityTooLarge, parley.Invalid, "api.error.large"))
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		sum := sha256.Sum256(fmt.Appendf(nil, "%q %q %q %q\n%s", r.URL.Path, r.URL.RawQuery, r.Header.Get("If-Match"), r.Header.Get("Content-Type"), body))
		g, mine, p := a.once.take(r.Context(), askedBy(r, key), sum)
		switch {
		case p != nil:
			a.answer(w, r, p)
		case mine:
			a.first(w, r, next, g)
		default:
			g.again(w)
		}
	})
}

// first answers a request for the first time.
func (a *api) first(w http.ResponseWriter, r *http.Request, next http.Handler, g *given) {
	b := &buffer{ResponseWriter: w}
	defer func() { a.once.settle(g) }()
	next.ServeHTTP(b, r)
	if b.status == 0 {
		b.status = http.StatusOK
	}
	// What was refused changed nothing: a retry may be answered anew.
	if b.status < 300 && b.body.Len() <= keptOne && w.Header().Get("Cache-Control") != noStore {
		g.kept, g.status, g.header, g.text = true, b.status, w.Header().Clone(), bytes.Clone(b.body.Bytes())
	}
	w.WriteHeader(b.status)
	if _, err := w.Write(b.body.Bytes()); err != nil {
		a.log.Debug("the answer was not taken", "error", err)
	}
}

func (g *given) again(w http.ResponseWriter) {
	for name, values := range g.header {
		w.Header()[name] = values
	}
	w.Header().Set("Idempotency-Replayed", "true")
	w.WriteHeader(g.status)
	_, _ = w.Write(g.text) // who asked may be gone again
}

// take finds the answer to a request; mine says that the caller is the one to
// give it, and must settle it.
func (s *answers) take(ctx context.Context, who asked, of [sha256.Size]byte) (g *given, mine bool, p *Problem) {
	for {
		s.mu.Lock()
		e := s.items[who]
		if e == nil {
			g = &given{asked: who, of: of, ready: make(chan struct{}), at: time.Now()}
			if s.items == nil {
				s.items = map[asked]*list.Element{}
			}
			s.items[who] = s.order.PushBack(g)
			s.mu.Unlock()
			return g, true, nil
		}
		g, _ = e.Value.(*given)
		s.mu.Unlock()
		if g.of != of {
			return nil, false, refuse(http.StatusUnprocessableEntity, parley.Invalid, "api.error.key.other")
		}
		select {
		case <-g.ready:
		case <-ctx.Done():
			return nil, false, problemOf(context.DeadlineExceeded)
		}
		if g.kept && time.Since(g.at) < keptFor {
			return g, false, nil
		}
		s.drop(g)
	}
}

// settle says that a request was answered.
func (s *answers) settle(g *given) {
	s.mu.Lock()
	s.bytes += len(g.text)
	s.mu.Unlock()
	if !g.kept {
		s.drop(g)
	}
	close(g.ready)
	s.tidy()
}

// tidy forgets the oldest answers beyond what is kept.
func (s *answers) tidy() {
	for {
		s.mu.Lock()
		front := s.order.Front()
		over := s.bytes > keptBytes || s.order.Len() > keptAnswers
		s.mu.Unlock()
		if front == nil || !over {
			return
		}
		g, _ := front.Value.(*given)
		select {
		case <-g.ready:
			s.drop(g)
		default: // it is under way; the next to end tidies again
			return
		}
	}
}

func (s *answers) drop(g *given) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if e := s.items[g.asked]; e != nil && e.Value == g {
		s.order.Remove(e)
		delete(s.items, g.asked)
		s.bytes -= len(g.text)
	}
}
