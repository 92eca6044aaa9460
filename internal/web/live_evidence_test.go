package web

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/parleysec/parley/internal/evidence"
	"github.com/parleysec/parley/internal/negotiate"
)

// watched is a product with a layer that is checked, a feature, and stages.
const watched = `parley: v1
product: {id: shop, name: Shop, currency: GBP, stage: testing}
controls:
  - {id: wall, title: Firewall, against: [{threat: leak, likelihood: 80%}], checks: [{id: attacks, every: 7 days}]}
  - {id: alarm, title: Alarm, against: [{threat: leak, impact: 20%}], checks: [{id: drill, required: false}]}
features:
  - {id: pay, title: One click, stage: design}
threats:
  - {id: leak, title: Leak, likelihood: 0.3..1 per year, impact: {says: It is out., profit: 20k..200k}}
`

// report brings a result of the firewall's check.
func report(t *testing.T, s *negotiate.Service, outcome, at string) {
	t.Helper()
	_, err := s.AddEvidence(t.Context(), priya, negotiate.AddEvidenceRequest{Product: "shop", Check: "attacks", ReadEvidenceRequest: negotiate.ReadEvidenceRequest{
		Files: []evidence.Input{{Name: "r.json", Data: []byte(`{"schema":"parley.results/1","time":"` + at + `","results":[{"outcome":"` + outcome + `"}]}`)}},
	}})
	if err != nil {
		t.Fatal(err)
	}
}

// TestThePageOfEvidence says how each layer stands, how fresh each check is, and
// draws how it came about, with a table; the brief shows both prices.
func TestThePageOfEvidence(t *testing.T) {
	ts, s := liveSite(t, watched)
	wants(t, get(t, ts, "/evidence", http.StatusOK), "No layer with checks is verified", "no evidence is read", "never")
	report(t, s, "pass", "2026-11-20T08:00:00Z")
	report(t, s, "fail", "2026-12-28T08:00:00Z")
	report(t, s, "pass", "2027-01-08T08:00:00Z")
	body := get(t, ts, "/evidence", http.StatusOK)
	wants(t, body, "attacks", "8 January 2027", "due 15 January 2027; counts for nothing from 22 January 2027 on", "Verified: one of two layers with checks", "(not required)",
		"20 November 2026 08:00", "attacks fail:", "nothing came in time", "silent for too long", "failing", "What the next stage needs")
	for _, drawn := range []string{"<svg", `class="c-good"`, `class="c-breach"`} {
		if !strings.Contains(body, drawn) {
			t.Errorf("%s is not drawn", drawn)
		}
	}
	// What decides nothing has a sign of its own, and why; what fails, too.
	if strings.Contains(body, `class="c-unsure"`) {
		t.Error("nothing was inconclusive")
	}
	report(t, s, "inconclusive", "2027-01-08T09:00:00Z")
	report(t, s, "fail", "2027-01-08T10:00:00Z")
	body = get(t, ts, "/evidence", http.StatusOK)
	for _, drawn := range []string{`class="c-unsure"`, ">inconclusive: it decides nothing</text>", ">failed</text>"} {
		if !strings.Contains(body, drawn) {
			t.Errorf("%s is not drawn", drawn)
		}
	}
	wants(t, body, "attacks inconclusive: 1 case is undecided; no test came to an end; its time: in the file", "attacks fail: 1 failure",
		"due 15 January 2027; counts for nothing until it passes")
	wants(t, get(t, ts, "/t/leak", http.StatusOK), "As stated, with every layer working:", "As verified, each layer as far as its checks bear it out:", "As stated, with every layer working: expected loss a year")
}

