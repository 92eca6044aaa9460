package quantity

import (
	"math"
	"strings"
	"testing"
)

// pounds is the Env of most tests.
func pounds() Env {
	return Env{Currency: "GBP", Horizon: 2, Scale: Scale{PointValue: 8, PointWorth: "60k per year"}}
}

// read is what a text should be read as.
type read struct {
	text   string
	stated Dist
	format string
}

func checkReads(t *testing.T, kind Kind, form Form, over float64, cases []read) {
	t.Helper()
	for _, c := range cases {
		q, err := Parse(c.text, kind, pounds())
		if err != nil {
			t.Errorf("%q: %v", c.text, err)
			continue
		}
		if q.Stated != c.stated || q.Form != form || q.Over != over || q.Kind != kind {
			t.Errorf("%q: stated %#v, form %d, over %v, want %#v, %d, %v", c.text, q.Stated, q.Form, q.Over, c.stated, form, over)
		}
		if got := q.Format(); got != c.format {
			t.Errorf("%q: formats as %q, want %q", c.text, got, c.format)
		}
		if q.Text != strings.TrimSpace(c.text) {
			t.Errorf("%q: keeps the text %q", c.text, q.Text)
		}
	}
}

func TestParseMoney(t *testing.T) {
	wide := LogNormalFrom(20e3, 400e3)
	cases := []read{
		{"1.2M", Constant(1.2e6), "1.2M"},
		{"1.2m", Constant(1.2e6), "1.2M"},
		{" £2 million ", Constant(2e6), "2M"},
		{"2bn", Constant(2e9), "2bn"},
		{"15 thousand", Constant(15e3), "15k"},
		{"77169", Constant(77169), "77169"},
		{"10950", Constant(10950), "10.95k"},
		{"0", Constant(0), "0"},
		{"5k..5k", Constant(5e3), "5k"},
		{"0..0", Constant(0), "0"},
		{"1.2340", Constant(1.234), "1.2340"},
		{"0.125", Constant(0.125), "0.125"},
		{"0.125..1", LogNormalFrom(0.125, 1), "0.125..1"},
		{"400..5k", LogNormalFrom(400, 5e3), "400..5000"},
		{"900 - 1.5k", LogNormalFrom(900, 1500), "900..1500"},
		{"20k..400000", wide, "20k..400k"},
		{"20..400", LogNormalFrom(20, 400), "20..400"},
		{"0..80k", Uniform{0, 80e3}, "uniform(0, 80k)"},
		{"20k..100k..400k", TwoPieceLogNormalFrom(20e3, 100e3, 400e3), "20k..100k..400k"},
		{"20k … 100k … 400k", TwoPieceLogNormalFrom(20e3, 100e3, 400e3), "20k..100k..400k"},
		{"pert(20k, 100k, 900k)", PERT{20e3, 100e3, 900e3}, "pert(20k, 100k, 900k)"},
		{"PERT(20,100,900)", PERT{20, 100, 900}, "pert(20, 100, 900)"},
		{"pert(0; 0; 900)", PERT{0, 0, 900}, "pert(0, 0, 900)"},
		{"lognormal(20k, 400k)", wide, "20k..400k"},
		{"uniform(£20k, £400k)", Uniform{20e3, 400e3}, "uniform(20k, 400k)"},
		{"uniform(1 000, 2 000)", Uniform{1e3, 2e3}, "uniform(1k, 2k)"},
		{"constant(20k)", Constant(20e3), "20k"},
		{"between 20k and 400k", wide, "20k..400k"},
		{"from 20k to 400k", wide, "20k..400k"},
	}
	for _, text := range []string{
		"20k..400k", "20k to 400k", "20k-400k", "20k – 400k", "20k—400k", "20k−400k", "20k…400k", "£20k–£400k", "£20k–400k", "20k–£400k",
		"20 000..400 000", "20\u00a0000..400\u00a0000", "20\u2009000..400\u2009000", "20\u202f000..400\u202f000",
		"20,000..400,000", "20'000..400'000", "20’000..400’000", "20_000..400_000", "20000..400000", "£20,000.00 to £400,000.00",
		"GBP 20k..400k", "20k..400k GBP", "20k GBP to 400k GBP", "20 K £..400 K £", "gbp20k-gbp400k", "0.02M..0.4M", "20 thousand to 0.4 million",
		"20k..400k pounds",
	} {
		cases = append(cases, read{text, wide, "20k..400k"})
	}
	checkReads(t, Money, Amount, 0, cases)
}

