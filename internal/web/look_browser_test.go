package web

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// laterDesk has the rest of what to find out only once somebody asks how well they
// estimate.
type laterDesk struct{ slowDesk }

func (d laterDesk) learn(ctx context.Context, product string, whole bool) (*LearnView, error) {
	if !whole {
		return d.sampleDesk.learn(ctx, product, whole)
	}
	return d.slowDesk.learn(ctx, product, whole)
}

// TestTheRestKeepsTheFocusInItsRow: several estimates lead to one page; whoever was
// at one of them still is when the rest has come.
func TestTheRestKeepsTheFocusInItsRow(t *testing.T) {
	ctx := browser(t)
	ts := site(t, laterDesk{slowDesk{&sampleDesk{say: plainly}, &sync.Once{}, make(chan struct{})}})
	do(t, ctx, chromedp.EmulateViewport(1024, 900), chromedp.Navigate(ts.URL+"/learn"))
	eval[bool](t, ctx, `(() => {
		const found = document.getElementById("found");
		window.before = found;
		for (const d of found.querySelectorAll("details")) d.open = true;
		[...found.querySelectorAll('a[href="/plan"]')].at(-1).focus();
		fetch("/calibration");
		return document.activeElement.closest("tr") !== null;
	})()`)
	until(t, ctx, `!window.before.isConnected`)
	if row := eval[string](t, ctx, `document.activeElement.closest("tr")?.querySelector("th").textContent ?? "none"`); row != "How much work it takes: Family portal" {
		t.Errorf("the focus is in the row of %q", row)
	}
}

// wordsInTwo are the words of the page that is open that stand in two lines, and
// how far it scrolls sideways if it does. Texts in pictures are laid out by them.
const wordsInTwo = `(() => {
	const out = new Set();
	if (document.documentElement.scrollWidth > innerWidth) out.add("scrolls sideways by " + (document.documentElement.scrollWidth - innerWidth) + " px");
	const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
	for (let n = walker.nextNode(); n; n = walker.nextNode()) {
		if (!n.parentElement.checkVisibility() || n.parentElement.closest("svg, .mono, .hidden, .list thead, script")) continue;
		for (const m of n.data.matchAll(/\p{L}{3,24}/gu)) {
			const r = document.createRange();
			r.setStart(n, m.index);
			r.setEnd(n, m.index + m[0].length);
			if (new Set([...r.getClientRects()].map((c) => Math.round(c.top))).size > 1) out.add(m[0]);
		}
	}
	return [...out];
})()`

// TestWordsStayWhole: no column of a table is narrower than a word, at any width of
// a phone, a tablet or a desk; and the menu is one line from a tablet on.
func TestWordsStayWhole(t *testing.T) {
	ctx := browser(t)
	ts, _ := liveSite(t, roundsAtOnce(t))
	decideSome(t, ts)
	for _, path := range []string{"/", "/t/copy", "/plan", "/learn", "/layers", "/evidence", "/stages", "/record", "/lived", "/tasks", "/limits", "/rules", "/organisation", "/why"} {
		do(t, ctx, chromedp.EmulateViewport(360, 900), chromedp.Navigate(ts.URL+path))
		for _, width := range []int64{360, 641, 768, 900, 901, 1024, 1100, 1180, 1440} {
			do(t, ctx, chromedp.EmulateViewport(width, 900))
			if broken := eval[[]string](t, ctx, wordsInTwo); len(broken) > 0 {
				t.Errorf("%s at %d px: %q", path, width, broken)
			}
			if lines := eval[int](t, ctx, `new Set([...document.querySelectorAll(".bar .main a")].map((a) => Math.round(a.getBoundingClientRect().top))).size`); width >= 768 && lines != 1 {
				t.Errorf("%s at %d px: the menu has %d lines", path, width, lines)
			}
		}
	}
}

