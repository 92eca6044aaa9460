package web

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // of RFC 6238
	"encoding/base32"
	"encoding/binary"
	"errors"
	"fmt"
	"html"
	"io"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/parleysec/parley/internal/auth"
	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/internal/sse"
	"github.com/parleysec/parley/ledger"
)

// company is a server with everything: real accounts, real roles.
type company struct {
	t        *testing.T
	ts       *httptest.Server
	service  *negotiate.Service
	accounts *auth.Service
	logged   *syncBuffer

	provider fakeProvider

	mu  sync.Mutex
	now time.Time
}

type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *syncBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// password is a good one.
const password = "otter violin basalt seven"

func (c *company) clock() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *company) later(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// newCompany serves files with sign-in.
func newCompany(t *testing.T, files ...string) *company {
	t.Helper()
	path := ledgerOf(t, files...)
	c := &company{t: t, now: clock(), logged: &syncBuffer{}}
	c.service = &negotiate.Service{Ledger: path, Now: clock}
	t.Cleanup(func() { _ = c.service.Close() })
	log := slog.New(slog.NewTextHandler(c.logged, nil))
	var err error
	c.ts = httptest.NewUnstartedServer(nil)
	c.accounts, err = auth.Open(t.Context(), path, auth.Options{Origin: c.named(), Now: c.clock, Cost: auth.Cost{KiB: 8, Passes: 1}, Log: log, Provided: c.provided})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.accounts.Close() })
	c.service.RolesChanged = c.accounts.EndSessions
	h, err := Handler(c.service, Options{Identify: c.identify, Accounts: c.accounts, Provider: &c.provider, Actor: priya, Log: log, URL: c.named()})
	if err != nil {
		t.Fatal(err)
	}
	c.ts.Config.Handler = h
	c.ts.Start()
	t.Cleanup(c.ts.Close)
	return c
}

// follows has the pages of the company told what is recorded from now on.
func (c *company) follows() {
	c.t.Helper()
	h, err := Handler(c.service, Options{Identify: c.identify, Accounts: c.accounts, Actor: priya, URL: c.named(), Grown: func() <-chan struct{} { return sse.After(20 * time.Millisecond) }})
	if err != nil {
		c.t.Fatal(err)
	}
	c.ts.Config.Handler = h
	c.t.Cleanup(func() { closeSite(c.ts) })
}

// mails has the company send mail from now on.
func (c *company) mails(t *testing.T) {
	t.Helper()
	accounts, err := auth.Open(t.Context(), c.service.Ledger, auth.Options{Origin: c.named(), Now: c.clock, Cost: auth.Cost{KiB: 8, Passes: 1}, Provided: c.provided, Mails: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = accounts.Close() })
	c.accounts = accounts
	h, err := Handler(c.service, Options{Identify: c.identify, Accounts: accounts, Provider: &c.provider, Actor: priya, URL: c.named()})
	if err != nil {
		t.Fatal(err)
	}
	c.ts.Config.Handler = h
}

// named is the address of the company under a name, which passkeys need; requests
// by its IP address are answered, too.
func (c *company) named() string {
	_, port, err := net.SplitHostPort(c.ts.Listener.Addr().String())
	if err != nil {
		c.t.Fatal(err)
	}
	return "http://localhost:" + port
}

func (c *company) identify(r *http.Request) (context.Context, negotiate.Actor, error) {
	cookie, err := r.Cookie(CookieName(false))
	if err != nil {
		return nil, negotiate.Actor{}, ErrNobody
	}
	p, err := c.accounts.Identify(r.Context(), cookie.Value, "")
	if err != nil {
		return nil, negotiate.Actor{}, err
	}
	return r.Context(), negotiate.Actor{ID: p.ID, Known: p.Known, Via: negotiate.ViaPage}, nil
}

// guest is a browser of somebody.
type guest struct {
	*company
	client *http.Client
}