func TestParseYearly(t *testing.T) {
	checkReads(t, Yearly, Amount, 0, []read{
		{"9k per year", Constant(9e3), "9k per year"},
		{"9k", Constant(9e3), "9k per year"},
		{"0", Constant(0), "0"},
		{"3k..6k", LogNormalFrom(3e3, 6e3), "3k..6k per year"},
		{"3k..6k/y", LogNormalFrom(3e3, 6e3), "3k..6k per year"},
		{"£22k..£30k/y", LogNormalFrom(22e3, 30e3), "22k..30k per year"},
		{"3k..6k a year", LogNormalFrom(3e3, 6e3), "3k..6k per year"},
		{"3k..6k yearly", LogNormalFrom(3e3, 6e3), "3k..6k per year"},
		{"3k..6k per annum", LogNormalFrom(3e3, 6e3), "3k..6k per year"},
		{"500 per month", Constant(6e3), "6k per year"},
		{"30k per 2 years", Constant(15e3), "15k per year"},
		{"0..80k per year", Uniform{0, 80e3}, "uniform(0, 80k) per year"},
		{"pert(1k, 2k, 5k) per year", PERT{1e3, 2e3, 5e3}, "pert(1k, 2k, 5k) per year"},
	})
}

func TestParseChance(t *testing.T) {
	range26 := LogitNormalFrom(0.2, 0.6)
	for _, over := range []struct {
		years  float64
		tails  []string
		format string
	}{
		{2, []string{"", " within 2 years", " within the next two years", " in 2 years", " over the next 2 years", " within 24 months", " during two years"}, " within 2 years"},
		{1, []string{" per year", " within a year", " within the year", " a year", "/year", "/y", " yearly", " in the next year", " over 12 months", " each year"}, " within 1 year"},
		{0.5, []string{" in 6 months", " within the next six months", " over two quarters"}, " within 6 months"},
		{3, []string{" over 3 years", " within three years", " within 3 yrs"}, " within 3 years"},
		{10, []string{" per decade", " within ten years"}, " within 10 years"},
	} {
		for _, tail := range over.tails {
			checkReads(t, Likelihood, Chance, over.years, []read{
				{"30%" + tail, Constant(0.3), "30%" + over.format},
				{"20%..60%" + tail, range26, "20%..60%" + over.format},
			})
		}
	}
	checkReads(t, Likelihood, Chance, 2, []read{
		{"0%", Constant(0), "0% within 2 years"},
		{"1 in 4", Constant(0.25), "25% within 2 years"},
		{"one in four", Constant(0.25), "25% within 2 years"},
		{"1 in 4 within 2 years", Constant(0.25), "25% within 2 years"},
		{"1 in a hundred", Constant(0.01), "1% within 2 years"},
		{"1 in 10k", Constant(0.0001), "0.01% within 2 years"},
		{"1 in 3", Constant(1.0 / 3), "33.33333333333333% within 2 years"},
		{"20 to 60 percent", range26, "20%..60% within 2 years"},
		{"20..60 per cent", range26, "20%..60% within 2 years"},
		{"20-60 %", range26, "20%..60% within 2 years"},
		{"1 in 10..1 in 5", LogitNormalFrom(0.1, 0.2), "10%..20% within 2 years"},
		{"1 in 5..10", LogitNormalFrom(0.1, 0.2), "10%..20% within 2 years"},
		{"1..2 in 10", LogitNormalFrom(0.1, 0.2), "10%..20% within 2 years"},
		{"7%", Constant(0.07), "7% within 2 years"},
		{"0%..20%", Uniform{0, 0.2}, "uniform(0%, 20%) within 2 years"},
		{"0..20%", Uniform{0, 0.2}, "uniform(0%, 20%) within 2 years"},
		{"10%..20%..50%", TwoPieceLogitNormalFrom(0.1, 0.2, 0.5), "10%..20%..50% within 2 years"},
		{"pert(1%, 2%, 10%)", PERT{0.01, 0.02, 0.1}, "pert(1%, 2%, 10%) within 2 years"},
		{"uniform(1%, 10%)", Uniform{0.01, 0.1}, "uniform(1%, 10%) within 2 years"},
		{"constant(1%)", Constant(0.01), "1% within 2 years"},
	})
}

