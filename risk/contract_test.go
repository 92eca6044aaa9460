package risk

import (
	"math"
	"testing"

	"github.com/parleysec/parley/quantity"
)

const insuredByRange = `parley: v1
product: {id: p, name: P, stage: operations, currency: GBP}
policy: {horizon: 2 years, discount_rate: 5%}
threats:
  - id: a
    title: A
    likelihood: 1.2 per year
    impact: {says: x, financial: 20k..400k, reputation: {loss: 10k..90k, chance: 50%}}
    treatments:
      - {id: event, kind: transfer, title: E, premium: 5k, deductible: 10k..40k, limit: 100k..300k, share: 50%..90%, covers: [financial]}
      - {id: known, kind: transfer, title: K, premium: 5k, deductible: 22k, limit: 186k, share: 71%, covers: [financial]}
      - {id: year, kind: transfer, title: Y, premium: 5k, deductible: 20k..60k, share: 50%..90%, per: year}
      - {id: steps, kind: transfer, title: S, premium: 5k, deductible: 10k..40k}
`

// TestTermsAsRanges compares with a two-dimensional quadrature elsewhere: the mean
// over the terms, not what is paid at their means (which would leave 111 772.72).
func TestTermsAsRanges(t *testing.T) {
	p := mustCompile(t, insuredByRange)
	choice := Choice{Treatments: []string{"event"}}
	after, err := p.After(choice)
	if err != nil {
		t.Fatal(err)
	}
	if after.Inexact != "" {
		t.Errorf("inexact because %q", after.Inexact)
	}
	closeTo(t, "left", after.Annual, 113_819.89, 0.01)
	value, _, err := p.NetBenefit(choice)
	if err != nil {
		t.Fatal(err)
	}
	closeTo(t, "net benefit", value, 126_063.99, 0.01)
	swings, err := p.Tornado(choice)
	if err != nil {
		t.Fatal(err)
	}
	found := map[Stated]bool{}
	for _, s := range swings {
		found[s.What] = s.Width() > 1000 && s.Low < value == (s.High > value) && !s.Estimated
	}
	for _, what := range []Stated{StatedShare, StatedDeductible, StatedLimit} {
		if !found[what] {
			t.Errorf("the tornado has no such bar for %s: %+v", what, swings)
		}
	}
	const trials = 50_000
	gross, err := p.Simulate(t.Context(), Scenario{}, SimOptions{Trials: trials, Seed: 7})
	if err != nil {
		t.Fatal(err)
	}
	for _, ids := range [][]string{{"event"}, {"year"}, {"steps"}, {"event", "year"}} {
		s := Scenario{Transfers: ids}
		e, err := p.Expect(s)
		if err != nil {
			t.Fatal(err)
		}
		sim, err := p.Simulate(t.Context(), s, SimOptions{Trials: trials, Seed: 7})
		if err != nil {
			t.Fatal(err)
		}
		spread := sim.StandardError
		if e.Inexact != "" { // what is recovered is estimated from years that differ as the whole losses do
			spread = math.Hypot(spread, gross.StandardError*math.Sqrt(trials/float64(recoveryTrials)))
		}
		closeTo(t, ids[0]+": simulated", sim.Mean, e.Annual, 4*spread)
	}
}

// TestTermsAsRangesByYear: bars are estimates, and finding out one thing is worth
// no more than finding out all of them.
func TestTermsAsRangesByYear(t *testing.T) {
	p := mustCompile(t, insuredByRange)
	options := []Choice{{Treatments: []string{"year"}}, {Treatments: []string{"event"}}}
	learned, err := p.Learn(options)
	if err != nil {
		t.Fatal(err)
	}
	all, err := p.EVPI(options)
	if err != nil {
		t.Fatal(err)
	}
	if len(learned.Estimates) != 5 {
		t.Errorf("%d inputs: %+v", len(learned.Estimates), learned.Estimates)
	}
	for _, e := range learned.Estimates {
		if e.EVPPI > all*1.02+1 {
			t.Errorf("%s %s is worth %v, all together %v", e.ID, e.What, e.EVPPI, all)
		}
		if e.Estimated != (e.ID == "year") {
			t.Errorf("%s %s: estimated %v", e.ID, e.What, e.Estimated)
		}
	}
}

// TestEstimateHasError: other seeds would give estimates about as far apart as the
// error says; exact figures have none.
func TestEstimateHasError(t *testing.T) {
	p := mustCompile(t, insuredByRange)
	all, err := p.AppraiseAll(t.Context(), []Choice{{Treatments: []string{"year"}}, {Treatments: []string{"event"}}}, SimOptions{Trials: blockSize})
	if err != nil {
		t.Fatal(err)
	}
	sim, err := p.Simulate(t.Context(), Scenario{}, SimOptions{Trials: recoveryTrials})
	if err != nil {
		t.Fatal(err)
	}
	year := all[0]
	if !(year.AfterError > sim.StandardError/4 && year.AfterError < sim.StandardError) {
		t.Errorf("an error of %v, that of the whole loss being %v", year.AfterError, sim.StandardError)
	}
	closeTo(t, "net benefit", year.BenefitError, year.AfterError*p.Annuity(0, 2), 1e-9*year.BenefitError)
	if e := all[1]; e.AfterError != 0 || e.BenefitError != 0 {
		t.Errorf("exact figures have errors: %+v", e)
	}
}

