package risk

import (
	"encoding/json"
	"math"
	"math/cmplx"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/parleysec/parley/internal/testenv"
)

// reference reads the inputs and expected values of one reference case.
func reference(t *testing.T, id string, inputs, expected any) {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(testenv.Shared(t, "data/quant"), "reference-cases.json"))
	if err != nil {
		t.Fatal(err)
	}
	var all struct {
		Cases []struct {
			ID               string
			Inputs, Expected json.RawMessage
		}
	}
	if err := json.Unmarshal(b, &all); err != nil {
		t.Fatal(err)
	}
	for _, c := range all.Cases {
		if c.ID != id {
			continue
		}
		if err := json.Unmarshal(c.Inputs, inputs); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(c.Expected, expected); err != nil {
			t.Fatal(err)
		}
		return
	}
	t.Fatalf("no reference case %q", id)
}

// poissonCount is the generating function of a Poisson number.
func poissonCount(rate float64) func(complex128) complex128 {
	return func(z complex128) complex128 { return cmplx.Exp(complex(rate, 0) * (z - 1)) }
}

// TestFFTAgainstDefinition compares with the sum that defines the transform, the
// spectrum being in bit-reversed order, and goes back.
func TestFFTAgainstDefinition(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	for _, n := range []int{2, 8, 64} {
		f := newFFT(n)
		x := make([]complex128, n)
		for i := range x {
			x[i] = complex(rng.NormFloat64(), rng.NormFloat64())
		}
		y := append([]complex128(nil), x...)
		f.forward(y)
		for k := range n {
			want := complex(0, 0)
			for j := range n {
				want += x[j] * cmplx.Exp(complex(0, -2*math.Pi*float64(j*k)/float64(n)))
			}
			r := 0
			for bit := 1; bit < n; bit *= 2 {
				r *= 2
				if k&bit != 0 {
					r++
				}
			}
			if cmplx.Abs(y[r]-want) > 1e-12*float64(n) {
				t.Errorf("n = %d: coefficient %d = %v, want %v", n, k, y[r], want)
			}
		}
		f.backward(y)
		for i := range x {
			if cmplx.Abs(x[i]-y[i]) > 1e-13*float64(n) {
				t.Errorf("n = %d: there and back at %d: %v, want %v", n, i, y[i], x[i])
			}
		}
	}
}

func TestReferencePanjer(t *testing.T) {
	var in struct {
		Lambda   float64
		Severity []float64 `json:"severity_pmf_from_0"`
	}
	var want struct {
		PMF      []float64 `json:"pmf_0_10"`
		CDF20    float64   `json:"cdf_20"`
		Mean     float64
		Variance float64
	}
	reference(t, "panjer-poisson-3", &in, &want)
	// A total above 100 has a chance below 1e-30.
	pmf := newAggregator(1024).sum(poissonCount(in.Lambda), in.Severity)[:101]
	for i, w := range want.PMF {
		closeTo(t, "mass", pmf[i], w, 1e-10*w)
	}
	cdf, mean, square := 0.0, 0.0, 0.0
	for i, p := range pmf {
		if i <= 20 {
			cdf += p
		}
		mean += p * float64(i)
		square += p * float64(i*i)
	}
	closeTo(t, "chance of at most 20", cdf, want.CDF20, 1e-10)
	closeTo(t, "mean", mean, want.Mean, 1e-9)
	closeTo(t, "variance", square-mean*mean, want.Variance, 1e-8)
}

func TestReferenceDental(t *testing.T) {
	var in struct {
		Severity []float64 `json:"severity_pmf_from_1_units_of_25"`
		Count    []float64 `json:"count_pmf_from_0"`
	}
	var want struct {
		Mean     float64   `json:"mean_units"`
		Variance float64   `json:"variance_units"`
		PMF      []float64 `json:"pmf_0_3"`
		StopLoss []float64 `json:"stop_loss_25x_at_0_3"`
	}
	reference(t, "kpw-example-9.5-dental", &in, &want)
	// At most 8 claims of at most 10 units: a wide grid keeps the damping's
	// rounding away from them.
	pmf := newAggregator(1024).sum(func(z complex128) complex128 {
		sum := complex(0, 0)
		for i := len(in.Count) - 1; i >= 0; i-- {
			sum = sum*z + complex(in.Count[i], 0)
		}
		return sum
	}, append([]float64{0}, in.Severity...))[:81]
	for i, w := range want.PMF {
		closeTo(t, "mass", pmf[i], w, 1e-9)
	}
	mean, square := 0.0, 0.0
	for i, p := range pmf {
		mean += p * float64(i)
		square += p * float64(i*i)
	}
	closeTo(t, "mean", mean, want.Mean, 1e-9)
	closeTo(t, "variance", square-mean*mean, want.Variance, 1e-8)
	for d, w := range want.StopLoss {
		sum := 0.0
		for i, p := range pmf {
			sum += p * max(0, float64(i-d))
		}
		closeTo(t, "stop loss", 25*sum, w, 1e-7)
	}
}

