package serving

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"net/http"
	"net/url"
)

// Key lets in whoever sits at this machine: its link sets a cookie that is good
// while the process runs. Both live in memory only.
type Key struct {
	key, cookie string // 128 bits of randomness each
	name        string // of the cookie
}

// NewKey makes a key for the server at a port. Cookies know no ports: each
// server of a machine has its own name.
func NewKey(port string) *Key {
	return &Key{key: rand.Text(), cookie: rand.Text(), name: "parley-here-" + port}
}

// Link is the address that lets in.
func (k *Key) Link(origin string) string {
	return origin + "/enter?" + url.Values{"key": {k.key}}.Encode()
}

// Known reports whether a request carries the key's cookie, from this machine.
func (k *Key) Known(r *http.Request) bool {
	if k == nil || !Peer(r).IsLoopback() {
		return false
	}
	c, err := r.Cookie(k.name)
	return err == nil && equal(c.Value, k.cookie)
}

// ServeHTTP takes the key and gives the cookie.
func (k *Key) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !Peer(r).IsLoopback() || !equal(r.URL.Query().Get("key"), k.key) {
		refuse(w, http.StatusForbidden, "serving.key")
		return
	}
	http.SetCookie(w, &http.Cookie{
		Name: k.name, Value: k.cookie, Path: "/", HttpOnly: true, Secure: r.TLS != nil, SameSite: http.SameSiteLaxMode,
	})
	http.Redirect(w, r, "/", http.StatusSeeOther)
}

// equal compares secrets in a time that says nothing about them.
func equal(a, b string) bool {
	x, y := sha256.Sum256([]byte(a)), sha256.Sum256([]byte(b))
	return subtle.ConstantTimeCompare(x[:], y[:]) == 1
}
