package risk_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/parleysec/parley/risk"
)

// TestAccountByHand writes the lines of one mitigation out.
func TestAccountByHand(t *testing.T) {
	p := compile(t, oneOption)
	l := math.Log(1.08)
	flow := func(a, b float64) float64 { return (math.Exp(-l*a) - math.Exp(-l*b)) / l }
	a, err := p.Account(risk.Choice{Mitigations: []string{"m"}})
	if err != nil {
		t.Fatal(err)
	}
	want := map[risk.LineKind]float64{
		risk.LineAvoided: 1600 * flow(0.5, 2), risk.LineEffort: -4 * 500 * flow(0, 0.5) / 0.5, risk.LineOnce: -300,
		risk.LineYearly: -50 * flow(0.5, 2), risk.LineBenefit: 100 * flow(0.5, 2),
	}
	if len(a.Net) != len(want) {
		t.Fatalf("%+v", a.Net)
	}
	for _, y := range a.Net {
		near(t, string(y.Kind), y.Amount, want[y.Kind], 1e-12)
		near(t, "product", y.Quantity*y.Each, y.Amount, 1e-12)
	}
	if len(a.Money) != 2 || a.Money[0].Amount != 300 || a.Money[1].Amount != 75 || len(a.Effort) != 1 || a.Effort[0].Amount != 4 {
		t.Errorf("money %+v, effort %+v", a.Money, a.Effort)
	}
	if _, err := p.Account(risk.Choice{Mitigations: []string{"nothing"}}); err == nil {
		t.Error("an id that does not exist has an account")
	}
}

// TestAccountAddsUp draws choices and when they begin: the lines make what Appraise says.
func TestAccountAddsUp(t *testing.T) {
	p := compile(t, oneOption)
	rapid.Check(t, func(t *rapid.T) {
		c := risk.Choice{Start: rapid.Float64Range(0, 3).Draw(t, "start")}
		for _, id := range []string{"m", "late"} {
			if rapid.Bool().Draw(t, id) {
				c.Mitigations = append(c.Mitigations, id)
			}
		}
		a, err := p.Account(c)
		if err != nil {
			t.Fatal(err)
		}
		whole, err := p.Appraise(t.Context(), c, risk.SimOptions{Trials: 4096})
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range []struct {
			lines []risk.Line
			want  float64
		}{{a.Net, whole.NetBenefit}, {a.Money, whole.Cost.Money.Mean}, {a.Effort, whole.Cost.EffortDays.Mean}} {
			sum := 0.0
			for _, y := range x.lines {
				sum += y.Amount
			}
			if math.Abs(sum-x.want) > 1e-9*max(1, math.Abs(x.want)) {
				t.Fatalf("%+v make %v, not %v", x.lines, sum, x.want)
			}
		}
	})
}
