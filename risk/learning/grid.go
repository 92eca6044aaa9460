package learning

import (
	"math"

	"github.com/parleysec/parley/quantity"
)

// cells is how many stretches a distribution is cut into (DESIGN: a grid of 400
// points on ln λ).
const cells = 400

// outside is the weight of each tail that the first grid leaves out. What lies
// there is represented by the outermost cells.
const outside = 1e-9

// nothing is the weight, against the largest, below which a cell is not looked
// at any closer.
const nothing = 1e-14

// axis maps a positive quantity to the line its grid is laid on, and back.
type axis struct{ to, from func(float64) float64 }

// logs is the axis of rates, logits that of shares.
var (
	logs   = axis{math.Log, math.Exp}
	logits = axis{func(p float64) float64 { return math.Log(p) - math.Log1p(-p) }, func(y float64) float64 { return 1 / (1 + math.Exp(-y)) }}
)

// grid is a distribution cut into cells of equal width on an axis.
type grid struct {
	of     quantity.Dist
	axis   axis
	edges  []float64 // of the cells, on the axis, rising; one more than cells
	weight []float64 // of each cell
}

// newGrid cuts what lies between two places of the axis into cells.
func newGrid(d quantity.Dist, a axis, lo, hi float64) grid {
	g := grid{of: d, axis: a, edges: make([]float64, cells+1), weight: make([]float64, cells)}
	for i := range g.edges {
		g.edges[i] = lo + (hi-lo)*float64(i)/cells
	}
	below := d.CDF(a.from(lo))
	for i := range g.weight {
		upTo := d.CDF(a.from(g.edges[i+1]))
		g.weight[i] = max(0, upTo-below)
		below = upTo
	}
	return g
}

// whole cuts all of a distribution into cells: what lies in the tails left out
// counts to the outermost ones.
func whole(d quantity.Dist, a axis) grid {
	lo, hi := span(d, a)
	g := newGrid(d, a, lo, hi)
	g.weight[0] = max(0, d.CDF(a.from(g.edges[1])))
	g.weight[cells-1] = max(0, 1-d.CDF(a.from(g.edges[cells-1])))
	return g
}

// widest is how far from the origin of the logit axis a share still differs from
// 1 in double precision, and how many e-folds of a rate are told apart.
const widest = 36

// span is where a distribution lies on an axis, but for the tails left out.
func span(d quantity.Dist, a axis) (lo, hi float64) {
	lo, hi = a.to(d.Quantile(outside)), a.to(d.Quantile(1-outside))
	if math.IsInf(hi, 1) { // a share so near 1 that it rounds to it
		hi = widest
	}
	return max(lo, hi-2*widest), hi
}

// update is the whole grid after something was seen whose log-likelihood is given
// for a value. The cells are laid anew where that left any weight, and nowhere
// else, so that much evidence is not squeezed into a few of them.
func (g grid) update(logLikelihood func(x float64) float64) grid {
	coarse := g.times(logLikelihood)
	first, last := coarse.support()
	return newGrid(g.of, g.axis, g.edges[max(0, first-1)], g.edges[min(cells, last+2)]).times(logLikelihood)
}

// times is the grid with its weights multiplied by a likelihood, summing to 1 again.
func (g grid) times(logLikelihood func(float64) float64) grid {
	weight := make([]float64, cells)
	most := math.Inf(-1)
	for i, w := range g.weight {
		weight[i] = math.Log(w) + logLikelihood(g.middle(i)) // its logarithm, for now
		most = max(most, weight[i])
	}
	sum := 0.0
	for i := range weight {
		weight[i] = math.Exp(weight[i] - most)
		sum += weight[i]
	}
	for i := range weight {
		weight[i] /= sum
	}
	g.weight = weight
	return g
}

// support is the first and the last cell that weigh anything.
func (g grid) support() (first, last int) {
	most := 0.0
	for _, w := range g.weight {
		most = max(most, w)
	}
	first, last = 0, cells-1
	for first < last && g.weight[first] < nothing*most {
		first++
	}
	for last > first && g.weight[last] < nothing*most {
		last--
	}
	return first, last
}

// middle is the value in the middle of a cell.
func (g grid) middle(i int) float64 { return g.axis.from((g.edges[i] + g.edges[i+1]) / 2) }

// mean is the expectation of a function of the value.
func (g grid) mean(f func(float64) float64) float64 {
	sum := 0.0
	for i, w := range g.weight {
		sum += w * f(g.middle(i))
	}
	return sum
}

// quantile is the value below which a share p of the weight lies, straight
// within a cell.
func (g grid) quantile(p float64) float64 {
	below := 0.0
	for i, w := range g.weight {
		if below+w >= p && w > 0 {
			return g.axis.from(g.edges[i] + (g.edges[i+1]-g.edges[i])*(p-below)/w)
		}
		below += w
	}
	return g.axis.from(g.edges[cells])
}

// figures sums a grid up.
func (g grid) figures() Figures {
	return Figures{Mean: g.mean(func(x float64) float64 { return x }), P5: g.quantile(0.05), P50: g.quantile(0.5), P95: g.quantile(0.95)}
}

// Figures sums a distribution up, in its own unit.
type Figures struct {
	Mean float64 `json:"mean"`
	P5   float64 `json:"p5"`
	P50  float64 `json:"p50"`
	P95  float64 `json:"p95"`
}

func figuresOf(d quantity.Dist) Figures {
	return Figures{Mean: d.Mean(), P5: d.Quantile(0.05), P50: d.Quantile(0.5), P95: d.Quantile(0.95)}
}
