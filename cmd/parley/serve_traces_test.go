package main

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// sentSpan is a span as a collector gets it, as far as it is looked at.
type sentSpan struct {
	TraceID      string `json:"traceId"`
	SpanID       string `json:"spanId"`
	ParentSpanID string `json:"parentSpanId"`
	Name         string `json:"name"`
}

// TestServeTellsACollector runs the program with a collector: the spans of a page come
// with what was asked of the database below them, those of work too, and no secret, no
// person and nothing of an address but the pattern of its route.
func TestServeTellsACollector(t *testing.T) {
	var mu sync.Mutex
	var all strings.Builder
	var spans []sentSpan
	key := ""
	c := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		b, err := io.ReadAll(r.Body)
		var sent struct {
			ResourceSpans []struct {
				ScopeSpans []struct {
					Spans []sentSpan `json:"spans"`
				} `json:"scopeSpans"`
			} `json:"resourceSpans"`
		}
		if err != nil || json.Unmarshal(b, &sent) != nil || r.URL.Path != "/v1/traces" {
			t.Errorf("%s gets %s (%v)", r.URL, b, err)
			return
		}
		mu.Lock()
		defer mu.Unlock()
		all.Write(b)
		key = r.Header.Get("X-Key")
		for _, rs := range sent.ResourceSpans {
			for _, ss := range rs.ScopeSpans {
				spans = append(spans, ss.Spans...)
			}
		}
	}))
	defer c.Close()
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", c.URL)
	t.Setenv("OTEL_EXPORTER_OTLP_HEADERS", "X-Key=a%20key")
	s := serve(t, t.TempDir())
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Jar: jar}
	for _, url := range []string{s.URL, "http://" + s.origin + "/t/wonderful-secret?says=wonderful-secret", "http://" + s.origin + "/api/v1/products/wonderful-secret/status", "http://" + s.origin + "/sign-in", "http://" + s.origin + "/healthz"} {
		r, err := http.NewRequest("GET", url, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01") // of nobody who is believed
		res, err := client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, res.Body)
		res.Body.Close()
	}
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(50 * time.Millisecond) { // until the first sweep was told of
		mu.Lock()
		swept := strings.Contains(all.String(), `"sweep"`)
		mu.Unlock()
		if swept {
			break
		}
	}
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	s.end(t)
	mu.Lock()
	defer mu.Unlock()
	names, below := map[string]sentSpan{}, map[string]int{}
	for _, x := range spans {
		names[x.Name] = x
		if x.ParentSpanID != "" {
			below[x.TraceID+x.ParentSpanID]++
		}
	}
	for _, want := range []string{"GET /t/{id}", "GET /{$}", "sweep", "read", "write"} {
		if names[want].SpanID == "" {
			t.Errorf("no span %s among %d", want, len(spans))
		}
	}
	for _, want := range []string{"GET /sign-in", "outbox"} { // both ask the database each time
		if x := names[want]; x.ParentSpanID != "" || below[x.TraceID+x.SpanID] == 0 {
			t.Errorf("%s: parent %q, %d spans below it", want, x.ParentSpanID, below[x.TraceID+x.SpanID])
		}
	}
	text := all.String()
	_, local, _ := strings.Cut(s.URL, "key=")
	_, setUp, _ := strings.Cut(s.SetUp, "#")
	for _, secret := range []string{"wonderful", local, setUp, "0af7651916cd43dd8448eb211c80319c", "healthz", "a key", s.origin} {
		if secret == "" || strings.Contains(text, secret) {
			t.Errorf("%q is told", secret)
		}
	}
	if key != "a key" || strings.Contains(s.log.String(), "a key") {
		t.Errorf("sent with %q; the log says:\n%s", key, s.log)
	}
}
