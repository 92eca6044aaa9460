package web

import (
	"context"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

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
func signedInAs(t *testing.T, ctx context.Context, g *guest, email string) {
	t.Helper()
	do(t, ctx, chromedp.Navigate(g.ts.URL+signInPath))
	fill(t, ctx, "#sign-in-email", email)
	fill(t, ctx, "#sign-in-password", password)
	do(t, ctx, chromedp.Click(chromedp.CSS("#sign-in button")))
	at(t, ctx, "/")
}

// TestEverybodyCanUseTheAccountPages opens each at both widths and in both
// schemes, with what is shown once and with what was wrong.
func TestEverybodyCanUseTheAccountPages(t *testing.T) {
	c := newCompany(t, shopFile(), productFile("bank", "The Bank", "theft"))
	g := c.join("ann.of-a-rather-long-name@example.org", ledger.Administrator, ledger.Manager)
	c.join("eve@example.org", "reader@shop")
	fresh := newCompany(t, shopFile())
	for _, form := range []url.Values{{"name": {"nightly build"}, "scope": {"evidence"}, "products": {"shop"}}, {"name": {"dashboard"}, "scope": {"read"}}} {
		g.post("/account/tokens", form, http.StatusOK)
	}
	g.post("/people/invite", url.Values{"email": {"new@example.org"}, "role": {"decider"}, "product": {"bank"}, "opens": {"/t/theft"}}, http.StatusOK)

	nobody, ann := browser(t), browser(t)
	signedInAs(t, ann, g, "ann.of-a-rather-long-name@example.org")
	complained := []*complaints{listen(t, nobody), listen(t, ann)}
	look := func(ctx context.Context, name, look string) {
		t.Helper()
		where := "account-" + name + "-" + look
		width := eval[int64](t, ctx, `innerWidth`)
		if wide := eval[int64](t, ctx, `document.documentElement.scrollWidth`); wide > width {
			t.Errorf("%s: %d px wide, scrolls sideways", where, wide)
		}
		eval[bool](t, ctx, `(() => { scrollTo(0, 0); return true })()`)
		screenshot(t, ctx, where)
		for _, w := range inaccessible(t, ctx) {
			t.Errorf("%s: %s", where, w)
		}
		for _, c := range complained {
			for _, says := range c.take() {
				t.Errorf("%s: %s", where, says)
			}
		}
	}
	send := func(ctx context.Context, js string) {
		t.Helper()
		eval[bool](t, ctx, `(() => { `+js+`; return true })()`)
		until(t, ctx, `document.readyState === "complete"`)
	}
	for _, colours := range []string{"light", "dark"} {
		for _, width := range []int64{360, 1440} {
			// One look of each width is enough to find what is wrong; all are for people.
			if os.Getenv("PARLEY_SCREENSHOTS") == "" && (colours == "light") == (width == 1440) {
				continue
			}
			size := map[int64]string{360: "360", 1440: "1440"}[width]
			for _, ctx := range []context.Context{nobody, ann} {
				do(t, ctx, scheme(colours), chromedp.EmulateViewport(width, 900))
			}
			for name, path := range map[string]string{
				"sign-in": c.ts.URL + "/sign-in", "invite": c.ts.URL + "/invite", "reset": c.ts.URL + "/reset", "over": c.ts.URL + "/setup",
				"set-up": fresh.ts.URL + "/setup", "empty": fresh.ts.URL + "/sign-in",
			} {
				do(t, nobody, chromedp.Navigate(path))
				look(nobody, name, colours+"-"+size)
			}
			do(t, nobody, chromedp.Navigate(c.ts.URL+"/reset"))
			send(nobody, `document.getElementById("reset-secret").value = "x"; document.getElementById("reset-password").value = "short"; document.getElementById("reset").submit()`)
			until(t, nobody, `document.querySelector(".problem") !== null`)
			look(nobody, "refused", colours+"-"+size)
			for name, path := range map[string]string{"account": "/account?done=token", "people": "/people", "log": "/access", "home": "/", "brief": "/t/leak"} {
				do(t, ann, chromedp.Navigate(c.ts.URL+path))
				if name == "home" {
					do(t, ann, chromedp.Click(chromedp.CSS(".who-menu summary")))
				}
				look(ann, name, colours+"-"+size)
			}
			do(t, ann, chromedp.Navigate(c.ts.URL+"/account"), chromedp.Click(chromedp.CSS("#factor button")))
			until(t, ann, `document.querySelector("svg.qr") !== null`)
			look(ann, "factor", colours+"-"+size)
			do(t, ann, chromedp.Navigate(c.ts.URL+"/people"))
			send(ann, `document.querySelector("form[action='/people/reset']").submit()`)
			until(t, ann, `document.querySelector(".secret") !== null`)
			look(ann, "shown", colours+"-"+size)
		}
	}
}
