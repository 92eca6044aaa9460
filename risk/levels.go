package risk

import (
	"math"
	"math/cmplx"
	"slices"
)

// The curve is computed on several grids of the same number of points, each
// levelRatio times as wide as the one before: masses below a point do not
// depend on what lies above it, so every grid is right as far as it reaches, and
// the upper part of each has steps small beside the loss. Most curves are good on
// fewPoints; where the error is above goodError there, they are computed on
// gridPoints.
const (
	fewPoints  = 1 << 14
	gridPoints = 1 << 16
	goodError  = mostError / 10
	levelRatio = 8
	maxLevels  = 20
	topChance  = 2.5e-7 // of exceeding the widest grid
	lowChance  = 1e-8   // of a loss below the narrowest grid's upper part
	mostError  = 1e-6   // docs/maths.md, The exact curve
)

// level is the curve on one grid: upTo[j] is the chance of at most (j+½)·h.
type level struct {
	h    float64
	upTo []float64
}

// errCurve is for the model as a whole.
var errCurve = &NotExactError{Reason: "losses lie too near to single numbers, or too far apart, for a grid"}

func (a *annualSum) curve() (*Curve, error) {
	none := a.none()
	if none == 1 {
		return &Curve{none: 1, at: []float64{0}, upTo: []float64{1}}, nil
	}
	c, err := a.curveOn(fewPoints, none)
	if err != nil || c.Error > goodError {
		c, err = a.curveOn(gridPoints, none)
	}
	return c, err
}

// curveOn is the curve on grids of so many points, two of them worked out at a
// time.
func (a *annualSum) curveOn(points int, none float64) (*Curve, error) {
	agg, logs := newAggregator(points), halfLogs(points)
	top, err := a.widest(agg, logs)
	if err != nil {
		return nil, err
	}
	levels := []level{top}
	goesOn := func() bool {
		return len(levels) < maxLevels && levels[len(levels)-1].upTo[points/levelRatio]-none >= lowChance
	}
	for goesOn() {
		h := levels[len(levels)-1].h / levelRatio
		var next, finer level
		both(func() { next = a.level(agg, logs, h) }, func() { finer = a.level(agg, logs, h/levelRatio) })
		if levels = append(levels, next); goesOn() {
			levels = append(levels, finer)
		}
	}
	return join(levels, none)
}

// none is the chance of a year without loss.
func (a *annualSum) none() float64 {
	rate, none := 0.0, 1.0
	for _, c := range a.pooled {
		rate += c.weight
	}
	for _, e := range a.events {
		rate += e.anyLoss()
	}
	for _, e := range a.single {
		none *= 1 - e.anyLoss()
	}
	for _, e := range a.mixed {
		none *= gammaMixed(e.shape, e.anyLoss())
	}
	return none * math.Exp(-rate)
}

// weight is that of all its events.
func (e *eventSum) weight() float64 {
	sum := 0.0
	for _, c := range e.cells {
		sum += c.weight
	}
	return sum
}

// anyLoss is the weight of events with a loss.
func (e *eventSum) anyLoss() float64 {
	sum := 0.0
	for _, c := range e.cells {
		without := 1.0
		for g := range c.groups() {
			none := 1.0
			for _, k := range c.behind(g) {
				none *= 1 - k.weight
			}
			without *= 1 - c.opens(g)*(1-none)
		}
		sum += c.weight * (1 - without)
	}
	return sum
}

// groups are how many groups of kinds a cell has: those without a gate, and
// those behind each.
func (c *eventCell) groups() int { return len(c.gates) + 1 }

// behind are the kinds of a group.
func (c *eventCell) behind(group int) []component {
	var out []component
	for _, k := range c.kinds {
		if k.gate == group-1 {
			out = append(out, k)
		}
	}
	return out
}

// opens is the chance that a group may happen.
func (c *eventCell) opens(group int) float64 {
	if group == 0 {
		return 1
	}
	return c.gates[group-1]
}

// occurs is the share of events in which a kind happens.
func (c *eventCell) occurs(k *component) float64 { return c.opens(k.gate+1) * k.weight }

// widest finds the grid that is exceeded with less than topChance.
func (a *annualSum) widest(agg *aggregator, logs []float64) (level, error) {
	end := a.largestLoss(topChance/4) + a.mean()
	for range 40 {
		if math.IsInf(end, 0) || math.IsNaN(end) {
			break
		}
		l := a.level(agg, logs, end/float64(agg.n))
		if 1-l.upTo[agg.n-1] < topChance {
			return l, nil
		}
		end *= 2
	}
	return level{}, errCurve
}

// each calls do with every kind of loss and the events (or chance) of it a year.
func (a *annualSum) each(do func(c *component, weight float64)) {
	for i := range a.pooled {
		do(&a.pooled[i], a.pooled[i].weight)
	}
	for _, e := range slices.Concat(a.events, a.single, a.mixed) {
		for _, c := range e.cells {
			for k := range c.kinds {
				do(&c.kinds[k], c.weight*c.occurs(&c.kinds[k]))
			}
		}
	}
}

