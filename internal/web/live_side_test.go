package web

import (
	"html"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"pgregory.net/rapid"

	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/plan/model"
)

// TestBothEndsStandBesideThePlan with what they cost and break, what the plan is
// made of, what moves for it, and the way to where it stops paying.
func TestBothEndsStandBesideThePlan(t *testing.T) {
	ts, _ := liveSite(t, roundsAtOnce(t))
	page := get(t, ts, "/plan?whole=yes", http.StatusOK)
	wants(t, page, "Features only", "Security only", "Duties, people and promises", "are broken", "What buys what", "The whole plan",
		"What security moves on the roadmap", "Without any security work the features would bring about £", "Swap one thing for another",
		"just as good", "would have to bring more than £", "Stops paying at about £", "No better plan exists")
	if !strings.Contains(page, "data-frontier=") || !strings.Contains(page, `data-day="600"`) || !strings.Contains(page, "stops paying here</text>") {
		t.Error("a slider has nothing to say at once, or the frontier does not say where it stops paying")
	}
	swapped := get(t, ts, "/plan?do=must:gift-visits&do=not:offline-mode", http.StatusOK)
	wants(t, swapped, "put in by you", "left out by you")
	if took := hrefs(page, "Show “Just as good, 1”"); len(took) != 1 || !strings.Contains(took[0], "must=") || !strings.Contains(took[0], "not=") {
		t.Errorf("another plan is shown at %q", took)
	}
}

// TestThePlanComesFirst and what takes longer when it is asked for; then it is
// there at once for everybody.
func TestThePlanComesFirst(t *testing.T) {
	ts, _ := liveSite(t, quarters)
	heading := func(page string) string {
		_, rest, _ := strings.Cut(page, "<h1>")
		h, _, _ := strings.Cut(rest, "</h1>")
		return h
	}
	const path = "/plan?money=3k&effort=12d"
	first := get(t, ts, path, http.StatusOK)
	wants(t, first, "of €3k", "The plan beside how things are", "What buys what", "Why it is this plan", "No better plan exists")
	for _, slow := range []string{"just as good", "Features only", "Stops paying"} {
		if strings.Contains(text(first), slow) {
			t.Errorf("%q stands there at once", slow)
		}
	}
	links := hrefs(first, "Why it is this plan, which others are about as good, and where it stops paying")
	if len(links) != 1 {
		t.Fatalf("links to the rest: %q", links)
	}
	whole := get(t, ts, html.UnescapeString(links[0]), http.StatusOK)
	wants(t, whole, "Features only", "Stops paying at about €")
	if heading(whole) != heading(first) || heading(first) == "" || strings.Contains(whole, `id="more"`) {
		t.Errorf("%q became %q", heading(first), heading(whole))
	}
	if again := get(t, ts, path, http.StatusOK); again != whole {
		t.Error("what is known is not shown")
	}
}

// hrefs are the addresses of the links with a text.
func hrefs(page, says string) []string {
	var out []string
	for _, part := range strings.Split(page, `<a href="`)[1:] {
		address, rest, _ := strings.Cut(part, `"`)
		if _, text, _ := strings.Cut(rest, ">"); strings.HasPrefix(text, says+"</a>") {
			out = append(out, address)
		}
	}
	return out
}

// TestContenders: the ends stand outside, the best before its peers; an end that
// is the plan itself is not told twice.
func TestContenders(t *testing.T) {
	end := func(ids ...string) *model.End {
		return &model.End{Chosen: ids, Floors: []model.Floor{{Met: false}, {Met: true}}}
	}
	r := &negotiate.PlanResult{
		Chosen: []string{"a", "f"}, Peers: []negotiate.Peer{{Differs: "x"}, {Differs: "y"}, {Differs: "z"}},
		Ends: &negotiate.PlanEnds{Features: end("f"), Security: end("a")},
	}
	var names []string
	for _, c := range contenders(r) {
		names = append(names, c.name)
	}
	if want := []string{"Features only", "Best by value", "Just as good, 1", "Just as good, 2", "Security only"}; !slices.Equal(names, want) {
		t.Errorf("%q, want %q", names, want)
	}
	r.Ends.Security, r.Peers = end("a", "f"), nil
	if got := contenders(r); len(got) != 2 || keptWords(got[0].floors) != "one is broken" || keptWords(nil) != "kept" {
		t.Errorf("%+v", got)
	}
	r.Ends = nil
	if got := contenders(r); len(got) != 1 || !got[0].best {
		t.Errorf("%+v", got)
	}
}

