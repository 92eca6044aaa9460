package negotiate

import (
	"slices"
	"testing"
)

// TestWithinPlanDrops: an option that excludes what the plan has says what it
// takes the place of; the others say nothing of it.
func TestWithinPlanDrops(t *testing.T) {
	const text = `parley: v1
product: {id: p, name: P, currency: GBP}
policy: {horizon: 2 years, person_day: 500}
threats:
  - {id: t, title: T, likelihood: 1 per year, impact: {financial: 100k}}
mitigations:
  - {id: best, title: B, cost: {once: 1k}, against: [{threat: t, likelihood: 80%}]}
  - {id: other, title: O, cost: {once: 1k}, excludes: [best], against: [{threat: t, likelihood: 40%}]}
`
	s := &Service{}
	r, err := s.Risk(t.Context(), priya, RiskRequest{Source: Source{Name: "p.yaml", Data: []byte(text)}, Trials: 5000, Options: true, InPlan: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range r.Options {
		var want []string
		if o.ID == "other" {
			want = []string{"best"}
		}
		if !slices.Equal(o.WithinPlan.Drops, want) {
			t.Errorf("%s drops %v, want %v", o.ID, o.WithinPlan.Drops, want)
		}
	}
}
