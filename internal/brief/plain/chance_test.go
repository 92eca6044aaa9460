package plain

import (
	"math"
	"testing"
)

// TestTwoChances stand over one denominator.
func TestTwoChances(t *testing.T) {
	for _, c := range []struct {
		p, q       float64
		left, then string
	}{
		{0.25, 0.27, "about 25 in 100", "about 27 in 100"},
		{0.68, 0.6, "about 68 in 100", "about 60 in 100"},
		{0.4, 0.02, "about 40 in 100", "about 2 in 100"},
		{0.4, 0.001, "about 40 in 100", "less than 1 in 100"},
		{0.999, 0.5, "more than 99 in 100", "about 50 in 100"},
		{0.3, 0, "about 30 in 100", "no chance"},
		{0.05, 0.02, "about 1 in 20", "about 1 in 50"},
	} {
		if left, then := TwoChances(c.p, c.q); left != c.left || then != c.then {
			t.Errorf("%v and %v: %q and %q", c.p, c.q, left, then)
		}
	}
}

// TestYearsOf: a limit is said as it was set: no hundredth rounds it away.
func TestYearsOf(t *testing.T) {
	for share, want := range map[float64]string{
		0.5: "50 of 100 years", 0.01: "1 of 100 years", 1: "100 of 100 years", 0.005: "5 of 1,000 years", 0.001: "1 of 1,000 years",
		0.025: "25 of 1,000 years", 1e-6: "1 of 1,000,000 years", 1.0 / 3: "333,333 of 1,000,000 years", math.NaN(): "unknown",
	} {
		if got := YearsOf(share); got != want {
			t.Errorf("%v: %q, want %q", share, got, want)
		}
	}
}