// movedOf leaves in window.moved what moved by itself on the page that is open, as
// browsers measure it, once the entries so far have come: "" for nothing.
const movedOf = `(() => {
	window.moved = undefined;
	const name = (s) => s.node ? (s.node.tagName ?? s.node.data) + "." + (s.node.className ?? "") + " " + s.previousRect.y + " to " + s.currentRect.y : "gone";
	new PerformanceObserver((list) => {
		const sum = list.getEntries().reduce((sum, e) => sum + e.value, 0);
		window.moved = sum > 0.0001 ? sum.toFixed(4) + ": " + list.getEntries().flatMap((e) => e.sources.map(name)).join(", ") : "";
	}).observe({ type: "layout-shift", buffered: true });
	requestAnimationFrame(() => requestAnimationFrame(() => { window.moved ??= "" }));
	return true;
})()`

// TestNothingMovesByItself: what scripts add has its place before they run, on every
// page and all the way down.
func TestNothingMovesByItself(t *testing.T) {
	ctx := browser(t)
	ts := site(t, &sampleDesk{say: plainly})
	moved := func() string {
		t.Helper()
		eval[bool](t, ctx, movedOf)
		until(t, ctx, `window.moved !== undefined`)
		return eval[string](t, ctx, `window.moved`)
	}
	for _, width := range []int64{360, 1440} {
		do(t, ctx, chromedp.EmulateViewport(width, 8000))
		for name, path := range sitePages {
			do(t, ctx, chromedp.Navigate(ts.URL+path))
			if by := moved(); by != "" {
				t.Errorf("%s at %d px moves by %s", name, width, by)
			}
		}
	}
	// A move would have been seen: one that comes before the page is painted is none.
	for end := time.Now().Add(stepTime); moved() == ""; {
		if time.Now().After(end) {
			t.Fatal("what moved was not seen")
		}
		eval[bool](t, ctx, `(() => { const p = document.createElement("p"); p.textContent = "Something comes late."; document.querySelector("main").prepend(p); return true })()`)
	}
}

// TestKeysOnEveryPage: the list of keys opens on every page, and what is typed into a
// field is nothing but text.
func TestKeysOnEveryPage(t *testing.T) {
	ctx := browser(t)
	ts := site(t, &sampleDesk{say: plainly})
	do(t, ctx, chromedp.EmulateViewport(1024, 900))
	tried := 0
	for name, path := range sitePages {
		do(t, ctx, chromedp.Navigate(ts.URL+path))
		const open = `document.getElementById("keys").open`
		for end := time.Now().Add(stepTime); !eval[bool](t, ctx, open); { // a key that comes before the page is ready is lost
			if time.Now().After(end) {
				t.Fatalf("%s: the list of keys does not open; the focus is at %s", name, eval[string](t, ctx, `document.activeElement.outerHTML.slice(0, 120)`))
			}
			eval[bool](t, ctx, `(() => { document.activeElement?.blur(); return true })()`)
			do(t, ctx, chromedp.KeyEvent("?"))
		}
		n := eval[int](t, ctx, `(() => {
			document.getElementById("keys").close();
			for (const d of document.querySelectorAll("details")) { d.removeAttribute("name"); d.open = true }
			window.fields = [...document.querySelectorAll("main input:not([type=hidden]), main textarea, main select")].filter((f) => f.checkVisibility());
			return window.fields.length;
		})()`)
		for i := range n {
			if !eval[bool](t, ctx, fmt.Sprintf(`(() => { window.fields[%d].focus(); return document.activeElement === window.fields[%d] })()`, i, i)) {
				continue // the plan followed what was typed, and its list is another
			}
			tried++
			do(t, ctx, chromedp.KeyEvent("jgh?"))
			if !eval[bool](t, ctx, fmt.Sprintf(`location.pathname === %q && !document.getElementById("keys").open`, path)) {
				t.Fatalf("%s: a key fires in %s", name, eval[string](t, ctx, `document.activeElement.outerHTML.slice(0, 120)`))
			}
		}
	}
	if tried < 50 {
		t.Errorf("only %d fields were tried", tried)
	}
}
