package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"pgregory.net/rapid"

	"github.com/parleysec/parley/internal/negotiate"
)

// TestReadPins: what stands in the form, then the button; the address of a
// budget reads back as the same budget.
func TestReadPins(t *testing.T) {
	for query, want := range map[string][2]string{
		"":                             {"", ""},
		"must=a&not=b":                 {"a", "b"},
		"must=a&do=not:a":              {"", "a"},
		"must=a&not=b&do=free:a":       {"", "b"},
		"do=must:b&must=a":             {"a,b", ""},
		"do=must:a:b":                  {"a:b", ""},
		"do=a&do=&do=must:&do=maybe:c": {"", ""},
	} {
		v, err := url.ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		if b := readBudget(v); strings.Join(b.must, ",") != want[0] || strings.Join(b.not, ",") != want[1] {
			t.Errorf("%q: in %q, out %q, want %q", query, b.must, b.not, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.SliceOf(rapid.StringN(1, 8, 12))
		q := url.Values{"must": text.Draw(t, "must"), "not": text.Draw(t, "not"), "money": {"20k"}, "periods": {"2"}, "limits": {"keep"}}
		b := readBudget(q)
		u, err := url.Parse(b.url())
		if err != nil {
			t.Fatal(err)
		}
		if again := readBudget(u.Query()); !slices.Equal(again.must, b.must) || !slices.Equal(again.not, b.not) || again.money != b.money || again.periods != b.periods || again.keep != b.keep {
			t.Fatalf("%+v reads back as %+v", b, again)
		}
	})
}

// TestPinsOnThePlan puts a thing in, leaves one out, and takes both back; the
// use-case is asked for just that.
func TestPinsOnThePlan(t *testing.T) {
	ts, s := liveSite(t, quarters)
	free, err := s.Plan(t.Context(), priya, negotiate.PlanRequest{Source: negotiate.Source{Product: "q"}})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Contains(free.Chosen, "cards") {
		t.Fatalf("the plan is %v", free.Chosen)
	}
	page := get(t, ts, "/plan?do=not:cards", http.StatusOK)
	wants(t, page, "left out by you", "It holds to what you put in and left out, which costs about €", "Undo all your choices")
	for _, want := range []string{`<input type="hidden" name="not" value="cards" form="budget">`, `name="do" value="free:cards"`, `name="do" value="must:fix"`, `data-url="/plan?not=cards"`} {
		if !strings.Contains(page, want) {
			t.Errorf("the page has no %s", want)
		}
	}
	held, err := s.Plan(t.Context(), priya, negotiate.PlanRequest{Source: negotiate.Source{Product: "q"}, Budget: negotiate.Budget{Periods: negotiate.PeriodsShared, MustNot: []string{"cards"}}})
	if err != nil {
		t.Fatal(err)
	}
	if held.Value > free.Value || slices.Contains(held.Chosen, "cards") {
		t.Errorf("%v worth %v, free %v worth %v", held.Chosen, held.Value, free.Chosen, free.Value)
	}
	wants(t, get(t, ts, "/plan?must=watch", http.StatusOK), "put in by you", "costs next to nothing against the best plan")
	wants(t, get(t, ts, "/plan?not=cards&do=free:cards", http.StatusOK), "Cards")
	if strings.Contains(get(t, ts, "/plan?not=cards&do=free:cards", http.StatusOK), "left out by you") {
		t.Error("what was freed is left out still")
	}
	impossible := get(t, ts, "/plan?effort=1d&must=cards", http.StatusOK)
	wants(t, impossible, "No plan holds to all your choices within this budget", "Undo all your choices")
	get(t, ts, "/plan?must=absent", http.StatusUnprocessableEntity)
}

// TestPinsByKeyboard presses a button of the list without a pointer and without
// the page being loaded anew, and once more where no script runs.
func TestPinsByKeyboard(t *testing.T) {
	ctx := browser(t)
	ts, _ := liveSite(t, quarters)
	complained := listen(t, ctx)
	do(t, ctx, chromedp.EmulateViewport(1200, 900), chromedp.Navigate(ts.URL+"/plan"))
	eval[bool](t, ctx, `(() => { window.same = true; document.querySelector('button[value="not:cards"]').focus(); return true })()`)
	do(t, ctx, chromedp.KeyEvent(kb.Enter))
	until(t, ctx, `document.querySelector('button[value="free:cards"]') !== null && document.activeElement.value === "free:cards"`)
	if !eval[bool](t, ctx, `window.same === true && location.search.includes("not=cards") && !location.search.includes("do=")`) {
		t.Errorf("the address is %s", eval[string](t, ctx, `location.href`))
	}
	do(t, ctx, chromedp.KeyEvent(kb.Enter))
	until(t, ctx, `document.querySelector('button[value="not:cards"]') !== null && !location.search.includes("not=")`)
	for _, c := range complained.take() {
		t.Error(c)
	}
	do(t, ctx, scripts(false), chromedp.EmulateViewport(360, 800), chromedp.Navigate(ts.URL+"/plan"), chromedp.Click(chromedp.CSS(`button[value="not:cards"]`)))
	until(t, ctx, `location.search.includes("do=not%3Acards") && document.querySelector('[name="not"][value="cards"]') !== null`)
}
