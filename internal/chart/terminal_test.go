package chart

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// drawing is a picture made of single strokes, for tests of a surface.
type drawing struct {
	w, h float64
	draw func(Surface)
}

func (d drawing) Name() string                               { return "drawing" }
func (d drawing) Layout(Metrics, float64) (float64, float64) { return d.w, d.h }
func (d drawing) Draw(s Surface)                             { d.draw(s) }
func (d drawing) Table() Table                               { return Table{} }

func onTerminal(cols, rows int, draw func(Surface)) string {
	return Terminal(drawing{float64(cols * cellW), float64(rows * cellH), draw}, TerminalOptions{Width: cols})
}

func TestTerminalStrokes(t *testing.T) {
	for _, c := range []struct {
		name       string
		cols, rows int
		draw       func(Surface)
		want       string
	}{
		{"text at its start", 10, 1, func(s Surface) { s.Text(16, 12, Start, Label, "ab") }, "  ab\n"},
		{"text at its end", 10, 1, func(s Surface) { s.Text(80, 12, End, Label, "abc") }, "       abc\n"},
		{"text around its middle", 10, 1, func(s Surface) { s.Text(40, 12, Centre, Label, "abcd") }, "   abcd\n"},
		{"text on the second line", 4, 2, func(s Surface) { s.Text(0, 28, Start, Label, "x") }, "\nx\n"},
		{"text that would leave is moved inside", 4, 1, func(s Surface) { s.Text(30, 12, Start, Label, "abc") }, " abc\n"},
		{"a filled square", 2, 1, func(s Surface) { s.Rect(0, 2, 12, 12, Now) }, "■\n"},
		{"an outlined square", 2, 1, func(s Surface) { s.Rect(0, 2, 12, 12, After) }, "□\n"},
		{"an empty square", 2, 1, func(s Surface) { s.Rect(0, 2, 12, 12, Empty) }, "·\n"},
		{"a bar", 8, 1, func(s Surface) { s.Rect(8, 4, 40, 8, Now) }, " █████\n"},
		{"a hatched bar", 8, 1, func(s Surface) { s.Rect(8, 4, 40, 8, After); s.Line(8, 4, 16, 12, Hatch) }, " ▒▒▒▒▒\n"},
		{"a bar with its middle", 8, 1, func(s Surface) { s.Rect(0, 4, 64, 8, Now); s.Line(36, 2, 36, 14, Middle) }, "████┃███\n"},
		{"an axis", 4, 1, func(s Surface) { s.Line(0, 8, 32, 8, Axis) }, "────\n"},
		{"a level line of dots", 2, 1, func(s Surface) { s.Line(0, 0, 15, 0, Now) }, "⠉⠉\n"},
		{"an upright line of dots", 1, 1, func(s Surface) { s.Line(0, 0, 0, 15, Now) }, "⡇\n"},
		{"a dashed line", 4, 1, func(s Surface) { s.Line(0, 0, 32, 0, Limit) }, "⠉ ⠉\n"},
		{"helping lines are left out", 2, 1, func(s Surface) { s.Line(0, 0, 15, 0, Grid) }, "\n"},
		{"areas are left out", 2, 1, func(s Surface) { s.Path([]Point{{0, 0}, {15, 0}, {15, 15}}, true, NowArea) }, "\n"},
		{"a path", 1, 1, func(s Surface) { s.Path([]Point{{0, 0}, {0, 15}, {7, 15}}, false, Now) }, "⣇\n"},
		{"a limit", 1, 1, func(s Surface) { s.Circle(4, 8, 4, Limit) }, "◇\n"},
		{"a breach", 1, 1, func(s Surface) { s.Circle(4, 8, 4, Breach) }, "●\n"},
		{"text stands over dots", 2, 1, func(s Surface) { s.Line(0, 0, 15, 0, Now); s.Text(0, 12, Start, Label, "a") }, "a⠉\n"},
		{"dots do not stand over text", 2, 1, func(s Surface) { s.Text(0, 12, Start, Label, "a"); s.Line(0, 0, 15, 0, Now) }, "a⠉\n"},
		{"a mark shows nothing", 2, 1, func(s Surface) { s.Mark(4, 4, "reading") }, "\n"},
		{"what is outside is cut off", 2, 1, func(s Surface) { s.Line(-40, -40, 40, 40, Now); s.Circle(-9, -9, 3, Now); s.Rect(100, 100, 5, 5, Now) }, "⠑⢄\n"},
	} {
		if got := onTerminal(c.cols, c.rows, c.draw); got != c.want {
			t.Errorf("%s:\n%q, want\n%q", c.name, got, c.want)
		}
	}
}

func TestTerminalTakesAnyStroke(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := func(name string) float64 { return rapid.Float64().Draw(t, name) }
		near := func(name string) float64 { return rapid.Float64Range(-50, 150).Draw(t, name) }
		st := Style(rapid.IntRange(0, int(styles)+3).Draw(t, "style"))
		out := onTerminal(12, 4, func(s Surface) {
			s.Rect(f("x"), f("y"), f("w"), f("h"), st)
			s.Rect(near("x"), near("y"), near("w"), near("h"), st)
			s.Line(near("x1"), f("y1"), near("x2"), f("y2"), st)
			s.Line(near("x1"), near("y1"), near("x2"), near("y2"), st)
			s.Circle(f("x"), f("y"), f("r"), st)
			s.Text(f("x"), f("y"), Anchor(rapid.IntRange(0, 2).Draw(t, "anchor")), st, rapid.String().Draw(t, "text"))
		})
		lines := strings.Split(strings.TrimSuffix(out, "\n"), "\n")
		if len(lines) != 4 {
			t.Fatalf("%d lines, want 4", len(lines))
		}
		for _, l := range lines {
			if len([]rune(l)) > 12 {
				t.Fatalf("line %q is longer than 12", l)
			}
		}
	})
}

func TestSVGTakesAnyStroke(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := func(name string) float64 { return rapid.Float64().Draw(t, name) }
		s := &svg{}
		st := Style(rapid.IntRange(0, 255).Draw(t, "style"))
		s.Rect(f("x"), f("y"), f("w"), f("h"), st)
		s.Line(f("x1"), f("y1"), f("x2"), f("y2"), st)
		s.Circle(f("x"), f("y"), f("r"), st)
		s.Path([]Point{{f("x"), f("y")}, {f("x"), f("y")}}, rapid.Bool().Draw(t, "closed"), st)
		s.Text(f("x"), f("y"), Anchor(rapid.IntRange(0, 9).Draw(t, "anchor")), st, rapid.String().Draw(t, "text"))
		s.Mark(f("x"), f("y"), rapid.String().Draw(t, "reading"))
		for _, bad := range []string{"NaN", "Inf", "e+", `class="c-"`} {
			if strings.Contains(strings.Split(s.b.String(), "<text")[0], bad) {
				t.Fatalf("%s in %s", bad, s.b.String())
			}
		}
	})
}
