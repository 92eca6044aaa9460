package web

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/parleysec/parley/internal/outgoing"
	"github.com/parleysec/parley/ledger"
)

// TestNewWaysByKeyboard: the switch of timeframes, the page of the organisation and
// a task further down are reached and used without a mouse.
func TestNewWaysByKeyboard(t *testing.T) {
	ctx := browser(t)
	complained := listen(t, ctx)
	ts, _ := liveSite(t, "rounds.yaml")
	do(t, ctx, chromedp.Navigate(ts.URL+"/t/copy"))
	tabTo(t, ctx, onto(`.switch a[href*="over=year"]`))
	do(t, ctx, chromedp.KeyEvent(kb.Enter))
	until(t, ctx, `document.readyState === "complete" && document.querySelector("#risk").textContent.includes("within the next year")`)
	look(t, ctx, complained, "over by keyboard")

	do(t, ctx, chromedp.Navigate(ts.URL+"/record"))
	tabTo(t, ctx, onto("#person"))
	do(t, ctx, chromedp.KeyEvent("go"), chromedp.KeyEvent(kb.Enter)) // keys are none inside a field
	until(t, ctx, `document.readyState === "complete" && location.pathname === "/record" && location.search.includes("who=go")`)
	look(t, ctx, complained, "record filtered by keyboard")
	do(t, ctx, chromedp.KeyEvent("go"))
	until(t, ctx, `document.readyState === "complete" && location.pathname === "/organisation"`)
	tabTo(t, ctx, onto("#main summary"))
	do(t, ctx, chromedp.KeyEvent(kb.Enter))
	until(t, ctx, `document.activeElement.parentElement.open`)
	look(t, ctx, complained, "organisation by keyboard")

	do(t, ctx, chromedp.Navigate(ts.URL+"/tasks"))
	first := eval[string](t, ctx, `document.querySelector("tr[data-item]").id`)
	tabTo(t, ctx, onto(`.far select[name="task"]`))
	do(t, ctx, chromedp.KeyEvent(kb.ArrowDown)) // the first task
	tabTo(t, ctx, onto(`.far select[name="to"]`))
	do(t, ctx, chromedp.KeyEvent(kb.End)) // the end of the list
	tabTo(t, ctx, onto(".far button"))
	do(t, ctx, chromedp.KeyEvent(kb.Enter))
	until(t, ctx, `document.readyState === "complete" && [...document.querySelectorAll("tr[data-item]")].at(-1).id === "`+first+`"`)
	look(t, ctx, complained, "tasks by keyboard")
}

// onto is the condition that the focus is on what a selector names.
func onto(selector string) string { return fmt.Sprintf("document.activeElement.matches(%q)", selector) }

// walker goes through pages by the keyboard alone.
type walker struct {
	t   *testing.T
	ctx context.Context
}

// press goes to what a selector names and presses keys there.
func (w walker) press(selector, keys string) {
	w.t.Helper()
	tabTo(w.t, w.ctx, onto(selector))
	do(w.t, w.ctx, chromedp.KeyEvent(keys))
}

// answered waits until the focus is on the answer of a page, which says something,
// and can be seen there.
func (w walker) answered(selector, says string) {
	w.t.Helper()
	until(w.t, w.ctx, fmt.Sprintf(`document.readyState === "complete" && %s && document.activeElement.textContent.includes(%q)`, onto(selector), says))
	if !eval[bool](w.t, w.ctx, `document.activeElement.getBoundingClientRect().top < innerHeight`) {
		w.t.Errorf("the answer %q is out of sight", says)
	}
}

