package plan

import (
	"cmp"
	"context"
	"math"
	"slices"
)

// A limit at its price alone lets things be taken in parts. Covers say more: where some
// things together, each at one of the levels at which it takes so much, overrun a
// limit, not all of them can be. docs/maths-plan.md has the proof.

// member is a thing at one of a run of levels.
type member struct {
	thing    int
	from, to int     // the levels, from 1
	weight   float64 // what it takes of the row there at least, more than at its least
	in       float64 // how far the point has it there
}

// Rounds of covers: how many, how the ascent cools in each (coverCooling, relative to the
// scale of the search), in how many passes, and the share of the gap a round has to close.
const (
	coverRounds = 12
	coverPasses = 60
	coverGain   = .005
	coverShort  = 1e-2 // by how much a point has to break a cover
)

var coverCooling = []float64{.05, .015}

// tighten adds covers that the point of a node breaks, and raises its bound with them.
func (s *search) tighten(ctx context.Context, nd *node) {
	l, _ := outline(s.p, nd.r)
	own := len(nd.r.rows)
	for range coverRounds {
		was := nd.low
		nd.limit(l.covers(nd.m.point))
		for _, tau := range coverCooling {
			newAscent(nd.r, &nd.m).hasten(ctx, s.scale*tau, coverPasses)
		}
		nd.lift()
		if ctx.Err() != nil || nd.low >= s.cutoff() || nd.low-was < coverGain*(s.cutoff()-was) {
			break
		}
	}
	nd.slim(own)
}

// limit adds rows that the node does not have yet.
func (nd *node) limit(rows []limitRow) {
	r, m := *nd.r, nd.m
	r.rows, m.lambda = slices.Clone(r.rows), slices.Clone(m.lambda)
	for _, row := range rows {
		if !slices.ContainsFunc(r.rows, func(o limitRow) bool { return slices.Equal(o.use, row.use) }) {
			r.rows, m.lambda = append(r.rows, row), append(m.lambda, 0)
		}
	}
	r.link()
	nd.r, nd.m = &r, m
}

// slim drops the rows without a price, but for the first ones.
func (nd *node) slim(own int) {
	r, m := *nd.r, nd.m
	r.rows, m.lambda = slices.Clone(r.rows[:own]), slices.Clone(m.lambda[:own])
	for k := own; k < len(nd.r.rows); k++ {
		if nd.m.lambda[k] > 0 {
			r.rows, m.lambda = append(r.rows, nd.r.rows[k]), append(m.lambda, nd.m.lambda[k])
		}
	}
	nd.r, nd.m = &r, m
}

// covers are rows that every set keeps and a point does not, at most one for each limit.
func (l *levels) covers(point []float64) []limitRow {
	var out []limitRow
	for k, row := range l.r.rows {
		least, room := make([]float64, len(l.things)), row.limit
		for t := range l.things {
			least[t] = l.leastUse(t, k)
			room -= least[t]
		}
		if c := l.cover(k, least, room, point); c != nil {
			if r := l.row(l.extend(k, least, c), len(c)-1); r.usedBy(point) > r.limit+coverShort {
				out = append(out, r)
			}
		}
	}
	return out
}

func (r limitRow) usedBy(point []float64) (sum float64) {
	for i, u := range r.use {
		sum += u * point[i]
	}
	return sum
}

// takes is what a thing takes of a row at a level.
func (l *levels) takes(thing, row, level int) float64 {
	return l.things[thing].use[level*len(l.used)+row]
}

func (l *levels) leastUse(thing, row int) float64 {
	least := math.Inf(1)
	for level := range l.things[thing].cost {
		least = min(least, l.takes(thing, row, level))
	}
	return least
}

// cover finds things that together overrun a row with so much room, none to spare, of
// those that the point has in most; nil where there are none.
func (l *levels) cover(row int, least []float64, room float64, point []float64) []member {
	var all []member
	for t := range l.things {
		if m, ok := l.likely(t, row, least[t], point); ok {
			all = append(all, m)
		}
	}
	slices.SortStableFunc(all, func(a, b member) int { return cmp.Compare((1-a.in)*b.weight, (1-b.in)*a.weight) })
	// By a margin: what keeps a limit may overrun it by rounding.
	over := func(sum float64) bool { return sum-room > slack*(sum+math.Abs(room)+1) }
	sum, n := 0.0, 0
	for ; n < len(all) && !over(sum); n++ {
		sum += all[n].weight
	}
	if !over(sum) {
		return nil
	}
	cover := all[:n]
	slices.SortStableFunc(cover, func(a, b member) int { return cmp.Compare(a.in, b.in) })
	cover = slices.DeleteFunc(cover, func(m member) bool {
		spare := over(sum - m.weight)
		if spare {
			sum -= m.weight
		}
		return spare
	})
	return cover
}

// likely is the run of levels at which a thing takes much of a row for how far the
// point lacks it there.
func (l *levels) likely(thing, row int, least float64, point []float64) (best member, ok bool) {
	items := l.things[thing].items
	for from := 1; from <= len(items); from++ {
		weight := math.Inf(1)
		for to := from; to <= len(items); to++ {
			weight = min(weight, l.takes(thing, row, to)-least)
			in := point[items[from-1]]
			if to < len(items) {
				in -= point[items[to]]
			}
			m := member{thing, from, to, weight, min(1, in)}
			if weight > 0 && in > coverShort && (!ok || (1-m.in)*best.weight < (1-best.in)*m.weight) {
				best, ok = m, true
			}
		}
	}
	return best, ok
}

// extend adds to a cover the other things at the levels at which they take as much as
// any of it.
func (l *levels) extend(row int, least []float64, cover []member) []member {
	most := 0.0
	has := make([]bool, len(l.things))
	for _, m := range cover {
		most, has[m.thing] = max(most, m.weight), true
	}
	all := slices.Clone(cover)
	for t := range l.things {
		from := 0
		for level := 1; !has[t] && level <= len(l.things[t].items)+1; level++ {
			heavy := level <= len(l.things[t].items) && l.takes(t, row, level)-least[t] >= most
			switch {
			case heavy && from == 0:
				from = level
			case !heavy && from > 0:
				all = append(all, member{thing: t, from: from, to: level - 1})
				from = 0
			}
		}
	}
	return all
}

// row says that at most so many of the members are in.
func (l *levels) row(members []member, most int) limitRow {
	out := limitRow{use: make([]float64, len(l.r.item)), limit: float64(most)}
	for _, m := range members {
		items := l.things[m.thing].items
		out.use[items[m.from-1]]++
		if m.to < len(items) {
			out.use[items[m.to]]--
		}
	}
	return out
}
