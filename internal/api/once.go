package api

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/auth"
	"github.com/parleysec/parley/internal/negotiate"
)

const idempotencyHeader = "Idempotency-Key"

const (
	maxKey     = 128                    // characters of a key
	keptOne    = 1 << 20                // bytes of an answer; a longer one is not kept
	onceWait   = 10 * time.Second       // how long a retry waits for the first to be answered
	onceLook   = 100 * time.Millisecond // and how often it looks
	settleWait = 5 * time.Second        // how long an answer may take to be kept
)

// Answers keep what was answered to requests with a key, for every server on the
// ledger: *auth.Service.
type Answers interface {
	FindAnswer(ctx context.Context, asked string) (*auth.Answer, error)
	TakeAnswer(ctx context.Context, want auth.Answer) (a *auth.Answer, mine bool, err error)
	KeepAnswering(ctx context.Context, a auth.Answer)
	SettleAnswer(ctx context.Context, a auth.Answer) error
	UnderWay(a *auth.Answer) bool
}

// askedBy is a hash of who asked under which key: what somebody was answered who
// signed in is not for a token of theirs, nor what one token was answered for
// another.
func askedBy(r *http.Request, key string) string {
	who := actorOf(r.Context())
	return digest("%q %q %q %q %q", who.ID, who.Known, who.Via, r.Header.Get("Authorization"), key)
}

// wantedBy is the answer that a request under a key asks for.
func wantedBy(r *http.Request, key string, body []byte) auth.Answer {
	return auth.Answer{Asked: askedBy(r, key), Owner: actorOf(r.Context()).ID, Request: requestOf(r, body)}
}

// requestOf is a hash of what is asked.
func requestOf(r *http.Request, body []byte) string {
	return digest("%q %q %q %q\n%s", r.URL.Path, r.URL.RawQuery, r.Header.Get("If-Match"), r.Header.Get("Content-Type"), body)
}

func digest(format string, parts ...any) string {
	sum := sha256.Sum256(fmt.Appendf(nil, format, parts...))
	return hex.EncodeToString(sum[:])
}

// remembered answers a request that was answered before with the same answer. A
// question is asked anew: nothing is done twice by it.
func (a *api) remembered(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		key := r.Header.Get(idempotencyHeader)
		op := a.keyed(r, key)
		if op == nil {
			next.ServeHTTP(w, r)
			return
		}
		if len(key) > maxKey {
			a.answer(w, r, refuse(http.StatusUnprocessableEntity, parley.Invalid, "api.error.key.long", "n", maxKey))
			return
		}
		body, ok := a.bodyOf(w, r, op)
		if !ok {
			return
		}
		given, mine, err := a.given(r.Context(), wantedBy(r, key, body))
		switch {
		case err != nil:
			a.answer(w, r, a.unkept(err))
		case mine:
			a.first(w, r, next, *given)
		default:
			a.again(w, r, given)
		}
	})
}

// bodyOf is the body of a request, which can be read again; of one in a file it is
// the digest. Where it is too large that is answered, and ok is false.
func (a *api) bodyOf(w http.ResponseWriter, r *http.Request, op *operation) (body []byte, ok bool) {
	if s := spoolOf(r.Context()); s != nil {
		return []byte(s.digest), true
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, op.body+1))
	if err != nil || int64(len(body)) > op.body {
		drained(w, r, http.StatusRequestEntityTooLarge)
		a.answer(w, r, tooLarge(op.body))
		return nil, false
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	return body, true
}

// keyed is what a request with a key is to do once, nil where there is no such.
func (a *api) keyed(r *http.Request, key string) *operation {
	if key == "" || a.opt.Answers == nil {
		return nil
	}
	return a.changes[a.patternOf(r)]
}

// unkept is what somebody is told whose request found no answer.
func (a *api) unkept(err error) *Problem {
	if _, ours := errors.AsType[*Problem](err); !ours && !errors.Is(err, context.Canceled) {
		a.log.Error("cannot find out what was answered", "error", err)
		if errors.Is(err, parley.ErrFull) {
			return noRoom()
		}
		return refuse(http.StatusServiceUnavailable, parley.Unavailable, "api.error.unavailable").with("Retry-After", "10")
	}
	return problemOf(err)
}

