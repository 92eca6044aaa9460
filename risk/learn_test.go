package risk_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/parleysec/parley/quantity"
	"github.com/parleysec/parley/risk"
)

// wall is one threat with one mitigation; the horizon is a year and nothing is
// discounted, so that a mitigation of a certain share is worth
// share · rate · mean loss − cost.
func wall(likelihood, share, once string, more ...string) string {
	text := head + "policy: {horizon: 1 year, discount_rate: 0%, common_cause: 0%}\nthreats:\n" +
		"  - {id: t, title: T, likelihood: " + likelihood + ", impact: {says: x, financial: 100k}}\n" +
		"  - {id: u, title: U, likelihood: 0.5 per year, impact: {says: x, financial: {loss: 20k, chance: 20%..60%}}}\nmitigations:\n" +
		"  - {id: m, title: M, cost: {once: " + once + "}, " + share + "}\n"
	for _, m := range more {
		text += "  - " + m + "\n"
	}
	return text
}

func learn(tb testing.TB, p *risk.Portfolio, mitigations ...string) risk.Learning {
	tb.Helper()
	var options []risk.Choice
	for _, m := range mitigations {
		options = append(options, risk.Choice{Mitigations: []string{m}})
	}
	l, err := p.Learn(options)
	if err != nil {
		tb.Fatal(err)
	}
	return l
}

func evpi(tb testing.TB, p *risk.Portfolio, options ...risk.Choice) float64 {
	tb.Helper()
	v, err := p.EVPI(options)
	if err != nil {
		tb.Fatal(err)
	}
	return v
}

// evppiOf finds one estimate; what is certain has none.
func evppiOf(tb testing.TB, l risk.Learning, id string, what risk.Stated) float64 {
	tb.Helper()
	for _, e := range l.Estimates {
		if e.ID == id && e.What == what {
			return e.EVPPI
		}
	}
	tb.Fatalf("%s of %s is not among %+v", what, id, l.Estimates)
	return 0
}

// TestEVPPIOfARate is E[(cλ−C)⁺] − (cE[λ]−C)⁺ by the log-normal's partial expectation.
func TestEVPPIOfARate(t *testing.T) {
	rate := quantity.LogNormalFrom(0.05, 2)
	for _, cost := range []float64{1e3, 10e3, 40e3, 60e3, 300e3} {
		p := compile(t, wall("0.05..2 per year", "against: [{threat: t, likelihood: 80%}]", fmt.Sprint(cost)))
		l := learn(t, p, "m")
		k := cost / 80e3
		z := (math.Log(k) - rate.Mu) / rate.Sigma
		above := rate.Mean()*quantity.NormalCDF(rate.Sigma-z) - k*quantity.NormalCDF(-z)
		want := 80e3 * (above - max(0, rate.Mean()-k))
		got := evppiOf(t, l, "t", risk.StatedLikelihood)
		if math.Abs(got-want) > 1e-9*80e3 {
			t.Errorf("cost %v: EVPPI %v, want %v", cost, got, want)
		}
		near(t, "EVPI by lattice", evpi(t, p, risk.Choice{Mitigations: []string{"m"}}), want, 0.02+20/want)
		if (l.Best == 0) != (80e3*rate.Mean() > cost) {
			t.Errorf("cost %v: best is %d", cost, l.Best)
		}
	}
}

// TestEVPPIOfACost is of a uniform cost, by hand: the benefit is 40k, the cost
// 0..100k, so knowing it saves E[(40k−C)⁺] = 40k²/2/100k.
func TestEVPPIOfACost(t *testing.T) {
	p := compile(t, wall("0.5 per year", "against: [{threat: t, likelihood: 80%}]", "0..100k"))
	near(t, "EVPPI", evppiOf(t, learn(t, p, "m"), "m", risk.StatedOnce), 8e3, 1e-9)
}

// TestEVPPIByBruteForce replaces one input by each of its quantiles, and takes
// the best option of the model that results: an input shared by two threats, a
// coverage that counts twice, a chance of a kind of loss, three options.
func TestEVPPIByBruteForce(t *testing.T) {
	const shared = "against: [{threat: t, likelihood: %s, impact: 30%%}, {threat: u, likelihood: %s}], coverage: %s"
	rival := "{id: n, title: N, cost: {once: 15k}, against: [{threat: t, likelihood: 40%}, {threat: u, impact: 70%}]}"
	text := func(e1, e2, coverage string) string {
		return wall("0.2..1.5 per year", fmt.Sprintf(shared, e1, e2, coverage), "30k", rival)
	}
	share := func(low, high float64) quantity.Dist { return quantity.LogitNormalFrom(low, high) }
	percent := func(x float64) string { return fmt.Sprintf("%.12f%%", 100*x) }
	l := learn(t, compile(t, text("30%..95%", "10%..90%", "40%..90%")), "m", "n")
	const n = 400
	for _, c := range []struct {
		what risk.Stated
		at   func(p float64) string
	}{
		{risk.StatedEvents, func(p float64) string {
			return text(percent(share(0.3, 0.95).Quantile(p)), percent(share(0.1, 0.9).Quantile(p)), "40%..90%")
		}},
		{risk.StatedCoverage, func(p float64) string {
			return text("30%..95%", "10%..90%", percent(share(0.4, 0.9).Quantile(p)))
		}},
	} {
		sum, means := 0.0, [3]float64{}
		for i := range n {
			p := compile(t, c.at((float64(i)+0.5)/n))
			values := [3]float64{}
			for o, id := range []string{"m", "n"} {
				v, _, err := p.NetBenefit(risk.Choice{Mitigations: []string{id}})
				if err != nil {
					t.Fatal(err)
				}
				values[o] = v
				means[o] += v / n
			}
			sum += slices.Max(values[:]) / n
		}
		want := sum - slices.Max(means[:])
		got := evppiOf(t, l, "m", c.what)
		t.Log(c.what, got, want)
		if math.Abs(got-want) > 0.01*want+1 || got <= 0 {
			t.Errorf("%s: EVPPI %v, by brute force %v", c.what, got, want)
		}
	}
}

