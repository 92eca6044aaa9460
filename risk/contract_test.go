package risk

import (
	"math"
	"testing"
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
