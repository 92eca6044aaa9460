package chart

// Style is the role a shape or text plays; the surface decides its look.
type Style uint8

// The roles.
const (
	Axis    Style = iota // axis lines and tick marks
	Grid                 // faint helping lines
	Empty                // a place that is not filled
	Now                  // as things are today: filled
	After                // as they would be: outlined
	Hatch                // the strokes that mark After beside its colour
	NowArea              // the faint area under a line of Now
	Limit                // a limit somebody set: dashed
	Breach               // where a limit is passed
	Good                 // a gain
	Unsure               // what decides nothing: outlined
	Middle               // the mark in the middle of a range
	Label                // text: names and readings
	Strong               // text that is read first
	Soft                 // text: ticks and notes
	styles
)

// name is the suffix of the style's class.
func (s Style) name() string {
	names := [...]string{
		"axis", "grid", "empty", "now", "after", "hatch", "nowarea", "limit",
		"breach", "good", "unsure", "middle", "label", "strong", "soft",
	}
	if int(s) < len(names) {
		return names[s]
	}
	return "label"
}

// Anchor says which end of a text its position is.
type Anchor uint8

// The anchors.
const (
	Start Anchor = iota
	Centre
	End
)

// Point is a position on a surface.
type Point struct{ X, Y float64 }

// Metrics are a surface's measures of text, in its units.
type Metrics struct {
	Char   float64 // width of an average character
	Line   float64 // height of a line
	Ascent float64 // from the top of a line to its baseline
}

// width estimates how wide a text is.
func (m Metrics) width(s string) float64 { return m.Char * float64(len([]rune(s))) }

// Surface is what pictures are drawn on. The origin is the top left corner, y
// grows downwards; a unit is about one CSS pixel. A text's y is its baseline.
// Coordinates that are not finite are the picture's mistake; surfaces draw
// them at 0.
type Surface interface {
	Size() (width, height float64)
	Metrics() Metrics
	Rect(x, y, w, h float64, s Style)
	Line(x1, y1, x2, y2 float64, s Style)
	Path(points []Point, closed bool, s Style)
	Circle(x, y, r float64, s Style)
	Text(x, y float64, a Anchor, s Style, text string)
	// Mark is a place where a reader may ask for the figures; it shows nothing
	// until asked, and nothing at all where nobody can ask.
	Mark(x, y float64, reading string)
	// Link makes a part of the picture lead somewhere, with a name for who does not
	// see it; it shows nothing by itself, and is nothing where nobody can follow it.
	Link(x, y, w, h float64, to Link)
}

// Link is where a part of a picture leads.
type Link struct {
	URL  string // a path of the site; "" leads nowhere
	Name string // what following it does
}

// Picture is a chart: it knows its name, how much room it wants, how to draw
// itself and the figures behind it.
type Picture interface {
	// Name is what a reader who does not see the picture is told first.
	Name() string
	// Layout is the room the picture takes when it gets at most this width.
	Layout(m Metrics, maxWidth float64) (width, height float64)
	Draw(s Surface)
	Table() Table
}

// Table holds the figures behind a picture as text, the first column naming
// the row.
type Table struct {
	Caption string
	Head    []string
	Rows    [][]string
}
