package risk

import (
	"fmt"
	"maps"
	"math"
	"strings"
	"testing"
)

// borneOutFile has threats of every form a price takes, several layers before
// each, one that relies on something, and contracts.
const borneOutFile = `parley: v1
product: {id: p, name: P, stage: operations, currency: GBP}
policy: {horizon: 2 years, common_cause: 7%}
dependencies: [{id: net, title: Net, down: 2%}]
controls:
  - {id: c0, title: C, function: prevent, degraded: 20%, relies_on: [net], against: [{threat: rate, likelihood: 60%, impact: 30%}, {threat: once, likelihood: 50%}]}
  - {id: c1, title: C, function: prevent, coverage: 80%, against: [{threat: rate, likelihood: 40%}, {threat: apart, impact: 50%}]}
  - {id: c2, title: C, function: respond, against: [{threat: once, impact: 40%}, {threat: same, likelihood: 30%}, {threat: new, likelihood: 20%}]}
threats:
  - {id: rate, title: T, likelihood: 0.5..2 per year, impact: {says: x, financial: 1k..9k}, treatments: [{id: ins, kind: transfer, title: I, premium: 1k per year, deductible: 2k, limit: 5k, per: event}]}
  - {id: once, title: T, likelihood: 60%..90% within 2 years, at_most_once: true, impact: {says: x, financial: 10k..20k}}
  - {id: apart, title: T, likelihood: 1..3 per year, stated_with: [], impact: {says: x, reputation: 5k}}
  - {id: same, title: T, likelihood: 0.1..0.3 per year, coverage_gap: same, impact: {says: x, availability: {loss: 5k, chance: 30%}}}
  - {id: new, title: T, likelihood: 1 per year, impact: {says: x, financial: 4k}}
mitigations:
  - {id: m, title: M, coverage: 50%..90%, degraded: 5%..30%, cost: {once: 10}, against: [{threat: rate, likelihood: 40%..80%, impact: 50%}, {threat: new, likelihood: 50%}]}
features: [{id: f, title: F, cost: {once: 10}, introduces: [new]}]
`

// TestCostsNowIsAnotherCompile: pricing only what a layer stands before gives
// what compiling the whole model again without its evidence does.
func TestCostsNowIsAnotherCompile(t *testing.T) {
	m := readModel(t, borneOutFile)
	credits := []Assurance{{}, {Mean: 0.4}, {Alpha: 3, Beta: 1}, {Alpha: 0.5, Beta: 6}, {Mean: 1}}
	layers := []string{"c0", "c1", "c2", "m"}
	for i, s := range []Scenario{
		{},
		{Mitigations: []string{"m"}, Features: []string{"f"}, Avoided: []string{"once"}},
		{Mitigations: []string{"m"}, Broken: []string{"net"}, Transfers: []string{"ins"}},
	} {
		credit := map[string]Assurance{}
		for j, id := range layers[i%2:] { // c0 has nothing against it in one
			credit[id] = credits[(2*i+j)%len(credits)]
		}
		annual := func(credit map[string]Assurance) float64 {
			p, err := Compile(m, Options{Assurance: credit})
			if err != nil {
				t.Fatal(err)
			}
			x, err := p.ExpectAnnual(s)
			if err != nil {
				t.Fatal(err)
			}
			return x
		}
		now, err := Compile(m, Options{Assurance: credit})
		if err != nil {
			t.Fatal(err)
		}
		base := annual(credit)
		for _, id := range layers {
			without := maps.Clone(credit)
			delete(without, id)
			got, err := now.CostsNow(id, s)
			if want := max(0, base-annual(without)); err != nil || math.Abs(got-want) > 1e-9*(1+base) {
				t.Errorf("%d, %s: %v, compiled again %v (%v)", i, id, got, want, err)
			}
		}
	}
}

func TestCostsNowRefusesUnknownIDs(t *testing.T) {
	p, err := Compile(readModel(t, borneOutFile), Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		id   string
		s    Scenario
		want string
	}{{"nobody", Scenario{}, `"nobody" is not a control`}, {"rate", Scenario{}, `"rate" is not a control`}, {"c0", Scenario{Broken: []string{"nobody"}}, `broken: "nobody"`}} {
		if _, err := p.CostsNow(c.id, c.s); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s in %s: %v", c.id, fmt.Sprint(c.s), err)
		}
	}
	if more, err := p.CostsNow("c0", Scenario{}); more != 0 || err != nil {
		t.Errorf("a layer with all its credit costs %v, %v", more, err)
	}
}