// TestTermsPaysOff: the dated diary draws the terms too, on average what is exact.
func TestTermsPaysOff(t *testing.T) {
	p := mustCompile(t, insuredByRange)
	choice := Choice{Treatments: []string{"event"}}
	value, _, err := p.NetBenefit(choice)
	if err != nil {
		t.Fatal(err)
	}
	steps, err := p.steps(choice)
	if err != nil {
		t.Fatal(err)
	}
	c, err := p.newComparison(choice, steps)
	if err != nil {
		t.Fatal(err)
	}
	sum, squares, n := 0.0, 0.0, 20.0*blockSize
	err = followAll(t.Context(), []*comparison{c}, SimOptions{Trials: int(n), Seed: 3, Workers: 1}, func(int) func(int, *diary) {
		return func(_ int, d *diary) {
			for i, x := range d.avoided {
				x += d.cash[i]
				sum += x
				squares += x * x
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	mean := sum / n
	closeTo(t, "mean of trials", mean, value, 4*math.Sqrt((squares/n-mean*mean)/n))
}

// TestTermsBend holds contracts whose payment bends within their ranges against
// E = ∫ P(limit > u)·P(deductible < X − u) du, summed in small steps by the
// distributions' own probabilities.
func TestTermsBend(t *testing.T) {
	dist := func(text string) quantity.Dist {
		q, err := quantity.Parse(text, quantity.Money, quantity.Env{Currency: "GBP"})
		if err != nil {
			t.Fatal(err)
		}
		return q.Dist()
	}
	for _, c := range []struct{ impact, deductible, limit string }{
		{"18k", "10k..40k", "100"},
		{"20k", "10k..40k", "100"},
		{"20k", "15k..25k", "1k"},
		{"20k", "5k", "5k..30k"},
		{"20k", "5k..60k", "500..900"},
		{"18k", "10k..40k", "90..110"},
		{"20k", "15k..25k", "5k..15k"},
		{"19k..21k", "10k..40k", "2k..3k"},
		{"19k..21k", "15k..25k", "1k"},
		{"pert(19k, 20k, 21k)", "10k..40k", "2k"},
		{"pert(19k, 20k, 21k)", "10k", "2k..13k"},
	} {
		p := mustCompile(t, `parley: v1
product: {id: p, name: P, stage: operations, currency: GBP}
threats:
  - id: a
    title: A
    likelihood: 1 per year
    impact: {says: x, financial: "`+c.impact+`"}
    treatments: [{id: i, kind: transfer, title: I, premium: 1, deductible: "`+c.deductible+`", limit: "`+c.limit+`"}]
`)
		e, err := p.Expect(Scenario{Transfers: []string{"i"}})
		if err != nil {
			t.Fatal(err)
		}
		loss, deductible, limit := dist(c.impact), dist(c.deductible), dist(c.limit)
		want := 0.0
		const losses, steps = 400, 4000
		for k := range losses {
			x := loss.Quantile((float64(k) + 0.5) / losses)
			top := x
			if certain, ok := limit.(quantity.Constant); ok { // where it jumps
				top = min(x, float64(certain))
			}
			du := top / steps
			for j := range steps {
				u := (float64(j) + 0.5) * du
				want += (1 - limit.CDF(u)) * deductible.CDF(x-u) * du / losses
			}
		}
		if e.Threats[0].Inexact != "" {
			t.Errorf("%v: inexact because %q", c, e.Threats[0].Inexact)
		}
		closeTo(t, c.impact+" "+c.deductible+" "+c.limit, e.Threats[0].Recovered, want, 2e-4*want)
	}
}

// TestTermsEstimated: where a mean over the terms would take too long it is
// estimated, with its error.
func TestTermsEstimated(t *testing.T) {
	p := mustCompile(t, `parley: v1
product: {id: p, name: P, stage: operations, currency: GBP}
threats:
  - id: a
    title: A
    likelihood: 1 per year
    impact: {says: x, financial: "pert(10k, 20k, 60k)"}
    treatments: [{id: i, kind: transfer, title: I, premium: 1, deductible: 5k..20k, limit: 10k..30k}]
  - {id: b, title: B, likelihood: 1 per year, impact: {says: x, financial: 10k}}
mitigations:
  - {id: m, title: M, cost: {once: 1}, against: [{threat: b, likelihood: 50%}]}
`)
	s := Scenario{Transfers: []string{"i"}}
	e, err := p.Expect(s)
	if err != nil {
		t.Fatal(err)
	}
	sim, err := p.Simulate(t.Context(), s, SimOptions{Trials: 200_000, Seed: 3})
	if err != nil {
		t.Fatal(err)
	}
	a := e.Threats[0]
	if a.Inexact == "" || a.StandardError <= 0 {
		t.Fatalf("%q, standard error %v", a.Inexact, a.StandardError)
	}
	closeTo(t, "left", e.Annual, sim.Mean, 4*math.Hypot(a.StandardError, sim.StandardError))
	// What a choice leaves as it is stays an estimate.
	after, err := p.Appraise(t.Context(), Choice{Base: s, Mitigations: []string{"m"}}, SimOptions{Trials: 1000})
	if err != nil {
		t.Fatal(err)
	}
	closeTo(t, "error of what is left", after.AfterError, a.StandardError, 1e-9*a.StandardError)
}
