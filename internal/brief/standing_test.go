package brief

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/parleysec/parley"
)

// after has threats with a layer that came after their estimates.
const after = `
parley: v1
product: {id: p, name: P, currency: GBP}
policy: {horizon: 2 years, discount_rate: 0%, common_cause: 0%}
controls:
  - {id: wall, title: Wall, against: [{threat: duty, likelihood: 50%}, {threat: bare, likelihood: 50%}]}
  - {id: moat, title: Moat, against: [{threat: duty, likelihood: 75%}, {threat: hurt, likelihood: 50%}]}
threats:
  - {id: duty, title: Duty, likelihood: 1 per year, stated_with: [wall], impact: {says: bad, financial: 40k}, obligation: {says: The law}}
  - {id: hurt, title: Hurt, likelihood: 1 per year, stated_with: [], impact: {says: bad, people: {who: us, harm: serious}}}
  - {id: bare, title: Bare, likelihood: 1 per year, impact: {says: bad, financial: 1k}}
  - {id: grave, title: Grave, likelihood: 1 per year, impact: {says: bad, people: {who: us, harm: grave}, financial: 1k}}
`

// TestWhatWasDoneSinceTheEstimate: the credit is the price without the layer
// less the price with it: 40k once a year, three quarters of it stopped.
func TestWhatWasDoneSinceTheEstimate(t *testing.T) {
	r := briefs(t, read(t, after), nil, Options{Trials: 1024, Futures: 50, Decided: map[string]Decided{"duty": {ID: "P-D1", Kind: parley.Mitigate}}})
	duty := r.Threat("duty")
	i := slices.IndexFunc(duty.Doubt.Layers, func(l Layer) bool { return l.ID == "moat" })
	if l := duty.Doubt.Layers[i]; !l.Later || l.TakesOff == nil || math.Abs(*l.TakesOff-30e3) > 1e-6 {
		t.Errorf("the moat: %+v, want 30,000 a year off", l)
	}
	if l := duty.Doubt.Layers[1-i]; l.Later || l.TakesOff != nil {
		t.Errorf("the wall stood when the estimate was stated: %+v", l)
	}
	for got, want := range map[string]string{
		duty.Words.Standing:             "Moat, which takes about £30k a year off (not verified yet)",
		duty.Words.Risk:                 "if nothing more is done",
		duty.Words.Duties[0]:            "Kept by what was done, as decided in P-D1: Moat.",
		r.Threat("hurt").Words.Standing: "Done since the estimate was made, and counted on now: Moat (not verified yet).",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%q does not say %q", got, want)
		}
	}
	if o := option(t, duty, OptionAccept); o.Words.Floor != "" || duty.Words.Next != "" {
		t.Errorf("the duty is kept, and the decision done: %q, %q", o.Words.Floor, duty.Words.Next)
	}
	if bare := r.Threat("bare"); bare.Words.Standing != "" || !strings.Contains(bare.Words.Risk, "if nothing is done") {
		t.Errorf("nothing was done about it: %q, %q", bare.Words.Standing, bare.Words.Risk)
	}
}

func TestWhatToDoWithoutAnyIdea(t *testing.T) {
	r := briefs(t, read(t, after), nil, Options{Trials: 1024, Futures: 50, Decided: map[string]Decided{"hurt": {ID: "P-D1", Kind: parley.Escalate}}})
	for id, want := range map[string]string{
		"bare": "or decide to live with it", "hurt": "or decide to live with it",
		"duty": "not a matter of its price alone", "grave": "not a matter of its price alone",
	} {
		if got := r.Threat(id).Words.Next; !strings.Contains(got, want) || !strings.Contains(got, "name an idea") {
			t.Errorf("%s: %q, want %q", id, got, want)
		}
	}
	if got := wholeReport(t, nil).Threat("big").Words.Next; got != "" {
		t.Errorf("something is on the table: %q", got)
	}
	decided := briefs(t, read(t, after), nil, Options{Trials: 1024, Futures: 50, Decided: map[string]Decided{"bare": {ID: "P-D1", Kind: parley.Accept}}})
	if got := decided.Threat("bare").Words.Next; got != "" {
		t.Errorf("it was decided: %q", got)
	}
}
