package risk_test

import (
	"context"
	"fmt"
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/parleysec/parley/quantity"
	"github.com/parleysec/parley/risk"
)

// TestReferenceFAIRTree is fair-tree-expected-risk: contacts, action, capability
// against strength, primary and secondary losses, priced as stated.
func TestReferenceFAIRTree(t *testing.T) {
	var in struct{ Contact, Action, TC, CS, SLEF, SLEM, Primary []float64 }
	var want struct {
		Annual float64 `json:"expected_annual_loss"`
	}
	references(t)["fair-tree-expected-risk"].into(t, &in, &want)
	p := compile(t, oneThreat("horizon: 1 year", fmt.Sprintf(`fair: {contacts: "%s per year", action: "%s", capability: "%s", strength: "%s",
      primary: {profit: "%s"}, secondary: {chance: "%s", financial: "%s"}}`,
		pert(in.Contact, ""), pert(in.Action, "%"), pert(in.TC, "%"), pert(in.CS, "%"),
		pert(in.Primary, ""), pert(in.SLEF, "%"), pert(in.SLEM, ""))))
	near(t, "expected annual loss", expect(t, p, risk.Scenario{}).Annual, want.Annual, 1e-7)
}

// pert writes a PERT distribution, shares in percent.
func pert(x []float64, unit string) string {
	by := 1.0
	if unit == "%" {
		by = 100
	}
	return fmt.Sprintf("pert(%v%s, %v%s, %v%s)", by*x[0], unit, by*x[1], unit, by*x[2], unit)
}

// TestReferenceSusceptibility are the cases of capability against strength: PERT
// scores by quadrature, and single numbers, whose mean over the draws of
// pyfair's page is 2/3.
func TestReferenceSusceptibility(t *testing.T) {
	for _, id := range []string{"susceptibility-pert-0.59", "susceptibility-pert-0.63"} {
		var in struct{ TC, CS []float64 }
		var want struct {
			P float64 `json:"p_tc_gt_cs_modified_pert"`
		}
		references(t)[id].into(t, &in, &want)
		got := risk.Exceeds(quantity.PERT{Min: in.TC[0], Mode: in.TC[1], Max: in.TC[2]}, quantity.PERT{Min: in.CS[0], Mode: in.CS[1], Max: in.CS[2]})
		if math.Abs(got-want.P) > 1e-8 {
			t.Errorf("%s: %.12f, want %.12f", id, got, want.P)
		}
	}
	var in struct {
		Capability []float64 `json:"threat_capability"`
		Strength   []float64 `json:"control_strength"`
	}
	var want struct{ Vulnerability float64 }
	references(t)["pyfair-doc-vulnerability-step"].into(t, &in, &want)
	events := 0.0
	for i := range in.Capability {
		p := compile(t, oneThreat("horizon: 1 year", fmt.Sprintf("fair: {attempts: 1 per year, capability: %v%%, strength: %v%%}, impact: {says: x, financial: 1}",
			100*in.Capability[i], 100*in.Strength[i])))
		events += expect(t, p, risk.Scenario{}).Threats[0].Rate
	}
	near(t, "susceptibility", events/float64(len(in.Capability)), want.Vulnerability, 1e-12)
}

// TestReferenceSecondary is pyfair-doc-secondary: in each of three draws, kinds of
// secondary loss with their own chances.
func TestReferenceSecondary(t *testing.T) {
	var in struct{ SLEF, SLEM [][]float64 }
	var want struct {
		Loss []float64 `json:"secondary_loss"`
	}
	references(t)["pyfair-doc-secondary"].into(t, &in, &want)
	for i := range want.Loss {
		text := "fair: {secondary: {"
		for k, kind := range []string{"profit", "reputation", "financial"} {
			text += fmt.Sprintf("%s: {loss: %v, chance: %v%%}, ", kind, in.SLEM[i][k], 100*in.SLEF[i][k])
		}
		p := compile(t, oneThreat("horizon: 1 year", "likelihood: 1 per year, "+text+"}}"))
		near(t, "secondary loss", expect(t, p, risk.Scenario{}).Annual, want.Loss[i], 1e-12)
	}
}

