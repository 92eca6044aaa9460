package quantity

import (
	"math"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// kinds are all that can be parsed.
var kinds = []Kind{Money, Yearly, Likelihood, Share, Effort, Duration, Count, Worth}

// drawNumber is a number as people type it: short, long or grouped.
func drawNumber(t *rapid.T, kind Kind) string {
	n := rapid.Uint64Range(0, 999_999_999).Draw(t, "n")
	n /= uint64(math.Pow10(rapid.IntRange(0, 8).Draw(t, "shorter")))
	s := strconv.FormatUint(n, 10)
	if sep := rapid.SampledFrom([]string{"", "", " ", ",", "'", "_", "\u00a0", "\u202f"}).Draw(t, "sep"); sep != "" {
		for i := len(s) - 3; i > 0; i -= 3 {
			s = s[:i] + sep + s[i:]
		}
	}
	if d := rapid.StringMatching(`([0-9]{1,6})?`).Draw(t, "decimals"); d != "" {
		s += "." + d
	}
	suffixes := map[Kind][]string{
		Money: {"", "k", "M", "bn", "m", " million", "k GBP", "k€"}, Yearly: {"", "k", "M"}, Worth: {"", "k", " points", " points"}, Count: {"", "k", "m"},
		Likelihood: {"", "", "%", "%", "%", " in 1000", " in 20000", "k"}, Share: {"%", "%", "%", " in 900", ""},
		Effort: {"d", "w", "m", " days", " weeks", ""}, Duration: {" days", " weeks", " months", " quarters", " years", "h", ""},
	}[kind]
	return s + rapid.SampledFrom(suffixes).Draw(t, "suffix")
}

// drawText is a text of about the right form for the kind.
func drawText(t *rapid.T, kind Kind) string {
	number := func() string { return drawNumber(t, kind) }
	var s string
	switch rapid.IntRange(0, 9).Draw(t, "shape") {
	case 0, 1:
		s = number()
	case 2, 3, 4, 5:
		s = number() + rapid.SampledFrom([]string{"..", " to ", "-", "–", " … "}).Draw(t, "dash") + number()
	case 6:
		s = number() + ".." + number() + ".." + number()
	case 7:
		s = "pert(" + number() + "; " + number() + "; " + number() + ")"
	case 8:
		s = rapid.SampledFrom([]string{"uniform", "lognormal"}).Draw(t, "name") + "(" + number() + "; " + number() + ")"
	default:
		s = rapid.SampledFrom([]string{"low", "medium", "high", "very likely", "a remote chance", "most", "nearly all", "twice"}).Draw(t, "word")
	}
	switch kind {
	case Likelihood:
		s += rapid.SampledFrom([]string{"", " per year", " per month", " per year", " within 2 years", " in 7 months", " within ten days", " years", " a year", " times in 5 years"}).Draw(t, "tail")
	case Yearly, Worth:
		s += rapid.SampledFrom([]string{"", " per year", " per month", "/w"}).Draw(t, "tail")
	}
	return s
}

// checkStable fails unless what was parsed is finite and reads again, the same,
// from its canonical text.
func checkStable(t interface {
	Fatalf(format string, args ...any)
}, text string, q Quantity, env Env,
) {
	canonical := q.Format()
	again, err := Parse(canonical, q.Kind, env)
	if err != nil {
		t.Fatalf("%q formats as %q, which does not parse: %v", text, canonical, err)
	}
	if again.Kind != q.Kind || !again.same(q) || again.Stated != q.Stated {
		t.Fatalf("%q formats as %q, which reads as\n%#v, not as\n%#v", text, canonical, again, q)
	}
	if twice := again.Format(); twice != canonical {
		t.Fatalf("%q formats as %q and then as %q", text, canonical, twice)
	}
	for _, d := range []Dist{q.Dist(), q.Stated} {
		m, v := d.Mean(), d.Variance()
		for _, x := range []float64{m, v, d.Quantile(0.0001), d.Quantile(0.5), d.Quantile(0.9999), d.CDF(m), q.Over} {
			if !(x >= 0) || math.IsInf(x, 0) {
				t.Fatalf("%q: mean %v, variance %v, 0.01%% %v, 99.99%% %v, over %v", text, m, v, d.Quantile(0.0001), d.Quantile(0.9999), q.Over)
			}
		}
		if !(d.Quantile(0.05) <= d.Quantile(0.95)) {
			t.Fatalf("%q: quantiles %v, %v", text, d.Quantile(0.05), d.Quantile(0.95))
		}
	}
}

func TestParseOfFormat(t *testing.T) {
	parsed, tried := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		kind := rapid.SampledFrom(kinds).Draw(t, "kind")
		text := drawText(t, kind)
		tried++
		q, err := Parse(text, kind, pounds())
		if err != nil {
			return
		}
		parsed++
		checkStable(t, text, q, pounds())
	})
	if parsed < tried/20 { // about a third, as a rule
		t.Errorf("of %d texts drawn only %d parse", tried, parsed)
	}
}