// TestAdministeringByKeyboard tells a program, invites and gives a role, makes a token
// and takes it all back by Tab, Space and Enter; each time the focus is at the answer.
func TestAdministeringByKeyboard(t *testing.T) {
	c := newCompany(t, shopFile())
	to := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }))
	t.Cleanup(to.Close)
	c.service.Guard = outgoing.Guard{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}
	c.join("ann@example.org", ledger.Administrator)
	c.join("ben@example.org", "reader@shop")
	ctx := browser(t)
	complained := listen(t, ctx)
	do(t, ctx, chromedp.EmulateViewport(1024, 900))
	signedInAs(t, ctx, c, "ann@example.org")
	w := walker{t, ctx}

	do(t, ctx, chromedp.Navigate(c.ts.URL+webhooksPath))
	w.press("#add-url", "ftp://x"+kb.Enter)
	w.answered("#add-problem", "https://")
	do(t, ctx, chromedp.Navigate(c.ts.URL+webhooksPath))
	w.press("#add-url", to.URL+"/hook")
	w.press("#add button", kb.Enter)
	w.answered(".shown", "whsec_")
	w.press(`form[action$="/test"] button`, kb.Enter)
	w.answered(".notice", "The test was taken.")
	w.press(`.webhook summary`, " ")
	w.press(`.webhook input[name="from"]`, "last"+kb.Enter)
	w.answered(".problem", "“last” is no place in the record")
	w.press(`form[action$="/stop"] button`, " ")
	w.answered(".notice", "")
	w.press(`form[action$="/remove"] button`, kb.Enter)
	w.answered(".notice", "")

	do(t, ctx, chromedp.Navigate(c.ts.URL+peoplePath))
	w.press("#invite-email", "new@example.org")
	w.press("#invite-role", kb.ArrowDown)
	w.press("#invite button", kb.Enter)
	w.answered(".shown", "/invite#")
	do(t, ctx, chromedp.Navigate(c.ts.URL+peoplePath))
	w.press(`form[action$="/withdraw"] button`, kb.Enter)
	w.answered(".notice", "")
	w.press("#give-person", "ben@example.org")
	w.press("#give-role", kb.ArrowDown)
	w.press("#give button", kb.Enter)
	w.answered(".notice", "")
	w.press(".people-list summary", " ")
	w.press(`.people-list details[open] button`, kb.Enter)
	until(t, ctx, `document.readyState === "complete" && document.activeElement.matches(".notice, .shown, .problem")`)

	do(t, ctx, chromedp.Navigate(c.ts.URL+accountPath))
	w.press("section[aria-labelledby=tokens] summary", " ")
	w.press("#token-name", "nightly build")
	w.press(`#token input[name="scope"]`, kb.ArrowDown)
	w.press("#token button", kb.Enter)
	w.answered(".shown", "nightly build")
	w.press(`form[action$="/revoke"] button`, " ")
	w.answered(".notice", "")

	do(t, ctx, chromedp.Navigate(c.ts.URL+accessPath))
	tabTo(t, ctx, onto("#keys-open"))
	for _, says := range complained.take() {
		t.Error(says)
	}
}

// TestRulesByKeyboard proposes limits and approves them, proposes a rule, and goes
// through what is folded on the page of the organisation.
func TestRulesByKeyboard(t *testing.T) {
	c := newCompany(t, productFile("till", "The Till", "theft"))
	c.join("carl@example.org", "contributor@till")
	c.join("mia@example.org", ledger.Manager)
	carl, mia := browser(t), browser(t)
	complained := listen(t, mia)
	for who, ctx := range map[string]context.Context{"carl@example.org": carl, "mia@example.org": mia} {
		do(t, ctx, chromedp.EmulateViewport(1024, 900))
		signedInAs(t, ctx, c, who)
	}
	w := walker{t, carl}
	do(t, carl, chromedp.Navigate(c.ts.URL+limitsPath+"?product=till"))
	w.press("#loss1", "a lot"+kb.Enter)
	w.answered("#tolerate-problem", "")
	for i, loss := range []string{"5k", "100k", "2M"} {
		w.press(fmt.Sprintf("#loss%d", i+1), loss) // Tab selects what a field holds
		w.press(fmt.Sprintf("#chance%d", i+1), kb.Home+strings.Repeat(kb.ArrowDown, 1+2*i))
	}
	w.press("#tolerate button", kb.Enter)
	w.answered(".notice", "on record")

	w = walker{t, mia}
	do(t, mia, chromedp.Navigate(c.ts.URL+limitsPath+"?product=till"))
	w.press("#because-0", "As the board said")
	w.press(`button[value="approve"]`, " ")
	w.answered(".notice", "on record")
	do(t, mia, chromedp.Navigate(c.ts.URL+organisationPath))
	w.press("#main summary", " ")
	until(t, mia, `document.activeElement.parentElement.open`)
	w.press(`#main a[href^="/rules"]`, kb.Enter)
	until(t, mia, `document.readyState === "complete" && location.pathname === "/rules"`)
	for _, says := range complained.take() {
		t.Error(says)
	}
}