// TestMostFor: what is said at once is never below what some plan is worth: not
// past where spending stops paying, nor between the corners of the hull.
func TestMostFor(t *testing.T) {
	points := []model.FrontierPoint{{Outlay: 10, Value: 50}, {Outlay: 20, Value: 80}, {Outlay: 40, Value: 70}}
	for _, c := range []struct {
		f    negotiate.FrontierResult
		want []float64
	}{
		{negotiate.FrontierResult{Points: points, PersonDay: 1, Proved: true, Complete: true}, []float64{50, 80, 80}},
		{negotiate.FrontierResult{Points: points, PersonDay: 1, Proved: true}, []float64{80, 80, 80}},
		{negotiate.FrontierResult{Points: points, PersonDay: 1}, nil},
		{negotiate.FrontierResult{Points: points, Proved: true, Complete: true}, nil},
	} {
		var got []float64
		for _, p := range mostFor(&c.f) {
			got = append(got, p.Value)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%+v: %v, want %v", c.f, got, c.want)
		}
	}
	if points[2].Value != 70 {
		t.Error("the frontier itself changed")
	}
}

// TestSwapped keeps what was chosen by hand apart: nothing is put in and left
// out at once.
func TestSwapped(t *testing.T) {
	ids := rapid.SliceOf(rapid.SampledFrom([]string{"a", "b", "c", "d"}))
	rapid.Check(t, func(t *rapid.T) {
		in := ids.Draw(t, "in")
		out := slices.DeleteFunc(ids.Draw(t, "out"), func(id string) bool { return slices.Contains(in, id) })
		was := budget{must: []string{"a", "b"}, not: []string{"c"}, money: "1"}
		got := was.swapped(in, out)
		for _, id := range in {
			if !slices.Contains(got.must, id) || slices.Contains(got.not, id) {
				t.Fatalf("%s is not in: %+v", id, got)
			}
		}
		for _, id := range out {
			if slices.Contains(got.must, id) || !slices.Contains(got.not, id) {
				t.Fatalf("%s is not out: %+v", id, got)
			}
		}
		if got.money != "1" || !slices.Equal(was.must, []string{"a", "b"}) || !slices.Equal(was.not, []string{"c"}) {
			t.Fatalf("the budget before changed: %+v", was)
		}
	})
}

// TestTheSliderSaysAtOnce what can be had at most, before the plan is there, and
// a swap is made without the page being loaded anew.
func TestTheSliderSaysAtOnce(t *testing.T) {
	ctx := browser(t)
	ts, _ := liveSite(t, quarters)
	complained := listen(t, ctx)
	do(t, ctx, chromedp.EmulateViewport(1200, 900), chromedp.Navigate(ts.URL+"/plan"))
	until(t, ctx, `document.querySelector("input[type=range]").checkVisibility() && document.querySelector("#result").dataset.frontier !== undefined`)
	said := eval[string](t, ctx, `(() => { window.same = true; const r = document.querySelector('input[data-for="effort"]'); r.value = r.max; r.dispatchEvent(new Event("input", {bubbles: true})); const line = document.getElementById("at-most"); return line.hidden ? "" : line.textContent })()`)
	if !strings.HasPrefix(said, "With this much, at most about €") {
		t.Errorf("it says %q", said)
	}
	until(t, ctx, `document.getElementById("at-most").hidden && location.search.includes("effort=")`)
	// What is typed moves the slider, so that the other one counts it.
	eval[bool](t, ctx, `(() => { const f = document.getElementById("effort"); f.value = "7d"; f.dispatchEvent(new Event("change", {bubbles: true})); return true })()`)
	until(t, ctx, `document.querySelector('input[data-for="effort"]').value === "7"`)
	// Fewer periods are asked for like more money, and the plan follows.
	eval[bool](t, ctx, `(() => { const r = document.querySelector('input[data-for="periods"]'); r.value = "1"; r.dispatchEvent(new Event("input", {bubbles: true})); return true })()`)
	until(t, ctx, `location.search.includes("periods=1") && document.getElementById("periods").value === "1" && !document.getElementById("items").parentElement.textContent.includes("2027-Q2")`)
	do(t, ctx, chromedp.Navigate(ts.URL+"/plan?effort=10d"))
	eval[bool](t, ctx, `(() => { window.same = true; const [a, b] = document.querySelectorAll(".swap select"); a.selectedIndex = 1; b.selectedIndex = 1; window.put = a.value.slice(5); window.left = b.value.slice(4); document.querySelector(".swap button").click(); return true })()`)
	until(t, ctx, `location.search.includes("must=" + window.put) && location.search.includes("not=" + window.left) && window.same === true`)
	for _, c := range complained.take() {
		t.Error(c)
	}
}

