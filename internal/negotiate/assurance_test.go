package negotiate

import (
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/evidence"
	"github.com/parleysec/parley/internal/gate"
	"github.com/parleysec/parley/ledger"
)

// watched is the shop with a check of the firewall, a threat that harms people
// alone behind the same firewall, and a mitigation that will owe evidence.
var watched = strings.NewReplacer(
	"against: [{threat: leak, likelihood: 50%}]}", "against: [{threat: leak, likelihood: 50%}, {threat: hurt, likelihood: 80%}], checks: [{id: rules, every: 7 days}]}",
	"threats:\n", "threats:\n  - {id: hurt, title: Somebody is hurt, likelihood: 10% per year, impact: {says: A rider falls., people: {who: riders, how_many: 3, harm: serious}}}\n",
	"likelihood: 80%}]}", "likelihood: 80%}], checks: [{id: queries, every: 7 days}]}",
).Replace(shop)

// report brings a result of a check.
func (d *desk) report(check, outcome, at string) *AddEvidenceResult {
	d.t.Helper()
	r, err := d.AddEvidence(d.t.Context(), d.tom, AddEvidenceRequest{
		Product: "shop", Check: check, ReadEvidenceRequest: ReadEvidenceRequest{
			Files: []evidence.Input{{Name: "r.json", Data: []byte(`{"schema":"parley.results/1","time":"` + at + `","results":[{"outcome":"` + outcome + `"}]}`)}},
		},
	})
	if err != nil {
		d.t.Fatal(err)
	}
	return r
}

// TestEvidenceMovesEveryPrice: the average, the premises, the brief of a threat
// that has no price in money, and the plan that was remembered.
func TestEvidenceMovesEveryPrice(t *testing.T) {
	d := newDesk(t)
	d.apply(watched)
	chance := func() float64 {
		t.Helper()
		r, err := d.Brief(t.Context(), d.tom, BriefRequest{Source: Source{Product: "shop"}})
		if err != nil {
			t.Fatal(err)
		}
		return *r.Threat("hurt").ChanceWithinHorizon
	}
	plan := func(s *Service) float64 {
		t.Helper()
		l, err := s.load(t.Context(), Source{Product: "shop"}, "")
		if err != nil {
			t.Fatal(err)
		}
		p, err := s.planFor(t.Context(), l, Budget{})
		if err != nil {
			t.Fatal(err)
		}
		return p.Value
	}
	was, annual := chance(), d.annual("leak")
	_ = plan(d.Service)
	r := d.report("rules", "fail", "2026-11-20T00:00:00Z")
	if got, want := d.annual("leak"), 2*annual; math.Abs(got-want) > 1e-6*want {
		t.Errorf("the leak costs %v, want %v: the firewall stops nothing", got, want)
	}
	// 10 % a year behind 80 %: five times the rate.
	if got, want := chance(), 1-math.Pow(1-was, 5); math.Abs(got-want) > 1e-9 {
		t.Errorf("chance of harm %v, want %v, was %v", got, want, was)
	}
	said, err := d.Brief(t.Context(), d.tom, BriefRequest{Source: Source{Product: "shop"}})
	if err != nil {
		t.Fatal(err)
	}
	if words := strings.Join(said.Threat("leak").Words.Doubt, " "); !strings.Contains(words, "as far as their checks bear them out: Firewall: none") {
		t.Errorf("the brief says %q", words)
	}
	if r.Loss.After <= r.Loss.Before || r.Layers[0].After.Standing != evidence.Failing {
		t.Errorf("%+v", r)
	}
	fresh := &Service{Ledger: d.Ledger, Now: d.Now}
	t.Cleanup(func() { _ = fresh.Close() })
	if got, want := plan(d.Service), plan(fresh); got != want {
		t.Errorf("the plan is worth %v, afresh %v", got, want)
	}
}

