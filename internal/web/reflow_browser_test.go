package web

import (
	"context"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// spaced lays a page out with the spaces of WCAG 2.2, 1.4.12, and says how many
// pixels of it stand beyond the right edge.
const spaced = `(() => {
	const spaces = new CSSStyleSheet();
	spaces.replaceSync("* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important } p { margin-bottom: 2em !important }");
	document.adoptedStyleSheets = [spaces];
	const over = document.documentElement.scrollWidth - document.documentElement.clientWidth;
	document.adoptedStyleSheets = [];
	return over;
})()`

// TestSpacedTextFits: at 320 px, which is 1280 px at 400 %, no page is wider than the
// screen, nor with wider spaces between lines, words and letters.
func TestSpacedTextFits(t *testing.T) {
	ctx := browser(t)
	ts := site(t, &sampleDesk{say: plainly})
	do(t, ctx, chromedp.EmulateViewport(320, 740))
	for page, path := range sitePages {
		do(t, ctx, chromedp.Navigate(ts.URL+path))
		if over := eval[int](t, ctx, `document.documentElement.scrollWidth - document.documentElement.clientWidth`); over > 0 {
			t.Errorf("%s is %d pixels wider than the screen", page, over)
		}
		if over := eval[int](t, ctx, spaced); over > 0 {
			t.Errorf("%s with wider spaces is %d pixels wider than the screen", page, over)
		}
	}
	watch, service := liveSite(t, watched)
	report(t, service, "fail", "2026-12-28T08:00:00Z")
	report(t, service, "pass", "2027-01-08T08:00:00Z")
	report(t, service, "fail", "2027-01-08T10:00:00Z")
	do(t, ctx, chromedp.Navigate(watch.URL+"/evidence"))
	if over := eval[int](t, ctx, spaced); over > 0 {
		t.Errorf("how a layer stands, with wider spaces, is %d pixels wider than the screen", over)
	}
	do(t, ctx, chromedp.Navigate(ts.URL+"/"))
	eval[bool](t, ctx, `(() => { document.querySelector("h1").style.whiteSpace = "nowrap"; return true })()`)
	if over := eval[int](t, ctx, spaced); over <= 0 {
		t.Error("a title that does not wrap is not noticed")
	}
}

// TestColoursOfTheReadersOwn: where a reader's own colours take the place of the
// page's, the page that is open is still the only one with an edge in the menu.
func TestColoursOfTheReadersOwn(t *testing.T) {
	ctx := browser(t)
	ts := site(t, &sampleDesk{say: plainly})
	do(t, ctx, chromedp.Func(func(ctx context.Context, s *chromedp.Target) error {
		_, err := cdp.Call(ctx, s, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "forced-colors", Value: "active"}},
		})
		return err
	}), chromedp.EmulateViewport(1440, 900), chromedp.Navigate(ts.URL+"/plan"))
	const edged = `[...document.querySelectorAll("nav.main a")].filter((a) => getComputedStyle(a).borderBottomColor !== getComputedStyle(document.body).backgroundColor).map((a) => a.getAttribute("aria-current") ?? a.textContent).join(" ")`
	if got := eval[string](t, ctx, edged); got != "page" {
		t.Errorf("with an edge in the menu: %q, want the page that is open", got)
	}
}
