package plain

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// words are the PHIA words from mild to strong.
var words = []string{
	"remote chance", "highly unlikely", "unlikely", "realistic possibility", "likely", "very likely", "almost certain",
}

func TestALargerChanceNeverReadsMilder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.Float64Range(0, 1).Draw(t, "p")
		q := rapid.Float64Range(p, 1).Draw(t, "q")
		if slices.Index(words, Word(p)) > slices.Index(words, Word(q)) {
			t.Fatalf("%v is %q, %v is %q", p, Word(p), q, Word(q))
		}
		if Squares(p) > Squares(q) {
			t.Fatalf("%v fills %d squares, %v %d", p, Squares(p), q, Squares(q))
		}
		if p > 0 && q < 1 && nearest(p).p() > nearest(q).p() {
			t.Fatalf("%v is %v, %v is %v", p, nearest(p), q, nearest(q))
		}
	})
}

var odds = regexp.MustCompile(`([0-9,]+) in ([0-9,]+)$`)

// A chance is never said to be 0 in n or n in n, and the number said is within
// a fifth of what is meant.
func TestChanceSaysItsNumber(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := math.Pow(10, rapid.Float64Range(-6, 0).Draw(t, "log"))
		said := Chance(p)
		m := odds.FindStringSubmatch(said)
		if m == nil {
			t.Fatalf("%v reads %q", p, said)
		}
		k, n := number(t, m[1]), number(t, m[2])
		if k < 1 || k >= n {
			t.Fatalf("%v reads %q", p, said)
		}
		if r := k / n / p; r < 0.8 || r > 1.25 {
			t.Fatalf("%v reads %q, off by %v", p, said, r)
		}
	})
}

func number(t *rapid.T, s string) float64 {
	x, err := strconv.ParseFloat(strings.ReplaceAll(s, ",", ""), 64)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

var spread = regexp.MustCompile(`^(up to (?:more than )?)?([0-9,]+) (?:to (more than )?([0-9,]+) )?in ([0-9,]+)$`)

func TestChanceRangeKeepsOneDenominator(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lo := math.Pow(10, rapid.Float64Range(-5, 0).Draw(t, "lo"))
		hi := rapid.Float64Range(lo, 1).Draw(t, "hi")
		said := ChanceRange(lo, hi)
		m := spread.FindStringSubmatch(said)
		if m == nil {
			if !strings.HasPrefix(said, "about ") && !strings.HasPrefix(said, "roughly ") && !strings.HasPrefix(said, "more than ") {
				t.Fatalf("%v..%v reads %q", lo, hi, said)
			}
			return
		}
		if a, n := number(t, m[2]), number(t, m[5]); a < 1 || a >= n {
			t.Fatalf("%v..%v reads %q", lo, hi, said)
		}
		if m[4] != "" && number(t, m[2]) > number(t, m[4]) {
			t.Fatalf("%v..%v reads %q", lo, hi, said)
		}
	})
}

var moneyText = regexp.MustCompile(`^(−)?£([0-9,.]+)(k|M|bn|tn)?$`)

// Money says what it was given, to half a unit of the second figure; Exact to
// half a penny.
func TestMoneyIsWhatItSays(t *testing.T) {
	sizes := map[string]float64{"": 1, "k": 1e3, "M": 1e6, "bn": 1e9, "tn": 1e12}
	rapid.Check(t, func(t *rapid.T) {
		x := math.Pow(10, rapid.Float64Range(0, 14).Draw(t, "log"))
		for text, tol := range map[string]float64{Money(x, "GBP"): 0.0501 * x, Exact(x, "GBP"): 0.00501 + 1e-12*x} {
			m := moneyText.FindStringSubmatch(text)
			if m == nil {
				t.Fatalf("%v reads %q", x, text)
			}
			if got := number(t, m[2]) * sizes[m[3]]; math.Abs(got-x) > tol {
				t.Fatalf("%v reads %q", x, text)
			}
		}
		if Money(-x, "GBP") != "−"+Money(x, "GBP") {
			t.Fatalf("−%v reads %q", x, Money(-x, "GBP"))
		}
	})
}

// Whatever the number, every sentence says something and leaves no placeholder.
func TestNothingIsLeftUnsaid(t *testing.T) {
	awkward := []float64{0, -1, 1, math.NaN(), math.Inf(1), math.Inf(-1), math.MaxFloat64, math.SmallestNonzeroFloat64, math.Copysign(0, -1), 1e-9, 0.5, 1e308}
	rapid.Check(t, func(t *rapid.T) {
		any := rapid.OneOf(rapid.SampledFrom(awkward), rapid.Float64())
		a, b := any.Draw(t, "a"), any.Draw(t, "b")
		for name, s := range map[string]string{
			"Money": Money(a, "GBP"), "Amount": Amount(a, "CHF"), "Exact": Exact(a, ""), "About": About(a, "GBP"),
			"MoneyRange": MoneyRange(a, b, "GBP"), "Saves": Saves(a, "GBP"), "SavesRange": SavesRange(a, b, "GBP"),
			"Word": Word(a), "Chance": Chance(a), "ChanceRange": ChanceRange(a, b), "Years": Years(a), "Risk": Risk(a, a, b, b, a < b),
			"Duration": Duration(a), "Next": Next(a), "Frequency": Frequency(a), "FrequencyRange": FrequencyRange(a, b),
			"Days": Days(a), "Effort": Effort(a), "EffortRange": EffortRange(a, b), "People": People(a),
			"PeopleRange": PeopleRange(a, b), "Percent": Percent(a), "PercentRange": PercentRange(a, b), "Number": Number(a),
		} {
			if s == "" || strings.ContainsAny(s, "{}") || strings.Contains(s, "NaN") || strings.Contains(s, "Inf") {
				t.Fatalf("%s(%v, %v) reads %q", name, a, b, s)
			}
		}
	})
}
