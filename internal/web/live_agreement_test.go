package web

import (
	"net/http"
	"strings"
	"testing"

	"github.com/parleysec/parley/internal/negotiate"
)

// TestAnAgreementHasItsPage: what was agreed on stands on one page as it was recorded,
// beside what became of it since; it is reached from the plan, the record, the answer
// after agreeing, and the address of a decision.
func TestAnAgreementHasItsPage(t *testing.T) {
	ts, s := liveSite(t, quarters)
	get(t, ts, "/agreements/Q-A1", http.StatusNotFound)
	form := formWith(t, get(t, ts, "/plan?effort=18d&money=4k", http.StatusOK), "by", "")
	form.Set("because", "It keeps most & brings the cards.")
	res, _ := post(t, ts, "/plan/agree", form, http.StatusSeeOther)
	const link = `<a href="/agreements/Q-A1">`
	answer := get(t, ts, res.Header.Get("Location"), http.StatusOK)
	if strings.Count(answer, link) != 2 { // beside the notice, and where the plan was agreed on
		t.Errorf("the answer has %d links to what was agreed on", strings.Count(answer, link))
	}
	for _, path := range []string{"/plan", "/record"} {
		holds(t, get(t, ts, path, http.StatusOK), link)
	}
	page := get(t, ts, "/agreements/Q-A1", http.StatusOK)
	wants(t, page, "The plan of 12 January 2027, agreed on by priya@larkspur.example", "It keeps most &amp; brings the cards.", "0 of 3 of what it asks for is done today.",
		"Money there was €4k", "Days of work there were 18 days", "Fix it", "None of its decisions was re-opened", "What stands today, without the rest of it, is the same as then.", "SHA-256 of the plan")
	holds(t, page, `<a href="/decisions/Q-D1">`, `<a href="/tasks">`)
	if strings.Contains(page, "As it stands today") {
		t.Error("figures of today stand beside the same figures")
	}
	res, _ = ask(t, ts, "GET", "/decisions/Q-A1", nil, nil)
	if to := res.Header.Get("Location"); res.StatusCode != http.StatusOK && to != "/agreements/Q-A1" {
		t.Errorf("the address of a decision: %d to %q", res.StatusCode, to)
	}

	before := figuresOf(t, page)
	changed := strings.Replace(quarters, "likelihood: 1 in 2 within 1 year", "likelihood: 90% within 1 year", 1)
	changed = strings.Replace(changed, "title: Fix it", "title: Mend it", 1)
	if _, err := s.Move(t.Context(), priya, negotiate.MoveRequest{Decision: "Q-D1", Move: "reopen", Because: "It is far more likely."}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Apply(t.Context(), priya, negotiate.ApplyRequest{Source: negotiate.Source{Data: []byte(changed), Name: "parley.yaml"}}); err != nil {
		t.Fatal(err)
	}
	page = get(t, ts, "/agreements/Q-A1", http.StatusOK)
	wants(t, page, "As it stands today", "Re-opened", "It is far more likely.", "Fix it")
	if said := text(page); strings.Contains(said, "Mend it") || strings.Contains(said, "None of its decisions") {
		t.Errorf("it is called as today, or nothing became of it: %s", said)
	}
	if now := figuresOf(t, page); !strings.HasPrefix(now, before) || now == before {
		t.Errorf("the figures were %q, they are %q", before, now)
	}
}

// figuresOf is the row of the average loss, as it reads.
func figuresOf(t *testing.T, page string) string {
	t.Helper()
	_, row, found := strings.Cut(page, `<th scope="row">Loss a year, averaged over many years</th>`)
	if !found {
		t.Fatalf("no figures: %s", text(page))
	}
	row, _, _ = strings.Cut(row, "</tr>")
	return row
}

// TestALaterPlanTakesItsPlace: the page says that another was agreed on since, and
// which one each link of the record leads to.
func TestALaterPlanTakesItsPlace(t *testing.T) {
	ts, s := liveSite(t, quarters)
	for range 2 {
		if _, err := s.Agree(t.Context(), priya, negotiate.AgreeRequest{Because: "It keeps most.", PlanOnly: true}); err != nil {
			t.Fatal(err)
		}
	}
	wants(t, get(t, ts, "/agreements/Q-A1", http.StatusOK), "another plan was agreed on since", "It was agreed on alone")
	wants(t, get(t, ts, "/agreements/q-a2", http.StatusOK), "the last one agreed on", "It was agreed on alone")
	holds(t, get(t, ts, "/record", http.StatusOK), `<a href="/agreements/Q-A2">`, `<a href="/agreements/Q-A1">`)
}
