package risk

import (
	"slices"

	"github.com/parleysec/parley/quantity"
)

// Figure is an uncertain number: its mean and the 90 % interval around it.
type Figure struct {
	Mean, P5, P95 float64
}

// part is one term of a sum of independent inputs.
type part struct {
	in     input
	weight float64
}

// sumOf is the figure of a sum: its mean exactly, its interval from the
// quantiles of the one uncertain term, or of several on a lattice of 4093
// points, which is deterministic and good to about three digits.
func sumOf(parts []part) Figure {
	var f Figure
	fixed := 0.0
	var uncertain []part
	for _, p := range parts {
		f.Mean += p.weight * p.in.mean
		if p.in.certain() || p.weight == 0 {
			fixed += p.weight * p.in.mean
		} else {
			uncertain = append(uncertain, p)
		}
	}
	switch len(uncertain) {
	case 0:
		f.P5, f.P95 = f.Mean, f.Mean
	case 1:
		p := uncertain[0]
		f.P5 = fixed + p.weight*p.in.dist.Quantile(0.05)
		f.P95 = fixed + p.weight*p.in.dist.Quantile(0.95)
	default:
		f.P5, f.P95 = latticeRange(fixed, uncertain)
	}
	return f
}

func latticeRange(fixed float64, parts []part) (p5, p95 float64) {
	dists := make([]quantity.Dist, len(parts))
	for i := range parts {
		dists[i] = parts[i].in.dist
	}
	x := make([]float64, len(parts))
	sums := make([]float64, 0, latticeSize)
	expectLattice(dists, x, func() float64 {
		sum := fixed
		for i, v := range x {
			sum += parts[i].weight * v
		}
		sums = append(sums, sum)
		return 0
	})
	slices.Sort(sums)
	return sums[rank(0.05, len(sums))], sums[rank(0.95, len(sums))]
}
