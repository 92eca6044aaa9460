package web

import (
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/parleysec/parley/internal/auth/passkey/passkeytest"
	"github.com/parleysec/parley/ledger"
)

// under sends a form under the name of the company, as its browser would.
func (g *guest) under(path string, form url.Values) (status int, to, body string) {
	g.t.Helper()
	r, err := http.NewRequest("POST", g.named()+path, strings.NewReader(form.Encode()))
	if err != nil {
		g.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Origin", g.named())
	res, err := g.client.Do(r)
	if err != nil {
		g.t.Fatal(err)
	}
	return res.StatusCode, res.Header.Get("Location"), read(g.t, res)
}

// offered is what a page has its browser ask the device with.
func offered(t *testing.T, page string) string {
	t.Helper()
	m := regexp.MustCompile(`data-options="([^"]*)"`).FindStringSubmatch(page)
	if m == nil {
		t.Fatalf("the device is asked nothing:\n%s", text(page))
	}
	return html.UnescapeString(m[1])
}

// keyed adds a passkey to the account of a guest.
func (g *guest) keyed(d *passkeytest.Device, name string) {
	g.t.Helper()
	status, _, page := g.under("/account/passkeys", url.Values{"name": {name}, "password": {password}})
	if status != http.StatusOK {
		g.t.Fatalf("%d:\n%s", status, text(page))
	}
	answer, err := d.Create(offered(g.t, page))
	if err != nil {
		g.t.Fatal(err)
	}
	if status, to, page := g.under("/account/passkeys/made", url.Values{"answer": {answer}}); status != http.StatusSeeOther || to != "/account?done=passkey" {
		g.t.Fatalf("%d, leads to %s\n%s", status, to, text(page))
	}
}

// TestPasskeyPages adds a passkey, signs in by it and removes it, by the forms of the
// pages; the script between them is tested in the browser.
func TestPasskeyPages(t *testing.T) {
	c := newCompany(t, shopFile())
	c.join("ben@example.org", ledger.Reader)
	d := &passkeytest.Device{Origin: c.named()}
	ben := c.guest()
	if status, to, _ := ben.under(signInPath, url.Values{"email": {"ben@example.org"}, "password": {password}, "to": {"/"}}); status != http.StatusSeeOther || to != "/" {
		t.Fatal(status, to)
	}
	for _, wrong := range []url.Values{{"name": {"Laptop"}, "password": {"wrong wrong wrong"}}, {"name": {""}, "password": {password}}, {"name": {"Laptop"}, "password": {password}, "email": {"ann@example.org"}}} { // A5
		if status, _, page := ben.under("/account/passkeys", wrong); status != http.StatusUnprocessableEntity || strings.Contains(page, "data-options") {
			t.Errorf("%v: %d", wrong, status)
		}
	}
	ben.keyed(d, "My <b>laptop</b>")
	if status, _, page := ben.under("/account/passkeys/made", url.Values{"answer": {"{}"}}); status != http.StatusUnprocessableEntity || !strings.Contains(page, "made no passkey") {
		t.Errorf("%d:\n%s", status, text(page))
	}

	back := c.guest()
	_, _, page := back.under(passkeySignInPath, url.Values{"to": {"/t/leak"}})
	answer, err := d.Sign(offered(t, page))
	if err != nil {
		t.Fatal(err)
	}
	form := url.Values{"answer": {answer}, "to": {"/t/leak"}}
	if status, to, page := back.under(passkeySignInPath+"/signed", form); status != http.StatusSeeOther || to != "/t/leak" {
		t.Fatalf("%d, leads to %s\n%s", status, to, text(page))
	}
	if status, _, page := c.guest().under(passkeySignInPath+"/signed", form); status != http.StatusUnprocessableEntity || !strings.Contains(page, "sent twice") {
		t.Errorf("sent twice: %d\n%s", status, text(page))
	}
	_, _, page = c.guest().under(passkeySignInPath, url.Values{"to": {"//evil.example"}}) // S7
	if hidden(t, page, "to") != "/" {
		t.Error("another site stands on the page")
	}

	_, page = back.send("GET", "/account", nil, http.StatusSeeOther) // the cookie is of the name, and not of the address
	if strings.Contains(page, "laptop") {
		t.Error("a cookie of another name counts")
	}
	body := back.at("/account")
	wants(t, body, "My &lt;b&gt;laptop&lt;/b&gt;", "By passkey", "Add a passkey")
	remove := regexp.MustCompile(`/account/passkeys/[^/]+/remove`).FindString(body)
	if status, to, page := back.under(remove, nil); status != http.StatusSeeOther || to != "/account?done=passkey-removed" {
		t.Fatalf("%d, leads to %s\n%s", status, to, text(page))
	}
	wants(t, back.at("/account?done=passkey-removed"), "The passkey is removed", "By passkey")
	if status, _, _ := back.under(remove, nil); status != http.StatusNotFound {
		t.Errorf("removed twice: %d", status)
	}
	_, _, page = c.guest().under(passkeySignInPath, url.Values{"to": {"/"}})
	if answer, err = d.Sign(offered(t, page)); err != nil {
		t.Fatal(err)
	}
	if status, _, page := c.guest().under(passkeySignInPath+"/signed", url.Values{"answer": {answer}, "to": {"/"}}); status != http.StatusUnprocessableEntity || !strings.Contains(page, "was not accepted") {
		t.Errorf("a removed key: %d\n%s", status, text(page))
	}
}

// at is a page under the name of the company.
func (g *guest) at(path string) string {
	g.t.Helper()
	res, err := g.client.Get(g.named() + path)
	if err != nil {
		g.t.Fatal(err)
	}
	return read(g.t, res)
}

// TestPasskeysBelongToAName: under another address than the one that is configured
// there are none, and the page says which one to open.
func TestPasskeysBelongToAName(t *testing.T) {
	c := newCompany(t, shopFile())
	ben := c.join("ben@example.org", ledger.Reader)
	body := ben.get("/account", http.StatusOK)
	wants(t, body, "Passkeys are for "+c.named()+": open that address")
	if strings.Contains(body, `action="/account/passkeys"`) || strings.Contains(c.guest().get(signInPath, http.StatusOK), "by-passkey") {
		t.Error("one can be added, or asked for")
	}
	wants(t, c.guest().at(signInPath), "Sign in with a passkey")
	wants(t, ben.post("/account/passkeys", url.Values{"name": {"Laptop"}, "password": {password}}, http.StatusUnprocessableEntity), "open that address")
	wants(t, c.guest().post(passkeySignInPath, url.Values{"to": {"/"}}, http.StatusUnprocessableEntity), "open that address")
}

// read is the body of an answer, to its end.
func read(t *testing.T, res *http.Response) string {
	t.Helper()
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
