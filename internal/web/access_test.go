package web

import (
	"context"
	_ "embed"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// accessible looks for what would keep people from using a page.
//
//go:embed testdata/access.js
var accessible string

// inaccessible lists what is wrong with the page that is open, everything on it
// that can be opened being open.
func inaccessible(t *testing.T, ctx context.Context) []string {
	t.Helper()
	eval[bool](t, ctx, `(() => { for (const d of document.querySelectorAll("details")) { d.removeAttribute("name"); d.open = true } return true })()`)
	return eval[[]string](t, ctx, accessible)
}

// bothLooks calls f at both widths, each in another scheme.
func bothLooks(t *testing.T, ctx context.Context, f func(look string)) {
	t.Helper()
	for width, colours := range map[int64]string{360: "light", 1440: "dark"} {
		do(t, ctx, scheme(colours), chromedp.EmulateViewport(width, 900))
		f(fmt.Sprintf("%s-%d", colours, width))
	}
}

// TestEverybodyCanUseTheDialog of the keys, over a page.
func TestEverybodyCanUseTheDialog(t *testing.T) {
	ctx := browser(t)
	ts := site(t, &sampleDesk{say: plainly})
	bothLooks(t, ctx, func(look string) {
		do(t, ctx, chromedp.Navigate(ts.URL+"/"))
		eval[bool](t, ctx, `(() => { document.getElementById("keys").showModal(); return true })()`)
		for _, w := range inaccessible(t, ctx) {
			t.Errorf("%s: %s", look, w)
		}
	})
}

// TestEverybodyCanUseARefusedForm: what is wrong is said on top and beside each
// field, in a live form.
func TestEverybodyCanUseARefusedForm(t *testing.T) {
	ctx := browser(t)
	ts, _ := liveSite(t, ways)
	bothLooks(t, ctx, func(look string) {
		for _, answer := range []string{answerDo, answerLive, answerAsk} {
			do(t, ctx, chromedp.Navigate(ts.URL+"/t/leak"))
			eval[bool](t, ctx, `(() => {
				const form = document.querySelector("form:has([value=`+answer+`][name=answer])");
				form.noValidate = true;
				form.querySelector("[name=with]:checked")?.click();
				form.submit();
				return true;
			})()`)
			until(t, ctx, `document.readyState === "complete" && document.getElementById("problem") !== null`)
			if n := eval[int](t, ctx, `document.querySelectorAll("[aria-invalid]").length`); n == 0 {
				t.Errorf("%s-%s: no field is marked", answer, look)
			}
			for _, w := range inaccessible(t, ctx) {
				t.Errorf("%s-%s: %s", answer, look, w)
			}
			screenshot(t, ctx, "refused-"+answer+"-"+look)
		}
	})
}

// TestEverybodyCanUseWhatIsEmpty: a ledger with nothing in it, a product without
// threats, and one in which every text is an attack.
func TestEverybodyCanUseWhatIsEmpty(t *testing.T) {
	ctx := browser(t)
	attacked, ids := hostile()
	for name, c := range map[string]struct{ files, paths []string }{
		"no ledger":  {nil, []string{"/", "/plan", "/learn", "/tasks", "/record"}},
		"no threats": {[]string{"parley: v1\nproduct: {id: bare, name: Bare, currency: EUR}\n"}, []string{"/", "/plan", "/learn", "/layers", "/evidence", "/stages", "/calibration", "/tasks", "/record"}},
		"attacks":    {[]string{attacked}, []string{"/", "/plan", "/stages", "/layers", "/layers?break=waf", "/evidence", "/t/" + ids[0]}},
	} {
		ts, _ := liveSite(t, c.files...)
		do(t, ctx, scheme("light"), chromedp.EmulateViewport(360, 900))
		for _, path := range c.paths {
			do(t, ctx, chromedp.Navigate(ts.URL+path))
			for _, w := range inaccessible(t, ctx) {
				t.Errorf("%s, %s: %s", name, path, w)
			}
			screenshot(t, ctx, strings.ReplaceAll("empty-"+name+strings.ReplaceAll(path, "/", "-"), " ", "-"))
		}
	}
}

// TestLongTextsFit: ids, titles and sentences that are long, with and without a
// place to break them, stay on the page.
func TestLongTextsFit(t *testing.T) {
	ctx := browser(t)
	for name, long := range map[string]string{
		"one":   "a-very-long-identifier-of-" + strings.Repeat("Donaudampfschifffahrtsgesellschaft", 5),
		"words": strings.Repeat("A threat that somebody wrote down with every detail one could wish for. ", 6),
	} {
		ts := site(t, &sampleDesk{say: always(long)}) // of its own: pages ask on while the next is opened
		for _, width := range []int64{360, 1440} {
			do(t, ctx, chromedp.EmulateViewport(width, 900))
			for page, path := range sitePages {
				do(t, ctx, chromedp.Navigate(ts.URL+path))
				for _, w := range inaccessible(t, ctx) {
					t.Errorf("%s-%s-%d: %s", page, name, width, w)
				}
			}
		}
	}
}

// TestIdsAreNotBrokenInTheMiddle: an id that has room on a line of its own stays
// in one piece at 360 px.
func TestIdsAreNotBrokenInTheMiddle(t *testing.T) {
	ctx := browser(t)
	ts, _ := liveSite(t, strings.NewReplacer("id: leak", "id: leak-of-the-records", "threat: leak", "threat: leak-of-the-records").Replace(ways))
	form := filled(t, get(t, ts, "/t/leak-of-the-records", http.StatusOK), "do")
	form.Set("because", "Two days.")
	post(t, ts, "/t/leak-of-the-records/decide", form, http.StatusSeeOther)
	do(t, ctx, chromedp.EmulateViewport(360, 900))
	for _, path := range []string{"/", "/t/leak-of-the-records", "/tasks", "/record"} {
		do(t, ctx, chromedp.Navigate(ts.URL+path))
		broken := eval[[]string](t, ctx, `[...document.querySelectorAll("main .id")].filter((e) => e.checkVisibility() && [...e.getClientRects()].length > 1 || e.getBoundingClientRect().height > 1.9 * parseFloat(getComputedStyle(e).lineHeight)).map((e) => e.textContent)`)
		if n := eval[int](t, ctx, `document.querySelectorAll("main .id").length`); n == 0 && path != "/record" {
			t.Errorf("%s shows no id", path)
		}
		if len(broken) > 0 {
			t.Errorf("%s breaks %q", path, broken)
		}
	}
}

// TestTheAccessChecksNotice proves that each check can fail: a page with one of
// each mistake.
func TestTheAccessChecksNotice(t *testing.T) {
	ctx := browser(t)
	page := `<!doctype html><html><title></title><body><style>.faint { color: #999 } .low { border: 1px solid #ddd } .small { width: 10px; height: 10px; padding: 0 }
		.cut { width: 40px; height: 10px; overflow: hidden } .far { margin-left: 2000px; width: 100px }</style>
		<div id="a">outside</div><main><h1 id="a">One</h1><h3>Three</h3><a href="/"></a><input type="text"><svg><text>x</text></svg><img src="data:,">
		<p class="faint">faint</p><input class="low" aria-label="x"><button class="small">x</button><table><tr><th>no scope</th></tr><tbody><tr><td>1</td></tr></tbody></table>
		<p aria-describedby="gone">x</p><ul><p>no item</p></ul><input type="radio" aria-label="r"><p tabindex="3">jump</p><p class="cut">a long text that is cut off</p><p class="far">far</p>
		<a href="/" aria-label="other">read</a></main><nav></nav></body></html>`
	do(t, ctx, chromedp.EmulateViewport(800, 600), scheme("light"), chromedp.Navigate("data:text/html,"+url.PathEscape(page)))
	all := strings.Join(inaccessible(t, ctx), "\n")
	for _, want := range []string{
		"names no language", "no title", "2 elements have the id a", "aria-describedby names gone", "there is no name: <a", "there is no name: <input", "a picture has no role", "a picture has no text",
		"what is heard is not what is read", "level 3 follows one of level 1", "a list holds what is no item", "has no scope", "a row has no heading", "a choice has no question", "not told apart", "outside every part",
		"contrast 2.85, needs 4.5", "the edge has a contrast", "only 10 × 10 px", "the order of the focus", "leaves the page", "is cut off",
	} {
		if !strings.Contains(all, want) {
			t.Errorf("the checks do not notice: %s\n%s", want, all)
		}
	}
}
