package brief

import (
	"slices"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/risk"
)

// worth computes net benefits of many sets quickly and exactly: all expected
// losses are sums of products over the set ([risk.Decomposition]). It agrees
// with [risk.Portfolio.Appraise], which also draws.
type worth struct {
	p       *risk.Portfolio
	threats []risk.Decomposition
	touches map[string][]int // by mitigation or feature: indices of threats it bears on
	work    map[string]outlay
}

// outlay is what one item takes and brings, at its means.
type outlay struct {
	effort float64 // currency, evenly over lead
	once   float64 // currency, at the start
	yearly float64 // benefits less costs, currency per year from the finish
	lead   float64 // years
}

func newWorth(m *parley.Model, p *risk.Portfolio) *worth {
	w := &worth{p: p, threats: p.Decompose(), touches: map[string][]int{}, work: map[string]outlay{}}
	for i, d := range w.threats {
		for _, id := range d.IfAny {
			w.touch(id, i)
		}
		for _, t := range d.Terms {
			for _, f := range t.Factors {
				w.touch(f.Mitigation, i)
			}
		}
	}
	for i := range m.Mitigations {
		x := &m.Mitigations[i]
		o := w.outlay(x.Cost, x.LeadTime.Mean())
		for _, b := range x.Benefits {
			o.yearly += b.Value.Mean()
		}
		w.work[x.ID] = o
	}
	for i := range m.Features {
		x := &m.Features[i]
		o := w.outlay(x.Cost, x.LeadTime.Mean())
		o.yearly += x.Value.Mean()
		w.work[x.ID] = o
	}
	return w
}

func (w *worth) touch(id string, threat int) {
	if l := w.touches[id]; len(l) == 0 || l[len(l)-1] != threat {
		w.touches[id] = append(l, threat)
	}
}

func (w *worth) outlay(c parley.Cost, lead float64) outlay {
	return outlay{
		effort: c.Effort.Mean() * w.p.PersonDay(),
		once:   c.Once.Mean(),
		yearly: -c.Yearly.Mean(),
		lead:   lead,
	}
}

// net is the expected net benefit, discounted over the horizon, of starting
// set at a time (years from now) when the items of base are finished already
// and nothing else is done. Currency units.
func (w *worth) net(base, set []string, start float64) float64 {
	var touched []int
	total := 0.0
	for _, id := range set {
		total += w.own(id, start)
		for _, t := range w.touches[id] {
			if !slices.Contains(touched, t) {
				touched = append(touched, t)
			}
		}
	}
	for _, t := range touched {
		total += w.loss(t, base, nil, 0) - w.loss(t, base, set, start)
	}
	return total
}

// own is what an item brings less what it costs, losses aside.
func (w *worth) own(id string, start float64) float64 {
	o, h := w.work[id], w.p.Horizon()
	if start >= h {
		return 0
	}
	total := -o.once * w.p.Present(start)
	if o.lead > 0 {
		total -= o.effort / o.lead * w.p.Annuity(start, min(start+o.lead, h))
	} else {
		total -= o.effort * w.p.Present(start)
	}
	return total + o.yearly*w.p.Annuity(start+o.lead, h)
}

// loss is the discounted expected loss of a threat up to the horizon, when
// base is finished and set is started at a time.
func (w *worth) loss(threat int, base, set []string, start float64) float64 {
	d := &w.threats[threat]
	done := append([]string(nil), base...)
	order := append([]string(nil), set...)
	slices.SortStableFunc(order, func(a, b string) int {
		switch x, y := w.work[a].lead, w.work[b].lead; {
		case x < y:
			return -1
		case x > y:
			return 1
		}
		return 0
	})
	total, from := 0.0, 0.0
	for i := 0; i <= len(order); i++ {
		to := d.Until
		if i < len(order) {
			to = min(to, start+w.work[order[i]].lead)
		}
		if to > from {
			total += perYear(d, done) * w.p.Annuity(from, to)
			from = to
		}
		if i < len(order) {
			done = append(done, order[i])
		}
	}
	return total
}

// perYear is the expected loss per year of a threat with a set finished.
func perYear(d *risk.Decomposition, done []string) float64 {
	if len(d.IfAny) > 0 && !slices.ContainsFunc(d.IfAny, func(id string) bool { return slices.Contains(done, id) }) {
		return 0
	}
	sum := 0.0
	for _, t := range d.Terms {
		x := t.PerYear
		for _, f := range t.Factors {
			if slices.Contains(done, f.Mitigation) {
				x *= f.Mean
			}
		}
		sum += x
	}
	return sum
}
