package serving

import (
	"context"
	"crypto/rand"
	"io"
	"log/slog"
	"net/http"
	"regexp"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"github.com/parleysec/parley/internal/tracing"
)

// NewLog writes lines of text or JSON. No line holds a query, a body, a cookie
// or a header but the method, path and address of a request.
func NewLog(w io.Writer, s *Settings) *slog.Logger {
	o := &slog.HandlerOptions{Level: s.LogLevel}
	if s.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(w, o))
	}
	return slog.New(slog.NewTextHandler(w, o))
}

// answer remembers what was answered.
type answer struct {
	http.ResponseWriter
	status int
	bytes  int64
}

// WriteHeader notes the status.
func (a *answer) WriteHeader(status int) {
	if a.status == 0 || a.status < 200 {
		a.status = status
	}
	a.ResponseWriter.WriteHeader(status)
}

// Write counts the bytes.
func (a *answer) Write(b []byte) (int, error) {
	if a.status == 0 {
		a.status = http.StatusOK
	}
	n, err := a.ResponseWriter.Write(b)
	a.bytes += int64(n)
	return n, err
}

// Unwrap lets http.ResponseController reach the connection.
func (a *answer) Unwrap() http.ResponseWriter { return a.ResponseWriter }

// Flush sends what was written so far.
func (a *answer) Flush() {
	if a.status == 0 {
		a.status = http.StatusOK
	}
	_ = http.NewResponseController(a.ResponseWriter).Flush() // an answer that cannot be flushed arrives at its end
}

var requestID = regexp.MustCompile(`^[A-Za-z0-9_-]{8,64}$`)

// logged gives each request an id, notes how it was answered, and turns a panic
// into an answer, so that a mistake of ours ends one request and not the server.
func (s *Server) logged(next http.Handler) http.Handler {
	list := proxies(s.opt.Settings.BehindProxy)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start, path, method := s.now(), r.URL.Path, r.Method
		from := list.client(Peer(r), r.Header.Values("X-Forwarded-For")) // before [Server.behind] takes it away
		id := r.Header.Get("X-Request-Id")
		if !list.trust(Peer(r)) || !requestID.MatchString(id) {
			id = rand.Text()[:16]
		}
		w.Header().Set("X-Request-Id", id)
		r.Header.Set("X-Request-Id", id)
		a := &answer{ResponseWriter: w}
		ctx, span := s.traced(r, list)
		s.metrics.begin()
		defer func() {
			p := recover()
			if p != nil {
				s.panicked(a, id, path, p)
			}
			took := s.now().Sub(start)
			s.metrics.end(area(path), method, a.status, took)
			span.Answered(a.status)
			span.End(nil)
			level := slog.LevelInfo
			if area(path) == "running" {
				level = slog.LevelDebug // somebody asks every few seconds
			}
			s.opt.Log.Log(r.Context(), level, "request", "id", id, "method", method, "path", shortPath(path), "status", a.status,
				"bytes", a.bytes, "ms", took.Milliseconds(), "from", from.String())
			if p == http.ErrAbortHandler {
				panic(p)
			}
		}()
		next.ServeHTTP(a, r.WithContext(ctx))
	})
}

// traced begins the span of a request, below that of whoever asked where a proxy of
// ours says so. What asks every few seconds whether the server runs has none.
func (s *Server) traced(r *http.Request, list proxies) (context.Context, *tracing.Span) {
	if area(r.URL.Path) == "running" {
		return r.Context(), nil
	}
	parent := ""
	if list.trust(Peer(r)) {
		parent = r.Header.Get("Traceparent")
	}
	return s.opt.Tracer.Request(r.Context(), r.Method, parent)
}

func (s *Server) panicked(a *answer, id, path string, p any) {
	if p == http.ErrAbortHandler {
		return
	}
	s.opt.Log.Error("panic", "id", id, "path", shortPath(path), "what", p, "stack", string(debug.Stack()))
	if a.status == 0 {
		refuse(a, http.StatusInternalServerError, "serving.panic")
	}
}

// area is the part of the server a path belongs to.
func area(path string) string {
	switch {
	case strings.HasPrefix(path, "/api/"):
		return "api"
	case strings.HasPrefix(path, "/static/"):
		return "static"
	case path == "/healthz" || path == "/readyz" || path == "/metrics":
		return "running"
	}
	return "pages"
}

// longest is the longest part of a path that is logged as it is: what is longer
// may be a secret of a link.
const longest = 40

func shortPath(path string) string {
	parts := strings.Split(path, "/")
	for i, p := range parts {
		if len(p) > longest {
			parts[i] = "…" + strconv.Itoa(len(p))
		}
	}
	if len(parts) > 16 {
		parts = append(parts[:16], "…")
	}
	return strings.Join(parts, "/")
}

// now is the clock, which a test may set.
func (s *Server) now() time.Time { return s.opt.Now() }