// massesBetween is a distribution as masses on a grid that keep its mean, from the
// antiderivative of the distribution function.
func massesBetween(n int, h float64, integral func(x float64) float64) []float64 {
	upTo := make([]float64, n)
	for j := range upTo {
		upTo[j] = (integral(float64(j+1)*h) - integral(float64(j)*h)) / h
	}
	for j := n - 1; j > 0; j-- {
		upTo[j] -= upTo[j-1]
	}
	return upTo
}

// cumulated is the chance of at most (j+½)·h.
func cumulated(pmf []float64) []float64 {
	for j := 1; j < len(pmf); j++ {
		pmf[j] += pmf[j-1]
	}
	return pmf
}

func between(upTo []float64, h, x float64) float64 {
	at := x/h - 0.5
	j := int(at)
	w := at - float64(j)
	return upTo[j] + w*(upTo[j+1]-upTo[j])
}

func TestReferenceCompoundPoissonGamma(t *testing.T) {
	var in struct{ Lambda float64 }
	var want struct {
		Exceed map[string]float64 `json:"prob_exceed"`
	}
	reference(t, "compound-poisson-gamma-actuar", &in, &want)
	const n, h = 1 << 16, 80.0 / (1 << 16)
	// ∫F = x − 2 + (x+2)e⁻ˣ for F = 1 − (1+x)e⁻ˣ.
	severity := massesBetween(n, h, func(x float64) float64 { return x - 2 + (x+2)*math.Exp(-x) })
	upTo := cumulated(newAggregator(n).sum(poissonCount(in.Lambda), severity))
	for loss, w := range map[float64]string{10: "10", 20: "20", 30: "30", 40: "40", 60: "60"} {
		closeTo(t, "exceedance of "+w, 1-between(upTo, h, loss), want.Exceed[w], 1e-7)
	}
}

// TestReferenceLevy has a severity without a mean: what lies beyond the grid is
// left out and does not disturb what lies on it.
func TestReferenceLevy(t *testing.T) {
	t.Parallel()
	var in struct{ Lambda float64 }
	var want struct{ Prob map[string]float64 }
	reference(t, "gruebel-hermesmeier-poisson-levy", &in, &want)
	for x, w := range map[float64]float64{1: want.Prob["1"], 10: want.Prob["10"], 100: want.Prob["100"], 1000: want.Prob["1000"]} {
		// The error falls with the square of the step, which two steps cancel.
		got := (4*levyNear(in.Lambda, 64, x) - levyNear(in.Lambda, 32, x)) / 3
		closeTo(t, "chance near", got, w, 1e-6*w)
	}
}

// levyNear is the chance that the compound Poisson sum of Lévy losses lies
// within ½ of x, on a grid of 4096 units: what runs off it comes back damped by
// e⁻²⁰, hence its width.
func levyNear(rate, perUnit, x float64) float64 {
	n := 4096 * int(perUnit)
	// F(x) = erfc(1/√(2x)); ∫F = (x+1)·F(x) − √(2x/π)·exp(−1/(2x)).
	severity := massesBetween(n, 1/perUnit, func(x float64) float64 {
		if x <= 0 {
			return 0
		}
		return (x+1)*math.Erfc(1/math.Sqrt(2*x)) - math.Sqrt(2*x/math.Pi)*math.Exp(-1/(2*x))
	})
	upTo := cumulated(newAggregator(n).sum(poissonCount(rate), severity))
	return between(upTo, 1/perUnit, x+0.5) - between(upTo, 1/perUnit, x-0.5)
}
