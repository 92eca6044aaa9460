package chart

import (
	"math"
	"strconv"

	"github.com/parleysec/parley/internal/brief/plain"
)

// Squares shows chances as whole squares out of a hundred, filled from the
// bottom, one panel beside the other on the same scale.
type Squares struct {
	Title  string // what the picture says, in one sentence
	Head   [2]string
	Panels []Panel
}

// Panel is one hundred of squares.
type Panel struct {
	Label   string  // e.g. Now
	Chance  float64 // 0..1; not a number: nothing is known, nothing is filled
	Reading string  // the chance in words, below the squares
	Style   Style   // Now or After
}

// Whole is how many squares of a hundred a chance fills, by the same rule as
// the sentences beside them. some is true when it is above none and fills no
// square: then a trace is shown instead.
func Whole(chance float64) (filled int, some bool) {
	filled = plain.Squares(chance)
	return filled, filled == 0 && chance > 0
}

// Name is the title.
func (q Squares) Name() string { return q.Title }

const squareGap = 3 // characters between panels

func (q Squares) pitch(m Metrics, maxWidth float64) float64 {
	n := float64(max(1, len(q.Panels)))
	free := maxWidth - (n-1)*squareGap*m.Char
	return math.Max(2, math.Min(m.Line, math.Floor(free/(n*10))))
}

func (q Squares) readings(m Metrics, pitch float64) (lines [][]string, most int) {
	for _, p := range q.Panels {
		ls := wrap(p.Reading, int((10*pitch+m.Char)/m.Char))
		lines = append(lines, ls)
		most = max(most, len(ls))
	}
	return lines, most
}

// Layout is a label, ten rows and the readings.
func (q Squares) Layout(m Metrics, maxWidth float64) (float64, float64) {
	p := q.pitch(m, maxWidth)
	_, most := q.readings(m, p)
	_, head := q.labels(m, p)
	n := float64(max(1, len(q.Panels)))
	height := m.Line*float64(head) + 10*p + m.Line*float64(most)
	if most > 0 {
		height += m.Line / 2
	}
	return n*10*p + (n-1)*squareGap*m.Char + m.Char, height
}

// labelLines is how many lines a label may take: enough for two options together.
const labelLines = 5

// labels are the labels in lines over their squares.
func (q Squares) labels(m Metrics, pitch float64) (lines [][]string, most int) {
	room := int((10*pitch + m.Char) / (1.15 * m.Char)) // strong letters are wider
	for _, p := range q.Panels {
		ls := wrap(p.Label, room)
		if len(ls) > labelLines {
			ls[labelLines-1] = shorten(ls[labelLines-1]+" "+ls[labelLines], room)
			ls = ls[:labelLines]
		}
		lines = append(lines, ls)
		most = max(most, len(ls))
	}
	return lines, most
}

// Draw draws the panels from left to right.
func (q Squares) Draw(s Surface) {
	m := s.Metrics()
	w, _ := s.Size()
	pitch := q.pitch(m, w-m.Char)
	lines, _ := q.readings(m, pitch)
	labels, most := q.labels(m, pitch)
	head := m.Line * float64(most) // none where no panel has a label
	for i, p := range q.Panels {
		x := float64(i) * (10*pitch + squareGap*m.Char)
		for j, l := range labels[i] { // a short label stands by its squares
			s.Text(x, m.Line*float64(most-len(labels[i])+j)+m.Ascent, Start, Strong, l)
		}
		p.draw(s, x, head, pitch)
		for j, l := range lines[i] {
			s.Text(x, head+m.Line*float64(j)+10*pitch+m.Ascent, Start, p.Style, l)
		}
	}
}

func (p Panel) draw(s Surface, x, y, pitch float64) {
	filled, some := Whole(p.Chance)
	side := pitch * 0.8
	for i := range 100 {
		cx, cy := x+float64(i%10)*pitch+0.5, y+float64(9-i/10)*pitch+pitch*0.1
		switch {
		case i < filled && p.Style == After:
			s.Rect(cx, cy, side, side, After)
			s.Line(cx, cy+side, cx+side, cy, Hatch)
		case i < filled:
			s.Rect(cx, cy, side, side, p.Style)
		default:
			s.Rect(cx, cy, side, side, Empty)
		}
	}
	if some {
		s.Circle(x+0.5+side/2, y+9*pitch+pitch*0.1+side/2, side/5, p.Style)
	}
}

// Table has one row a panel: label, squares filled, reading.
func (q Squares) Table() Table {
	t := Table{Caption: q.Title, Head: []string{"", q.Head[0], q.Head[1]}}
	for _, p := range q.Panels {
		n, some := Whole(p.Chance)
		count := strconv.Itoa(n)
		switch {
		case math.IsNaN(p.Chance):
			count = "–"
		case some:
			count = "< 1"
		}
		t.Rows = append(t.Rows, []string{p.Label, count, p.Reading})
	}
	return t
}
