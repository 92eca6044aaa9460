package serving

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
)

// FuzzForwarded: whatever is forwarded, who asks is known by an address that a
// trusted proxy named, or is that proxy; past that point no header claims another.
func FuzzForwarded(f *testing.F) {
	seen := ""
	srv := serverOf(f, "192.0.2.1:8443", "url: https://parley.example.org\nbehind_proxy: [192.0.2.9, 10.0.0.0/8]", Options{Pages: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen = r.RemoteAddr
		for _, name := range forwarded {
			if len(r.Header.Values(name)) > 0 {
				seen = name
			}
		}
	})})
	h := srv.Handler()
	for _, x := range []string{"203.0.113.7", "203.0.113.7, 10.1.2.3", "x, 203.0.113.7", "[::1%eth0]:1", "::ffff:10.0.0.1", "203.0.113.7:80,", ",,,", "\"203.0.113.7\"", "2001:db8::1"} {
		f.Add("192.0.2.9:5", x, "https", "parley.example.org")
		f.Add("203.0.113.1:5", x, "https", "parley.example.org")
	}
	f.Add("10.0.0.1:5", "", "http, https", "parley.example.org:443")
	f.Add("192.0.2.9:5", "a", "https", "[::1]:443")
	f.Fuzz(func(t *testing.T, from, list, proto, host string) {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.RemoteAddr, r.Host = from, host
		r.Header = http.Header{"X-Forwarded-For": {list}, "X-Forwarded-Proto": {proto}, "X-Real-Ip": {list}, "Forwarded": {"for=" + list}}
		w := httptest.NewRecorder()
		seen = ""
		h.ServeHTTP(w, r)
		if w.Code >= 500 {
			t.Fatalf("%q, %q, %q, %q: %d", from, list, proto, host, w.Code)
		}
		if seen == "" {
			return // not let in
		}
		peer := netip.MustParseAddrPort(from).Addr().Unmap().WithZone("")
		who, err := netip.ParseAddrPort(seen)
		if err != nil || who.Port() != 0 {
			t.Fatalf("%q, %q: who asks is %q", from, list, seen)
		}
		if !proxies(srv.opt.Settings.BehindProxy).trust(peer) || !strings.EqualFold(strings.TrimSuffix(host, ":443"), "parley.example.org") {
			t.Errorf("%q is let in to %q", from, host)
		}
		if a := who.Addr(); a != peer && !named(list, a) {
			t.Errorf("%q, %q: who asks is %v, whom nobody named", from, list, a)
		}
	})
}

// named reports whether a list of addresses has this one.
func named(list string, want netip.Addr) bool {
	for x := range strings.SplitSeq(list, ",") {
		x = strings.TrimSpace(x)
		a, err := netip.ParseAddr(x)
		if ap, err2 := netip.ParseAddrPort(x); err != nil && err2 == nil {
			a, err = ap.Addr(), nil
		}
		if err == nil && a.Unmap().WithZone("") == want {
			return true
		}
	}
	return false
}
