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
	}
	if e, err := p.EventLoss("ai", s, 7); err != nil || e != (EventLoss{}) {
		t.Errorf("a threat that is not there has an event loss: %v, %v", e, err)
	}
	if _, err := p.EventLoss("nobody", s, 7); err == nil {
		t.Error("an unknown threat is no error")
	}
}