// Numbers drawn directly, in every shape and kind, so that nothing is lost to
// texts that do not parse.
func TestFormatOfDrawnFigures(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		kind := rapid.SampledFrom(kinds).Draw(t, "kind")
		form := map[Kind]Form{Likelihood: rapid.SampledFrom([]Form{Chance, Rate}).Draw(t, "form")}[kind]
		top := min(most(kind, form), 1e12)
		if onLogit(kind, form) {
			top = 0.999
		}
		at := rapid.SliceOfNDistinct(rapid.Float64Range(top*1e-6, top), 3, 3, rapid.ID[float64]).Draw(t, "points")
		f := figures{shape: rapid.SampledFrom([]shape{single, interval, three, pert, uniform}).Draw(t, "shape"), at: at}
		f.at = f.at[:map[shape]int{single: 1, interval: 2, three: 3, pert: 3, uniform: 2}[f.shape]]
		if !isAscending(f.at) {
			t.Skip("not in order")
		}
		text := writeFigures(f, kind, form, 1.5)
		q, err := Parse(text, kind, pounds())
		if err != nil {
			t.Fatalf("%v in %v: %v", f, kind, err)
		}
		if want := f.dist(onLogit(kind, form)); q.Stated != want {
			t.Fatalf("%q: %#v, want %#v", text, q.Stated, want)
		}
		checkStable(t, text, q, pounds())
	})
}

func isAscending(x []float64) bool {
	for i := 1; i < len(x); i++ {
		if x[i-1] >= x[i] {
			return false
		}
	}
	return true
}

func TestShifted(t *testing.T) {
	for _, c := range []struct {
		x      float64
		places int
		want   string
	}{
		{0, 0, "0"},
		{0, 2, "0"},
		{0.07, 2, "7"},
		{0.005, 2, "0.5"},
		{1.0 / 3, 2, "33.33333333333333"},
		{1, 2, "100"},
		{1e-9, 0, "0.000000001"},
		{1e15, 0, "1000000000000000"},
		{1234567, -3, "1234.567"},
		{500, -3, "0.5"},
	} {
		if got := shifted(c.x, c.places); got != c.want {
			t.Errorf("shifted(%v, %d) = %q, want %q", c.x, c.places, got, c.want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.Float64Range(0, 1e15).Draw(t, "x")
		back, err := strconv.ParseFloat(plainNumber(x), 64)
		if err != nil || back != x || strings.ContainsAny(plainNumber(x), "eE") {
			t.Fatalf("%v shows as %q", x, plainNumber(x))
		}
	})
}

// The widest and most lopsided statements that are believed stay finite.
func TestExtremes(t *testing.T) {
	for text, kind := range map[string]Kind{
		"0.000000001..1000":                       Money,
		"0.000000001..0.00000001..1000":           Money,
		"0.000000001..100..1000":                  Money,
		"1000..999999999999999":                   Money,
		"1000..2000..999999999999999":             Money,
		"uniform(0, 999999999999999)":             Count,
		"0.0000001%..99.999999%":                  Likelihood,
		"0.0000001%..0.000001%..99.999999%":       Likelihood,
		"0.0000001%..99%..99.999999% in an hour":  Likelihood,
		"0%..99.999999% in 1 hour":                Likelihood,
		"pert(0%, 0%, 99.999999%) in 10000 years": Likelihood,
		"0.000001..1000000 per year":              Likelihood,
		"1 in 1000 million years":                 Likelihood,
		"0.0000001%..99.99999%":                   Share,
		"0%..100%":                                Share,
	} {
		q, err := Parse(text, kind, pounds())
		if err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		checkStable(t, text, q, pounds())
	}
}

func FuzzParse(f *testing.F) {
	for _, text := range []string{
		"£20k–£400k", "20 000..400 000", "1.2M", "1 in 3", "once every 10 years", "1 in 40 years", "very likely within the next two years", "10d..30d", "6 weeks",
		"20-400k", "1.200,50", "pert(20k, 100k, 900k)", "lognormal(1, 2) per year", "uniform(0%, 100%)", "1..2 in 10", "twice a year", "5 points",
		"once every 20..8 years", "0.0001..99999999", "\u202e1", "1e9", "nearly all", "0..0", "a week", "1 in 20..8k years", "\xff",
	} {
		for _, k := range kinds {
			f.Add(text, uint8(k))
		}
	}
	f.Fuzz(func(t *testing.T, text string, k uint8) {
		kind := Kind(k % 10)
		q, err := Parse(text, kind, pounds())
		if err == nil {
			checkStable(t, text, q, pounds())
			return
		}
		pe, ok := err.(*ParseError)
		if !ok || pe.Problem == "" || pe.Column < 1 || pe.Column > len([]rune(text))+1 {
			t.Fatalf("%q: %#v", text, err)
		}
		if strings.ContainsAny(pe.Line(), "\n\r\x1b") || len(pe.Error()) > 2000 {
			t.Fatalf("%q: %q", text, pe.Line())
		}
	})
}
