package ledger

import (
	"testing"

	"github.com/parleysec/parley"
)

// TestAnApprovalSaysWhatItLeaves: what counts for the year is what whoever approved a
// decision saw, also where its proposer saw less or an older program said nothing; an
// approval of an older program leaves it as it was.
func TestAnApprovalSaysWhatItLeaves(t *testing.T) {
	for name, c := range map[string]struct {
		proposed, approved *Exposure
		want               Exposure
	}{
		"nothing was said before": {nil, &Exposure{Cost: 9750}, Exposure{Cost: 9750}},
		"less was seen":           {&Exposure{Cost: 100}, &Exposure{Cost: 9750}, Exposure{Cost: 9750}},
		"an older program":        {&Exposure{Cost: 100}, nil, Exposure{Cost: 100}},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBook(t)
			b.apply(shop())
			d := b.decide(Terms{Threats: []string{"leak"}, Kind: parley.Mitigate, With: []string{"prepared"}, Because: "x", Propose: true, Exposure: c.proposed})
			helen := Actor{ID: "helen@example.org", Known: ThisMachine, Via: ViaCLI}
			b.add(Approving(d, helen, "", "", c.approved, nil)...)
			r := Role{Name: "lead", Currency: "GBP", For: []parley.Kind{parley.Mitigate}}
			if got := b.state.left(r, helen.ID, b.deciding(Terms{})).Exposure; got != c.want {
				t.Errorf("the year's sum is %+v, want %+v", got, c.want)
			}
		})
	}
}
