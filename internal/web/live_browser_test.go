package web

import (
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// decideSome decides three threats of the example of rounds, each in another way.
func decideSome(t *testing.T, ts *httptest.Server) {
	t.Helper()
	for _, d := range []struct{ path, answer, because, until string }{
		{"/t/outage", answerDo, "A page that says what is going on costs four days.", ""},
		{"/t/phone", answerLive, "Twelve days for £20k; later.", "2027-01-31"},
		{"/t/bank", answerAsk, "Does support agree to call back?", ""},
	} {
		form := filled(t, get(t, ts, d.path, http.StatusOK), d.answer)
		form.Set("because", d.because)
		if d.until != "" {
			form.Set("until", d.until)
		}
		post(t, ts, d.path+"/decide", form, http.StatusSeeOther)
	}
}

// TestLivePagesInTheBrowser shows a real ledger with a few decisions in it.
func TestLivePagesInTheBrowser(t *testing.T) {
	ctx := browser(t)
	ts, _ := liveSite(t, roundsAtOnce(t))
	decideSome(t, ts)
	complained := listen(t, ctx)
	for _, width := range []int64{360, 1440} {
		for _, colours := range []string{"light", "dark"} {
			do(t, ctx, scheme(colours), chromedp.EmulateViewport(width, 900))
			for _, path := range []string{"/", "/t/copy", "/t/phone", "/plan", "/learn", "/layers", "/evidence", "/stages", "/record", "/tasks"} {
				do(t, ctx, chromedp.Navigate(ts.URL+path))
				if path == "/t/copy" {
					do(t, ctx, chromedp.Click(chromedp.CSS(".three details:nth-of-type(1) summary")))
				}
				look(t, ctx, complained, strings.Join([]string{"live", strings.ReplaceAll(strings.Trim(path, "/"), "/", "-"), colours, strconv.FormatInt(width, 10)}, "-"))
			}
		}
	}
}

// TestLayersAreBrokenInThePicture by a click, and stand again by the keyboard.
func TestLayersAreBrokenInThePicture(t *testing.T) {
	ctx := browser(t)
	ts, _ := liveSite(t, roundsAtOnce(t))
	complained := listen(t, ctx)
	do(t, ctx, chromedp.EmulateViewport(1200, 900), chromedp.Navigate(ts.URL+"/t/copy"), chromedp.Click(chromedp.CSS(`.wide a[href="/t/copy?break=waf#layers"] rect`)))
	until(t, ctx, `location.search === "?break=waf" && document.querySelector(".breach[role=status]")?.textContent.includes("Firewall")`)
	look(t, ctx, complained, "live-broken-in-the-picture")
	if !eval[bool](t, ctx, `(() => { const a = document.querySelector('.wide a[href="/t/copy#layers"]'); a.focus(); return document.activeElement === a && a.getAttribute("aria-label").startsWith("Mend") })()`) {
		t.Fatal("a layer in the picture cannot have the focus")
	}
	do(t, ctx, chromedp.KeyEvent(kb.Enter))
	until(t, ctx, `location.search === "" && document.querySelector(".breach[role=status]") === null`)
}

// TestTheRestOfWhatToFindOutFollows opens the page that says at once what the
// decisions about threats turn on: what the plan turns on takes its place by itself.
func TestTheRestOfWhatToFindOutFollows(t *testing.T) {
	ctx := browser(t)
	ts, _ := liveSite(t, roundsAtOnce(t))
	complained := listen(t, ctx)
	if at := get(t, ts, "/learn", http.StatusOK); !strings.Contains(at, `href="/learn?whole=yes"`) {
		t.Fatalf("nothing leads to the rest:\n%s", text(at))
	}
	do(t, ctx, chromedp.EmulateViewport(1024, 900), chromedp.Navigate(ts.URL+"/learn"))
	until(t, ctx, `document.getElementById("rest") === null && document.getElementById("say").textContent === document.querySelector("h1").textContent`)
	if body := eval[string](t, ctx, `document.getElementById("found").textContent`); !strings.Contains(body, "would change no choice") {
		t.Errorf("the rest is not there: %s", body)
	}
	for _, c := range complained.take() {
		t.Error(c)
	}
}
