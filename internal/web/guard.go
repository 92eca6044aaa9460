package web

import (
	"net"
	"net/http"
	"net/netip"
	"strings"
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
		if !localHost(r.Host, localPort(r)) {
			s.refuse(w, r, http.StatusMisdirectedRequest, "web.error.host")
			return
		}
		if !safeMethod(r.Method) && !sameOrigin(r) {
			s.refuse(w, r, http.StatusForbidden, "web.error.cross")
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		checked.ServeHTTP(w, r)
	})
}

func safeMethod(m string) bool { return m == http.MethodGet || m == http.MethodHead }

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
func sameOrigin(r *http.Request) bool {
	origin := r.Header.Get("Origin")
	if origin == "" {
		return true
	}
	return origin == "http://"+r.Host
}
