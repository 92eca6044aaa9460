package serving

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// listener is one that says it listens somewhere.
type listener struct {
	net.Listener
	at string
}

func (l listener) Addr() net.Addr { return net.TCPAddrFromAddrPort(netip.MustParseAddrPort(l.at)) }

// serverOf is a server as if it listened at an address, with settings from a file.
func serverOf(t testing.TB, at, file string, o Options) *Server {
	t.Helper()
	s, _, err := Read(Sources{Flags: map[string]string{"listen": at}, File: []byte(file)})
	if err != nil {
		t.Fatal(err)
	}
	o.Settings = s
	if o.Pages == nil {
		o.Pages = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.WriteString(w, "page for "+Peer(r).String()+" "+r.Header.Get("X-Forwarded-For"))
		})
	}
	if o.API == nil {
		o.API = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "api") })
	}
	srv, err := New(listener{at: at}, o)
	if err != nil {
		t.Fatal(err)
	}
	return srv
}

// ask sends a request to a handler from an address.
func ask(h http.Handler, from, target string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	u := strings.TrimPrefix(target, "http://")
	host, path, _ := strings.Cut(u, "/")
	r.Host = host
	r.URL.Path, r.URL.RawQuery, _ = strings.Cut("/"+path, "?")
	r.RemoteAddr = from
	for i := 0; i < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestWays(t *testing.T) {
	srv := serverOf(t, "127.0.0.1:8080", "", Options{})
	for path, want := range map[string]string{"/": "page", "/t/x": "page", "/api/v1/products": "api", "/apis": "page", "/healthz": "ok", "/readyz": "ready"} {
		if got := ask(srv.Handler(), "127.0.0.1:5", "http://127.0.0.1:8080"+path); got.Code != 200 || !strings.HasPrefix(got.Body.String(), want) {
			t.Errorf("%s: %d %q, want %q", path, got.Code, got.Body, want)
		}
	}
}

// A name that was made to point here is not the server's.
func TestHosts(t *testing.T) {
	alone := serverOf(t, "127.0.0.1:8080", "", Options{}).Handler()
	public := serverOf(t, "192.0.2.1:8443", "url: https://parley.example.org\nbehind_proxy: 192.0.2.9", Options{}).Handler()
	for _, c := range []struct {
		h    http.Handler
		from string
		host string
		want int
	}{
		{alone, "127.0.0.1:5", "127.0.0.1:8080", 200},
		{alone, "127.0.0.1:5", "localhost:8080", 200},
		{alone, "127.0.0.1:5", "[::1]:8080", 200},
		{alone, "127.0.0.1:5", "127.0.0.1", 421},
		{alone, "127.0.0.1:5", "127.0.0.1:80", 421},
		{alone, "127.0.0.1:5", "evil.example:8080", 421},
		{alone, "127.0.0.1:5", "127.0.0.1.evil.example:8080", 421},
		{alone, "127.0.0.1:5", "", 421},
		{public, "192.0.2.9:5", "parley.example.org", 200},
		{public, "192.0.2.9:5", "PARLEY.example.org:443", 200},
		{public, "192.0.2.9:5", "parley.example.org:8443", 421},
		{public, "192.0.2.9:5", "parley.example.org.", 421},
		{public, "192.0.2.9:5", "127.0.0.1:8443", 421},
		{public, "192.0.2.8:5", "parley.example.org", 421}, // past the proxy
		{public, "127.0.0.1:5", "parley.example.org", 421},
	} {
		if got := ask(c.h, c.from, "http://"+c.host+"/", "X-Forwarded-Proto", "https"); got.Code != c.want {
			t.Errorf("%s from %s: %d, want %d", c.host, c.from, got.Code, c.want)
		}
	}
	if got := ask(public, "192.0.2.9:5", "http://parley.example.org/", "X-Forwarded-Proto", "http"); got.Code != 421 {
		t.Errorf("plain http through the proxy: %d", got.Code)
	}
	if got := ask(public, "192.0.2.9:5", "http://parley.example.org/").Header().Get("Strict-Transport-Security"); got == "" {
		t.Error("no Strict-Transport-Security behind https")
	}
	if got := ask(alone, "127.0.0.1:5", "http://127.0.0.1:8080/").Header().Get("Strict-Transport-Security"); got != "" {
		t.Error("Strict-Transport-Security on plain http")
	}
}

// Only proxies that are trusted can say who asks; what a client adds to the
// list itself is never believed.
func TestS5ForwardedAddresses(t *testing.T) {
	list := proxies{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("2001:db8::/32")}
	for _, c := range []struct {
		peer, want string
		forwarded  []string
	}{
		{"198.51.100.7", "198.51.100.7", []string{"203.0.113.1"}},
		{"10.0.0.1", "203.0.113.1", []string{"203.0.113.1"}},
		{"10.0.0.1", "203.0.113.1", []string{"127.0.0.1, 203.0.113.1"}},
		{"10.0.0.1", "203.0.113.1", []string{"127.0.0.1", "203.0.113.1, 10.2.3.4"}},
		{"10.0.0.1", "203.0.113.1", []string{"203.0.113.1, 2001:db8::1"}},
		{"10.0.0.1", "203.0.113.1", []string{"::ffff:203.0.113.1"}},
		{"10.0.0.1", "203.0.113.1", []string{"203.0.113.1:443"}},
		{"10.0.0.1", "10.0.0.1", []string{"203.0.113.1, unknown"}},
		{"10.0.0.1", "10.0.0.1", nil},
		{"10.0.0.1", "10.0.0.9", []string{"10.0.0.9"}},
	} {
		if got := list.client(netip.MustParseAddr(c.peer), c.forwarded); got.String() != c.want {
			t.Errorf("%s for %q is %s, want %s", c.peer, c.forwarded, got, c.want)
		}
	}
	alone := serverOf(t, "127.0.0.1:8080", "", Options{}).Handler()
	got := ask(alone, "127.0.0.1:5", "http://127.0.0.1:8080/", "X-Forwarded-For", "203.0.113.1", "X-Real-Ip", "203.0.113.1").Body.String()
	if got != "page for 127.0.0.1 " {
		t.Errorf("without proxies: %q", got)
	}
}

// TestAProxyThatSaysNothing: where a named proxy does not say who asks, the log says so,
// once.
func TestAProxyThatSaysNothing(t *testing.T) {
	var log bytes.Buffer
	s := serverOf(t, "127.0.0.1:8080", "behind_proxy: 10.0.0.0/8\nurl: https://parley.example.org", Options{Log: NewLog(&log, &Settings{LogFormat: "json"})})
	const warns = "X-Forwarded-For"
	ask(s.Handler(), "10.1.2.3:5", "http://parley.example.org/", "X-Forwarded-For", "203.0.113.1")
	if strings.Contains(log.String(), warns) {
		t.Errorf("a proxy that says it: %s", &log)
	}
	for range 3 {
		ask(s.Handler(), "10.1.2.3:5", "http://parley.example.org/")
	}
	if n := strings.Count(log.String(), warns); n != 1 {
		t.Errorf("said %d times: %s", n, &log)
	}
}

func TestReadiness(t *testing.T) {
	broken := serverOf(t, "127.0.0.1:8080", "", Options{Ready: func(context.Context) error { return errors.New("disk gone at /secret/place") }}).Handler()
	if got := ask(broken, "127.0.0.1:5", "http://10.1.2.3/readyz"); got.Code != 503 || strings.Contains(got.Body.String(), "secret") {
		t.Errorf("a ledger that does not answer: %d %s", got.Code, got.Body)
	}
	if got := ask(broken, "127.0.0.1:5", "http://10.1.2.3/healthz"); got.Code != 200 {
		t.Errorf("the process itself: %d", got.Code)
	}
}

// TestN5ReadinessAsksOnce: anybody may ask whether the server is ready; a burst of
// that asks the ledger once, and a second later what holds then is said.
func TestN5ReadinessAsksOnce(t *testing.T) {
	var asked atomic.Int64
	var past atomic.Int64
	var gone atomic.Bool
	ready := func(context.Context) error {
		asked.Add(1)
		if gone.Load() {
			return errors.New("the store is gone")
		}
		return nil
	}
	now := func() time.Time { return time.Date(2027, 1, 12, 9, 30, 0, 0, time.UTC).Add(time.Duration(past.Load())) }
	s := serverOf(t, "127.0.0.1:8080", "", Options{Ready: ready, Now: now})
	h := s.Handler()
	burst := func(want int) {
		t.Helper()
		var all sync.WaitGroup
		for range 50 {
			all.Go(func() {
				if got := ask(h, "127.0.0.1:5", "http://10.1.2.3/readyz"); got.Code != want {
					t.Errorf("%d, want %d", got.Code, want)
				}
			})
		}
		all.Wait()
	}
	burst(200)
	gone.Store(true)
	burst(200)
	if n := asked.Load(); n != 1 {
		t.Errorf("the ledger was asked %d times in one second", n)
	}
	past.Add(int64(time.Second))
	burst(503)
	gone.Store(false)
	past.Add(int64(time.Second))
	burst(200)
	if n := asked.Load(); n != 3 {
		t.Errorf("the ledger was asked %d times in three seconds", n)
	}
	s.stopping.Store(true)
	burst(503)
	if n := asked.Load(); n != 3 {
		t.Error("a server that stops asks the ledger whether it is ready")
	}
}

// Metrics are for this machine by its own name, or for the token.
func TestMetrics(t *testing.T) {
	alone := serverOf(t, "127.0.0.1:8080", "", Options{}).Handler()
	token := serverOf(t, "127.0.0.1:8080", "metrics_token: sesame", Options{}).Handler()
	proxied := serverOf(t, "127.0.0.1:8080", "behind_proxy: 127.0.0.1\nurl: https://parley.example.org", Options{}).Handler()
	for _, c := range []struct {
		h          http.Handler
		from, host string
		auth       string
		want       int
	}{
		{alone, "127.0.0.1:5", "127.0.0.1:8080", "", 200},
		{alone, "127.0.0.1:5", "evil.example:8080", "", 401},
		{alone, "192.0.2.1:5", "127.0.0.1:8080", "", 401},
		{proxied, "127.0.0.1:5", "127.0.0.1:8080", "", 401},
		{token, "127.0.0.1:5", "127.0.0.1:8080", "", 401},
		{token, "192.0.2.1:5", "10.1.2.3", "Bearer sesame", 200},
		{token, "192.0.2.1:5", "10.1.2.3", "Bearer sesam", 401},
		{token, "192.0.2.1:5", "10.1.2.3", "sesame", 401},
	} {
		var headers []string
		if c.auth != "" {
			headers = []string{"Authorization", c.auth}
		}
		got := ask(c.h, c.from, "http://"+c.host+"/metrics", headers...)
		if got.Code != c.want {
			t.Errorf("%s as %s with %q: %d, want %d", c.from, c.host, c.auth, got.Code, c.want)
		}
		if got.Code == 200 && !strings.Contains(got.Body.String(), "parley_http_requests_under_way 1") {
			t.Errorf("the metrics do not count: %.300s", got.Body)
		}
	}
}

// TestN5MetricsOfMadeUpMethods: a client cannot make as many metrics as it can think
// of methods.
func TestN5MetricsOfMadeUpMethods(t *testing.T) {
	h := serverOf(t, "127.0.0.1:8080", "", Options{Pages: http.NotFoundHandler()}).Handler()
	for _, method := range []string{"BREW", "WHEN", "GET"} {
		r := httptest.NewRequest(method, "http://127.0.0.1:8080/", nil)
		h.ServeHTTP(httptest.NewRecorder(), r)
	}
	got := ask(h, "127.0.0.1:5", "http://127.0.0.1:8080/metrics").Body.String()
	if strings.Contains(got, "BREW") || !strings.Contains(got, `method="other",status="404"} 2`) || !strings.Contains(got, `method="GET"`) {
		t.Errorf("%.2000s", got)
	}
}

// The key lets in from this machine alone; its cookie is another secret.
func TestKey(t *testing.T) {
	k := NewKey("8080")
	in := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !k.Known(r) {
			w.WriteHeader(401)
		}
	})
	h := serverOf(t, "127.0.0.1:8080", "", Options{Key: k, Pages: in}).Handler()
	link := k.Link("http://127.0.0.1:8080")
	if got := ask(h, "127.0.0.1:5", "http://127.0.0.1:8080/"); got.Code != 401 {
		t.Errorf("without the key: %d", got.Code)
	}
	for _, wrong := range []string{"http://127.0.0.1:8080/enter", "http://127.0.0.1:8080/enter?key=", "http://127.0.0.1:8080/enter?key=" + k.cookie} {
		if got := ask(h, "127.0.0.1:5", wrong); got.Code != 403 || got.Header().Get("Set-Cookie") != "" {
			t.Errorf("%s: %d", wrong, got.Code)
		}
	}
	if got := ask(h, "192.0.2.1:5", link); got.Code != 403 {
		t.Errorf("the key from elsewhere: %d", got.Code)
	}
	entered := ask(h, "127.0.0.1:5", link)
	cookie := entered.Result().Cookies()
	if entered.Code != 303 || entered.Header().Get("Location") != "/" || len(cookie) != 1 || !cookie[0].HttpOnly || cookie[0].SameSite != http.SameSiteLaxMode {
		t.Fatalf("the link: %d %v", entered.Code, entered.Header())
	}
	if strings.Contains(link, cookie[0].Value) {
		t.Error("the cookie is the key")
	}
	pair := cookie[0].Name + "=" + cookie[0].Value
	if got := ask(h, "127.0.0.1:5", "http://127.0.0.1:8080/", "Cookie", pair); got.Code != 200 {
		t.Errorf("with the cookie: %d", got.Code)
	}
	if got := ask(h, "192.0.2.1:5", "http://127.0.0.1:8080/", "Cookie", pair); got.Code != 401 {
		t.Errorf("the cookie from elsewhere: %d", got.Code)
	}
	var none *Key
	if none.Known(httptest.NewRequest("GET", "/", nil)) {
		t.Error("no key lets in")
	}
}

