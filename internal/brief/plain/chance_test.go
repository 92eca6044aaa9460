package plain

import "testing"

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
