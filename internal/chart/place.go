package chart

import "math"

// box is a rectangle something stands in.
type box struct{ left, top, right, bottom float64 }

func (b box) meets(o box) bool {
	return b.left < o.right && o.left < b.right && b.top < o.bottom && o.top < b.bottom
}

// spot is a place where a text could go.
type spot struct {
	x, y   float64 // as for Surface.Text
	anchor Anchor
}

// placer finds room for texts between lines, marks and texts placed before.
type placer struct {
	m     Metrics
	room  box
	taken []box
}

// line takes the room of a polyline.
func (p *placer) line(points []Point) {
	for i := 1; i < len(points); i++ {
		a, b := points[i-1], points[i]
		n := min(64, 1+math.Floor(math.Hypot(b.X-a.X, b.Y-a.Y)/(p.m.Char/2)))
		for k := 0.0; k <= n; k++ {
			p.dot(a.X+(b.X-a.X)*k/n, a.Y+(b.Y-a.Y)*k/n, 1.5)
		}
	}
}

// dot takes the room of a mark of radius r.
func (p *placer) dot(x, y, r float64) {
	p.taken = append(p.taken, box{x - r, y - r, x + r, y + r})
}

func (p *placer) box(s spot, text string) box {
	w := p.m.width(text)
	left := s.x
	switch s.anchor {
	case Start:
	case Centre:
		left -= w / 2
	case End:
		left -= w
	}
	return box{left, s.y - p.m.Ascent, left + w, s.y + p.m.Line - p.m.Ascent - 1}
}

func (p *placer) free(b box) bool {
	if b.left < p.room.left || b.right > p.room.right || b.top < p.room.top || b.bottom > p.room.bottom {
		return false
	}
	for _, t := range p.taken {
		if b.meets(t) {
			return false
		}
	}
	return true
}

// place takes the first spot with room for the text; ok is false when there is
// none.
func (p *placer) place(text string, spots []spot) (s spot, ok bool) {
	for _, s := range spots {
		if b := p.box(s, text); p.free(b) {
			p.taken = append(p.taken, b)
			return s, true
		}
	}
	return spot{}, false
}
