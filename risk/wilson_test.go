package risk

import (
	"math"
	"testing"
)

// TestShareError holds the error of a share against the definition: the
// distance to the farther end of the interval of all shares P for which the
// share seen is one standard deviation √(P(1−P)/n) off at most.
func TestShareError(t *testing.T) {
	for _, n := range []int{1, 2, 10, 400, 100_000} {
		for _, k := range []int{0, 1, n / 3, n - 1, n} {
			seen, far := float64(k)/float64(n), 0.0
			for _, sign := range []float64{-1, 1} {
				in, out := seen, 0.5+sign*0.5 // bisect for the end on either side
				for range 100 {
					mid := (in + out) / 2
					if math.Abs(seen-mid) <= math.Sqrt(mid*(1-mid)/float64(n)) {
						in = mid
					} else {
						out = mid
					}
				}
				far = max(far, math.Abs(in-seen))
			}
			closeTo(t, "standard error", shareError(k, n), far, 1e-9)
		}
	}
}

// TestFewTrialsHaveErrors: one year, or a chance seen never or always, does not
// pass for certain.
func TestFewTrialsHaveErrors(t *testing.T) {
	p := mustCompile(t, datedShop)
	for _, trials := range []int{1, 2, 1000} {
		sim, err := p.Simulate(t.Context(), Scenario{}, SimOptions{Trials: trials})
		if err != nil {
			t.Fatal(err)
		}
		for _, loss := range []float64{-1, 0, 1e12} {
			if chance, se := sim.Exceedance(loss); !(se > 0) || se > 1/float64(trials) && (chance == 0 || chance == 1) {
				t.Errorf("%d trials: chance %v of more than %v with standard error %v", trials, chance, loss, se)
			}
		}
		if known := trials > 1; sim.ErrorsKnown() != known {
			t.Errorf("%d trials: errors known: %v", trials, sim.ErrorsKnown())
		}
	}
	a, err := p.Appraise(t.Context(), Choice{Treatments: []string{"stop"}, Start: 1.999}, SimOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if !(a.PaysOffError > 0) || !(a.WorthItError > 0) {
		t.Errorf("chances %v and %v pass for certain", a.PaysOffChance, a.WorthItChance)
	}
}
