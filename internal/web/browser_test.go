package web

import (
	"context"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	cdplog "github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// complaints collects what the browser finds wrong with pages.
type complaints struct {
	mu    sync.Mutex
	texts []string
}

func listen(t *testing.T, ctx context.Context) *complaints {
	t.Helper()
	c := &complaints{}
	err := chromedp.Listen(ctx, func(ev any) {
		c.mu.Lock()
		defer c.mu.Unlock()
		switch ev := ev.(type) {
		case *cdplog.EventEntryAdded:
			// A page that answers 409 is logged as a failed load; that is its job.
			if ev.Entry.Level == cdplog.EntryLevelError && !strings.Contains(ev.Entry.Text, "status of 4") {
				c.texts = append(c.texts, ev.Entry.Text)
			}
		case *runtime.EventExceptionThrown:
			c.texts = append(c.texts, ev.ExceptionDetails.Text)
		case *runtime.EventConsoleAPICalled:
			if ev.Type == runtime.ConsoleAPICalledTypeError || ev.Type == runtime.ConsoleAPICalledTypeWarning {
				c.texts = append(c.texts, "console."+string(ev.Type))
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func (c *complaints) take() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	out := c.texts
	c.texts = nil
	return out
}

// site serves a desk on a loopback port.
func site(t *testing.T, d desk) *httptest.Server {
	t.Helper()
	s, err := newServer(d, Options{Actor: priya})
	if err != nil {
		t.Fatal(err)
	}
	ts := httptest.NewServer(s.handler())
	t.Cleanup(func() { closeSite(ts) })
	return ts
}

func do(t *testing.T, ctx context.Context, steps ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	ctx, cancel := context.WithTimeout(ctx, stepTime)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		t.Fatal(err)
	}
}

func eval[T any](t *testing.T, ctx context.Context, js string) T {
	t.Helper()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](js))
	if err != nil {
		t.Fatalf("%s: %v", js, err)
	}
	return v
}

// until waits for a condition of the page.
func until(t *testing.T, ctx context.Context, js string) {
	t.Helper()
	var last error
	for end := time.Now().Add(stepTime); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		yes, err := chromedp.Run(ctx, chromedp.Evaluate[bool](js))
		if err == nil && yes {
			return
		}
		last = err // a page that is just being left cannot be asked: ask the next one
	}
	t.Fatalf("waited in vain for %s (%v)", js, last)
}

func scheme(name string) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, s *chromedp.Target) error {
		_, err := cdp.Call(ctx, s, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: name}},
		})
		return err
	})
}

func scripts(on bool) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, s *chromedp.Target) error {
		_, err := cdp.Call(ctx, s, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !on})
		return err
	})
}

// sitePages are the addresses with a page of their own.
var sitePages = map[string]string{
	"home": "/", "brief": "/t/copy", "plan": "/plan", "record": "/record", "then": "/decisions/ROUNDS-D2", "agreement": "/agreements/ROUNDS-A1", "lived": "/lived", "tasks": "/tasks", "learn": "/learn", "layers": "/layers", "evidence": "/evidence", "stages": "/stages", "calibration": "/calibration", "start": "/start", "limits": "/limits", "workshops": "/workshop", "workshop": "/workshop/ROUNDS-WS1", "rules": "/rules", "organisation": "/organisation", "why": "/why", "sum": "/sum", "missing": "/nowhere",
}

// TestPagesInTheBrowser opens every page at both widths and in both schemes:
// nothing to complain about, nothing that scrolls sideways, nothing that would
// keep somebody from using it.
func TestPagesInTheBrowser(t *testing.T) {
	ctx := browser(t)
	ts := site(t, &sampleDesk{say: plainly})
	complained := listen(t, ctx)
	for _, width := range []int64{360, 1440} {
		for _, colours := range []string{"light", "dark"} {
			do(t, ctx, scheme(colours), chromedp.EmulateViewport(width, 900))
			for name, path := range sitePages {
				do(t, ctx, chromedp.Navigate(ts.URL+path))
				look(t, ctx, complained, strings.Join([]string{name, colours, strconv.FormatInt(width, 10)}, "-"))
			}
		}
	}
}

// look finds what is wrong with the page that is open: it scrolls sideways, the
// browser complains, somebody could not use it. where names its picture.
func look(t *testing.T, ctx context.Context, complained *complaints, where string) {
	t.Helper()
	if width, wide := eval[int64](t, ctx, `innerWidth`), eval[int64](t, ctx, `document.documentElement.scrollWidth`); wide > width {
		t.Errorf("%s: %d px wide, scrolls sideways", where, wide)
	}
	for _, c := range complained.take() {
		t.Errorf("%s: %s", where, c)
	}
	eval[bool](t, ctx, `(() => { scrollTo(0, 0); return true })()`)
	screenshot(t, ctx, where)
	for _, w := range inaccessible(t, ctx) {
		t.Errorf("%s: %s", where, w)
	}
	// Half of the looks show all that another width or scheme can do to a page.
	if strings.HasSuffix(where, "light-1440") || strings.HasSuffix(where, "dark-360") {
		for _, v := range axe(t, ctx) {
			t.Errorf("%s: %s", where, v)
		}
	}
}