func TestParseRate(t *testing.T) {
	checkReads(t, Likelihood, Rate, 0, []read{
		{"0.5..3 per year", LogNormalFrom(0.5, 3), "0.5..3 per year"},
		{"0.5..3/year", LogNormalFrom(0.5, 3), "0.5..3 per year"},
		{"0.5..3 a year", LogNormalFrom(0.5, 3), "0.5..3 per year"},
		{"0.5..3 times a year", LogNormalFrom(0.5, 3), "0.5..3 per year"},
		{"0.5..3 times per year", LogNormalFrom(0.5, 3), "0.5..3 per year"},
		{"0.383 per year", Constant(0.383), "0.383 per year"},
		{"0 per year", Constant(0), "0 per year"},
		{"0..3 per year", Uniform{0, 3}, "uniform(0, 3) per year"},
		{"2 per month", Constant(24), "24 per year"},
		{"1k..5k per year", LogNormalFrom(1e3, 5e3), "1000..5000 per year"},
		{"once a year", Constant(1), "1 per year"},
		{"once per year", Constant(1), "1 per year"},
		{"twice a year", Constant(2), "2 per year"},
		{"twice yearly", Constant(2), "2 per year"},
		{"yearly", Constant(1), "1 per year"},
		{"Monthly", Constant(12), "12 per year"},
		{"once yearly", Constant(1), "1 per year"},
		{"3x a year", Constant(3), "3 per year"},
		{"2 x per month", Constant(24), "24 per year"},
		{"once or twice a year", LogNormalFrom(1, 2), "1..2 per year"},
		{"once or twice in 10 years", LogNormalFrom(0.1, 0.2), "0.1..0.2 per year"},
		{"once every year", Constant(1), "1 per year"},
		{"once in a year", Constant(1), "1 per year"},
		{"every year", Constant(1), "1 per year"},
		{"once every 10 years", Constant(0.1), "0.1 per year"},
		{"once every ten years", Constant(0.1), "0.1 per year"},
		{"once in 10 years", Constant(0.1), "0.1 per year"},
		{"once a decade", Constant(0.1), "0.1 per year"},
		{"once in a hundred years", Constant(0.01), "0.01 per year"},
		{"every 10 years", Constant(0.1), "0.1 per year"},
		{"twice every 10 years", Constant(0.2), "0.2 per year"},
		{"once every 20..8 years", LogNormalFrom(0.05, 0.125), "0.05..0.125 per year"},
		{"once every 8..20 years", LogNormalFrom(0.05, 0.125), "0.05..0.125 per year"},
		{"once every 20 to 8 years", LogNormalFrom(0.05, 0.125), "0.05..0.125 per year"},
		{"once every 20..10..8 years", TwoPieceLogNormalFrom(0.05, 0.1, 0.125), "0.05..0.1..0.125 per year"},
		{"once every 8..10..20 years", TwoPieceLogNormalFrom(0.05, 0.1, 0.125), "0.05..0.1..0.125 per year"},
		{"1 in 40 years", Constant(0.025), "0.025 per year"},
		{"1-in-40 years", Constant(0.025), "0.025 per year"},
		{"1 in 100 000 years", Constant(1e-5), "0.00001 per year"},
		{"1 in a thousand years", Constant(1e-3), "0.001 per year"},
		{"1 in 20..8 years", LogNormalFrom(0.05, 0.125), "0.05..0.125 per year"},
		{"1 in 8..20 years", LogNormalFrom(0.05, 0.125), "0.05..0.125 per year"},
		{"1 in 18 months", Constant(12.0 / 18), "0.6666666666666666 per year"},
		{"2 in 5 years", Constant(0.4), "0.4 per year"},
		{"1..3 in 5 years", LogNormalFrom(0.2, 0.6), "0.2..0.6 per year"},
		{"3 times in 5 years", Constant(0.6), "0.6 per year"},
		{"3 in a year", Constant(3), "3 per year"},
		{"0.1..0.4..2 per year", TwoPieceLogNormalFrom(0.1, 0.4, 2), "0.1..0.4..2 per year"},
		{"pert(0.1, 0.4, 2) per year", PERT{0.1, 0.4, 2}, "pert(0.1, 0.4, 2) per year"},
		{"lognormal(0.1, 2) per year", LogNormalFrom(0.1, 2), "0.1..2 per year"},
	})
}

