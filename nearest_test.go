package parley_test

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/quantity"
)

func TestNearest(t *testing.T) {
	fields := []string{"id", "title", "likelihood", "impact", "cost", "requires", "lead_time"}
	for text, want := range map[string]string{
		"likelyhood": "likelihood", "Likelihood": "likelihood", "tilte": "title", "titel": "title", "impct": "impact",
		"lead-time": "lead_time", "require": "requires", "cots": "cost", "colour": "", "ix": "", "x": "", "": "",
		strings.Repeat("likelihood", 10): "",
	} {
		if got := parley.Nearest(text, fields); got != want {
			t.Errorf("Nearest(%q) = %q, want %q", text, got, want)
		}
	}
	if got := parley.Nearest("cart", []string{"card", "cast", "cart"}); got != "cart" {
		t.Errorf("%q is nearer than the word itself", got)
	}
}

// One slip in a word of five letters or more is always mended.
func TestNearestMendsOneSlip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.StringMatching(`[a-z]{5,12}`).Draw(t, "word")
		i := rapid.IntRange(0, len(word)-2).Draw(t, "at")
		slips := []string{
			word[:i] + word[i+1:],
			word[:i] + "é" + word[i:],
			word[:i] + "é" + word[i+1:],
			word[:i] + word[i+1:i+2] + word[i:i+1] + word[i+2:],
		}
		for _, s := range slips {
			if got := parley.Nearest(s, []string{"0000000000000", word}); got != word {
				t.Fatalf("Nearest(%q) = %q, want %q", s, got, word)
			}
		}
	})
}

func TestCurrencies(t *testing.T) {
	all := parley.Currencies()
	if !slices.IsSorted(all) || len(slices.Compact(slices.Clone(all))) != len(all) {
		t.Error("the list is not sorted, or names one twice")
	}
	for _, code := range all {
		if len(code) != 3 || strings.ToUpper(code) != code || !parley.ValidCurrency(code) {
			t.Errorf("%q is not a code", code)
		}
		if _, err := quantity.Parse(code+" 20k..400k", quantity.Money, quantity.Env{Currency: code}); err != nil {
			t.Errorf("a product may use %s, and its amounts are not read: %v", code, err)
		}
	}
	for _, code := range []string{"", "gbp", "GBPX", "XAU", "XXX", "XTS", "DEM", "£"} {
		if parley.ValidCurrency(code) {
			t.Errorf("%q is taken", code)
		}
	}
}

func TestSlug(t *testing.T) {
	for _, c := range []struct {
		text  string
		limit int
		want  string
	}{
		{"Web shop", 24, "web-shop"},
		{"  SQL injection — in the search!", 64, "sql-injection-in-the-search"},
		{"SQL injection in the search form", 16, "sql-injection-in"},
		{"SQL injection in the search form", 15, "sql-injection"},
		{"Donaudampfschifffahrt", 8, "donaudam"},
		{"日本", 24, "item"},
		{"Prüfung über Größe", 24, "pruefung-ueber-groesse"},
		{"ÄRGER MIT ÖL", 24, "aerger-mit-oel"},
		{"Café à la crème, señor Łukasz", 40, "cafe-a-la-creme-senor-lukasz"},
		{"Pru\u0308fung", 24, "prufung"},
		{"Somebody's laptop", 24, "somebodys-laptop"},
		{"", 24, "item"},
	} {
		if got := parley.Slug(c.text, c.limit); got != c.want {
			t.Errorf("Slug(%q, %d) = %q, want %q", c.text, c.limit, got, c.want)
		}
	}
}

func TestSlugIsAnID(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String().Draw(t, "text")
		if id := parley.Slug(text, 24); !parley.ValidID(id) || len(id) > 24 {
			t.Fatalf("Slug(%q) = %q", text, id)
		}
	})
}

func TestValidID(t *testing.T) {
	for id, want := range map[string]bool{
		"a": true, "007": true, "SHOP-T12": true, "a_b.c-d": true, strings.Repeat("a", 64): true,
		"": false, "-a": false, ".": false, "_x": false, "a b": false, "a/b": false, "é": false, "a\n": false, strings.Repeat("a", 65): false,
	} {
		if got := parley.ValidID(id); got != want {
			t.Errorf("ValidID(%q) = %v", id, got)
		}
	}
}

func TestSuggest(t *testing.T) {
	many := strings.Fields("a1 b2 c3 d4 e5 f6 g7 h8 i9")
	for _, c := range []struct {
		text  string
		known []string
		want  string
	}{
		{"laek", []string{"leak", "replay"}, "did you mean leak?"},
		{"SHPO-D1", []string{"SHOP-D1", "SHOP-D2"}, "did you mean SHOP-D1?"},
		{"SHOP-D9", []string{"SHOP-D1", "SHOP-D2"}, "there are: SHOP-D1, SHOP-D2"},
		{"flood", []string{"leak"}, "there is: leak"},
		{"flood", nil, ""},
		{"flood", many, "there are: a1, b2, c3, d4, e5, f6, g7, h8 and 1 more"},
		{"Fire", []string{"printer-on-fire", "flood"}, "did you mean printer-on-fire?"},
		{"fire", []string{"printer-on-fire", "firewall", "flood"}, "there are: printer-on-fire, firewall"},
		{"on", []string{"printer-on-fire", "flood"}, "there are: printer-on-fire, flood"},
		{"flood", many[:8], "there are: a1, b2, c3, d4, e5, f6, g7, h8"},
	} {
		if got := parley.Suggest(c.text, c.known); got != c.want {
			t.Errorf("Suggest(%q, %q) = %q, want %q", c.text, c.known, got, c.want)
		}
	}
}

func TestMeant(t *testing.T) {
	const all = "one of those"
	for text, want := range map[string]string{
		"acept":    "did you mean accept?",
		"Transfre": "did you mean transfer?",
		"dismiss":  all,
		"":         all,
	} {
		if got := parley.Meant(text, parley.Kinds(), all); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
