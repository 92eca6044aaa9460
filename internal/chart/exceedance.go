package chart

import (
	"math"
	"slices"
	"strconv"
)

// Exceedance shows in how many of 100 years more than a loss is lost, before
// beside after, with the limits somebody set. The loss axis is logarithmic
// only when the losses span three decades, and then says so.
type Exceedance struct {
	Title  string // what the picture says, in one sentence
	Curves []Curve
	Limits []LimitPoint
	Words  ExceedanceWords
	// Money writes an amount, for ticks and the table; nil: [Short].
	Money func(float64) string
}

// ExceedanceWords are the words on the axes and in the table's head.
type ExceedanceWords struct {
	Years    string // the upright axis, e.g. "years of 100"
	Loss     string // the level axis, e.g. "in which we lose more than"
	LogScale string // the note of a logarithmic axis, e.g. "each step is ten times the one before"
	Limit    string // head of the table's column of limits
}

// Curve is one exceedance curve.
type Curve struct {
	Label  string
	Style  Style // Now or After
	Points []ExceedancePoint
}

// ExceedancePoint is the chance, 0..1, of losing more than Loss in one year.
type ExceedancePoint struct{ Loss, Chance float64 }

// LimitPoint is one point of the appetite.
type LimitPoint struct {
	Loss, Chance float64
	Label        string  // e.g. "limit 25"
	Actual       float64 // the chance as it is now, to measure a breach from; not a number: unknown
	Breach       string  // what to say where the limit is passed now, e.g. "41, over the limit"; "": it is kept
}

// Name is the title.
func (e Exceedance) Name() string { return e.Title }

// Layout takes the whole width and a height in proportion.
func (e Exceedance) Layout(m Metrics, maxWidth float64) (float64, float64) {
	w := math.Max(maxWidth, 20*m.Char)
	rows := math.Round(math.Min(360, math.Max(234, w*0.52)) / m.Line)
	return w, rows * m.Line
}

// frame is where the curves are drawn, with the scales of both axes.
type frame struct {
	left, right, top, bottom float64
	x, y                     scale
	m                        Metrics
}

func (e Exceedance) frame(s Surface) frame {
	m := s.Metrics()
	w, h := s.Size()
	f := frame{left: 5 * m.Char, right: w - 3*m.Char, top: 1.5 * m.Line, bottom: h - 2.5*m.Line, m: m}
	var losses []float64
	most := 0.0
	for _, c := range e.Curves {
		for _, p := range c.points() {
			losses = append(losses, p.Loss)
			most = math.Max(most, p.Chance)
		}
	}
	for _, l := range e.Limits {
		if l.ok() {
			losses = append(losses, l.Loss)
			most = math.Max(most, l.Chance)
		}
	}
	f.x = moneyScale(losses, f.left, f.right)
	top := 100 * most
	step := roundStep(math.Max(top, 1) / 4)
	f.y = scale{lo: 0, hi: math.Min(100, math.Ceil(top/step-1e-9)*step), from: f.bottom, to: f.top}
	if f.y.hi <= 0 {
		f.y.hi = 1
	}
	return f
}

// points are the curve's usable points in order of loss.
func (c Curve) points() []ExceedancePoint {
	var ps []ExceedancePoint
	for _, p := range c.Points {
		if finite(p.Loss) && p.Loss >= 0 && p.Chance >= 0 && p.Chance <= 1 {
			ps = append(ps, p)
		}
	}
	slices.SortStableFunc(ps, func(a, b ExceedancePoint) int {
		switch {
		case a.Loss < b.Loss:
			return -1
		case a.Loss > b.Loss:
			return 1
		}
		return 0
	})
	return ps
}

func (l LimitPoint) ok() bool {
	return finite(l.Loss) && l.Loss > 0 && l.Chance >= 0 && l.Chance <= 1
}

func (e Exceedance) money(v float64) string {
	if e.Money == nil {
		return Short(v)
	}
	return e.Money(v)
}

// Draw draws axes, curves, limits and breaches, then the texts where there is
// room.
func (e Exceedance) Draw(s Surface) {
	f := e.frame(s)
	e.drawAxes(s, f)
	p := &placer{m: f.m, room: box{f.left, 0, f.right + 2*f.m.Char, f.bottom}}
	for _, c := range e.Curves {
		p.line(c.draw(s, f))
	}
	for _, l := range e.Limits {
		if l.ok() {
			l.draw(s, f, p)
		}
	}
	for _, l := range e.Limits {
		if l.ok() {
			l.label(s, f, p)
		}
	}
	for i, c := range e.Curves {
		c.label(s, f, p, i)
	}
	e.marks(s, f)
}

