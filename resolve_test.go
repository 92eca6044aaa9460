package parley_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/quantity"
)

func TestResolveReadsEveryQuantity(t *testing.T) {
	m := shop()
	if ps := parley.Resolve(m); len(ps) != 0 {
		t.Fatalf("%+v", ps)
	}
	for _, c := range []struct {
		name string
		q    quantity.Quantity
		kind quantity.Kind
		mean float64
	}{
		{"person_day", m.Policy.PersonDay, quantity.Money, 650},
		{"limit", m.Policy.Appetite[1].Loss, quantity.Money, 1e6},
		{"chance of a limit", m.Policy.Appetite[1].Chance, quantity.Share, 0.02},
		{"every", m.Controls[0].Checks[0].Every, quantity.Duration, 7 / 365.25},
		{"rate of a chance", m.Threats[0].Likelihood, quantity.Likelihood, -math.Log(0.7) / 2},
		{"premium", m.Threats[0].Treatments[0].Premium, quantity.Yearly, 9000},
		{"effort", m.Mitigations[0].Cost.Effort, quantity.Effort, 3},
		{"once", m.Mitigations[1].Cost.Once, quantity.Money, 1000},
		{"capacity", m.Capacity[0].Effort, quantity.Effort, 120},
	} {
		if c.q.Kind != c.kind || math.Abs(c.q.Mean()-c.mean) > 1e-3*c.mean {
			t.Errorf("%s: kind %d, mean %v; want %d, %v", c.name, c.q.Kind, c.q.Mean(), c.kind, c.mean)
		}
	}
}

// A chance without a timeframe is over the file's own horizon, wherever in the
// file that stands.
func TestResolveUsesTheHorizon(t *testing.T) {
	m := shop()
	m.Policy.Horizon = quantity.Of("5 years")
	m.Threats[0].Likelihood = quantity.Of("30%")
	if ps := parley.Resolve(m); len(ps) != 0 {
		t.Fatalf("%+v", ps)
	}
	if got, want := m.Threats[0].Likelihood.Mean(), -math.Log(0.7)/5; math.Abs(got-want) > 1e-12 {
		t.Errorf("rate %v, want %v", got, want)
	}
	if got := m.Env(); got.Horizon != 5 || got.Currency != "GBP" {
		t.Errorf("Env is %+v", got)
	}
}

func TestResolveUsesTheScale(t *testing.T) {
	m := shop()
	m.Policy.Scale = parley.Scale{Cost: map[string]string{"tiny": "1d"}, Points: &parley.Points{Value: 8, Worth: quantity.Of("80k per year")}}
	m.Mitigations[0].Cost.Effort = quantity.Of("tiny")
	m.Features[0].Value = quantity.Of("2 points")
	if ps := parley.Resolve(m); len(ps) != 0 {
		t.Fatalf("%+v", ps)
	}
	if got := m.Mitigations[0].Cost.Effort.Mean(); got != 1 {
		t.Errorf("tiny is %v days, want 1", got)
	}
	if got := m.Features[0].Value.Mean(); math.Abs(got-20_000) > 1e-6 {
		t.Errorf("2 points are worth %v, want 20000", got)
	}
}

func TestResolveReportsWhere(t *testing.T) {
	m := shop()
	m.Threats[0].Impact.Financial.Amount = quantity.Of("20k..much")
	ps := parley.Resolve(m)
	if len(ps) != 1 {
		t.Fatalf("%+v", ps)
	}
	p := ps[0]
	if p.Path != "threats[0].impact.financial.loss" || p.ID != "leak" || p.Text != "20k..much" || p.Column != 6 || p.Hint == "" {
		t.Errorf("%+v", p)
	}
}

// The id is that of the nearest thing with one.
func TestResolveNamesTheNearest(t *testing.T) {
	m := shop()
	m.Threats[0].Treatments[0].Limit = quantity.Of("lots")
	m.Policy.PersonDay = quantity.Of("lots")
	ps := parley.Resolve(m)
	if len(ps) != 2 || ps[0].ID != "" || ps[1].ID != "insure" {
		t.Errorf("%+v", ps)
	}
}

// A word whose meaning cannot be read is reported in the scale, not wherever it is used.
func TestResolveBlamesTheScale(t *testing.T) {
	m := shop()
	m.Policy.Scale.Likelihood = map[string]string{"seldom": "hardly ever"}
	m.Threats[0].Likelihood = quantity.Of("Seldom within 2 years")
	ps := parley.Resolve(m)
	if len(ps) != 1 || ps[0].Path != "policy.scale.likelihood.seldom" {
		t.Errorf("%+v", ps)
	}
}

func TestResolvePassesWarningsOn(t *testing.T) {
	m := shop()
	m.Threats[0].Impact.Financial.Amount = quantity.Of("1..10000000") // so wide that its mean passes its end
	ps := parley.Resolve(m)
	if len(ps) != 1 || !ps[0].Warning || !strings.HasPrefix(ps[0].Path, "threats[0].impact.financial") {
		t.Errorf("%+v", ps)
	}
}

// A loss is its amount alone in JSON, or both; both read back.
func TestLossJSON(t *testing.T) {
	for text, loss := range map[string]parley.Loss{
		`"20k"`:                         {Amount: quantity.Of("20k")},
		`{"loss":"20k","chance":"40%"}`: {Amount: quantity.Of("20k"), Chance: quantity.Of("40%")},
	} {
		got, err := json.Marshal(loss)
		if err != nil || string(got) != text {
			t.Errorf("%s, %v; want %s", got, err, text)
		}
		var back parley.Loss
		if err := json.Unmarshal([]byte(text), &back); err != nil || back.Amount.Text != "20k" || back.Chance.Text != loss.Chance.Text {
			t.Errorf("%+v, %v", back, err)
		}
	}
}
