package quantity

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

// mustParse is the quantity of a text that is right.
func mustParse(t *testing.T, text string, kind Kind, env Env) Quantity {
	t.Helper()
	q, err := Parse(text, kind, env)
	if err != nil {
		t.Errorf("%q as %v: %v", text, kind, err)
	}
	return q
}

// Every way to write a unit of calendar time, and what it is in days.
func TestTimeUnits(t *testing.T) {
	days := map[string]float64{
		"hour": 1.0 / 24, "day": 1, "week": 7, "month": 365.25 / 12, "quarter": 365.25 / 4,
		"year": 365.25, "decade": 3652.5, "century": 36525,
	}
	for w, unit := range timeUnits {
		near(t, w, mustParse(t, "3"+w, Duration, pounds()).Mean(), 3*days[unit]/365.25, 1e-15)
		near(t, w, mustParse(t, "3 "+strings.ToUpper(w), Duration, pounds()).Mean(), 3*days[unit]/365.25, 1e-15)
		near(t, "per "+w, mustParse(t, "3 per "+w, Likelihood, pounds()).Mean(), 3*365.25/days[unit], 1e-15)
		near(t, "1 in 40 "+w, mustParse(t, "1 in 40 "+w, Likelihood, pounds()).Mean(), 365.25/days[unit]/40, 1e-15)
		near(t, "within 2 "+w, mustParse(t, "1% within 2 "+w, Likelihood, pounds()).Over, 2*days[unit]/365.25, 1e-15)
	}
	for w, unit := range adverbs {
		near(t, w, mustParse(t, "3 times "+w, Likelihood, pounds()).Mean(), 3*365.25/days[unit], 1e-15)
		near(t, w, mustParse(t, "3k "+w, Yearly, pounds()).Mean(), 3000*365.25/days[unit], 1e-15)
	}
}

// Every unit of effort, alone and behind what people put before it.
func TestEffortUnits(t *testing.T) {
	for w, unit := range timeUnits {
		for _, before := range []string{"", " ", " person-", " person ", " man-", " staff ", " working "} {
			text := "3" + before + w
			q, err := Parse(text, Effort, pounds())
			switch want := 3 * personDays[unit]; {
			case want == 0 && err == nil:
				t.Errorf("%q reads as %v days of effort", text, q.Mean())
			case want > 0 && (err != nil || q.Mean() != want):
				t.Errorf("%q reads as %v days of effort, %v; want %v", text, q.Mean(), err, want)
			}
		}
	}
}

func TestMultipliers(t *testing.T) {
	for w, exp := range exponents {
		want := map[int]float64{3: 3e3, 6: 3e6, 9: 3e9}[exp]
		for _, text := range []string{"3" + w, "3 " + w, "3" + strings.ToUpper(w), "£3" + w, "3 " + w + " GBP", "3" + w + "£"} {
			if got := mustParse(t, text, Money, pounds()).Mean(); got != want {
				t.Errorf("%q is %v, want %v", text, got, want)
			}
		}
	}
	for w, exp := range magnitudes {
		want := map[int]float64{2: 1e-2, 3: 1e-3, 6: 1e-6}[exp]
		if got := mustParse(t, "1 in 1 "+w+" years", Likelihood, pounds()).Mean(); got != want {
			t.Errorf("1 in 1 %s years is %v, want %v", w, got, want)
		}
	}
}

func TestNumberWords(t *testing.T) {
	if len(numerals) != 12 {
		t.Fatalf("%d number words", len(numerals))
	}
	for w, digits := range numerals {
		for _, c := range []struct {
			text string
			kind Kind
		}{
			{"%s weeks", Duration},
			{"%s days", Effort},
			{"%s", Count},
			{"30%% within the next %s months", Likelihood},
			{"once every %s years", Likelihood},
			{"one in %s years", Likelihood},
			{"%s times a year", Likelihood},
		} {
			a := mustParse(t, fmt.Sprintf(c.text, w), c.kind, pounds())
			b := mustParse(t, fmt.Sprintf(c.text, digits), c.kind, pounds())
			if !a.same(b) {
				t.Errorf("%q and %q differ", a.Text, b.Text)
			}
		}
	}
}

// Every symbol is read for each currency it may stand for, before and after
// the number, and refused for one it may not.
func TestCurrencySymbols(t *testing.T) {
	for symbol, list := range symbols {
		codes := strings.Fields(list)
		for _, code := range codes {
			if !isISOCode(code) {
				t.Errorf("%s stands for %s, which is no ISO 4217 code", symbol, code)
			}
			for _, text := range []string{symbol + " 20k", "20k" + " " + symbol, symbol + " 20k..400k", "20k..400k " + symbol} {
				mustParse(t, text, Money, Env{Currency: code})
			}
		}
		other := "XOF"
		if _, err := Parse(symbol+" 20k", Money, Env{Currency: other}); err == nil || !strings.Contains(err.Error(), "not the product's, "+other) {
			t.Errorf("%s 20k in %s: %v", symbol, other, err)
		}
	}
	for letters, code := range dollars {
		mustParse(t, strings.ToUpper(letters)+"$20k", Money, Env{Currency: code})
		if _, err := Parse(letters+"$20k", Money, Env{Currency: "XCD"}); err == nil {
			t.Errorf("%s$20k is read in XCD", letters)
		}
	}
}

func TestISOCodes(t *testing.T) {
	codes := strings.Fields(isoCodes)
	if len(codes) < 150 || !slices.IsSorted(codes) || len(slices.Compact(codes)) != len(strings.Fields(isoCodes)) {
		t.Errorf("%d codes, sorted: %v", len(codes), slices.IsSorted(codes))
	}
	for _, c := range codes {
		if len(c) != 3 || strings.ToUpper(c) != c {
			t.Errorf("%q is no code", c)
		}
		mustParse(t, c+" 20k..400k", Money, Env{Currency: c})
	}
	for _, former := range strings.Fields(formerCodes) {
		if _, err := Parse(former+" 20k", Money, Env{Currency: "EUR"}); err == nil || !strings.Contains(err.Error(), "not the product's, EUR") {
			t.Errorf("%s: %v", former, err)
		}
		if slices.Contains(codes, former) {
			t.Errorf("%s is both active and former", former)
		}
	}
	for _, s := range []string{"", "GB", "GBPX", " AE", "AED AFN", "xyz", "gbp"} {
		if isISOCode(s) {
			t.Errorf("%q is taken for a code", s)
		}
	}
}

// No number word, unit or multiplier is also a currency or a word of the scale.
func TestVocabulariesAreDisjoint(t *testing.T) {
	seen := map[string]string{}
	note := func(kind string, words ...string) {
		for _, w := range words {
			if was, ok := seen[w]; ok {
				t.Errorf("%q is both %s and %s", w, was, kind)
			}
			seen[w] = kind
		}
	}
	note("a number", slices.Collect(maps.Keys(numerals))...)
	note("a unit", slices.Collect(maps.Keys(timeUnits))...)
	note("an adverb", slices.Collect(maps.Keys(adverbs))...)
	note("a currency", slices.Collect(maps.Keys(symbols))...)
	for _, c := range strings.Fields(isoCodes) {
		note("a currency", strings.ToLower(c))
	}
	for w := range exponents {
		if w != "m" { // a million of money, a month of effort: the kind decides
			note("a multiplier", w)
		}
	}
	for _, k := range []Kind{Likelihood, Money, Effort, Share} {
		for w := range DefaultScale().words(k) {
			if was, ok := seen[w]; ok {
				t.Errorf("%q is both %s and a word of the scale", w, was)
			}
		}
	}
}
