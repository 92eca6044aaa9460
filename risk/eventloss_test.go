package risk

import (
	"testing"

	"github.com/parleysec/parley/internal/file"
	"github.com/parleysec/parley/internal/testenv"
)

// TestEventLossIsThatOfTheSimulation: the short way and the long way agree to
// the last bit.
func TestEventLossIsThatOfTheSimulation(t *testing.T) {
	doc, err := file.ReadFile(testenv.Root(t) + "/examples/rounds.yaml")
	if err != nil {
		t.Fatal(err)
	}
	p, err := Compile(doc.Model, Options{})
	if err != nil {
		t.Fatal(err)
	}
	s := Scenario{Mitigations: []string{"locked-backups"}}
	sim, err := p.Simulate(t.Context(), s, SimOptions{Trials: 1000, Seed: 7})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range sim.Threats {
		got, err := p.EventLoss(want.ID, s, 7)
		if err != nil || got != want.IfItHappens {
			t.Errorf("%s: %v, %v; the simulation says %v", want.ID, got, err, want.IfItHappens)
		}
		bad, exact, err := p.BadEvent(want.ID, s, 7)
		if err != nil || bad != got.P95 || exact != got.Exact {
			t.Errorf("%s: a bad event is %v (exact: %t), %v; among all figures %v (%t)", want.ID, bad, exact, err, got.P95, got.Exact)
		}
	}
	if e, err := p.EventLoss("ai", s, 7); err != nil || e != (EventLoss{}) {
		t.Errorf("a threat that is not there has an event loss: %v, %v", e, err)
	}
	if bad, exact, err := p.BadEvent("ai", s, 7); err != nil || bad != 0 || exact {
		t.Errorf("a threat that is not there has a bad event: %v, %t, %v", bad, exact, err)
	}
	if _, err := p.EventLoss("nobody", s, 7); err == nil {
		t.Error("an unknown threat is no error")
	}
	if _, _, err := p.BadEvent("nobody", s, 7); err == nil {
		t.Error("a bad event of an unknown threat is no error")
	}
}