func (c *company) guest() *guest {
	jar, err := cookiejar.New(nil)
	if err != nil {
		c.t.Fatal(err)
	}
	return &guest{c, &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

func (g *guest) send(method, path string, form url.Values, status int) (*http.Response, string) {
	g.t.Helper()
	r, err := http.NewRequest(method, g.ts.URL+path, strings.NewReader(form.Encode()))
	if err != nil {
		g.t.Fatal(err)
	}
	if method == "POST" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Origin", g.ts.URL)
	}
	res, err := g.client.Do(r)
	if err != nil {
		g.t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		g.t.Fatal(err)
	}
	if res.StatusCode != status {
		g.t.Fatalf("%s %s: %d, want %d\n%s", method, path, res.StatusCode, status, text(string(b)))
	}
	if m := regexp.MustCompile(`\{(web|brief|plain|plan)\.[a-z_.-]+\}`).FindString(string(b)); m != "" {
		g.t.Errorf("%s: no text for %s", path, m)
	}
	return res, string(b)
}

func (g *guest) get(path string, status int) string {
	g.t.Helper()
	_, body := g.send("GET", path, nil, status)
	return body
}

func (g *guest) post(path string, form url.Values, status int) string {
	g.t.Helper()
	_, body := g.send("POST", path, form, status)
	return body
}

// leads sends a form and checks where it leads.
func (g *guest) leads(path string, form url.Values, to string) {
	g.t.Helper()
	res, _ := g.send("POST", path, form, http.StatusSeeOther)
	if got := res.Header.Get("Location"); got != to {
		g.t.Errorf("%s leads to %s, want %s", path, got, to)
	}
}

// join gives somebody an account and roles, and signs them in.
func (c *company) join(email string, roles ...ledger.MemberRole) *guest {
	c.t.Helper()
	g := c.guest()
	for _, role := range roles {
		product := ""
		if r, p, ok := strings.Cut(string(role), "@"); ok {
			role, product = ledger.MemberRole(r), p
		}
		if _, err := c.service.SetMember(c.t.Context(), priya, negotiate.MemberRequest{Person: email, Role: role, Product: product}); err != nil {
			c.t.Fatal(err)
		}
	}
	secret, err := c.accounts.Invite(c.t.Context(), "the test", auth.Invitation{Email: email, Name: strings.Split(email, "@")[0]})
	if err != nil {
		c.t.Fatal(err)
	}
	g.leads(acceptPath, url.Values{"secret": {secret}, "name": {"Somebody"}, "password": {password}}, "/")
	return g
}

func (g *guest) signsIn(email string) {
	g.t.Helper()
	g.leads(signInPath, url.Values{"email": {email}, "password": {password}, "to": {"/"}}, "/")
}

// shown is the one secret that a page shows this once.
func shown(t *testing.T, body string) string {
	t.Helper()
	m := regexp.MustCompile(`<li class="secret">([^<]+)</li>`).FindStringSubmatch(body)
	if m == nil {
		t.Fatalf("nothing is shown:\n%s", text(body))
	}
	return m[1]
}

// afterHash is the secret of a link.
func afterHash(t *testing.T, link string) string {
	t.Helper()
	_, secret, ok := strings.Cut(link, "#")
	if !ok || len(secret) < 40 {
		t.Fatalf("%q is no link with a secret", link)
	}
	return secret
}

func shopFile() string { return productFile("shop", "The Shop", "leak") }

// productFile is a small product whose every text names it.
func productFile(id, name, threat string) string {
	return strings.ReplaceAll(fmt.Sprintf(tiny, id, name, threat, name+" records leak", "It is in the news.", "Mend the "+id, "Cards of the "+id), "id: bare", "id: bare-"+id)
}

// hidden is the value of a hidden field of a page.
func hidden(t *testing.T, body, name string) string {
	t.Helper()
	m := regexp.MustCompile(`<input type="hidden" name="` + name + `" value="([^"]*)">`).FindStringSubmatch(body)
	if m == nil {
		t.Fatalf("no field %s:\n%s", name, text(body))
	}
	return html.UnescapeString(m[1])
}

// enrolling is the secret of a second factor that a page shows to scan.
func enrolling(t *testing.T, page string) string {
	t.Helper()
	uri, err := url.Parse(html.UnescapeString(regexp.MustCompile(`otpauth://[^<]+`).FindString(page)))
	if err != nil || uri.Query().Get("secret") == "" {
		t.Fatalf("nothing to scan, %v:\n%s", err, text(page))
	}
	return uri.Query().Get("secret")
}

// oneTime is what an authenticator shows: RFC 6238 with the usual six digits and
// thirty seconds, written down here once more.
func oneTime(t *testing.T, secret string, at time.Time) string {
	t.Helper()
	key, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(secret)
	if err != nil {
		t.Fatal(err)
	}
	h := hmac.New(sha1.New, key)
	_ = binary.Write(h, binary.BigEndian, uint64(at.Unix()/30))
	sum := h.Sum(nil)
	off := sum[len(sum)-1] & 15
	return fmt.Sprintf("%06d", (binary.BigEndian.Uint32(sum[off:])&0x7fffffff)%1_000_000)
}

// TestSetUpInviteAcceptDecide walks the first day of a company over plain HTTP.
func TestSetUpInviteAcceptDecide(t *testing.T) {
	c := newCompany(t, shopFile())
	ann := c.guest()
	wants(t, ann.get(signInPath, http.StatusOK), "Nobody has an account here yet", "link to set up")
	secret, err := c.accounts.SetUpLink(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	form := url.Values{"secret": {secret}, "name": {"Ann"}, "email": {"Ann@Example.org"}, "password": {"short"}, "decides": {"yes"}}
	wants(t, ann.get(setUpPath, http.StatusOK), "Set up Parley")
	wants(t, ann.post(setUpPath, form, http.StatusUnprocessableEntity), "at least 12 are needed", "What stands behind the # of your link")
	form.Set("password", password)
	ann.leads(setUpPath, form, "/")
	wants(t, ann.get("/", http.StatusOK), "The Shop records leak")
	wants(t, c.guest().get(setUpPath, http.StatusOK), "Parley is set up already")
	wants(t, c.guest().post(setUpPath, form, http.StatusGone), "Parley is set up already")

	// Ann invites Ben to decide about the leak.
	people := ann.get(inviteLink(t, ann.get("/t/leak", http.StatusOK)), http.StatusOK)
	wants(t, people, "One person has an account", "Invite somebody", "Administrator", "Manager")
	if !strings.Contains(people, `value="/t/leak"`) {
		t.Error("what the invitation opens is not filled in")
	}
	for _, chosen := range []string{`<option value="decider" selected>`, `<option value="shop" selected>`} {
		if strings.Count(people, chosen) != 1 {
			t.Errorf("whom a brief invites is to decide about its product: %s stands there %d times", chosen, strings.Count(people, chosen))
		}
	}
	if other := ann.get("/people?role=king&product=elsewhere", http.StatusOK); strings.Contains(other, `value="king"`) || strings.Contains(other, `"shop" selected`) {
		t.Error("a role or a product that is none is chosen")
	}
	link := shown(t, ann.post("/people/invite", url.Values{"email": {"ben@example.org"}, "name": {"Ben"}, "role": {"decider"}, "product": {"shop"}, "opens": {"/t/leak"}}, http.StatusOK))
	if !strings.HasPrefix(link, c.ts.URL+"/invite#") {
		t.Errorf("the link is %s", link)
	}
	ben := c.guest()
	wants(t, ben.get("/invite", http.StatusOK), "Your invitation")
	wants(t, ben.post("/invite", url.Values{"secret": {afterHash(t, link)}}, http.StatusOK), "ann@example.org invited ben@example.org", "What you were invited to opens next")
	ben.leads(acceptPath, url.Values{"secret": {afterHash(t, link)}, "name": {"Ben"}, "password": {password}}, "/t/leak")

	// Ben decides, in his own name.
	page := ben.get("/t/leak", http.StatusOK)
	wants(t, page, "It is recorded as decided by you: ben@example.org, signed in.")
	if strings.Contains(page, `name="by"`) {
		t.Error("somebody who is signed in is asked for a name")
	}
	answer := filled(t, page, "live")
	answer.Set("because", "It is small.")
	answer.Set("until", "2027-06-30")
	forged := maps.Clone(answer)
	forged.Set("by", "Helen Ward")
	wants(t, ben.post("/t/leak/decide", forged, http.StatusUnprocessableEntity), "You are signed in: what you do is recorded in your own name")
	answer.Del("by")
	ben.leads("/t/leak/decide", answer, "/t/leak?recorded=SHOP-D1")
	wants(t, ben.get("/t/leak", http.StatusOK), "ben@example.org")
	show, err := c.service.Show(t.Context(), priya, negotiate.ShowRequest{Product: "shop", Decision: "SHOP-D1"})
	if err != nil || show.Decision.By != "ben@example.org" || show.Decision.Claimed {
		t.Errorf("decided by %+v, %v", show, err)
	}

	// Out, and nothing is left open.
	ben.leads("/sign-out", nil, signInPath)
	res, _ := ben.send("GET", "/t/leak", nil, http.StatusSeeOther)
	if got := res.Header.Get("Location"); got != "/sign-in?to=%2Ft%2Fleak" {
		t.Errorf("leads to %s", got)
	}
	late := ben.post("/t/leak/decide", answer, http.StatusUnauthorized)
	wants(t, late, "Nothing was recorded. Sign in, and do it once more.")
	if !strings.Contains(late, `href="/sign-in?to=%2Ft%2Fleak"`) {
		t.Error("nothing leads back to what was answered")
	}
	ben.leads(signInPath, url.Values{"email": {"BEN@example.org"}, "password": {password}, "to": {"/t/leak"}}, "/t/leak")
}

// TestFormsThatOneMayNotUse are not shown, and refuse when they are sent anyway.
func TestFormsThatOneMayNotUse(t *testing.T) {
	c := newCompany(t, shopFile(), productFile("bank", "The Bank", "theft"))
	priyas := filled(t, c.page(t, "/t/leak"), "ask")
	rita := c.join("rita@example.org", "reader@shop")
	page := rita.get("/t/leak", http.StatusOK)
	if strings.Contains(page, "/decide") || strings.Contains(page, `name="answer"`) {
		t.Error("a reader is shown the answers")
	}
	priyas.Set("because", "Because.")
	priyas.Del("by")
	wants(t, rita.post("/t/leak/decide", priyas, http.StatusForbidden), "Somebody else may do that", "contributor, decider, security or manager of shop")
	home := rita.get("/", http.StatusOK)
	wants(t, home, "One decision waits", "Look at it")
	if strings.Contains(home, "waits for you") || strings.Contains(home, "Look and decide") || strings.Contains(home, "Reading and deciding") {
		t.Error("a reader is told to decide")
	}
	wants(t, c.join("dan@example.org", "contributor@shop").get("/", http.StatusOK), "One decision waits for you", "Reading and deciding takes about 3 minutes.", "Look and decide")
	for _, path := range []string{"/", "/plan", "/learn", "/layers", "/evidence", "/stages", "/calibration", "/tasks", "/record"} {
		if body := rita.get(path, http.StatusOK); strings.Contains(body, "Bank") || strings.Contains(body, "/people") || strings.Contains(body, "/access") {
			t.Errorf("%s shows a reader what is not hers", path)
		}
	}
	if a, b := text(rita.get("/t/theft", http.StatusNotFound)), text(rita.get("/t/nothere", http.StatusNotFound)); strings.ReplaceAll(a, "theft", "X") != strings.ReplaceAll(b, "nothere", "X") {
		t.Errorf("what is hidden reads otherwise than what is not there:\n%s\n%s", a, b)
	}
	wants(t, rita.get("/people", http.StatusForbidden), "Somebody else may do that")
	wants(t, rita.get("/access", http.StatusForbidden), "Your roles here do not allow that")
	wants(t, c.join("nora@example.org").get("/", http.StatusOK), "Nothing is open to you yet", "nora@example.org")
	wants(t, c.join("adam@example.org", ledger.Administrator).get("/", http.StatusOK), "You can invite people and give roles")
}

// page is a page as whoever sits at this machine sees it.
func (c *company) page(t *testing.T, path string) string {
	t.Helper()
	h, err := Handler(c.service, Options{Actor: priya})
	if err != nil {
		t.Fatal(err)
	}
	ts := httptest.NewServer(h)
	defer ts.Close()
	return get(t, ts, path, http.StatusOK)
}

// TestA1EveryRouteForEveryRole asks for every address about people as each role,
// and as nobody: only who may manage accounts changes any.
func TestA1EveryRouteForEveryRole(t *testing.T) {
	c := newCompany(t, shopFile())
	c.join("victim@example.org", ledger.Reader)
	guests := map[string]*guest{"nobody": c.guest(), "none": c.join("none@example.org")}
	for _, role := range ledger.MemberRoles() {
		guests[string(role)] = c.join(string(role)+"@example.org", role)
	}
	guests["administrator of a product"] = c.join("some@example.org", "administrator@shop")
	reads := map[string][]string{
		peoplePath: {"manager", "auditor", "administrator", "administrator of a product"},
		accessPath: {"auditor", "administrator"},

		webhooksPath: {"auditor", "administrator"},
	}
	for _, r := range signingIn {
		if r.open || r.action == "own" {
			continue
		}
		path := strings.ReplaceAll(r.pattern, "{id}", "x")
		for who, g := range guests {
			want := http.StatusForbidden
			switch {
			case who == "nobody" && r.method == "GET":
				want = http.StatusSeeOther
			case who == "nobody":
				want = http.StatusUnauthorized
			case r.method == "GET":
				if slices.Contains(reads[r.pattern], who) {
					want = http.StatusOK
				}
			case who == "administrator", who == "administrator of a product" && path == "/people/roles":
				continue // may: other tests
			}
			form := url.Values{"email": {"victim@example.org"}}
			switch path {
			case webhooksPath:
				form = url.Values{"url": {"https://hooks.example.com/x"}}
			case "/people/roles":
				form = url.Values{"person": {"victim@example.org"}, "role": {"manager"}, "product": {""}}
			case "/people/invite":
				form = url.Values{"email": {"new@example.org"}, "role": {"manager"}, "product": {""}}
			}
			g.send(r.method, path, form, want)
		}
	}
	members, err := c.service.Members(t.Context(), priya)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range members.Members {
		if m.Person == "victim@example.org" && m.Role != ledger.Reader || m.Person == "new@example.org" {
			t.Errorf("somebody gave %s the role %s", m.Person, m.Role)
		}
	}
	if in, err := c.accounts.Invitations(t.Context()); err != nil || len(in) > 0 {
		t.Errorf("somebody invited: %v, %v", in, err)
	}
	c.guest().signsIn("victim@example.org") // neither disabled nor reset
}

// TestA3PeopleOfOtherProducts: who may know the roles of one product sees nobody
// who holds none there, and of nobody how they sign in.
func TestA3PeopleOfOtherProducts(t *testing.T) {
	c := newCompany(t, shopFile(), productFile("bank", "The Bank", "robbery"))
	c.join("banker@example.org", "manager@bank")
	c.join("nowhere@example.org")
	c.join("eve@example.org", "reader@shop")
	auditor := c.join("auditor@example.org", ledger.Auditor)
	page := c.join("mia@example.org", "manager@shop").get("/people", http.StatusOK)
	wants(t, page, "eve@example.org", "auditor@example.org", "mia@example.org", "Three people have an account")
	for _, says := range []string{"banker", "nowhere@", "The Bank", "signed in"} {
		if strings.Contains(page, says) {
			t.Errorf("the page says %q", says)
		}
	}
	wants(t, auditor.get("/people", http.StatusOK), "banker@example.org", "nowhere@example.org", "Five people have an account")
}

// TestD3FiguresFollowTheYardstick: what another product proposed for all changes
// what is seen of this one once it is approved, also for who does not see that.
func TestD3FiguresFollowTheYardstick(t *testing.T) {
	within := func(file, horizon string) string {
		return strings.Replace(file, "policy: {", "policy: {horizon: "+horizon+", ", 1)
	}
	c := newCompany(t, within(shopFile(), "3 years"), within(productFile("bank", "The Bank", "robbery"), "1 year"))
	dora := c.join("dora@example.org", "decider@shop")
	before := hidden(t, dora.get("/t/leak", http.StatusOK), "brief")
	status, err := c.service.Status(t.Context(), priya, negotiate.StatusRequest{Product: "bank"})
	if err != nil || len(status.Products[0].Proposals) != 1 {
		t.Fatalf("%+v, %v", status, err)
	}
	if _, err := c.service.Move(t.Context(), priya, negotiate.MoveRequest{Decision: status.Products[0].Proposals[0].ShortID, Move: "approve"}); err != nil {
		t.Fatal(err)
	}
	report, err := c.service.Brief(t.Context(), priya, negotiate.BriefRequest{Source: negotiate.Source{Product: "shop"}, Threats: []string{"leak"}})
	if err != nil {
		t.Fatal(err)
	}
	now, err := negotiate.BriefBytes(report, "leak")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := hidden(t, dora.get("/t/leak", http.StatusOK), "brief"), negotiate.Digest(now); got != want || got == before {
		t.Errorf("the page is of the brief %s, the brief now is %s, it was %s", got, want, before)
	}
}

// TestPeople manages accounts and roles.
func TestPeople(t *testing.T) {
	c := newCompany(t, shopFile())
	ann := c.join("ann@example.org", ledger.Administrator)
	eve := c.join("eve@example.org", ledger.Reader)
	people := ann.get("/people", http.StatusOK)
	wants(t, people, "Two people have an account", "eve@example.org", "Reader", "everywhere", "Take away", "Disable", "What the roles may do")
	if strings.Count(people, `name="remove"`) != 1 {
		t.Error("Ann may take away her own role, or not Eve's")
	}
	eves := url.Values{"person": {"eve@example.org"}, "role": {"decider"}, "product": {"shop"}}
	gone := url.Values{"person": {"eve@example.org"}, "role": {"decider"}, "product": {"shop"}, "remove": {"yes"}}
	wants(t, ann.post("/people/roles", gone, http.StatusConflict), "does not hold the role decider there")
	ann.leads("/people/roles", eves, "/people?done=roles")
	wants(t, ann.post("/people/roles", eves, http.StatusConflict), "holds the role decider there already")
	wants(t, ann.get("/people?done=roles", http.StatusOK), "The roles are changed", "Decider", "The Shop")
	eve.send("GET", "/", nil, http.StatusSeeOther) // S1: her session ended with the change
	eve.signsIn("eve@example.org")

	for what, says := range map[string]string{
		"nobody":          "is no e-mail address",
		"ann@example.org": "",
	} {
		body := ann.post("/people/roles", url.Values{"person": {what}, "role": {"decider"}, "product": {""}}, http.StatusUnprocessableEntity)
		if says != "" {
			wants(t, body, says)
		}
	}
	wants(t, ann.post("/people/roles", url.Values{"person": {"x@example.org"}, "role": {"king"}, "product": {""}}, http.StatusUnprocessableEntity), "is no role")
	ann.post("/people/roles", url.Values{"person": {"x@example.org"}, "role": {"reader"}, "product": {"nowhere"}}, http.StatusUnprocessableEntity)
	ann.post("/people/roles", url.Values{"person": {"ann@example.org"}, "role": {"administrator"}, "product": {""}, "remove": {"yes"}}, http.StatusUnprocessableEntity)
	wants(t, ann.post("/people/invite", url.Values{"email": {"eve@example.org"}, "role": {"reader"}, "product": {""}}, http.StatusConflict), "There is an account of that e-mail address already")
	wants(t, ann.post("/people/invite", url.Values{"email": {"no"}, "role": {"reader"}, "product": {""}}, http.StatusUnprocessableEntity), "It is no e-mail address")
	wants(t, ann.post("/people/invite", url.Values{"email": {"new@example.org"}, "role": {"reader"}, "product": {""}, "opens": {"//evil.example"}}, http.StatusUnprocessableEntity), "leads to no page of this server")
	unseen := url.Values{"email": {"hidden@example.org"}, "name": {"a\u200bb"}, "role": {"reader"}, "product": {""}}
	wants(t, ann.post("/people/invite", unseen, http.StatusUnprocessableEntity), "a character that cannot be seen")
	if strings.Contains(ann.get("/people", http.StatusOK), "hidden@example.org") {
		t.Error("an invitation that was refused gave a role all the same")
	}

	invited := url.Values{"email": {"New@example.org"}, "role": {"reader"}, "product": {""}}
	link := shown(t, ann.post("/people/invite", invited, http.StatusOK))
	page := ann.get("/people", http.StatusOK)
	wants(t, page, "Not accepted yet", "new@example.org", "no account yet")
	ann.leads("/people/roles", url.Values{"person": {"cut@example.org"}, "role": {"reader"}, "product": {""}}, "/people?done=roles")
	wants(t, ann.get("/people", http.StatusOK), "cut@example.org", "no account, and no invitation")
	ann.leads("/people/roles", url.Values{"person": {"cut@example.org"}, "role": {"reader"}, "product": {""}, "remove": {"yes"}}, "/people?done=roles")
	withdraw := regexp.MustCompile(`/people/invitations/[^/]+/withdraw`).FindString(page)
	ann.leads(withdraw, nil, "/people?done=withdraw")
	wants(t, c.guest().post("/invite", url.Values{"secret": {afterHash(t, link)}}, http.StatusGone), "not valid any more")
	if strings.Contains(ann.get("/people", http.StatusOK), "new@example.org") {
		t.Error("the role that was given with a withdrawn invitation stays")
	}
	shown(t, ann.post("/people/invite", invited, http.StatusOK))
	shown(t, ann.post("/people/invite", invited, http.StatusOK)) // anew, with the role they hold by now
	if n := strings.Count(ann.get("/people", http.StatusOK), "/withdraw\""); n != 1 {
		t.Errorf("%d invitations of one address", n)
	}

	ann.leads("/people/end", url.Values{"email": {"eve@example.org"}}, "/people?done=end")
	eve.send("GET", "/", nil, http.StatusSeeOther)
	eve.signsIn("eve@example.org")
	link = shown(t, ann.post("/people/reset", url.Values{"email": {"eve@example.org"}}, http.StatusOK))
	reset := c.guest()
	wants(t, reset.get("/reset", http.StatusOK), "A new password")
	wants(t, reset.post("/reset", url.Values{"secret": {afterHash(t, link)}, "password": {"short"}}, http.StatusUnprocessableEntity), "at least 12")
	reset.leads("/reset", url.Values{"secret": {afterHash(t, link)}, "password": {password + " new"}}, "/sign-in?done=reset")
	wants(t, reset.get("/sign-in?done=reset", http.StatusOK), "Your password is set")
	wants(t, reset.post("/reset", url.Values{"secret": {afterHash(t, link)}, "password": {password}}, http.StatusGone), "not valid any more")
	eve.send("GET", "/", nil, http.StatusSeeOther)
	wants(t, ann.post("/people/reset", url.Values{"email": {"absent@example.org"}}, http.StatusUnprocessableEntity), "no account of that e-mail address")

	ann.leads("/people/disable", url.Values{"email": {"eve@example.org"}}, "/people?done=disable")
	wants(t, ann.get("/people", http.StatusOK), "disabled", "Enable")
	wants(t, eve.post(signInPath, url.Values{"email": {"eve@example.org"}, "password": {password + " new"}, "to": {"/"}}, http.StatusUnprocessableEntity), "is wrong")
	ann.leads("/people/enable", url.Values{"email": {"eve@example.org"}}, "/people?done=enable")
	wants(t, ann.post("/people/disable", url.Values{"email": {"ann@example.org"}}, http.StatusUnprocessableEntity), "your own account")
	wants(t, ann.get("/access", http.StatusOK), "Signed in", "Account disabled", "by ann@example.org", "Link for a new password made", "127.0.0.1")
	ann.get("/access?before=x", http.StatusUnprocessableEntity)
	ann.get("/access?before=1", http.StatusOK)
}

// TestAccount changes one's own password, sessions and tokens.
func TestAccount(t *testing.T) {
	c := newCompany(t, shopFile())
	eve := c.join("eve@example.org", ledger.Contributor)
	other := c.guest()
	other.signsIn("eve@example.org")
	page := eve.get("/account", http.StatusOK)
	wants(t, page, "Somebody", "eve@example.org", "By invitation here", "By password", "Make a token")
	end := regexp.MustCompile(`/account/sessions/[^/]+/end`).FindAllString(page, -1)
	if len(end) != 1 {
		t.Fatalf("%d sessions can be ended, want the other one", len(end))
	}
	eve.leads(end[0], nil, "/account?done=session")
	other.send("GET", "/", nil, http.StatusSeeOther)
	eve.post(end[0], nil, http.StatusNotFound)

	wants(t, eve.post("/account/password", url.Values{"former": {"wrong wrong wrong"}, "password": {password + " two"}}, http.StatusUnprocessableEntity), "is wrong")
	wants(t, eve.post("/account/password", url.Values{"former": {password}, "password": {"short"}}, http.StatusUnprocessableEntity), "at least 12")
	eve.post("/account/password", url.Values{"former": {password}, "password": {password + " two"}, "email": {"ann@example.org"}}, http.StatusUnprocessableEntity) // A5
	before := eve.cookieValue()
	eve.leads("/account/password", url.Values{"former": {password}, "password": {password + " two"}}, "/account?done=password")
	if before == eve.cookieValue() {
		t.Error("the session is the same after the password changed")
	}
	wants(t, eve.get("/account?done=password", http.StatusOK), "Your password is changed")
	if body := eve.get("/account?done=<script>", http.StatusOK); strings.Contains(body, "<script>") {
		t.Error("the address writes onto the page")
	}

	body := eve.post("/account/tokens", url.Values{"name": {"nightly"}, "scope": {"evidence"}, "products": {"shop"}, "expires": {"2027-02-01"}}, http.StatusOK)
	token := shown(t, body)
	wants(t, body, "The token “nightly” is made", "Read, and bring evidence and incidents: shop", "1 February 2027", "never")
	if p, err := c.accounts.Identify(t.Context(), "", token); err != nil || p.Scope != auth.ScopeEvidence || p.ID != "eve@example.org" {
		t.Errorf("the token is %+v, %v", p, err)
	}
	if strings.Contains(eve.get("/account", http.StatusOK), token) || strings.Contains(c.logged.String(), token) {
		t.Error("the token is shown again, or logged")
	}
	for _, wrong := range []url.Values{
		{"name": {""}, "scope": {"read"}},
		{"name": {"x"}, "scope": {"all"}},
		{"name": {"x"}, "scope": {"read"}, "expires": {"tomorrow"}},
		{"name": {"x"}, "scope": {"read"}, "expires": {"2026-01-01"}},
		{"name": {"x"}, "scope": {"read"}, "person": {"ann@example.org"}},
		{"name": {"x", "y"}, "scope": {"read"}},
	} {
		eve.post("/account/tokens", wrong, http.StatusUnprocessableEntity)
	}
	revoke := regexp.MustCompile(`/account/tokens/[^/]+/revoke`).FindString(eve.get("/account", http.StatusOK))
	ann := c.join("ann@example.org", ledger.Reader)
	ann.post(revoke, nil, http.StatusNotFound) // another's
	eve.leads(revoke, nil, "/account?done=token")
	if _, err := c.accounts.Identify(t.Context(), "", token); !errors.Is(err, auth.ErrNobody) {
		t.Errorf("the token lives on: %v", err)
	}
}

func (g *guest) cookieValue() string {
	u, _ := url.Parse(g.ts.URL)
	for _, c := range g.client.Jar.Cookies(u) {
		if c.Name == CookieName(false) {
			return c.Value
		}
	}
	return ""
}

// TestS2SecondFactor adds a second factor, signs in with it, and takes it away.
func TestS2SecondFactor(t *testing.T) {
	c := newCompany(t, shopFile())
	eve := c.join("eve@example.org", ledger.Reader)
	page := eve.post("/account/second-factor", nil, http.StatusOK)
	wants(t, page, "Scan this with an authenticator", "otpauth://totp/")
	if !strings.Contains(page, `<svg class="qr" role="img"`) {
		t.Error("there is nothing to scan")
	}
	secret := enrolling(t, page)
	wants(t, eve.post("/account/second-factor/confirm", url.Values{"code": {"000000"}}, http.StatusUnprocessableEntity), "still good", "It is not the one that is shown now")
	body := eve.post("/account/second-factor/confirm", url.Values{"code": {oneTime(t, secret, c.clock())}}, http.StatusOK)
	wants(t, body, "Keep these recovery codes")
	recovery := shown(t, body)
	if strings.Count(body, `<li class="secret">`) != 10 {
		t.Error("there are not ten recovery codes")
	}
	eve.post("/account/second-factor", nil, http.StatusConflict)

	c.later(5 * time.Minute)
	again := c.guest()
	half := again.post(signInPath, url.Values{"email": {"eve@example.org"}, "password": {password}, "to": {"/t/leak"}}, http.StatusOK)
	wants(t, half, "And the code of your second factor")
	if strings.Contains(half, password) {
		t.Error("the password stands on the page")
	}
	again.send("GET", "/", nil, http.StatusSeeOther) // not in yet
	step := hidden(t, half, "step")
	wants(t, again.post(signInPath, url.Values{"step": {step}, "code": {"123456"}, "to": {"/t/leak"}}, http.StatusUnprocessableEntity), "is wrong", "Code")
	again.post(signInPath, url.Values{"step": {step}, "code": {""}, "to": {"/"}}, http.StatusUnprocessableEntity)
	wants(t, again.post(signInPath, url.Values{"step": {step[:len(step)-2] + "AA"}, "code": {oneTime(t, secret, c.clock())}, "to": {"/"}}, http.StatusUnprocessableEntity), "start again")
	again.leads(signInPath, url.Values{"step": {step}, "code": {oneTime(t, secret, c.clock())}, "to": {"/t/leak"}}, "/t/leak")
	used := c.guest()
	used.post(signInPath, url.Values{"step": {step}, "code": {oneTime(t, secret, c.clock())}, "to": {"/"}}, http.StatusUnprocessableEntity) // a code is good once
	used.leads(signInPath, url.Values{"step": {step}, "code": {recovery}, "to": {"/"}}, "/")
	wants(t, used.get("/account", http.StatusOK), "By password, recovery code")

	used.post("/account/second-factor/drop", url.Values{"password": {password}, "code": {"000000"}}, http.StatusUnprocessableEntity)
	c.later(time.Minute)
	used.leads("/account/second-factor/drop", url.Values{"password": {password}, "code": {oneTime(t, secret, c.clock())}}, "/account?done=factor")
	c.guest().signsIn("eve@example.org")
}

// TestS3LinksLeaveNoTrace: the secret of a link is in no address that is sent, no
// log and no Referer, and a page with one is never kept.
func TestS3LinksLeaveNoTrace(t *testing.T) {
	c := newCompany(t, shopFile())
	setUp, err := c.accounts.SetUpLink(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	ann := c.guest()
	ann.leads(setUpPath, url.Values{"secret": {setUp}, "name": {"Ann"}, "email": {"ann@example.org"}, "password": {password}, "decides": {"yes"}}, "/")
	link := shown(t, ann.post("/people/invite", url.Values{"email": {"ben@example.org"}, "role": {"reader"}, "product": {""}, "opens": {"/plan"}}, http.StatusOK))
	u, err := url.Parse(link)
	if err != nil || u.RawQuery != "" || u.Fragment == "" || strings.Contains(u.Path, u.Fragment) {
		t.Errorf("the secret is sent with the address: %s, %v", link, err)
	}
	ben := c.guest()
	for _, path := range []string{setUpPath, invitePath, resetPath} {
		res, body := ben.send("GET", path, nil, http.StatusOK)
		if res.Header.Get("Referrer-Policy") != "same-origin" || res.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %v", path, res.Header)
		}
		if regexp.MustCompile(`(src|href)="(https?:)?//`).MatchString(body) {
			t.Errorf("%s asks others for something", path)
		}
	}
	res, body := ben.send("POST", invitePath, url.Values{"secret": {u.Fragment}}, http.StatusOK)
	if res.Header.Get("Cache-Control") != "no-store" || strings.Contains(body, "?"+u.Fragment) || strings.Contains(body, "action=\""+invitePath+"?") {
		t.Error("the page of an invitation may be kept")
	}
	ben.leads(acceptPath, url.Values{"secret": {u.Fragment}, "name": {"Ben"}, "password": {password}}, "/plan")
	ben.post(acceptPath, url.Values{"secret": {u.Fragment}, "name": {"Ben"}, "password": {password}}, http.StatusGone) // used up
	ben.post(setUpPath, url.Values{"secret": {setUp}, "name": {"Eve"}, "email": {"eve@example.org"}, "password": {password}}, http.StatusGone)
	for _, secret := range []string{setUp, u.Fragment, password, ann.cookieValue(), ben.cookieValue()} {
		if strings.Contains(c.logged.String(), secret) {
			t.Error("a secret stands in the log")
		}
	}
	for _, path := range []string{"/invite?secret=" + u.Fragment, "/setup?secret=" + setUp} {
		if body := ben.get(path, http.StatusOK); strings.Contains(body, u.Fragment) || strings.Contains(body, setUp) {
			t.Errorf("%s: a secret of the address comes onto the page", path)
		}
	}
	link = shown(t, ann.post("/people/invite", url.Values{"email": {"cyd@example.org"}, "role": {"reader"}, "product": {""}}, http.StatusOK))
	c.later(73 * time.Hour)
	wants(t, c.guest().post(invitePath, url.Values{"secret": {afterHash(t, link)}}, http.StatusGone), "not valid any more")
}

// TestS6EveryChangeIsGuarded sends every form there is from another site, and
// asks for each by GET.
func TestS6EveryChangeIsGuarded(t *testing.T) {
	c := newCompany(t, shopFile())
	ann := c.join("ann@example.org", ledger.Administrator, ledger.Manager)
	for _, r := range (Options{Accounts: c.accounts}).routes() {
		if r.method != "POST" {
			continue
		}
		path := strings.ReplaceAll(r.pattern, "{id}", "x")
		for _, evil := range []map[string]string{{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": c.ts.URL, "Sec-Fetch-Site": "cross-site"}} {
			req, err := http.NewRequest("POST", c.ts.URL+path, strings.NewReader("email=eve@example.org"))
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			for k, v := range evil {
				req.Header.Set(k, v)
			}
			res, err := ann.client.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			res.Body.Close()
			if res.StatusCode != http.StatusForbidden || len(res.Cookies()) > 0 {
				t.Errorf("%s from %v: %d, cookies %v", path, evil, res.StatusCode, res.Cookies())
			}
		}
	}
	res, _ := c.join("eve@example.org").send("POST", signInPath, url.Values{"email": {"eve@example.org"}, "password": {password}, "to": {"/"}}, http.StatusSeeOther)
	for _, k := range res.Cookies() {
		if !k.HttpOnly || k.SameSite != http.SameSiteLaxMode || k.Path != "/" || k.Domain != "" || k.Secure {
			t.Errorf("the cookie is %v", k)
		}
	}
	for _, r := range signingIn {
		hasPage := slices.ContainsFunc(signingIn, func(x route) bool { return x.method == "GET" && x.pattern == r.pattern })
		if r.method == "POST" && !hasPage {
			ann.send("GET", strings.ReplaceAll(r.pattern, "{id}", "x"), nil, http.StatusMethodNotAllowed)
		}
	}
}

// TestS7SignInLeadsNowhereElse sends the addresses of other sites along with
// every way to sign in.
func TestS7SignInLeadsNowhereElse(t *testing.T) {
	c := newCompany(t, shopFile())
	eve := c.join("eve@example.org", ledger.Reader)
	for _, to := range []string{"//evil.example", `/\evil.example`, "https:evil.example", "https://evil.example", "/%2f%2fevil.example", "/%5cevil.example", "/\r\nLocation: https://evil.example", "javascript:alert(1)", "//evil.example/plan", "/sign-out", "/sign-in"} {
		g := c.guest()
		g.leads(signInPath, url.Values{"email": {"eve@example.org"}, "password": {password}, "to": {to}}, "/")
		c.later(time.Minute)
		res, _ := eve.send("GET", signInPath+"?"+url.Values{"to": {to}}.Encode(), nil, http.StatusSeeOther)
		if got := res.Header.Get("Location"); got != "/" {
			t.Errorf("%q leads somebody who is signed in to %q", to, got)
		}
		if body := c.guest().get(signInPath+"?"+url.Values{"to": {to}}.Encode(), http.StatusOK); hidden(t, body, "to") != "/" {
			t.Errorf("%q stands on the page", to)
		}
	}
}

// TestC1HostileNames gives accounts, tokens and invitations names that are attacks.
func TestC1HostileNames(t *testing.T) {
	c := newCompany(t, shopFile())
	ann := c.join("ann@example.org", ledger.Administrator, ledger.Manager)
	n := 0
	for i, attack := range attacks {
		if strings.ContainsAny(attack, "\x00\u202e") {
			continue
		}
		email := "m" + string(rune('a'+i)) + "@example.org"
		ann.leads("/account/prove", url.Values{"password": {password}, "to": {"/people"}}, "/people") // time goes on below
		link := shown(t, ann.post("/people/invite", url.Values{"email": {email}, "name": {attack}, "role": {"reader"}, "product": {""}}, http.StatusOK))
		g := c.guest()
		pages := []string{g.post(invitePath, url.Values{"secret": {afterHash(t, link)}}, http.StatusOK)}
		g.leads(acceptPath, url.Values{"secret": {afterHash(t, link)}, "name": {attack}, "password": {password}}, "/")
		pages = append(pages, g.post("/account/tokens", url.Values{"name": {attack}, "scope": {"read"}}, http.StatusOK), g.get("/account", http.StatusOK), g.get("/", http.StatusOK))
		pages = append(pages, g.post("/account/tokens", url.Values{"name": {attack}, "scope": {attack}, "expires": {attack}}, http.StatusUnprocessableEntity))
		pages = append(pages, c.guest().post(signInPath, url.Values{"email": {attack}, "password": {attack}, "to": {attack}}, http.StatusUnprocessableEntity))
		pages = append(pages, ann.get("/people", http.StatusOK), ann.get("/access", http.StatusOK))
		pages = append(pages, ann.post("/people/roles", url.Values{"person": {attack}, "role": {attack}, "product": {attack}}, http.StatusUnprocessableEntity))
		for _, body := range pages {
			for _, sign := range []string{"<script>window", "onerror=window.pwned=1>", "<svg onload", "<svg/onload", "<body onload", `href="javascript:`, `action="javascript:`, "<b>bold", "<a href=\"javascript"} {
				if strings.Contains(body, sign) {
					t.Errorf("%q gets through:\n%s", attack, text(body))
				}
			}
		}
		c.later(time.Minute)
		n++
	}
	if n == 0 || !strings.Contains(ann.get("/people", http.StatusOK), "&lt;script&gt;window") {
		t.Error("none of the attacks arrived")
	}
}

// TestC3QueriesWriteNothing puts markup into every query that the pages know.
func TestC3QueriesWriteNothing(t *testing.T) {
	c := newCompany(t, shopFile())
	ann := c.join("ann@example.org", ledger.Administrator, ledger.Manager)
	for _, g := range []*guest{ann, c.guest()} {
		for _, path := range []string{"/", "/plan", "/learn", "/record", "/tasks", "/t/leak", "/people", "/account", "/access", signInPath, setUpPath, invitePath, resetPath} {
			q := url.Values{}
			for _, name := range []string{"product", "done", "opens", "to", "before", "recorded", "money", "effort", "must", "not", "secret", "email", "limits"} {
				q.Set(name, `"><b id=pwned>`)
			}
			r, err := g.client.Get(g.ts.URL + path + "?" + q.Encode())
			if err != nil {
				t.Fatal(err)
			}
			b, err := io.ReadAll(r.Body)
			r.Body.Close()
			if err != nil || strings.Contains(string(b), "<b id=pwned>") || strings.Contains(r.Header.Get("Location"), "<") {
				t.Errorf("%s: %v, %s", path, err, b)
			}
		}
	}
}

// TestS5TooManyAttempts says when to try again, without saying for which account.
func TestS5TooManyAttempts(t *testing.T) {
	c := newCompany(t, shopFile())
	c.join("eve@example.org")
	wrong := url.Values{"email": {"eve@example.org"}, "password": {"a guess that is wrong"}, "to": {"/"}}
	for range 100 {
		res, body := ask(t, c.ts, "POST", signInPath, wrong, func(r *http.Request) {
			r.Header.Set("X-Forwarded-For", "203.0.113.9") // believed by nobody
		})
		if res.StatusCode == http.StatusTooManyRequests {
			if res.Header.Get("Retry-After") == "" {
				t.Error("nobody says when to try again")
			}
			wants(t, body, "Too many attempts")
			return
		}
	}
	t.Error("a hundred guesses are let pass")
}

// TestTimesAreOfTheServersZone, as on the command line: what comes from a
// database is in another.
func TestTimesAreOfTheServersZone(t *testing.T) {
	elsewhere := time.FixedZone("elsewhere", 5*3600+17*60)
	at := time.Date(2026, 11, 22, 23, 30, 0, 0, elsewhere)
	if got, want := whenWords(at), at.Local().Format("2 January 2006, 15:04 MST"); got != want {
		t.Errorf("%s is shown as %q, want %q", at, got, want)
	}
	if got := whenWords(time.Time{}); got != "" {
		t.Errorf("no time is shown as %q", got)
	}
}

// TestRetryAfterIsNeverTooEarly: a part of a second is one more to wait.
func TestRetryAfterIsNeverTooEarly(t *testing.T) {
	for d, want := range map[time.Duration]string{0: "1", time.Millisecond: "1", time.Second: "1", 1001 * time.Millisecond: "2", 90 * time.Second: "90", 59*time.Second + 1: "60"} {
		if got := seconds(d); got != want {
			t.Errorf("%s: Retry-After %s, want %s", d, got, want)
		}
	}
}

func TestPeer(t *testing.T) {
	for remote, want := range map[string]string{"192.0.2.1:80": "192.0.2.1", "[::ffff:192.0.2.1]:80": "192.0.2.1", "[fe80::1%lo]:80": "fe80::1", "nonsense": "invalid IP"} {
		if got := peer(&http.Request{RemoteAddr: remote}); got.String() != want {
			t.Errorf("%s: %s", remote, got)
		}
	}
}

// TestS1AnOpenRoomIsNoUse: what a page asks for by itself does not keep a session
// that nobody uses.
func TestS1AnOpenRoomIsNoUse(t *testing.T) {
	c := newCompany(t, shopFile())
	ann := c.join("ann@example.org", "contributor@shop")
	ann.leads("/workshop", url.Values{"product": {"shop"}, "title": {"Autumn"}, "minutes": {"2"}, "lines": {"A key lies in public"}}, "/workshop/SHOP-WS1")
	c.later(auth.DefaultIdle / 2)
	ann.get("/workshop/SHOP-WS1/now", http.StatusOK)
	c.later(auth.DefaultIdle / 2)
	ann.get("/workshop/SHOP-WS1/now", http.StatusSeeOther)
}

// TestS5TheOwnerGetsIn from the browser they signed in by before, though somebody
// guesses at their password from the very same network.
func TestS5TheOwnerGetsIn(t *testing.T) {
	c := newCompany(t, shopFile())
	eve, thief := c.join("eve@example.org"), c.guest()
	eve.leads("/sign-out", nil, signInPath)
	wrong := url.Values{"email": {"eve@example.org"}, "password": {"a guess that is wrong"}, "to": {"/"}}
	for range 10 {
		thief.post(signInPath, wrong, http.StatusUnprocessableEntity)
	}
	thief.post(signInPath, wrong, http.StatusTooManyRequests)
	eve.signsIn("eve@example.org")
	thief.post(signInPath, url.Values{"email": {"eve@example.org"}, "password": {password}, "to": {"/"}}, http.StatusTooManyRequests)
	here, err := url.Parse(c.ts.URL)
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range eve.client.Jar.Cookies(here) {
		if x.Name == CookieName(false)+afterDevice {
			return
		}
	}
	t.Error("the browser keeps no device token")
}

// TestS1WaysForOthersAskAnew: what makes a way into somebody's account is asked of
// an administrator anew: a stolen session must leave nothing that lasts.
func TestS1WaysForOthersAskAnew(t *testing.T) {
	c := newCompany(t, shopFile())
	ada := c.join("root@example.org", "administrator")
	c.join("eve@example.org", "reader@shop")
	ways := map[string]url.Values{
		"/people/invite": {"email": {"new@example.org"}, "role": {"reader"}, "product": {""}},
		"/people/reset":  {"email": {"eve@example.org"}},
	}
	c.later(auth.ProvedFor)
	ada.leads("/people/clear", url.Values{"email": {"eve@example.org"}}, "/account/prove?to=%2Fpeople")
	ada.leads("/people/reset", ways["/people/reset"], "/account/prove?to=%2Fpeople")
	ada.leads("/people/invite", ways["/people/invite"], "/account/prove?to=%2Fpeople%3Frole%3Dreader")
	// What the invitation is for need not be chosen anew; whom it is for stands in no address.
	ada.leads("/people/invite", url.Values{"email": {"new@example.org"}, "name": {"New"}, "role": {"decider"}, "product": {"shop"}, "opens": {"/t/leak"}}, "/account/prove?to=%2Fpeople%3Fopens%3D%252Ft%252Fleak%26product%3Dshop%26role%3Ddecider")
	if page := ada.get("/people", http.StatusOK); strings.Contains(page, "new@example.org") {
		t.Error("somebody was invited all the same")
	}
	ada.leads("/account/prove", url.Values{"password": {password}, "to": {"/people"}}, "/people")
	for path, form := range ways {
		shown(t, ada.post(path, form, http.StatusOK))
	}
}

// TestS1NewWaysInAskAnew: a token and a second factor are made by whoever proved
// lately who they are; by password, or by a fresh sign-on at the provider.
func TestS1NewWaysInAskAnew(t *testing.T) {
	c := newCompany(t, shopFile())
	eve := c.join("eve@example.org", "reader@shop")
	token := url.Values{"name": {"nightly"}, "scope": {"read"}}
	eve.post("/account/tokens", token, http.StatusOK)
	c.later(auth.ProvedFor)
	wants(t, eve.get("/account", http.StatusOK), "Prove first that it is you")
	ask := "/account/prove?to=%2Faccount"
	eve.leads("/account/tokens", token, ask)
	eve.leads("/account/second-factor", nil, ask)
	body := eve.get(ask, http.StatusOK)
	wants(t, body, "Is it you?", "Password", "Sign in once more at your provider")
	eve.post("/account/prove", url.Values{"password": {"a guess that is wrong"}, "to": {"/account"}}, http.StatusUnprocessableEntity)
	eve.leads("/account/tokens", token, ask)
	eve.leads("/account/prove", url.Values{"password": {password}, "to": {"//evil.example"}}, "/")
	eve.post("/account/tokens", token, http.StatusOK)

	c.later(auth.ProvedFor)
	sso := func(at time.Time) {
		t.Helper()
		c.provider.id = auth.Identity{Issuer: "https://id.example", Subject: "7", Email: "eve@example.org", EmailVerified: true, Name: "Eve", Roles: []string{"reader"}, Proved: at}
		res, _ := eve.send("GET", "/sign-in/provider?afresh=1&to=%2Faccount%2Fprove%3Fto%3D%252Faccount", nil, http.StatusSeeOther)
		if !strings.Contains(res.Header.Get("Location"), "max_age=0") {
			t.Errorf("the provider is not to ask anew: %s", res.Header.Get("Location"))
		}
		res, _ = eve.send("GET", ProviderBack+"?state=abc", nil, http.StatusSeeOther)
		if got := res.Header.Get("Location"); got != ask {
			t.Errorf("it leads to %s", got)
		}
	}
	sso(c.clock().Add(-time.Hour)) // it did not ask
	eve.get(ask, http.StatusOK)
	eve.leads("/account/tokens", token, ask)
	sso(c.clock())
	eve.send("GET", ask, nil, http.StatusSeeOther)
	eve.post("/account/tokens", token, http.StatusOK)
}

// TestLinksByMail: where the server sends mail, an invitation and a link for a new
// password go to whom they are for, and the administrator sees neither; where it
// sends none, nothing of that is offered and what is sent anyway is refused.
func TestLinksByMail(t *testing.T) {
	c := newCompany(t, shopFile())
	ann := c.join("ann@example.org", ledger.Administrator)
	c.join("eve@example.org", "reader@shop")
	invite := url.Values{"email": {"ben@example.org"}, "role": {"decider"}, "product": {"shop"}, "mail": {"yes"}}
	if page := ann.get("/people", http.StatusOK); strings.Contains(page, "reset-mail") || strings.Contains(page, `name="mail"`) {
		t.Error("mail is offered that is not sent")
	}
	wants(t, ann.post("/people/invite", invite, http.StatusUnprocessableEntity), "This server sends no mail")
	ann.post("/people/reset-mail", url.Values{"email": {"eve@example.org"}}, http.StatusUnprocessableEntity)

	c.mails(t)
	page := ann.get("/people", http.StatusOK)
	wants(t, page, "Mail a link for a new password", "Send the link by mail")
	ann.leads("/people/invite", invite, "/people?done=mailed")
	ann.leads("/people/reset-mail", url.Values{"email": {"eve@example.org"}}, "/people?done=mailed")
	page = ann.get("/people?done=mailed", http.StatusOK)
	wants(t, page, "The link is on its way by mail", "its letter is on its way")
	if strings.Contains(page, "#") && strings.Contains(page, `class="secret"`) {
		t.Error("the administrator sees the link")
	}
	invite.Set("email", "dora@example.org")
	invite.Del("mail")
	shown(t, ann.post("/people/invite", invite, http.StatusOK))
	c.later(auth.ProvedFor + time.Minute)
	ann.leads("/people/reset-mail", url.Values{"email": {"eve@example.org"}}, "/account/prove?to=%2Fpeople")
}

// inviteLink is where a brief leads whoever wants somebody else to decide it.
func inviteLink(t *testing.T, page string) string {
	t.Helper()
	m := regexp.MustCompile(`href="(/people\?[^"#]+)#invite-title"`).FindStringSubmatch(page)
	if m == nil {
		t.Fatal("the brief invites nobody")
	}
	return html.UnescapeString(m[1])
}
