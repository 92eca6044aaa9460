package web

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/ledger"
)

// ask sends a request to a server on a loopback port, as it stands.
func ask(t *testing.T, ts *httptest.Server, method, path string, form url.Values, change func(*http.Request)) (*http.Response, string) {
	t.Helper()
	var body io.Reader
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	r, err := http.NewRequest(method, ts.URL+path, body)
	if err != nil {
		t.Fatal(err)
	}
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if change != nil {
		change(r)
	}
	c := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := c.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, string(b)
}

// TestHeadersOnEveryRoute walks the table of routes and the ways to fail.
func TestHeadersOnEveryRoute(t *testing.T) {
	ts := site(t, &sampleDesk{say: plainly})
	table := regexp.MustCompile(`^/(tasks|lived|record)\.(csv|md|jsonl)$`) // what is taken along
	paths := []string{"GET /nowhere", "GET /t/absent", "DELETE /plan", "POST /record", "GET /static/app.css", "GET //evil.example", "GET /../etc"}
	for _, r := range slices.Concat(negotiation, visiting) {
		paths = append(paths, r.method+" "+strings.NewReplacer("{$}", "", "{id}", "copy", "{name}", "x.css").Replace(r.pattern))
	}
	for _, p := range paths {
		method, path, _ := strings.Cut(p, " ")
		res, body := ask(t, ts, method, path, nil, nil)
		for name, want := range map[string]string{
			"Content-Security-Policy": contentSecurityPolicy, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin",
			"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin", "Cache-Control": "no-store",
		} {
			if got := res.Header.Get(name); got != want {
				t.Errorf("%s: %s is %q, want %q", p, name, got, want)
			}
		}
		if res.Header.Get("Set-Cookie") != "" && p != "POST "+joinPath || res.Header.Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("%s: a cookie or an open door", p)
		}
		want := "text/html; charset=utf-8"
		if strings.HasSuffix(path, "/now") { // a script asks it
			want = "application/json"
		}
		if res.StatusCode == http.StatusOK && !table.MatchString(path) && !strings.HasPrefix(res.Header.Get("Content-Type"), want) {
			t.Errorf("%s: type %q", p, res.Header.Get("Content-Type"))
		}
		if strings.Contains(body, "<script>") || strings.Contains(body, " style=") {
			t.Errorf("%s: something inline", p)
		}
	}
}

func TestThePolicyAllowsNothingUnsafe(t *testing.T) {
	if strings.Contains(contentSecurityPolicy, "unsafe") || !strings.HasPrefix(contentSecurityPolicy, "default-src 'none'") {
		t.Error(contentSecurityPolicy)
	}
	for _, d := range []string{"frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'", "require-trusted-types-for 'script'"} {
		if !strings.Contains(contentSecurityPolicy, d) {
			t.Errorf("no %s", d)
		}
	}
}

