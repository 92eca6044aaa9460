package chart_test

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/parleysec/parley/internal/chart"
)

func TestTicks(t *testing.T) {
	for _, c := range []struct {
		lo, hi float64
		n      int
		want   []float64
	}{
		{0, 100, 5, []float64{0, 20, 40, 60, 80, 100}},
		{0, 100, 4, []float64{0, 25, 50, 75, 100}},
		{0, 2.3e6, 5, []float64{0, 5e5, 1e6, 1.5e6, 2e6}},
		{0, 1, 2, []float64{0, 0.5, 1}},
		{-30, 30, 3, []float64{-20, 0, 20}},
		{0.4, 0.6, 10, []float64{0.4, 0.42, 0.44, 0.46, 0.48, 0.5, 0.52, 0.54, 0.56, 0.58, 0.6}},
		{5, 5, 4, nil},
		{6, 5, 4, nil},
		{0, 1, 0, nil},
		{0, math.Inf(1), 4, nil},
		{math.NaN(), 1, 4, nil},
		{-math.MaxFloat64, math.MaxFloat64, 4, nil},
	} {
		got := chart.Ticks(c.lo, c.hi, c.n)
		if !slices.EqualFunc(got, c.want, func(a, b float64) bool { return math.Abs(a-b) <= 1e-9*math.Max(1, math.Abs(b)) }) {
			t.Errorf("Ticks(%v, %v, %d) = %v, want %v", c.lo, c.hi, c.n, got, c.want)
		}
	}
	if z := chart.Ticks(0, 1, 4)[0]; math.Signbit(z) {
		t.Error("the tick at 0 is −0")
	}
}

func TestTicksAreRoundInsideAndFew(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lo := rapid.Float64Range(-1e9, 1e9).Draw(t, "lo")
		// Where the span is lost beside the position, no step comes out round.
		hi := lo + math.Max(rapid.Float64Range(1e-3, 1e9).Draw(t, "span"), 1e-4*math.Abs(lo))
		n := rapid.IntRange(1, 12).Draw(t, "n")
		ts := chart.Ticks(lo, hi, n)
		if len(ts) > n+1 {
			t.Fatalf("%d ticks, wanted at most %d", len(ts), n+1)
		}
		if n >= 2 && len(ts) == 0 && hi-lo > 1e-6*math.Abs(lo) {
			t.Fatal("no tick at all")
		}
		for i, v := range ts {
			slack := 1e-6 * math.Max(hi-lo, math.Abs(v))
			if v < lo-slack || v > hi+slack {
				t.Fatalf("tick %v outside %v..%v", v, lo, hi)
			}
			if i == 0 {
				continue
			}
			step := v - ts[i-1]
			lead := step / math.Pow(10, math.Floor(math.Log10(step)+1e-9))
			if !slices.ContainsFunc([]float64{1, 2, 2.5, 5, 10}, func(f float64) bool { return math.Abs(lead-f) < 1e-3 }) {
				t.Fatalf("step %v is not round", step)
			}
		}
	})
}

func TestLogTicks(t *testing.T) {
	for _, c := range []struct {
		lo, hi float64
		n      int
		want   []float64
	}{
		{1e3, 1e6, 8, []float64{1e3, 1e4, 1e5, 1e6}},
		{999, 1.2e6, 8, []float64{1e3, 1e4, 1e5, 1e6}},
		{1e3, 1e6, 2, []float64{1e3, 1e5}},
		{2e3, 5e3, 4, nil},
		{0, 10, 4, nil},
		{-1, 10, 4, nil},
		{1, math.Inf(1), 4, nil},
		{1, 10, 0, nil},
	} {
		got := chart.LogTicks(c.lo, c.hi, c.n)
		if !slices.EqualFunc(got, c.want, func(a, b float64) bool { return math.Abs(a-b) <= 1e-9*b }) {
			t.Errorf("LogTicks(%v, %v, %d) = %v, want %v", c.lo, c.hi, c.n, got, c.want)
		}
	}
}

func TestShort(t *testing.T) {
	for _, c := range []struct {
		v    float64
		want string
	}{
		{0, "0"},
		{0.25, "0.25"},
		{7, "7"},
		{999, "999"},
		{1000, "1k"},
		{1234, "1.23k"},
		{250e3, "250k"},
		{999_600, "1M"},
		{1.5e6, "1.5M"},
		{1e9, "1bn"},
		{-20e3, "−20k"},
		{math.NaN(), "–"},
		{math.Inf(1), "–"},
	} {
		if got := chart.Short(c.v); got != c.want {
			t.Errorf("Short(%v) = %q, want %q", c.v, got, c.want)
		}
	}
}

func TestWhole(t *testing.T) {
	for _, c := range []struct {
		chance float64
		filled int
		some   bool
	}{
		{0, 0, false},
		{-1, 0, false},
		{math.NaN(), 0, false},
		{0.0001, 0, true},
		{0.0049, 0, true},
		{0.0051, 1, false},
		{0.014, 1, false},
		{0.274, 27, false},
		{0.995, 99, false},
		{0.99999, 99, false},
		{1, 100, false},
		{3, 100, false},
	} {
		if n, some := chart.Whole(c.chance); n != c.filled || some != c.some {
			t.Errorf("Whole(%v) = %d, %v, want %d, %v", c.chance, n, some, c.filled, c.some)
		}
	}
}

func TestOutOf100(t *testing.T) {
	for _, c := range []struct {
		chance float64
		want   string
	}{
		{0, "0"},
		{0.0005, "< 0.1"},
		{0.012, "1.2"},
		{0.0994, "9.9"},
		{0.0996, "10"},
		{0.412, "41"},
		{0.999, "> 99"},
		{1, "100"},
		{math.NaN(), "–"},
	} {
		if got := chart.OutOf100(c.chance); got != c.want {
			t.Errorf("OutOf100(%v) = %q, want %q", c.chance, got, c.want)
		}
	}
}
