package model

import (
	"math"

	"github.com/parleysec/parley/plan"
)

// addPeriods limits what falls into each period. Of an item that starts in
// period s and of one that starts in s+1 different amounts fall there; to have
// started by s adds the one and takes the other away.
func (b *Built) addPeriods(works []candidate) {
	b.rules = len(b.Problem.Rows)
	b.falls = nil
	for _, w := range works {
		if _, ok := b.index[w.id]; ok {
			b.falls = append(b.falls, w.work.Cost)
		}
	}
	for q, p := range b.limits.Periods {
		b.limitPeriod("effort in "+p.Name, p.Effort, func(k, s int) float64 { return b.fall(k, s, q).EffortDays })
		b.limitPeriod("money in "+p.Name, p.Money, func(k, s int) float64 { return b.fall(k, s, q).Money })
	}
	b.falling = len(b.Problem.Rows)
}

func (b *Built) limitPeriod(name string, limit float64, amount func(k, s int) float64) {
	if math.IsInf(limit, 1) {
		return
	}
	r := plan.Row{Name: name, Limit: limit}
	for k := range b.items {
		for s := range b.starts {
			a := amount(k, s)
			if s+1 < len(b.starts) {
				a -= amount(k, s+1)
			}
			if a != 0 {
				r.Uses = append(r.Uses, plan.Use{Item: b.at(k, s), Amount: a})
			}
		}
	}
	b.Problem.Rows = append(b.Problem.Rows, r)
}

// fall is what an item that starts in period s takes of period q: effort evenly
// over the lead time (all in its first period when that is 0), money once when
// it starts and yearly from its finish to the horizon.
func (b *Built) fall(k, s, q int) Cost {
	c, start, finish := b.falls[k], b.starts[s], b.finish(k, s)
	out := Cost{EffortDays: c.Effort.Mean()}
	if s == q {
		out.Money = c.Once.Mean()
	}
	if lead := b.items[k].lead; lead > 0 {
		out.EffortDays *= b.overlap(q, start, finish) / lead
	} else if s != q {
		out.EffortDays = 0
	}
	out.Money += c.Yearly.Mean() * b.overlap(q, finish, b.portfolio.Horizon())
	return out
}

// overlap is how many years of a stretch of time lie in a period.
func (b *Built) overlap(q int, from, to float64) float64 {
	end := math.Inf(1)
	if q+1 < len(b.starts) {
		end = b.starts[q+1]
	}
	return math.Max(0, math.Min(to, end)-math.Max(from, b.starts[q]))
}

// used is what falls into a period.
func (b *Built) used(chosen []int, q int) Cost {
	var sum Cost
	for _, k := range b.taken(chosen) {
		c := b.fall(k, b.startOf(chosen, k), q)
		sum.Money += c.Money
		sum.EffortDays += c.EffortDays
	}
	return sum
}