// TestEveryRouteHasAnEntry keeps the table of routes honest: a method, a
// pattern nobody else has, and the use-case whose permission it needs.
func TestEveryRouteHasAnEntry(t *testing.T) {
	useCases := map[string]bool{
		"Status": false, "Agreements": false, "SayOption": true, "Brief": false, "Plan": false, "Learn": false, "Log": false, "Verify": true /* a checkpoint may be a file */, "Tasks": false, "Decide": true, "Done": true, "Order": true,
		"Members": false, "SetMember": true, "Checkpoint": false, "Move": true, "AddNote": true, "Agree": true, "Show": false, "Timeline": false, "TakeBackEvidence": true, "Layers": false, "Stages": false, "Calibration": false, "Accepted": false, "Apply": true, "ProposeAppetite": true,
		"Webhooks": false, "SetWebhook": true, "TestWebhook": true,
		"Rules": false, "SetRule": true, "SettleRule": true, "Why": false, "Sum": false,
		"Workshops": false, "Workshop": false, "OpenWorkshop": true, "AddToWorkshop": true, "EstimateInWorkshop": true, "LeadWorkshop": true, "LinkWorkshop": true, "UnlinkWorkshop": true,
	}
	open := map[string]bool{
		"/static/{name}": true, signInPath: true, passkeySignInPath: true, passkeyOfferPath: true, passkeySignInPath + "/signed": true, "/sign-out": true, setUpPath: true, invitePath: true, acceptPath: true, resetPath: true, providerPath: true, ProviderBack: true, joinPath: true,
	}
	seen := map[string]bool{}
	for _, r := range slices.Concat(negotiation, visiting, beginning, trying, signingIn, byProvider) {
		key := r.method + " " + r.pattern
		if seen[key] {
			t.Errorf("%s stands twice", key)
		}
		seen[key] = true
		writes, known := useCases[r.action]
		if r.guest != strings.HasPrefix(r.pattern, guestRoomPath) || r.guest && !slices.Contains([]string{"Workshop", "AddToWorkshop", "EstimateInWorkshop"}, r.action) {
			t.Errorf("%s: for guests is %v", key, r.guest)
		}
		if r.open != open[r.pattern] || r.open != (r.action == "") {
			t.Errorf("%s: open to everybody is %v", key, r.open)
		}
		if r.action == "own" || r.open {
			continue
		}
		if !known {
			t.Errorf("%s: no use-case", key)
		}
		if writes != (r.method == http.MethodPost) {
			t.Errorf("%s: only a POST writes, and it always does", key)
		}
	}
}

func TestForeignHostsAreRefused(t *testing.T) {
	d := &sampleDesk{say: plainly}
	ts := site(t, d)
	port := ts.URL[strings.LastIndex(ts.URL, ":")+1:]
	for host, ok := range map[string]bool{
		"127.0.0.1:" + port: true, "localhost:" + port: true, "LOCALHOST:" + port: true, "[::1]:" + port: true, "127.0.0.2:" + port: true,
		"evil.example": false, "evil.example:" + port: false, "127.0.0.1": false, "localhost:1": false, "127.0.0.1.evil.example:" + port: false,
		"localhost.evil.example:" + port: false, "10.0.0.1:" + port: false, "0.0.0.0:" + port: false, "[fe80::1%25lo]:" + port: false, "169.254.169.254:" + port: false,
		"localhost@evil.example:" + port: false,
	} {
		res, body := ask(t, ts, "GET", "/", nil, func(r *http.Request) { r.Host = host })
		if (res.StatusCode == http.StatusOK) != ok {
			t.Errorf("Host %s: %d, want ok %v", host, res.StatusCode, ok)
		}
		if !ok && strings.Contains(body, "ransom") {
			t.Errorf("Host %s sees what the page shows", host)
		}
	}
}