func screenshot(t *testing.T, ctx context.Context, name string) {
	t.Helper()
	dir := os.Getenv("PARLEY_SCREENSHOTS")
	if dir == "" {
		return
	}
	png, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name+".png"), png, 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestTheBrowserTestsNotice proves that a violation of the policy would be
// noticed: it makes one.
func TestTheBrowserTestsNotice(t *testing.T) {
	ctx := browser(t)
	ts := site(t, &sampleDesk{say: plainly})
	complained := listen(t, ctx)
	do(t, ctx, chromedp.Navigate(ts.URL+"/"))
	complained.take()
	eval[bool](t, ctx, `(() => { const s = document.createElement("style"); s.textContent = "p { color: red }"; document.head.append(s); return true })()`)
	eval[bool](t, ctx, `(() => { try { document.body.innerHTML = "<b>x</b>" } catch { return true } return false })()`)
	for end := time.Now().Add(stepTime); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if len(complained.take()) > 0 {
			return
		}
	}
	t.Error("a violation of the page's policy goes unnoticed")
}

// TestDecideByKeyboard walks to an answer, opens it, fills it in and sends it
// without a pointer.
func TestDecideByKeyboard(t *testing.T) {
	ctx := browser(t)
	d := &sampleDesk{say: plainly}
	ts := site(t, d)
	do(t, ctx, chromedp.EmulateViewport(1024, 900), chromedp.Navigate(ts.URL+"/t/copy"))
	tabTo(t, ctx, `document.activeElement.tagName === "SUMMARY" && document.activeElement.textContent.includes("Live with it")`)
	do(t, ctx, chromedp.KeyEvent(kb.Enter))
	until(t, ctx, `document.activeElement.parentElement.open === true`)
	tabTo(t, ctx, `document.activeElement.name === "kind"`)
	do(t, ctx, chromedp.KeyEvent(kb.ArrowDown))
	tabTo(t, ctx, `document.activeElement.name === "because"`)
	do(t, ctx, chromedp.KeyEvent(" by keyboard"))
	tabTo(t, ctx, `document.activeElement.tagName === "BUTTON"`)
	do(t, ctx, chromedp.KeyEvent(kb.Enter))
	until(t, ctx, `location.search === "?recorded=ROUNDS-D2" && document.querySelector(".notice") !== null`)
	if len(d.answers) != 1 {
		t.Fatalf("%d answers arrived", len(d.answers))
	}
	a := d.answers[0]
	if a.threat != "copy" || a.kind != "defer" || !strings.Contains(a.because, "by keyboard") || a.digest != "sha256:0123" {
		t.Errorf("arrived: %+v", a)
	}
}

// tabTo presses Tab until the focus is where it is wanted, and checks that the
// focus can be seen on the way.
func tabTo(t *testing.T, ctx context.Context, there string) {
	t.Helper()
	for range 80 {
		do(t, ctx, chromedp.KeyEvent(kb.Tab))
		if !eval[bool](t, ctx, `document.activeElement === document.body || getComputedStyle(document.activeElement).outlineStyle !== "none"`) {
			t.Fatalf("the focus cannot be seen on %s", eval[string](t, ctx, `document.activeElement.outerHTML.slice(0, 80)`))
		}
		if eval[bool](t, ctx, there) {
			return
		}
	}
	t.Fatalf("Tab never leads to %s", there)
}

// TestWithoutScripts decides and changes the budget in a browser that runs no
// scripts.
func TestWithoutScripts(t *testing.T) {
	ctx := browser(t)
	d := &sampleDesk{say: plainly}
	ts := site(t, d)
	do(t, ctx, scripts(false), chromedp.EmulateViewport(360, 800), chromedp.Navigate(ts.URL+"/t/copy"),
		chromedp.Click(chromedp.CSS(".three details:nth-of-type(1) summary")),
		chromedp.Click(chromedp.CSS(".three details:nth-of-type(1) button")))
	until(t, ctx, `location.search === "?recorded=ROUNDS-D2"`)
	if len(d.answers) != 1 || d.answers[0].kind != "mitigate" || len(d.answers[0].with) != 1 {
		t.Errorf("arrived: %+v", d.answers)
	}
	do(t, ctx, chromedp.Navigate(ts.URL+"/plan"))
	if eval[bool](t, ctx, `document.querySelector("input[type=range]").checkVisibility()`) {
		t.Error("a slider that does nothing is shown")
	}
	do(t, ctx, chromedp.Click(chromedp.CSS("#budget button")))
	until(t, ctx, `location.search.includes("effort=300d")`)
}

