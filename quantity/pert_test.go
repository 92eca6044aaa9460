package quantity

import (
	"math"
	"testing"
)

func TestPERT(t *testing.T) {
	type point struct{ p, x float64 }
	for _, c := range []struct {
		d      PERT
		points []point
		// the CDF a quarter and a thousandth of the way from Min to Max
		quarter, thousandth float64
	}{
		{
			PERT{20, 100, 900},
			[]point{
				{1e-6, 20.00839244552152726625},
				{0.05, 44.45826258612938363877},
				{0.3, 125.0071522462531532217},
				{0.5, 192.4487733484712811859},
				{0.8, 335.3318111849285483557},
				{0.95, 490.2202258312484539178},
				{0.9999, 795.9287376199077232497},
			},
			0.619676464424757544540, 0.000568137057297667797,
		},
		{
			PERT{0, 0, 1},
			[]point{
				{1e-6, 2.000000800000480000336e-7},
				{0.05, 0.010206218313011495769},
				{0.3, 0.068850084905162311605},
				{0.5, 0.129449436703875860863},
				{0.8, 0.275220336322304468529},
				{0.95, 0.450719728346941123890},
				{0.9999, 0.841510680753888651479},
			},
			0.7626953125, 0.004990009995001,
		},
		{
			PERT{5, 8, 9},
			[]point{
				{1e-6, 5.084952872802210993780},
				{0.05, 6.370366727995445195029},
				{0.3, 7.311967170365471166484},
				{0.5, 7.744759318177210228055},
				{0.8, 8.325564604164296766418},
				{0.95, 8.694238434350684457322},
				{0.9999, 8.987310666508902419823},
			},
			0.015625, 4.996e-12,
		},
	} {
		w := c.d.Max - c.d.Min
		for _, p := range c.points {
			near(t, "quantile", c.d.Quantile(p.p), p.x, 2e-14)
			near(t, "CDF", c.d.CDF(p.x), p.p, 1e-9) // x is rounded, which near Min is much of x−Min
		}
		b := c.d.beta()
		near(t, "quarter", c.d.CDF(c.d.Min+w/4), c.quarter, 1e-13)
		near(t, "thousandth", b.cdf(0.001, 0.999), c.thousandth, 1e-13)
		if c.d.CDF(c.d.Min) != 0 || c.d.CDF(c.d.Max) != 1 || c.d.CDF(c.d.Min-1) != 0 || c.d.CDF(c.d.Max+1) != 1 {
			t.Errorf("%v: the CDF at and beyond the ends is not 0 and 1", c.d)
		}
		if c.d.Quantile(0) != c.d.Min || c.d.Quantile(1) != c.d.Max || !math.IsNaN(c.d.Quantile(2)) {
			t.Errorf("%v: quantiles 0, 1, 2 are %v, %v, %v", c.d, c.d.Quantile(0), c.d.Quantile(1), c.d.Quantile(2))
		}
	}
}

// Far tails, where the first guess of the inverse is all but the answer.
func TestBetaFarTail(t *testing.T) {
	b := betaDist{2, 4} // cdf = 10x² − 20x³ + 15x⁴ − 4x⁵
	for _, p := range []float64{1e-300, 1e-200, 1e-40, 1e-12} {
		x, _ := b.quantile(p)
		near(t, "quantile", x, math.Sqrt(p/10), 1e-5) // the next term is x² relative
	}
}

// For whole parameters the CDF is a polynomial.
func TestBetaCDFPolynomial(t *testing.T) {
	b := betaDist{3, 3}
	for x := 0.01; x < 1; x += 0.01 {
		near(t, "cdf", b.cdf(x, 1-x), x*x*x*(10-15*x+6*x*x), 1e-13)
	}
}
