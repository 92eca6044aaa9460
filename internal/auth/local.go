package auth

import (
	"net/url"
	"strings"
)

// LocalPath reports whether a text is a path on this very server, fit to be led
// to: it starts with one slash and holds nothing that a browser could take for
// the name of another host, a scheme or a second header, also once unescaped.
func LocalPath(s string) bool {
	if len(s) == 0 || len(s) > 2000 || s[0] != '/' || strings.ContainsFunc(s, unsafe) {
		return false
	}
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || u.Opaque != "" {
		return false
	}
	path := u.Path // unescaped once; what is escaped twice is a name like any other
	if path == "" || path[0] != '/' || strings.Contains(path, "//") || strings.ContainsFunc(path, unsafe) {
		return false
	}
	for segment := range strings.SplitSeq(path, "/") {
		if segment == "." || segment == ".." {
			return false
		}
	}
	return true
}

// unsafe reports characters that browsers read as a slash or leave out.
func unsafe(r rune) bool { return r == '\\' || r <= ' ' || r == 0x7f || r > 0x7f && hidden(r) }
