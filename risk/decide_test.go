package risk_test

import (
	"context"
	"errors"
	"math"
	"testing"
	"time"

	"github.com/parleysec/parley/risk"
)

const oneOption = head + `policy: {horizon: 2 years, person_day: 500, discount_rate: 8%, common_cause: 0%}
threats: [{id: t, title: T, likelihood: 2 per year, impact: {says: x, financial: 1000}}]
mitigations:
  - {id: m, title: M, lead_time: 6 months, cost: {effort: 4d, once: 300, yearly: 50}, benefits: [{says: y, value: 100 per year}], against: [{threat: t, likelihood: 80%}]}
  - {id: late, title: L, lead_time: 3 years, cost: {effort: 6d, once: 300, yearly: 50}, against: [{threat: t, likelihood: 80%}]}
`

// TestNetBenefitByHand writes out docs/maths-plan.md for one mitigation: effort
// evenly over the lead time, once at the start, the rest from the finish.
func TestNetBenefitByHand(t *testing.T) {
	p := compile(t, oneOption)
	l := math.Log(1.08)
	flow := func(a, b float64) float64 { return (math.Exp(-l*a) - math.Exp(-l*b)) / l }
	for _, start := range []float64{0, 0.5} {
		v := math.Exp(-l * start)
		want := (1600+100-50)*flow(start+0.5, 2) - 300*v - 4*500*flow(start, start+0.5)/0.5
		got, inexact, err := p.NetBenefit(risk.Choice{Mitigations: []string{"m"}, Start: start})
		if err != nil || inexact != "" {
			t.Fatal(inexact, err)
		}
		near(t, "net benefit", got, want, 1e-12)
	}
	now, _, _ := p.NetBenefit(risk.Choice{Mitigations: []string{"m"}})
	later, _, _ := p.NetBenefit(risk.Choice{Mitigations: []string{"m"}, Start: 0.5})
	delay, err := p.DelayCost(risk.Choice{Mitigations: []string{"m"}}, 0.5)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "cost of waiting", delay, now-later, 1e-12)

	// What is not finished within the horizon only costs, as far as it goes.
	got, _, _ := p.NetBenefit(risk.Choice{Mitigations: []string{"late"}})
	near(t, "too late", got, -300-6*500*flow(0, 2)/3, 1e-12)
	if got, _, _ := p.NetBenefit(risk.Choice{}); got != 0 {
		t.Errorf("doing nothing is worth %v", got)
	}
}

func TestAppraisal(t *testing.T) {
	p := compile(t, oneOption)
	a, err := p.Appraise(t.Context(), risk.Choice{Mitigations: []string{"m"}}, risk.SimOptions{})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "money", a.Cost.Money.Mean, 300+1.5*50, 1e-12)
	near(t, "effort", a.Cost.EffortDays.P95, 4, 1e-12)
	near(t, "after", a.AnnualAfter, 400, 1e-12)
	near(t, "before", a.AnnualBefore, 2000, 1e-12)
	near(t, "benefit", a.Benefit.Mean, 100, 1e-12)
	near(t, "finish", a.Finish, 0.5, 1e-12)
	if a.WorthItChance != 1 && a.NetBenefit > 0 {
		t.Errorf("certain inputs, net benefit %v, worth it %v", a.NetBenefit, a.WorthItChance)
	}
	// Of Poisson events within 1.5 years, those avoided must cover the costs;
	// with discounting the count decides except near the edge.
	if a.PaysOffChance <= 0.2 || a.PaysOffChance >= 0.99 || a.PaysOffError <= 0 {
		t.Errorf("pays off in %v ± %v", a.PaysOffChance, a.PaysOffError)
	}
	if len(a.Touched) != 1 || a.Touched[0].ID != "t" || a.Trials != risk.DefaultAppraisalTrials {
		t.Errorf("%+v", a)
	}
}