// given finds the answer to a request, and waits a while for one that is under
// way; mine says that the caller is the one to give it, and must settle it.
func (a *api) given(ctx context.Context, want auth.Answer) (*auth.Answer, bool, error) {
	end := time.Now().Add(a.wait)
	for {
		x, mine, err := a.opt.Answers.TakeAnswer(ctx, want)
		switch {
		case mine || err != nil:
			return x, mine, err
		case x == nil: // whoever had it dropped it this moment, again and again
		case x.Request != want.Request:
			return nil, false, refuse(http.StatusUnprocessableEntity, parley.Invalid, "api.error.key.other")
		case x.Status != 0:
			return x, false, nil
		case !a.opt.Answers.UnderWay(x):
			return nil, false, refuse(http.StatusConflict, parley.Conflict, "api.error.key.done")
		}
		if err := a.settled(ctx, want.Asked, end); err != nil {
			return nil, false, err
		}
	}
}

// settled waits until nobody is at work on a request.
func (a *api) settled(ctx context.Context, asked string, end time.Time) error {
	for {
		if !time.Now().Before(end) {
			return refuse(http.StatusConflict, parley.Conflict, "api.error.key.busy").with("Retry-After", "2")
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(onceLook):
		}
		x, err := a.opt.Answers.FindAnswer(ctx, asked)
		if err != nil || x == nil || !a.opt.Answers.UnderWay(x) {
			return err
		}
	}
}

// first answers a request for the first time.
func (a *api) first(w http.ResponseWriter, r *http.Request, next http.Handler, x auth.Answer) {
	b := &buffer{ResponseWriter: w}
	a.working(r, &x, func(ctx context.Context) {
		next.ServeHTTP(b, r.WithContext(ctx))
		if b.status == 0 {
			b.status = http.StatusOK
		}
		// What was refused changed nothing: a retry may be answered anew. A secret is
		// kept nowhere.
		if b.status < 300 && b.body.Len() <= keptOne && w.Header().Get("Cache-Control") != noStore {
			if header, err := json.Marshal(w.Header()); err == nil {
				x.Status, x.Header, x.Body = b.status, header, b.body.Bytes()
			}
		}
	})
	w.WriteHeader(b.status)
	if _, err := w.Write(b.body.Bytes()); err != nil {
		a.log.Debug("the answer was not taken", "error", err)
	}
}

// working does the work on a request and settles it, whatever becomes of the work
// and of who asked.
func (a *api) working(r *http.Request, x *auth.Answer, do func(context.Context)) {
	alive, stop := context.WithCancel(context.WithoutCancel(r.Context()))
	ended, taken := make(chan struct{}), *x
	go func() {
		defer close(ended)
		a.opt.Answers.KeepAnswering(alive, taken)
	}()
	defer func() {
		stop()
		<-ended
		ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), settleWait)
		defer cancel()
		if err := a.opt.Answers.SettleAnswer(ctx, *x); err != nil {
			a.log.Error("an answer is not kept", "path", r.URL.Path, "error", err)
		}
	}()
	do(auth.Promising(r.Context(), taken))
}

// again gives an answer once more.
func (a *api) again(w http.ResponseWriter, r *http.Request, x *auth.Answer) {
	var header http.Header
	if err := json.Unmarshal(x.Header, &header); err != nil {
		a.answer(w, r, a.unkept(err))
		return
	}
	for name, values := range header {
		w.Header()[name] = values
	}
	w.Header().Set("Idempotency-Replayed", "true")
	w.WriteHeader(x.Status)
	_, _ = w.Write(x.Body) // who asked may be gone again
}

// changing reports whether a route may change something, so that it is not to be
// done twice: by the use-cases, or of accounts.
func (op *operation) changing() bool {
	writes, _ := negotiate.Writes(op.useCase)
	return op.method == http.MethodPost && (writes || op.useCase == "Access")
}
