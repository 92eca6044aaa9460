package web

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// TestTimesAreOfTheReadersZone: with scripts a time is the reader's, and its title
// is what the server wrote; without, it is the server's, with its zone.
func TestTimesAreOfTheReadersZone(t *testing.T) {
	ctx := browser(t)
	ts, _ := liveSite(t, roundsAtOnce(t))
	zone := time.FixedZone("Asia/Kolkata", 5*3600+30*60)
	do(t, ctx, chromedp.Func(func(ctx context.Context, s *chromedp.Target) error {
		_, err := cdp.Call(ctx, s, emulation.SetTimezoneOverride, emulation.SetTimezoneOverrideParams{TimezoneID: "Asia/Kolkata"})
		return err
	}), chromedp.Navigate(ts.URL+"/record"))
	const first = `document.querySelector("time[datetime]")`
	until(t, ctx, first+`.title !== ""`)
	at, err := time.Parse(time.RFC3339, eval[string](t, ctx, first+`.dateTime`))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := eval[string](t, ctx, first+`.textContent`), at.In(zone); !strings.Contains(got, want.Format("04")) || !strings.Contains(got, want.Format("2006")) || !strings.Contains(got, want.Format("January")) {
		t.Errorf("%s is shown as %q", want, got)
	}
	if got := eval[string](t, ctx, first+`.title`); got != whenWords(at) {
		t.Errorf("the title is %q, want %q", got, whenWords(at))
	}
	if page := get(t, ts, "/record", 200); !strings.Contains(page, ">"+whenWords(at)+"</time>") {
		t.Errorf("without scripts the page does not say %q", whenWords(at))
	}
}
