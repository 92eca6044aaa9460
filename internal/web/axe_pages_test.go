package web

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/parleysec/parley/internal/auth"
	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/ledger"
)

// seenElsewhere are the pages that axe-core looks at in a test that leads there: they
// have to be signed in for, or a link.
var seenElsewhere = map[string]string{
	signInPath:    "TestEverybodyCanUseTheAccountPages",
	setUpPath:     "TestEverybodyCanUseTheAccountPages",
	invitePath:    "TestEverybodyCanUseTheAccountPages",
	resetPath:     "TestEverybodyCanUseTheAccountPages",
	accountPath:   "TestEverybodyCanUseTheAccountPages",
	peoplePath:    "TestEverybodyCanUseTheAccountPages",
	webhooksPath:  "TestEverybodyCanUseTheAccountPages",
	accessPath:    "TestEverybodyCanUseTheAccountPages",
	provePath:     "TestAxeWhereSomebodyProvesAnew",
	joinPath:      "TestGuestsInTheBrowser",
	guestRoomPath: "TestGuestsInTheBrowser",
}

// noPages are the addresses that answer with something else than a page: files,
// parts of a room, what is recorded meanwhile, the way to a provider and back.
var noPages = []string{".csv", ".md", ".jsonl", "/static/{name}", "/now", "/events", newsPath, providerPath, ProviderBack}

// TestEveryPageIsLookedAt: each address that shows a page is one of those that
// axe-core looks at.
func TestEveryPageIsLookedAt(t *testing.T) {
	c := newCompany(t, shopFile())
	looked := http.NewServeMux()
	for _, path := range sitePages {
		if path != "/" && path != "/nowhere" {
			looked.HandleFunc("GET "+path, http.NotFound)
		}
	}
	for path := range seenElsewhere {
		looked.HandleFunc("GET "+path, http.NotFound)
	}
	o := Options{Accounts: c.accounts, Provider: &c.provider, Example: func(context.Context) (Service, func() error, error) { return nil, nil, nil }}
	example := strings.NewReplacer("/t/{id}", "/t/copy", "/decisions/{id}", "/decisions/ROUNDS-D2", "/agreements/{id}", "/agreements/ROUNDS-A1", "/workshop/{id}", "/workshop/ROUNDS-WS1")
	pages := 0
	for _, r := range o.routes() {
		if r.method != http.MethodGet || r.pattern == "/{$}" || hasOneOf(r.pattern, noPages) {
			continue
		}
		pages++
		if _, at := looked.Handler(httptest.NewRequest(http.MethodGet, example.Replace(r.pattern), nil)); at == "" {
			t.Errorf("no test looks at %s with axe-core: add it to sitePages, or lead there and say so in seenElsewhere", r.pattern)
		}
	}
	if pages < len(sitePages)-2 {
		t.Errorf("only %d addresses show a page", pages)
	}
}

func hasOneOf(path string, ends []string) bool {
	for _, end := range ends {
		if strings.HasSuffix(path, end) {
			return true
		}
	}
	return false
}

// lookTwice looks at the page that is open in the two looks that axe-core takes part
// in. Both are of one answer: it is not asked for again.
func lookTwice(t *testing.T, ctx context.Context, complained *complaints, name string) {
	t.Helper()
	for _, l := range []struct {
		colours string
		width   int64
	}{{"light", 1440}, {"dark", 360}} {
		do(t, ctx, scheme(l.colours), chromedp.EmulateViewport(l.width, 900))
		look(t, ctx, complained, name+"-"+l.colours+"-"+strconv.FormatInt(l.width, 10))
	}
}

// pressed presses a button of the page that is open and waits for what comes of it.
func pressed(t *testing.T, ctx context.Context, button, there string) {
	t.Helper()
	eval[bool](t, ctx, `(() => { window.before = true; document.querySelector(`+quoted(button)+`).click(); return true })()`)
	until(t, ctx, `window.before === undefined && document.readyState === "complete" && document.querySelector(`+quoted(there)+`) !== null`)
}

// TestAxeWhereSomebodyProvesAnew looks at the page that asks who somebody is once
// more, what it says to a wrong password, and the account of who has to.
func TestAxeWhereSomebodyProvesAnew(t *testing.T) {
	c := newCompany(t, shopFile())
	c.join("ann@example.org", ledger.Administrator)
	ctx := browser(t)
	complained := listen(t, ctx)
	signedInAs(t, ctx, c, "ann@example.org")
	c.later(auth.ProvedFor)
	do(t, ctx, chromedp.Navigate(c.ts.URL+accountPath))
	lookTwice(t, ctx, complained, "prove-account")
	do(t, ctx, chromedp.Navigate(c.ts.URL+proveURL(accountPath)))
	lookTwice(t, ctx, complained, "prove")
	fill(t, ctx, "#prove-password", "another one altogether")
	pressed(t, ctx, "#prove button", "#prove-problem")
	lookTwice(t, ctx, complained, "prove-refused")
}

// TestAxeWithACheckpoint looks at what the record answers to a checkpoint that was
// kept elsewhere: one that fits, and one that is none.
func TestAxeWithACheckpoint(t *testing.T) {
	ctx := browser(t)
	ts, s := liveSite(t, shopFile())
	complained := listen(t, ctx)
	checkpoint, err := s.Checkpoint(t.Context(), priya)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ typed, there string }{
		"fits": {string(checkpoint), ".notice"}, "none": {"a checkpoint", "#checkpoint-problem"},
	} {
		do(t, ctx, chromedp.Navigate(ts.URL+"/record"))
		eval[bool](t, ctx, `(() => { document.querySelector("textarea[name=checkpoint]").value = `+strconv.Quote(c.typed)+`; return true })()`)
		pressed(t, ctx, `form[action="`+checkedPath+`"] button`, c.there)
		lookTwice(t, ctx, complained, "checkpoint-"+name)
	}
}

// TestAxeInTheExample looks at the pages of the guided example, whose steps stand on
// each, and at the page after it was thrown away.
func TestAxeInTheExample(t *testing.T) {
	ctx := browser(t)
	real := &negotiate.Service{Ledger: ledgerOf(t, shopFile()), Now: clock}
	t.Cleanup(func() { _ = real.Close() })
	h, err := Handler(real, Options{Actor: priya, Example: func(context.Context) (Service, func() error, error) {
		s := &negotiate.Service{Ledger: ledgerOf(t, roundsAtOnce(t)), Now: clock}
		return s, s.Close, nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	ts := httptest.NewServer(h)
	t.Cleanup(func() { closeSite(ts) })
	complained := listen(t, ctx)
	do(t, ctx, chromedp.EmulateViewport(1440, 900), chromedp.Navigate(ts.URL+startPath))
	pressed(t, ctx, `form[action="`+examplePath+`"] button`, ".guide")
	lookTwice(t, ctx, complained, "example")
	for i := range eval[int](t, ctx, `document.querySelectorAll(".guide ol a").length`) {
		pressed(t, ctx, `.guide li:nth-child(`+strconv.Itoa(i+1)+`) a`, ".guide")
		lookTwice(t, ctx, complained, "example-"+strconv.Itoa(i+1))
	}
	pressed(t, ctx, `form[action="`+examplePath+`/end"] button`, "main:not(:has(.guide))")
	lookTwice(t, ctx, complained, "example-over")
}
