package chart

import "math"

// Credit shows how far something could be relied on over time: the higher, the
// further, with a mark where something was heard of it.
type Credit struct {
	Title     string
	From, To  string // the ends of the line of time, in words
	Stretches []Stretch
	Heard     []Heard
	Signs     [3]string // what [HeardGood], [HeardBad] and [HeardNeither] mean, for the legend; "" for none
	All, None string    // the ends of the scale, in words
	Head      [4]string
	Rows      [][]string // of the table
}

// Stretch is a time in which nothing changed. From and To are shares of the
// whole line, 0..1; Share is how far it could be relied on, 0..1.
type Stretch struct {
	From, To, Share float64
	Holding         Holding
	Label           string // written into it where there is room
}

// Heard is a moment at which something was heard. At is a share of the line.
type Heard struct {
	At      float64
	Sign    Sign
	Reading string
}

// Sign is how something that was heard is drawn.
type Sign uint8

// The signs, each of a shape of its own.
const (
	HeardGood    Sign = iota // a filled circle
	HeardBad                 // a cross
	HeardNeither             // an empty diamond: it decides nothing
)

// Name is the title.
func (c Credit) Name() string { return c.Title }

// Layout is a band of four lines, the marks above it, and the dates and the legend
// below.
func (c Credit) Layout(m Metrics, maxWidth float64) (float64, float64) {
	return math.Max(maxWidth, 24*m.Char), 8 * m.Line
}

// Draw draws the stretches from left to right.
func (c Credit) Draw(s Surface) {
	m := s.Metrics()
	w, _ := s.Size()
	left := (math.Max(m.width(c.All), m.width(c.None)) + m.Char)
	x := func(share float64) float64 { return left + unit(share)*(w-left-m.Char) }
	top, bottom := 1.5*m.Line, 5.5*m.Line
	s.Text(left-m.Char/2, top+m.Ascent, End, Soft, c.All)
	s.Text(left-m.Char/2, bottom, End, Soft, c.None)
	s.Line(left, top, x(1), top, Grid)
	for _, st := range c.Stretches {
		c.stretch(s, m, st, x(st.From), x(st.To), top, bottom)
	}
	s.Line(left, bottom, x(1), bottom, Axis)
	s.Text(left, bottom+m.Line/4+m.Ascent, Start, Soft, c.From)
	s.Text(x(1), bottom+m.Line/4+m.Ascent, End, Soft, c.To)
	for _, h := range c.Heard {
		h.draw(s, x(h.At), 0.8*m.Line, signSize(m))
	}
	c.legend(s, m, left, bottom+1.5*m.Line)
}

func signSize(m Metrics) float64 { return math.Max(m.Char/2, 3) }

// legend says what the signs mean that are drawn.
func (c Credit) legend(s Surface, m Metrics, x, y float64) {
	var used [len(c.Signs)]bool
	for _, h := range c.Heard {
		used[int(h.Sign)%len(used)] = true
	}
	for i, says := range c.Signs {
		if !used[i] || says == "" {
			continue
		}
		Heard{Sign: Sign(i)}.sign(s, x+m.Char/2, y+m.Line/2, signSize(m))
		s.Text(x+3*m.Char, y+m.Ascent, Start, Soft, says)
		x += m.width(says) + 5*m.Char
	}
}

// narrowest is how wide a stretch is drawn at least, however short it was.
const narrowest = 4

// stretch is a bar: filled where it holds, hatched where that is in doubt, and
// where nothing is left of it a stroke along the bottom.
func (Credit) stretch(s Surface, m Metrics, st Stretch, from, to, top, bottom float64) {
	wide := math.Max(to-from, narrowest)
	if w, _ := s.Size(); from+wide > w-m.Char { // the latest is of today, and must be seen
		from = math.Max(w-m.Char-wide, 0)
	}
	height := (bottom - top) * unit(st.Share)
	switch st.Holding {
	case Holds:
		s.Rect(from, bottom-height, wide, height, Good)
	case Doubtful:
		s.Rect(from, bottom-height, wide, height, After)
		hatch(s, from, bottom-height, wide, height)
	case Broken:
		height = math.Max(height, m.Line/4)
		s.Rect(from, bottom-height, wide, height, Now)
	}
	if y := bottom - height - m.Line/3; m.width(st.Label) < wide && y-m.Ascent > top-m.Line/2 {
		s.Text(from+wide/2, y, Centre, Label, st.Label)
	}
}

func (h Heard) draw(s Surface, x, y, r float64) {
	h.sign(s, x, y, r)
	s.Mark(x, y, h.Reading)
}

func (h Heard) sign(s Surface, x, y, r float64) {
	switch h.Sign {
	case HeardBad:
		s.Line(x-r, y-r, x+r, y+r, Breach)
		s.Line(x-r, y+r, x+r, y-r, Breach)
	case HeardNeither:
		s.Path([]Point{{x - r, y}, {x, y - r}, {x + r, y}, {x, y + r}, {x - r, y}}, false, Unsure)
	default:
		s.Circle(x, y, r, Good)
	}
}

// unit keeps a share within 0..1; what is no number is 0.
func unit(x float64) float64 {
	if !finite(x) {
		return 0
	}
	return math.Min(1, math.Max(0, x))
}

// Table has one row for each thing that happened.
func (c Credit) Table() Table { return Table{Caption: c.Title, Head: c.Head[:], Rows: c.Rows} }
