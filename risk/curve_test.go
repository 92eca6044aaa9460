package risk_test

import (
	"encoding/json"
	"math"
	"strconv"
	"testing"
	"time"

	"github.com/parleysec/parley/risk"
)

// portfolioCase is a sum of compound Poisson log-normals.
type portfolioCase struct {
	rows     [][3]float64
	expected struct {
		Mean     float64            `json:"mean"`
		SD       float64            `json:"sd"`
		Exceed   map[string]float64 `json:"prob_exceed"`
		Quantile map[string]float64 `json:"quantile"`
		Any      float64            `json:"prob_any_loss"`
	}
}

func portfolioCases(t *testing.T) map[string]portfolioCase {
	t.Helper()
	all := references(t)
	out := map[string]portfolioCase{}
	for _, id := range []string{"single-cp-lognormal", "portfolio-20"} {
		type row struct{ Lambda, Low, High float64 }
		var in struct {
			row
			Scenarios []row
		}
		var c portfolioCase
		all[id].into(t, &in, &c.expected)
		if in.Lambda > 0 {
			in.Scenarios = append(in.Scenarios, in.row)
		}
		for _, s := range in.Scenarios {
			c.rows = append(c.rows, [3]float64{s.Lambda, s.Low, s.High})
		}
		out[id] = c
	}
	return out
}

func number(tb testing.TB, text string) float64 {
	tb.Helper()
	x, err := strconv.ParseFloat(text, 64)
	if err != nil {
		tb.Fatal(err)
	}
	return x
}

var _ = json.Marshal

func TestReferencePortfolios(t *testing.T) {
	for id, c := range portfolioCases(t) {
		t.Run(id, func(t *testing.T) {
			p := compile(t, portfolioFile(c.rows))
			begin := time.Now()
			curve, err := p.Curve(risk.Scenario{})
			if err != nil {
				t.Fatal(err)
			}
			t.Log(time.Since(begin), curve.Error)
			if c.expected.Mean > 0 {
				near(t, "mean", expect(t, p, risk.Scenario{}).Annual, c.expected.Mean, 1e-9)
			}
			sim := simulate(t, p, risk.Scenario{}, risk.SimOptions{Trials: 400_000, Seed: 7})
			for loss, want := range c.expected.Exceed {
				at := number(t, loss)
				t.Log(at, want, curve.Exceedance(at)-want)
				near(t, "exact exceedance of "+loss, curve.Exceedance(at), want, 2e-4)
				got, se := sim.Exceedance(at)
				if math.Abs(got-want) > 4*math.Max(se, math.Sqrt(want*(1-want)/400_000)) {
					t.Errorf("simulated exceedance of %s = %v ± %v, want %v", loss, got, se, want)
				}
			}
			for q, want := range c.expected.Quantile {
				near(t, "exact quantile "+q, curve.Quantile(number(t, q)), want, 2e-4)
				if got, se := sim.Quantile(number(t, q)), sim.QuantileError(number(t, q)); math.Abs(got-want) > 4*se {
					t.Errorf("simulated quantile %s = %v ± %v, want %v", q, got, se, want)
				}
			}
		})
	}
}
