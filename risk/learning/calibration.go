package learning

import "math"

// Stated is a range somebody stated, 5th to 95th percentile, and what it came to.
type Stated struct{ P5, P95, Came float64 }

// Forecast is a chance somebody stated of something in some time, 0..1, and
// whether it happened in it.
type Forecast struct {
	Chance   float64
	Happened bool
}

// Calibration is how far what was stated can be taken at its word. Figures that
// nothing is known of are absent.
type Calibration struct {
	Ranges   int      `json:"ranges"`             // stated ranges that came to something
	Inside   int      `json:"inside"`             // of those, what came to lie inside
	Coverage *float64 `json:"coverage,omitempty"` // share inside; 0.9 is right
	// Chance is that of so few inside, or fewer, where every range really holds 90 in 100.
	Chance    *float64 `json:"chance_of_so_few,omitempty"`
	Forecasts int      `json:"forecasts"`
	Happened  int      `json:"happened"`            // of those
	Brier     *float64 `json:"brier,omitempty"`     // mean squared distance of the chance from 1 or 0: 0 is perfect
	BaseRate  *float64 `json:"base_rate,omitempty"` // the Brier score of who always says how often it happens on the whole
}

// rangeHolds is the share of cases that a stated range is meant to hold.
const rangeHolds = 0.9

// Calibrate compares what was stated with what it came to: the share of ranges
// that held it (Lichtenstein, Fischhoff and Phillips, Calibration of
// Probabilities, in Judgment under Uncertainty, 1982), and the Brier score of
// chances (Brier, Verification of Forecasts Expressed in Terms of Probability,
// Monthly Weather Review 78, 1950).
func Calibrate(ranges []Stated, forecasts []Forecast) Calibration {
	c := Calibration{Ranges: len(ranges), Forecasts: len(forecasts)}
	for _, r := range ranges {
		if r.Came >= r.P5 && r.Came <= r.P95 {
			c.Inside++
		}
	}
	if c.Ranges > 0 {
		share, chance := float64(c.Inside)/float64(c.Ranges), atMost(c.Inside, c.Ranges, rangeHolds)
		c.Coverage, c.Chance = &share, &chance
	}
	if c.Forecasts == 0 {
		return c
	}
	sum := 0.0
	for _, f := range forecasts {
		came := 0.0
		if f.Happened {
			c.Happened++
			came = 1
		}
		sum += (f.Chance - came) * (f.Chance - came)
	}
	n := float64(c.Forecasts)
	brier, often := sum/n, float64(c.Happened)/n
	base := often * (1 - often)
	c.Brier, c.BaseRate = &brier, &base
	return c
}

// atMost is the chance of k successes or fewer in n trials of chance p.
func atMost(k, n int, p float64) float64 {
	sum := 0.0
	for i := 0; i <= k; i++ {
		a, _ := math.Lgamma(float64(n + 1))
		b, _ := math.Lgamma(float64(i + 1))
		c, _ := math.Lgamma(float64(n - i + 1))
		sum += math.Exp(a - b - c + float64(i)*math.Log(p) + float64(n-i)*math.Log1p(-p))
	}
	return min(1, sum)
}