func (e Exceedance) drawAxes(s Surface, f frame) {
	for _, t := range f.y.ticks(5) {
		y := f.y.at(t)
		if t > 0 {
			s.Line(f.left, y, f.right, y, Grid)
		}
		s.Text(f.left-f.m.Char, y+f.m.Ascent/2-f.m.Line/10, End, Soft, trim(t))
	}
	room := (f.right - f.left) / (9 * f.m.Char)
	for _, t := range f.x.ticks(max(2, int(room))) {
		x := f.x.at(t)
		s.Line(x, f.bottom, x, f.bottom+f.m.Line/4, Axis)
		s.Text(x, f.bottom+f.m.Line/4+f.m.Ascent, Centre, Soft, e.money(t))
	}
	s.Line(f.left, f.bottom, f.right, f.bottom, Axis)
	s.Text(0, f.m.Ascent, Start, Soft, e.Words.Years)
	note := e.Words.Loss
	if f.x.log && e.Words.LogScale != "" {
		note += " (" + e.Words.LogScale + ")"
	}
	s.Text(f.right, f.bottom+1.25*f.m.Line+f.m.Ascent, End, Soft, shorten(note, int(f.right/f.m.Char)))
}

func (c Curve) draw(s Surface, f frame) (line []Point) {
	for _, p := range c.points() {
		line = append(line, Point{f.x.at(p.Loss), f.y.at(100 * p.Chance)})
	}
	if len(line) < 2 {
		return line
	}
	if c.Style == Now {
		area := append(slices.Clone(line), Point{line[len(line)-1].X, f.bottom}, Point{line[0].X, f.bottom})
		s.Path(area, true, NowArea)
	}
	s.Path(line, false, c.Style)
	return line
}

// label writes the curve's name beside it, as high up as there is room; where
// there is none, in the empty corner at the top right, in the curve's order.
func (c Curve) label(s Surface, f frame, p *placer, order int) {
	ps := c.points()
	if len(ps) == 0 || c.Label == "" {
		return
	}
	var spots []spot
	for share := 0.8; share > 0.04; share -= 0.04 {
		chance := ps[0].Chance * share
		x, y := f.x.at(lossAt(ps, chance)), f.y.at(100*chance)
		outside := spot{x + f.m.Char, y, Start}
		inside := spot{x - f.m.Char, y + f.m.Line/2, End}
		if c.Style == After {
			outside, inside = inside, outside
		}
		spots = append(spots, outside, inside)
	}
	text := shorten(c.Label, int((f.right-f.left)/f.m.Char)-5)
	at, ok := p.place(text, spots)
	if !ok {
		at = spot{f.right, f.top + float64(order)*f.m.Line + f.m.Ascent, End}
		end := f.right - f.m.width(text) - f.m.Char
		s.Line(end-3*f.m.Char, at.y-f.m.Ascent/3, end, at.y-f.m.Ascent/3, c.Style)
	}
	s.Text(at.x, at.y, at.anchor, c.Style, text)
}

// lossAt is the smallest loss of the curve whose chance is not above this one.
func lossAt(ps []ExceedancePoint, chance float64) float64 {
	for i, p := range ps {
		if p.Chance > chance {
			continue
		}
		if i == 0 {
			return p.Loss
		}
		a := ps[i-1]
		if a.Chance == p.Chance {
			return p.Loss
		}
		return a.Loss + (p.Loss-a.Loss)*(a.Chance-chance)/(a.Chance-p.Chance)
	}
	return ps[len(ps)-1].Loss
}

// chanceAt is the curve's chance of losing more than a loss, between its
// points by straight lines; not a number outside of them.
func chanceAt(ps []ExceedancePoint, loss float64) float64 {
	for i, p := range ps {
		switch {
		case p.Loss == loss:
			return p.Chance
		case p.Loss > loss && i == 0:
			return math.NaN()
		case p.Loss > loss:
			a := ps[i-1]
			return a.Chance + (p.Chance-a.Chance)*(loss-a.Loss)/(p.Loss-a.Loss)
		}
	}
	return math.NaN()
}

func (l LimitPoint) breached() bool {
	return l.Breach != "" && finite(l.Actual) && l.Actual > l.Chance
}

// draw draws the limit as a point on a dashed stem; where it is passed, a line
// goes up from it to where things are.
func (l LimitPoint) draw(s Surface, f frame, p *placer) {
	x, y := f.x.at(l.Loss), f.y.at(100*l.Chance)
	r := f.m.Line / 4
	s.Line(x, f.bottom, x, y, Limit)
	if l.breached() {
		actual := f.y.at(100 * math.Min(1, l.Actual))
		s.Line(x, y, x, actual, Breach)
		s.Circle(x, actual, r, Breach)
		p.line([]Point{{x, y}, {x, actual}})
		p.dot(x, actual, r)
	}
	s.Circle(x, y, r, Limit)
	p.line([]Point{{x, f.bottom}, {x, y}})
	p.dot(x, y, r)
}

