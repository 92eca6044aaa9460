package brief

import (
	"math"
	"testing"

	"github.com/parleysec/parley/risk"
)

// worthModel has one certain loss of 12,000 a year and round numbers around it.
const worthModel = `
parley: v1
product: {id: p, name: P, currency: GBP}
policy: {horizon: 2 years, person_day: 100, discount_rate: 0%, common_cause: 0%}
threats:
  - {id: t, title: T, likelihood: 1.2 per year, impact: {says: bad, financial: 10k}}
  - {id: u, title: U, likelihood: 1 per year, impact: {says: bad, financial: 4k}}
  - {id: new, title: New, likelihood: 1 per year, impact: {says: bad, financial: 6k}}
mitigations:
  - {id: half, title: Half, cost: {effort: 10d}, lead_time: 6 months, against: [{threat: t, likelihood: 50%}, {threat: u, likelihood: 25%}]}
  - {id: quarter, title: Quarter, cost: {once: 1k, yearly: 500}, against: [{threat: t, impact: 25%}], benefits: [{says: nice, value: 300 per year}]}
  - {id: guard, title: Guard, cost: {effort: 1d}, against: [{threat: new, likelihood: 50%}]}
features:
  - {id: f, title: F, cost: {effort: 10d}, value: 9k per year, introduces: [new], requires: [guard]}
`

func worthOf(t *testing.T, text string) (*worth, *risk.Portfolio) {
	t.Helper()
	m := read(t, text)
	p, err := risk.Compile(m, risk.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return newWorth(m, p), p
}

// Net benefits by hand: no discount, two years.
func TestNetByHand(t *testing.T) {
	w, _ := worthOf(t, worthModel)
	for _, c := range []struct {
		name      string
		base, set []string
		start     float64
		want      float64
	}{
		{"nothing", nil, nil, 0, 0},
		{"half the events from six months on, a quarter of u's", nil, []string{"half"}, 0, 1.5*6000 + 1.5*1000 - 1000},
		{"the same begun half a year later", nil, []string{"half"}, 0.5, 1*6000 + 1*1000 - 1000},
		{"begun after the horizon", nil, []string{"half"}, 3, 0},
		{"a quarter of the loss at once, with running cost and benefit", nil, []string{"quarter"}, 0, 2*3000 - 1000 - 2*500 + 2*300},
		{
			"both: layers multiply, each from its own finish", nil,
			[]string{"half", "quarter"},
			0,
			0.5*3000 + 1.5*(12000-12000*0.5*0.75) + 1.5*1000 - 1000 - 1000 - 1000 + 600,
		},
		{"a feature brings its value and its threat", nil, []string{"f"}, 0, 2*9000 - 1000 - 2*6000},
		{"with the guard it needs", nil, []string{"f", "guard"}, 0, 2*9000 - 1000 - 2*3000 - 100},
		{"the guard once the feature is there", []string{"f"}, []string{"guard"}, 0, 2*3000 - 100},
		{"the guard without the feature", nil, []string{"guard"}, 0, -100},
	} {
		if got := w.net(c.base, c.set, c.start); math.Abs(got-c.want) > 1e-6 {
			t.Errorf("%s: %v, by hand %v", c.name, got, c.want)
		}
	}
}

// With a discount the quick sum is that of the prices, features and all.
func TestNetIsThatOfThePrices(t *testing.T) {
	w, p := worthOf(t, worthModel+"  - {id: g, title: G, cost: {effort: 3d..9d, yearly: 1k..2k}, value: 2k..9k per year, lead_time: 3 months}\n")
	for _, c := range []risk.Choice{
		{Mitigations: []string{"half", "quarter"}, Start: 0.25},
		{Mitigations: []string{"guard"}, Features: []string{"f", "g"}},
		{Mitigations: []string{"guard"}, Base: risk.Scenario{Features: []string{"f"}}, Start: 1.5},
	} {
		want, _, err := p.NetBenefit(c)
		if err != nil {
			t.Fatal(err)
		}
		got := w.net(c.Base.Features, append(append([]string{}, c.Mitigations...), c.Features...), c.Start)
		if math.Abs(got-want) > 1e-6*(1+math.Abs(want)) {
			t.Errorf("%+v: %v, the prices say %v", c, got, want)
		}
	}
}
