package risk_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/parleysec/parley/quantity"
	"github.com/parleysec/parley/risk"
)

// agreesAfterSimulating compares the simulated mean with the exact one.
func agreesAfterSimulating(t *testing.T, p *risk.Portfolio, want float64) {
	t.Helper()
	sim := simulate(t, p, risk.Scenario{}, risk.SimOptions{Trials: 200_000, Seed: 11})
	if math.Abs(sim.Mean-want) > 4*sim.StandardError {
		t.Errorf("simulated %v ± %v, want %v", sim.Mean, sim.StandardError, want)
	}
}

func TestReferenceElicitation(t *testing.T) {
	for id, c := range references(t) {
		if c.Area != "severity/elicitation" {
			continue
		}
		t.Run(id, func(t *testing.T) {
			var in struct {
				Frequency float64
				Low       float64 `json:"low_p5"`
				High      float64 `json:"high_p95"`
			}
			var want struct {
				Mean   float64 `json:"mean_severity"`
				Annual float64 `json:"annualised_loss"`
			}
			c.into(t, &in, &want)
			rate := in.Frequency
			if rate == 0 {
				rate = 1
			}
			p := compile(t, portfolioFile([][3]float64{{rate, in.Low, in.High}}))
			e := expect(t, p, risk.Scenario{}).Threats[0]
			near(t, "mean severity", e.PerEvent, want.Mean, 1e-9)
			if want.Annual > 0 {
				near(t, "annualised loss", e.Annual, want.Annual, 1e-9)
			}
			if in.High/in.Low < 1000 { // else the sample's own error is no guide
				agreesAfterSimulating(t, p, e.Annual)
			}
		})
	}
}

// TestReferenceOneForOne: an event of probability p within a year, at most once,
// with one log-normal loss. The spreadsheet rounds z to 3.28971/2, which its
// ranges are corrected for.
func TestReferenceOneForOne(t *testing.T) {
	for id, c := range references(t) {
		if c.Area != "one-for-one substitution" {
			continue
		}
		t.Run(id, func(t *testing.T) {
			var in struct {
				Probability, Low, High float64
				Width                  float64 `json:"z_width"`
			}
			var want struct {
				Expected float64 `json:"expected_loss"`
				Annual   float64 `json:"expected_annual_loss"`
				P99      float64 `json:"severity_p99"`
				Exceeds  float64 `json:"annual_prob_loss_exceeds_9e6"`
				Any      float64 `json:"annual_prob_any_loss"`
			}
			c.into(t, &in, &want)
			if in.Width > 0 {
				in.Low, in.High = widened(in.Low, in.High, in.Width)
			}
			p := compile(t, oneThreat("horizon: 1 year", fmt.Sprintf(
				"at_most_once: true, likelihood: %v%% within 1 year, impact: {says: x, financial: %.9f..%.9f}", 100*in.Probability, in.Low, in.High)))
			e := expect(t, p, risk.Scenario{})
			near(t, "expected loss", e.Annual, want.Expected+want.Annual, 1e-9)
			agreesAfterSimulating(t, p, e.Annual)
			if want.P99 > 0 {
				tailOfOneForOne(t, p, want.P99, want.Exceeds, want.Any)
			}
		})
	}
}

// widened is the range whose 5th and 95th percentiles have the spread that the
// given one has with its own rounded z.
func widened(low, high, width float64) (float64, float64) {
	mid, half := (math.Log(low)+math.Log(high))/2, (math.Log(high)-math.Log(low))/2
	half *= 2 * quantity.NormalQuantile(0.95) / width
	return math.Exp(mid - half), math.Exp(mid + half)
}

func tailOfOneForOne(t *testing.T, p *risk.Portfolio, p99, exceeds, anyLoss float64) {
	t.Helper()
	curve, err := p.Curve(risk.Scenario{})
	if err != nil {
		t.Fatal(err)
	}
	if got := curve.Exceedance(9e6); math.Abs(got-exceeds) > 1e-6 {
		t.Errorf("chance of more than 9 M = %v, want %v", got, exceeds)
	}
	near(t, "chance of any loss", curve.Exceedance(0), anyLoss, 1e-12)
	near(t, "99th percentile of the event", curve.Quantile(1-0.01*anyLoss), p99, 1e-4)
	sim := simulate(t, p, risk.Scenario{}, risk.SimOptions{Trials: 400_000})
	if got, se := sim.Exceedance(9e6); math.Abs(got-exceeds) > 4*se {
		t.Errorf("simulated chance of more than 9 M = %v ± %v, want %v", got, se, exceeds)
	}
}

func TestReferenceTimeframe(t *testing.T) {
	for id, c := range references(t) {
		if c.Area != "frequency/timeframe" {
			continue
		}
		t.Run(id, func(t *testing.T) {
			var in struct {
				P     float64 `json:"annual_probability"`
				Years float64
			}
			var want struct {
				Lambda float64
				Chance float64 `json:"prob_at_least_one"`
				Events float64 `json:"expected_events"`
			}
			c.into(t, &in, &want)
			p := compile(t, oneThreat(fmt.Sprintf("horizon: %v years", in.Years), fmt.Sprintf(
				"likelihood: %v%% within 1 year, impact: {says: x, financial: 1000..2000}", 100*in.P)))
			e := expect(t, p, risk.Scenario{}).Threats[0]
			near(t, "rate", e.Rate, want.Lambda, 1e-10)
			near(t, "events", e.Rate*in.Years, want.Events, 1e-10)
			near(t, "chance", e.ChanceWithinHorizon, want.Chance, 1e-10)
		})
	}
}

