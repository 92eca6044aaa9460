package serving

import (
	"errors"
	"net/url"
	"strconv"
	"strings"

	"github.com/parleysec/parley/internal/catalogue"
)

// Traces are where spans go, and of how many requests.
type Traces struct {
	Endpoint string            // whole address, such as http://localhost:4318/v1/traces; "" for nowhere
	Headers  map[string]string // sent along; secret
	Service  string            // what this server is called there
	Share    float64           // of the traces that begin here, 0 … 1
}

// variable is a variable of the environment that other programs know, too.
type variable struct {
	name string
	as   func(string) string // what its value means here; nil: itself
}

func (v variable) value(env func(string) string) string {
	text := env(v.name)
	if text == "" || v.as == nil {
		return text
	}
	return v.as(text)
}

// The variables of OpenTelemetry's exporters. What is for all signals is an address
// to which the path of traces is added.
var (
	tracesVariables       = []variable{{name: "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"}, {name: "OTEL_EXPORTER_OTLP_ENDPOINT", as: tracesBelow}}
	tracesHeaderVariables = []variable{{name: "OTEL_EXPORTER_OTLP_TRACES_HEADERS"}, {name: "OTEL_EXPORTER_OTLP_HEADERS"}}
)

func tracesBelow(endpoint string) string { return strings.TrimRight(endpoint, "/") + "/v1/traces" }

// tracesHeaders reads name=value,name=value; values are escaped as in an address.
func tracesHeaders(s *Settings, t string) error {
	s.Traces.Headers = map[string]string{}
	for part := range strings.SplitSeq(t, ",") {
		name, value, ok := strings.Cut(strings.TrimSpace(part), "=")
		value, err := url.PathUnescape(value)
		if !ok || name == "" || err != nil || strings.ContainsFunc(name, notToken) || strings.ContainsAny(value, "\r\n\x00") {
			return errors.New(catalogue.T("cli.serve.headers"))
		}
		s.Traces.Headers[name] = value
	}
	return nil
}

// notToken reports what cannot stand in the name of a header.
func notToken(r rune) bool {
	return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && !strings.ContainsRune("!#$%&'*+-.^_`|~", r)
}

func tracesShare(s *Settings, t string) error {
	x, err := strconv.ParseFloat(t, 64)
	if err != nil || !(x >= 0 && x <= 1) {
		return errors.New(catalogue.T("cli.serve.share"))
	}
	s.Traces.Share = x
	return nil
}

// checkTraces refuses an address that nothing can be sent to.
func (s *Settings) checkTraces() error {
	if s.Traces.Endpoint == "" {
		return nil
	}
	u, err := url.Parse(s.Traces.Endpoint)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.User != nil || u.Fragment != "" {
		return wrong("cli.serve.traces-address")
	}
	return nil
}
