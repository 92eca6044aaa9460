package chart

import (
	"math"
	"strings"

	"github.com/parleysec/parley/internal/brief/plain"
)

// TerminalOptions say how a picture becomes text.
type TerminalOptions struct {
	Width int  // columns it may take; 0: 80
	Color bool // whether colours are wanted (NO_COLOR and pipes want none)
}

// A cell of the terminal, in units of the surface: 2 by 4 dots of 4 units.
const (
	cellW = 8
	cellH = 16
	dot   = 4
)

// Terminal draws the picture with blocks and dots. Without colours it says the
// same by shape. Characters that could
// steer a terminal are made harmless.
func Terminal(p Picture, o TerminalOptions) string {
	if o.Width <= 0 {
		o.Width = 80
	}
	t := &terminal{colour: o.Color}
	m := t.Metrics()
	w, h := p.Layout(m, float64(o.Width)*cellW)
	t.cols = min(o.Width, int(math.Ceil(w/cellW)))
	t.rows = min(maxRows, int(math.Ceil(h/cellH)))
	t.cells = make([]cell, t.cols*t.rows)
	p.Draw(t)
	return t.String()
}

// maxRows bounds a picture of very many ranges.
const maxRows = 2000

// cell is one character: a rune, or dots where rune is 0.
type cell struct {
	r     rune
	dots  uint8
	style Style
}

type terminal struct {
	cells      []cell
	cols, rows int
	colour     bool
}

func (t *terminal) Size() (float64, float64) {
	return float64(t.cols) * cellW, float64(t.rows) * cellH
}

func (t *terminal) Metrics() Metrics { return Metrics{Char: cellW, Line: cellH, Ascent: 12} }

func (t *terminal) at(col, row int) *cell {
	if col < 0 || row < 0 || col >= t.cols || row >= t.rows {
		return nil
	}
	return &t.cells[row*t.cols+col]
}

func (t *terminal) put(col, row int, r rune, s Style) {
	if c := t.at(col, row); c != nil {
		*c = cell{r: r, style: s}
	}
}

// Rect is one character when it fits into about two cells, else rows of
// blocks. Only roles that are filled have blocks; others have shades.
func (t *terminal) Rect(x, y, w, h float64, s Style) {
	if !finite(x+y+w+h) || w < 0 || h < 0 {
		return
	}
	if w <= 2*cellW && h <= cellH {
		glyph := map[Style]rune{Empty: '·', After: '□'}[s]
		if glyph == 0 {
			glyph = '■'
		}
		t.put(int(x/cellW), int((y+h/2)/cellH), glyph, s)
		return
	}
	shade := '█'
	if s == After {
		shade = '▒'
	}
	first, last := t.columns(x, x+w)
	top := int(clamp((y+h/2)/cellH, -1, float64(t.rows)))
	for r := top; r < t.rows && (r == top || float64(r)*cellH < y+h-cellH/2); r++ {
		for c := first; c <= last; c++ {
			t.put(c, r, shade, s)
		}
	}
}

// columns are the first and last column that a stretch touches.
func (t *terminal) columns(from, to float64) (first, last int) {
	most := float64(t.cols)
	return int(clamp(from/cellW, 0, most)), int(clamp((to-1)/cellW, -1, most))
}

func clamp(v, lo, hi float64) float64 { return math.Max(lo, math.Min(v, hi)) }

// braille dots by column and row in a cell.
var braille = [2][4]uint8{{0x01, 0x02, 0x04, 0x40}, {0x08, 0x10, 0x20, 0x80}}

func (t *terminal) dot(x, y float64, s Style) {
	// A line drawn from dot to dot must not fall short of one by rounding.
	px, py := int(math.Floor(x/dot+1e-9)), int(math.Floor(y/dot+1e-9))
	if px < 0 || py < 0 {
		return
	}
	c := t.at(px/2, py/4)
	if c == nil || c.r != 0 {
		return
	}
	c.dots |= braille[px%2][py%4]
	c.style = s
}

// Line draws dots; hatching is left out, the shade stands for it, and a mark
// in the middle is an upright stroke.
func (t *terminal) Line(x1, y1, x2, y2 float64, s Style) {
	if s == Hatch || s == Grid || !finite(x1+y1+x2+y2) {
		return
	}
	if s == Middle {
		t.put(int(x1/cellW), int((y1+y2)/2/cellH), '┃', s)
		return
	}
	if s == Axis && y1 == y2 {
		first, last := t.columns(x1, x2)
		for c := first; c <= last; c++ {
			t.put(c, int(clamp(y1/cellH, -1, float64(t.rows))), '─', s)
		}
		return
	}
	n := math.Ceil(math.Max(math.Abs(x2-x1), math.Abs(y2-y1)) / dot)
	n = math.Min(n, float64(16*(t.cols+t.rows)))
	for i := 0.0; i <= n; i++ {
		if s == Limit && int(i)%4 > 1 {
			continue
		}
		k := i / math.Max(n, 1)
		t.dot(x1+k*(x2-x1), y1+k*(y2-y1), s)
	}
}

// Path draws its outline; areas are left out.
func (t *terminal) Path(points []Point, closed bool, s Style) {
	if closed {
		return
	}
	for i := 1; i < len(points); i++ {
		t.Line(points[i-1].X, points[i-1].Y, points[i].X, points[i].Y, s)
	}
}

// Circle is one character.
func (t *terminal) Circle(x, y, _ float64, s Style) {
	if !finite(x + y) {
		return
	}
	glyph := map[Style]rune{Limit: '◇', Empty: '○', After: '▫', Now: '▪'}[s]
	if glyph == 0 {
		glyph = '●'
	}
	t.put(int(x/cellW), int(y/cellH), glyph, s)
}

func (t *terminal) Text(x, y float64, a Anchor, s Style, text string) {
	if !finite(x + y) {
		return
	}
	rs := []rune(plain.Clean(text))
	col := int(math.Round(x / cellW))
	switch a {
	case Start:
	case Centre:
		col -= len(rs) / 2
	case End:
		col -= len(rs)
	}
	col = max(0, min(col, t.cols-len(rs)))
	for i, r := range rs {
		t.put(col+i, int(math.Floor(y/cellH)), r, s)
	}
}

// Mark shows nothing: nobody can point here.
func (t *terminal) Mark(float64, float64, string) {}

func (t *terminal) Link(float64, float64, float64, float64, Link) {}

// ansi are the colours of roles; roles not named have none.
var ansi = map[Style]string{
	Now: "31", Breach: "31", After: "32", Good: "32", Soft: "2", Empty: "2", Strong: "1",
}

func (t *terminal) String() string {
	var b strings.Builder
	for row := range t.rows {
		var line strings.Builder
		open := ""
		for col := range t.cols {
			c := t.cells[row*t.cols+col]
			r := c.r
			if r == 0 && c.dots != 0 {
				r = 0x2800 + rune(c.dots)
			}
			code := ""
			if r != 0 && t.colour {
				code = ansi[c.style]
			}
			if code != open && open != "" {
				line.WriteString("\x1b[0m")
			}
			if code != open && code != "" {
				line.WriteString("\x1b[" + code + "m")
			}
			open = code
			if r == 0 {
				r = ' '
			}
			line.WriteRune(r)
		}
		if open != "" {
			line.WriteString("\x1b[0m")
		}
		b.WriteString(strings.TrimRight(line.String(), " "))
		b.WriteByte('\n')
	}
	return b.String()
}