// TestLearnLaws: what one estimate is worth is at most what all are, the order
// is by worth, and what no decision turns on is worth nothing.
func TestLearnLaws(t *testing.T) {
	p := compile(t, shop)
	options := []risk.Choice{{Mitigations: []string{"prepared"}}, {Mitigations: []string{"backup"}}, {Mitigations: []string{"prepared", "backup"}}}
	l, err := p.Learn(options)
	if err != nil {
		t.Fatal(err)
	}
	if len(l.Estimates) < 6 {
		t.Fatalf("only %d estimates: %+v", len(l.Estimates), l.Estimates)
	}
	all := evpi(t, p, options...)
	for i, e := range l.Estimates {
		if !(e.EVPPI >= 0) || e.EVPPI > all+1e-6 {
			t.Errorf("%s of %s: %v beside %v for all", e.What, e.ID, e.EVPPI, all)
		}
		if i > 0 && e.EVPPI > l.Estimates[i-1].EVPPI {
			t.Errorf("%s of %s is out of order", e.What, e.ID)
		}
	}
	best, _, err := p.NetBenefit(options[max(0, l.Best)])
	if err != nil || l.Best >= 0 && math.Abs(best-l.NetBenefit) > 1e-6*math.Abs(best) {
		t.Errorf("net benefit %v, want %v (%v)", l.NetBenefit, best, err)
	}
	none, err := p.Learn(nil)
	if err != nil || none.Best != -1 || none.NetBenefit != 0 || len(none.Estimates) != 0 {
		t.Errorf("nothing to decide: %+v, %v", none, err)
	}
	if v, err := p.EVPI(nil); err != nil || v != 0 {
		t.Errorf("nothing to decide: EVPI %v, %v", v, err)
	}
	if _, err := p.Learn([]risk.Choice{{Mitigations: []string{"nosuch"}}}); err == nil {
		t.Error("an unknown option is no error")
	}
}

// TestLearnWithTransfer: the premium's and the rate's worth, the latter by hand
// in proportion to the rate.
func TestLearnWithTransfer(t *testing.T) {
	p := compile(t, head+"policy: {horizon: 1 year, discount_rate: 0%, common_cause: 0%}\nthreats:\n"+
		"  - {id: t, title: T, likelihood: 0.05..2 per year, impact: {says: x, financial: 100k}, treatments: [{id: ins, kind: transfer, title: I, premium: 40k per year, deductible: 20k, per: event}]}\n")
	l, err := p.Learn([]risk.Choice{{Treatments: []string{"ins"}}})
	if err != nil {
		t.Fatal(err)
	}
	rate := quantity.LogNormalFrom(0.05, 2)
	want := quantity.ExpectAt(rate, func(x float64) float64 { return max(0, 80e3*x-40e3) }, 0.5) - max(0, 80e3*rate.Mean()-40e3)
	near(t, "EVPPI", evppiOf(t, l, "t", risk.StatedLikelihood), want, 1e-9)
	if l.Estimates[0].Estimated {
		t.Error("what is proportional to the rate is called estimated")
	}
}

// BenchmarkLearn100 is one decision with 100 uncertain inputs.
func BenchmarkLearn100(b *testing.B) {
	text := head + "policy: {horizon: 2 years, common_cause: 5%}\nthreats:\n"
	for i := range 50 {
		text += fmt.Sprintf("  - {id: t%d, title: T, likelihood: 0.05..0.5 per year, impact: {says: x, financial: 10k..400k}}\n", i)
	}
	text += "mitigations:\n"
	var all []string
	for i := range 50 {
		text += fmt.Sprintf("  - {id: m%d, title: M, cost: {once: 15k}, against: [{threat: t%d, likelihood: 40%%..90%%}]}\n", i, i)
		all = append(all, fmt.Sprintf("m%d", i))
	}
	p := compile(b, text)
	for b.Loop() {
		l, err := p.Learn([]risk.Choice{{Mitigations: all}, {Mitigations: all[:25]}})
		if err != nil || len(l.Estimates) != 100 {
			b.Fatal(len(l.Estimates), err)
		}
	}
}
