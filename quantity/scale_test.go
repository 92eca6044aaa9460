package quantity

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

// The yardstick as published: PHIA, "Professional Head of Intelligence
// Assessment – Probability Yardstick", 2019; its outer bands end at 5 % and
// begin at 95 %.
func TestDefaultScaleIsTheYardstick(t *testing.T) {
	for word, want := range map[string]Dist{
		"remote chance":         Uniform{0, 0.05},
		"highly unlikely":       LogitNormalFrom(0.10, 0.20),
		"unlikely":              LogitNormalFrom(0.25, 0.35),
		"realistic possibility": LogitNormalFrom(0.40, 0.50),
		"likely":                LogitNormalFrom(0.55, 0.75),
		"probable":              LogitNormalFrom(0.55, 0.75),
		"highly likely":         LogitNormalFrom(0.80, 0.90),
		"very likely":           LogitNormalFrom(0.80, 0.90),
		"almost certain":        LogitNormalFrom(0.95, 0.99),
	} {
		q, err := Parse(word, Likelihood, pounds())
		if err != nil || q.Stated != want || q.Over != 2 || q.Word != word || q.Scale != "phia+workshop v1" {
			t.Errorf("%q: %#v over %v, %q of %q, %v; want %#v", word, q.Stated, q.Over, q.Word, q.Scale, err, want)
		}
	}
}

// Every word of the default scale reads, and reads again from its canonical form.
func TestDefaultScaleReads(t *testing.T) {
	for _, kind := range []Kind{Likelihood, Money, Effort, Share} {
		words := DefaultScale().words(kind)
		for _, w := range slices.Sorted(maps.Keys(words)) {
			q, err := Parse(w, kind, pounds())
			if err != nil {
				t.Errorf("%q: %v", w, err)
				continue
			}
			plain, wrong := ParseNumbers(words[w], kind, pounds())
			if wrong != nil || plain.Stated != q.Stated || plain.Over != q.Over {
				t.Errorf("%q: %#v over %v, but its meaning is %#v over %v, %v", w, q.Stated, q.Over, plain.Stated, plain.Over, wrong)
			}
		}
	}
}

func TestWordForms(t *testing.T) {
	env := pounds()
	env.Scale = Scale{
		Name: "team", Version: 3,
		Likelihood: map[string]string{"Now-and-then": "30%", "low": "1 in 40 years", "level 4": "3 per year", "peu fréquent": "5% per year"},
		Impact:     map[string]string{"P1": "£1M..£5M", "a scratch": "100..500"},
	}
	for _, c := range []struct {
		text        string
		kind        Kind
		word, scale string
		over        float64
	}{
		{"now and then", Likelihood, "now and then", "team v3", 2},
		{"NOW AND THEN within 5 years", Likelihood, "now and then", "team v3", 5},
		{"now_and_then", Likelihood, "now and then", "team v3", 2},
		{"low", Likelihood, "low", "team v3", 0},
		{"medium", Likelihood, "medium", "phia+workshop v1", 1},
		{"Level 4", Likelihood, "level 4", "team v3", 0},
		{"peu fréquent", Likelihood, "peu fréquent", "team v3", 1},
		{"p1", Money, "p1", "team v3", 0},
		{"an almost certain", Likelihood, "almost certain", "phia+workshop v1", 2},
		{"A Realistic\u00a0Possibility in the next 6 months", Likelihood, "realistic possibility", "phia+workshop v1", 0.5},
		{"scratch", Money, "scratch", "team v3", 0},
		{"a scratch", Money, "scratch", "team v3", 0},
		{"nearly-all", Share, "nearly all", "phia+workshop v1", 0},
	} {
		q, err := Parse(c.text, c.kind, env)
		if err != nil {
			t.Errorf("%q: %v", c.text, err)
			continue
		}
		if q.Word != c.word || q.Scale != c.scale || q.Over != c.over {
			t.Errorf("%q: word %q of %q over %v, want %q of %q over %v", c.text, q.Word, q.Scale, q.Over, c.word, c.scale, c.over)
		}
		again, err := Parse(q.Format(), c.kind, env)
		if err != nil || !again.same(q) {
			t.Errorf("%q: formats as %q, which reads as %#v, %v", c.text, q.Format(), again, err)
		}
	}
}

func TestParseNumbersKnowsNoWords(t *testing.T) {
	for word, kind := range map[string]Kind{"low": Money, "very likely": Likelihood, "most": Share, "high within 2 years": Likelihood} {
		if q, err := ParseNumbers(word, kind, pounds()); err == nil {
			t.Errorf("%q reads as %q", word, q.Format())
		}
	}
}

// A scale cannot give a number another meaning, nor a word one of another kind.
func TestWordsDoNotShadowNumbers(t *testing.T) {
	env := pounds()
	env.Scale.Impact = map[string]string{"5": "1M", "cheap": "10..20"}
	if q, err := Parse("5", Money, env); err != nil || q.Stated != Constant(5) {
		t.Errorf("5: %#v, %v", q.Stated, err)
	}
	if _, err := Parse("cheap", Effort, env); err == nil || strings.Contains(err.Error(), "cheap,") {
		t.Errorf("a word for money as effort: %v", err)
	}
}

func TestScaleString(t *testing.T) {
	for want, s := range map[string]Scale{
		"phia+workshop v1": DefaultScale(),
		"unnamed scale":    {},
		"team":             {Name: "team"},
		"unnamed scale v2": {Version: 2},
	} {
		if s.String() != want {
			t.Errorf("%q, want %q", s.String(), want)
		}
	}
}

func TestNearest(t *testing.T) {
	known := []string{"almost certain", "high", "likely", "low", "medium", "unlikely", "very likely"}
	for w, want := range map[string]string{
		"likly": "likely", "unlikly": "unlikely", "hihg": "high", "lo": "low", "very likley": "very likely", "banana": "", "medum": "medium", "": "",
	} {
		if got := nearest(known, w); got != want {
			t.Errorf("nearest to %q is %q, want %q", w, got, want)
		}
	}
}
