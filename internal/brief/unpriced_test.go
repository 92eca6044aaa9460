package brief

import (
	"strings"
	"testing"
)

const harmAndOdds = `parley: v1
product: {id: p, currency: GBP}
threats:
  - {id: harm, title: Harm, likelihood: 30%, impact: {says: Harm., people: {who: us, harm: grave}}}
  - {id: odd, title: Odd, likelihood: 30%, impact: {says: Odd., profit: 10k, financial: {loss: 1M, chance: 60%}}}
  - {id: even, title: Even, likelihood: 30%, impact: {says: Even., profit: 10k, financial: {loss: 1M, chance: 100%}}}
mitigations:
  - {id: m, title: Help, cost: {once: 5k}, against: [{threat: harm, likelihood: 50%}]}
`

// What is not known is not said: no sentence of the summary breaks off.
func TestSummaryOfAThreatWithoutAPrice(t *testing.T) {
	m := read(t, harmAndOdds)
	r := briefs(t, m, planOf(t, m), Options{})
	var b strings.Builder
	if err := Text(&b, r, "", 1000); err != nil {
		t.Fatal(err)
	}
	if text := b.String(); !strings.Contains(text, "In the plan: Help, for £5k; leaves 16 of 100 within two years.") || strings.Contains(text, "balance .") {
		t.Error(text)
	}
}

// An event that costs the same nearly always, and much less at times, is not
// said to cost that.
func TestALossThatVaries(t *testing.T) {
	m := read(t, harmAndOdds)
	r := briefs(t, m, planOf(t, m), Options{})
	for id, want := range map[string]string{
		"odd":  "Each time it happens it typically costs about £1M, and hardly more in a bad case.",
		"even": "Each time it happens it costs about £1M.",
	} {
		if got := r.Threat(id).Words.Loss; got != want {
			t.Errorf("%s: %s", id, got)
		}
	}
}
