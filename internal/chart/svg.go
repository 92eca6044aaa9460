package chart

import (
	"fmt"
	"html"
	"strconv"
	"strings"
)

// SVGOptions say how a picture becomes SVG.
type SVGOptions struct {
	Width      float64 // the most it may take, in CSS pixels; 0: 640
	Class      string  // further class names of the svg element
	Standalone bool    // for a file of its own: with namespace and styles inside
}

// SVG draws the picture as one svg element. Its look comes from the classes of
// [CSS], so that it is fit for pages whose policy forbids inline styles; only
// a standalone picture carries its styles along. All text is escaped.
func SVG(p Picture, o SVGOptions) string {
	if o.Width <= 0 {
		o.Width = 640
	}
	s := &svg{}
	s.w, s.h = p.Layout(s.Metrics(), o.Width)
	p.Draw(s)
	var b strings.Builder
	b.WriteString(`<svg`)
	if o.Standalone {
		b.WriteString(` xmlns="http://www.w3.org/2000/svg"`)
	}
	class := "chart"
	if o.Class != "" {
		class += " " + o.Class
	}
	role := "img"
	if s.links {
		role = "group" // what is in an image cannot be reached
	}
	fmt.Fprintf(&b, ` class="%s" role="%s" viewBox="0 0 %s %s" width="%s" height="%s"><title>%s</title>`,
		escape(class), role, num(s.w), num(s.h), num(s.w), num(s.h), escape(p.Name()))
	if o.Standalone {
		b.WriteString("<style>" + tokens + CSS() + "</style>")
	}
	b.WriteString(s.b.String())
	b.WriteString("</svg>")
	return b.String()
}

// svg is the Surface that writes SVG elements.
type svg struct {
	b     strings.Builder
	w, h  float64
	links bool // something in it leads somewhere
}

func (s *svg) Size() (float64, float64) { return s.w, s.h }

// Metrics assume text of 13 px in a usual sans-serif face, whose characters
// are a little over half as wide as high.
func (s *svg) Metrics() Metrics { return Metrics{Char: 7.4, Line: 18, Ascent: 13} }

func (s *svg) Rect(x, y, w, h float64, st Style) {
	fmt.Fprintf(&s.b, `<rect class="c-%s" x="%s" y="%s" width="%s" height="%s"/>`,
		st.name(), num(x), num(y), num(max(0, w)), num(max(0, h)))
}

func (s *svg) Line(x1, y1, x2, y2 float64, st Style) {
	fmt.Fprintf(&s.b, `<line class="c-%s" x1="%s" y1="%s" x2="%s" y2="%s"/>`,
		st.name(), num(x1), num(y1), num(x2), num(y2))
}

func (s *svg) Path(points []Point, closed bool, st Style) {
	if len(points) < 2 {
		return
	}
	fmt.Fprintf(&s.b, `<path class="c-%s" d="`, st.name())
	for i, p := range points {
		op := byte('L')
		if i == 0 {
			op = 'M'
		}
		s.b.WriteByte(op)
		s.b.WriteString(num(p.X) + " " + num(p.Y))
	}
	if closed {
		s.b.WriteByte('Z')
	}
	s.b.WriteString(`"/>`)
}

func (s *svg) Circle(x, y, r float64, st Style) {
	fmt.Fprintf(&s.b, `<circle class="c-%s" cx="%s" cy="%s" r="%s"/>`, st.name(), num(x), num(y), num(max(0, r)))
}

func (s *svg) Text(x, y float64, a Anchor, st Style, text string) {
	anchor := [...]string{"c-start", "c-centre", "c-end"}[min(int(a), 2)]
	fmt.Fprintf(&s.b, `<text class="c-%s %s" x="%s" y="%s">%s</text>`, st.name(), anchor, num(x), num(y), escape(text))
}

func (s *svg) Mark(x, y float64, reading string) {
	fmt.Fprintf(&s.b, `<circle class="c-mark" cx="%s" cy="%s" r="8" data-reading="%s"><title>%s</title></circle>`,
		num(x), num(y), escape(reading), escape(reading))
}

func (s *svg) Link(x, y, w, h float64, to Link) {
	if !strings.HasPrefix(to.URL, "/") || strings.HasPrefix(to.URL, "//") {
		return // no page of the site
	}
	s.links = true
	fmt.Fprintf(&s.b, `<a href="%s" aria-label="%s"><rect class="c-link" x="%s" y="%s" width="%s" height="%s" rx="6"><title>%s</title></rect></a>`,
		escape(to.URL), escape(to.Name), num(x), num(y), num(max(0, w)), num(max(0, h)), escape(to.Name))
}

// num writes a coordinate with at most one decimal, 0 when it is not finite.
func num(v float64) string {
	if !finite(v) {
		return "0"
	}
	t := strings.TrimSuffix(strconv.FormatFloat(v, 'f', 1, 64), ".0")
	if t == "-0" {
		return "0"
	}
	return t
}

// escape makes a text fit for SVG content and attributes. Characters XML does
// not allow become the replacement character.
func escape(s string) string {
	s = strings.ToValidUTF8(s, "�")
	s = strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0xFFFE || r == 0xFFFF {
			return '�'
		}
		return r
	}, s)
	return html.EscapeString(s)
}