// Logs hold neither queries nor cookies, bodies, tokens or long parts of paths;
// hostile text cannot begin a line of its own.
func TestS3LogsHoldNoSecrets(t *testing.T) {
	for _, format := range []string{"text", "json"} {
		var b bytes.Buffer
		set, _, err := Read(Sources{File: []byte("log_format: " + format + "\nlog_level: debug")})
		if err != nil {
			t.Fatal(err)
		}
		h := serverOf(t, "127.0.0.1:8080", "", Options{Log: NewLog(&b, set), Key: NewKey("1"), Pages: http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/panic" {
				panic("on purpose")
			}
		})}).Handler()
		secret := "hunter2hunter2hunter2hunter2hunter2hunter2"
		ask(h, "127.0.0.1:5", "http://127.0.0.1:8080/t/x?key="+secret, "Cookie", "parley="+secret, "Authorization", "Bearer "+secret, "Referer", "http://127.0.0.1:8080/"+secret)
		ask(h, "127.0.0.1:5", "http://127.0.0.1:8080/enter?key="+secret)
		ask(h, "127.0.0.1:5", "http://127.0.0.1:8080/invited/"+secret)
		ask(h, "127.0.0.1:5", "http://127.0.0.1:8080/a\nlevel=ERROR msg=forged\x1b[31m")
		if got := ask(h, "127.0.0.1:5", "http://127.0.0.1:8080/panic"); got.Code != 500 || strings.Contains(got.Body.String(), "purpose") {
			t.Errorf("a panic is answered with %d %s", got.Code, got.Body)
		}
		if strings.Contains(b.String(), "hunter2") || strings.Contains(b.String(), "\x1b") {
			t.Errorf("the log says:\n%s", b.String())
		}
		lines := strings.Split(strings.TrimSpace(b.String()), "\n")
		if len(lines) != 6 || !strings.Contains(lines[4], "on purpose") {
			t.Errorf("%d lines:\n%s", len(lines), b.String())
		}
		for _, line := range lines {
			if format == "json" && !json.Valid([]byte(line)) {
				t.Errorf("no JSON: %s", line)
			}
		}
	}
}