// TestPaysOffByPoisson has no discount, so that the number of events avoided
// decides: it pays off with at least three of them.
func TestPaysOffByPoisson(t *testing.T) {
	p := compile(t, oneThreat("horizon: 2 years, discount_rate: 0%, common_cause: 0%", "likelihood: 2 per year, impact: {says: x, financial: 1000}",
		"mitigations: [{id: m, title: M, cost: {once: 2500}, against: [{threat: t, likelihood: 75%}]}]"))
	a, err := p.Appraise(t.Context(), risk.Choice{Mitigations: []string{"m"}}, risk.SimOptions{Trials: 100_000})
	if err != nil {
		t.Fatal(err)
	}
	const avoided = 3.0 // expected: 2 years × 2 × 75 %
	want := 1 - math.Exp(-avoided)*(1+avoided+avoided*avoided/2)
	if math.Abs(a.PaysOffChance-want) > 4*a.PaysOffError {
		t.Errorf("pays off in %v ± %v, want %v", a.PaysOffChance, a.PaysOffError, want)
	}
}

// TestWorthItByQuantile: with one uncertain input, the chance that it is worth it
// is the chance that the input passes its break-even.
func TestWorthItByQuantile(t *testing.T) {
	p := compile(t, oneThreat("horizon: 1 year, discount_rate: 0%, common_cause: 0%", "likelihood: 0.5..8 per year, impact: {says: x, financial: 1000}",
		"mitigations: [{id: m, title: M, cost: {once: 1500}, against: [{threat: t, likelihood: 50%}]}]"))
	a, err := p.Appraise(t.Context(), risk.Choice{Mitigations: []string{"m"}}, risk.SimOptions{Trials: 100_000})
	if err != nil {
		t.Fatal(err)
	}
	m := read(t, oneThreat("horizon: 1 year", "likelihood: 0.5..8 per year, impact: {says: x, financial: 1000}"))
	want := 1 - m.Threats[0].Likelihood.Dist().CDF(3) // 0.5·rate·1000 ≥ 1500
	if math.Abs(a.WorthItChance-want) > 4*a.WorthItError {
		t.Errorf("worth it in %v ± %v, want %v", a.WorthItChance, a.WorthItError, want)
	}
}

func TestCancellation(t *testing.T) {
	p := compile(t, shop)
	ctx, cancel := context.WithCancel(t.Context())
	begun := make(chan struct{}, 1)
	done := make(chan error, 1)
	go func() {
		_, err := p.Simulate(ctx, risk.Scenario{}, risk.SimOptions{Trials: risk.MaxTrials, Progress: func(int, int) {
			select {
			case begun <- struct{}{}:
			default:
			}
		}})
		done <- err
	}()
	<-begun
	cancel()
	select {
	case err := <-done:
		if !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
	case <-time.After(30 * time.Second):
		t.Fatal("the simulation goes on")
	}
	if _, err := p.Appraise(ctx, risk.Choice{Mitigations: []string{"prepared"}}, risk.SimOptions{}); !errors.Is(err, context.Canceled) {
		t.Errorf("appraisal: %v", err)
	}
}

func TestProgress(t *testing.T) {
	p := compile(t, shop)
	last := 0
	simulate(t, p, risk.Scenario{}, risk.SimOptions{Trials: 30_000, Workers: 8, Progress: func(done, total int) {
		if total != 30_000 || done > total || done < last {
			t.Errorf("%d of %d after %d", done, total, last)
		}
		last = done
	}})
	if last != 30_000 {
		t.Errorf("ended at %d", last)
	}
}

// TestTooMuch refuses what cannot be counted or waited for, naming the threat.
func TestTooMuch(t *testing.T) {
	for _, fields := range []string{
		"likelihood: 1 per year, impact: {says: x, financial: 1bn..1000000bn}",
		"likelihood: 900000 per year, impact: {says: x, financial: 1}",
	} {
		p := compile(t, oneThreat("horizon: 1 year", fields))
		if _, err := p.Simulate(t.Context(), risk.Scenario{}, risk.SimOptions{Trials: 1_000_000}); err == nil {
			t.Errorf("%s is simulated", fields)
		}
	}
}
