package quantity

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

func TestRestated(t *testing.T) {
	env := Env{Currency: "GBP", Horizon: 2, Scale: DefaultScale()}
	for _, c := range []struct {
		text    string
		kind    Kind
		p5, p95 float64
		want    string
	}{
		{"0.5..3 per year", Likelihood, 0.6123, 1.987, "0.61..2 per year"},
		{"once every 10 years", Likelihood, 0.04, 0.3, "0.04..0.3 per year"},
		{"20%..60% within 2 years", Likelihood, 0.1, 0.5, "18%..63% within 2 years"},
		{"very likely within 2 years", Likelihood, 1, 2, "86%..98.2% within 2 years"},
		{"20k..400k", Money, 61_234, 512_345, "61k..510k"},
		{"40%..80%", Share, 0.5, 0.996, "50%..99.6%"},
		{"10d..30d", Effort, 3, 7, "3d..7d"},
		{"1..2 per year", Likelihood, 1.0001, 1.0002, "1.0001..1.0002 per year"},
		{"20k..400k", Money, 330_123, 6_299_999, "330k..6.3M"},
		{"40%..80%", Share, 0.461, 0.8199, "46%..82%"},
		{"1..2 per year", Likelihood, 2, 1, ""},
		{"1..2 per year", Likelihood, 0, 1, ""},
		{"1..2 per year", Likelihood, 1, math.Inf(1), ""},
		{"40%..80%", Share, 0.5, 1, ""},
		{"20%..60% within 2 years", Likelihood, 1, 40, ""},
	} {
		q, err := Parse(c.text, c.kind, env)
		if err != nil {
			t.Fatal(err)
		}
		got := q.Restated(c.p5, c.p95)
		if got != c.want {
			t.Errorf("%q with %g..%g is %q, want %q", c.text, c.p5, c.p95, got, c.want)
		}
	}
	if got := Of("1..2 per year").Restated(1, 2); got != "" {
		t.Errorf("what was not read becomes %q", got)
	}
}

// TestRestatedReads: what is written reads as the same form, with the ends that
// were asked for, within what rounding to two digits moves.
func TestRestatedReads(t *testing.T) {
	env := Env{Currency: "GBP", Horizon: 2, Scale: DefaultScale()}
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.SampledFrom([]string{"0.5..3 per year", "20%..60% within 2 years", "likely within 6 months"}).Draw(t, "text")
		q, err := Parse(text, Likelihood, env)
		if err != nil {
			t.Fatal(err)
		}
		lo := rapid.Float64Range(0.001, 2).Draw(t, "p5")
		hi := lo * rapid.Float64Range(1.2, 20).Draw(t, "ratio")
		again := q.Restated(lo, hi)
		if again == "" {
			return // a chance too near 1 to be written
		}
		r, err := Parse(again, Likelihood, env)
		if err != nil {
			t.Fatalf("%q: %v", again, err)
		}
		if r.Form != q.Form || r.Over != q.Over {
			t.Errorf("%q became %q", text, again)
		}
		if got := r.Dist().Quantile(0.05); math.Abs(got/lo-1) > 0.06 {
			t.Errorf("%q begins at %g, want %g", again, got, lo)
		}
		if len(again) > len("0.00011..0.00012% within 12 months") {
			t.Errorf("%q is not what people write", again)
		}
	})
}
