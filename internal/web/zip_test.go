package web

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
)

// packedPage is a page as it travels to a browser, and as it is read there.
func packedPage(t *testing.T, ts *httptest.Server, path string) (travels int, page string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, ts.URL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Accept-Encoding", "gzip, deflate, br") // asked for by hand: the client unpacks nothing
	res, err := ts.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	counted := &counter{r: res.Body}
	z, err := gzip.NewReader(counted)
	if err != nil || res.Header.Get("Content-Encoding") != "gzip" || res.Header.Get("Vary") != "Accept-Encoding" || res.StatusCode != http.StatusOK {
		t.Fatalf("%s: %v, %d %v", path, err, res.StatusCode, res.Header)
	}
	body, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	if int64(counted.n) != res.ContentLength {
		t.Errorf("%s: %d bytes came, %d were announced", path, counted.n, res.ContentLength)
	}
	return counted.n, string(body)
}

// counter counts what is read through it.
type counter struct {
	r io.Reader
	n int
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += n
	return n, err
}

func TestPagesTravelPacked(t *testing.T) {
	ts, _ := liveSite(t, "rounds.yaml")
	for _, path := range []string{"/", "/plan", "/record"} {
		plain := get(t, ts, path, http.StatusOK)
		n, page := packedPage(t, ts, path)
		if n*2 > len(plain) || !strings.Contains(page, "<main") || !strings.HasSuffix(page, plain[len(plain)-20:]) {
			t.Errorf("%s: %d bytes of %d", path, n, len(plain))
		}
	}
}

// TestSecretsAreNotPacked: only pages that read the negotiation are; how long a
// packed page with a secret is would tell something of the secret.
func TestSecretsAreNotPacked(t *testing.T) {
	all := slices.Concat(negotiation, visiting, beginning, trying, signingIn, byProvider)
	some := 0
	for _, rt := range all {
		r := httptest.NewRequest(rt.method, "/", nil)
		r.Header.Set("Accept-Encoding", "gzip")
		_, is := packed(rt, httptest.NewRecorder(), r).(zipping)
		reads := rt.method == http.MethodGet && !rt.live && !rt.same && slices.ContainsFunc(negotiation, func(n route) bool { return n.address() == rt.address() })
		if is != reads {
			t.Errorf("%s: packed %v, want %v", rt.address(), is, reads)
		}
		if is {
			some++
		}
		r.Header.Set("Accept-Encoding", "gzip;q=0, br")
		if _, is := packed(rt, httptest.NewRecorder(), r).(zipping); is {
			t.Errorf("%s is packed for somebody who cannot read that", rt.address())
		}
	}
	if some < 10 {
		t.Errorf("%d routes are packed", some)
	}
}
