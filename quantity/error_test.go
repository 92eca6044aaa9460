package quantity

import (
	"errors"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// Each mistake has one clear error: the column, a part of the problem and of
// what would be right.
func TestParseErrors(t *testing.T) {
	for _, c := range []struct {
		text    string
		kind    Kind
		col     int
		problem string
		want    string
	}{
		{"", Money, 1, "nothing is stated", "20k..400k"},
		{"   ", Money, 1, "nothing is stated", "20k..400k"},
		{"20k", None, 1, "what kind", ""},
		{"20-400k", Money, 1, "two ways: 20..400k or 20k..400k", "20k..400k or 20..400k"},
		{"20..400k", Money, 1, "two ways", "20k..400k or 20..400k"},
		{"1..2..3M", Money, 1, "two ways", "1M..2M..3M or 1..2..3M"},
		{"£20-£400k", Money, 1, "two ways", "20k..400k"},
		{"1..5k per year", Likelihood, 1, "two ways", "1k..5k"},
		{"20k..400", Money, 1, "upside down", "20k..400k or 400..20k"},
		{"400k..20", Money, 1, "two ways", "20..400k"},
		{"1.200,50", Money, 1, "two ways: 1200.50 or 1.20050", "1200.50"},
		{"1,50", Money, 1, "two ways: 1.50 or 150", "1.50"},
		{"20k..1,5M", Money, 6, "two ways: 1.5 or 15", "1.5"},
		{"1.200", Money, 1, "two ways: 1200 or 1.2000", "1200"},
		{"1.200..3.400", Count, 1, "two ways", "1200"},
		{"1.200.000", Money, 1, "do not add up", "1200000"},
		{"12,34,567", Money, 1, "do not add up", "1234567"},
		{"1.2.3", Money, 1, "do not add up", ""},
		{"1'00", Money, 1, "do not add up", ""},
		{"1,200 000", Money, 7, "second number", ""},
		{".5", Money, 1, "digit before the point", "0.5"},
		{"5.", Money, 2, "cannot read “.”", ""},
		{"1e6", Money, 1, "exponent", "1.2M"},
		{"1E+6", Money, 1, "exponent", "1.2M"},
		{"0x10", Money, 1, "decimal", ""},
		{"NaN", Money, 1, "not a number", ""},
		{"1..inf", Money, 4, "not a number", ""},
		{"Infinity per year", Likelihood, 1, "not a number", ""},
		{"-5k", Money, 1, "negative", ""},
		{"£-5k", Money, 2, "negative", ""},
		{"1k..-5k", Money, 5, "negative", ""},
		{"−5d", Effort, 1, "negative", ""},
		{"400k..20k", Money, 1, "upside down", "20k..400k"},
		{"30d..10d", Effort, 1, "upside down", "10d..30d"},
		{"60%..20%", Share, 1, "upside down", "20%..60%"},
		{"60%..20% within 2 years", Likelihood, 1, "upside down", "20%..60%"},
		{"3..0.5 per year", Likelihood, 1, "upside down", "0.5..3 per year"},
		{"1 in 5..1 in 10", Likelihood, 1, "upside down", "10%..20%"},
		{"20k..500k..400k", Money, 1, "upside down", "20k..400k..500k"},
		{"20k..20k..400k", Money, 6, "middle", "pert(20k, 20k, 400k)"},
		{"0..20k..400k", Money, 1, "touch 0", "pert(0, 20k, 400k)"},
		{"10%..50%..100%", Share, 1, "touch 0 or 100%", "pert(10%, 50%, 100%)"},
		{"20k-100k-400k", Money, 9, "three points", "20k..100k..400k"},
		{"1..2..3..4", Money, 8, "two or three points", ""},
		{"pert(5k, 1k, 9k)", Money, 6, "upside down", "pert(1k, 5k, 9k)"},
		{"pert(5k, 5k, 5k)", Money, 6, "ends are the same", "5k"},
		{"pert(5k, 9k)", Money, 1, "three values", "pert(20k, 100k, 900k)"},
		{"uniform(1,000, 2,000)", Money, 1, "two values", "uniform(20k, 400k)"},
		{"uniform(5k, 1k)", Money, 9, "upside down", "uniform(1k, 5k)"},
		{"uniform(5k, 5k)", Money, 9, "ends are the same", ""},
		{"uniform(1k, 5k", Money, 15, "bracket", ""},
		{"uniform()", Money, 9, "number is wanted", ""},
		{"lognormal(0, 5k)", Money, 11, "cannot reach 0", "uniform(0, 5k)"},
		{"lognormal(1%, 5%)", Share, 11, "never log-normal", "1%..5%"},
		{"triangular(1k, 2k, 5k)", Money, 1, "no distribution “triangular”", "pert("},
		{"€20k", Money, 1, "“€” is not the product's, GBP", "GBP"},
		{"20k EUR", Money, 5, "“EUR” is not the product's", "GBP"},
		{"20k..400k usd", Money, 11, "“usd” is not the product's", "GBP"},
		{"A$20k", Money, 1, "not the product's", "GBP"},
		{"£20k GBP", Money, 6, "twice", ""},
		{"£20%", Share, 1, "not money", "40%..80%"},
		{"£5", Count, 1, "not money", ""},
		{"20k..400k foo", Money, 11, "cannot read “foo”", ""},
		{"20kk", Money, 3, "cannot read “kk”", ""},
		{"5 6", Money, 3, "second number", ""},
		{"£", Money, 2, "number is missing", ""},
		{"20k..", Money, 6, "number is missing", ""},
		{"20k..400k per year", Money, 11, "per year", ""},
		{"20k within 2 years", Yearly, 5, "per year", "3k..6k per year"},
		{"20k per", Yearly, 8, "unit of time", ""},
		{"about 20k", Money, 1, "range", "20k..400k"},
		{"up to 20k", Money, 1, "one end only", ""},
		{"1 000 000 000 000 000 000", Money, 1, "absurdly large", ""},
		{strings.Repeat("9", 40), Money, 1, "too many digits", ""},
		{"0.0000000000001", Money, 1, "too small", "0"},
		{"0.000001..999999999k", Money, 1, "two ways", ""},
		{"0.000001..999999999999", Money, 1, "absurdly wide", ""},
		{"2000000000 days", Effort, 1, "absurdly large", ""},
		{"20000 years", Duration, 1, "absurdly large", ""},
		{"2000k per year", Likelihood, 1, "absurdly large", ""},
		{strings.Repeat("1", 201), Money, 1, "too long", ""},
		{"20k\xff", Money, 1, "UTF-8", ""},
		{"20k\x1b[31m", Money, 4, "cannot read", ""},
		{"20k\u202e", Money, 4, "cannot read", ""},
		{"20k!", Money, 4, "cannot read “!”", ""},

		{"0.3", Likelihood, 1, "bare number", "30% within 2 years or 0.3 per year"},
		{"0.1..0.3", Likelihood, 1, "bare number", "10%..30% within 2 years or 0.1..0.3 per year"},
		{"30", Likelihood, 1, "bare number", "30% within 2 years or 30 per year"},
		{"0.3 within 5 years", Likelihood, 1, "bare number", "30% within 5 years or 0.3 per year"},
		{"300", Likelihood, 1, "bare number", "300 per year"},
		{"0", Likelihood, 1, "bare number", "0% within 2 years"},
		{"100%", Likelihood, 1, "100%", "99% within 2 years, or a rate"},
		{"50%..100%", Likelihood, 6, "endless rate", "rate"},
		{"120%", Likelihood, 1, "100%", "rate"},
		{"3 in 2", Likelihood, 1, "100%", "rate"},
		{"99.9999999999%", Likelihood, 1, "nearly", "rate"},
		{"20%..60", Likelihood, 6, "one end has a unit", ""},
		{"1 in 0 years", Likelihood, 6, "“in 0”", ""},
		{"1 in 5..0 years", Likelihood, 9, "“in 0”", ""},
		{"once", Likelihood, 5, "how often", "once every 10 years"},
		{"once twice a year", Likelihood, 6, "how often", "once every 10 years"},
		{"once or thrice a year", Likelihood, 9, "goes on with “twice”", "once or twice a year"},
		{"once or twice", Likelihood, 14, "how often", "once every 10 years"},
		{"once every 0 years", Likelihood, 12, "“every 0”", ""},
		{"once every 10", Likelihood, 14, "unit of time", "once every 10 years"},
		{"once every 10 apples", Likelihood, 15, "unit of time", "once every 10 years"},
		{"once every foo", Likelihood, 12, "unit of time", ""},
		{"every uniform(5 years, 8 years)", Likelihood, 7, "unit of time", ""},
		{"30% within", Likelihood, 11, "unit of time", ""},
		{"30% within 2", Likelihood, 13, "unit of time", ""},
		{"30% within 2 apples", Likelihood, 14, "unit of time", ""},
		{"30% within 0 years", Likelihood, 12, "timeframe lies between", "within 2 years"},
		{"30% within 20000 years", Likelihood, 12, "timeframe lies between", ""},
		{"30% within 2 years or so", Likelihood, 20, "cannot read “or”", ""},
		{"likly", Likelihood, 1, "nearest is “likely”", "almost certain, high,"},
		{"likly within 2 years", Likelihood, 1, "nearest is “likely”", ""},
		{"gut feeling", Likelihood, 1, "“gut feeling” is not a word of the scale", "one of almost certain"},
		{"low within 2 years", Likelihood, 5, "already means “1%..10% per year”", "low"},
		{"very likely within", Likelihood, 19, "unit of time", ""},
		{"most within 2 years", Share, 1, "is not a word", ""},

		{"0.7", Share, 1, "percent", "70%"},
		{"0.5..0.7", Share, 1, "percent", "50%..70%"},
		{"70", Share, 1, "percent", "70%"},
		{"700", Share, 1, "percent", "40%..80%"},
		{"120%", Share, 1, "between 0% and 100%", ""},
		{"50%..120%", Share, 6, "between 0% and 100%", ""},
		{"30% within 2 years", Share, 5, "no timeframe", ""},
		{"99.99999999999%", Share, 1, "close to 100%", "100%"},
		{"sme", Share, 1, "nearest is “some”", "half, high, low, medium, most, nearly all, some"},

		{"15", Effort, 1, "unit is missing", "15d"},
		{"10d..30", Effort, 6, "unit is missing", "30d"},
		{"4 hours", Effort, 3, "days, weeks (5 days) and months (20 days)", ""},
		{"2 years", Effort, 3, "days, weeks", ""},
		{"2M", Effort, 2, "M is a million", "2m"},
		{"5", Duration, 1, "unit is missing", "5 weeks"},
		{"5 parsecs", Duration, 3, "cannot read “parsecs”", "6 weeks"},
		{"many", Count, 1, "cannot read “many”", "31 000"},
		{"3 points..8k", Worth, 11, "one end is in points", "5..8 points"},
		{"5 points", Money, 3, "cannot read “points”", ""},
	} {
		_, err := Parse(c.text, c.kind, pounds())
		var pe *ParseError
		if !errors.As(err, &pe) {
			t.Errorf("%q: error %v, want a *ParseError", c.text, err)
			continue
		}
		if pe.Column != c.col || !strings.Contains(pe.Problem, c.problem) || !strings.Contains(pe.Want, c.want) {
			t.Errorf("%q: column %d: %s; write: %s\nwant column %d: …%s…; write: …%s…", c.text, pe.Column, pe.Problem, pe.Want, c.col, c.problem, c.want)
		}
		if pe.Want == "" && c.kind != None {
			t.Errorf("%q: no example of what would be right", c.text)
		}
	}
}

func TestParseErrorsOfEnv(t *testing.T) {
	for _, c := range []struct {
		text    string
		kind    Kind
		env     Env
		problem string
	}{
		{"30%", Likelihood, Env{}, "no horizon is known"},
		{"very likely", Likelihood, Env{}, "no horizon is known"},
		{"$5..£6", Money, Env{}, "different currencies"},
		{"5 points", Worth, Env{}, "no price"},
		{"5 points", Worth, Env{Scale: Scale{PointValue: 8}}, "no price"},
		{"5 points", Worth, Env{Scale: Scale{PointValue: 8, PointWorth: "lots"}}, "“lots”, which cannot be read"},
		{"3..5 points", Worth, Env{Scale: Scale{PointValue: 8, PointWorth: "1k..2k"}}, "single amount"},
		{"low", Money, Env{Scale: Scale{Impact: map[string]string{"low": "few"}}}, "“low” means “few”, which cannot be read"},
		{"low", Money, Env{Scale: Scale{Impact: map[string]string{"low": "high", "high": "low"}}}, "which cannot be read"},
		{"rare", Likelihood, Env{Scale: Scale{Likelihood: map[string]string{"rare": "1 in 40 years"}}}, ""},
		{"rare within 2 years", Likelihood, Env{Scale: Scale{Likelihood: map[string]string{"rare": "1 in 40 years"}}}, "already means"},
	} {
		_, err := Parse(c.text, c.kind, c.env)
		switch {
		case c.problem == "" && err != nil:
			t.Errorf("%q: %v", c.text, err)
		case c.problem != "" && (err == nil || !strings.Contains(err.Error(), c.problem)):
			t.Errorf("%q: %v, want …%s…", c.text, err, c.problem)
		}
	}
}

func TestParseErrorText(t *testing.T) {
	_, err := Parse("20-400k", Money, pounds())
	want := "the range may be read in two ways: 20..400k or 20k..400k\n" +
		"    20-400k\n" +
		"    ^\n" +
		"  write: 20k..400k or 20..400k"
	if err.Error() != want {
		t.Errorf("got\n%s\nwant\n%s", err, want)
	}
	_, err = Parse("20k..400k EUR", Money, pounds())
	var pe *ParseError
	if !errors.As(err, &pe) {
		t.Fatal(err)
	}
	if got, want := pe.Line(), "“20k..400k EUR”: column 11: the currency “EUR” is not the product's, GBP; write: the amount in GBP"; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if got, want := pe.Excerpt(), "    20k..400k EUR\n              ^"; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if got := (&ParseError{Problem: "bad"}).Line(); got != "bad" {
		t.Errorf("without text: %q", got)
	}
}

// The caret stays under its character, and the excerpt short, in a long text.
func TestParseErrorExcerptOfLongText(t *testing.T) {
	text := strings.Repeat("a", 90) + "!" + strings.Repeat("b", 90)
	lines := strings.Split((&ParseError{Text: text, Column: 91}).Excerpt(), "\n")
	if i := strings.IndexByte(lines[1], '^'); len(lines[0]) > 64 || lines[0][i] != '!' {
		t.Errorf("excerpt:\n%s\n%s", lines[0], lines[1])
	}
}

// Hostile text reaches a terminal or a page only with its teeth drawn.
func TestParseErrorIsSafeToPrint(t *testing.T) {
	for _, text := range []string{
		"20k\x1b[2J", "\u202e20k", "20k\u2066x\u2069", "20k\x00", "20k\x9b31m", "k\u0301\u0302\u0303 20k", "20k\u200b", "\ufeff20k", "20k\r\nok", "20k\tx",
		"\xff\xfe", "la\u0308w", "\U000e0041", "20k " + strings.Repeat("\u0301", 60), "low\u2028high",
	} {
		for kind := Money; kind <= Worth; kind++ {
			_, err := Parse(text, kind, Env{Currency: "GBP\x1b", Horizon: 2})
			if err == nil {
				continue
			}
			var pe *ParseError
			if !errors.As(err, &pe) {
				t.Fatalf("%q: %v", text, err)
			}
			for _, out := range []string{pe.Error(), pe.Line(), pe.Excerpt()} {
				for _, r := range strings.ReplaceAll(out, "\n", "") {
					if !unicode.IsPrint(r) || unicode.Is(unicode.M, r) {
						t.Errorf("%q: %q contains %U", text, out, r)
					}
				}
				if !utf8.ValidString(out) {
					t.Errorf("%q: %q is not UTF-8", text, out)
				}
			}
			if n := strings.Count(pe.Line(), "\n"); n != 0 {
				t.Errorf("%q: one line has %d more", text, n)
			}
			if n := strings.Count(pe.Error(), "\n"); n > 3 {
				t.Errorf("%q: the error has %d lines", text, n+1)
			}
		}
	}
}
