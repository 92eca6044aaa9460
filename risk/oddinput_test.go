package risk_test

import (
	"math"
	"strings"
	"testing"

	"github.com/parleysec/parley/internal/file"
	"github.com/parleysec/parley/risk"
)

// finite fails where any figure of a simulation is not a number, infinite or
// negative.
func finite(t *testing.T, name string, sim *risk.Simulation) {
	t.Helper()
	check := func(what string, x float64) {
		if math.IsNaN(x) || math.IsInf(x, 0) || x < 0 {
			t.Errorf("%s: %s is %v", name, what, x)
		}
	}
	check("mean", sim.Mean)
	check("standard error", sim.StandardError)
	for _, p := range []float64{0, 0.5, 0.95, 1} {
		check("quantile", sim.Quantile(p))
		check("quantile's error", sim.QuantileError(p))
		x, se := sim.Shortfall(p)
		check("shortfall", x)
		check("shortfall's error", se)
	}
	for _, x := range sim.Threats {
		for _, v := range []float64{x.Mean, x.StandardError, x.TailShare, x.LossOneInTwenty, x.OneInTwentyErr, x.Kinds.Sum(), x.IfItHappens.P50, x.IfItHappens.P95, x.IfItHappens.P50Error, x.IfItHappens.P95Error} {
			check(x.ID, v)
		}
	}
	if sim.Tail != nil {
		for _, x := range sim.Tail.Threats {
			check("tail share", x.Share)
			check("tail share's error", x.StandardError)
		}
		check("kinds' errors", sim.Tail.KindErrors.Sum())
		check("kinds' mean errors", sim.Tail.MeanErrors.Sum())
	}
}

// TestOddInputs: whatever may be stated either has a price that is a number, the
// same exactly and by simulation, or is refused by an error that names the input;
// by hand where there is a figure.
func TestOddInputs(t *testing.T) {
	const loss = "impact: {says: x, financial: 1k..9k}"
	mean := 1000 * math.Exp(math.Log(3)+math.Pow(math.Log(3)/1.6448536269514722, 2)/2)
	layer := func(against string) string { return "controls:\n  - {id: c, title: C, against: [" + against + "]}" }
	for _, c := range []struct {
		name, fields, rest string
		annual             float64 // NaN: only that exact and simulated agree
		refused            string  // part of the error
	}{
		{"no events", "likelihood: 0 per year, " + loss, "", 0, ""},
		{"no loss", "likelihood: 3 per year, impact: {says: x, financial: 0}", "", 0, ""},
		{"kinds that never happen", "likelihood: 3 per year, impact: {says: x, financial: {loss: 5k, chance: 0%}, profit: {loss: 1k, chance: 100%}}", "", 3000, ""},
		{"a layer that stops nothing", "likelihood: 2 per year, " + loss, layer("{threat: t, likelihood: 0%, impact: 0%}"), 2 * mean, ""},
		{"a layer that stops all", "likelihood: 2 per year, " + loss, layer("{threat: t, likelihood: 100%}"), 0, "100 %"},
		{"a layer that cuts all", "likelihood: 2 per year, " + loss, layer("{threat: t, impact: 100%}"), 0, "100 %"},
		{"one that came later stops all", "stated_with: [], likelihood: 2 per year, " + loss, layer("{threat: t, likelihood: 100%}"), 0, ""},
		{"one that came later cuts all", "stated_with: [], likelihood: 2 per year, " + loss, layer("{threat: t, impact: 100%}"), 0, ""},
		{"a range that touches 0", "likelihood: 0..4 per year, impact: {says: x, financial: 0..8k}", "", 2 * 4000, ""},
		{"almost certain, at most once", "likelihood: 99% within 1 year, at_most_once: true, impact: {says: x, financial: 1k}", "", 990, ""},
		{"at most once in a month", "likelihood: 50% within 1 month, at_most_once: true, impact: {says: x, financial: 1k}", "", 500, ""},
		{"at most once, made likelier", "likelihood: 90% within 1 year, at_most_once: true, impact: {says: x, financial: 1k}", layer("{threat: t, likelihood: 60%}"), 900, ""},
		{"a huge range of the rate", "likelihood: 0.0001..10 per year, " + loss, "", math.NaN(), ""},
		{"a huge range of the loss", "likelihood: 1 per year, impact: {says: x, financial: 1..1 000 000}", "", math.NaN(), ""},
		{"a range of the loss beyond counting", "likelihood: 1 per year, impact: {says: x, financial: 1..1bn}", "", 0, `"t"`},
		{"clustered to the utmost", "clustered: 100%, likelihood: 2 per year, " + loss, "", 2 * mean, ""},
		{"too dear an event", "likelihood: 5 per year, impact: {says: x, financial: 500000bn}", "", 0, `"t"`},
	} {
		doc, err := file.Read("odd.yaml", []byte(oneThreat("horizon: 1 year, common_cause: 0%", c.fields, c.rest)))
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		p, err := risk.Compile(doc.Model, risk.Options{})
		var sim *risk.Simulation
		if err == nil {
			sim, err = p.Simulate(t.Context(), risk.Scenario{}, risk.SimOptions{Trials: 50_000, Tail: true})
		}
		switch {
		case c.refused != "":
			if err == nil || !strings.Contains(err.Error(), c.refused) {
				t.Errorf("%s: %v; an error with %s is wanted", c.name, err, c.refused)
			}
			continue
		case err != nil:
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		finite(t, c.name, sim)
		e := expect(t, p, risk.Scenario{})
		if !math.IsNaN(c.annual) {
			near(t, c.name, e.Annual, c.annual, 1e-9)
			if math.Abs(sim.Mean-e.Annual) > 4.5*sim.StandardError+1e-3 {
				t.Errorf("%s: %v simulated ± %v, %v exactly", c.name, sim.Mean, sim.StandardError, e.Annual)
			}
		}
	}
}

// TestTooManyEvents: what would take hours is refused at once, by name.
func TestTooManyEvents(t *testing.T) {
	p := compile(t, oneThreat("horizon: 1 year", "likelihood: 1000000 per year, impact: {says: x, financial: 1}"))
	o := risk.SimOptions{Trials: 200_000}
	if _, err := p.Simulate(t.Context(), risk.Scenario{}, o); err == nil || !strings.Contains(err.Error(), `"t"`) {
		t.Errorf("simulated: %v", err)
	}
	if _, err := p.Years(t.Context(), risk.Scenario{}, o); err == nil || !strings.Contains(err.Error(), `"t"`) {
		t.Errorf("kept: %v", err)
	}
	near(t, "mean", expect(t, p, risk.Scenario{}).Annual, 1e6, 1e-12)
}