// TestAMitigationOwesNothingBeforeItIsFinished: evidence for one layer does not
// lower what a mitigation to be built is said to stop; once it is finished it
// has until its first report is due.
func TestAMitigationOwesNothingBeforeItIsFinished(t *testing.T) {
	d := newDesk(t)
	d.apply(watched)
	with := func() float64 {
		t.Helper()
		r, err := d.WhatIf(t.Context(), d.tom, WhatIfRequest{Source: Source{Product: "shop"}, With: []string{"safe"}, Trials: 1000})
		if err != nil {
			t.Fatal(err)
		}
		return *r.After.ExpectedAnnualLoss.Exact
	}
	d.report("rules", "pass", "2026-11-20T00:00:00Z")
	before, planned := d.annual("leak"), with()
	d.decide(DecideRequest{Threats: []string{"leak"}, Kind: parley.Mitigate, With: []string{"safe"}, Because: "cheap"})
	if _, err := d.Done(t.Context(), d.tom, DoneRequest{Task: "SHOP-W1"}); err != nil {
		t.Fatal(err)
	}
	r, err := d.Risk(t.Context(), d.tom, RiskRequest{Source: Source{Product: "shop"}, Trials: 1000})
	if err != nil {
		t.Fatal(err)
	}
	if got := *r.ExpectedAnnualLoss.Exact; math.Abs(got-planned) > 1e-6*planned {
		t.Errorf("finished it costs %v, planned %v (the leak alone was %v)", got, planned, before)
	}
	d.time = d.time.AddDate(0, 0, 8)
	d.report("rules", "pass", "2026-11-28T00:00:00Z")
	if again, err := d.Risk(t.Context(), d.tom, RiskRequest{Source: Source{Product: "shop"}, Trials: 1000}); err != nil || *again.ExpectedAnnualLoss.Exact <= planned {
		t.Errorf("a week later it still counts in full without a report: %v, %v", again.ExpectedAnnualLoss, err)
	}
}

// TestEvidenceCountsFromNow: wherever the clock stands, a result of this minute
// counts at once, and the gate sees it.
func TestEvidenceCountsFromNow(t *testing.T) {
	for _, hours := range []int{-11, -8, 0, 5, 13} {
		d := newDesk(t)
		d.time = time.Date(2026, 11, 21, 5, 9, 0, 0, time.UTC).In(time.FixedZone("there", hours*3600))
		d.apply(watched)
		before := d.annual("leak")
		d.report("rules", "fail", "2026-11-21T05:08:00Z")
		if got := d.annual("leak"); math.Abs(got-2*before) > 1e-6*before {
			t.Errorf("%+d h: the leak costs %v, was %v", hours, got, before)
		}
		g, err := d.Gate(t.Context(), d.tom, GateRequest{Source: Source{Product: "shop"}, Trials: 1000})
		if err != nil {
			t.Fatal(err)
		}
		i := slices.IndexFunc(g.Results, func(r gate.Result) bool { return r.Rule == "checks" })
		if r := g.Results[i]; r.Pass || !strings.Contains(r.Reason, "“Firewall” is failing by its check rules") || strings.Contains(r.Reason, "£0") {
			t.Errorf("%+d h: %+v", hours, r)
		}
	}
}

// TestGateOnDuties: what meets a duty, and what only looks like it.
func TestGateOnDuties(t *testing.T) {
	for name, c := range map[string]struct {
		req           DecideRequest
		promised, met bool
		done          bool // what it takes away is gone
	}{
		"nothing":            {DecideRequest{}, false, false, false},
		"put off":            {DecideRequest{Kind: parley.Defer, Until: "2027-01-31", Because: "later"}, false, false, false},
		"to be built":        {DecideRequest{Kind: parley.Mitigate, With: []string{"archive"}, Because: "cheap"}, true, false, false},
		"does not apply":     {DecideRequest{Kind: parley.Accept, Until: "2027-01-31", Because: "small", NotApplicable: "no personal data is kept"}, true, true, false},
		"handed up":          {DecideRequest{Kind: parley.Escalate, Because: "not mine"}, false, false, false},
		"the thing is to go": {DecideRequest{Kind: parley.Avoid, Drops: "the shop", Because: "we sell it"}, true, false, false},
		"the thing is gone":  {DecideRequest{Kind: parley.Avoid, Drops: "the shop", Because: "we sell it"}, true, true, true},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			d.apply(shop)
			if c.req.Kind != "" {
				c.req.Threats = []string{"duty"}
				d.decide(c.req)
			}
			if c.done {
				d.done("SHOP-W1")
			}
			g, err := d.Gate(t.Context(), d.tom, GateRequest{Source: Source{Product: "shop"}, Stage: "operations", Trials: 1000})
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range g.Results {
				want := map[string]bool{"obligations": c.promised, "duties-finished": c.met}
				if ok, is := want[r.Rule]; is && r.Pass != ok {
					t.Errorf("%s: %v, want %v (%s)", r.Rule, r.Pass, ok, r.Reason)
				}
			}
		})
	}
}

