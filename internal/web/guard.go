package web

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"

	"github.com/parleysec/parley/internal/catalogue"
)

// maxBody is the largest request body, in bytes: forms are small.
const maxBody = 64 << 10

// guard refuses what no page of ours would send, before any handler sees it:
// another Host (a name that was made to point here), a write from another
// site, a large body. refuse answers with a page.
func (s *server) guard(next http.Handler) http.Handler {
	cross := http.NewCrossOriginProtection()
	cross.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.refuse(w, r, http.StatusForbidden, "web.error.cross")
	}))
	checked := cross.Handler(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		setHeaders(w.Header())
		origin := s.origin(r)
		if origin == "" {
			s.misdirected(w, r)
			return
		}
		if strings.HasPrefix(origin, "https:") {
			w.Header().Set("Strict-Transport-Security", "max-age=31536000")
		}
		if !safeMethod(r.Method) && !sameOrigin(r, origin) {
			s.refuse(w, r, http.StatusForbidden, "web.error.cross")
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, s.room(r))
		checked.ServeHTTP(w, r)
	})
}

// room is how large the body of a request may be, in bytes.
func (s *server) room(r *http.Request) int64 {
	if !safeMethod(r.Method) {
		if rt := s.routeOf(r.Method, r.URL.Path); rt != nil && rt.room > 0 {
			return rt.room
		}
	}
	return maxBody
}

// misdirected answers a request for another host.
func (s *server) misdirected(w http.ResponseWriter, r *http.Request) {
	says := catalogue.T("web.error.host.says")
	if s.public != "" {
		says = catalogue.T("web.error.host.public", "url", s.public)
	}
	s.errorPage(w, r, http.StatusMisdirectedRequest, catalogue.T("web.error.host.title"), says)
}

func safeMethod(m string) bool { return m == http.MethodGet || m == http.MethodHead }

// origin is the scheme and authority a request was sent to, as a browser names
// them; "" when this server does not answer to that name.
func (s *server) origin(r *http.Request) string {
	if s.public != "" && originOf(schemeOf(s.public), r.Host) == s.public {
		return s.public
	}
	if !localHost(r.Host, localPort(r)) {
		return ""
	}
	scheme := "http"
	if r.TLS != nil {
		scheme = "https"
	}
	return scheme + "://" + r.Host
}

// secure reports whether a request came by https, as far as the browser knows.
func (s *server) secure(r *http.Request) bool { return strings.HasPrefix(s.origin(r), "https:") }

// PublicOrigin is the origin of the address people open, as browsers write it, ""
// for none.
func PublicOrigin(address string) (string, error) {
	if address == "" {
		return "", nil
	}
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || u.Path != "" && u.Path != "/" {
		return "", fmt.Errorf("%q is not the address of a site: https:// and its name, and a port where it is not the usual one", address)
	}
	return originOf(u.Scheme, u.Host), nil
}

func schemeOf(origin string) string {
	scheme, _, _ := strings.Cut(origin, ":")
	return scheme
}

// originOf is an origin as browsers write it: in lower case, without the port
// that the scheme implies.
func originOf(scheme, host string) string {
	usual := map[string]string{"http": ":80", "https": ":443"}[scheme]
	return scheme + "://" + strings.TrimSuffix(strings.ToLower(host), usual)
}

// localPort is the port the request came in by, "" where that is not known.
func localPort(r *http.Request) string {
	addr, ok := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
	if !ok {
		return ""
	}
	_, port, err := net.SplitHostPort(addr.String())
	if err != nil {
		return ""
	}
	return port
}

// localHost reports whether a Host header names this machine's loopback
// address or localhost, with the port that was asked. A page elsewhere may
// have its own name resolve to 127.0.0.1; its requests carry that name.
func localHost(host, port string) bool {
	name, p, err := net.SplitHostPort(host)
	if err != nil {
		name, p = host, "80" // no port: the default one
	}
	if port != "" && p != port {
		return false
	}
	name = strings.TrimSuffix(strings.TrimPrefix(name, "["), "]")
	if strings.EqualFold(name, "localhost") {
		return true
	}
	ip, err := netip.ParseAddr(name)
	return err == nil && ip.Zone() == "" && ip.IsLoopback()
}

// sameOrigin reports whether a write comes from a page of this server. A
// request with neither Origin nor Sec-Fetch-Site comes from no browser.
func sameOrigin(r *http.Request, own string) bool {
	origin := r.Header.Get("Origin")
	return origin == "" || origin == own
}
