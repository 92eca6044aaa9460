package risk

import (
	"math"
	"sync"

	"github.com/parleysec/parley/quantity"
)

// share is an uncertain input that decides which share of events passes: an
// efficacy, what is left of it when degraded, an assurance or a coverage.
type share struct {
	dist    quantity.Dist
	barrier int
	what    uint64 // as in a scoreKey
}

// shares counts the uncertain shares that decide which events pass.
func (t *threat) shares(s *stance) int { return len(t.uncertain(s)) }

func (t *threat) uncertain(s *stance) []share {
	var out []share
	for j := range t.barriers {
		b := &t.barriers[j]
		if !s.in[j] || !b.onEvents {
			continue
		}
		b.eachShare(s.broken[j], func(what uint64, in input) {
			if what != forLoss && !in.certain() {
				out = append(out, share{in.dist, j, what})
			}
		})
	}
	return out
}

// passing evaluates which share of events passes as a function of the uncertain
// shares. It has scratch space and serves one goroutine.
type passing struct {
	*evaluator
	dims []share
	into []*float64
}

func (t *threat) passing(s *stance) *passing {
	p := &passing{evaluator: t.evaluator(s), dims: t.uncertain(s)}
	for _, d := range p.dims {
		p.into = append(p.into, p.share(d.barrier, d.what))
	}
	return p
}

// at is the share that passes with the uncertain shares at x, in their order.
func (p *passing) at(x []float64) float64 {
	for i, into := range p.into {
		*into = x[i]
	}
	return p.sum()
}

// sum is the share that passes with the shares as they are set.
func (p *passing) sum() float64 {
	sum := 0.0
	for i := range p.t.cells {
		pass, _ := p.cell(&p.t.cells[i])
		sum += p.t.cells[i].prob * pass
	}
	return sum
}

// atWork is what a barrier stops whose efficacy is borne out to so much, and which
// does what it does when degraded for the rest.
func atWork(credit, efficacy, degraded float64) float64 {
	return float64(credit*efficacy) + float64((1-credit)*degraded)
}

// passes is q for an efficacy and a coverage: (1 − coverage·e − c)/(1 − c).
//
// Where the drawn share exceeds what the constant c allows, q is slightly
// negative; the formula stands, so that one layer keeps its stated strength in
// every draw and means multiply. What passes all layers together stays within
// 0..1 for common causes up to 50 %.
func (b *barrier) passes(e, coverage float64) float64 {
	open := 1 - b.blind
	if !b.onEvents || open <= 0 {
		return 1
	}
	return (open - float64(coverage*e)) / open
}

// passAt is the share that passes with the uncertain shares at x.
func (t *threat) passAt(s *stance, x []float64) float64 { return t.passing(s).at(x) }

// mostPass is an upper bound of the share that passes: uncertain barriers
// stopping nothing.
func (t *threat) mostPass(s *stance) float64 {
	p := t.passing(s)
	for _, into := range p.into {
		*into = 0
	}
	p.weakest()
	return p.sum()
}

// expectOver is E[g(rate, pass)] over the stated rate (or chance) and the
// uncertain shares, and whether it is exact: without uncertainty or with one
// uncertain input by quadrature to 1e-10, with two on a product of 32 Gauss
// points each, with more on a lattice of 4093 points.
func (t *threat) expectOver(s *stance, g func(rate, pass float64) float64) (float64, bool) {
	p := t.passing(s)
	x := make([]float64, len(p.dims))
	if t.rate.certain() {
		return expectAll(shareDists(p.dims), x, func() float64 { return g(t.rate.mean, p.at(x)) })
	}
	if len(x) == 0 && len(t.factors) == 1 {
		pass := p.at(x)
		return quantity.Expect(t.rate.dist, func(r float64) float64 { return g(r, pass) }), true
	}
	dists := shareDists(p.dims)
	for _, f := range t.factors {
		dists = append(dists, f.dist)
	}
	y := make([]float64, len(dists))
	return expectAll(dists, y, func() float64 {
		rate := 1.0
		for _, v := range y[len(x):] {
			rate *= v
		}
		return g(rate, p.at(y[:len(x)]))
	})
}

func shareDists(dims []share) []quantity.Dist {
	out := make([]quantity.Dist, len(dims))
	for i := range dims {
		out[i] = dims[i].dist
	}
	return out
}

// expectAll is E[g] where g reads independent values of dists from x.
func expectAll(dists []quantity.Dist, x []float64, g func() float64) (float64, bool) {
	switch len(dists) {
	case 0:
		return g(), true
	case 1:
		return quantity.Expect(dists[0], func(v float64) float64 { x[0] = v; return g() }), true
	case 2:
		return expectPair(dists, x, g), true
	}
	return expectLattice(dists, x, g), false
}

// expectPair integrates over the normal scores of two inputs, 16 Gauss–Legendre
// points on either side of each median: products of smooth functions lose less
// than 1e-9.
func expectPair(dists []quantity.Dist, x []float64, g func() float64) float64 {
	second := make([]float64, len(scorePoints))
	for i, n := range scorePoints {
		second[i] = fromScore(dists[1], n.at)
	}
	sum := 0.0
	for _, n := range scorePoints {
		x[0] = fromScore(dists[0], n.at)
		inner := 0.0
		for i, m := range scorePoints {
			x[1] = second[i]
			inner += m.weight * g()
		}
		sum += n.weight * inner
	}
	return sum
}

// A Korobov lattice: L'Ecuyer and Lemieux, Management Science 46 (2000) 1214,
// table 1; with the tent transform (Hickernell 2002) it integrates smooth
// functions to about n⁻².
const (
	latticeSize   = 4093
	latticeFactor = 1516
)

func expectLattice(dists []quantity.Dist, x []float64, g func() float64) float64 {
	sum := 0.0
	latticePoints(len(dists), func(z []float64) {
		for j := range x {
			x[j] = fromScore(dists[j], z[j])
		}
		sum += g()
	})
	return sum / latticeSize
}

// latticePoints calls g with the normal scores of every point of the lattice.
func latticePoints(dims int, g func(z []float64)) {
	step := make([]int, dims)
	step[0] = 1
	for j := 1; j < len(step); j++ {
		step[j] = step[j-1] * latticeFactor % latticeSize
	}
	at, z, scores := make([]int, dims), make([]float64, dims), latticeScores()
	for range latticeSize {
		for j := range z {
			z[j] = scores[at[j]]
			at[j] = (at[j] + step[j]) % latticeSize
		}
		g(z)
	}
}

// latticeScores are the normal scores of the tent-transformed lattice points,
// computed when first wanted: most commands never do.
// The shift by a quarter keeps every point off the ends, whose scores are
// infinite.
var latticeScores = sync.OnceValue(func() []float64 { return scoresOf(latticeSize) })

func scoresOf(n int) []float64 {
	z := make([]float64, n)
	for i := range z {
		u := (float64(i) + 0.25) / float64(n)
		z[i] = quantity.NormalQuantile(1 - math.Abs(2*u-1))
	}
	return z
}
