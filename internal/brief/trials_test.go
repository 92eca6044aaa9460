package brief

import (
	"slices"
	"strings"
	"testing"

	"github.com/parleysec/parley/risk"
)

func TestDefaultTrials(t *testing.T) {
	for threats, want := range map[int]int{0: 100_000, 1: 100_000, 4: 100_000, 16: 25_000, 100: 8_192, 5000: 8_192} {
		if got := DefaultTrials(threats); got != want {
			t.Errorf("%d threats: %d years, want %d", threats, got, want)
		}
	}
}

// The brief of a small model and its price say the same of the bad year, also
// when one of its threats is asked about alone.
func TestTheBadYearIsThatOfThePrice(t *testing.T) {
	m := read(t, `parley: v1
product: {id: p, currency: GBP}
threats:
  - {id: a, title: A, likelihood: 0.2..1.5 per year, impact: {says: A., financial: 10k..100k, profit: {loss: 5k..50k, chance: 30%}}}
  - {id: b, title: B, likelihood: 20%, impact: {says: B., financial: 10k..100k}}
`)
	p, err := risk.Compile(m, risk.Options{})
	if err != nil {
		t.Fatal(err)
	}
	sim, err := p.SimulateThreat(t.Context(), "a", risk.Scenario{}, risk.SimOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range []Options{{}, {Threats: []string{"a"}}} {
		if got := *briefs(t, m, nil, o).Threat("a").LossOneInTwenty; got != sim.LossOneInTwenty {
			t.Errorf("1 in 20: %v, the price says %v", got, sim.LossOneInTwenty)
		}
	}
}

// Each figure of a brief that is drawn has the standard error that pricing gives
// it, and the page says of the bad year what it means.
func TestDrawnFiguresHaveStandardErrors(t *testing.T) {
	m := read(t, `parley: v1
product: {id: p, currency: GBP}
threats:
  - {id: a, title: A, likelihood: 0.2..1.5 per year, impact: {says: A., financial: 10k..100k, profit: {loss: 5k..50k, chance: 30%}}}
  - {id: b, title: B, likelihood: 0.01 per year, impact: {says: B., financial: 10k..100k}}
mitigations:
  - {id: m, title: M, cost: {once: 5k..20k}, against: [{threat: a, likelihood: 40%..80%}]}
`)
	p, err := risk.Compile(m, risk.Options{})
	if err != nil {
		t.Fatal(err)
	}
	o := Options{Trials: 20_000, Futures: 8192}
	r := briefs(t, m, nil, o)
	sim, err := p.Simulate(t.Context(), risk.Scenario{}, risk.SimOptions{Trials: o.Trials})
	if err != nil {
		t.Fatal(err)
	}
	for i, x := range sim.Threats {
		got := r.Threat(x.ID)
		want := Loss{x.IfItHappens.P50, x.IfItHappens.P95, x.IfItHappens.P50Error, x.IfItHappens.P95Error}
		if *got.OneInTwentyErr != x.OneInTwentyErr || *got.LossIfItHappens != want || (want.P50Error > 0) != (i == 0) {
			t.Errorf("%s: %v and %+v, the price says %v and %+v", x.ID, *got.OneInTwentyErr, *got.LossIfItHappens, x.OneInTwentyErr, want)
		}
		said := slices.ContainsFunc(got.Words.Doubt, func(s string) bool { return strings.Contains(s, "from 20,000 simulated years") })
		if said != (x.OneInTwentyErr > 0) {
			t.Errorf("%s, ± %v: %q", x.ID, x.OneInTwentyErr, got.Words.Doubt)
		}
	}
	a, err := p.Appraise(t.Context(), risk.Choice{Mitigations: []string{"m"}}, risk.SimOptions{Trials: o.Futures})
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range r.Threat("a").Options {
		switch {
		case x.ID == "m" && (*x.PaysOffError != a.PaysOffError || *x.WorthItError != a.WorthItError || a.PaysOffError <= 0):
			t.Errorf("%v and %v, the appraisal says %v and %v", *x.PaysOffError, *x.WorthItError, a.PaysOffError, a.WorthItError)
		case (x.PaysOffChance == nil) != (x.PaysOffError == nil) || (x.WorthItChance == nil) != (x.WorthItError == nil):
			t.Errorf("%s has a chance or its error, not both", x.ID)
		}
	}
	if got := briefs(t, m, nil, Options{Trials: 1, Futures: 1}).Threat("a"); got.OneInTwentyErr != nil {
		t.Errorf("one year has the standard error %v", *got.OneInTwentyErr)
	}
}
