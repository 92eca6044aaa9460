package web

import (
	"context"
	"regexp"
	"testing"

	"github.com/chromedp/cdproto/cdp"
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
