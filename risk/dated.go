package risk

import (
	"cmp"
	"math"
	"slices"
)

// datedLoss is one event's loss by kind, after what transfers per event paid.
type datedLoss struct {
	trial int
	time  float64 // years from now
	side  *side
	x     []float64
}

// settleDated lets transfers per year pay in the order of events, for policy
// years that begin now, and counts what is left.
func (d *diary) settleDated(c *contrast) {
	for which, sign := range []float64{1, -1} {
		events := d.dated[which]
		slices.SortFunc(events, func(a, b datedLoss) int {
			return cmp.Or(cmp.Compare(a.trial, b.trial), cmp.Compare(a.time, b.time))
		})
		trial, year := -1, -1.0
		claimed := map[int]float64{}
		for _, e := range events {
			if y := math.Floor(e.time); e.trial != trial || y != year {
				trial, year = e.trial, y
				clear(claimed)
			}
			payYearly(e, d.b.contracts(e.side.src, e.trial), claimed)
			sum := 0.0
			for _, v := range e.x {
				sum += v
			}
			d.avoided[e.trial] += sign * sum * expTable.exp(-d.decay*e.time)
		}
		d.dated[which] = events[:0]
	}
}

// payYearly takes from one event what contracts per year pay for it, given what
// was claimed of each, by its place in the file, earlier in the year.
func payYearly(e datedLoss, transfers []*transfer, claimed map[int]float64) {
	for _, tr := range transfers {
		if !tr.perYear {
			continue
		}
		covered := 0.0
		for k, v := range e.x {
			if tr.covers[k] {
				covered += v
			}
		}
		if covered <= 0 {
			continue
		}
		paid := tr.pays(claimed[tr.order]+covered) - tr.pays(claimed[tr.order])
		claimed[tr.order] += covered
		for k := range e.x {
			if tr.covers[k] {
				e.x[k] *= 1 - paid/covered
			}
		}
	}
}
