package risk

import (
	"context"
	"math"
	"strings"
	"testing"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/file"
)

func readModel(tb testing.TB, text string) *parley.Model {
	tb.Helper()
	doc, err := file.Read("test.yaml", []byte(text))
	if err != nil {
		tb.Fatal(err)
	}
	return doc.Model
}

func mustCompile(tb testing.TB, text string) *Portfolio {
	tb.Helper()
	p, err := Compile(readModel(tb, text), Options{})
	if err != nil {
		tb.Fatal(err)
	}
	return p
}

const datedShop = `parley: v1
product: {id: p, name: P, stage: operations, currency: GBP}
policy: {horizon: 2 years, person_day: 650, discount_rate: 7%, common_cause: 5%}
dependencies:
  - {id: cdn, title: Content network, down: 1%}
controls:
  - {id: waf, title: W, function: prevent, relies_on: [cdn], against: [{threat: leak, likelihood: 40%..80%, impact: 20%}, {threat: replay, likelihood: 50%}]}
threats:
  - id: leak
    title: L
    likelihood: 20%..60% within 2 years
    impact: {says: x, financial: 200k..4M, reputation: {loss: 50k..1M, chance: 30%}, availability: 20k..100k}
    treatments:
      - {id: insure, kind: transfer, title: Policy, premium: 9k per year, deductible: 25k, limit: 1M, per: event, covers: [financial]}
      - {id: stoploss, kind: transfer, title: Policy, premium: 9k..12k per year, deductible: 100k, limit: 1M, per: year}
      - {id: stop, kind: avoid, title: Stop it, cost: {once: 100k}}
  - {id: replay, title: R, likelihood: 0.5..3 per year, impact: {says: x, financial: 1k..20k}}
  - {id: once, title: O, likelihood: 30% within 3 years, at_most_once: true, impact: {says: x, financial: 100k..200k}}
  - {id: soon, title: S, likelihood: 10%..20% within 6 months, at_most_once: true, impact: {says: x, financial: 100k..200k}}
  - {id: new, title: N, likelihood: 0.2 per year, impact: {says: x, financial: 50k..90k}}
mitigations:
  - {id: prepared, title: P, cost: {effort: 15d..40d, once: 2k}, lead_time: 6 weeks, against: [{threat: leak, likelihood: 70%..95%, impact: 10%..30%}, {threat: replay, likelihood: 30%..90%}, {threat: new, impact: 50%}]}
  - {id: backup, title: B, relies_on: [cdn], coverage: 60%..90%, lead_time: 6 months, cost: {effort: 5d, yearly: 1k..2k}, benefits: [{says: y, value: 0..10k per year}], against: [{threat: leak, impact: 30%..60%, likelihood: 10%..20%}, {threat: once, likelihood: 60%}, {threat: soon, likelihood: 90%}]}
features:
  - {id: shiny, title: F, cost: {effort: 40d..60d}, lead_time: 3 months, value: 20k..60k per year, introduces: [new]}
`

// TestDatedEventsMatchNetBenefit holds the sampled losses avoided against the
// exact ones, both by events and by expectation given the inputs.
func TestDatedEventsMatchNetBenefit(t *testing.T) {
	t.Parallel()
	p := mustCompile(t, datedShop)
	for _, c := range []Choice{
		{Mitigations: []string{"prepared"}},
		{Mitigations: []string{"backup"}},
		{Mitigations: []string{"prepared", "backup"}, Start: 0.3},
		{Features: []string{"shiny"}},
		{Features: []string{"shiny"}, Mitigations: []string{"prepared"}},
		{Mitigations: []string{"prepared"}, Base: Scenario{Broken: []string{"waf"}, Features: []string{"shiny"}}},
		{Treatments: []string{"insure"}},
		{Treatments: []string{"insure"}, Base: Scenario{Mitigations: []string{"backup"}}},
		{Treatments: []string{"stoploss"}, Mitigations: []string{"prepared"}},
		{Treatments: []string{"stop"}},
	} {
		want, inexact, err := p.NetBenefit(c)
		if err != nil {
			t.Fatal(err)
		}
		byEvents, byInputs := sampleNetBenefit(t, p, c, draws(60))
		what := strings.Join(append(append(c.Mitigations, c.Features...), c.Treatments...), "+")
		for name, got := range map[string]moments{"events": byEvents, "inputs": byInputs} {
			allowed := 4 * got.standardError()
			if inexact != "" {
				allowed += 0.02 * math.Abs(want)
			}
			if d := got.mean() - want; math.Abs(d) > allowed {
				t.Errorf("%s by %s: %v ± %v, want %v", what, name, got.mean(), got.standardError(), want)
			}
		}
		t.Logf("%s: %.0f; events %.0f ± %.0f; inputs %.0f ± %.0f %s", what, want, byEvents.mean(), byEvents.standardError(), byInputs.mean(), byInputs.standardError(), inexact)
	}
}

// moments add up a sample.
type moments struct{ n, sum, squares float64 }

func (m *moments) add(x float64) { m.n++; m.sum += x; m.squares += x * x }

func (m *moments) mean() float64 { return m.sum / m.n }

func (m *moments) standardError() float64 {
	return math.Sqrt(max(0, m.squares/m.n-m.mean()*m.mean()) / m.n)
}

func sampleNetBenefit(t *testing.T, p *Portfolio, c Choice, blocks int) (byEvents, byInputs moments) {
	t.Helper()
	var a Appraisal
	cmp, err := p.compare(c, &a)
	if err != nil {
		t.Fatal(err)
	}
	d := newDiary(newBench(7))
	for block := range blocks {
		d.b.open(block)
		if err := d.follow(cmp); err != nil {
			t.Fatal(err)
		}
		for i := range blockSize {
			byEvents.add(d.avoided[i] + d.cash[i])
			byInputs.add(d.expected[i] + d.cash[i])
		}
	}
	return byEvents, byInputs
}

func TestAppraise(t *testing.T) {
	p := mustCompile(t, datedShop)
	a, err := p.Appraise(context.Background(), Choice{Mitigations: []string{"prepared", "backup"}}, SimOptions{})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%+v", a)
}
