package chart

import "math"

// BowTie shows one threat from top to bottom: what brings it, the layers that
// stand before it, what happens, the layers that stand after it, and what it
// harms. The way narrows towards the event and widens after it.
type BowTie struct {
	Title  string
	Causes []Cause
	Before []Gate // they stop it, or notice it before it is done
	Event  string
	After  []Gate // they stop the loss, or make good
	Harms  []string
	Words  BowTieWords
}

// Cause is what brings a threat.
type Cause struct {
	Label string
	Known string // what it is known by elsewhere, which only the table says; "" for nothing
}

// BowTieWords are what is written around: over each part, and in the table.
type BowTieWords struct {
	Causes, Before, Event, After, Harms string
	None                                string // where there is no layer
	What, Stands                        string // heads of the table
}

// Gate is a layer on the way.
type Gate struct {
	Label   string
	Stands  string // how it stands, in words
	Holding Holding
	Break   Link // what a click on it does; none where it has no URL
}

// Holding is how far a layer can be relied on.
type Holding uint8

// The ways a layer stands.
const (
	Holds    Holding = iota // its checks bear it out
	Doubtful                // nobody verified it, or not of late
	Broken                  // its checks fail
)

// Name is the title.
func (b BowTie) Name() string { return b.Title }

const (
	waist   = 0.62 // of the width, at the event
	tieGap  = 0.5  // lines between two things
	gateBar = 4    // height of the bar of a layer, in units
)

// tiePart is one thing of the picture with its place.
type tiePart struct {
	lines  []string
	style  Style
	gate   *Gate
	event  bool
	y      float64 // of its first line
	height float64 // with what stands under its text
}

// lay places everything in a width; edges are where the event's box begins and
// ends.
func (b BowTie) lay(m Metrics, width float64) (parts []tiePart, height float64) {
	room := max(8, int(waist*width/(1.1*m.Char)))
	wide := max(8, int(width/(1.1*m.Char)))
	y := 0.0
	add := func(p tiePart, text string, n int, under float64) {
		p.lines, p.y = wrap(text, n), y
		p.height = float64(len(p.lines))*m.Line + under
		y += p.height + tieGap*m.Line
		parts = append(parts, p)
	}
	gates := func(head string, gs []Gate) {
		add(tiePart{style: Soft}, head, room, 0)
		for i := range gs {
			add(tiePart{style: Label, gate: &gs[i]}, join(gs[i].Label, gs[i].Stands), room, m.Line)
		}
		if len(gs) == 0 {
			add(tiePart{style: Breach}, b.Words.None, room, 0)
		}
	}
	items := func(head string, texts []string) {
		add(tiePart{style: Soft}, head, wide, 0)
		for _, t := range texts {
			add(tiePart{style: Label}, t, wide, 0)
		}
		if len(texts) == 0 {
			add(tiePart{style: Label}, b.Words.None, wide, 0)
		}
	}
	var causes []string
	for _, c := range b.Causes {
		causes = append(causes, c.Label)
	}
	items(b.Words.Causes, causes)
	y += m.Line
	gates(b.Words.Before, b.Before)
	y += m.Line
	add(tiePart{style: Strong, event: true}, b.Event, room-2, 0)
	y += m.Line
	gates(b.Words.After, b.After)
	y += m.Line
	items(b.Words.Harms, b.Harms)
	return parts, y
}

func join(label, stands string) string {
	if stands == "" {
		return label
	}
	return label + " – " + stands
}

// tieWidth is as wide as the picture gets: its texts are read in lines.
const tieWidth = 60 // characters

// Layout stacks the parts.
func (b BowTie) Layout(m Metrics, maxWidth float64) (float64, float64) {
	w := math.Min(maxWidth, tieWidth*m.Char)
	_, h := b.lay(m, w)
	return w, h
}

// Draw draws from top to bottom.
func (b BowTie) Draw(s Surface) {
	m := s.Metrics()
	w, h := s.Size()
	parts, _ := b.lay(m, w)
	var first, last, event tiePart // where the way narrows from, to, and ends
	for _, p := range parts {
		switch {
		case p.event:
			event = p
		case p.gate != nil || p.style == Breach:
			if first.height == 0 {
				first = p
			}
			last = p
		}
	}
	top, bottom := first.y-2*m.Line, last.y+last.height+m.Line
	boxTop, boxEnd := event.y-m.Line/2, event.y+event.height+m.Line/2
	left := (1 - waist) / 2 * w
	edge := func(y float64) float64 { // how far the way is in from the left at a height
		switch {
		case y < boxTop:
			return left * math.Max(0, (y-top)/(boxTop-top))
		case y > boxEnd:
			return left * math.Max(0, (bottom-y)/(bottom-boxEnd))
		}
		return left
	}
	for _, side := range []func(x float64) float64{func(x float64) float64 { return x }, func(x float64) float64 { return w - 1 - x }} {
		s.Line(side(0), math.Max(0, top), side(left), boxTop, Grid)
		s.Line(side(left), boxEnd, side(0), math.Min(h, bottom), Grid)
		s.Line(side(left), boxTop, side(left), boxEnd, Axis)
	}
	s.Line(left, boxTop, w-1-left, boxTop, Axis)
	s.Line(left, boxEnd, w-1-left, boxEnd, Axis)
	for _, p := range parts {
		for i, l := range p.lines {
			s.Text(w/2, p.y+float64(i)*m.Line+m.Ascent, Centre, p.style, l)
		}
		if p.gate != nil {
			y := p.y + p.height - m.Line/2
			p.gate.draw(s, edge(y), w-1-edge(y), y)
			s.Mark(w/2, y, join(p.gate.Label, p.gate.Stands))
			// What is clicked leaves the text as much room above as the bar has below.
			s.Link(edge(y), p.y-m.Line/4, w-1-2*edge(y), p.height, p.gate.Break)
		}
	}
}

// draw is a bar across the way: whole, dashed, or with a gap where it is broken.
func (g Gate) draw(s Surface, from, to, y float64) {
	switch g.Holding {
	case Holds:
		s.Rect(from, y-gateBar/2, to-from, gateBar, Good)
	case Doubtful:
		s.Line(from, y, to, y, Limit)
	case Broken:
		gap := (to - from) / 5
		s.Line(from, y, (from+to-gap)/2, y, Breach)
		s.Line((from+to+gap)/2, y, to, y, Breach)
	}
}

// Table says the same from top to bottom.
func (b BowTie) Table() Table {
	t := Table{Caption: b.Title, Head: []string{"", b.Words.What, b.Words.Stands}}
	row := func(part, what, stands string) { t.Rows = append(t.Rows, []string{part, what, stands}) }
	gates := func(part string, gs []Gate) {
		for _, g := range gs {
			row(part, g.Label, g.Stands)
		}
		if len(gs) == 0 {
			row(part, b.Words.None, "")
		}
	}
	for _, c := range b.Causes {
		what := c.Label
		if c.Known != "" {
			what += " (" + c.Known + ")"
		}
		row(b.Words.Causes, what, "")
	}
	gates(b.Words.Before, b.Before)
	row(b.Words.Event, b.Event, "")
	gates(b.Words.After, b.After)
	for _, h := range b.Harms {
		row(b.Words.Harms, h, "")
	}
	return t
}