func TestS6WritesFromElsewhereAreRefused(t *testing.T) {
	form := url.Values{"answer": {"ask"}, "because": {"x"}, "brief": {"y"}}
	for _, c := range []struct {
		name   string
		change func(*http.Request)
		ok     bool
	}{
		{"a program", nil, true},
		{"our page", func(r *http.Request) {
			r.Header.Set("Origin", "http://"+r.URL.Host)
			r.Header.Set("Sec-Fetch-Site", "same-origin")
		}, true},
		{"another site", func(r *http.Request) {
			r.Header.Set("Origin", "http://evil.example")
			r.Header.Set("Sec-Fetch-Site", "cross-site")
		}, false},
		{"another site, old browser", func(r *http.Request) { r.Header.Set("Origin", "http://evil.example") }, false},
		{"another port of this machine", func(r *http.Request) {
			r.Header.Set("Origin", "http://127.0.0.1:1")
			r.Header.Set("Sec-Fetch-Site", "same-site")
		}, false},
		{"a sandboxed frame", func(r *http.Request) { r.Header.Set("Origin", "null") }, false},
		{"without origin, cross site", func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") }, false},
		{"https of the same name", func(r *http.Request) { r.Header.Set("Origin", "https://"+r.URL.Host) }, false},
	} {
		d := &sampleDesk{say: plainly}
		ts := site(t, d)
		for _, path := range []string{"/t/copy/decide", "/tasks/ROUNDS-K1/done"} {
			f := form
			if strings.HasPrefix(path, "/tasks") {
				f = url.Values{}
			}
			res, _ := ask(t, ts, "POST", path, f, c.change)
			if c.ok != (res.StatusCode == http.StatusSeeOther) || !c.ok && res.StatusCode != http.StatusForbidden {
				t.Errorf("%s: %s answered %d", c.name, path, res.StatusCode)
			}
		}
		if got := len(d.answers) + len(d.finished); (got == 2) != c.ok {
			t.Errorf("%s: %d writes arrived", c.name, got)
		}
	}
}

// TestS6ReadingWritesNothing sends every GET and HEAD there is.
func TestS6ReadingWritesNothing(t *testing.T) {
	d := &sampleDesk{say: plainly}
	ts := site(t, d)
	for _, r := range negotiation {
		path := strings.NewReplacer("{$}", "", "{id}", "copy", "{name}", "x").Replace(r.pattern)
		for _, method := range []string{"GET", "HEAD"} {
			res, _ := ask(t, ts, method, path+"?answer=ask&because=x&brief=y", nil, nil)
			read := slices.ContainsFunc(negotiation, func(x route) bool { return x.method == "GET" && x.pattern == r.pattern })
			if r.method == "POST" && !read && (res.StatusCode != http.StatusMethodNotAllowed || res.Header.Get("Allow") != "POST") {
				t.Errorf("%s %s: %d, Allow %q", method, path, res.StatusCode, res.Header.Get("Allow"))
			}
		}
	}
	if len(d.answers)+len(d.finished) > 0 {
		t.Error("a GET wrote something")
	}
}

func TestLargeBodiesAreRefused(t *testing.T) {
	d := &sampleDesk{say: plainly}
	ts := site(t, d)
	res, _ := ask(t, ts, "POST", "/t/copy/decide", url.Values{"because": {strings.Repeat("x", maxBody)}}, nil)
	if res.StatusCode != http.StatusRequestEntityTooLarge || len(d.answers) > 0 {
		t.Errorf("answered %d, %d answers arrived", res.StatusCode, len(d.answers))
	}
}

func TestErrorsInPlainWords(t *testing.T) {
	var logged bytes.Buffer
	for _, c := range []struct {
		err    error
		status int
		want   string
		not    string
	}{
		{parley.Errorf(parley.NotFound, "brief", "there is no threat “x”"), 404, "There is no threat “x”.", ""},
		{parley.Errorf(parley.Forbidden, "brief", "only Helen may do that").WithHint("ask her"), 403, "Ask her.", ""},
		{parley.Errorf(parley.Conflict, "brief", "it moved"), 409, "It moved.", ""},
		{parley.Errorf(parley.Invalid, "brief", "that is <b>no</b> date"), 422, "That is &lt;b&gt;no&lt;/b&gt; date.", ""},
		{parley.Errorf(parley.Unavailable, "brief", "the database is locked"), 503, "locked", ""},
		{parley.Errorf(parley.Internal, "brief", "secret detail at 0xdeadbeef"), 500, "our mistake", "0xdeadbeef"},
		{errors.New("secret detail"), 500, "our mistake", "secret"},
	} {
		s, err := newServer(&sampleDesk{say: plainly, err: c.err}, Options{Actor: priya, Log: slog.New(slog.NewTextHandler(&logged, nil))})
		if err != nil {
			t.Fatal(err)
		}
		ts := httptest.NewServer(s.handler())
		res, body := ask(t, ts, "GET", "/", nil, nil)
		ts.Close()
		if res.StatusCode != c.status || !strings.Contains(body, c.want) || c.not != "" && strings.Contains(body, c.not) {
			t.Errorf("%v: %d, want %d with %q and without %q", c.err, res.StatusCode, c.status, c.want, c.not)
		}
	}
	if !strings.Contains(logged.String(), "secret detail") {
		t.Error("what was not shown is not logged either")
	}
}

// What a database said, such as where it is, is for the machine's own person.
func TestAFailingDatabaseTellsStrangersNothing(t *testing.T) {
	somebody := func(r *http.Request) (context.Context, negotiate.Actor, error) {
		return r.Context(), negotiate.Actor{ID: "eve@example.org", Known: ledger.SignedIn, Via: ledger.ViaPage}, nil
	}
	for _, c := range []struct {
		failing error
		status  int
		says    string
	}{
		{parley.Errorf(parley.Unavailable, "read", "postgres://db.internal:5432 does not answer"), http.StatusServiceUnavailable, "Try again in a moment"},
		{parley.Errorf(parley.Unavailable, "write", "%w: db.internal", parley.ErrFull), http.StatusInsufficientStorage, "the disk of the server is full"},
	} {
		s, err := newServer(&sampleDesk{say: plainly, err: c.failing}, Options{Identify: somebody})
		if err != nil {
			t.Fatal(err)
		}
		ts := httptest.NewServer(s.handler())
		res, body := ask(t, ts, "GET", "/", nil, nil)
		ts.Close()
		if res.StatusCode != c.status || strings.Contains(body, "db.internal") || !strings.Contains(body, c.says) {
			t.Errorf("%d: %s", res.StatusCode, body)
		}
	}
}

type panicking struct{ sampleDesk }

func TestAPanicEndsOneRequest(t *testing.T) {
	d := &panicking{sampleDesk{say: func(string) string { panic("boom 0xdeadbeef") }}}
	s, err := newServer(d, Options{Actor: priya})
	if err != nil {
		t.Fatal(err)
	}
	ts := httptest.NewServer(s.handler())
	defer ts.Close()
	res, body := ask(t, ts, "GET", "/", nil, nil)
	if res.StatusCode != 500 || strings.Contains(body, "boom") {
		t.Errorf("%d: %s", res.StatusCode, body)
	}
}

func TestAssets(t *testing.T) {
	d := &sampleDesk{say: plainly}
	s, err := newServer(d, Options{Actor: priya})
	if err != nil {
		t.Fatal(err)
	}
	ts := httptest.NewServer(s.handler())
	defer ts.Close()
	weight := 0
	for name, a := range s.assets.byName {
		res, body := ask(t, ts, "GET", a.url, nil, func(r *http.Request) { r.Header.Set("Accept-Encoding", "br, gzip;q=0.5") })
		if res.StatusCode != 200 || res.Header.Get("Cache-Control") != forever || res.Header.Get("Content-Security-Policy") == "" {
			t.Errorf("%s: %d, %v", name, res.StatusCode, res.Header)
		}
		if res.Header.Get("Content-Encoding") == "gzip" {
			z, err := gzip.NewReader(strings.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			b, _ := io.ReadAll(z)
			body = string(b)
		}
		if body != string(a.body) {
			t.Errorf("%s arrives changed", name)
		}
		res, body = ask(t, ts, "GET", a.url, nil, func(r *http.Request) { r.Header.Set("Accept-Encoding", "identity") })
		if res.Header.Get("Content-Encoding") != "" || body != string(a.body) {
			t.Errorf("%s: compressed though nobody asked", name)
		}
		if res, _ := ask(t, ts, "GET", a.url, nil, func(r *http.Request) { r.Header.Set("If-None-Match", a.etag) }); res.StatusCode != 304 {
			t.Errorf("%s: %d to somebody who has it", name, res.StatusCode)
		}
		if strings.HasSuffix(name, ".js") {
			weight += len(a.body)
		}
	}
	if weight > 60_000 {
		t.Errorf("%d bytes of scripts, at most 60,000 wanted", weight)
	}
	for _, path := range []string{"/static/app.css", "/static/", "/static/..%2fgo.mod", "/static/app.0000000000000000.css"} {
		if res, _ := ask(t, ts, "GET", path, nil, nil); res.StatusCode != 404 {
			t.Errorf("%s: %d", path, res.StatusCode)
		}
	}
}

func TestAcceptsGzip(t *testing.T) {
	for h, want := range map[string]bool{"": false, "gzip": true, "br, GZIP": true, "gzip;q=0": false, "gzip; q=0.0": false, "identity": false, "gzip;q=0.1": true} {
		if acceptsGzip(h) != want {
			t.Errorf("%q", h)
		}
	}
}

// TestS7RedirectsStayHere sends ids that look like addresses of other sites.
func TestS7RedirectsStayHere(t *testing.T) {
	ts := site(t, &sampleDesk{say: plainly})
	for _, id := range []string{"//evil.example", "/\\evil.example", "https:evil.example", "%2f%2fevil.example", "x\r\nLocation: http://evil.example"} {
		res, _ := ask(t, ts, "POST", "/t/"+url.PathEscape(id)+"/decide", url.Values{"answer": {"ask"}, "because": {"x"}}, nil)
		u, err := res.Location()
		if res.StatusCode == http.StatusSeeOther && (err != nil || "http://"+u.Host != ts.URL || !strings.HasPrefix(u.Path, "/t/")) {
			t.Errorf("%q leads to %v", id, u)
		}
	}
}

func TestServerHasLimits(t *testing.T) {
	s := NewHTTPServer(http.NotFoundHandler())
	if s.ReadHeaderTimeout <= 0 || s.ReadTimeout <= 0 || s.WriteTimeout <= maxTime || s.IdleTimeout <= 0 || s.MaxHeaderBytes <= 0 {
		t.Errorf("a client may be as slow as it likes: %+v", s)
	}
	if localPort(&http.Request{}) != "" {
		t.Error("a port out of nowhere")
	}
	site, err := newServer(&sampleDesk{say: plainly}, Options{Actor: priya})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Contains(strings.Split(site.allowed("/plan"), ", "), "GET") || site.allowed("/nowhere") != "" {
		t.Errorf("allowed(/plan) = %q", site.allowed("/plan"))
	}
}

// TestS6CookiesUnderHTTPS: under https a cookie can be set and read by this very host
// alone: by its name browsers refuse it without Secure, with a Domain or another path.
func TestS6CookiesUnderHTTPS(t *testing.T) {
	s, err := newServer(&sampleDesk{say: plainly}, Options{Actor: priya, URL: "https://parley.example.org"})
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest("GET", "https://parley.example.org/", nil)
	for _, value := range []string{"secret", ""} {
		c := s.newCookie(r, "-to", value)
		if c.Name != "__Host-parley-to" || !c.Secure || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" || (c.MaxAge < 0) != (value == "") {
			t.Errorf("%q: %s", value, c)
		}
	}
}

// TestThePublicAddress: under a public address its name alone is answered, and
// writes come from its own origin.
func TestThePublicAddress(t *testing.T) {
	s, err := newServer(&sampleDesk{say: plainly}, Options{Actor: priya, URL: "https://Parley.example.org/"})
	if err != nil {
		t.Fatal(err)
	}
	ts := httptest.NewServer(s.handler())
	defer ts.Close()
	for host, ok := range map[string]bool{
		"parley.example.org": true, "PARLEY.example.org": true, "parley.example.org:443": true,
		"parley.example.org:80": false, "parley.example.org:8443": false, "evil.example": false, "parley.example.org.evil.example": false,
		"evil.example:443": false, "parley.example.org@evil.example": false, "xparley.example.org": false,
	} {
		res, body := ask(t, ts, "GET", "/", nil, func(r *http.Request) { r.Host = host })
		if (res.StatusCode == http.StatusOK) != ok {
			t.Errorf("Host %s: %d, want ok %v", host, res.StatusCode, ok)
		}
		if ok != (res.Header.Get("Strict-Transport-Security") != "") {
			t.Errorf("Host %s: HSTS %q", host, res.Header.Get("Strict-Transport-Security"))
		}
		if !ok && !strings.Contains(text(body), "https://parley.example.org") {
			t.Errorf("Host %s: nobody says where the pages are", host)
		}
	}
	for origin, ok := range map[string]bool{"https://parley.example.org": true, "http://parley.example.org": false, "https://parley.example.org:8443": false, "null": false} {
		res, _ := ask(t, ts, "POST", "/tasks/K1/done", url.Values{}, func(r *http.Request) {
			r.Host = "parley.example.org"
			r.Header.Set("Origin", origin)
		})
		if (res.StatusCode == http.StatusSeeOther) != ok {
			t.Errorf("Origin %s: %d, want ok %v", origin, res.StatusCode, ok)
		}
	}
	for _, bad := range []string{"parley.example.org", "ftp://x.example", "https://", "https://x.example/path", "https://a:b@x.example", "https://x.example?y", "https://x.example#y", ":"} {
		if _, err := newServer(&sampleDesk{say: plainly}, Options{URL: bad}); err == nil {
			t.Errorf("%q is taken for an address", bad)
		}
	}
}

// TestS7ReturnPaths: after signing in somebody is led to a page of this server,
// whatever the address asks.
func TestS7ReturnPaths(t *testing.T) {
	s, err := newServer(&sampleDesk{say: plainly}, Options{Actor: priya})
	if err != nil {
		t.Fatal(err)
	}
	for asked, want := range map[string]string{
		"/": "/", "/plan": "/plan", "/plan?money=20k&effort=3d": "/plan?money=20k&effort=3d", "/t/SHOP-T1": "/t/SHOP-T1", "/?product=shop": "/?product=shop", "/t/a%20b": "/t/a%20b",
	} {
		if got := s.returnPath(asked); got != want {
			t.Errorf("%q leads to %q, want %q", asked, got, want)
		}
	}
	for _, asked := range []string{
		"", "//evil.example", "///evil.example", "////evil.example", `/\evil.example`, `\\evil.example`, `/\/evil.example`, `\/evil.example`, "https:evil.example", "https://evil.example",
		"https:/evil.example", "https:///evil.example", "HTTPS://evil.example", "http:evil.example", "javascript:alert(1)", "data:text/html,x", "evil.example", "@evil.example", "?x", "#x",
		"/%2f%2fevil.example", "/%2F/evil.example", "/%5cevil.example", "/%5C%5Cevil.example", "%2f%2fevil.example", "/%09/evil.example", "/\t/evil.example", "/\n/evil.example", "\t//evil.example", " //evil.example",
		"/\r\nLocation: https://evil.example", "/%0d%0aLocation:%20https://evil.example", "/plan\r\nSet-Cookie: a=b", "/t/x%0d%0ay", "/t/%00", "/t/x%5c..", "/t//evil.example", "/t/..//evil.example",
		"/.//evil.example", "/..//evil.example", "/./\\evil.example", "//evil.example/plan", "/\u2215evil.example", "/\uff0f\uff0fevil.example", "/。evil.example", "//user@evil.example/plan", "https://127.0.0.1@evil.example/plan",
		"/nowhere", "/static/app.css", "/tasks/K1/done", "/t/x/decide", "/plan#//evil.example", "/plan\x00", "/%zz", "/" + strings.Repeat("x", maxReturn), "/plan\u202e",
	} {
		if got := s.returnPath(asked); got != "/" {
			t.Errorf("%q leads to %q", asked, got)
		}
	}
}
