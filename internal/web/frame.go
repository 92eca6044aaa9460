package web

import (
	"html/template"

	"github.com/parleysec/parley/internal/chart"
)

// Frame is what stands around every page.
type Frame struct {
	Title    string // of the window
	Product  string // its name
	Nav      []NavItem
	Products []NavItem  // to choose from, where there are several
	Notice   string     // what was just done
	Onward   *Link      // where to go on from there, beside the notice; nil for nowhere
	Settled  *Meanwhile // what was sent and came too late
	News     string     // where it is told what is recorded while the page is open; "" for nowhere
	Who      *Who       // who asks; nil where nobody signs in
	Begin    *Link      // where there is no product yet: how to bring one
	Example  *Example   // what to try, where this is the example
	Foot     []string   // sentences at the end of the page
}

// Who is the person a page is for, and where they can go as that person.
type Who struct {
	Name    string
	Links   []NavItem
	SignOut string // address of the form to sign out, "" for somebody at the machine
}

// NavItem is one way to go.
type NavItem struct {
	URL, Text, Key string
	Count          int // what waits there, 0 for nothing
	Here           bool
}

// Tag is a quiet mark beside a thing. Its kind is one of warn, risk, good and
// "".
type Tag struct{ Text, Kind string }

// Line is a sentence with a kind: breach, kept, warn, risk, good or "".
type Line struct{ Text, Kind string }

// Pair names a value.
type Pair struct{ Name, Value string }

// Link leads to a thing by its name.
type Link struct{ URL, Title string }

// Picture is a chart in two widths, the sentence under it and the figures
// behind it. The zero Picture is left out of a page.
type Picture struct {
	Wide, Narrow template.HTML
	Says         string
	Table        chart.Table
}

// The widths pictures are drawn in, in CSS pixels.
const (
	wideWidth   = 640
	columnWidth = 540
	narrowWidth = 320
	miniWidth   = 88
)

// picture draws a chart. What it returns may stand in a page unescaped: the
// surface makes every element itself and escapes every text.
func picture(p chart.Picture, width float64, says string) Picture {
	return Picture{
		Wide:   template.HTML(chart.SVG(p, chart.SVGOptions{Width: width})),       //nolint:gosec // see above
		Narrow: template.HTML(chart.SVG(p, chart.SVGOptions{Width: narrowWidth})), //nolint:gosec // see above
		Says:   says,
		Table:  p.Table(),
	}
}
