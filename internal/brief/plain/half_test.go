package plain

import "testing"

// TestHalvesAwayFromZero: a half is rounded as people do, not to the even digit.
func TestHalvesAwayFromZero(t *testing.T) {
	for x, want := range map[float64]float64{22500: 23000, -22500: -23000, 23500: 24000, 0.125: 0.13, 22499: 22000, 1.15: 1.2, 0: 0} {
		if got := Round2(x); got != want {
			t.Errorf("%v is rounded to %v, want %v", x, got, want)
		}
	}
}
