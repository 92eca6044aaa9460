package learning

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

func close12(a *float64, b float64) bool { return a != nil && math.Abs(*a-b) < 1e-12 }

// TestCalibrateByHand: figures worked out by hand.
func TestCalibrateByHand(t *testing.T) {
	// Four ranges, three of which held: the ends belong to a range. Three or fewer of
	// four at 0.9 each: 1 − 0.9⁴ = 0.3439.
	c := Calibrate([]Stated{{1, 10, 1}, {1, 10, 10}, {1, 10, 5}, {1, 10, 11}}, []Forecast{{0.2, false}, {0.7, true}, {0.9, false}, {0.5, true}})
	// (0.2² + 0.3² + 0.9² + 0.5²)/4 = (0.04+0.09+0.81+0.25)/4 = 0.2975; always one half: 0.25.
	if c.Inside != 3 || !close12(c.Coverage, 0.75) || !close12(c.Chance, 0.3439) || c.Happened != 2 || !close12(c.Brier, 0.2975) || !close12(c.BaseRate, 0.25) {
		t.Errorf("%+v, %v %v %v %v", c, *c.Coverage, *c.Chance, *c.Brier, *c.BaseRate)
	}
	// None of two: 0.1² = 0.01.
	if c = Calibrate([]Stated{{1, 2, 3}, {1, 2, 0}}, nil); !close12(c.Chance, 0.01) || *c.Coverage != 0 || c.Brier != nil || c.BaseRate != nil {
		t.Errorf("%+v", c)
	}
	if c = Calibrate(nil, nil); c != (Calibration{}) {
		t.Errorf("nothing is known: %+v", c)
	}
	if c = Calibrate(nil, []Forecast{{1, true}, {0, false}}); !close12(c.Brier, 0) {
		t.Errorf("who is always right has 0: %v", *c.Brier)
	}
}

// TestCalibrateLaws: scores stay in their bounds, and of many forecasts with one
// chance the true one has the best score.
func TestCalibrateLaws(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		n := rapid.IntRange(1, 60).Draw(r, "n")
		happened := rapid.IntRange(0, n).Draw(r, "happened")
		said := rapid.Float64Range(0, 1).Draw(r, "said")
		score := func(p float64) float64 {
			var list []Forecast
			for i := range n {
				list = append(list, Forecast{p, i < happened})
			}
			c := Calibrate(nil, list)
			if *c.Brier < 0 || *c.Brier > 1 || *c.BaseRate > 0.25 {
				r.Fatalf("%+v", c)
			}
			return *c.Brier
		}
		if score(said) < score(float64(happened)/float64(n))-1e-12 {
			r.Fatalf("%v is better than the truth", said)
		}
		if p := atMost(happened, n, 0.9); p < 0 || p > 1 || happened < n && p > atMost(happened+1, n, 0.9)+1e-12 {
			r.Fatalf("%v", p)
		}
	})
}