// TestThePageOfStages says what the command says: what the next stage needs, all
// that is expected, and each feature on a page of its own.
func TestThePageOfStages(t *testing.T) {
	ts, s := liveSite(t, watched)
	if _, err := s.MoveStage(t.Context(), priya, negotiate.MoveStageRequest{Product: "shop", To: "development", Because: "it was too early"}); err != nil {
		t.Fatal(err)
	}
	for path, item := range map[string]string{"/stages": "", "/stages?product=shop&of=pay": "pay"} {
		r, err := s.Stages(t.Context(), priya, negotiate.StagesRequest{Source: negotiate.Source{Product: "shop"}, Item: item})
		if err != nil {
			t.Fatal(err)
		}
		body := get(t, ts, path, http.StatusOK)
		wants(t, body, r.Title+": ", "things are missing before "+string(r.Next), "What is expected at each stage", "later")
		for _, a := range r.Activities {
			wants(t, body, a.Title)
		}
		if item == "" {
			wants(t, body, "One click", "Before its next stage", "To development: it was too early")
		} else {
			wants(t, body, "All of Shop")
		}
	}
	get(t, ts, "/stages?of=nothing", http.StatusNotFound)
}

// TestThePageOfCalibration shows whoever asks their own figures, and of the team
// nothing as long as that would show somebody else's.
func TestThePageOfCalibration(t *testing.T) {
	ts, _ := liveSite(t, watched)
	wants(t, get(t, ts, "/learn", http.StatusOK), "How well your own estimates held")
	wants(t, get(t, ts, "/calibration", http.StatusOK), "How well you estimate", "nothing yet", "Of the team nothing is shown")
}

// TestAPassIsTakenBackOnThePage: two passes of one second are told apart; without a reason
// nothing is taken back, and what was chosen stays. Who comes second is told so, and does
// not take back the pass that is chosen first in the list.
func TestAPassIsTakenBackOnThePage(t *testing.T) {
	ts, s := liveSite(t, watched)
	if strings.Contains(get(t, ts, "/evidence", http.StatusOK), takeBackPath) {
		t.Error("there is nothing to take back yet")
	}
	for _, commit := range []string{"1111111", "2222222"} {
		_, err := s.AddEvidence(t.Context(), priya, negotiate.AddEvidenceRequest{Product: "shop", Check: "attacks", ReadEvidenceRequest: negotiate.ReadEvidenceRequest{
			Commit: commit, Files: []evidence.Input{{Name: "r.json", Data: []byte(`{"schema":"parley.results/1","time":"2027-01-08T08:00:00Z","results":[{"test":"` + commit + `","outcome":"pass"}]}`)}},
		}})
		if err != nil {
			t.Fatal(err)
		}
	}
	body := get(t, ts, "/evidence", http.StatusOK)
	wants(t, body, "attacks, run 8 January 2027 08:00:00, from r.json, commit 1111111", "attacks, run 8 January 2027 08:00:00, from r.json, commit 2222222")
	var event string
	for _, m := range regexp.MustCompile(`<option value="(\w+) attacks"[^>]*>([^<]*)<`).FindAllStringSubmatch(body, -1) {
		if strings.Contains(m[2], "1111111") {
			event = m[1]
		}
	}
	form := url.Values{"product": {"shop"}, "layer": {"wall"}, "pass": {event + " attacks"}, "because": {""}}
	_, page := post(t, ts, takeBackPath, form, http.StatusUnprocessableEntity)
	wants(t, page, "A pass is taken back with a reason.")
	if !strings.Contains(page, `<option value="`+event+` attacks" selected>`) {
		t.Error("what was chosen is lost")
	}
	form.Set("because", "it ran on another commit")
	post(t, ts, takeBackPath, form, http.StatusSeeOther)
	body = get(t, ts, "/evidence", http.StatusOK)
	wants(t, body, "it ran on another commit")
	if text := text(body); strings.Contains(text, "from r.json, commit 1111111") || !strings.Contains(text, "from r.json, commit 2222222") {
		t.Errorf("another pass was taken back: %s", text)
	}

	form.Set("because", "another commit, I believe")
	_, late := post(t, ts, takeBackPath, form, http.StatusConflict)
	wants(t, late, "there is nothing to take back", "You had written: another commit, I believe")
	if strings.Contains(late, `value="another commit, I believe"`) {
		t.Error("what was written about a pass that is taken back stands beside another one")
	}
}