// TestTheRestFollows by itself, and leaves what somebody is typing, what is
// chosen and where they are as it is.
func TestTheRestFollows(t *testing.T) {
	ctx := browser(t)
	ts, _ := liveSite(t, quarters)
	complained := listen(t, ctx)
	do(t, ctx, chromedp.EmulateViewport(1200, 900), chromedp.Navigate(ts.URL+"/plan?effort=12d"))
	until(t, ctx, `document.querySelector("#result").dataset.frontier !== undefined && !document.getElementById("more")`)
	// Another budget, of which the rest waits for a word.
	eval[bool](t, ctx, `(() => {
		const { open, send } = XMLHttpRequest.prototype;
		XMLHttpRequest.prototype.open = function (how, url) { this.asks = url; return open.apply(this, arguments) };
		XMLHttpRequest.prototype.send = function () {
			if (this.asks.includes("whole=yes")) window.release = () => send.call(this); else send.call(this);
		};
		const f = document.getElementById("effort"); f.value = "11d"; f.dispatchEvent(new Event("change", {bubbles: true})); return true })()`)
	until(t, ctx, `window.release !== undefined && location.search.includes("11d")`)
	if said := eval[string](t, ctx, `document.getElementById("more").textContent`); !strings.HasPrefix(said, "Working out why") {
		t.Errorf("it says %q", said)
	}
	eval[bool](t, ctx, `(() => {
		document.querySelector(".swap select").selectedIndex = 1;
		document.querySelector(".agree details").open = true;
		document.querySelector("figure details").open = true;
		const because = document.querySelector('.agree textarea'); because.value = "It pays"; because.focus(); window.because = because;
		window.release(); return true })()`)
	until(t, ctx, `!document.getElementById("more") && document.querySelector("#result").dataset.frontier !== undefined`)
	if !eval[bool](t, ctx, `document.activeElement === window.because && window.because.value === "It pays" && document.querySelector(".agree details").open && document.querySelectorAll(".agree").length === 1 && document.querySelector(".swap select").selectedIndex === 1`) {
		t.Error("what somebody was doing is lost")
	}
	if n := eval[int](t, ctx, `document.querySelectorAll("figure details[open]").length`); n != 1 {
		t.Errorf("of one table that was unfolded, %d are", n)
	}
	if !eval[bool](t, ctx, `document.querySelector("#result").lastElementChild.className === "notes" && document.querySelector("#result").firstElementChild.tagName !== "SECTION"`) {
		t.Error("the parts are out of order")
	}
	for days, part := range map[string]string{"10d": "h1", "9d": "figure[tabindex]"} {
		eval[bool](t, ctx, `(() => {
			window.release = undefined;
			const f = document.getElementById("effort"); f.value = "`+days+`"; f.dispatchEvent(new Event("change", {bubbles: true})); return true })()`)
		until(t, ctx, `window.release !== undefined && location.search.includes("`+days+`")`)
		eval[bool](t, ctx, `(() => { const e = document.querySelector("#result `+part+`"); e.tabIndex = e.tagName === "H1" ? -1 : 0; e.focus(); window.release(); return document.activeElement === e })()`)
		until(t, ctx, `!document.getElementById("more") && document.querySelector("#result").dataset.frontier !== undefined`)
		if !eval[bool](t, ctx, `document.activeElement === document.querySelector("#result `+part+`")`) {
			t.Errorf("%s: the focus is lost", part)
		}
	}
	for _, c := range complained.take() {
		t.Error(c)
	}
}