// The distribution of a likelihood is its yearly rate.
func TestLikelihoodDist(t *testing.T) {
	for text, want := range map[string]Dist{
		"30% within 2 years":      Constant(-math.Log1p(-0.3) / 2),
		"30% per year":            Constant(-math.Log1p(-0.3)),
		"20%..60% within 2 years": RateOf{LogitNormalFrom(0.2, 0.6), 2},
		"0%..20%":                 RateOf{Uniform{0, 0.2}, 2},
		"0.5..3 per year":         LogNormalFrom(0.5, 3),
		"very likely":             RateOf{LogitNormalFrom(0.8, 0.9), 2},
		"very likely per year":    RateOf{LogitNormalFrom(0.8, 0.9), 1},
		"low":                     RateOf{LogitNormalFrom(0.01, 0.1), 1},
	} {
		q, err := Parse(text, Likelihood, pounds())
		if err != nil {
			t.Errorf("%q: %v", text, err)
		} else if q.Dist() != want {
			t.Errorf("%q: %#v, want %#v", text, q.Dist(), want)
		}
	}
}

func TestParseShare(t *testing.T) {
	checkReads(t, Share, Amount, 0, []read{
		{"70%..95%", LogitNormalFrom(0.7, 0.95), "70%..95%"},
		{"70-95 %", LogitNormalFrom(0.7, 0.95), "70%..95%"},
		{"40%", Constant(0.4), "40%"},
		{"0.5%", Constant(0.005), "0.5%"},
		{"0.1%..1%", LogitNormalFrom(0.001, 0.01), "0.1%..1%"},
		{"1 in 4", Constant(0.25), "25%"},
		{"0%", Constant(0), "0%"},
		{"0", Constant(0), "0%"},
		{"100%", Constant(1), "100%"},
		{"50%..100%", Uniform{0.5, 1}, "uniform(50%, 100%)"},
		{"0%..100%", Uniform{0, 1}, "uniform(0%, 100%)"},
		{"0..20%", Uniform{0, 0.2}, "uniform(0%, 20%)"},
		{"20%..40%..90%", TwoPieceLogitNormalFrom(0.2, 0.4, 0.9), "20%..40%..90%"},
		{"pert(0%, 40%, 100%)", PERT{0, 0.4, 1}, "pert(0%, 40%, 100%)"},
	})
}

