package chart

import (
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestPlacerTakesTheFirstFreeSpot(t *testing.T) {
	p := &placer{m: Metrics{Char: 8, Line: 16, Ascent: 12}, room: box{0, 0, 200, 100}}
	p.line([]Point{{0, 50}, {200, 50}})
	at, ok := p.place("abc", []spot{{10, 55, Start}, {300, 20, Start}, {10, 30, Start}, {10, 90, Start}})
	if !ok || at.y != 30 {
		t.Errorf("placed at %+v, %v; the first spot lies on a line, the second outside", at, ok)
	}
	if at, ok = p.place("def", []spot{{20, 32, Start}, {10, 90, Start}}); !ok || at.y != 90 {
		t.Errorf("placed at %+v, %v, over the text before", at, ok)
	}
	if _, ok = p.place(strings.Repeat("x", 50), []spot{{10, 90, Start}}); ok {
		t.Error("a text wider than the room found room")
	}
}

func TestPlacedTextsNeverMeet(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := &placer{m: Metrics{Char: 7, Line: 18, Ascent: 13}, room: box{0, 0, 300, 200}}
		coordinate := rapid.Float64Range(-20, 320)
		var placed []box
		for range rapid.IntRange(1, 8).Draw(t, "texts") {
			text := rapid.StringMatching(`[a-z ]{1,20}`).Draw(t, "text")
			var spots []spot
			for range 4 {
				spots = append(spots, spot{coordinate.Draw(t, "x"), coordinate.Draw(t, "y"), Anchor(rapid.IntRange(0, 2).Draw(t, "anchor"))})
			}
			if at, ok := p.place(text, spots); ok {
				b := p.box(at, text)
				for _, o := range placed {
					if b.meets(o) {
						t.Fatalf("%+v meets %+v", b, o)
					}
				}
				if b.left < 0 || b.right > 300 || b.top < 0 || b.bottom > 200 {
					t.Fatalf("%+v is outside", b)
				}
				placed = append(placed, b)
			}
		}
	})
}

func TestWrap(t *testing.T) {
	for _, c := range []struct {
		text string
		n    int
		want []string
	}{
		{"", 5, nil},
		{"one two three", 7, []string{"one two", "three"}},
		{"one  two", 20, []string{"one two"}},
		{"abcdefgh ij", 3, []string{"abc", "def", "gh", "ij"}},
		{"a bcdefgh", 4, []string{"a", "bcde", "fgh"}},
		{"x y", 0, []string{"x", "y"}},
	} {
		if got := wrap(c.text, c.n); !slices.Equal(got, c.want) {
			t.Errorf("wrap(%q, %d) = %q, want %q", c.text, c.n, got, c.want)
		}
	}
}

func TestWrapKeepsEveryLetter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text, n := rapid.String().Draw(t, "text"), rapid.IntRange(1, 30).Draw(t, "n")
		lines := wrap(text, n)
		for _, l := range lines {
			if len([]rune(l)) > n {
				t.Fatalf("%q is longer than %d", l, n)
			}
		}
		letters := func(s string) string { return strings.Join(strings.Fields(s), "") }
		if letters(strings.Join(lines, "")) != letters(string([]rune(text))) {
			t.Fatalf("%q became %q", text, lines)
		}
	})
}

func TestShorten(t *testing.T) {
	for _, c := range []struct {
		text string
		n    int
		want string
	}{{"abc", 3, "abc"}, {"abcd", 3, "ab…"}, {"a bcd", 3, "a…"}, {"abc", 1, "…"}, {"", 0, ""}, {"äöü", 2, "ä…"}} {
		if got := shorten(c.text, c.n); got != c.want {
			t.Errorf("shorten(%q, %d) = %q, want %q", c.text, c.n, got, c.want)
		}
	}
}

func TestScale(t *testing.T) {
	lin := scale{lo: 0, hi: 10, from: 100, to: 200}
	for v, want := range map[float64]float64{0: 100, 5: 150, 10: 200, -3: 100, 30: 200} {
		if got := lin.at(v); got != want {
			t.Errorf("linear at %v: %v, want %v", v, got, want)
		}
	}
	log := scale{lo: 1, hi: 1000, from: 0, to: 300, log: true}
	for v, want := range map[float64]float64{1: 0, 10: 100, 100: 200, 1000: 300, 0: 0, 1e9: 300} {
		if got := log.at(v); math.Abs(got-want) > 1e-9 {
			t.Errorf("logarithmic at %v: %v, want %v", v, got, want)
		}
	}
	flat := scale{lo: 5, hi: 5, from: 1, to: 2}
	if flat.at(5) != 1 {
		t.Error("a scale without width divides by it")
	}
}

func TestMoneyScaleIsLinearBelowThreeDecades(t *testing.T) {
	for _, c := range []struct {
		vs  []float64
		log bool
	}{
		{[]float64{0, 1e3, 9e5}, false},
		{[]float64{0, 1e3, 1e6}, true},
		{[]float64{1, 2, 3}, false},
		{[]float64{0, 0}, false},
		{[]float64{math.NaN(), math.Inf(1), -5, 7}, false},
		{nil, false},
	} {
		if got := moneyScale(c.vs, 0, 1); got.log != c.log || !(got.hi > got.lo) {
			t.Errorf("%v: %+v", c.vs, got)
		}
	}
}

func TestReadingACurve(t *testing.T) {
	ps := []ExceedancePoint{{0, 0.8}, {100, 0.4}, {200, 0.4}, {300, 0}}
	for loss, want := range map[float64]float64{0: 0.8, 50: 0.6, 100: 0.4, 150: 0.4, 250: 0.2, 300: 0} {
		if got := chanceAt(ps, loss); math.Abs(got-want) > 1e-12 {
			t.Errorf("chance above %v: %v, want %v", loss, got, want)
		}
	}
	for _, loss := range []float64{-1, 301} {
		if !math.IsNaN(chanceAt(ps, loss)) {
			t.Errorf("a chance above %v is made up", loss)
		}
	}
	for chance, want := range map[float64]float64{0.9: 0, 0.8: 0, 0.6: 50, 0.4: 100, 0.2: 250, 0: 300} {
		if got := lossAt(ps, chance); math.Abs(got-want) > 1e-9 {
			t.Errorf("loss at %v: %v, want %v", chance, got, want)
		}
	}
}

func TestCurvePointsAreSortedAndUsable(t *testing.T) {
	c := Curve{Points: []ExceedancePoint{{5, 0.1}, {1, 0.5}, {math.NaN(), 0.3}, {2, 1.5}, {-1, 0.2}, {3, math.NaN()}, {2, 0.4}}}
	want := []ExceedancePoint{{1, 0.5}, {2, 0.4}, {5, 0.1}}
	if got := c.points(); !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}
