package quantity

import (
	"math"
	"testing"
)

// near fails unless got is want within a relative error.
func near(t *testing.T, what string, got, want, rel float64) {
	t.Helper()
	if !(math.Abs(got-want) <= rel*math.Abs(want)) {
		t.Errorf("%s = %.17g, want %.17g (relative error %.1e, allowed %.0e)", what, got, want, math.Abs(got-want)/math.Abs(want), rel)
	}
}

// The expected values of the tests of distributions were computed with 40
// digits: Φ by its series and continued fraction, integrals by the
// double-exponential rule, the beta distribution by its power series.

func TestNormalQuantile(t *testing.T) {
	for _, c := range []struct{ p, want float64 }{
		{1e-300, -37.0470962993611992372},
		{1e-100, -21.2734535609653242951},
		{1e-20, -9.26234008979840757371},
		{1e-10, -6.36134090240405620469},
		{1e-5, -4.26489079392282462849},
		{0.01, -2.32634787404084110088},
		{0.05, -1.64485362695147271486},
		{0.0749, -1.44023826752796362322},
		{0.0751, -1.43882539275253998306},
		{0.2, -0.84162123357291420517},
		{0.3, -0.52440051270804078403},
		{0.9, 1.281551565544600466965},
		{0.95, 1.644853626951472714863},
		{0.975, 1.959963984540054235524},
	} {
		near(t, "NormalQuantile", NormalQuantile(c.p), c.want, 4e-15)
	}
	if NormalQuantile(0.5) != 0 || !math.IsInf(NormalQuantile(0), -1) || !math.IsInf(NormalQuantile(1), 1) {
		t.Errorf("at 0.5, 0, 1: %v, %v, %v", NormalQuantile(0.5), NormalQuantile(0), NormalQuantile(1))
	}
	for _, p := range []float64{-0.1, 1.1, math.NaN()} {
		if !math.IsNaN(NormalQuantile(p)) {
			t.Errorf("NormalQuantile(%v) = %v, want NaN", p, NormalQuantile(p))
		}
	}
}

func TestNormalCDF(t *testing.T) {
	for _, c := range []struct{ x, want float64 }{
		{-37, 5.725571222524576822683e-300},
		{-20, 2.753624118606233695075e-89},
		{-8, 6.220960574271784123515e-16},
		{-3, 0.001349898031630094526},
		{-1, 0.158655253931457051414},
		{0, 0.5},
		{0.5, 0.691462461274013103637},
		{2, 0.977249868051820792799},
		{6, 0.999999999013412354962},
	} {
		// The argument of erfc is rounded, which costs x² units in the last place.
		near(t, "NormalCDF", NormalCDF(c.x), c.want, 4e-16*(1+c.x*c.x))
	}
}

func TestNormalRoundTrip(t *testing.T) {
	for z := -37.0; z <= 8; z += 0.0625 {
		back := NormalQuantile(NormalCDF(z))
		// Above the middle the CDF itself has only so many digits.
		allowed := 1e-14*math.Abs(z) + 1e-15
		if z > 0 {
			allowed += 2e-16 / normalDensity(z)
		}
		if math.Abs(back-z) > allowed {
			t.Errorf("NormalQuantile(NormalCDF(%v)) = %v", z, back)
		}
	}
}
