package risk

import (
	"math"
	"slices"

	"github.com/parleysec/parley/quantity"
)

// addSmooth adds components of the log-normal family: the mixture's
// distribution function is computed at nodes in ln x and interpolated by cubics
// that meet its value and slope, so that many threats cost little more than one.
func (g *grid) addSmooth(cs []component, upTo []float64) {
	if len(cs) == 0 {
		return
	}
	exact := min(exactSteps, g.n)
	for i := range cs {
		g.addExact(&cs[i], 0, exact, upTo)
	}
	if exact == g.n {
		return
	}
	m := newMixture(cs, math.Log(float64(exact)*g.h), math.Log(float64(g.n)*g.h))
	logH := math.Log(g.h)
	at := m.cdf(logH + g.logs[2*exact])
	for j := exact; j < g.n; j++ {
		mid, next := m.cdf(logH+g.logs[2*j+1]), m.cdf(logH+g.logs[2*j+2])
		upTo[j] += (at + 4*mid + next) / 6
		at = next
	}
}

// mixture is a weighted sum of distribution functions of ln x, interpolated. It
// is read from left to right.
type mixture struct {
	at          []float64
	value       []float64
	left, right []float64 // slopes on either side: two-piece distributions have a kink
	now         int
}

func newMixture(cs []component, from, to float64) *mixture {
	m := &mixture{at: mixtureNodes(cs, from, to)}
	n := len(m.at)
	m.value, m.left, m.right = make([]float64, n), make([]float64, n), make([]float64, n)
	for i := range cs {
		m.add(&cs[i])
	}
	return m
}

// mixtureNodes are even steps, and the medians at which a density jumps.
func mixtureNodes(cs []component, from, to float64) []float64 {
	n := int(math.Ceil((to-from)/nodeStep)) + 1
	nodes := make([]float64, 0, n+len(cs))
	for i := range n {
		nodes = append(nodes, from+(to-from)*float64(i)/float64(n-1))
	}
	for i := range cs {
		if median, below, above, _ := cs[i].latent(); below != above && median > from && median < to {
			nodes = append(nodes, median)
		}
	}
	slices.Sort(nodes)
	return slices.Compact(nodes)
}

func (m *mixture) add(c *component) {
	median, below, above, _ := c.latent()
	for i, y := range m.at {
		sd := above
		if y < median {
			sd = below
		}
		z := (y - median) / sd
		if z < -reachSigmas {
			continue
		}
		if z > reachSigmas {
			m.value[i] += c.weight
			continue
		}
		density := c.weight * math.Exp(-z*z/2) / math.Sqrt(2*math.Pi)
		m.value[i] += c.weight * quantity.NormalCDF(z)
		if y == median {
			m.left[i] += density / below
			m.right[i] += density / above
			continue
		}
		m.left[i] += density / sd
		m.right[i] += density / sd
	}
}

// cdf is the mixture at ln x = y, which must not be less than in the call before.
func (m *mixture) cdf(y float64) float64 {
	for m.now < len(m.at)-2 && m.at[m.now+1] < y {
		m.now++
	}
	i := m.now
	w := m.at[i+1] - m.at[i]
	t := (y - m.at[i]) / w
	s := 1 - t
	return s*s*((1+2*t)*m.value[i]+t*w*m.right[i]) + t*t*((1+2*s)*m.value[i+1]-s*w*m.left[i+1])
}
