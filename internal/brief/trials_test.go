package brief

import (
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
