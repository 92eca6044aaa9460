package risk_test

import (
	"math"
	"testing"

	"github.com/parleysec/parley/risk"
)

// TestEventLossErrors: over many seeds the figures of one event differ by as much
// as their standard errors say, with uncertain rates and shares, whose trials weigh
// differently, and with kinds that happen only sometimes; exact ones have none.
func TestEventLossErrors(t *testing.T) {
	p := compile(t, tailFile)
	n := risk.Draws(150)
	seeds := float64(n)
	for _, id := range []string{"a", "b"} {
		var x, squares, errors [2]float64
		for seed := range n {
			e, err := p.EventLoss(id, risk.Scenario{}, uint64(seed+1))
			if err != nil {
				t.Fatal(err)
			}
			for i, pair := range [][2]float64{{e.P50, e.P50Error}, {e.P95, e.P95Error}} {
				x[i] += pair[0]
				squares[i] += pair[0] * pair[0]
				errors[i] += pair[1]
			}
		}
		for i := range x {
			spread := math.Sqrt((squares[i] - x[i]*x[i]/seeds) / (seeds - 1))
			near(t, id+": standard error", errors[i]/seeds, spread, 0.25*math.Sqrt(150/seeds))
		}
	}
	for _, id := range []string{"c", "d"} {
		if e, err := p.EventLoss(id, risk.Scenario{}, 1); err != nil || !e.Exact || e.P50Error != 0 || e.P95Error != 0 || e.P50 <= 0 {
			t.Errorf("%s: %+v, %v", id, e, err)
		}
	}
}
