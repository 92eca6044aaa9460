package risk_test

import (
	"testing"

	"github.com/parleysec/parley/risk"
)

// TestAbove: the years above an amount are made of all that is lost in them; above where
// the worst 5 % begin they are the worst years; nothing is said of what no year loses.
func TestAbove(t *testing.T) {
	p := compile(t, tailFile)
	sim := tailOf(t, p, risk.SimOptions{Trials: 20_000})
	list, err := p.Above(t.Context(), risk.Scenario{}, risk.SimOptions{Trials: 20_000}, sim.Quantile(0.95), 0, 1e12)
	if err != nil {
		t.Fatal(err)
	}
	for i, shares := range list[:2] {
		sum := 0.0
		for _, x := range shares {
			sum += x.Share
		}
		near(t, "all threats", sum, 1, 1e-12)
		if len(shares) != len(sim.Threats) {
			t.Errorf("amount %d: %d threats, want %d", i, len(shares), len(sim.Threats))
		}
	}
	for i, x := range list[0] {
		near(t, x.ID+": of the worst years", x.Share, sim.Tail.Threats[i].Share, 1e-3)
	}
	for i, x := range list[1] { // above nothing: of all that is lost
		near(t, x.ID+": of all years", x.Share, sim.Threats[i].Mean/sim.Mean, 1e-9)
	}
	if len(list[2]) != 0 {
		t.Errorf("no year loses that much: %+v", list[2])
	}
	if _, err := p.Above(t.Context(), risk.Scenario{Broken: []string{"nobody"}}, risk.SimOptions{Trials: 100}, 1); err == nil {
		t.Error("an id that is not there is taken")
	}
}
