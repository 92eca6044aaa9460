package web

import (
	"net/http"
	"net/url"
	"strings"
)

// maxReturn is how long an address to go back to may be, in bytes.
const maxReturn = 2000

// returnPath is where somebody is led after signing in: the address asked for,
// when it is a page of this server to be read, else the first page. What leads
// elsewhere never passes: only a path that stands in the table of routes, spelt
// as a browser and this server both read it.
func (s *server) returnPath(asked string) string {
	const home = "/"
	if len(asked) > maxReturn || !strings.HasPrefix(asked, "/") || strings.HasPrefix(asked, "//") {
		return home
	}
	if strings.ContainsFunc(asked, func(r rune) bool { return r <= ' ' || r == '\\' || r == 0x7f || r > 0x7e }) {
		return home
	}
	u, err := url.Parse(asked)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || u.Opaque != "" || u.Fragment != "" {
		return home
	}
	if strings.ContainsAny(u.Path, "\\\r\n\t\x00") || strings.Contains(u.Path, "//") {
		return home
	}
	if r := s.routeOf(http.MethodGet, u.Path); r != nil && !r.open {
		return u.RequestURI()
	}
	return home
}
