package web

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"
)

// TestALongListStaysSmooth: of a table of many threats the browser lays out what is
// in sight alone, and of a list that is there only what another budget changes is
// replaced, with what is unfolded as it was. No test asserts a time: see BenchmarkPages.
func TestALongListStaysSmooth(t *testing.T) {
	ctx := browser(t)
	ts, _ := hurried(t, 250)
	complained := listen(t, ctx)
	do(t, ctx, scheme("light"), chromedp.EmulateViewport(1440, 900), chromedp.Navigate(ts.URL+"/plan"))
	until(t, ctx, `document.querySelector("#more") === null`)
	const rest = `document.querySelectorAll(".rest > .items > li")`
	eval[bool](t, ctx, `(() => { document.querySelector(".rest").open = true; requestAnimationFrame(() => requestAnimationFrame(() => { window.drawn = true })); return true })()`)
	until(t, ctx, `window.drawn === true`)
	skipped := eval[int](t, ctx, `[...`+rest+`].filter((li) => !li.firstElementChild.checkVisibility({contentVisibilityAuto: true})).length`)
	if n := eval[int](t, ctx, rest+`.length`); n < 200 || skipped < n-30 {
		t.Errorf("of %d rows only %d are not laid out while they are out of sight", n, skipped)
	}
	before := eval[int](t, ctx, `(() => {
		for (const li of `+rest+`) li.was = li.outerHTML;
		document.querySelector(".rest .items details").open = true;
		document.querySelector(".rest .items details").was = true;
		window.list = document.querySelector(".rest > .items");
		const r = document.querySelector("input[type=range][data-for=effort]");
		r.value = String(Number(r.max) / 2);
		r.dispatchEvent(new Event("input", {bubbles: true}));
		return `+rest+`.length;
	})()`)
	until(t, ctx, `location.search.includes("effort=") && !document.body.classList.contains("busy") && document.querySelector("#more") === null`)
	got := eval[[]int](t, ctx, `[window.list.isConnected ? 1 : 0,
		[...`+rest+`].filter((li) => li.was !== undefined).length,
		[...`+rest+`].filter((li) => li.was === li.outerHTML).length,
		[...`+rest+`].filter((li) => li.was !== undefined && li.was !== li.outerHTML).length,
		[...document.querySelectorAll(".rest .items details[open]")].filter((d) => d.was).length]`)
	if got[0] != 1 || got[1] < before*9/10 || got[2] == 0 || got[3] == 0 || got[4] != 1 {
		t.Errorf("the list stayed: %d; of %d rows %d stayed, %d of them as they were and %d with other words; unfolded are %d", got[0], before, got[1], got[2], got[3], got[4])
	}
	// What the page shows now is what a page that is loaded shows.
	const words = `[...document.querySelectorAll("#result .items")].map((e) => e.textContent.replace(/\s+/g, "")).join("|")`
	now := eval[string](t, ctx, words)
	do(t, ctx, chromedp.Navigate(eval[string](t, ctx, `location.href`)))
	until(t, ctx, `document.querySelector("#more") === null`)
	if loaded := eval[string](t, ctx, words); loaded != now {
		t.Errorf("the page says\n%.2000s\nand loaded anew\n%.2000s", now, loaded)
	}
	for _, c := range complained.take() {
		t.Error(c)
	}
}

// typing writes why somebody agrees on the plan of a page.
const typing = `(() => {
	document.querySelector(".agree details").open = true;
	document.querySelector(".agree textarea").value = "It keeps most.";
	return true;
})()`

// effortOf asks for the plan for so much effort.
const effortOf = `const field = document.querySelector("#effort"); field.value = %q; field.dispatchEvent(new Event("change", {bubbles: true}));`

// TestAgreeingIsOnTheBudgetThatIsShown: who moves the budget while they write why they
// agree keeps their words where the plan is the very same, and agrees to what is shown.
func TestAgreeingIsOnTheBudgetThatIsShown(t *testing.T) {
	ctx := browser(t)
	ts, _ := liveSite(t, quarters)
	do(t, ctx, scheme("light"), chromedp.EmulateViewport(1440, 900), chromedp.Navigate(ts.URL+"/plan?effort=18d&money=4k"))
	until(t, ctx, `document.querySelector("#more") === null`)
	eval[bool](t, ctx, typing)
	eval[bool](t, ctx, fmt.Sprintf(`(() => { `+effortOf+` return true })()`, "18.2d"))
	until(t, ctx, `location.search.includes("effort=18.2d") && !document.body.classList.contains("busy") && document.querySelector("#more") === null`)
	if sent := eval[string](t, ctx, `[...new FormData(document.querySelector(".agree form"))].filter(([name]) => name !== "seen" && name !== "by").map((pair) => pair.join("=")).sort().join("&")`); sent != "because=It keeps most.&effort=18.2d&money=4k" {
		t.Errorf("agreeing sends %s", sent)
	}
}

// TestWhatIsTypedSurvivesAGlance: nobody can agree on what was only glanced at, and who
// comes back to the plan they wrote about finds their words.
func TestWhatIsTypedSurvivesAGlance(t *testing.T) {
	ctx := browser(t)
	ts, _ := hurried(t, 250)
	do(t, ctx, scheme("light"), chromedp.EmulateViewport(1440, 900), chromedp.Navigate(ts.URL+"/plan?effort=111d&money=%C2%A3200k"))
	until(t, ctx, `document.querySelector("#more") === null`)
	eval[bool](t, ctx, typing)
	eval[bool](t, ctx, fmt.Sprintf(`(() => {
		addEventListener("parley:changed", () => { window.without = document.querySelector(".agree") === null; `+effortOf+` }, {once: true});
		{ `+effortOf+` }
		return true;
	})()`, "111d", "222d"))
	until(t, ctx, `window.without !== undefined && location.search.includes("effort=111d") && !document.body.classList.contains("busy") && document.querySelector(".agree") !== null`)
	if without, words := eval[bool](t, ctx, `window.without`), eval[string](t, ctx, `document.querySelector(".agree textarea").value`); !without || words != "It keeps most." {
		t.Errorf("the form was away: %v; it says %q now", without, words)
	}
}
