package plain_test

import (
	"math"
	"slices"
	"testing"

	"github.com/parleysec/parley/internal/brief/plain"
)

// TestApart: amounts beside each other have the figures that tell them apart, and
// no more.
func TestApart(t *testing.T) {
	for _, c := range []struct {
		xs   []float64
		want []string
	}{
		{[]float64{730_400, 1_012_300, 1_008_100, 503_000}, []string{"£730k", "£1.012M", "£1.008M", "£500k"}},
		{[]float64{1_023_000, 1_008_000}, []string{"£1.02M", "£1.01M"}},
		{[]float64{1_020_010, 1_020_020, 999_000}, []string{"£1.02M", "£1.02M", "£999k"}}, // the same for who decides
		{[]float64{43_210}, []string{"£43k"}},
		{[]float64{0, 0, 30_200, 30_400}, []string{"£0", "£0", "£30.2k", "£30.4k"}},
		{[]float64{-1_012_000, 1_012_000, math.NaN()}, []string{"−£1M", "£1M", "unknown"}},
		{nil, []string{}},
	} {
		if got := plain.Apart(c.xs, "GBP"); !slices.Equal(got, c.want) {
			t.Errorf("%v: %q, want %q", c.xs, got, c.want)
		}
	}
}
