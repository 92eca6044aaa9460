package serving

import (
	"errors"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/parleysec/parley/internal/catalogue"
)

// Traces are where spans go, and of how many requests.
type Traces struct {
	Endpoint   string            // whole address, such as http://localhost:4318/v1/traces; "" for nowhere
	Headers    map[string]string // sent along; secret
	Service    string            // what this server is called there
	Attributes map[string]string // what else is said of it there
	Share      float64           // of the traces that begin here, 0 … 1
	Timeout    time.Duration     // for a collector to take some of them
}

// namedValues reads name=value,name=value; bad is the key of what is said where it cannot.
func namedValues(to func(*Settings) *map[string]string, bad string) func(*Settings, string) error {
	return func(s *Settings, t string) error {
		all, ok := namesAndValues(t)
		if !ok {
			return errors.New(catalogue.T(bad))
		}
		*to(s) = all
		return nil
	}
}

// namesAndValues reads name=value,name=value; values are escaped as in an address.
func namesAndValues(t string) (pairs map[string]string, ok bool) {
	pairs = map[string]string{}
	for part := range strings.SplitSeq(t, ",") {
		name, value, ok := strings.Cut(strings.TrimSpace(part), "=")
		name = strings.TrimSpace(name)
		value, err := url.PathUnescape(strings.TrimSpace(value))
		if !ok || name == "" || err != nil || strings.ContainsFunc(name, notToken) || strings.ContainsAny(value, "\r\n\x00") {
			return nil, false
		}
		pairs[name] = value
	}
	return pairs, true
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
