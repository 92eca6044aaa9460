package chart

import "math"

// Ranges shows ranges as bars on one scale, with a mark at the middle.
type Ranges struct {
	Title string
	Rows  []Range
	Head  [4]string // of the table: name, low, middle, high
	Note  string    // what the bars mean, below the axis
	Log   string    // the note of a logarithmic axis
	// Money writes an amount, for ticks and the table; nil: [Short].
	Money func(float64) string
}

// Range is one bar. A middle that is not finite has no mark.
type Range struct {
	Label          string
	Low, Mid, High float64
	Style          Style // Now or After
}

func (r Range) ok() bool {
	return finite(r.Low) && finite(r.High) && r.Low >= 0 && r.High >= r.Low
}

// Name is the title.
func (r Ranges) Name() string { return r.Title }

func (r Ranges) money(v float64) string {
	if r.Money == nil {
		return Short(v)
	}
	return r.Money(v)
}

// Layout gives each range a line of text and a bar below it.
func (r Ranges) Layout(m Metrics, maxWidth float64) (float64, float64) {
	return math.Max(maxWidth, 20*m.Char), float64(2*len(r.Rows)+3) * m.Line
}

// Draw draws the bars from top to bottom over one axis.
func (r Ranges) Draw(s Surface) {
	m := s.Metrics()
	w, h := s.Size()
	sc := r.scale(2*m.Char, w-3*m.Char)
	bottom := h - 2.5*m.Line
	for _, t := range sc.ticks(max(2, int(w/(10*m.Char)))) {
		x := sc.at(t)
		s.Line(x, m.Line/2, x, bottom, Grid)
		s.Text(x, bottom+m.Line/4+m.Ascent, Centre, Soft, r.money(t))
	}
	s.Line(sc.from, bottom, sc.to, bottom, Axis)
	note := r.Note
	if sc.log && r.Log != "" {
		note += " (" + r.Log + ")"
	}
	s.Text(sc.to, bottom+1.25*m.Line+m.Ascent, End, Soft, shorten(note, int(w/m.Char)))
	for i, row := range r.Rows {
		y := float64(2*i) * m.Line
		row.draw(s, sc, y, m)
		if row.ok() { // one above the other at the axis: the reading is that of the line
			s.Mark(sc.from, y+m.Line*1.425, r.reading(row))
		}
	}
}

// reading is a bar in words: its label, and its figures under the names they have in
// the table.
func (r Ranges) reading(row Range) string {
	text := row.Label + ": "
	for i, v := range []float64{row.Low, row.Mid, row.High} {
		if !finite(v) {
			continue
		}
		if i > 0 {
			text += " · "
		}
		text += r.Head[i+1] + " " + r.money(v)
	}
	return text
}

func (r Ranges) scale(from, to float64) scale {
	var vs []float64
	for _, row := range r.Rows {
		if row.ok() {
			vs = append(vs, row.Low, row.High)
		}
	}
	return moneyScale(vs, from, to)
}

func (r Range) draw(s Surface, sc scale, y float64, m Metrics) {
	s.Text(sc.from, y+m.Ascent, Start, Label, shorten(r.Label, int((sc.to-sc.from)/m.Char)))
	if !r.ok() {
		return
	}
	a, b := sc.at(r.Low), sc.at(r.High)
	b = math.Max(b, a+m.Char/2)
	top, height := y+m.Line*1.15, m.Line*0.55
	s.Rect(a, top, b-a, height, r.Style)
	if r.Style == After {
		hatch(s, a, top, b-a, height)
	}
	if finite(r.Mid) {
		x := sc.at(r.Mid)
		s.Line(x, top-m.Line*0.15, x, top+height+m.Line*0.15, Middle)
	}
}

// hatch fills a box with slanting strokes.
func hatch(s Surface, x, y, w, h float64) {
	const apart = 6
	for d := float64(apart); d < w+h; d += apart {
		x1, y1 := math.Min(d, w), math.Max(0, d-w)
		x2, y2 := math.Max(0, d-h), math.Min(d, h)
		s.Line(x+x1, y+y1, x+x2, y+y2, Hatch)
	}
}

// Table has one row a range.
func (r Ranges) Table() Table {
	t := Table{Caption: r.Title, Head: r.Head[:]}
	for _, row := range r.Rows {
		cells := []string{row.Label, "–", "–", "–"}
		for i, v := range []float64{row.Low, row.Mid, row.High} {
			if finite(v) {
				cells[i+1] = r.money(v)
			}
		}
		t.Rows = append(t.Rows, cells)
	}
	return t
}