// TestSusceptibilityLaws: two scores that differ share their chance, whoever is
// compared with whom; a stronger control lets less through; the closed form of
// two logit-normal scores is the quadrature of the same scores in two pieces.
func TestSusceptibilityLaws(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		share := rapid.Float64Range(0.02, 0.9)
		low, width := share.Draw(rt, "low"), rapid.Float64Range(0.05, 0.9)
		a := quantity.LogitNormalFrom(low, low+(0.98-low)*width.Draw(rt, "width"))
		low = share.Draw(rt, "low")
		b := quantity.LogitNormalFrom(low, low+(0.98-low)*width.Draw(rt, "width"))
		inPieces := quantity.TwoPieceLogitNormal{Mu: b.Mu, Below: b.Sigma, Above: b.Sigma}
		closed := risk.Exceeds(a, b)
		if d := closed + risk.Exceeds(b, a) - 1; math.Abs(d) > 1e-12 {
			rt.Errorf("both ways they add up to 1 + %v", d)
		}
		if d := closed - risk.Exceeds(a, inPieces); math.Abs(d) > 1e-9 {
			rt.Errorf("closed form and quadrature differ by %v", d)
		}
		stronger := quantity.LogitNormal{Mu: b.Mu + 0.5, Sigma: b.Sigma}
		if more := risk.Exceeds(a, stronger); more > closed {
			rt.Errorf("a stronger control lets %v through instead of %v", more, closed)
		}
		c := quantity.Constant(low)
		if d := risk.Exceeds(a, c) + risk.Exceeds(c, a) - 1; math.Abs(d) > 1e-12 {
			rt.Errorf("against a number they add up to 1 + %v", d)
		}
	})
}

// TestSameRateStatedTwoWays: attempts of which a tenth succeed are a tenth as
// many events, in every figure and every simulated year.
func TestSameRateStatedTwoWays(t *testing.T) {
	rest := "mitigations: [{id: m, title: M, cost: {once: 100..900}, against: [{threat: t, likelihood: 40%..80%}]}]"
	loss := ", impact: {says: x, financial: 1k..50k}"
	whole := compile(t, oneThreat("horizon: 2 years", "likelihood: 0.5..4 per year"+loss, rest))
	apart := compile(t, oneThreat("horizon: 2 years", "fair: {attempts: 5..40 per year, susceptibility: 10%}"+loss, rest))
	a, b := expect(t, whole, risk.Scenario{}), expect(t, apart, risk.Scenario{})
	near(t, "expected annual loss", b.Annual, a.Annual, 1e-12)
	near(t, "chance within the horizon", b.Chance, a.Chance, 1e-10)
	x, err1 := whole.Simulate(t.Context(), risk.Scenario{}, risk.SimOptions{Trials: 20_000})
	y, err2 := apart.Simulate(t.Context(), risk.Scenario{}, risk.SimOptions{Trials: 20_000})
	if err1 != nil || err2 != nil {
		t.Fatal(err1, err2)
	}
	for _, p := range []float64{0.5, 0.9, 0.99} {
		near(t, "quantile", y.Quantile(p), x.Quantile(p), 1e-9)
	}
	options := []risk.Choice{{Mitigations: []string{"m"}}}
	l, err1 := whole.Learn(options)
	m, err2 := apart.Learn(options)
	if err1 != nil || err2 != nil {
		t.Fatal(err1, err2)
	}
	for i := range l.Estimates {
		near(t, "worth of knowing "+string(l.Estimates[i].What), m.Estimates[i].EVPPI, l.Estimates[i].EVPPI, 1e-9)
	}
}

// manyParts is a threat of which three parts of the rate and both chances are
// ranges.
const manyParts = `fair: {contacts: 20..200 per year, action: 5%..20%, susceptibility: 10%..30%,
      primary: {availability: 1k..9k}, secondary: {chance: 10%..40%, financial: 20k..90k, reputation: {loss: 5k..50k, chance: 50%}}}`

