package risk

import (
	"math"

	"github.com/parleysec/parley/quantity"
)

// component is one kind of loss on the scale a cell leaves it on.
type component struct {
	weight float64
	gate   int     // of its event
	left   float64 // > 0
	dist   quantity.Dist
}

func (c *component) cdf(x float64) float64 { return c.dist.CDF(x / c.left) }

func (c *component) limitedMean(x float64) float64 { return c.left * limitedMean(c.dist, x/c.left) }

// latent is the logarithm's distribution of a loss from the log-normal family:
// its median and its deviations below and above.
func (c *component) latent() (median, below, above float64, ok bool) {
	switch d := c.dist.(type) {
	case quantity.LogNormal:
		return d.Mu + math.Log(c.left), d.Sigma, d.Sigma, true
	case quantity.TwoPieceLogNormal:
		return d.Mu + math.Log(c.left), d.Below, d.Above, true
	}
	return 0, 0, 0, false
}

// smooth reports whether the distribution function is so smooth in ln x that
// few nodes settle it.
func (c *component) smooth() bool {
	_, below, above, ok := c.latent()
	return ok && min(below, above) >= smoothSigma
}

const (
	smoothSigma = 0.3
	nodeStep    = 0.05 * smoothSigma // in ln x: cubic interpolation then errs by 1e-9
	exactSteps  = 64                 // at the grid's beginning, where steps are wide beside x
	reachSigmas = 9                  // beyond, a normal tail is below 1e-18
)

// grid is a lattice of losses.
type grid struct {
	n    int
	h    float64
	logs []float64 // ln(i/2) for i = 1..2n, the same for every step
}

func halfLogs(n int) []float64 {
	out := make([]float64, 2*n+1)
	for i := 1; i <= 2*n; i++ {
		out[i] = math.Log(float64(i) / 2)
	}
	return out
}

// masses discretises a mixture of components so that its mean is kept (local
// moment matching, Gerber 1982; Klugman, Panjer and Willmot, section 9.6.5):
// the mass up to j·h is the average of the distribution function over
// j·h … (j+1)·h. What lies beyond the grid is left out.
func (g *grid) masses(cs []component) []float64 {
	upTo := make([]float64, g.n)
	var smooth []component
	for i := range cs {
		if cs[i].smooth() {
			smooth = append(smooth, cs[i])
		} else {
			g.addDirect(&cs[i], upTo)
		}
	}
	g.addSmooth(smooth, upTo)
	for j := g.n - 1; j > 0; j-- {
		upTo[j] -= upTo[j-1]
	}
	return upTo
}

// addExact adds averages over the steps from..to by differences of the limited
// mean, which keeps the mean to the last digit.
func (g *grid) addExact(c *component, from, to int, upTo []float64) {
	last := c.limitedMean(float64(from) * g.h)
	for j := from; j < to; j++ {
		next := c.limitedMean(float64(j+1) * g.h)
		upTo[j] += c.weight * (1 - (next-last)/g.h)
		last = next
	}
}

// addDirect adds a component whose distribution function changes quickly: by
// Simpson's rule, or exactly where it does so within few steps.
func (g *grid) addDirect(c *component, upTo []float64) {
	first := min(g.n, int(c.left*c.dist.Quantile(1e-12)/g.h))
	last := g.n
	if top := c.left * c.dist.Quantile(1-1e-12) / g.h; top < float64(g.n-1) {
		last = int(top) + 1
	}
	exact := last
	if last-first > 2*exactSteps {
		exact = min(last, max(first, exactSteps))
	}
	g.addExact(c, first, exact, upTo)
	at := c.cdf(float64(exact) * g.h)
	for j := exact; j < last; j++ {
		mid, next := c.cdf((float64(j)+0.5)*g.h), c.cdf(float64(j+1)*g.h)
		upTo[j] += c.weight * (at + 4*mid + next) / 6
		at = next
	}
	for j := last; j < g.n; j++ {
		upTo[j] += c.weight
	}
}