// label says which limit it is, or what passes it, near the point: above it,
// where a falling curve leaves room.
func (l LimitPoint) label(s Surface, f frame, p *placer) {
	x, y := f.x.at(l.Loss), f.y.at(100*l.Chance)
	text, style := l.Label, Soft
	if l.breached() {
		text, style, y = l.Breach, Breach, f.y.at(100*math.Min(1, l.Actual))
	}
	var spots []spot
	for up := range 7 {
		dy := y - float64(up)*f.m.Line - f.m.Line/4
		spots = append(spots, spot{x + f.m.Char, dy, Start})
		if f.right-f.m.width(text) <= x { // near the edge it still stands over its point
			spots = append(spots, spot{f.right, dy - f.m.Line/4, End})
		}
		spots = append(spots, spot{x, dy - f.m.Line/4, Centre}, spot{x - f.m.Char, dy, End})
	}
	at, ok := p.place(text, spots)
	if !ok {
		return // the table behind the picture says it
	}
	if y-at.y > 1.5*f.m.Line {
		s.Line(x, y-f.m.Line/2, x, at.y+f.m.Line/4, Grid)
	}
	s.Text(at.x, at.y, at.anchor, style, text)
}

// losses are the losses the table and the marks speak of: the limits and round
// numbers along the axis.
func (e Exceedance) losses(sc scale) []float64 {
	ls := sc.ticks(8)
	if sc.log {
		ls = nil
		for _, t := range LogTicks(sc.lo, sc.hi, 12) {
			ls = append(ls, t, 2*t, 5*t)
		}
	}
	for _, l := range e.Limits {
		if l.ok() {
			ls = append(ls, l.Loss)
		}
	}
	slices.Sort(ls)
	ls = slices.CompactFunc(ls, func(a, b float64) bool { return math.Abs(a-b) <= 1e-9*math.Abs(b) })
	return slices.DeleteFunc(ls, func(v float64) bool { return v > sc.hi })
}

func (e Exceedance) marks(s Surface, f frame) {
	t := e.table(f.x)
	for i, loss := range e.losses(f.x) {
		for _, c := range e.Curves[:min(1, len(e.Curves))] {
			chance := chanceAt(c.points(), loss)
			if !finite(chance) {
				continue
			}
			reading := t.Head[0] + " " + t.Rows[i][0]
			for j, other := range e.Curves {
				reading += " · " + other.Label + ": " + t.Rows[i][1+j]
			}
			s.Mark(f.x.at(loss), f.y.at(100*chance), reading)
		}
	}
}

// Table has one row a loss: the years of 100 on each curve, and the limit.
func (e Exceedance) Table() Table {
	var losses []float64
	for _, c := range e.Curves {
		for _, p := range c.points() {
			losses = append(losses, p.Loss)
		}
	}
	for _, l := range e.Limits {
		if l.ok() {
			losses = append(losses, l.Loss)
		}
	}
	return e.table(moneyScale(losses, 0, 1))
}

func (e Exceedance) table(sc scale) Table {
	t := Table{Caption: e.Title, Head: []string{e.Words.Loss}}
	for _, c := range e.Curves {
		t.Head = append(t.Head, c.Label)
	}
	if len(e.Limits) > 0 {
		t.Head = append(t.Head, e.Words.Limit)
	}
	for _, loss := range e.losses(sc) {
		row := []string{e.money(loss)}
		for _, c := range e.Curves {
			row = append(row, OutOf100(chanceAt(c.points(), loss)))
		}
		if len(e.Limits) > 0 {
			limit := ""
			for _, l := range e.Limits {
				if l.Loss == loss {
					limit = OutOf100(l.Chance)
				}
			}
			row = append(row, limit)
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// OutOf100 writes a chance as years of a hundred: whole ones, one decimal
// below ten where it says more, "< 0.1" for what is less; "–" for what is not
// known.
func OutOf100(chance float64) string {
	v := chance * 100
	switch {
	case math.IsNaN(v):
		return "–"
	case v <= 0:
		return "0"
	case v < 0.1:
		return "< 0.1"
	case v < 9.95:
		return trim(math.Round(v*10) / 10)
	case v < 100 && v >= 99.5:
		return "> 99"
	}
	return strconv.Itoa(int(math.Round(v)))
}
