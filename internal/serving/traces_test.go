package serving

import (
	"cmp"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
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

// TestTracesVariables: the variables of OpenTelemetry are followed as its specification
// says, and what is not followed is said, without its value.
func TestTracesVariables(t *testing.T) {
	const to = "OTEL_EXPORTER_OTLP_ENDPOINT"
	for _, c := range []struct {
		env     []string
		want    Traces
		ignored []string
	}{
		{[]string{"OTEL_SDK_DISABLED", "TRUE"}, Traces{}, nil},
		{[]string{"OTEL_SDK_DISABLED", "true", "PARLEY_TRACES", "http://e/y", "OTEL_TRACES_SAMPLER", "x"}, Traces{}, nil},
		{[]string{"OTEL_SDK_DISABLED", "yes"}, Traces{Share: 1}, []string{"OTEL_SDK_DISABLED"}},
		{[]string{"OTEL_SDK_DISABLED", "false"}, Traces{Share: 1}, nil},
		{[]string{"OTEL_TRACES_EXPORTER", "none"}, Traces{}, nil},
		{[]string{"OTEL_TRACES_EXPORTER", "otlp"}, Traces{Share: 1}, nil},
		{[]string{"OTEL_TRACES_EXPORTER", "console"}, Traces{Share: 1}, []string{"OTEL_TRACES_EXPORTER"}},
		{[]string{"OTEL_EXPORTER_OTLP_PROTOCOL", "http/json"}, Traces{Share: 1}, nil},
		{[]string{"OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"}, Traces{Share: 1}, []string{"OTEL_EXPORTER_OTLP_PROTOCOL"}},
		{[]string{"OTEL_EXPORTER_OTLP_COMPRESSION", "gzip", "OTEL_EXPORTER_OTLP_CERTIFICATE", "/secret.pem"}, Traces{Share: 1}, []string{"OTEL_EXPORTER_OTLP_COMPRESSION", "OTEL_EXPORTER_OTLP_CERTIFICATE"}},
		{[]string{"OTEL_EXPORTER_OTLP_TIMEOUT", "2500"}, Traces{Share: 1, Timeout: 2500 * time.Millisecond}, nil},
		{[]string{"OTEL_EXPORTER_OTLP_TIMEOUT", "2500", "OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "300"}, Traces{Share: 1, Timeout: 300 * time.Millisecond}, nil},
		{[]string{"OTEL_EXPORTER_OTLP_TIMEOUT", "2500", "PARLEY_TRACES_TIMEOUT", "4s"}, Traces{Share: 1, Timeout: 4 * time.Second}, nil},
		{[]string{"OTEL_EXPORTER_OTLP_TIMEOUT", "10s"}, Traces{Share: 1}, []string{"OTEL_EXPORTER_OTLP_TIMEOUT"}},
		{[]string{"OTEL_TRACES_SAMPLER", "parentbased_always_off"}, Traces{}, nil},
		{[]string{"OTEL_TRACES_SAMPLER", "parentbased_traceidratio", "OTEL_TRACES_SAMPLER_ARG", "0.25"}, Traces{Share: 0.25}, nil},
		{[]string{"OTEL_TRACES_SAMPLER", "parentbased_traceidratio"}, Traces{Share: 1}, nil},
		{[]string{"OTEL_TRACES_SAMPLER", "parentbased_traceidratio", "OTEL_TRACES_SAMPLER_ARG", "secret"}, Traces{Share: 1}, []string{"OTEL_TRACES_SAMPLER"}},
		{[]string{"OTEL_TRACES_SAMPLER", "traceidratio", "OTEL_TRACES_SAMPLER_ARG", "0.5"}, Traces{Share: 0.5}, []string{"OTEL_TRACES_SAMPLER"}},
		{[]string{"OTEL_TRACES_SAMPLER", "jaeger_remote"}, Traces{Share: 1}, []string{"OTEL_TRACES_SAMPLER"}},
		{[]string{"OTEL_TRACES_SAMPLER", "parentbased_always_off", "PARLEY_TRACES_SHARE", "0.5"}, Traces{Share: 0.5}, nil},
		{[]string{"OTEL_TRACES_SAMPLER_ARG", "0.1"}, Traces{Share: 1}, nil}, // without a sampler it says nothing
		{[]string{"OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=test%20bed, service.name=shop"}, Traces{Share: 1, Service: "shop", Attributes: map[string]string{"deployment.environment.name": "test bed", "service.name": "shop"}}, nil},
		{[]string{"OTEL_RESOURCE_ATTRIBUTES", "service.name=shop", "OTEL_SERVICE_NAME", "till"}, Traces{Share: 1, Service: "till", Attributes: map[string]string{"service.name": "shop"}}, nil},
		{[]string{"OTEL_RESOURCE_ATTRIBUTES", "secret"}, Traces{Share: 1}, []string{"OTEL_RESOURCE_ATTRIBUTES"}},
	} {
		s, values, err := Read(Sources{Env: env(append(c.env, to, "http://c:4318")...)})
		if err != nil {
			t.Errorf("%v: %v", c.env, err)
			continue
		}
		got := s.Traces
		on := got.Endpoint != ""
		if quiet := slices.Contains(c.env, "OTEL_SDK_DISABLED") || slices.Contains(c.env, "OTEL_TRACES_EXPORTER"); on != (!quiet || c.want.Share > 0) || value(values, "traces").Value != got.Endpoint {
			t.Errorf("%v: traces go to %q, printed as %+v", c.env, got.Endpoint, value(values, "traces"))
		}
		if on && got.Share != c.want.Share || got.Service != cmp.Or(c.want.Service, "parley") || got.Timeout != cmp.Or(c.want.Timeout, 10*time.Second) || !maps.Equal(got.Attributes, c.want.Attributes) {
			t.Errorf("%v: %+v, want %+v", c.env, got, c.want)
		}
		var names []string
		for _, x := range s.Ignored {
			name, _, _ := strings.Cut(x, ":")
			if names = append(names, name); strings.Contains(x, "secret") {
				t.Errorf("%v: it says %q", c.env, x)
			}
		}
		if slices.Sort(names); !slices.Equal(names, slices.Sorted(slices.Values(c.ignored))) {
			t.Errorf("%v: not followed %q, want %v", c.env, s.Ignored, c.ignored)
		}
	}
	if s, _, err := Read(Sources{Env: env("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")}); err != nil || s.Ignored != nil {
		t.Errorf("nothing is sent, and it says %v %v", s.Ignored, err)
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
		tr := tracing.New(tracing.Options{Endpoint: collector.URL, Service: "x", Share: 1, Client: collector.Client(), Now: time.Now})
		s := serverOf(t, "127.0.0.1:8080", "behind_proxy: 10.0.0.0/8\nurl: https://parley.example.org", Options{Tracer: tr})
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