// The gate says whose limit is breached, what it is, and since when it holds.
func TestGateSaysWhoseLimitItIs(t *testing.T) {
	d := newDesk(t)
	strict := strings.Replace(shop, "chance: 20%", "chance: 2%", 1)
	d.apply(strict)
	says := func(src Source) string {
		t.Helper()
		g, err := d.Gate(t.Context(), d.tom, GateRequest{Source: src, Trials: 2000})
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, r := range g.Results {
			out = append(out, r.Reason)
		}
		return strings.Join(out, "\n")
	}
	recorded, alone := says(Source{Product: "shop"}), says(Source{Name: "shop.yaml", Data: []byte(strict)})
	for text, want := range map[string]string{
		recorded: "the limit is 2 of 100, the organisation's since 21 November 2026 (from the file of shop)",
		alone:    "the limit is 2 of 100, as this file asks for",
	} {
		if !strings.Contains(text, want) || !strings.Contains(text, "by the rules shipped with the program") {
			t.Errorf("%s\ndoes not say %q", text, want)
		}
	}
}

// TestADecisionStandsOnWhatChecksBearOut: from the first result on, by layer; a
// fall beyond its tolerance re-opens it, whatever the price does, and so does a
// layer that nothing checks any more. Before that, nothing is counted on.
func TestADecisionStandsOnWhatChecksBearOut(t *testing.T) {
	assurances := func(list []ledger.Premise) []ledger.Premise {
		return slices.DeleteFunc(slices.Clone(list), func(p ledger.Premise) bool { return p.Name != ledger.PremiseAssurance })
	}
	accept := func(d *desk, replaces ...string) []ledger.Premise {
		t.Helper()
		r := d.decide(DecideRequest{
			Threats: []string{"leak"}, Kind: parley.Accept, Because: "for now, after " + strings.Join(replaces, ""), Until: "2027-06-30", By: "priya@example.org", Replaces: replaces,
			Premises: []string{"loss=any", "chance=any", "bad=any"},
		})
		return assurances(r.Decisions[0].Premises)
	}
	d := newDesk(t)
	d.apply(watched)
	if got := accept(d); len(got) != 0 {
		t.Errorf("before any result: %+v", got)
	}
	d.report("rules", "pass", "2026-11-19T00:00:00Z")
	got := accept(d, "SHOP-D1")
	if len(got) != 1 || got[0].Ref != "waf" || got[0].Value <= 0.5 || got[0].Value >= 1 || got[0].Low == nil || got[0].High != nil || math.Abs(*got[0].Low-got[0].Value/1.25) > 1e-12 {
		t.Fatalf("%+v", got)
	}
	if words := PremiseText(0.664, ledger.UnitStrength); words != "about 66% of its strength" {
		t.Errorf("it reads %q", words)
	}
	r := d.report("rules", "fail", "2026-11-20T00:00:00Z")
	if len(r.Reopened) != 1 || len(r.Reopened[0].Broken) != 1 || r.Reopened[0].Broken[0].Name != ledger.PremiseAssurance || r.Reopened[0].Broken[0].Now >= *got[0].Low {
		t.Fatalf("%+v", r.Reopened)
	}
	accept(d, "SHOP-D2") // with the failure in view
	d.report("rules", "pass", "2026-11-20T12:00:00Z")
	if list := d.status().Reopened; len(list) != 0 {
		t.Errorf("a better result re-opens: %+v", list)
	}
	applied := d.apply(strings.Replace(watched, ", checks: [{id: rules, every: 7 days}]", "", 1))
	if len(applied.Reopened) != 1 || !applied.Reopened[0].Broken[0].Gone || applied.Reopened[0].Broken[0].Ref != "waf" {
		t.Errorf("nothing checks it any more: %+v", applied.Reopened)
	}
}
