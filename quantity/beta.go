package quantity

import (
	"math"
	"math/rand/v2"
)

// betaDist is the beta distribution on 0..1 with both parameters at least 1.
// A point of it is given as x and y = 1−x, so that neither end loses digits.
type betaDist struct {
	a, b float64
}

// logNorm is ln B(a, b).
func (d betaDist) logNorm() float64 {
	la, _ := math.Lgamma(d.a)
	lb, _ := math.Lgamma(d.b)
	lab, _ := math.Lgamma(d.a + d.b)
	return la + lb - lab
}

// cdf is the regularised incomplete beta function I_x(a, b), by the continued
// fraction of DLMF 8.17.22 on the side where it converges fast.
func (d betaDist) cdf(x, y float64) float64 {
	switch {
	case x <= 0:
		return 0
	case y <= 0:
		return 1
	case x > (d.a+1)/(d.a+d.b+2):
		return 1 - betaDist{d.b, d.a}.lowerCDF(y, x)
	}
	return d.lowerCDF(x, y)
}

// lowerCDF is I_x(a, b) for x below about the mean, with its relative accuracy.
func (d betaDist) lowerCDF(x, y float64) float64 {
	front := math.Exp(d.a*math.Log(x) + d.b*math.Log(y) - d.logNorm())
	return front / (d.a * d.fraction(x))
}

// fraction is 1 + d₁/(1 + d₂/(1 + …)), DLMF 8.17.23, by the modified Lentz
// method (Press et al., Numerical Recipes, 3rd ed., 5.2).
func (d betaDist) fraction(x float64) float64 {
	const (
		tiny  = 1e-300 // stands for a zero that would be divided by
		terms = 300    // far more than any a+b ≤ 10 needs
	)
	f, c, e := 1.0, 1.0, 0.0
	for i := 1; i <= terms; i++ {
		m := float64(i / 2)
		var t float64
		if i%2 == 0 {
			t = m * (d.b - m) * x / ((d.a + 2*m - 1) * (d.a + 2*m))
		} else {
			t = -(d.a + m) * (d.a + d.b + m) * x / ((d.a + 2*m) * (d.a + 2*m + 1))
		}
		e = 1 / nonZero(1+t*e, tiny)
		c = nonZero(1+t/c, tiny)
		f *= c * e
		if math.Abs(c*e-1) < 1e-16 {
			break
		}
	}
	return f
}

func nonZero(x, tiny float64) float64 {
	if x == 0 {
		return tiny
	}
	return x
}

// quantile is the x (and y = 1−x) with cdf(x) = p.
func (d betaDist) quantile(p float64) (x, y float64) {
	switch {
	case math.IsNaN(p) || p < 0 || p > 1:
		return math.NaN(), math.NaN()
	case p == 0:
		return 0, 1
	case p == 1:
		return 1, 0
	}
	mean := d.a / (d.a + d.b)
	if p <= d.cdf(mean, 1-mean) {
		x = d.lowerQuantile(p, mean)
		return x, 1 - x
	}
	y = betaDist{d.b, d.a}.lowerQuantile(1-p, 1-mean)
	return 1 - y, y
}

// lowerQuantile finds x in 0..hi with cdf(x) = p by Newton's method on
// ln cdf against ln x, which is nearly a straight line there, with bisection
// where a step leaves the bracket.
func (d betaDist) lowerQuantile(p, hi float64) float64 {
	lo, norm := 0.0, d.logNorm()
	// cdf(x) ≈ x^a/(a·B) near 0.
	x := math.Exp((math.Log(p*d.a) + norm) / d.a)
	if !(x < hi) {
		x = hi / 2
	}
	for range 100 { // a handful in practice
		c := d.cdf(x, 1-x)
		if c < p {
			lo = x
		} else {
			hi = x
		}
		slope := math.Exp(d.a*math.Log(x) + (d.b-1)*math.Log1p(-x) - norm) // x·density
		next := x * math.Exp(math.Log(p/c)*c/slope)
		if !(next > lo && next < hi) {
			next = lo + (hi-lo)/2
		}
		if math.Abs(next-x) <= 1e-16*x {
			return next
		}
		x = next
	}
	return x
}

// rand is one draw, by rejection from the uniform distribution under the
// density's peak: with both parameters in 1..5 and their sum 6 it takes 2 to 5
// tries.
func (d betaDist) rand(r *rand.Rand) float64 {
	mode := 0.5
	if d.a+d.b > 2 {
		mode = (d.a - 1) / (d.a + d.b - 2)
	}
	peak := d.logShape(mode)
	for {
		x := r.Float64()
		// Negated, so that parameters that are no numbers cannot loop for ever.
		if !(math.Log(1-r.Float64()) > d.logShape(x)-peak) {
			return x
		}
	}
}

// logShape is the logarithm of the density without its constant.
func (d betaDist) logShape(x float64) float64 {
	s := 0.0
	if d.a > 1 { // 0·ln 0 is 0 here
		s += (d.a - 1) * math.Log(x)
	}
	if d.b > 1 {
		s += (d.b - 1) * math.Log1p(-x)
	}
	return s
}

// expect is E[g(X)] for the distribution stretched over lo..hi. It integrates
// over the logit of x, where x^a is smooth also for a fractional a,
// and g is seen at every scale near both ends.
func (d betaDist) expect(lo, hi float64, g func(float64) float64, kinks []float64) float64 {
	const reach = 40 // exp(−40) of the mass is left out at either end
	w, norm := hi-lo, d.logNorm()
	cuts := make([]float64, 0, len(kinks))
	for _, k := range kinks {
		if k > lo && k < hi {
			cuts = append(cuts, math.Log(k-lo)-math.Log(hi-k))
		}
	}
	return integratePanels(-reach, reach, 2, cuts, func(t float64) float64 {
		x, y := logistic(t), logistic(-t)
		at := lo + w*x
		if y < x {
			at = hi - w*y
		}
		return math.Exp(d.a*math.Log(x)+d.b*math.Log(y)-norm) * g(at)
	})
}
