package web

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/auth"
	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/ledger"
)

// fakeProvider knows one person.
type fakeProvider struct {
	id  auth.Identity
	err error
	to  string // where Finish leads, "" for where Start was told
}

func (p *fakeProvider) Start(_ context.Context, to string) (redirect, transient string, err error) {
	return "https://id.example/authorize?state=abc", "transient " + to, p.err
}

func (p *fakeProvider) StartAfresh(ctx context.Context, to string) (redirect, transient string, err error) {
	redirect, transient, err = p.Start(ctx, to)
	return redirect + "&max_age=0", transient, err
}

func (p *fakeProvider) Finish(_ context.Context, q url.Values, transient string) (auth.Identity, string, error) {
	to, ok := strings.CutPrefix(transient, "transient ")
	if !ok || q.Get("state") != "abc" {
		return auth.Identity{}, "", parley.Errorf(parley.Forbidden, "", "start again")
	}
	if p.to != "" {
		to = p.to
	}
	return p.id, to, p.err
}

// provided gives the roles that groups lead to.
func (c *company) provided(ctx context.Context, person string, roles []string) error {
	for _, role := range roles {
		_, err := c.service.SetMember(ctx, priya, negotiate.MemberRequest{Person: person, Role: ledger.MemberRole(role), Because: "by a group"})
		if refused := ledger.Refusals(nil); err != nil && !errors.As(err, &refused) { // held already
			return err
		}
	}
	return nil
}

// atProvider signs in there and comes back.
func (g *guest) atProvider(to string) *http.Response {
	g.t.Helper()
	res, _ := g.send("GET", providerPath+"?"+url.Values{"to": {to}}.Encode(), nil, http.StatusSeeOther)
	if got := res.Header.Get("Location"); got != "https://id.example/authorize?state=abc" {
		g.t.Errorf("leads to %s", got)
	}
	for _, c := range res.Cookies() {
		if !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.MaxAge != 600 {
			g.t.Errorf("the cookie is %v", c)
		}
	}
	r, err := g.client.Get(g.ts.URL + ProviderBack + "?state=abc&code=x")
	if err != nil {
		g.t.Fatal(err)
	}
	r.Body.Close()
	return r
}

// TestProvider signs in where an organisation has its accounts: with groups that
// lead to a role, and with a second factor here.
func TestProvider(t *testing.T) {
	c := newCompany(t, shopFile())
	c.join("ann@example.org", ledger.Administrator)
	wants(t, c.guest().get("/sign-in?to=/plan", http.StatusOK), "Sign in with your organisation’s account")
	c.provider.id = auth.Identity{Issuer: "https://id.example", Subject: "7", Email: "eve@example.org", EmailVerified: true, Name: "Eve", Roles: []string{"reader"}}
	eve := c.guest()
	if got := eve.atProvider("/plan").Header.Get("Location"); got != "/plan" {
		t.Errorf("leads to %s", got)
	}
	wants(t, eve.get("/t/leak", http.StatusOK), "records leak") // she is a reader
	wants(t, eve.get("/account", http.StatusOK), "Eve", "By another sign-in")
	if got := eve.atProvider("/plan").Header.Get("Location"); got != "/plan" { // again: nothing is given twice
		t.Errorf("leads to %s", got)
	}
	c.provider.to = "//evil.example"
	if got := c.guest().atProvider("/plan").Header.Get("Location"); got != "/" { // S7
		t.Errorf("leads to %s", got)
	}
	c.provider.to = ""

	// S2: her second factor is asked for, too.
	eve.leads("/account/second-factor", nil, "/account/prove?to=%2Faccount") // the provider did not say that it asked her
	c.provider.id.Proved = c.clock()
	eve.atProvider("/account")
	page := eve.post("/account/second-factor", nil, http.StatusOK)
	secret := enrolling(t, page)
	eve.post("/account/second-factor/confirm", url.Values{"code": {oneTime(t, secret, c.clock())}}, http.StatusOK)
	c.later(time.Minute)
	c.provider.id.Roles = []string{"reader", "decider"}
	again := c.guest()
	res := again.atProvider("/plan")
	if res.StatusCode != http.StatusOK || again.cookieValue() != "" {
		t.Fatalf("%d: she is in without a code", res.StatusCode)
	}
	again.send("GET", providerPath, nil, http.StatusSeeOther)
	half := again.get(ProviderBack+"?state=abc", http.StatusOK)
	wants(t, half, "And the code of your second factor")
	form := url.Values{"step": {hidden(t, half, "step")}, "to": {"/plan"}, "code": {"000000"}}
	again.post(signInPath, form, http.StatusUnprocessableEntity)
	form.Set("code", oneTime(t, secret, c.clock()))
	again.leads(signInPath, form, "/plan") // she decides now
	wants(t, again.get("/t/leak", http.StatusOK), "What do you decide?")
}

// TestS4ProviderAnswersToNobodyElse: an answer without the cookie of this browser,
// with another state, or for somebody unknown, signs in nobody.
func TestS4ProviderAnswersToNobodyElse(t *testing.T) {
	c := newCompany(t, shopFile())
	c.join("ann@example.org", ledger.Administrator)
	c.provider.id = auth.Identity{Issuer: "https://id.example", Subject: "7", Email: "ann@example.org", EmailVerified: false}
	c.guest().get(ProviderBack+"?state=abc", http.StatusUnprocessableEntity)
	g := c.guest()
	g.send("GET", providerPath, nil, http.StatusSeeOther)
	g.get(ProviderBack+"?state=other", http.StatusUnprocessableEntity)
	g.get(ProviderBack+"?state=abc", http.StatusUnprocessableEntity) // the cookie is gone with the first answer
	g.send("GET", providerPath, nil, http.StatusSeeOther)
	wants(t, g.get(ProviderBack+"?state=abc", http.StatusUnprocessableEntity), "does not confirm your e-mail address")
	c.provider.id.Email, c.provider.id.EmailVerified = "stranger@example.org", true
	g.send("GET", providerPath, nil, http.StatusSeeOther)
	wants(t, g.get(ProviderBack+"?state=abc", http.StatusUnprocessableEntity), "no account here yet")
	if g.cookieValue() != "" {
		t.Error("somebody is signed in")
	}
	c.provider.err = parley.Errorf(parley.Unavailable, "", "the provider does not answer")
	wants(t, g.get(providerPath, http.StatusServiceUnavailable), "The provider does not answer", "Password")
}
