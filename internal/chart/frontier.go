package chart

import "math"

// Frontier shows the most value for each outlay, and from where on one more
// pound stops paying for itself.
type Frontier struct {
	Title  string
	Points []FrontierPoint // in order of outlay
	StopAt float64         // outlay from which on it stops paying; not a number: nowhere on the picture
	Stop   string          // what to say there, e.g. "stops paying here"
	Here   int             // index of the chosen point; -1: none
	HereAs string          // what to call it
	Head   [2]string       // axis and table: outlay, value
	Money  func(float64) string
}

// FrontierPoint is one set on the frontier.
type FrontierPoint struct{ Outlay, Value float64 }

// Name is the title.
func (f Frontier) Name() string { return f.Title }

// Layout takes the whole width and a height in proportion.
func (f Frontier) Layout(m Metrics, maxWidth float64) (float64, float64) {
	return Exceedance{}.Layout(m, maxWidth)
}

func (f Frontier) money(v float64) string {
	if f.Money == nil {
		return Short(v)
	}
	return f.Money(v)
}

func (f Frontier) points() []FrontierPoint {
	var ps []FrontierPoint
	for _, p := range f.Points {
		if finite(p.Outlay) && finite(p.Value) && p.Outlay >= 0 {
			ps = append(ps, p)
		}
	}
	return ps
}

// Draw draws steps, for between two sets a budget buys the smaller one.
func (f Frontier) Draw(s Surface) {
	m := s.Metrics()
	w, h := s.Size()
	x := scale{from: 8 * m.Char, to: w - 3*m.Char}
	y := scale{from: h - 2.5*m.Line, to: 1.5 * m.Line}
	for _, p := range f.points() {
		x.hi = math.Max(x.hi, p.Outlay)
		y.lo, y.hi = math.Min(y.lo, p.Value), math.Max(y.hi, p.Value)
	}
	if y.hi > y.lo {
		step := roundStep((y.hi - y.lo) / 4)
		y.hi = step * math.Ceil(y.hi/step)
	}
	for _, t := range y.ticks(5) {
		s.Line(x.from, y.at(t), x.to, y.at(t), Grid)
		s.Text(x.from-m.Char, y.at(t)+m.Ascent/2, End, Soft, f.money(t))
	}
	for _, t := range x.ticks(max(2, int(w/(10*m.Char)))) {
		s.Text(x.at(t), y.from+m.Line/4+m.Ascent, Centre, Soft, f.money(t))
	}
	s.Line(x.from, y.from, x.to, y.from, Axis)
	s.Text(0, m.Ascent, Start, Soft, f.Head[1])
	s.Text(x.to, y.from+1.25*m.Line+m.Ascent, End, Soft, f.Head[0])
	f.drawSteps(s, x, y, m)
}

func (f Frontier) drawSteps(s Surface, x, y scale, m Metrics) {
	var line []Point
	for _, p := range f.points() {
		at := Point{x.at(p.Outlay), y.at(p.Value)}
		if n := len(line); n > 0 {
			line = append(line, Point{at.X, line[n-1].Y})
		}
		line = append(line, at)
	}
	s.Path(line, false, After)
	if finite(f.StopAt) && f.StopAt <= x.hi {
		at := x.at(f.StopAt)
		s.Line(at, y.from, at, y.to, Limit)
		if at+m.Char+m.width(f.Stop) < x.to {
			s.Text(at+m.Char, y.from-m.Line/2, Start, Strong, f.Stop)
		} else {
			s.Text(at-m.Char, y.from-m.Line/2, End, Strong, f.Stop)
		}
	}
	if f.Here >= 0 && f.Here < len(f.Points) {
		p := f.Points[f.Here]
		s.Circle(x.at(p.Outlay), y.at(p.Value), m.Line/4, Good)
		s.Text(x.at(p.Outlay), y.at(p.Value)-m.Line/2, End, Good, f.HereAs)
	}
	for _, p := range f.points() {
		s.Mark(x.at(p.Outlay), y.at(p.Value), f.Head[0]+" "+f.money(p.Outlay)+" · "+f.Head[1]+" "+f.money(p.Value))
	}
}

// Table has one row a point.
func (f Frontier) Table() Table {
	t := Table{Caption: f.Title, Head: f.Head[:]}
	for _, p := range f.points() {
		t.Rows = append(t.Rows, []string{f.money(p.Outlay), f.money(p.Value)})
	}
	return t
}
