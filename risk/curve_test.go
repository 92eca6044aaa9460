package risk_test

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

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

func TestReferencePortfolios(t *testing.T) {
	for id, c := range portfolioCases(t) {
		t.Run(id, func(t *testing.T) {
			p := compile(t, portfolioFile(c.rows))
			curve, err := p.Curve(risk.Scenario{})
			if err != nil {
				t.Fatal(err)
			}
			if curve.Error > 1e-6 {
				t.Errorf("estimated error %v", curve.Error)
			}
			if c.expected.Mean > 0 {
				near(t, "mean", expect(t, p, risk.Scenario{}).Annual, c.expected.Mean, 1e-9)
			}
			if c.expected.Any > 0 {
				near(t, "chance of any loss", curve.Exceedance(0), c.expected.Any, 1e-12)
			}
			sim := simulate(t, p, risk.Scenario{}, risk.SimOptions{Trials: 400_000, Seed: 7})
			for loss, want := range c.expected.Exceed {
				at := number(t, loss)
				// The values are printed to seven digits and good to about 1e-7.
				if got := curve.Exceedance(at); math.Abs(got-want) > 2e-7 || math.Abs(got-want) > 2e-4*want {
					t.Errorf("exact exceedance of %s = %v, want %v", loss, got, want)
				}
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

// TestCurveAgreesWithSimulation draws random portfolios with several kinds of
// loss, chances, barriers, dependencies and single events, and compares both
// curves at five quantiles of the simulation.
func TestCurveAgreesWithSimulation(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(3, 5))
	beyond := 0
	portfolios := risk.Draws(50)
	for n := range portfolios {
		p := compile(t, randomCertainFile(rng))
		s := risk.Scenario{}
		if n%2 == 1 {
			s.Mitigations = []string{"m0", "m1"}
		}
		curve, err := p.Curve(s)
		if err != nil {
			t.Fatal(err)
		}
		sim := simulate(t, p, s, risk.SimOptions{Trials: 40_000, Seed: uint64(n + 1), TotalsOnly: true})
		near(t, "mean", curve.Mean, expect(t, p, s).Annual, 1e-12)
		for _, q := range []float64{0.3, 0.5, 0.8, 0.95, 0.995} {
			at := sim.Quantile(q)
			want := curve.Exceedance(at)
			got, _ := sim.Exceedance(at)
			se := math.Sqrt(want * (1 - want) / 40_000)
			if math.Abs(got-want) > 4*se+1e-6 {
				t.Errorf("portfolio %d: exceedance of %v: exact %v, simulated %v (%.1f standard errors)", n, at, want, got, (got-want)/se)
			}
			if math.Abs(got-want) > 2*se {
				beyond++
			}
		}
		exact := curve.Shortfall(0.95)
		got, se := sim.Shortfall(0.95)
		if math.Abs(got-exact) > 5*se { // heavy tails: the error itself is an estimate
			t.Errorf("portfolio %d: shortfall: exact %v, simulated %v ± %v", n, exact, got, se)
		}
	}
	if beyond > 5*portfolios/5 { // 4.6 % of 250 are expected, 11
		t.Errorf("%d of %d comparisons differ by more than two standard errors", beyond, 5*portfolios)
	}
}

// randomCertainFile has no uncertain rate or share, so that the exact curve exists.
func randomCertainFile(rng *rand.Rand) string {
	var b strings.Builder
	b.WriteString(head + "policy: {horizon: 1 year, common_cause: 5%}\ndependencies: [{id: d, title: D, down: 3%}]\nthreats:\n")
	k := 1 + rng.IntN(4)
	for i := range k {
		low := math.Pow(10, 3+3*rng.Float64())
		fmt.Fprintf(&b, "  - {id: t%d, title: T, ", i)
		switch rng.IntN(4) {
		case 0:
			fmt.Fprintf(&b, "at_most_once: true, likelihood: %.1f%% within %d years, ", 1+60*rng.Float64(), 1+rng.IntN(3))
		default:
			fmt.Fprintf(&b, "likelihood: %.3f per year, ", 0.02*math.Pow(100, rng.Float64()))
		}
		fmt.Fprintf(&b, "impact: {says: x, financial: %.0f..%.0f", low, low*(1.5+60*rng.Float64()))
		if rng.IntN(5) == 0 {
			fmt.Fprintf(&b, ", reputation: {loss: %.0f..%.0f..%.0f, chance: %d%%}", low, 3*low, 20*low, 5+rng.IntN(90))
		}
		if rng.IntN(8) == 0 {
			fmt.Fprintf(&b, ", availability: \"pert(%.0f, %.0f, %.0f)\"", low/2, low, 3*low)
		}
		b.WriteString("}}\n")
	}
	b.WriteString("controls:\n")
	fmt.Fprintf(&b, "  - {id: c, title: C, function: prevent, relies_on: [d], against: [{threat: t0, likelihood: 60%%, impact: 20%%}]}\n")
	b.WriteString("mitigations:\n")
	for j := range 2 {
		fmt.Fprintf(&b, "  - {id: m%d, title: M, relies_on: [d], cost: {once: 1}, against: [{threat: t%d, likelihood: %d%%, impact: %d%%}]}\n", j, rng.IntN(k), 10+rng.IntN(80), rng.IntN(60)+1)
	}
	return b.String()
}

func TestCurveSaysWhyNot(t *testing.T) {
	for fields, want := range map[string]string{
		"likelihood: 0.5..3 per year, impact: {says: x, financial: 1k..20k}":                      "likelihood is a range",
		"likelihood: 1 per year, impact: {says: x, financial: 20k}":                               "single number",
		"likelihood: 1 per year, impact: {says: x, financial: {loss: 1k..20k, chance: 10%..20%}}": "chance of its loss",
	} {
		_, err := compile(t, oneThreat("horizon: 1 year", fields)).Curve(risk.Scenario{})
		var not *risk.NotExactError
		if !errors.As(err, &not) || not.Threat != "t" || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", fields, err)
		}
	}
	p := compile(t, oneThreat("horizon: 1 year", "likelihood: 1 per year, impact: {says: x, financial: 1k..2k}",
		"mitigations: [{id: m, title: M, cost: {once: 1}, against: [{threat: t, likelihood: 20%..30%}]}]"))
	if _, err := p.Curve(risk.Scenario{Mitigations: []string{"m"}}); err == nil || !strings.Contains(err.Error(), "share of a barrier") {
		t.Errorf("uncertain share: %v", err)
	}
	if _, err := p.Curve(risk.Scenario{}); err != nil {
		t.Errorf("without it: %v", err)
	}
}

// TestCurveOfNothing has no threats, and so no loss.
func TestCurveOfNothing(t *testing.T) {
	p := compile(t, oneThreat("horizon: 1 year", "likelihood: 1 per year, impact: {says: x, financial: 1k..2k}"))
	c, err := p.Curve(risk.Scenario{Avoided: []string{"t"}})
	if err != nil || c.Exceedance(0) != 0 || c.Quantile(0.99) != 0 || c.Mean != 0 {
		t.Errorf("%+v, %v", c, err)
	}
}
