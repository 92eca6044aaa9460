package web

import (
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// TestFiguresOpenInPlace: on each page what a figure adds up from is opened by
// keyboard where it stands, at both widths and in both schemes; without scripts the
// link leads to the same sums.
func TestFiguresOpenInPlace(t *testing.T) {
	ctx := browser(t)
	ts, _ := liveSite(t, "rounds.yaml")
	complained := listen(t, ctx)
	for _, look_ := range []struct {
		width   int64
		colours string
	}{{360, "light"}, {360, "dark"}, {1440, "light"}, {1440, "dark"}} {
		do(t, ctx, scheme(look_.colours), chromedp.EmulateViewport(look_.width, 900))
		for _, path := range []string{"/", "/t/copy", "/plan", "/limits", "/tasks", "/organisation"} {
			do(t, ctx, chromedp.Navigate(ts.URL+path))
			tabTo(t, ctx, onto("details.adds summary"))
			do(t, ctx, chromedp.KeyEvent(kb.Enter))
			until(t, ctx, `document.querySelector("details.adds[open] .sums table tfoot") !== null`)
			look(t, ctx, complained, strings.Join([]string{"adds", strings.ReplaceAll(strings.Trim(path, "/"), "/", "-"), look_.colours, strconv.FormatInt(look_.width, 10)}, "-"))
		}
		for _, path := range []string{"/sum?about=option&id=copy&option=plan", "/sum?about=plan"} {
			do(t, ctx, chromedp.Navigate(ts.URL+path))
			look(t, ctx, complained, strings.Join([]string{"sum", strconv.Itoa(len(path)), look_.colours, strconv.FormatInt(look_.width, 10)}, "-"))
		}
	}
	do(t, ctx, scripts(false), chromedp.Navigate(ts.URL+"/t/copy"), chromedp.Click(chromedp.CSS("details.adds summary")), chromedp.Click(chromedp.CSS("details.adds p a")), scripts(true))
	until(t, ctx, `location.pathname === "/sum" && document.querySelector(".sums tfoot") !== null`)
}
