package plain

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"
)

// week is one week in years.
const week = 7 / 365.25

// TestSentences is the one table of number → sentence pairs.
func TestSentences(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for _, c := range []struct{ name, got, want string }{
		// Money, two significant figures.
		{"1,234,567", Money(1234567, "GBP"), "£1.2M"},
		{"43,210", Money(43210, "GBP"), "£43k"},
		{"1,000", Money(1000, "GBP"), "£1k"},
		{"999,600 rounds into the next unit", Money(999600, "GBP"), "£1M"},
		{"950", Money(950, "GBP"), "£950"},
		{"120,400", Money(120400, "EUR"), "€120k"},
		{"negative", Money(-43210, "GBP"), "−£43k"},
		{"billions", Money(2.34e9, "USD"), "$2.3bn"},
		{"thousands of trillions", Money(1.2e15, "USD"), "$1,200tn"},
		{"no symbol everybody knows", Money(43210, "CHF"), "CHF 43k"},
		{"zero", Money(0, "GBP"), "£0"},
		{"pennies", Money(0.256, "GBP"), "£0.26"},
		{"not a number", Money(nan, "GBP"), "unknown"},
		{"infinite", Money(inf, "GBP"), "unknown"},
		// Estimates.
		{"about 1,234,567", About(1234567, "GBP"), "about £1.2M"},
		{"about 430", About(430, "GBP"), "less than £1k"},
		{"about 996 rounds to a thousand", About(996, "GBP"), "about £1k"},
		{"about nothing", About(0, "GBP"), "nothing"},
		{"about a negative amount", About(-1500, "GBP"), "about −£1.5k"},
		// As stated, and exact.
		{"stated limit", Amount(1250000, "GBP"), "£1.25M"},
		{"stated round limit", Amount(250000, "GBP"), "£250k"},
		{"stated to the thousand", Amount(1625000, "GBP"), "£1.625M"},
		{"stated to the pound", Amount(1625001, "GBP"), "£1,625,001"},
		{"stated to the hundred", Amount(2500, "GBP"), "£2.5k"},
		{"stated odd amount", Amount(2351, "GBP"), "£2,351"},
		{"stated small amount", Amount(12.5, "GBP"), "£12.50"},
		{"exact", Exact(71204.333, "GBP"), "£71,204.33"},
		{"exact whole", Exact(30000, "GBP"), "£30,000"},
		{"exact without a minor unit", Exact(1200.4, "JPY"), "¥1,200"},
		{"exact without a minor unit, in a code", Exact(1200.4, "XPF"), "XPF 1,200"},
		{"exact in thousandths", Exact(1200.4567, "KWD"), "KWD 1,200.457"},
		{"exact negative", Exact(-1200.5, "GBP"), "−£1,200.50"},
		{"exact, nearly nothing below zero", Exact(-0.001, "GBP"), "£0"},
		// Money ranges.
		{"200k..4M", MoneyRange(200e3, 4e6, "GBP"), "£200k to £4M"},
		{"0..80k", MoneyRange(0, 80e3, "GBP"), "up to £80k"},
		{"both ends alike", MoneyRange(43100, 43200, "GBP"), "about £43k"},
		{"small to large", MoneyRange(400, 5000, "GBP"), "£400 to £5k"},
		{"nothing at all", MoneyRange(0, 0, "GBP"), "nothing"},
		// Gain and loss on balance.
		{"saves", Saves(43210, "GBP"), "saves about £43k"},
		{"loses", Saves(-43210, "GBP"), "loses about £43k"},
		{"even", Saves(-430, "GBP"), "about breaks even"},
		{"saves between", SavesRange(20e3, 90e3, "GBP"), "saves £20k to £90k"},
		{"loses between", SavesRange(-90e3, -20e3, "GBP"), "loses £20k to £90k"},
		{"either", SavesRange(-10e3, 50e3, "GBP"), "anything from losing £10k to saving £50k"},
		// Chance words: the PHIA yardstick, its gaps cut in the middle.
		{"3 %", Word(0.03), "remote chance"},
		{"10 %", Word(0.10), "highly unlikely"},
		{"20 %", Word(0.20), "highly unlikely"},
		{"25 %", Word(0.25), "unlikely"},
		{"35 %", Word(0.35), "unlikely"},
		{"40 %", Word(0.40), "realistic possibility"},
		{"50 %", Word(0.50), "realistic possibility"},
		{"55 %", Word(0.55), "likely"},
		{"75 %", Word(0.75), "likely"},
		{"80 %", Word(0.80), "very likely"},
		{"90 %", Word(0.90), "very likely"},
		{"95 %", Word(0.95), "almost certain"},
		// Chances.
		{"1/8", Chance(0.125), "about 1 in 8"},
		{"13 %", Chance(0.13), "about 1 in 8"},
		{"1/3", Chance(1.0 / 3), "about 1 in 3"},
		{"36 %", Chance(0.36), "roughly 1 in 3"},
		{"1/40", Chance(0.025), "about 1 in 40"},
		{"1/437", Chance(1.0 / 437), "roughly 1 in 400"},
		{"70 %", Chance(0.7), "about 7 in 10"},
		{"99.9 %", Chance(0.999), "more than 99 in 100"},
		{"certain as a model can be", Chance(1), "more than 99 in 100"},
		{"one in a billion", Chance(1e-9), "less than 1 in 1,000,000"},
		{"none", Chance(0), "no chance"},
		{"unknown chance", Chance(nan), "unknown"},
		// Chance ranges over one denominator.
		{"80..90 %", ChanceRange(0.8, 0.9), "8 to 9 in 10"},
		{"20..60 %", ChanceRange(0.2, 0.6), "2 to 6 in 10"},
		{"25..35 %", ChanceRange(0.25, 0.35), "25 to 35 in 100"},
		{"8..20 %", ChanceRange(0.08, 0.20), "8 to 20 in 100"},
		{"0.1..1 %", ChanceRange(0.001, 0.01), "1 to 10 in 1,000"},
		{"a lower end lost beside the upper", ChanceRange(0.0001, 0.2), "up to 20 in 100"},
		{"0..5 %", ChanceRange(0, 0.05), "up to 5 in 100"},
		{"95..99.9 %", ChanceRange(0.95, 0.999), "95 to more than 99 in 100"},
		{"1..4 % never reads 0 in 10", ChanceRange(0.01, 0.04), "1 to 4 in 100"},
		{"30 %, known", ChanceRange(0.3, 0.3), "about 3 in 10"},
		{"no chance", ChanceRange(0, 0), "no chance"},
		// The risk sentence.
		{"very likely within 2 years", Risk(0.85, 0.8, 0.9, 2, false), "Very likely: 8 to 9 in 10 within the next two years if nothing is done"},
		{"1 in 40 within a year", Risk(0.025, 0.025, 0.025, 1, false), "Remote chance: about 1 in 40 within the next year if nothing is done"},
		{"as many squares as are drawn", Risk(0.84, 0.84, 0.84, 2, false), "Very likely: about 84 in 100 within the next two years if nothing is done"},
		{"never", Risk(0, 0, 0, 2, false), "No chance within the next two years if nothing is done"},
		{"something stands", Risk(0.85, 0.8, 0.9, 2, true), "Very likely: 8 to 9 in 10 within the next two years if nothing more is done"},
		{"12 a year", Risk(1, 0.9999, 1, 0.5, false), "Almost certain: more than 99 in 100 within the next six months if nothing is done"},
		// Squares out of 100.
		{"27 years", Years(0.27), "in 27 of 100 years like the next"},
		{"1 in 400", Years(0.0025), "in less than 1 of 100 years like the next: about 1 in 400 years"},
		{"0.7 % fills a square", Years(0.007), "in 1 of 100 years like the next"},
		{"no year", Years(0), "in no year like the next"},
		{"nearly all", Years(0.9999), "in more than 99 of 100 years like the next"},
		// Frequencies.
		{"1/8 a year", Frequency(0.125), "about once every 8 years"},
		{"1/37 a year", Frequency(1.0 / 37), "about once every 37 years"},
		{"1 a year", Frequency(1), "about once a year"},
		{"2/3 a year", Frequency(2.0 / 3), "about twice in 3 years"},
		{"1.5 a year", Frequency(1.5), "about 3 times in 2 years"},
		{"2.4 a year", Frequency(2.4), "about 2.5 times a year"},
		{"1,234 a year", Frequency(1234), "about 1,200 times a year"},
		{"never", Frequency(0), "never"},
		{"2..3 a year", FrequencyRange(2, 3), "2 to 3 times a year"},
		{"once every 20..8 years", FrequencyRange(0.05, 0.125), "once every 8 to 20 years"},
		{"0.5..3 a year", FrequencyRange(0.5, 3), "from once every 2 years to 3 times a year"},
		{"0..3 a year", FrequencyRange(0, 3), "at most 3 times a year"},
		{"4..4 a year", FrequencyRange(4, 4), "about 4 times a year"},
		// Durations.
		{"2 years", Duration(2), "two years"},
		{"6 weeks", Duration(6 * week), "six weeks"},
		{"18 months", Duration(1.5), "18 months"},
		{"12 months", Duration(1), "one year"},
		{"half a year", Duration(0.5), "six months"},
		{"a quarter", Duration(0.25), "three months"},
		{"30 months", Duration(2.5), "two and a half years"},
		{"12 years", Duration(12), "12 years"},
		{"3 days", Duration(3 / 365.25), "three days"},
		{"17 weeks and a bit", Duration(17.3 * week), "four months"},
		{"at once", Duration(0), "no time"},
		{"an hour", Duration(1.0 / 24 / 365), "less than a day"},
		{"a year ahead", Next(1), "the next year"},
		{"two years ahead", Next(2), "the next two years"},
		// Effort.
		{"15d..40d", EffortRange(15, 40), "15 to 40 days"},
		{"26.6 d", Effort(26.6), "about 27 days"},
		{"1 d", Effort(1), "about 1 day"},
		{"half a day", Effort(0.5), "about half a day"},
		{"an hour of work", Effort(0.1), "a few hours"},
		{"no effort", Effort(0), "no effort"},
		{"1,234 d", Effort(1234), "about 1,200 days"},
		{"0..5 d", EffortRange(0, 5), "up to 5 days"},
		{"3..3 d", EffortRange(3, 3), "3 days"},
		// People and shares.
		{"31,000", People(31000), "31,000 people"},
		{"one person", People(1), "1 person"},
		{"30k..40k people", PeopleRange(30123, 40456), "30,000 to 40,000 people"},
		{"40 %", Percent(0.4), "about 40%"},
		{"a third of a percent", Percent(0.003), "less than 1%"},
		{"everything", Percent(1), "all"},
		{"nearly everything", Percent(0.999), "more than 99%"},
		{"70..95 %", PercentRange(0.7, 0.95), "70% to 95%"},
		// Dates, lists, numbers.
		{"date", Date(time.Date(2026, 11, 21, 23, 0, 0, 0, time.UTC)), "21 November 2026"},
		{"no date", Date(time.Time{}), "no date"},
		{"one", List([]string{"a"}), "a"},
		{"two", List([]string{"a", "b"}), "a and b"},
		{"three", List([]string{"a", "b", "c"}), "a, b and c"},
		{"number", Number(31234), "31,000"},
		{"capital", Capital("élan"), "Élan"},
		{"nothing to capitalise", Capital(""), ""},
	} {
		if c.got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, c.got, c.want)
		}
	}
}

// A chance reads the same in a sentence, a table and a picture: from ten squares
// on no fraction says another number of squares than are drawn.
func TestOneChanceSaysItsSquares(t *testing.T) {
	for n := 10; n < 100; n++ {
		p := float64(n) / 100
		var k, of int
		text := strings.TrimPrefix(strings.TrimPrefix(OneChance(p), "about "), "roughly ")
		if _, err := fmt.Sscanf(text, "%d in %d", &k, &of); err != nil || k*100 != n*of {
			t.Errorf("%v: %q", p, text)
		}
	}
	for p, want := range map[float64]string{0: "0", 0.001: "less than 1", 0.005: "1", 0.62: "62", 1: "100"} {
		if got := Of100(p); got != want {
			t.Errorf("%v of a hundred: %q, want %q", p, got, want)
		}
	}
	if got := OneChance(0.0025); got != "about 1 in 400" {
		t.Errorf("a rare chance: %q", got)
	}
}
