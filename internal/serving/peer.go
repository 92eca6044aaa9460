package serving

import (
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"

	"github.com/parleysec/parley/internal/catalogue"
)

// Peer is the address a request comes from, as far as it can be believed: that
// of the connection, or the one a trusted proxy names. It is the zero Addr where
// none is known.
func Peer(r *http.Request) netip.Addr {
	a, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	return a.Addr().Unmap().WithZone("")
}

// proxies are whose word about the client counts.
type proxies []netip.Prefix

func (p proxies) trust(a netip.Addr) bool {
	return slices.ContainsFunc(p, func(n netip.Prefix) bool { return n.Contains(a) })
}

// client is who really asks: of the addresses that were forwarded, read from
// the nearest proxy on, the first that is no proxy of ours. What cannot be read
// ends the list, since nobody we trust wrote it.
func (p proxies) client(peer netip.Addr, forwarded []string) netip.Addr {
	if !p.trust(peer) {
		return peer
	}
	hops := strings.Split(strings.Join(forwarded, ","), ",")
	for _, hop := range slices.Backward(hops) {
		a, err := netip.ParseAddr(strings.TrimSpace(hop))
		if err != nil {
			if ap, err2 := netip.ParseAddrPort(strings.TrimSpace(hop)); err2 == nil {
				a, err = ap.Addr(), nil
			}
		}
		if err != nil {
			return peer
		}
		peer = a.Unmap().WithZone("")
		if !p.trust(peer) {
			return peer
		}
	}
	return peer
}

// forwarded are the headers that say who asked; past this point nobody reads them.
var forwarded = []string{"Forwarded", "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "X-Real-Ip"}

// behind puts the real address into the request and takes away every header
// that claims one. Where there are proxies and no TLS of our own, who comes
// without a proxy, or by plain http, is not let in.
func (s *Server) behind(next http.Handler) http.Handler {
	list := proxies(s.opt.Settings.BehindProxy)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		peer := Peer(r)
		trusted := list.trust(peer)
		if len(list) > 0 && !trusted && r.TLS == nil {
			refuse(w, http.StatusMisdirectedRequest, "serving.past-proxy")
			return
		}
		if trusted {
			proto := r.Header.Values("X-Forwarded-Proto")
			if len(proto) > 0 && !strings.EqualFold(last(proto), "https") && r.TLS == nil {
				refuse(w, http.StatusMisdirectedRequest, "serving.plain-http")
				return
			}
			if len(r.Header.Values("X-Forwarded-For")) == 0 {
				s.unsaid.Do(func() { s.opt.Log.Warn(catalogue.T("serving.unsaid"), "from", peer.String()) })
			}
			r.RemoteAddr = net.JoinHostPort(list.client(peer, r.Header.Values("X-Forwarded-For")).String(), "0")
		}
		for _, name := range forwarded {
			r.Header.Del(name)
		}
		next.ServeHTTP(w, r)
	})
}

// last is the last of the values in headers with commas.
func last(values []string) string {
	all := strings.Split(values[len(values)-1], ",")
	return strings.TrimSpace(all[len(all)-1])
}
