package serving

import (
	"net"
	"net/http"
	"strings"
)

// hosted answers only to the server's own name: a page elsewhere may have its
// name resolve to this machine, and its requests carry that name.
func (s *Server) hosted(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !s.host(r.Host) {
			refuse(w, http.StatusMisdirectedRequest, "serving.host")
			return
		}
		next.ServeHTTP(w, r)
	})
}

func (s *Server) host(host string) bool {
	name, port := cutPort(host, s.scheme)
	if wantName, wantPort := cutPort(s.origin, s.scheme); strings.EqualFold(name, wantName) && port == wantPort {
		return true
	}
	return s.opt.Settings.Keyed() && port == s.port && loopbackName(name)
}

// cutPort cuts a host into its name and its port, the scheme's where it has none.
func cutPort(host, scheme string) (name, port string) {
	name, port, err := net.SplitHostPort(host)
	if err != nil {
		name, port = host, "80"
		if scheme == "https" {
			port = "443"
		}
	}
	return strings.TrimSuffix(strings.TrimPrefix(name, "["), "]"), port
}
