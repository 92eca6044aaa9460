package serving

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// TestN5RequestsThatAreNotOne: what a proxy in front and the server could read as two
// different things is answered once at most, and never from within; what names
// another host, or cannot be a request, comes to no page.
func TestN5RequestsThatAreNotOne(t *testing.T) {
	const own = "Host: {host}\r\n"
	_, url, _, _ := running(t, "", func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		_, _ = io.WriteString(w, "a page")
	})
	host := strings.TrimPrefix(url, "http://")
	within := "GET /healthz HTTP/1.1\r\n" + own + "\r\n"
	for name, c := range map[string]struct {
		sent   string
		status int
	}{
		"two lengths":              {"POST / HTTP/1.1\r\n" + own + "Content-Length: 0\r\nContent-Length: 5\r\n\r\n" + within, 400},
		"a length below nothing":   {"POST / HTTP/1.1\r\n" + own + "Content-Length: -1\r\n\r\n" + within, 400},
		"a length with a sign":     {"POST / HTTP/1.1\r\n" + own + "Content-Length: +0\r\n\r\n" + within, 400},
		"chunks and a length":      {"POST / HTTP/1.1\r\n" + own + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + within, 200},
		"chunks of another kind":   {"POST / HTTP/1.1\r\n" + own + "Transfer-Encoding: xchunked\r\n\r\n" + within, 501},
		"chunks twice":             {"POST / HTTP/1.1\r\n" + own + "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n" + within, 501},
		"a space before the colon": {"POST / HTTP/1.1\r\n" + own + "Transfer-Encoding : chunked\r\n\r\n" + within, 400},
		"a header that goes on":    {"GET / HTTP/1.1\r\n " + own + "\r\n" + within, 400},
		"two hosts":                {"GET / HTTP/1.1\r\n" + own + "Host: evil.example\r\n\r\n", 400},
		"no host":                  {"GET / HTTP/1.1\r\n\r\n", 400},
		"another host":             {"GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n", 421},
		"another host, whole":      {"GET http://evil.example/ HTTP/1.1\r\n" + own + "\r\n", 421},
		"a name before the host":   {"GET / HTTP/1.1\r\nHost: {host}@evil.example\r\n\r\n", 400},
		"an old one without host":  {"GET / HTTP/1.0\r\n\r\n", 421},
		"older still":              {"GET /\r\n\r\n", 400},
		"a tunnel":                 {"CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\n\r\n", 404},
		"a byte of nothing":        {"GET /\x00 HTTP/1.1\r\n" + own + "\r\n", 400},
		"nothing in a header":      {"GET / HTTP/1.1\r\n" + own + "X: a\x00b\r\n\r\n", 400},
		"a broken escape":          {"GET /%zz HTTP/1.1\r\n" + own + "\r\n", 400},
		"a very long path":         {"GET /" + strings.Repeat("a", 2*maxHeader) + " HTTP/1.1\r\n" + own + "\r\n", 431},
		"very many headers":        {"GET / HTTP/1.1\r\n" + own + strings.Repeat("A: "+strings.Repeat("b", 100)+"\r\n", maxHeader/50) + "\r\n", 431},
		"another protocol":         {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400},
	} {
		t.Run(name, func(t *testing.T) {
			conn, err := net.Dial("tcp", host)
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			if err := conn.SetDeadline(time.Now().Add(20 * time.Second)); err != nil {
				t.Fatal(err)
			}
			go func() { _, _ = io.WriteString(conn, strings.ReplaceAll(c.sent, "{host}", host)) }() // it may close before all is sent
			r := bufio.NewReader(conn)
			resp, err := http.ReadResponse(r, nil)
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			text, err := io.ReadAll(resp.Body)
			if err != nil || resp.StatusCode != c.status || c.status != http.StatusOK && strings.Contains(string(text), "a page") {
				t.Errorf("%s: %s %v, want %d", resp.Status, text, err, c.status)
			}
			if !strings.Contains(c.sent, within) {
				return
			}
			if next, err := http.ReadResponse(r, nil); err == nil {
				next.Body.Close()
				t.Errorf("and from within: %s", next.Status)
			}
		})
	}
}

// TestS7PathsThatLeadElsewhere: a path that is put in order leads to a path of ours.
func TestS7PathsThatLeadElsewhere(t *testing.T) {
	srv, url, _, _ := running(t, "", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "a page") })
	host := strings.TrimPrefix(url, "http://")
	for _, path := range []string{"//evil.example/", "///evil.example", "/a/..//evil.example", "/a/../\\evil.example", "/static/../../etc//passwd"} {
		r, err := http.ReadRequest(bufio.NewReader(strings.NewReader("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n")))
		if err != nil {
			t.Fatal(err)
		}
		r.RemoteAddr = "127.0.0.1:9"
		rec := httptest.NewRecorder()
		srv.Handler().ServeHTTP(rec, r)
		w := rec.Result()
		to, err := w.Location()
		if err != nil || w.StatusCode != http.StatusTemporaryRedirect || to.Host != "" || strings.HasPrefix(to.Path, "//") || strings.HasPrefix(to.Path, `/\`) || !strings.HasPrefix(to.Path, "/") {
			t.Errorf("%s: %s to %v (%v)", path, w.Status, to, err)
		}
	}
}
