package web

import (
	"net/http"
	"strings"
	"testing"
)

// ways is a product whose threats can be built against, insured and avoided.
const ways = `parley: v1
product: {id: ways, name: Ways, currency: EUR, owner: priya@larkspur.example}
policy: {person_day: 500}
threats:
  - id: leak
    title: Records leak
    likelihood: 1 in 2 within 1 year
    impact: {financial: 30k..100k}
    treatments: [{id: cover, title: Cover against leaks, kind: transfer, premium: 2k, deductible: 5k, limit: 1M}]
  - {id: diary, title: A stranger reads a diary, likelihood: 1 in 4 within 1 year, impact: {financial: 10k..50k}}
mitigations:
  - {id: fix, title: Fix it, cost: {effort: 2d}, against: [{threat: leak, likelihood: 80%..95%}]}
features:
  - {id: portal, title: Family portal, cost: {effort: 6d}, value: 40k per year, introduces: [diary]}
`

// TestPassOnAndAvoidOnThePage decides by each way of the form, and shows the
// rules' own words beside the field where nothing carries or avoids the threat.
func TestPassOnAndAvoidOnThePage(t *testing.T) {
	ts, _ := liveSite(t, ways)
	leak := get(t, ts, "/t/leak", http.StatusOK)
	wants(t, leak, "Pass it on: somebody else carries it (transfer)", "Cover against leaks", "Avoid it:", "(avoid)", "what is not built, or taken away")
	wants(t, get(t, ts, "/t/diary", http.StatusOK), "Family portal is not built", "Nobody is named who would carry it.")

	form := filled(t, leak, "do")
	if form.Get("act") != "mitigate" || form.Get("with") != "mitigate:fix" {
		t.Fatalf("the form starts with %v", form)
	}
	// To nobody: the rules' own words, beside the field.
	nobody := filled(t, get(t, ts, "/t/diary", http.StatusOK), "do")
	nobody.Set("because", "The insurer knows the trade.")
	nobody.Set("act", "transfer")
	_, body := post(t, ts, "/t/diary/decide", nobody, http.StatusUnprocessableEntity)
	wants(t, body, "Nobody is named who carries threat", "The insurer knows the trade.")
	if !strings.Contains(body, `id="do-with-wrong"`) || !strings.Contains(body, `value="transfer" checked`) {
		t.Error("what is wrong does not stand beside the field, or what was chosen is gone")
	}
	form.Set("because", "The insurer knows the trade.")

	// With somebody, and in words.
	form.Set("act", "transfer")
	form["with"] = []string{"mitigate:fix", "transfer:cover"} // what is ticked for another way does not count
	post(t, ts, "/t/leak/decide", form, http.StatusSeeOther)
	wants(t, get(t, ts, "/t/leak", http.StatusOK), "Decided: pass it on", "Who carries it: Cover against leaks")
	form = filled(t, get(t, ts, "/t/leak", http.StatusOK), "do")
	form.Set("because", "We can do without.")
	form.Set("act", "avoid")
	form.Set("drops", "the export of all records")
	post(t, ts, "/t/leak/decide", form, http.StatusSeeOther)
	wants(t, get(t, ts, "/t/leak", http.StatusOK), "Decided: avoid it", "What is taken away, in words: the export of all records")

	// By not building what brings it, which is ticked already.
	form = filled(t, get(t, ts, "/t/diary", http.StatusOK), "do")
	form.Set("because", "Not this year.")
	form.Set("act", "avoid")
	post(t, ts, "/t/diary/decide", form, http.StatusSeeOther)
	wants(t, get(t, ts, "/t/diary", http.StatusOK), "avoid it", "What is not built, or taken away: Family portal")
	wants(t, get(t, ts, "/record", http.StatusOK), "Avoid it", "”: pass it on. “")
}

// TestErrorsStandBesideTheirFields for every field a rule is about.
func TestErrorsStandBesideTheirFields(t *testing.T) {
	ts, _ := liveSite(t, ways)
	form := filled(t, get(t, ts, "/t/leak", http.StatusOK), "live")
	_, body := post(t, ts, "/t/leak/decide", form, http.StatusUnprocessableEntity)
	for _, want := range []string{
		`<span class="problem-line" id="live-because-wrong">A decision needs its reason: say why.</span>`,
		`aria-invalid="true" aria-describedby="live-because-wrong"`,
		`<span class="problem-line" id="live-until-wrong">Living with it, or deciding later, needs an end: choose a day or a stage.</span>`,
		`<fieldset aria-describedby="live-until-wrong">`,
	} {
		if !strings.Contains(body, want) {
			t.Errorf("the page has no %s", want)
		}
	}
	if strings.Contains(body, "do-because-wrong") || strings.Contains(body, "ask-because-wrong") {
		t.Error("an answer that nobody gave is wrong, too")
	}
}
