package chart

import "math"

// Waterfall shows what a sum is made of, from top to bottom: each step begins
// where the one before it ended. What adds is outlined and hatched like what is
// gained, what takes away is filled like a loss, and the last bar is the sum.
type Waterfall struct {
	Title string
	Steps []Fall
	Total string    // what to call the sum
	Head  [3]string // of the table: what, what it adds, the sum so far
	// Money writes an amount, for ticks and the table; nil: [Short].
	Money func(float64) string
}

// Fall is one step. One that is not finite counts as nothing.
type Fall struct {
	Label string
	Adds  float64
}

// Name is the title.
func (f Waterfall) Name() string { return f.Title }

func (f Waterfall) money(v float64) string {
	if f.Money == nil {
		return Short(v)
	}
	return f.Money(v)
}

// signed is an amount with the sign that says which way it goes.
func (f Waterfall) signed(v float64) string {
	if v < 0 {
		return "−" + f.money(-v)
	}
	return "+" + f.money(v)
}

// sums are where each step begins and ends.
func (f Waterfall) sums() (from, to []float64, total float64) {
	for _, s := range f.Steps {
		from = append(from, total)
		if finite(s.Adds) {
			total += s.Adds
		}
		to = append(to, total)
	}
	return from, to, total
}

// Layout gives each step a line of text and a bar below it, and so the sum.
func (f Waterfall) Layout(m Metrics, maxWidth float64) (float64, float64) {
	return math.Max(maxWidth, 20*m.Char), (2*float64(len(f.Steps)+1) + 2) * m.Line
}

// Draw draws the steps over one axis.
func (f Waterfall) Draw(s Surface) {
	m := s.Metrics()
	w, h := s.Size()
	from, to, total := f.sums()
	sc := scale{from: m.Char, to: w - 3*m.Char}
	for _, v := range append(from, to...) {
		sc.lo, sc.hi = math.Min(sc.lo, v), math.Max(sc.hi, v)
	}
	bottom := h - 1.5*m.Line
	for _, t := range sc.ticks(max(2, int(w/(10*m.Char)))) {
		x := sc.at(t)
		s.Line(x, m.Line/2, x, bottom, Grid)
		s.Text(x, bottom+m.Line/4+m.Ascent, Centre, Soft, f.money(t))
	}
	s.Line(sc.at(0), 0, sc.at(0), bottom, Axis)
	for i, step := range f.Steps {
		f.bar(s, sc, float64(2*i)*m.Line, step.Label, f.signed(to[i]-from[i]), from[i], to[i], m)
		if i+1 < len(f.Steps) {
			s.Line(sc.at(to[i]), float64(2*i)*m.Line+1.7*m.Line, sc.at(to[i]), float64(2*i)*m.Line+3.15*m.Line, Grid)
		}
	}
	y := float64(2*len(f.Steps)) * m.Line
	f.bar(s, sc, y, f.Total, f.money(total), 0, total, m)
}

// bar is one step: its name and figure over a bar from one sum to the next.
func (f Waterfall) bar(s Surface, sc scale, y float64, label, figure string, from, to float64, m Metrics) {
	room := max(4, int((sc.to-sc.from)/(1.1*m.Char))-len([]rune(figure))-2)
	s.Text(sc.from, y+m.Ascent, Start, Label, shorten(label, room))
	s.Text(sc.to, y+m.Ascent, End, Label, figure)
	a, b := sc.at(math.Min(from, to)), sc.at(math.Max(from, to))
	b = math.Max(b, a+m.Char/4)
	top, height := y+m.Line*1.15, m.Line*0.55
	if to < from {
		s.Rect(a, top, b-a, height, Now)
	} else {
		s.Rect(a, top, b-a, height, After)
		hatch(s, a, top, b-a, height)
	}
	s.Mark((a+b)/2, top+height/2, figure+" · "+label)
}

// Table has one row a step, and the sum last.
func (f Waterfall) Table() Table {
	t := Table{Caption: f.Title, Head: f.Head[:]}
	from, to, total := f.sums()
	for i, s := range f.Steps {
		t.Rows = append(t.Rows, []string{s.Label, f.signed(to[i] - from[i]), f.money(to[i])})
	}
	t.Rows = append(t.Rows, []string{f.Total, "", f.money(total)})
	return t
}
