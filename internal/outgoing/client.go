package outgoing

import (
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/catalogue"
)

// Limits of a request to elsewhere.
const (
	maxTime      = 15 * time.Second // for all of it
	maxDialling  = 5 * time.Second
	maxHeader    = 16 << 10 // bytes of the answer's header
	maxAnswer    = 8 << 10  // bytes of the answer that are read
	maxURLLength = 2000     // bytes
)

// Client is an HTTP client behind a guard. It follows no redirect, which could
// lead somewhere nobody chose, uses no proxy of the environment, keeps no
// cookies, and ends after 15 seconds.
func Client(g Guard) *http.Client { return clientWith(g, nil) }

func clientWith(g Guard, resolver *net.Resolver) *http.Client {
	return &http.Client{
		Timeout: maxTime,
		Transport: &http.Transport{
			Proxy:       nil,
			DialContext: g.Dialer(maxDialling, resolver).DialContext, TLSHandshakeTimeout: maxDialling,
			ResponseHeaderTimeout: maxTime, MaxResponseHeaderBytes: maxHeader,
			DisableKeepAlives: true, // the next one is dialled, and so looked at, anew
			ForceAttemptHTTP2: true,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// CheckURL refuses an address that no webhook may have, before anything is
// resolved. Where it leads is looked at when it is dialled.
func CheckURL(text string) error {
	u, err := url.Parse(text)
	bad := func(key string) error {
		return parley.Errorf(parley.Invalid, "webhook", "%s", catalogue.T(key))
	}
	switch {
	case err != nil || len(text) > maxURLLength || u.Hostname() == "" || u.Opaque != "" || strings.ContainsAny(text, " \t\r\n") || strings.Contains(u.Host, "%"): // the zone of an address is of this machine alone
		return bad("outgoing.url")
	case u.Scheme != "https" && u.Scheme != "http":
		return bad("outgoing.scheme")
	case u.User != nil:
		return bad("outgoing.user")
	case u.Fragment != "":
		return bad("outgoing.fragment")
	}
	return nil
}