// largestLoss is the amount that less than so many losses exceed in a year.
func (a *annualSum) largestLoss(events float64) float64 {
	most := 0.0
	a.each(func(c *component, weight float64) {
		if weight > events {
			most = max(most, c.left*c.dist.Quantile(1-events/weight))
		}
	})
	for range 100 {
		over := 0.0
		a.each(func(c *component, weight float64) { over += weight * (1 - c.cdf(most)) })
		if over <= events || most == 0 {
			break
		}
		most *= 1.1
	}
	return most
}

func (a *annualSum) mean() float64 {
	sum := 0.0
	a.each(func(c *component, weight float64) { sum += weight * c.left * c.dist.Mean() })
	return sum
}

// level computes the curve on one grid.
func (a *annualSum) level(agg *aggregator, logs []float64, h float64) level {
	g := &grid{n: agg.n, h: h, logs: logs}
	x := make([]complex128, agg.n)
	rate := 0.0
	if len(a.pooled) > 0 {
		x = agg.transform(g.masses(a.pooled))
		for _, c := range a.pooled {
			rate += c.weight
		}
	}
	for i := range a.events {
		a.events[i].into(agg, g, x)
		rate += a.events[i].weight()
	}
	for i := range x {
		x[i] = cmplx.Exp(x[i] - complex(rate, 0))
	}
	for i := range a.single {
		y := make([]complex128, agg.n)
		a.single[i].into(agg, g, y)
		chance := a.single[i].weight()
		for j := range x {
			x[j] *= complex(1-chance, 0) + y[j]
		}
	}
	for i := range a.mixed {
		e := &a.mixed[i]
		y := make([]complex128, agg.n)
		e.into(agg, g, y)
		rate := complex(e.weight(), 0)
		for j := range x {
			x[j] *= cmplx.Pow(1+(rate-y[j])/complex(e.shape, 0), complex(-e.shape, 0))
		}
	}
	upTo := agg.masses(x)
	for j := 1; j < len(upTo); j++ {
		upTo[j] = max(upTo[j-1], upTo[j-1]+upTo[j])
	}
	return level{h: h, upTo: upTo}
}

// into adds the weighted spectrum of an event's loss.
func (e *eventSum) into(agg *aggregator, g *grid, x []complex128) {
	product, inner, y := make([]complex128, agg.n), make([]complex128, agg.n), make([]complex128, agg.n)
	for _, c := range e.cells {
		fill(product, c.weight)
		for group := range c.groups() {
			fill(inner, 1)
			for _, k := range c.behind(group) {
				chance := complex(k.weight, 0)
				k.weight = 1
				agg.transformInto(y, g.masses([]component{k}))
				for j := range inner {
					inner[j] *= 1 - chance + chance*y[j]
				}
			}
			opens := complex(c.opens(group), 0)
			for j := range product {
				product[j] *= 1 - opens + opens*inner[j]
			}
		}
		for j := range x {
			x[j] += product[j]
		}
	}
}

func fill(x []complex128, v float64) {
	for j := range x {
		x[j] = complex(v, 0)
	}
}

// join takes from each level its upper part and estimates the error by how far
// neighbouring levels differ where both reach: with steps levelRatio times as
// wide the error is the square of that as large.
func join(levels []level, none float64) (*Curve, error) {
	points := len(levels[0].upTo)
	c := &Curve{none: none, at: make([]float64, 1, 1+points*len(levels)), upTo: make([]float64, 1, 1+points*len(levels))}
	c.upTo[0] = none
	for i := len(levels) - 1; i >= 0; i-- {
		l := levels[i]
		from := points / levelRatio
		if i == len(levels)-1 {
			from = 0
		}
		for j := from; j < points; j++ {
			c.at = append(c.at, (float64(j)+0.5)*l.h)
			c.upTo = append(c.upTo, min(1, max(l.upTo[j], c.upTo[len(c.upTo)-1])))
		}
		if i > 0 {
			c.Error = max(c.Error, difference(l, levels[i-1])/(levelRatio*levelRatio-1))
		}
	}
	if len(levels) == 1 || c.Error > mostError {
		return nil, errCurve
	}
	return c, nil
}

// difference is how far a level is at most from the next wider one, in its
// upper part.
func difference(fine, wide level) float64 {
	most, points := 0.0, len(fine.upTo)
	for j := points/(levelRatio*levelRatio) + 1; j < points/levelRatio; j++ {
		at := (float64(j) + 0.5) * levelRatio // in steps of the fine grid
		k := int(at - 0.5)
		w := at - 0.5 - float64(k)
		if k+1 >= points {
			break
		}
		f := fine.upTo[k] + w*(fine.upTo[k+1]-fine.upTo[k])
		most = max(most, math.Abs(f-wide.upTo[j]))
	}
	return most
}
