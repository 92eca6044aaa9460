package web

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// TestAnotherAnswerStaysWhereItIsPressed: who has one of the three answers open and
// presses the next one on a phone sees it open where they pressed, though the other
// folds above it.
func TestAnotherAnswerStaysWhereItIsPressed(t *testing.T) {
	ctx := browser(t)
	ts := site(t, &sampleDesk{say: plainly})
	do(t, ctx, chromedp.EmulateViewport(360, 740), chromedp.Navigate(ts.URL+"/t/copy"))
	settle := func() {
		eval[bool](t, ctx, `(() => { window.drawn = false; requestAnimationFrame(() => requestAnimationFrame(() => { window.drawn = true })); return true })()`)
		until(t, ctx, `window.drawn`)
	}
	for _, key := range []bool{false, true} {
		eval[bool](t, ctx, `(() => { document.querySelectorAll("details[name=answer]")[1].open = true; return true })()`)
		settle()
		eval[bool](t, ctx, `(() => { const s = document.querySelectorAll("details[name=answer]>summary")[2]; s.scrollIntoView({ block: "center", behavior: "instant" }); s.focus({ preventScroll: true }); window.before = s.getBoundingClientRect().top; return true })()`)
		if key {
			do(t, ctx, chromedp.KeyEvent("\r"))
		} else {
			do(t, ctx, chromedp.Click(`.three > details:nth-of-type(3) > summary`))
		}
		until(t, ctx, `document.querySelectorAll("details[name=answer]")[2].open && !document.querySelectorAll("details[name=answer]")[1].open`)
		settle()
		moved := eval[float64](t, ctx, `document.querySelectorAll("details[name=answer]>summary")[2].getBoundingClientRect().top - window.before`)
		if moved < -2 || moved > 2 {
			t.Errorf("by the keyboard %v: what was pressed moved by %.0f pixels", key, moved)
		}
	}
	if page := eval[string](t, ctx, `document.querySelectorAll("details[name=answer]")[2].innerText`); !strings.Contains(page, "know") {
		t.Errorf("another answer opened: %q", page)
	}
}
