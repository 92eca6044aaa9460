package main

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/negotiate"
)

func TestTable(t *testing.T) {
	tab := table{head: []string{"Threat", "", "Share of bad years", "Average a year"}, left: 2}
	tab.add("leak", "Customer records stolen through SQL injection", "about 42%", "£1.7M")
	tab.add("replay", "A paid order is replayed", "none", "£2k")
	for _, c := range []struct {
		width int
		want  string
	}{
		{100, `
Threat                                                 Share of bad years  Average a year
leak    Customer records stolen through SQL injection           about 42%           £1.7M
replay  A paid order is replayed                                     none             £2k
`},
		{60, `
Threat                                     Share of  Average
                                          bad years   a year
leak    Customer records stolen through   about 42%    £1.7M
        SQL injection
replay  A paid order is replayed               none      £2k
`},
	} {
		if got := "\n" + tab.text(c.width); got != c.want {
			t.Errorf("in %d columns:%swant%s", c.width, got, c.want)
		}
	}
	narrow := table{head: []string{"Threat", "What it is", "Average a year"}, left: 2}
	narrow.add("a 0 0 0 0 0 0 0 0 0 0 000 000000000", "a", "0")
	for _, line := range strings.Split(narrow.text(52), "\n") {
		if plain.Width(line) > 52 {
			t.Errorf("%q is wider than 52 columns", line)
		}
	}
	if got := (&table{head: []string{"Threat"}}).text(80); got != "" {
		t.Errorf("a table without rows is %q", got)
	}
}

// TestTableCutsNothing: whatever stands in the cells, every word of them is
// printed, and no line is wider than the width where the columns leave room.
func TestTableCutsNothing(t *testing.T) {
	cell := rapid.StringMatching(`[a-zé£]{1,9}( [a-z0-9]{1,9}){0,12}`)
	rapid.Check(t, func(t *rapid.T) {
		tab := table{head: []string{"Threat", "What it is", "Average a year"}, left: 2}
		var words []string
		for range rapid.IntRange(1, 5).Draw(t, "rows") {
			row := []string{cell.Draw(t, "id"), cell.Draw(t, "title"), rapid.StringMatching(`[0-9]{1,6}`).Draw(t, "number")}
			tab.add(row...)
			for _, c := range row {
				words = append(words, strings.Fields(c)...)
			}
		}
		width := rapid.IntRange(2*narrowest+20, 120).Draw(t, "width")
		text := tab.text(width)
		for _, w := range words {
			if !strings.Contains(text, w) {
				t.Fatalf("%q is not in\n%s", w, text)
			}
		}
		for _, line := range strings.Split(text, "\n") {
			if plain.Width(line) > width {
				t.Fatalf("%d columns, want %d at most: %q", plain.Width(line), width, line)
			}
		}
	})
}

func TestTableIsHarmless(t *testing.T) {
	tab := table{head: []string{"Threat"}, left: 1}
	tab.add("red \x1b[31m\n\u202eword")
	if got := tab.text(80); strings.ContainsAny(got, "\x1b\u202e") || strings.Count(got, "\n") != 2 {
		t.Errorf("the table is %q", got)
	}
}

func TestLimitText(t *testing.T) {
	for _, c := range []struct {
		limit negotiate.LimitResult
		want  string
	}{
		{negotiate.LimitResult{Loss: 100_000, Chance: 0.6234, ChanceAllowed: 0.2, Breached: true}, "Over your limit: more than £100k lost in 62 of 100 years (20 allowed)."},
		{negotiate.LimitResult{Loss: 1e6, Chance: 0.004, ChanceAllowed: 0.02}, "Within your limit: more than £1M lost in 0.4 of 100 years (2 allowed)."},
		{negotiate.LimitResult{Loss: 1e6, Chance: 0.021, ChanceAllowed: 0.02, Breached: true, TooClose: true}, "Too close to call: more than £1M lost in 2 of 100 years (2 allowed)."},
		{negotiate.LimitResult{Loss: 1e6, Chance: 0, ChanceAllowed: 0.02}, "Within your limit: more than £1M lost in 0 of 100 years (2 allowed)."},
		{negotiate.LimitResult{Loss: 1e6, Chance: 0.0001, ChanceAllowed: 0.02}, "Within your limit: more than £1M lost in less than 0.1 of 100 years (2 allowed)."},
		{negotiate.LimitResult{Loss: 1e3, Chance: 0.999, ChanceAllowed: 0.5, Breached: true}, "Over your limit: more than £1k lost in more than 99 of 100 years (50 allowed)."},
		{negotiate.LimitResult{Loss: 1e3, Chance: 0.203, ChanceAllowed: 0.2, Breached: true}, "Over your limit: more than £1k lost in 20.3 of 100 years (20.0 allowed)."},
	} {
		if got := limitText(c.limit, "GBP"); got != c.want {
			t.Errorf("%+v\n is %q\nwant %q", c.limit, got, c.want)
		}
	}
}

// TestOfHundred: a larger chance never reads as a smaller number.
func TestOfHundred(t *testing.T) {
	rank := func(s string) float64 {
		x := strings.TrimPrefix(strings.TrimPrefix(s, "less than "), "more than ")
		n, ok := plainNumber(x)
		switch {
		case !ok:
			t.Fatalf("%q is no number", s)
		case strings.HasPrefix(s, "less"):
			return n - 0.06
		case strings.HasPrefix(s, "more"):
			return n + 0.5
		}
		return n
	}
	rapid.Check(t, func(rt *rapid.T) {
		a, b := rapid.Float64Range(0, 1).Draw(rt, "a"), rapid.Float64Range(0, 1).Draw(rt, "b")
		if a > b {
			a, b = b, a
		}
		if rank(ofHundred(a)) > rank(ofHundred(b)) {
			rt.Fatalf("%g reads %q, %g reads %q", a, ofHundred(a), b, ofHundred(b))
		}
	})
}
