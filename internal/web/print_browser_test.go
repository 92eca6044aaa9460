package web

import (
	"context"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/negotiate"
)

// sheets is on how many A4 sheets, with the browser's own margins, the page that
// is open prints.
func sheets(t *testing.T, ctx context.Context) string {
	t.Helper()
	var pdf []byte
	do(t, ctx, chromedp.Func(func(ctx context.Context, s *chromedp.Target) error {
		r, err := cdp.Call(ctx, s, page.PrintToPDF, page.PrintToPDFParams{PaperWidth: 8.27, PaperHeight: 11.69})
		pdf = r.Data
		return err
	}))
	count := regexp.MustCompile(`/Count (\d+)`).FindSubmatch(pdf)
	if count == nil {
		t.Fatalf("no document: %.40q", pdf)
	}
	return string(count[1])
}

// onPaper shows the page that is open as it is printed, as wide as the text of an A4
// sheet is, to readers who like dark colours.
func onPaper(t *testing.T, ctx context.Context, medium string) {
	t.Helper()
	do(t, ctx, chromedp.EmulateViewport(703, 1047), chromedp.Func(func(ctx context.Context, s *chromedp.Target) error {
		_, err := cdp.Call(ctx, s, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Media: medium, Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: "dark"}},
		})
		return err
	}))
}

// overlapping are the parts of the article that is open of which one begins before
// the one above it ends, and those wider than the paper.
const overlapping = `(() => {
	const out = [], parts = [...document.querySelectorAll("article > *, article section > *")].filter((e) => e.checkVisibility() && e.getClientRects().length > 0);
	for (const e of parts) {
		const next = e.nextElementSibling && parts.find((p) => p === e.nextElementSibling);
		if (next && next.getBoundingClientRect().top < e.getBoundingClientRect().bottom - 1) out.push(e.textContent.slice(0, 40) + " / " + next.textContent.slice(0, 40));
		if (e.scrollWidth > e.clientWidth + 1 || e.getBoundingClientRect().right > innerWidth + 1) out.push("cut off: " + e.textContent.slice(0, 40));
	}
	return out;
})()`

// TestADecidedBriefPrints on one sheet, with the decision, why, and what brought it
// back: nothing lies over anything, nothing is cut off, no way to press anything is
// left, and it is dark on light.
func TestADecidedBriefPrints(t *testing.T) {
	ctx := browser(t)
	ts, s := liveSite(t, roundsAtOnce(t))
	decideSome(t, ts)
	if _, err := s.Decide(t.Context(), priya, negotiate.DecideRequest{Threats: []string{"doors"}, Kind: parley.Mitigate, With: []string{"codes-hidden"}, Because: "it is cheap"}); err != nil {
		t.Fatal(err)
	}
	dearer := strings.Replace(roundsAtOnce(t), "effort: 12d..25d", "effort: 60d..90d", 1)
	if _, err := s.Apply(t.Context(), priya, negotiate.ApplyRequest{Source: negotiate.Source{Name: "parley.yaml", Data: []byte(dearer)}}); err != nil {
		t.Fatal(err)
	}
	for path, because := range map[string]string{"/t/doors": "it is cheap", "/t/outage": "costs four days", "/t/phone": "Twelve days", "/t/bank": ""} {
		onPaper(t, ctx, "")
		do(t, ctx, chromedp.Navigate(ts.URL+path))
		if n := sheets(t, ctx); n != "1" {
			t.Errorf("%s prints on %s sheets", path, n)
		}
		onPaper(t, ctx, "print")
		if over := eval[[]string](t, ctx, overlapping); len(over) > 0 {
			t.Errorf("%s: %q", path, over)
		}
		if said := eval[string](t, ctx, `document.querySelector("article").innerText`); !strings.Contains(said, because) || strings.Contains(said, "How this adds up") {
			t.Errorf("%s: why it was decided is missing, or a link is printed:\n%s", path, said)
		}
		if c := eval[string](t, ctx, `getComputedStyle(document.body).backgroundColor + getComputedStyle(document.querySelector("h1")).color`); c != "rgb(255, 255, 255)rgb(29, 31, 36)" {
			t.Errorf("%s is printed in %s", path, c)
		}
	}
}

// TestABriefPrintsOnOnePage, each one of the examples, with what was assumed.
func TestABriefPrintsOnOnePage(t *testing.T) {
	ctx := browser(t)
	for product, text := range map[string]string{"rounds": "rounds.yaml", "shop": "shop.yaml"} {
		ts, s := liveSite(t, text)
		got, err := s.Brief(t.Context(), priya, negotiate.BriefRequest{Source: negotiate.Source{Product: product}})
		if err != nil {
			t.Fatal(err)
		}
		for _, threat := range got.Threats {
			if threat.Triage == parley.Aware {
				continue
			}
			do(t, ctx, chromedp.Navigate(ts.URL+threatURL(threat.ID)))
			if n := sheets(t, ctx); n != "1" {
				t.Errorf("%s prints on %s sheets", threat.ID, n)
			}
		}
	}
}

// TestAnAgreementPrints on one sheet, with what was agreed on, what it costs and what
// became of it.
func TestAnAgreementPrints(t *testing.T) {
	ctx := browser(t)
	ts, s := liveSite(t, roundsAtOnce(t))
	if _, err := s.Agree(t.Context(), priya, negotiate.AgreeRequest{Because: "It keeps most of it."}); err != nil {
		t.Fatal(err)
	}
	onPaper(t, ctx, "")
	do(t, ctx, chromedp.Navigate(ts.URL+"/agreements/ROUNDS-A1"))
	if w := inaccessible(t, ctx); len(w) > 0 {
		t.Errorf("%q", w)
	}
	if n := sheets(t, ctx); n != "1" {
		t.Errorf("it prints on %s sheets", n)
	}
	onPaper(t, ctx, "print")
	if over := eval[[]string](t, ctx, overlapping); len(over) > 0 {
		t.Errorf("%q", over)
	}
	said := eval[string](t, ctx, `document.querySelector("article").innerText`)
	for _, part := range []string{"It keeps most of it.", "What it costs and what it leaves", "On which grounds", "What became of it"} {
		if !strings.Contains(said, part) {
			t.Errorf("%q is not printed:\n%s", part, said)
		}
	}
}
