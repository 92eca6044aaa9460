package serving

import (
	"context"
	"log/slog"
	"net/http"
	"sync"
	"time"
)

const (
	readyFor  = time.Second     // how long it holds what the ledger answered
	readyWait = 2 * time.Second // how long the ledger may take
)

// readiness remembers for a moment whether the ledger answers: anybody may ask
// for it, and however often it is asked, the ledger is asked once a second.
type readiness struct {
	ask func(context.Context) error
	now func() time.Time
	log *slog.Logger

	mu  sync.Mutex // held while the ledger is asked, so that the others wait for its answer
	at  time.Time  // when it last answered
	err error      // what it answered
}

// check is what the ledger answered at most a second ago.
func (r *readiness) check() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if age := r.now().Sub(r.at); !r.at.IsZero() && age >= 0 && age < readyFor {
		return r.err
	}
	// Not the context of who asks: others wait for the same answer.
	ctx, cancel := context.WithTimeout(context.Background(), readyWait)
	defer cancel()
	r.err = r.ask(ctx)
	r.at = r.now()
	if r.err != nil {
		r.log.Error("not ready", "error", r.err)
	}
	return r.err
}

// ready says whether requests may be sent here: the ledger answers, and the
// server does not stop.
func (s *Server) ready(w http.ResponseWriter, _ *http.Request) {
	if s.stopping.Load() {
		say(w, http.StatusServiceUnavailable, "stopping")
		return
	}
	if s.opt.Ready != nil {
		if err := s.readiness.check(); err != nil {
			say(w, http.StatusServiceUnavailable, "the ledger does not answer")
			return
		}
	}
	say(w, http.StatusOK, "ready")
}