func TestParseEffort(t *testing.T) {
	checkReads(t, Effort, Amount, 0, []read{
		{"10d..30d", LogNormalFrom(10, 30), "10d..30d"},
		{"10..30d", LogNormalFrom(10, 30), "10d..30d"},
		{"10-30 days", LogNormalFrom(10, 30), "10d..30d"},
		{"10 to 30 person-days", LogNormalFrom(10, 30), "10d..30d"},
		{"10..30 working days", LogNormalFrom(10, 30), "10d..30d"},
		{"2w..1m", LogNormalFrom(10, 20), "10d..20d"},
		{"2 weeks", Constant(10), "10d"},
		{"a week", Constant(5), "5d"},
		{"one month", Constant(20), "20d"},
		{"0.5d", Constant(0.5), "0.5d"},
		{"3 pd", Constant(3), "3d"},
		{"0", Constant(0), "0d"},
		{"0..5d", Uniform{0, 5}, "uniform(0d, 5d)"},
		{"3d..5d..12d", TwoPieceLogNormalFrom(3, 5, 12), "3d..5d..12d"},
		{"pert(3d, 5d, 12d)", PERT{3, 5, 12}, "pert(3d, 5d, 12d)"},
		{"pert(3, 5, 12 days)", PERT{3, 5, 12}, "pert(3d, 5d, 12d)"},
		{"1 200d", Constant(1200), "1200d"},
	})
}

func TestParseDuration(t *testing.T) {
	checkReads(t, Duration, Amount, 0, []read{
		{"6 weeks", Constant(42 / 365.25), "6 weeks"},
		{"7 days", Constant(7 / 365.25), "1 week"},
		{"10 days", Constant(10 / 365.25), "10 days"},
		{"2 years", Constant(2), "2 years"},
		{"1 years", Constant(1), "1 year"},
		{"two years", Constant(2), "2 years"},
		{"a year", Constant(1), "1 year"},
		{"3 quarters", Constant(0.75), "9 months"},
		{"18 months", Constant(1.5), "1.5 years"},
		{"7 months", Constant(7.0 / 12), "7 months"},
		{"48 hours", Constant(2 / 365.25), "2 days"},
		{"0", Constant(0), "0 days"},
		{"2-4 weeks", LogNormalFrom(14/365.25, 28/365.25), "2 weeks..4 weeks"},
		{"0..2 weeks", Uniform{0, 14 / 365.25}, "uniform(0 days, 2 weeks)"},
	})
}

func TestParseCount(t *testing.T) {
	checkReads(t, Count, Amount, 0, []read{
		{"31 000", Constant(31e3), "31k"},
		{"500..2k", LogNormalFrom(500, 2e3), "500..2000"},
		{"1.2 million", Constant(1.2e6), "1.2M"},
		{"two", Constant(2), "2"},
		{"79,404", Constant(79404), "79404"},
	})
}

func TestParseWorth(t *testing.T) {
	checkReads(t, Worth, Amount, 0, []read{
		{"60k..220k per year", LogNormalFrom(60e3, 220e3), "60k..220k per year"},
		{"60k", Constant(60e3), "60k per year"},
	})
	checkReads(t, Worth, Points, 0, []read{
		{"5 points", Constant(5), "5 points"},
		{"3..8 pts", LogNormalFrom(3, 8), "3..8 points"},
		{"0..8 points", Uniform{0, 8}, "uniform(0, 8 points)"},
		{"1.0010..5 points", LogNormalFrom(1.001, 5), "1.0010..5 points"},
		{"pert(1, 5, 13 points)", PERT{1, 5, 13}, "pert(1, 5, 13 points)"},
	})
	for _, c := range []struct {
		text, anchor string
		want         Dist
	}{
		{"5 points", "60k per year", Constant(37500)},
		{"3..8 points", "60k per year", Scaled{LogNormalFrom(3, 8), 7500}},
		{"4 points", "40k..80k per year", Scaled{LogNormalFrom(40e3, 80e3), 0.5}},
		{"0 points", "40k..80k per year", Constant(0)},
	} {
		q, err := Parse(c.text, Worth, Env{Currency: "GBP", Scale: Scale{PointValue: 8, PointWorth: c.anchor}})
		if err != nil || q.Dist() != c.want {
			t.Errorf("%q at %q: %#v, %v; want %#v", c.text, c.anchor, q.Dist(), err, c.want)
		}
	}
}