// TestTheLogNamesWhoAsked: behind a proxy that is who the proxy names, not the proxy.
func TestTheLogNamesWhoAsked(t *testing.T) {
	var b bytes.Buffer
	h := serverOf(t, "127.0.0.1:8080", "behind_proxy: 192.0.2.9\nurl: https://parley.example.org", Options{Log: slog.New(slog.NewTextHandler(&b, nil))}).Handler()
	for from, want := range map[string]string{"192.0.2.9:5": "203.0.113.7", "198.51.100.1:5": "198.51.100.1"} {
		b.Reset()
		ask(h, from, "http://parley.example.org/", "X-Forwarded-For", "198.51.100.66, 203.0.113.7", "X-Forwarded-Proto", "https")
		if !strings.Contains(b.String(), " from="+want+"\n") {
			t.Errorf("asked from %s, by %s:\n%s", from, want, b.String())
		}
	}
}

func TestRequestIDs(t *testing.T) {
	direct := serverOf(t, "127.0.0.1:8080", "", Options{}).Handler()
	if got := ask(direct, "127.0.0.1:5", "http://127.0.0.1:8080/", "X-Request-Id", "chosen-by-somebody").Header().Get("X-Request-Id"); len(got) != 16 {
		t.Errorf("id %q", got)
	}
	proxied := serverOf(t, "127.0.0.1:8080", "behind_proxy: 192.0.2.9\nurl: https://parley.example.org", Options{Log: slog.New(slog.DiscardHandler)}).Handler()
	for given, kept := range map[string]bool{"abc-123_DEF": true, "short": false, "no spaces here": false} {
		got := ask(proxied, "192.0.2.9:5", "http://parley.example.org/", "X-Request-Id", given).Header().Get("X-Request-Id")
		if (got == given) != kept {
			t.Errorf("%q becomes %q", given, got)
		}
	}
}
