package negotiate

import (
	"slices"
	"strings"
	"testing"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/brief"
	"github.com/parleysec/parley/internal/gate"
)

// TestGateOfAnotherDay: of a day that is over the gate is what it would have been
// then, by the record of then; of a day to come what silence does by then breaks the
// premises of what was decided, though nothing is recorded.
func TestGateOfAnotherDay(t *testing.T) {
	d := newDesk(t) // 21 November 2026
	d.apply(watched)
	d.report("rules", "pass", "2026-11-20T00:00:00Z")
	ask := func(day string) (*GateResult, map[string]gate.Result) {
		t.Helper()
		g, err := d.Gate(t.Context(), d.tom, GateRequest{Source: Source{Product: "shop"}, Trials: 500, AsOf: day})
		if err != nil {
			t.Fatal(day, err)
		}
		out := map[string]gate.Result{}
		for _, r := range g.Results {
			out[r.Rule] = r
		}
		return g, out
	}
	d.time = d.time.AddDate(0, 0, 1) // the 22nd
	id := d.decide(DecideRequest{Threats: []string{"leak"}, Kind: parley.Accept, Because: "we live with it", Until: "2027-06-30"}).Decisions[0].ShortID
	d.time = d.time.AddDate(0, 0, 2) // the 24th

	if g, r := ask(""); !r["premises"].Pass || g.AsOfSays != "" {
		t.Errorf("today: %+v, %q", r["premises"], g.AsOfSays)
	}
	g, r := ask("2026-11-21")
	if x := r["undecided"]; x.Pass || !slices.Contains(x.Refs, "leak") || !strings.Contains(x.Reason, "nobody decided about") {
		t.Errorf("the day before it was decided: %+v", x)
	}
	if !strings.HasPrefix(g.AsOfSays, "This is the gate of 21 November 2026: the record as it stood") || !r["premises"].Pass {
		t.Errorf("%q, %+v", g.AsOfSays, r["premises"])
	}
	if _, r := ask("2026-11-22"); slices.Contains(r["undecided"].Refs, "leak") || !r["premises"].Pass {
		t.Errorf("the day it was decided: %+v, %+v", r["undecided"], r["premises"])
	}
	// In a month the check has been silent for too long.
	g, r = ask("2026-12-24")
	if x := r["premises"]; x.Pass || !slices.Equal(x.Refs, []string{id}) || !strings.Contains(x.Reason, "stands on what does not hold any more: ") || !strings.Contains(x.Reason, "on 24 December 2026") {
		t.Errorf("in a month: %+v", x)
	}
	if !strings.HasPrefix(g.AsOfSays, "This is the gate of 24 December 2026, by what is on record now") {
		t.Error(g.AsOfSays)
	}
	if _, err := d.Gate(t.Context(), d.tom, GateRequest{Source: Source{Product: "shop"}, AsOf: "2026-11-01"}); err == nil || !strings.Contains(err.Error(), "did not exist then") {
		t.Errorf("before the ledger: %v", err)
	}
	// When that month is over and no sweep ran, time alone broke them, and the gate of
	// today says so without being told a day.
	d.time = d.time.AddDate(0, 1, 0)
	g, r = ask("")
	if x := r["premises"]; x.Pass || !slices.Equal(x.Refs, []string{id}) || !strings.Contains(x.Reason, "stands on what does not hold any more: ") || !strings.HasSuffix(x.Reason, " now") || g.AsOfSays != "" {
		t.Errorf("a month later: %+v, %q", x, g.AsOfSays)
	}
	if _, named := ask("2026-12-24"); named["premises"].Reason != r["premises"].Reason {
		t.Errorf("the same day by its name: %q, want %q", named["premises"].Reason, r["premises"].Reason)
	}
	// Nothing of that is recorded.
	state, err := d.state(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if state.Product("shop").InForce("leak") == nil {
		t.Error("asking re-opened what was decided")
	}
}

// TestBriefOfAnotherDay: the brief says whether what was decided holds by the
// figures of the day asked for, and leaves it out of what is recorded.
func TestBriefOfAnotherDay(t *testing.T) {
	d := newDesk(t)
	d.apply(watched)
	d.report("rules", "pass", "2026-11-20T00:00:00Z")
	d.time = d.time.AddDate(0, 0, 1)
	id := d.decide(DecideRequest{Threats: []string{"leak"}, Kind: parley.Accept, Because: "we live with it", Until: "2027-06-30"}).Decisions[0].ShortID
	for day, want := range map[string]string{
		"":           "",
		"2026-11-23": "By the figures of 23 November 2026 all that " + id + " stands on holds.",
		"2026-12-24": "By the figures of 24 December 2026 " + id + " stands on what does not hold: ",
		"2026-11-21": id + " is of 22 November 2026: it was not taken yet on that day.",
	} {
		r, err := d.Brief(t.Context(), d.tom, BriefRequest{Source: Source{Product: "shop"}, Threats: []string{"leak"}, AsOf: day})
		if err != nil {
			t.Fatal(err)
		}
		if got := r.Threats[0].Premises.Words(); !strings.Contains(got, want) || want == "" && got != "" {
			t.Errorf("%s: %q, want %q", day, got, want)
		}
	}
	// When that month is over and no sweep ran, the brief of today says it without being
	// told a day, and the bytes a decision is recorded with are those without it.
	read := func() (*brief.Report, string) {
		t.Helper()
		r, err := d.Brief(t.Context(), d.tom, BriefRequest{Source: Source{Product: "shop"}, Threats: []string{"leak"}})
		if err != nil {
			t.Fatal(err)
		}
		seen, err := BriefBytes(r, "leak")
		if err != nil {
			t.Fatal(err)
		}
		return r, string(seen)
	}
	d.time = d.time.AddDate(0, 1, 0)
	r, seen := read()
	p := r.Threats[0].Premises
	if p == nil || p.Holds || p.Decision != id || !strings.HasPrefix(p.Says, "By the figures of today "+id+" stands on what does not hold any more: ") || !strings.Contains(p.Says, "what the checks of waf bear out") {
		t.Errorf("a month later: %+v", p)
	}
	if strings.Contains(seen, "premises") {
		t.Error("what broke is in the bytes of a decision")
	}
	if _, err := d.Sweep(t.Context(), d.tom); err != nil {
		t.Fatal(err)
	}
	if r, _ := read(); r.Threats[0].Premises != nil {
		t.Errorf("once it is re-opened: %+v", r.Threats[0].Premises)
	}
}
