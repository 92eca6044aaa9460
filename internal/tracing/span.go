package tracing

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"sync"
	"time"
)

// Attr is one thing that is said of a span beside its name: a number or a fixed
// word, never what somebody wrote.
type Attr struct {
	Key   string // of the semantic conventions of OpenTelemetry
	Text  string // where Number is not meant
	Count int64
	IsInt bool
}

// Text is a fixed word.
func Text(key, word string) Attr { return Attr{Key: key, Text: word} }

// Number is a number.
func Number(key string, n int64) Attr { return Attr{Key: key, Count: n, IsInt: true} }

// The kinds of spans, as OTLP numbers them.
const (
	kindInternal = 1
	kindServer   = 2
	kindClient   = 3
)

// Span is something under way. A nil one is good for all its methods, which do
// nothing then.
type Span struct {
	of     *Tracer
	trace  traceID
	id     spanID
	parent spanID // zero: none
	kind   int
	began  time.Time

	mu     sync.Mutex
	name   string // guarded by mu, like what follows
	attrs  []Attr
	failed bool
	ended  bool
	at     time.Time
}

type spanKey struct{}

// usual are the methods that a span names.
var usual = map[string]bool{"GET": true, "HEAD": true, "POST": true, "PUT": true, "PATCH": true, "DELETE": true, "OPTIONS": true}

// of is the span that a context belongs to, nil for none.
func of(ctx context.Context) *Span {
	s, _ := ctx.Value(spanKey{}).(*Span)
	return s
}

// Request begins the span of a request that came in. header is its traceparent,
// "" where nobody who is believed sent it. On a nil tracer there is no span.
func (t *Tracer) Request(ctx context.Context, method, header string) (context.Context, *Span) {
	if t == nil {
		return ctx, nil
	}
	p, ok := parseParent(header)
	if ok && !p.sampled {
		return ctx, nil // who asked keeps nothing of it
	}
	if !ok && !t.chosen() {
		return ctx, nil
	}
	if !usual[method] {
		method = "_OTHER" // a client may make up as many as it likes
	}
	s := t.begin(kindServer, p, method, Text("http.request.method", method))
	return context.WithValue(ctx, spanKey{}, s), s
}

// Work begins the span of background work of a name. On a nil tracer there is no
// span.
func (t *Tracer) Work(ctx context.Context, name string) (context.Context, *Span) {
	if t == nil || !t.chosen() {
		return ctx, nil
	}
	s := t.begin(kindInternal, parent{}, name)
	return context.WithValue(ctx, spanKey{}, s), s
}

// Begin begins a span below that of the context, nil where it has none: a question
// to a database, say.
func Begin(ctx context.Context, name string, attrs ...Attr) *Span {
	up := of(ctx)
	if up == nil {
		return nil
	}
	return up.of.begin(kindClient, parent{trace: up.trace, span: up.id}, name, attrs...)
}

// Route names the span of a request by the pattern of its route. Without one it
// keeps the name it began with.
func Route(ctx context.Context, method, pattern string) {
	s := of(ctx)
	if s == nil || s.kind != kindServer || pattern == "" {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.name = method + " " + pattern
	s.attrs = append(s.attrs, Text("http.route", pattern))
}

// Answered says with which status a request was answered; from 500 on it failed.
func (s *Span) Answered(status int) {
	if s == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.attrs = append(s.attrs, Number("http.response.status_code", int64(status)))
	s.failed = s.failed || status >= 500
}

// End ends a span, once. Of an error it keeps that there was one: its words may
// name people and things.
func (s *Span) End(err error) {
	if s == nil {
		return
	}
	s.mu.Lock()
	if s.ended {
		s.mu.Unlock()
		return
	}
	s.ended, s.at = true, s.of.opt.Now()
	s.failed = s.failed || err != nil
	s.mu.Unlock()
	s.of.keep(s)
}

func (t *Tracer) begin(kind int, up parent, name string, attrs ...Attr) *Span {
	s := &Span{of: t, trace: up.trace, parent: up.span, kind: kind, name: name, attrs: attrs, began: t.opt.Now()}
	if s.trace == (traceID{}) {
		_, _ = rand.Read(s.trace[:]) // never fails
	}
	_, _ = rand.Read(s.id[:])
	return s
}

// chosen reports whether a trace that begins here is kept.
func (t *Tracer) chosen() bool {
	if t.opt.Share >= 1 {
		return true
	}
	var b [8]byte
	_, _ = rand.Read(b[:])
	const all = 1 << 53
	return float64(binary.BigEndian.Uint64(b[:])>>11)/all < t.opt.Share
}