// TestTheBudgetFollowsTheSlider changes the plan without loading a page.
func TestTheBudgetFollowsTheSlider(t *testing.T) {
	ctx := browser(t)
	ts := site(t, &sampleDesk{say: plainly})
	complained := listen(t, ctx)
	do(t, ctx, chromedp.Navigate(ts.URL+"/plan"))
	until(t, ctx, `document.querySelector("input[type=range]").checkVisibility()`)
	eval[bool](t, ctx, `(() => { window.same = true; const r = document.querySelector("input[type=range]"); r.value = "20"; r.dispatchEvent(new Event("input", {bubbles: true})); return true })()`)
	until(t, ctx, `location.search.includes("money=%C2%A320k") && document.getElementById("say").textContent.startsWith("Seven")`)
	if !eval[bool](t, ctx, `window.same === true && document.getElementById("money").value === "£20k"`) {
		t.Error("the page was loaded anew")
	}
	eval[bool](t, ctx, `(() => { const f = document.querySelector("#result [data-cursor]"); f.focus(); f.dispatchEvent(new KeyboardEvent("keydown", {key: "End", bubbles: true})); return true })()`)
	for _, c := range complained.take() {
		t.Error(c)
	}
}

// TestReadingValues reads a picture out by arrow keys; what is read stays when the
// plan follows a budget, and so does where in the picture one is.
func TestReadingValues(t *testing.T) {
	ctx := browser(t)
	ts := site(t, &sampleDesk{say: plainly})
	do(t, ctx, chromedp.EmulateViewport(1200, 900), chromedp.Navigate(ts.URL+"/plan"))
	until(t, ctx, `document.querySelector("figure[tabindex] .c-mark") !== null`)
	eval[bool](t, ctx, `(() => { document.querySelector("figure:has(.c-mark)").focus(); return true })()`)
	do(t, ctx, chromedp.KeyEvent(kb.ArrowRight), chromedp.KeyEvent(kb.ArrowRight))
	read := func() string {
		t.Helper()
		got := eval[string](t, ctx, `document.activeElement.querySelector(".reading")?.textContent ?? document.activeElement.tagName`)
		if !strings.Contains(got, "£") || !strings.Contains(got, "Today") {
			t.Errorf("the reading is %q", got)
		}
		return got
	}
	before := read()
	eval[bool](t, ctx, `(() => { window.was = document.activeElement; const r = document.querySelector("input[type=range]"); r.value = "20"; r.dispatchEvent(new Event("input", {bubbles: true})); return true })()`)
	until(t, ctx, `!document.contains(window.was)`)
	if after := read(); after != before {
		t.Errorf("the reading is %q, and was %q of the same picture", after, before)
	}
	do(t, ctx, chromedp.KeyEvent(kb.ArrowLeft), chromedp.KeyEvent(kb.ArrowRight))
	if again := read(); again != before {
		t.Errorf("one place back and forth the reading is %q, and was %q", again, before)
	}
}

// TestKeys goes where the keys lead, unless they are switched off.
func TestKeys(t *testing.T) {
	ctx := browser(t)
	ts := site(t, &sampleDesk{say: plainly})
	do(t, ctx, chromedp.Navigate(ts.URL+"/"), chromedp.KeyEvent("j"))
	until(t, ctx, `document.activeElement.matches("[data-item]")`)
	do(t, ctx, chromedp.KeyEvent("?"))
	until(t, ctx, `document.getElementById("keys").open`)
	eval[bool](t, ctx, `(() => { document.getElementById("keys-on").click(); document.getElementById("keys").close(); document.activeElement.blur(); return true })()`)
	do(t, ctx, chromedp.KeyEvent("gr"))
	time.Sleep(200 * time.Millisecond)
	if got := eval[string](t, ctx, `location.pathname`); got != "/" {
		t.Errorf("keys are off and still lead to %s", got)
	}
	do(t, ctx, chromedp.KeyEvent("?"))
	if eval[bool](t, ctx, `document.getElementById("keys").open`) {
		t.Error("keys are off and the list of them opens")
	}
	do(t, ctx, chromedp.Click(chromedp.CSS("#keys-open")))
	until(t, ctx, `document.getElementById("keys").open && !document.getElementById("keys-on").checked`)
	eval[bool](t, ctx, `(() => { document.getElementById("keys").close(); document.activeElement.blur(); return true })()`)
	eval[bool](t, ctx, `(() => { document.getElementById("keys-on").click(); return true })()`)
	do(t, ctx, chromedp.KeyEvent("gr"))
	until(t, ctx, `location.pathname === "/record"`)
}

// TestC1HostileTextInTheBrowser shows pages in which every text is an attack.
func TestC1HostileTextInTheBrowser(t *testing.T) {
	ctx := browser(t)
	complained := listen(t, ctx)
	var at atomic.Int64 // the attack that is on
	ts := site(t, &sampleDesk{say: func(s string) string { return always(attacks[at.Load()])(s) }})
	for i, attack := range attacks {
		at.Store(int64(i))
		for name, path := range sitePages {
			do(t, ctx, chromedp.Navigate(ts.URL+path))
			if eval[bool](t, ctx, `"pwned" in window`) {
				t.Errorf("%s runs %q", name, attack)
			}
			for _, c := range complained.take() {
				t.Errorf("%s with %q: %s", name, attack, c)
			}
		}
	}
}

// closeSite ends a server although pages are kept up to date by it: such an answer
// lasts as long as the page is open.
func closeSite(ts *httptest.Server) {
	ts.CloseClientConnections()
	ts.Close()
}