// TestRateOfParts holds a rate of three uncertain parts against the product of
// their means, the simulation, and the distribution of the product by quadrature.
func TestRateOfParts(t *testing.T) {
	p := compile(t, oneThreat("horizon: 1 year", manyParts))
	contacts, action, works := quantity.LogNormalFrom(20, 200), quantity.LogitNormalFrom(0.05, 0.2), quantity.LogitNormalFrom(0.1, 0.3)
	mean := contacts.Mean() * action.Mean() * works.Mean()
	secondary := quantity.LogitNormalFrom(0.1, 0.4).Mean()
	loss := quantity.LogNormalFrom(1e3, 9e3).Mean() + secondary*(quantity.LogNormalFrom(20e3, 90e3).Mean()+0.5*quantity.LogNormalFrom(5e3, 50e3).Mean())
	e := expect(t, p, risk.Scenario{})
	near(t, "rate", e.Threats[0].Rate, mean, 1e-10)
	near(t, "expected annual loss", e.Annual, mean*loss, 1e-10)
	// E over the three normal scores, by the trapezoidal rule: for smooth functions of
	// normal variables its error is below 1e-8 at this step.
	over := func(g func(rate float64) float64) float64 {
		sum, total := 0.0, 0.0
		for x := -5.0; x <= 5; x += 0.25 {
			for y := -5.0; y <= 5; y += 0.25 {
				for z := -5.0; z <= 5; z += 0.25 {
					w := math.Exp(-(x*x + y*y + z*z) / 2)
					total += w
					sum += w * g(math.Exp(contacts.Mu+contacts.Sigma*x)/((1+math.Exp(-action.Mu-action.Sigma*y))*(1+math.Exp(-works.Mu-works.Sigma*z))))
				}
			}
		}
		return sum / total
	}
	rate, err := p.StatedRate("t")
	if err != nil {
		t.Fatal(err)
	}
	near(t, "stated rate", rate.Mean(), mean, 1e-10)
	near(t, "its variance", rate.Variance(), (contacts.Variance()+contacts.Mean()*contacts.Mean())*
		(action.Variance()+action.Mean()*action.Mean())*(works.Variance()+works.Mean()*works.Mean())-mean*mean, 1e-9)
	for _, q := range []float64{0.05, 0.5, 0.95} {
		x := rate.Quantile(q)
		near(t, "distribution function", rate.CDF(x), q, 1e-2)
		got := quantity.Expect(action, func(a float64) float64 {
			return quantity.Expect(works, func(w float64) float64 { return contacts.CDF(x / (a * w)) })
		})
		if math.Abs(got-q) > 5e-3 {
			t.Errorf("the %v quantile %v is that of %v", q, x, got)
		}
	}
	never := over(func(rate float64) float64 { return math.Exp(-rate) })
	near(t, "chance within the horizon", e.Chance, 1-never, 1e-3)
	sim, err := p.Simulate(context.Background(), risk.Scenario{}, risk.SimOptions{Trials: 60_000})
	if err != nil {
		t.Fatal(err)
	}
	if d := math.Abs(sim.Mean - mean*loss); d > 4*sim.StandardError {
		t.Errorf("simulated %v, want %v ± %v", sim.Mean, mean*loss, sim.StandardError)
	}
	got, se := sim.Exceedance(0)
	if math.Abs(got-(1-never)) > 4*se {
		t.Errorf("any loss in %v of years, want %v ± %v", got, 1-never, se)
	}
}

// TestLearnParts: each uncertain part is an estimate of its own, and knowing all
// is worth at least as much as any.
func TestLearnParts(t *testing.T) {
	p := compile(t, oneThreat("horizon: 1 year", manyParts,
		"mitigations: [{id: m, title: M, cost: {once: 30k}, against: [{threat: t, likelihood: 60%}]}]"))
	options := []risk.Choice{{Mitigations: []string{"m"}}}
	l, err := p.Learn(options)
	if err != nil {
		t.Fatal(err)
	}
	all, err := p.EVPI(options)
	if err != nil {
		t.Fatal(err)
	}
	type input struct {
		what  risk.Stated
		index int
	}
	found := map[input]bool{}
	for _, e := range l.Estimates {
		found[input{e.What, e.Index}] = true
		if e.EVPPI > all*1.02 || e.Estimated {
			t.Errorf("%+v, all together %v", e, all)
		}
	}
	for _, want := range []input{
		{risk.StatedLikelihood, risk.RateItself}, {risk.StatedLikelihood, risk.RateAction}, {risk.StatedLikelihood, risk.RateSusceptibility}, {risk.StatedTogether, 0},
	} {
		if !found[want] {
			t.Errorf("no estimate %v among %v", want, l.Estimates)
		}
	}
}

