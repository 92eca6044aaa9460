package web

import (
	"context"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/parleysec/parley/internal/auth/passkey/passkeytest"
	"github.com/parleysec/parley/ledger"
)

// fill types into a field of the page that is open.
func fill(t *testing.T, ctx context.Context, selector, value string) {
	t.Helper()
	do(t, ctx, chromedp.SendKeys(chromedp.CSS(selector), value))
}

// at waits until the address has a path and query.
func at(t *testing.T, ctx context.Context, where string) {
	t.Helper()
	until(t, ctx, `document.readyState === "complete" && location.pathname + location.search === `+quoted(where))
}

func quoted(s string) string { return `"` + strings.ReplaceAll(s, `"`, `\"`) + `"` }

// TestFirstDayInTheBrowser sets a server up, invites somebody, who accepts and
// decides, and signs out, as people do it.
func TestFirstDayInTheBrowser(t *testing.T) {
	c := newCompany(t, shopFile())
	secret, err := c.accounts.SetUpLink(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	ann, ben := browser(t), browser(t)
	complained := listen(t, ben)

	do(t, ann, chromedp.Navigate(c.ts.URL+"/setup#"+secret))
	until(t, ann, `document.getElementById("set-up-secret").value.length > 40 && location.hash === ""`)
	if eval[bool](t, ann, `document.getElementById("set-up-secret").checkVisibility()`) {
		t.Error("the secret is asked for though the link has it")
	}
	fill(t, ann, "#set-up-name", "Ann")
	fill(t, ann, "#set-up-email", "ann@example.org")
	fill(t, ann, "#set-up-password", password)
	do(t, ann, chromedp.Click(chromedp.CSS("#set-up button")))
	at(t, ann, "/")

	do(t, ann, chromedp.Navigate(c.ts.URL+"/people?opens=/t/leak"))
	fill(t, ann, "#invite-email", "ben@example.org")
	fill(t, ann, "#invite-name", "Ben")
	eval[bool](t, ann, `(() => { document.getElementById("invite-role").value = "decider"; return true })()`)
	do(t, ann, chromedp.Click(chromedp.CSS("#invite button")))
	at(t, ann, "/people/invite")
	link := eval[string](t, ann, `document.querySelector(".secret").textContent`)

	do(t, ben, chromedp.Navigate(link))
	at(t, ben, "/invite")
	until(t, ben, `document.getElementById("accept") !== null`)
	if history := eval[string](t, ben, `location.href + document.referrer`); strings.Contains(history, afterHash(t, link)) {
		t.Errorf("the secret is left in %s", history)
	}
	fill(t, ben, "#accept-password", password)
	do(t, ben, chromedp.Click(chromedp.CSS("#accept button")))
	at(t, ben, "/t/leak")

	tabTo(t, ben, `document.activeElement.tagName === "SUMMARY" && document.activeElement.textContent.includes("I need to know first")`)
	do(t, ben, chromedp.KeyEvent("\r"))
	tabTo(t, ben, `document.activeElement.name === "because"`)
	do(t, ben, chromedp.KeyEvent("Who else has such a shop?"))
	tabTo(t, ben, `document.activeElement.tagName === "BUTTON"`)
	do(t, ben, chromedp.KeyEvent("\r"))
	at(t, ben, "/t/leak?recorded=SHOP-D1")
	if says := eval[string](t, ben, `document.querySelector(".standing").textContent`); !strings.Contains(says, "ben@example.org") {
		t.Errorf("decided by %s", says)
	}

	tabTo(t, ben, `document.activeElement.matches(".who-menu summary")`)
	do(t, ben, chromedp.KeyEvent("\r"))
	tabTo(t, ben, `document.activeElement.matches(".who-menu button")`)
	do(t, ben, chromedp.KeyEvent("\r"))
	at(t, ben, signInPath)
	do(t, ben, chromedp.Navigate(c.ts.URL+"/t/leak"))
	at(t, ben, "/sign-in?to=%2Ft%2Fleak")
	for _, says := range complained.take() {
		t.Error(says)
	}
}

// signedInAs puts a session into the browser.
func signedInAs(t *testing.T, ctx context.Context, c *company, email string) {
	t.Helper()
	do(t, ctx, chromedp.Navigate(c.ts.URL+signInPath))
	fill(t, ctx, "#sign-in-email", email)
	fill(t, ctx, "#sign-in-password", password)
	do(t, ctx, chromedp.Click(chromedp.CSS("#sign-in button")))
	at(t, ctx, "/")
}

// TestALinkIsTakenWhereItsPageStands: a link that is opened in a tab that shows
// its page already fills the form, too; a way to a place on the page does not.
func TestALinkIsTakenWhereItsPageStands(t *testing.T) {
	c := newCompany(t, shopFile())
	ctx := browser(t)
	do(t, ctx, chromedp.Navigate(c.ts.URL+resetPath))
	tabTo(t, ctx, `document.activeElement.matches(".skip")`)
	do(t, ctx, chromedp.KeyEvent(kb.Enter))
	until(t, ctx, `location.hash === "#main"`)
	do(t, ctx, chromedp.Sleep(100*time.Millisecond))
	if got := eval[string](t, ctx, `document.getElementById("reset-secret").value`); got != "" {
		t.Errorf("the way past the header is taken for the secret %q", got)
	}
	eval[bool](t, ctx, `(() => { location.hash = "a-secret"; return true })()`)
	until(t, ctx, `document.getElementById("reset-secret").value === "a-secret" && location.hash === ""`)
}

// TestSignInDecideSignOutByKeyboard does all that without a pointer.
func TestSignInDecideSignOutByKeyboard(t *testing.T) {
	c := newCompany(t, shopFile())
	c.join("ben@example.org", ledger.Decider)
	ctx := browser(t)
	complained := listen(t, ctx)
	press := func(there, keys string) {
		t.Helper()
		tabTo(t, ctx, there)
		do(t, ctx, chromedp.KeyEvent(keys))
	}
	do(t, ctx, chromedp.Navigate(c.ts.URL+"/t/leak"))
	at(t, ctx, "/sign-in?to=%2Ft%2Fleak")
	press(`document.activeElement.id === "sign-in-email"`, "ben@example.org")
	press(`document.activeElement.id === "sign-in-password"`, password+kb.Enter)
	at(t, ctx, "/t/leak")
	press(`document.activeElement.matches(".three details:nth-of-type(1) summary")`, kb.Enter)
	press(`document.activeElement.name === "because"`, "It is little work.")
	press(`document.activeElement.tagName === "BUTTON"`, kb.Enter)
	at(t, ctx, "/t/leak?recorded=SHOP-D1")
	if says := eval[string](t, ctx, `document.querySelector(".standing").textContent`); !strings.Contains(says, "do it") || !strings.Contains(says, "ben@example.org") {
		t.Errorf("decided: %s", says)
	}
	press(`document.activeElement.matches(".who-menu summary")`, " ")
	press(`document.activeElement.matches(".who-menu button")`, kb.Enter)
	at(t, ctx, signInPath)
	do(t, ctx, chromedp.Navigate(c.ts.URL+"/account"))
	at(t, ctx, "/sign-in?to=%2Faccount")
	for _, says := range complained.take() {
		t.Error(says)
	}
}

// secondFactor gives somebody one.
func (g *guest) secondFactor() {
	g.t.Helper()
	secret := enrolling(g.t, g.post("/account/second-factor", nil, http.StatusOK))
	g.post("/account/second-factor/confirm", url.Values{"code": {oneTime(g.t, secret, g.clock())}}, http.StatusOK)
}

// TestEverybodyCanUseTheAccountPages opens each at both widths and in both
// schemes, with what is shown once and with what was wrong; and the pages of
// threats as those who propose, approve and only read see them.
func TestEverybodyCanUseTheAccountPages(t *testing.T) {
	c := newCompany(t, shopFile(), productFile("bank", "The Bank", "theft"))
	g := c.join("ann.of-a-rather-long-name@example.org", ledger.Administrator, ledger.Manager)
	rita := c.join("rita@example.org", "reader@shop")
	rita.secondFactor()
	c.join("nora@example.org")
	c.join("eve@example.org", "reader@shop")
	tom := c.join("tom@example.org", "contributor@shop")
	answer := filled(t, tom.get("/t/leak", http.StatusOK), "do")
	answer.Set("because", "Three days of work, and the news will not be about us.")
	tom.leads("/t/leak/decide", answer, "/t/leak?recorded=SHOP-D1")
	fresh := newCompany(t, shopFile())
	for _, form := range []url.Values{{"name": {"nightly build"}, "scope": {"evidence"}, "products": {"shop"}}, {"name": {"dashboard"}, "scope": {"read"}}} {
		g.post("/account/tokens", form, http.StatusOK)
	}
	link := shown(t, g.post("/people/invite", url.Values{"email": {"new@example.org"}, "role": {"decider"}, "product": {"bank"}, "opens": {"/t/theft"}}, http.StatusOK))

	c.delivered(strings.Split(webhookPath(t, g.post("/webhooks", url.Values{"url": {"https://hooks.example.com/parley"}}, http.StatusOK), ""), "/")[2])

	tabs := map[string]context.Context{"nobody": browser(t), "ann": browser(t), "eve": browser(t), "nora": browser(t)}
	complained := map[string]*complaints{}
	for who, email := range map[string]string{"nobody": "", "ann": "ann.of-a-rather-long-name@example.org", "eve": "eve@example.org", "nora": "nora@example.org"} {
		if email != "" {
			signedInAs(t, tabs[who], c, email)
		}
		complained[who] = listen(t, tabs[who])
	}
	// send runs a script that leads to another page, and waits for what is there.
	send := func(ctx context.Context, js, there string) {
		t.Helper()
		eval[bool](t, ctx, `(() => { `+js+`; return true })()`)
		until(t, ctx, `document.readyState === "complete" && document.querySelector(`+quoted(there)+`) !== null`)
	}
	// pages are those that a tab shows; then comes what leads there, or opens on it.
	pages := []struct {
		who, name, url string
		then           func(ctx context.Context)
	}{
		{"nobody", "sign-in", c.ts.URL + "/sign-in", nil},
		{"nobody", "invite", c.ts.URL + "/invite", nil},
		{"nobody", "accept", link, func(ctx context.Context) { until(t, ctx, `document.getElementById("accept") !== null`) }},
		{"nobody", "reset", c.ts.URL + "/reset", nil},
		{"nobody", "over", c.ts.URL + "/setup", nil},
		{"nobody", "set-up", fresh.ts.URL + "/setup", nil},
		{"nobody", "empty", fresh.ts.URL + "/sign-in", nil},
		{"nobody", "refused", c.ts.URL + "/reset", func(ctx context.Context) {
			send(ctx, `document.getElementById("reset-secret").value = "x"; document.getElementById("reset-password").value = "short"; document.getElementById("reset").submit()`, ".problem")
		}},
		{"nobody", "code", c.ts.URL + "/sign-in", func(ctx context.Context) {
			send(ctx, `document.getElementById("sign-in-email").value = "rita@example.org"; document.getElementById("sign-in-password").value = `+quoted(password)+`; document.getElementById("sign-in").submit()`, "#code-code")
		}},
		{"nobody", "turned-away", c.ts.URL + "/sign-in", func(ctx context.Context) {
			send(ctx, `const f = document.getElementById("sign-in"); f.action = "/t/leak/decide"; f.submit()`, "main a[href='/sign-in?to=%2Ft%2Fleak']")
		}},
		{"ann", "account", c.ts.URL + "/account?done=token", nil},
		{"ann", "people", c.ts.URL + "/people", nil},
		{"ann", "webhooks", c.ts.URL + "/webhooks", nil},
		{"ann", "webhook-added", c.ts.URL + "/webhooks", func(ctx context.Context) {
			send(ctx, `document.getElementById("add-url").value = "https://hooks.example.com/parley/with/a/rather/long/path"; document.getElementById("add").submit()`, ".secret")
		}},
		{"ann", "webhook-refused", c.ts.URL + "/webhooks", func(ctx context.Context) {
			send(ctx, `document.getElementById("add-url").value = "ftp://x"; document.getElementById("add").submit()`, "#add-problem")
		}},
		{"ann", "log", c.ts.URL + "/access", nil},
		{"ann", "brief", c.ts.URL + "/t/leak", nil},
		{"ann", "home", c.ts.URL + "/", func(ctx context.Context) { do(t, ctx, chromedp.Click(chromedp.CSS(".who-menu summary"))) }},
		{"ann", "rejected", c.ts.URL + "/t/leak", func(ctx context.Context) {
			send(ctx, `document.querySelector(".proposal button[value=reject]").click()`, ".proposal .problem")
		}},
		{"ann", "factor", c.ts.URL + "/account", func(ctx context.Context) { send(ctx, `document.getElementById("factor").submit()`, "svg.qr") }},
		{"ann", "shown", c.ts.URL + "/people", func(ctx context.Context) {
			send(ctx, `document.querySelector("form[action='/people/reset']").submit()`, ".secret")
		}},
		{"eve", "reader-home", c.ts.URL + "/", nil},
		{"eve", "reader-brief", c.ts.URL + "/t/leak", nil},
		{"eve", "forbidden", c.ts.URL + "/people", nil},
		{"eve", "missing", c.ts.URL + "/t/theft", nil},
		{"nora", "no-role", c.ts.URL + "/", nil},
	}
	for _, colours := range []string{"light", "dark"} {
		for _, width := range []int64{360, 1440} {
			// One look of each width is enough to find what is wrong, of those that
			// axe-core takes part in; all are for people.
			if os.Getenv("PARLEY_SCREENSHOTS") == "" && (colours == "light") != (width == 1440) {
				continue
			}
			for _, ctx := range tabs {
				do(t, ctx, scheme(colours), chromedp.EmulateViewport(width, 900))
			}
			for _, p := range pages {
				do(t, tabs[p.who], chromedp.Navigate(p.url))
				if p.then != nil {
					p.then(tabs[p.who])
				}
				look(t, tabs[p.who], complained[p.who], strings.Join([]string{"account", p.name, colours, strconv.FormatInt(width, 10)}, "-"))
			}
		}
	}
}

// TestResetListsWhatItEnded: who sets a new password by a link is shown what it ended,
// by its names, and goes on from there; a browser that was signed in is no more.
func TestResetListsWhatItEnded(t *testing.T) {
	c := newCompany(t, shopFile())
	before := c.join("ben@example.org", ledger.Decider)
	before.post("/account/tokens", url.Values{"name": {"Nightly <b>build</b>"}, "scope": {"read"}}, http.StatusOK)
	keyed := c.guest()
	keyed.under(signInPath, url.Values{"email": {"ben@example.org"}, "password": {password}, "to": {"/"}})
	keyed.keyed(&passkeytest.Device{Origin: c.named()}, "The old laptop in the office that everybody takes turns with when theirs is away")
	wants(t, before.post("/account/tokens", url.Values{"name": {"Lost"}, "scope": {"read"}, "products": {"nowhere"}}, http.StatusUnprocessableEntity), "There is no product “nowhere”")
	secret, err := c.accounts.ResetLink(t.Context(), "ann@example.org", "ben@example.org")
	if err != nil {
		t.Fatal(err)
	}
	ctx := browser(t)
	complained := listen(t, ctx)
	do(t, ctx, chromedp.Navigate(c.ts.URL+resetPath+"#"+secret))
	until(t, ctx, `document.getElementById("reset-secret").value.length > 40 && location.hash === ""`)
	fill(t, ctx, "#reset-password", password+" new")
	do(t, ctx, chromedp.Click(chromedp.CSS("#reset button")))
	until(t, ctx, `document.querySelector("h1").textContent === "Your password is set"`)
	says := eval[string](t, ctx, `document.querySelector("main").innerText`)
	for _, want := range []string{"With it ended what is listed here", "Token: Nightly <b>build</b>", "Passkey: The old laptop in the office"} {
		if !strings.Contains(says, want) {
			t.Errorf("the page does not say %q:\n%s", want, says)
		}
	}
	for _, colours := range []string{"light", "dark"} {
		for _, width := range []int64{360, 1440} {
			do(t, ctx, scheme(colours), chromedp.EmulateViewport(width, 900))
			look(t, ctx, complained, strings.Join([]string{"reset-ended", colours, strconv.FormatInt(width, 10)}, "-"))
		}
	}
	tabTo(t, ctx, `document.activeElement.matches("main a")`)
	do(t, ctx, chromedp.KeyEvent(kb.Enter))
	at(t, ctx, signInPath)
	fill(t, ctx, "#sign-in-email", "ben@example.org")
	fill(t, ctx, "#sign-in-password", password+" new")
	do(t, ctx, chromedp.Click(chromedp.CSS("#sign-in button")))
	at(t, ctx, "/")
	before.send("GET", "/", nil, http.StatusSeeOther)
	for _, says := range complained.take() {
		t.Error(says)
	}
}
