package tracing

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// collector is the other end, which takes nothing that the standard does not have.
type collector struct {
	*httptest.Server
	mu     sync.Mutex
	spans  map[string]spanJSON // by name
	about  []attribute
	header http.Header
	status int
	calls  int
}

func newCollector(t *testing.T) *collector {
	t.Helper()
	c := &collector{spans: map[string]spanJSON{}, status: http.StatusOK}
	c.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.calls++
		c.header = r.Header
		d := json.NewDecoder(r.Body)
		d.DisallowUnknownFields()
		var sent request
		if err := d.Decode(&sent); err != nil || r.URL.Path != "/v1/traces" || r.Method != "POST" {
			t.Errorf("%s %s: %v", r.Method, r.URL, err)
		}
		for _, rs := range sent.ResourceSpans {
			c.about = rs.Resource.Attributes
			for _, ss := range rs.ScopeSpans {
				for _, s := range ss.Spans {
					c.spans[s.Name] = s
				}
			}
		}
		w.WriteHeader(c.status)
		_, _ = io.WriteString(w, "{}")
	}))
	t.Cleanup(c.Close)
	return c
}

func (c *collector) tracer(share float64, log io.Writer) *Tracer {
	return New(Options{
		Endpoint: c.URL + "/v1/traces", Headers: map[string]string{"X-Key": "k"}, Service: "parley-test", Version: "v1", Share: share,
		Client: c.Client(), Log: slog.New(slog.NewTextHandler(log, nil)), Now: time.Now,
	})
}

const header = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

// TestSpansArrive: a request below somebody else's span, with what was asked of the
// database below it; of an error and of a panic of words nothing is told.
func TestSpansArrive(t *testing.T) {
	c := newCollector(t)
	tr := c.tracer(1, io.Discard)
	ctx, request := tr.Request(t.Context(), "GET", header)
	Route(ctx, "GET", "/t/{id}")
	db := Begin(ctx, "read", Text("db.system.name", "sqlite"))
	db.End(errors.New("helen@example.org is secret"))
	db.End(nil) // once is enough
	request.Answered(503)
	request.End(nil)
	_, odd := tr.Request(t.Context(), "SECRET", "")
	odd.End(nil)
	_, work := tr.Work(t.Context(), "sweep")
	work.End(nil)
	tr.Close()

	up, below := c.spans["GET /t/{id}"], c.spans["read"]
	if up.TraceID != "0af7651916cd43dd8448eb211c80319c" || up.ParentID != "b7ad6b7169203331" || up.Kind != kindServer || up.Status == nil || up.Status.Code != statusError {
		t.Errorf("the request: %+v", up)
	}
	if below.TraceID != up.TraceID || below.ParentID != up.SpanID || below.Status == nil || len(below.SpanID) != 16 || below.Start == "" || below.End < below.Start {
		t.Errorf("below it: %+v", below)
	}
	said, err := json.Marshal(c.spans)
	if err != nil || strings.Contains(string(said), "helen") || strings.Contains(string(said), "SECRET") {
		t.Errorf("told: %s (%v)", said, err)
	}
	for _, want := range []string{`{"key":"http.route","value":{"stringValue":"/t/{id}"}}`, `{"key":"http.response.status_code","value":{"intValue":"503"}}`, `"sqlite"`} {
		if !strings.Contains(string(said), want) {
			t.Errorf("no %s in %s", want, said)
		}
	}
	if s := c.spans["_OTHER"]; s.ParentID != "" || s.TraceID == up.TraceID || len(s.TraceID) != 32 {
		t.Errorf("a trace that begins here: %+v", s)
	}
	if s := c.spans["sweep"]; s.Kind != kindInternal || s.Status != nil {
		t.Errorf("work: %+v", s)
	}
	if c.header.Get("X-Key") != "k" || c.header.Get("Content-Type") != "application/json" || *c.about[0].Value.Text != "parley-test" {
		t.Errorf("sent with %v about %+v", c.header, c.about)
	}
}

// TestNothingIsKept without a tracer, for nobody, and where whoever asked keeps nothing.
func TestNothingIsKept(t *testing.T) {
	var none *Tracer
	ctx, s := none.Request(t.Context(), "GET", header)
	s.Answered(200)
	Route(ctx, "GET", "/")
	Begin(ctx, "read").End(nil)
	s.End(nil)
	none.Close()
	c := newCollector(t)
	tr := c.tracer(0, io.Discard)
	for _, h := range []string{"", strings.TrimSuffix(header, "1") + "0"} {
		ctx, s := tr.Request(t.Context(), "GET", h)
		if s != nil || Begin(ctx, "read") != nil {
			t.Errorf("%q: a span", h)
		}
	}
	if _, s := tr.Request(t.Context(), "GET", header); s == nil {
		t.Error("what somebody who is believed keeps is not kept here")
	} else {
		s.End(nil)
	}
	tr.Close()
	if len(c.spans) != 1 {
		t.Errorf("sent %v", c.spans)
	}
}

// TestNobodyWaitsForACollector: one that does not answer loses spans, and the log says
// so once.
func TestNobodyWaitsForACollector(t *testing.T) {
	c := newCollector(t)
	c.status = http.StatusServiceUnavailable
	var log strings.Builder
	tr := c.tracer(1, &log)
	for range 3 * maxKept {
		_, s := tr.Work(context.Background(), "sweep")
		s.End(nil)
	}
	tr.mu.Lock()
	if len(tr.kept) > maxKept {
		t.Errorf("%d kept", len(tr.kept))
	}
	tr.mu.Unlock()
	tr.Close()
	if n := strings.Count(log.String(), "spans are lost"); n != 1 || !strings.Contains(log.String(), "503") {
		t.Errorf("told %d times:\n%s", n, log.String())
	}
}

// TestN3TheLogHoldsNoKeyOfACollector: an address may hold one; and the log says how
// many spans are lost.
func TestN3TheLogHoldsNoKeyOfACollector(t *testing.T) {
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	var log strings.Builder
	tr := New(Options{
		Endpoint: gone.URL + "/v1/traces?api-key=geheim", Service: "parley-test", Share: 1,
		Client: http.DefaultClient, Log: slog.New(slog.NewTextHandler(&log, nil)), Now: time.Now,
	})
	for range 3 {
		_, s := tr.Work(context.Background(), "sweep")
		s.End(nil)
	}
	tr.Close()
	if said := log.String(); strings.Contains(said, "geheim") || !strings.Contains(said, "lost=3") || !strings.Contains(said, "refused") {
		t.Errorf("the log says\n%s", said)
	}
}

func TestParent(t *testing.T) {
	for h, ok := range map[string]bool{
		header: true, strings.Replace(header, "00-", "01-", 1): true, strings.Replace(header, "00-", "cc-", 1) + "-more": true,
		"": false, header + "-more": false, strings.Replace(header, "00-", "ff-", 1): false, strings.ToUpper(header): false,
		"00-00000000000000000000000000000000-b7ad6b7169203331-01": false, "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01": false,
		header[1:]: false, header[:len(header)-1]: false, strings.Replace(header, "0af", "0ag", 1): false,
	} {
		if p, got := parseParent(h); got != ok || ok && !p.sampled {
			t.Errorf("%q: %v", h, got)
		}
	}
}

func FuzzParent(f *testing.F) {
	f.Add(header)
	f.Fuzz(func(t *testing.T, h string) {
		if p, ok := parseParent(h); ok && (p.trace == traceID{} || p.span == spanID{} || len(h) < 55) {
			t.Errorf("%q is believed: %+v", h, p)
		}
	})
}