// TestLossesTogether: kinds behind one chance happen together or not at all. The
// losses of an event are listed by hand, in the mean, the spread of years, the
// quantiles of an event, the curve and the simulation.
func TestLossesTogether(t *testing.T) {
	const secondary = 0.3
	ranges := `likelihood: 2 per year, fair: {primary: {availability: 900..1100}, secondary: {chance: 30%, financial: 9k..11k, reputation: 18k..22k}}`
	p := compile(t, oneThreat("horizon: 1 year", ranges))
	moments := func(low, high float64) (mean, second float64) {
		d := quantity.LogNormalFrom(low, high)
		return d.Mean(), d.Variance() + d.Mean()*d.Mean()
	}
	a, a2 := moments(900, 1100)
	f, f2 := moments(9e3, 11e3)
	r, r2 := moments(18e3, 22e3)
	mean := a + secondary*(f+r)
	variance := 2 * (a2 + secondary*(f2+r2+2*f*r+2*a*(f+r))) // of a compound Poisson sum: λ·E[X²]
	near(t, "expected annual loss", expect(t, p, risk.Scenario{}).Annual, 2*mean, 1e-10)
	sim, err := p.Simulate(t.Context(), risk.Scenario{}, risk.SimOptions{})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "standard deviation", sim.StandardError*math.Sqrt(float64(sim.Trials)), math.Sqrt(variance), 0.01)
	curve, err := p.Curve(risk.Scenario{})
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range []float64{500, 5e3, 20e3, 33e3, 60e3, 100e3} {
		got, se := sim.Exceedance(x)
		if want := curve.Exceedance(x); math.Abs(got-want) > 4*se {
			t.Errorf("more than %v: simulated %v ± %v, by transform %v", x, got, se, want)
		}
	}

	numbers := compile(t, oneThreat("horizon: 1 year",
		`likelihood: 2 per year, fair: {primary: {availability: 1k}, secondary: {chance: 30%, financial: 10k, reputation: {loss: 20k, chance: 10%}}}`))
	threat, err := numbers.SimulateThreat(t.Context(), "t", risk.Scenario{}, risk.SimOptions{Trials: 4096})
	if err != nil {
		t.Fatal(err)
	}
	// 70 % cost 1k, 27 % 11k and 3 % 31k.
	if got := threat.IfItHappens; got != (risk.EventLoss{P50: 1e3, P95: 11e3, Exact: true}) {
		t.Errorf("one event costs %+v", got)
	}
}

// TestOneLossBehindAChance: a part with one kind is that kind with a chance.
func TestOneLossBehindAChance(t *testing.T) {
	rest := "mitigations: [{id: m, title: M, cost: {once: 7k}, against: [{threat: t, likelihood: 60%}]}]"
	own := compile(t, oneThreat("horizon: 1 year", "likelihood: 1 per year, impact: {says: x, financial: {loss: 9k..90k, chance: 20%..60%}}", rest))
	part := compile(t, oneThreat("horizon: 1 year", "likelihood: 1 per year, fair: {secondary: {chance: 20%..60%, financial: 9k..90k}}", rest))
	options := []risk.Choice{{Mitigations: []string{"m"}}}
	a, err1 := own.Learn(options)
	b, err2 := part.Learn(options)
	if err1 != nil || err2 != nil {
		t.Fatal(err1, err2)
	}
	near(t, "net benefit", b.NetBenefit, a.NetBenefit, 1e-12)
	near(t, "worth of knowing the chance", b.Estimates[0].EVPPI, a.Estimates[0].EVPPI, 1e-9)
	insured := "treatments: [{id: i, kind: transfer, premium: 1 per year, deductible: 5k}]"
	own = compile(t, oneThreat("horizon: 1 year", "likelihood: 1 per year, impact: {says: x, financial: {loss: 9k..90k, chance: 30%}}, "+insured))
	part = compile(t, oneThreat("horizon: 1 year", "likelihood: 1 per year, fair: {secondary: {chance: 30%, financial: 9k..90k}}, "+insured))
	s := risk.Scenario{Transfers: []string{"i"}}
	near(t, "what others pay", expect(t, part, s).Threats[0].Recovered, expect(t, own, s).Threats[0].Recovered, 1e-12)
}