// TestReferencePERT prices a loss with a PERT distribution: the mean exactly,
// its percentiles by what an event costs.
func TestReferencePERT(t *testing.T) {
	for id, c := range references(t) {
		if c.Area != "severity/frequency distributions" {
			continue
		}
		t.Run(id, func(t *testing.T) {
			var in struct{ Low, Mode, High float64 }
			var want struct {
				Modified struct{ Mean, SD, P50, P95 float64 } `json:"modified_pert"`
			}
			c.into(t, &in, &want)
			p := compile(t, oneThreat("horizon: 1 year", fmt.Sprintf(
				"likelihood: 2 per year, impact: {says: x, financial: \"pert(%v, %v, %v)\"}", 1000*in.Low, 1000*in.Mode, 1000*in.High)))
			near(t, "mean", expect(t, p, risk.Scenario{}).Annual, 2000*want.Modified.Mean, 1e-8)
			sim := simulate(t, p, risk.Scenario{}, risk.SimOptions{Trials: 100_000})
			near(t, "median of an event", sim.Threats[0].IfItHappens.P50, 1000*want.Modified.P50, 1e-7)
			near(t, "bad case of an event", sim.Threats[0].IfItHappens.P95, 1000*want.Modified.P95, 1e-7)
			agreesAfterSimulating(t, p, 2000*want.Modified.Mean)
		})
	}
}

// TestReferenceTransferLayer is lognormal-tail-and-layer: a transfer per event
// with a deductible and a limit, by limited expected values.
func TestReferenceTransferLayer(t *testing.T) {
	var in struct{ Mu, Sigma, Deductible, Limit float64 }
	var want struct {
		Insured  float64 `json:"expected_insured"`
		Retained float64 `json:"expected_retained"`
		VaR95    float64
		TVaR95   float64
	}
	references(t)["lognormal-tail-and-layer"].into(t, &in, &want)
	z := quantity.NormalQuantile(0.95) * in.Sigma
	fields := fmt.Sprintf("likelihood: 1 per year, impact: {says: x, financial: %.9f..%.9f}, treatments: [{id: i, kind: transfer, title: I, premium: 1 per year, deductible: %.0f, limit: %.0f}]",
		math.Exp(in.Mu-z), math.Exp(in.Mu+z), in.Deductible, in.Limit)
	p := compile(t, oneThreat("horizon: 1 year", fields))
	e := expect(t, p, risk.Scenario{Transfers: []string{"i"}})
	near(t, "insured", e.Threats[0].Recovered, want.Insured, 1e-9)
	near(t, "retained", e.Annual, want.Retained, 1e-9)
	sim := simulate(t, p, risk.Scenario{Transfers: []string{"i"}}, risk.SimOptions{Trials: 200_000})
	if math.Abs(sim.Mean-want.Retained) > 4*sim.StandardError {
		t.Errorf("simulated retained %v ± %v, want %v", sim.Mean, sim.StandardError, want.Retained)
	}
	once := compile(t, oneThreat("horizon: 1 year", strings.Replace(fields, "likelihood: 1 per year", "at_most_once: true, likelihood: 90% within 1 year", 1)))
	curve, err := once.Curve(risk.Scenario{})
	if err != nil {
		t.Fatal(err)
	}
	const worst = 1 - 0.9*0.05 // the worst 5 % of events
	near(t, "value at risk", curve.Quantile(worst), want.VaR95, 1e-6)
	near(t, "tail value at risk", curve.Shortfall(worst), want.TVaR95, 1e-6)
}

// TestReferenceNPV is npv-security: a cost now, a yearly one, a lower expected
// loss. The case discounts at each year's end; a year's end is a flow scaled to
// continuous time, so the yearly amounts are.
func TestReferenceNPV(t *testing.T) {
	var in struct {
		Rate      float64 `json:"discount_rate"`
		Initial   float64
		Recurring float64
		Before    float64 `json:"ale0"`
		After     float64 `json:"ale1"`
		Years     float64
	}
	var want struct{ NPV float64 }
	references(t)["npv-security"].into(t, &in, &want)
	atEnds := (1 - math.Pow(1+in.Rate, -in.Years)) / in.Rate
	through := (1 - math.Pow(1+in.Rate, -in.Years)) / math.Log(1+in.Rate)
	p := compile(t, oneThreat(fmt.Sprintf("horizon: %v years, discount_rate: %v%%", in.Years, 100*in.Rate),
		fmt.Sprintf("likelihood: 1 per year, impact: {says: x, financial: %v}", in.Before),
		fmt.Sprintf("mitigations: [{id: m, title: M, cost: {once: %v, yearly: %v}, against: [{threat: t, impact: %v%%}]}]",
			in.Initial, in.Recurring, 100*(in.Before-in.After)/in.Before)))
	got, inexact, err := p.NetBenefit(risk.Choice{Mitigations: []string{"m"}})
	if err != nil || inexact != "" {
		t.Fatal(inexact, err)
	}
	near(t, "net present value", (got+in.Initial)*atEnds/through-in.Initial, want.NPV, 1e-9)
}
