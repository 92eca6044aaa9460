package risk

import (
	"fmt"
	"strings"
	"testing"
)

// TestTooManyEvents: a rate that would take minutes is refused by name, with what
// would be right, by everything that draws events.
func TestTooManyEvents(t *testing.T) {
	const file = `parley: v1
product: {id: h, currency: GBP}
policy: {horizon: 2 years}
threats:
  - {id: calm, title: C, likelihood: 1 per year, impact: {financial: 10k..50k}}
  - {id: busy, title: B, likelihood: %s per year, impact: {financial: 10k..50k}, treatments: [{id: tr, kind: transfer, premium: 5, limit: 100, per: year}]}
mitigations:
  - {id: m, title: M, cost: {once: 1k}, against: [{threat: busy, likelihood: 50%%}]}
`
	for _, c := range []struct{ rate, want string }{
		{"100000", "52 per year"},
		{"22000", "draw at most"},
	} {
		p := mustCompile(t, fmt.Sprintf(file, c.rate))
		_, err := p.Simulate(t.Context(), Scenario{}, SimOptions{})
		tooBusy(t, err, c.want)
		_, err = p.Years(t.Context(), Scenario{}, SimOptions{})
		tooBusy(t, err, c.want)
		_, err = p.Appraise(t.Context(), Choice{Mitigations: []string{"m"}}, SimOptions{Trials: DefaultTrials})
		tooBusy(t, err, c.want)
		_, err = p.Versus(t.Context(), Choice{Mitigations: []string{"m"}}, []Choice{{}}, SimOptions{Trials: DefaultTrials})
		tooBusy(t, err, c.want)
	}
}

func tooBusy(t *testing.T, err error, want string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), `"busy"`) || !strings.Contains(err.Error(), want) {
		t.Errorf("%v does not name the threat, or not %q", err, want)
	}
}