func TestParseCurrencies(t *testing.T) {
	for _, c := range []struct{ text, currency string }{
		{"€20k..€400k", "EUR"},
		{"20k€", "EUR"},
		{"20 k EUR", "EUR"},
		{"20k euros", "EUR"},
		{"$20k", "USD"},
		{"US$20k", "USD"},
		{"A$20k", "AUD"},
		{"$20k", "AUD"},
		{"¥20k", "JPY"},
		{"¥20k", "CNY"},
		{"20k kr", "SEK"},
		{"20k zł", "PLN"},
		{"CHF 20'000", "CHF"},
		{"₹20k", "INR"},
		{"20k", ""},
		{"$20k..20k USD", "USD"},
		{"$20k..A$30k", "AUD"},
		{"$20k..30k AUD", ""},
	} {
		if _, err := Parse(c.text, Money, Env{Currency: c.currency}); err != nil {
			t.Errorf("%q in %q: %v", c.text, c.currency, err)
		}
	}
}

func TestParseWarnings(t *testing.T) {
	for _, c := range []struct {
		text string
		kind Kind
		want string // "" for none
	}{
		{"1..50000", Money, ""},
		{"1..50200", Money, "so wide"}, // the mean passes the upper end at exp(4·1.6449²) = 50 120
		{"1..10..100000", Money, "so wide"},
		{"0..1M", Money, ""},
		{"0.0001..10 per year", Likelihood, "so wide"},
		{"remote chance", Likelihood, "1 in 79 years"},
		{"remote chance within 10 years", Likelihood, "1 in 390 years"},
		{"remote chance within 6 months", Likelihood, ""}, // 5 % a year and more
		{"low", Likelihood, "state a rate"},
		{"very likely", Likelihood, ""},
		{"1% per year", Likelihood, ""}, // a number, not a word
		{"1 in 40 years", Likelihood, ""},
	} {
		q, err := Parse(c.text, c.kind, pounds())
		if err != nil {
			t.Errorf("%q: %v", c.text, err)
			continue
		}
		got := strings.Join(q.Warnings, "|")
		if (c.want == "") != (got == "") || !strings.Contains(got, c.want) {
			t.Errorf("%q: warnings %q, want %q", c.text, got, c.want)
		}
	}
}

// Every quantity text of the published example of the file format.
func TestParseExampleFile(t *testing.T) {
	for kind, texts := range map[Kind][]string{
		Money:      {"650", "100k", "1M", "1k..20k", "20k..200k", "200k..3M", "200k..4M", "50k..1M", "20k..100k", "low", "25k", "2k", "30k"},
		Yearly:     {"60k per year", "9k per year", "0", "0..80k per year"},
		Likelihood: {"1%..10% per year", "10%..50% per year", "50%..95% per year", "very likely within 2 years", "low"},
		Share:      {"5%", "50%", "20%", "2%", "20%..40%", "40%..60%", "60%..85%", "85%..97%", "0.1%..1%", "40%..80%", "70%..95%", "10%..30%", "most"},
		Effort:     {"1d..5d", "5d..20d", "20d..80d", "15d..40d", "3d..6d", "40d..60d", "medium", "120d"},
		Duration:   {"2 years", "7 days", "6 weeks"},
		Count:      {"31 000"},
		Worth:      {"100k..300k per year", "5 points"},
	} {
		for _, text := range texts {
			q, err := Parse(text, kind, pounds())
			if err != nil {
				t.Errorf("%q as %v: %v", text, kind, err)
			} else if m := q.Mean(); !(m >= 0) || math.IsInf(m, 0) {
				t.Errorf("%q as %v: mean %v", text, kind, m)
			}
		}
	}
}
