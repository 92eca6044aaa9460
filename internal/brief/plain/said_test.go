package plain

import (
	"math"
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// Each word of the yardstick covers what the yardstick says, and every gap is
// cut in its middle: the ranges of the scale and the borders between them.
func TestWordsOfTheYardstick(t *testing.T) {
	for _, c := range []struct {
		word     string
		from, to float64 // of the yardstick
		upTo     float64 // where the next word begins
	}{
		{"remote chance", 0, 0.05, 0.075},
		{"highly unlikely", 0.10, 0.20, 0.225},
		{"unlikely", 0.25, 0.35, 0.375},
		{"realistic possibility", 0.40, 0.50, 0.525},
		{"likely", 0.55, 0.75, 0.775},
		{"very likely", 0.80, 0.90, 0.925},
		{"almost certain", 0.95, 1, 2},
	} {
		for _, p := range []float64{c.from, (c.from + c.to) / 2, c.to, math.Nextafter(c.upTo, 0)} {
			if got := Word(p); got != c.word {
				t.Errorf("%v is %q, not %q", p, got, c.word)
			}
		}
		if c.upTo < 1 && Word(c.upTo) == c.word {
			t.Errorf("%v is still %q", c.upTo, c.word)
		}
	}
}

var timesAYear = regexp.MustCompile(`^about ([0-9.,]+) times a year$`)

var onceEvery = regexp.MustCompile(`^about once every ([0-9,]+) years$`)

// saidRate is the rate a frequency sentence states.
func saidRate(t *rapid.T, s string) float64 {
	switch s {
	case "about once a year":
		return 1
	case "about twice in 3 years":
		return 2.0 / 3
	case "about 3 times in 2 years":
		return 1.5
	}
	if m := timesAYear.FindStringSubmatch(s); m != nil {
		return number(t, m[1])
	}
	m := onceEvery.FindStringSubmatch(s)
	if m == nil {
		t.Fatalf("%q states no rate", s)
	}
	return 1 / number(t, m[1])
}

// A frequency says its rate to a quarter, and a larger rate never reads rarer.
func TestFrequencySaysItsRate(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := math.Pow(10, rapid.Float64Range(-5.9, 4).Draw(t, "log"))
		b := a * rapid.Float64Range(1, 10).Draw(t, "times")
		x, y := saidRate(t, Frequency(a)), saidRate(t, Frequency(b))
		if r := x / a; r < 0.79 || r > 1.26 {
			t.Fatalf("%v reads %q, off by %v", a, Frequency(a), r)
		}
		if x > y*(1+1e-9) {
			t.Fatalf("%v reads %q, %v reads %q", a, Frequency(a), b, Frequency(b))
		}
	})
}

var yearsOf = map[string]float64{"day": 1 / 365.25, "week": 7 / 365.25, "month": 1.0 / 12, "year": 1}

var spelt = map[string]float64{
	"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
}

// A duration says its length to a seventh.
func TestDurationSaysItsLength(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		years := math.Pow(10, rapid.Float64Range(-2, 2).Draw(t, "log"))
		words := strings.Fields(strings.Replace(Duration(years), " and a half", " .5", 1))
		n, ok := spelt[words[0]]
		if !ok {
			n = number(t, words[0])
		}
		if len(words) == 3 {
			n += 0.5
		}
		unit := yearsOf[strings.TrimSuffix(words[len(words)-1], "s")]
		if r := n * unit / years; r < 0.85 || r > 1.15 {
			t.Fatalf("%v years reads %q, off by %v", years, Duration(years), r)
		}
	})
}

// An amount somebody stated reads exactly as stated.
func TestAmountLosesNothing(t *testing.T) {
	sizes := map[string]float64{"": 1, "k": 1e3, "M": 1e6, "bn": 1e9, "tn": 1e12}
	rapid.Check(t, func(t *rapid.T) {
		x := float64(rapid.IntRange(0, 1e9).Draw(t, "pounds")) * rapid.SampledFrom([]float64{1, 50, 1000, 25000}).Draw(t, "steps")
		m := moneyText.FindStringSubmatch(Amount(x, "GBP"))
		if m == nil || math.Abs(number(t, m[2])*sizes[m[3]]-x) > 1e-9*x {
			t.Fatalf("%v reads %q", x, Amount(x, "GBP"))
		}
	})
}

// Symbols stand for one currency each; other codes stand for themselves.
func TestSymbols(t *testing.T) {
	seen := map[string]string{}
	for _, code := range []string{
		"GBP", "EUR", "USD", "JPY", "INR", "KRW", "ILS", "NGN", "UAH", "TRY", "BRL", "CAD", "AUD", "NZD", "HKD", "SGD", "CHF", "SEK", "PLN", "ZAR",
	} {
		s := Symbol(code)
		if other, dup := seen[s]; dup {
			t.Errorf("%s and %s are both %q", code, other, s)
		}
		seen[s] = code
		if s == "" || strings.HasPrefix(s, code) != (s == code+" ") {
			t.Errorf("%s is %q", code, s)
		}
	}
}

// Both ends of a money range read as Money does.
func TestMoneyRangeSaysBothEnds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lo := math.Pow(10, rapid.Float64Range(0, 9).Draw(t, "log"))
		hi := lo * rapid.Float64Range(1.2, 100).Draw(t, "times")
		if got, want := MoneyRange(lo, hi, "EUR"), Money(lo, "EUR")+" to "+Money(hi, "EUR"); got != want {
			t.Fatalf("%v..%v reads %q, want %q", lo, hi, got, want)
		}
	})
}
