package quantity

import (
	"encoding/json"
	"math"
	"os"
	"slices"
	"strconv"
	"testing"

	"github.com/parleysec/parley/internal/testenv"
)

// TestPublishedLogNormal has the published examples of Netflix's riskquant
// (README and issue 11, tests/test_model_lognormal.py testHardParameters):
// mean severity of a log-normal given by its 5th and 95th percentiles.
func TestPublishedLogNormal(t *testing.T) {
	for _, c := range []struct {
		text      string
		mean      float64
		mu, sigma float64 // 0 where not published
	}{
		{"100k..1M", 404001.282695, 12.6642180115, 0.699936169172},
		{"1M..10M", 4040012.82695, 14.9668031045, 0.699936169172},
		{"10M..1bn", 266398009.774, 18.420680744, 1.39987233834},
		{"5M..50M", 20200064.1347, 16.5762410169, 0.699936169172},
		{"1..100000", 144400.467638, 5.75646273249, 3.49968084586},
		{"1k..100k", 26639.8009774, 9.21034037198, 1.39987233834},
		{"635k..19M", 5922706.83351, 0, 0},
	} {
		checkLogNormal(t, c.text, c.mean, c.mu, c.sigma, 1e-9)
	}
}

func checkLogNormal(t *testing.T, text string, mean, mu, sigma, tolerance float64) {
	t.Helper()
	q, err := Parse(text, Money, Env{Currency: "USD"})
	if err != nil {
		t.Errorf("%q: %v", text, err)
		return
	}
	near(t, text+": mean", q.Mean(), mean, tolerance)
	if mu != 0 {
		d := q.Dist().(LogNormal)
		near(t, text+": mu", d.Mu, mu, tolerance)
		near(t, text+": sigma", d.Sigma, sigma, tolerance)
	}
}

// TestPublishedPERT has the modified PERT's figures as mc2d::rpert, TensorFlow
// Probability and Vose define it, computed with scipy.stats.beta.
func TestPublishedPERT(t *testing.T) {
	for _, c := range []pertCase{
		{PERT{20, 100, 900}, 1.36363636364, 4.63636363636, 220, 139.386410487, 44.45826259, 192.4487733, 490.2202258},
		{PERT{0.6, 0.85, 0.98}, 3.63157894737, 2.36842105263, 0.83, 0.0702037850017, 0.7068267997, 0.8347091533, 0.9369641057},
		{PERT{0, 5, 10}, 3, 3, 5, 1.88982236505, 1.892553774, 5, 8.107446226},
	} {
		c.check(t, 1e-8)
	}
}

type pertCase struct {
	d                                   PERT
	alpha, beta, mean, sd, p5, p50, p95 float64
}

func (c pertCase) check(t *testing.T, tolerance float64) {
	t.Helper()
	b := c.d.beta()
	near(t, "alpha", b.a, c.alpha, tolerance)
	near(t, "beta", b.b, c.beta, tolerance)
	near(t, "mean", c.d.Mean(), c.mean, tolerance)
	near(t, "sd", math.Sqrt(c.d.Variance()), c.sd, tolerance)
	near(t, "p5", c.d.Quantile(0.05), c.p5, tolerance)
	near(t, "p50", c.d.Quantile(0.5), c.p50, tolerance)
	near(t, "p95", c.d.Quantile(0.95), c.p95, tolerance)
}

// A yearly chance as a rate and over several years: λ = −ln(1−p),
// P(T) = 1 − (1−p)^T.
func TestPublishedTimeframe(t *testing.T) {
	for _, c := range []struct{ yearly, years, lambda, chance, events float64 }{
		{0.05, 3, 0.0512932943876, 0.142625, 0.153879883163},
		{0.01, 30, 0.0100503358535, 0.260299626612, 0.301510075605},
	} {
		checkTimeframe(t, c.yearly, c.years, c.lambda, c.chance, c.events, 1e-10)
	}
}

func checkTimeframe(t *testing.T, yearly, years, lambda, chance, events, tolerance float64) {
	t.Helper()
	q, err := Parse(writeFigures(figures{single, []float64{yearly}}, Likelihood, Chance, 1), Likelihood, Env{})
	if err != nil {
		t.Error(err)
		return
	}
	near(t, "rate", q.Mean(), lambda, tolerance)
	near(t, "expected events", q.Mean()*years, events, tolerance)
	near(t, "chance", -math.Expm1(-q.Mean()*years), chance, tolerance)
	// The same chance stated over all the years is the same rate.
	long, err := Parse(writeFigures(figures{single, []float64{chance}}, Likelihood, Chance, years), Likelihood, Env{})
	if err != nil {
		t.Error(err)
		return
	}
	near(t, "rate from the long timeframe", long.Mean(), lambda, tolerance)
}

// TestReferenceCases runs the same checks on the cases kept beside the
// checkout, so that the tables above cannot drift from them.
func TestReferenceCases(t *testing.T) {
	raw, err := os.ReadFile(testenv.Shared(t, "data/quant/reference-cases.json"))
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Cases []struct {
			ID, Area  string
			Inputs    map[string]any
			Expected  map[string]any
			Tolerance map[string]any
		}
	}
	if err := json.Unmarshal(raw, &file); err != nil {
		t.Fatal(err)
	}
	ran := map[string]int{}
	for _, c := range file.Cases {
		if !slices.Contains([]string{"severity/elicitation", "severity/frequency distributions", "frequency/timeframe"}, c.Area) {
			continue
		}
		ran[c.Area]++
		num := func(m map[string]any, key string) float64 { x, _ := m[key].(float64); return x }
		tolerance := num(c.Tolerance, "relative")
		t.Run(c.ID, func(t *testing.T) {
			switch c.Area {
			case "severity/elicitation":
				text := plainNumber(num(c.Inputs, "low_p5")) + ".." + strconv.FormatFloat(num(c.Inputs, "high_p95"), 'f', -1, 64)
				checkLogNormal(t, text, num(c.Expected, "mean_severity"), num(c.Expected, "mu"), num(c.Expected, "sigma"), tolerance)
			case "severity/frequency distributions": // the classic PERT beside it is another distribution
				want, _ := c.Expected["modified_pert"].(map[string]any)
				pertCase{
					PERT{num(c.Inputs, "low"), num(c.Inputs, "mode"), num(c.Inputs, "high")},
					num(want, "alpha"), num(want, "beta"), num(want, "mean"), num(want, "sd"),
					num(want, "p05"), num(want, "p50"), num(want, "p95"),
				}.check(t, tolerance)
			case "frequency/timeframe":
				checkTimeframe(t, num(c.Inputs, "annual_probability"), num(c.Inputs, "years"),
					num(c.Expected, "lambda"), num(c.Expected, "prob_at_least_one"), num(c.Expected, "expected_events"), tolerance)
			}
		})
	}
	if ran["severity/elicitation"] < 7 || ran["severity/frequency distributions"] < 3 || ran["frequency/timeframe"] < 2 {
		t.Errorf("ran %v, fewer than there were", ran)
	}
}
