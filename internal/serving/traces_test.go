package serving

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/parleysec/parley/internal/tracing"
)

// Where spans go is said by settings, or by the variables of OpenTelemetry.
func TestTracesSettings(t *testing.T) {
	for _, c := range []struct {
		env      []string
		endpoint string
	}{
		{nil, ""},
		{[]string{"OTEL_EXPORTER_OTLP_ENDPOINT", "http://c:4318/"}, "http://c:4318/v1/traces"},
		{[]string{"OTEL_EXPORTER_OTLP_ENDPOINT", "http://c:4318", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "https://d/x"}, "https://d/x"},
		{[]string{"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "https://d/x", "PARLEY_TRACES", "http://e/y"}, "http://e/y"},
	} {
		s, _, err := Read(Sources{Env: env(c.env...)})
		if err != nil || s.Traces.Endpoint != c.endpoint || s.Traces.Share != 1 || s.Traces.Service != "parley" {
			t.Errorf("%v: %+v %v", c.env, s, err)
		}
	}
	s, values, err := Read(Sources{Env: env("OTEL_EXPORTER_OTLP_HEADERS", "x-key=a%20b, y=z", "OTEL_SERVICE_NAME", "negotiation", "PARLEY_TRACES_SHARE", "0.25")})
	if err != nil || s.Traces.Headers["x-key"] != "a b" || s.Traces.Headers["y"] != "z" || s.Traces.Service != "negotiation" || s.Traces.Share != 0.25 {
		t.Errorf("%+v %v", s, err)
	}
	if v := value(values, "traces-headers"); v.Value != mask || v.From != "environment" {
		t.Errorf("printed as %+v", v)
	}
	for _, wrong := range [][]string{
		{"PARLEY_TRACES", "c:4318"},
		{"PARLEY_TRACES", "ftp://c/"},
		{"PARLEY_TRACES", "http://me:secret@c/"},
		{"PARLEY_TRACES_SHARE", "2"},
		{"PARLEY_TRACES_SHARE", "NaN"},
		{"PARLEY_TRACES_HEADERS", "secret"},
		{"PARLEY_TRACES_HEADERS", "a b=secret"},
		{"PARLEY_TRACES_HEADERS", "a=secret%0d%0ab"},
	} {
		if _, _, err := Read(Sources{Env: env(wrong...)}); err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%v: %v", wrong, err)
		}
	}
}

// TestTraceparentOfTrustedProxies: whose trace a request belongs to is believed from
// named proxies alone.
func TestTraceparentOfTrustedProxies(t *testing.T) {
	const trace = "0af7651916cd43dd8448eb211c80319c"
	var mu sync.Mutex
	said := ""
	collector := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		mu.Lock()
		defer mu.Unlock()
		said += string(b)
		if !json.Valid(b) {
			t.Errorf("sent %s", b)
		}
	}))
	defer collector.Close()
	for peer, believed := range map[string]bool{"10.1.2.3:5": true, "192.0.2.1:5": false} {
		mu.Lock()
		said = ""
		mu.Unlock()
		set, _, err := Read(Sources{Env: env("PARLEY_BEHIND_PROXY", "10.0.0.0/8", "PARLEY_URL", "https://parley.example.org")})
		if err != nil {
			t.Fatal(err)
		}
		ln, err := (&Settings{Listen: "127.0.0.1:0"}).Heard()
		if err != nil {
			t.Fatal(err)
		}
		defer ln.Close()
		tr := tracing.New(tracing.Options{Endpoint: collector.URL, Service: "x", Share: 1, Client: collector.Client(), Now: time.Now})
		s, err := New(ln, Options{Settings: set, Pages: http.NotFoundHandler(), Tracer: tr})
		if err != nil {
			t.Fatal(err)
		}
		r := httptest.NewRequest("GET", "https://parley.example.org/", nil)
		r.RemoteAddr = peer
		r.Header.Set("Traceparent", "00-"+trace+"-b7ad6b7169203331-01")
		r.Header.Set("X-Forwarded-Proto", "https")
		s.Handler().ServeHTTP(httptest.NewRecorder(), r)
		tr.Close()
		mu.Lock()
		if strings.Contains(said, trace) != believed || said == "" {
			t.Errorf("%s: %s", peer, said)
		}
		mu.Unlock()
	}
}
