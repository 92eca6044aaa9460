package quantity

import "math/rand/v2"

// PERT is the modified PERT distribution: a beta distribution stretched over
// Min..Max with α = 1 + 4(Mode−Min)/(Max−Min) and β = 1 + 4(Max−Mode)/(Max−Min)
// (Vose, Risk Analysis, 3rd ed., 2008; the "classic" PERT, which fixes the
// standard deviation instead, has other α and β). Min ≤ Mode ≤ Max, Min < Max.
type PERT struct {
	Min, Mode, Max float64
}

func (d PERT) beta() betaDist {
	w := d.Max - d.Min
	return betaDist{1 + 4*(d.Mode-d.Min)/w, 1 + 4*(d.Max-d.Mode)/w}
}

// Mean is (Min + 4·Mode + Max)/6.
func (d PERT) Mean() float64 { return (d.Min + 4*d.Mode + d.Max) / 6 }

// Variance is (Mean − Min)(Max − Mean)/7.
func (d PERT) Variance() float64 {
	m := d.Mean()
	return (m - d.Min) * (d.Max - m) / 7
}

// Quantile is the inverse of CDF.
func (d PERT) Quantile(p float64) float64 {
	return stretch(d.Min, d.Max, d.beta(), p)
}

// CDF is the regularised incomplete beta function of (x − Min)/(Max − Min).
func (d PERT) CDF(x float64) float64 {
	switch {
	case x <= d.Min:
		return 0
	case x >= d.Max:
		return 1
	}
	w := d.Max - d.Min
	return d.beta().cdf((x-d.Min)/w, (d.Max-x)/w)
}

// Rand is one draw.
func (d PERT) Rand(r *rand.Rand) float64 {
	return d.Min + (d.Max-d.Min)*d.beta().rand(r)
}

func (d PERT) expect(g func(float64) float64, kinks []float64) float64 {
	return d.beta().expect(d.Min, d.Max, g, kinks)
}

// stretch is the quantile of a beta distribution stretched over lo..hi, measured
// from the nearer end so that both tails keep their digits.
func stretch(lo, hi float64, b betaDist, p float64) float64 {
	x, y := b.quantile(p)
	if x < y {
		return lo + (hi-lo)*x
	}
	return hi - (hi-lo)*y
}
