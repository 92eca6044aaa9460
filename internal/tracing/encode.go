package tracing

import (
	"encoding/hex"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"time"
)

// The JSON form of OTLP: messages of opentelemetry/proto/trace/v1/trace.proto, with
// names in camel case, 64-bit numbers as text, and ids in hexadecimal.
type (
	request struct {
		ResourceSpans []resourceSpans `json:"resourceSpans"`
	}
	resourceSpans struct {
		Resource   resource     `json:"resource"`
		ScopeSpans []scopeSpans `json:"scopeSpans"`
	}
	resource struct {
		Attributes []attribute `json:"attributes"`
	}
	scopeSpans struct {
		Scope scope      `json:"scope"`
		Spans []spanJSON `json:"spans"`
	}
	scope struct {
		Name string `json:"name"`
	}
	spanJSON struct {
		TraceID    string      `json:"traceId"`
		SpanID     string      `json:"spanId"`
		ParentID   string      `json:"parentSpanId,omitempty"`
		Name       string      `json:"name"`
		Kind       int         `json:"kind"`
		Start      string      `json:"startTimeUnixNano"`
		End        string      `json:"endTimeUnixNano"`
		Attributes []attribute `json:"attributes,omitempty"`
		Status     *status     `json:"status,omitempty"`
	}
	status struct {
		Code int `json:"code"`
	}
	attribute struct {
		Key   string `json:"key"`
		Value value  `json:"value"`
	}
	value struct {
		Text  *string `json:"stringValue,omitempty"`
		Count *string `json:"intValue,omitempty"`
	}
)

// statusError is the code of a span that failed.
const statusError = 2

func (t *Tracer) encode(batch []*Span) ([]byte, error) {
	out := scopeSpans{Scope: scope{"parley"}}
	for _, s := range batch {
		out.Spans = append(out.Spans, s.json())
	}
	return json.Marshal(request{[]resourceSpans{{Resource: resource{attributes(t.about())}, ScopeSpans: []scopeSpans{out}}}})
}

// about is what is said of this program.
func (t *Tracer) about() []Attr {
	all := map[string]string{}
	maps.Copy(all, t.opt.Attributes)
	all["service.name"], all["service.version"] = t.opt.Service, t.opt.Version
	var out []Attr
	for _, name := range slices.Sorted(maps.Keys(all)) {
		out = append(out, Text(name, all[name]))
	}
	return out
}

func (s *Span) json() spanJSON {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := spanJSON{
		TraceID: hex.EncodeToString(s.trace[:]), SpanID: hex.EncodeToString(s.id[:]), Name: s.name, Kind: s.kind,
		Start: nanos(s.began), End: nanos(s.at), Attributes: attributes(s.attrs),
	}
	if s.parent != (spanID{}) {
		out.ParentID = hex.EncodeToString(s.parent[:])
	}
	if s.failed {
		out.Status = &status{statusError}
	}
	return out
}

func nanos(t time.Time) string { return strconv.FormatInt(t.UnixNano(), 10) }

func attributes(list []Attr) []attribute {
	var out []attribute
	for _, a := range list {
		x := attribute{Key: a.Key}
		if a.IsInt {
			n := strconv.FormatInt(a.Count, 10)
			x.Value.Count = &n
		} else {
			x.Value.Text = &a.Text
		}
		out = append(out, x)
	}
	return out
}
