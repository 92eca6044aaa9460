package learning

import (
	"errors"
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/parleysec/parley/quantity"
)

// TestPoolOfUniforms: 0..1 and 0..3 together have the distribution function
// 2x/3 up to 1, and (1 + x/3)/2 above.
func TestPoolOfUniforms(t *testing.T) {
	got, err := Pool([]quantity.Dist{quantity.Uniform{Max: 1}, quantity.Uniform{Max: 3}})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "mean", got.Mean, 1, 1e-12)
	near(t, "p5", got.P5, 0.075, 1e-9)
	near(t, "p50", got.P50, 0.75, 1e-9)
	near(t, "p95", got.P95, 2.7, 1e-9)
	near(t, "apart", got.Apart, 3, 1e-12)
}

// TestPoolKeepsDisagreement: two who are sure and differ by a factor of ten make
// a pool as wide as that.
func TestPoolKeepsDisagreement(t *testing.T) {
	got, err := Pool([]quantity.Dist{quantity.Constant(0.1), quantity.Constant(1)})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "p5", got.P5, 0.1, 1e-9)
	near(t, "p95", got.P95, 1, 1e-9)
	near(t, "apart", got.Apart, 10, 1e-12)
	if _, err := Pool([]quantity.Dist{quantity.Constant(1)}); !errors.Is(err, ErrAlone) {
		t.Errorf("a pool of one: %v", err)
	}
}

// TestPoolOrder: who comes first does not matter to the last bit, not even where
// the middle lies between two camps, where hardly any chance lies and rounding
// moves it far.
func TestPoolOrder(t *testing.T) {
	camps := []quantity.Dist{
		quantity.LogNormalFrom(0.5, 0.55), quantity.LogNormalFrom(1, 1.1), quantity.LogNormalFrom(0.25, 0.275), quantity.LogNormalFrom(2.5, 5),
	}
	want, err := Pool(camps)
	if err != nil {
		t.Fatal(err)
	}
	for range camps {
		camps = append(camps[1:], camps[0])
		if got, err := Pool(camps); err != nil || got != want {
			t.Errorf("in another order %+v, was %+v (%v)", got, want, err)
		}
	}
}

// TestPoolLaws: who comes first does not matter, a pool of equals is each of
// them, and it lies between the lowest and the highest of everybody's.
func TestPoolLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var list []quantity.Dist
		for range rapid.IntRange(2, 5).Draw(t, "people") {
			lo := rapid.Float64Range(0.01, 10).Draw(t, "p5")
			list = append(list, quantity.LogNormalFrom(lo, lo*rapid.Float64Range(1.1, 20).Draw(t, "ratio")))
		}
		got, err := Pool(list)
		if err != nil {
			t.Fatal(err)
		}
		turned := append(append([]quantity.Dist{}, list[1:]...), list[0])
		again, err := Pool(turned)
		if err != nil || math.Abs(again.P50/got.P50-1) > 1e-9 || math.Abs(again.Mean/got.Mean-1) > 1e-9 {
			t.Errorf("in another order %+v, was %+v (%v)", again, got, err)
		}
		for _, p := range []struct {
			at  float64
			got float64
		}{{0.05, got.P5}, {0.5, got.P50}, {0.95, got.P95}} {
			least, most := math.Inf(1), 0.0
			for _, d := range list {
				least, most = min(least, d.Quantile(p.at)), max(most, d.Quantile(p.at))
			}
			if p.got < least*(1-1e-9) || p.got > most*(1+1e-9) {
				t.Errorf("the %g quantile is %g, outside %g..%g", p.at, p.got, least, most)
			}
		}
		same, err := Pool([]quantity.Dist{list[0], list[0], list[0]})
		if err != nil || math.Abs(same.P95/list[0].Quantile(0.95)-1) > 1e-9 || same.Apart != 1 {
			t.Errorf("of equals %+v (%v)", same, err)
		}
	})
}
