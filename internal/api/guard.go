package api

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"path"
	"runtime/debug"
	"strings"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/auth"
	"github.com/parleysec/parley/internal/negotiate"
)

// maxBody is the largest request body in bytes on any route; routes that take
// no files have smaller limits.
const maxBody = 24 << 20

// maxTime is how long one request may take, live updates apart.
const maxTime = 60 * time.Second

// who is the actor of a request, in its context.
type who struct{}

func actorOf(ctx context.Context) negotiate.Actor {
	actor, _ := ctx.Value(who{}).(negotiate.Actor)
	return actor
}

// guard refuses what no client of ours would send, before anything is read.
func (a *api) guard(next http.Handler) http.Handler {
	cross := http.NewCrossOriginProtection()
	cross.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a.answer(w, r, refuse(http.StatusForbidden, parley.Forbidden, "api.error.cross"))
	}))
	checked := cross.Handler(a.known(next))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer a.recovered(w, r)
		setHeaders(w.Header())
		if p := strange(r); p != nil {
			a.answer(w, r, p)
			return
		}
		// The reader of requests closes a body that is too large; it is read to its
		// end then ([drained]).
		most := int64(maxBody)
		if a.spools[a.patternOf(r)] {
			most = UploadBody
		}
		r.Body = io.NopCloser(http.MaxBytesReader(w, r.Body, most))
		checked.ServeHTTP(w, r)
	})
}

// setHeaders keeps browsers from doing anything with an answer but handing it to
// a script of the same site. No answer is for everybody, so none is kept.
func setHeaders(h http.Header) {
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Cache-Control", "private, no-cache")
	h.Set("Vary", "Cookie, Authorization, Accept")
}

// strange is what is wrong with the frame of a request: a path that is not in
// its plain form, a query that cannot be read or says one thing twice, a body
// that is packed.
func strange(r *http.Request) *Problem {
	if clean := path.Clean(r.URL.Path); clean != r.URL.Path {
		return refuse(http.StatusNotFound, parley.NotFound, "api.error.path")
	}
	q, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return refuse(http.StatusBadRequest, parley.Invalid, "api.error.query")
	}
	for name, values := range q {
		if len(values) > 1 {
			p := refuse(http.StatusUnprocessableEntity, parley.Invalid, "api.error.request")
			p.Errors = []FieldProblem{{Location: "query." + name, Message: refuse(0, "", "api.error.twice").Detail}}
			return p
		}
	}
	if e := r.Header.Get("Content-Encoding"); e != "" && !strings.EqualFold(e, "identity") {
		return refuse(http.StatusUnsupportedMediaType, parley.Invalid, "api.error.encoding").with("Accept-Encoding", "identity")
	}
	return nil
}

// Headers of every answer to who asks by a token: when it ends (RFC 3339), and what
// it is good for, so that a pipeline can be told before it stands still.
const (
	TokenEnds  = "Parley-Token-Ends"
	TokenScope = "Parley-Token-Scope"
)

// known finds out who asks. Nobody gets past it but to what is for everybody.
func (a *api) known(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if public(r) {
			next.ServeHTTP(w, r)
			return
		}
		if a.patternOf(r) == eventsPattern { // a browser connects anew by itself, for as long as its page is open
			r = r.WithContext(auth.Unattended(r.Context()))
		}
		ctx, actor, err := a.opt.Identify(r)
		if err != nil && parley.KindOfError(err) != parley.Forbidden {
			a.log.Error("cannot find out who asks", "error", err)
			a.answer(w, r, refuse(http.StatusServiceUnavailable, parley.Unavailable, "api.error.unavailable").with("Retry-After", "10"))
			return
		}
		if err != nil || actor.ID == "" {
			a.answer(w, r, refuse(http.StatusUnauthorized, parley.Forbidden, "api.error.nobody").with("WWW-Authenticate", `Bearer realm="parley"`))
			return
		}
		if l, ok := negotiate.LimitOf(ctx); ok && !l.Ends.IsZero() {
			w.Header().Set(TokenEnds, l.Ends.UTC().Format(time.RFC3339))
			w.Header().Set(TokenScope, string(l.Scope))
		}
		next.ServeHTTP(w, r.WithContext(context.WithValue(ctx, who{}, actor)))
	})
}

// public reports whether a request is for what anybody may read: the
// description of this interface.
func public(r *http.Request) bool {
	return (r.Method == http.MethodGet || r.Method == http.MethodHead) && r.URL.Path == base+openAPIPath+".json"
}

// recovered turns a panic into a problem, so that a mistake of ours ends one
// request and not the server.
func (a *api) recovered(w http.ResponseWriter, r *http.Request) {
	p := recover()
	if p == nil {
		return
	}
	if err, ok := p.(error); ok && errors.Is(err, http.ErrAbortHandler) {
		panic(p)
	}
	a.panicked(r, p)
	a.answer(w, r, refuse(http.StatusInternalServerError, parley.Internal, "api.error.internal"))
}

func (a *api) panicked(r *http.Request, p any) {
	a.log.Error("panic", "method", r.Method, "path", r.URL.Path, "what", p, "stack", string(debug.Stack()))
}

// answer writes a problem outside of the handlers.
func (a *api) answer(w http.ResponseWriter, r *http.Request, p *Problem) {
	for name, values := range p.header {
		w.Header()[name] = values
	}
	w.Header().Set("Content-Type", problemType)
	if p.Status == http.StatusUnsupportedMediaType {
		w.Header().Set("Connection", "close") // what is left of the body is no request
	}
	w.WriteHeader(p.Status)
	if r.Method == http.MethodHead {
		return
	}
	if err := json.NewEncoder(w).Encode(p); err != nil {
		a.log.Debug("the answer was not taken", "error", err)
	}
}
