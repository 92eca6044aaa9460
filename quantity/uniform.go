package quantity

import "math/rand/v2"

// Uniform is equally likely everywhere in Min..Max, Min < Max.
type Uniform struct {
	Min, Max float64
}

// Mean is the middle.
func (d Uniform) Mean() float64 { return d.Min + (d.Max-d.Min)/2 }

// Variance is (Max − Min)²/12.
func (d Uniform) Variance() float64 { return (d.Max - d.Min) * (d.Max - d.Min) / 12 }

// Quantile is Min + p·(Max − Min).
func (d Uniform) Quantile(p float64) float64 { return d.Min + p*(d.Max-d.Min) }

// CDF is (x − Min)/(Max − Min), kept within 0..1.
func (d Uniform) CDF(x float64) float64 {
	return min(max((x-d.Min)/(d.Max-d.Min), 0), 1)
}

// Rand is one draw.
func (d Uniform) Rand(r *rand.Rand) float64 { return d.Quantile(r.Float64()) }

func (d Uniform) expect(g func(float64) float64, kinks []float64) float64 {
	return betaDist{1, 1}.expect(d.Min, d.Max, g, kinks)
}
