package negotiate

import (
	"math"
	"testing"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/plan/model"
)

// TestHowPeopleAndNeedsFare: beside the best plan each other one says how often
// people are harmed, by the closed form of a Poisson process, and what becomes of
// the needs; what hardly differs is not told.
func TestHowPeopleAndNeedsFare(t *testing.T) {
	const text = `parley: v1
product: {id: p, name: P, stage: operations, currency: GBP}
policy: {horizon: 2 years, person_day: 500}
threats:
  - {id: fall, title: A rider falls, likelihood: 0.5 per year, impact: {says: x, financial: 10k, people: {who: riders, how_many: 3, harm: serious}}}
  - {id: cut, title: A cut, likelihood: 0.2 per year, impact: {says: x, people: {who: riders, how_many: 1, harm: minor}}}
  - {id: theft, title: Theft, likelihood: 1 per year, impact: {says: x, financial: 5k}}
mitigations:
  - {id: brakes, title: Brakes, against: [{threat: fall, likelihood: 80%}, {threat: cut, likelihood: 2%}], effect_on_needs: {usability: better}, cost: {effort: 5d}}
  - {id: locks, title: Locks, against: [{threat: theft, likelihood: 80%}], effect_on_needs: {usability: worse, performance: same}, cost: {effort: 5d}}
  - {id: bells, title: Bells, against: [{threat: theft, likelihood: 10%}], effect_on_needs: {usability: worse}, cost: {effort: 5d}}
`
	s := &Service{}
	l, err := s.load(t.Context(), Source{Name: "p.yaml", Data: []byte(text)}, "2026-11-22")
	if err != nil {
		t.Fatal(err)
	}
	built, _, err := l.build(Budget{})
	if err != nil {
		t.Fatal(err)
	}
	peers := []Peer{{Chosen: []string{"bells", "locks"}, Adds: []string{"bells", "locks"}, Drops: []string{"brakes"}}, {Chosen: []string{"brakes"}}}
	if err := l.fares(built, &model.Plan{Chosen: []string{"brakes"}}, peers); err != nil {
		t.Fatal(err)
	}
	f := peers[0].Fares
	chance := func(rate float64) float64 { return -math.Expm1(-rate * 2) }
	if len(f.People) != 1 || f.People[0].Threat != "fall" || math.Abs(f.People[0].Chance-chance(.5)) > 1e-12 || math.Abs(f.People[0].Best-chance(.1)) > 1e-12 || f.People[0].Harm != parley.Serious {
		t.Errorf("people: %+v", f.People)
	}
	if len(f.Needs) != 3 || f.Needs[2] != (NeedFare{parley.Usability, parley.Better, "brakes", true}) {
		t.Errorf("needs: %+v", f.Needs)
	}
	if want := "People, the next two years: “A rider falls” about 63 in 100, by the best plan about 18 in 100"; f.Words.People != want {
		t.Errorf("%q, want %q", f.Words.People, want)
	}
	if want := "Needs: ease of use gets worse (with “Bells”, “Locks”); ease of use does not get better (without “Brakes”)"; f.Words.Needs != want {
		t.Errorf("%q, want %q", f.Words.Needs, want)
	}
	if same := peers[1].Fares; len(same.People)+len(same.Needs) > 0 || same.Words != (FaresWords{}) {
		t.Errorf("the same plan: %+v", same)
	}
}

func TestOddsApart(t *testing.T) {
	for _, c := range []struct {
		a, b float64
		want bool
	}{{.5, .5, false}, {0, 0, false}, {1, 1, false}, {0, .1, true}, {1, .9, true}, {.1, .11, false}, {.1, .13, true}, {.98, .985, true}, {1e-6, 2e-6, true}} {
		if got := oddsApart(c.a, c.b); got != c.want {
			t.Errorf("%g, %g: %v", c.a, c.b, got)
		}
	}
	if peopleWords(nil, 1) != "" || needWords(&parley.Model{}, nil) != "" {
		t.Error("words about nothing")
	}
}
