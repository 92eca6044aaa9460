package chart_test

import (
	"encoding/xml"
	"errors"
	"io"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/parleysec/parley/internal/chart"
)

// element is an SVG element with its attributes and text.
type element struct {
	name  string
	attrs map[string]string
	text  string
}

// parse reads SVG as strict XML.
func parse(t rapid.TB, svg string) []element {
	t.Helper()
	var es []element
	var open []int
	d := xml.NewDecoder(strings.NewReader(svg))
	for {
		tok, err := d.Token()
		if errors.Is(err, io.EOF) {
			return es
		}
		if err != nil {
			t.Fatalf("not XML: %v\n%s", err, svg)
		}
		switch tok := tok.(type) {
		case xml.StartElement:
			e := element{name: tok.Name.Local, attrs: map[string]string{}}
			for _, a := range tok.Attr {
				e.attrs[a.Name.Local] = a.Value
			}
			open = append(open, len(es))
			es = append(es, e)
		case xml.CharData:
			if len(open) > 0 {
				es[open[len(open)-1]].text += string(tok)
			}
		case xml.EndElement:
			open = open[:len(open)-1]
		}
	}
}

var number = regexp.MustCompile(`-?[0-9.]+`)

// checkSVG proves that all elements are of the few kinds drawn here, carry no
// handler, style or reference, and stand inside the picture.
func checkSVG(t rapid.TB, svg string) []element {
	t.Helper()
	es := parse(t, svg)
	var w, h float64
	for i, e := range es {
		if !slices.Contains([]string{"svg", "title", "style", "rect", "line", "path", "circle", "text"}, e.name) {
			t.Fatalf("unexpected element %s", e.name)
		}
		for name := range e.attrs {
			if strings.HasPrefix(name, "on") || name == "style" || name == "href" || name == "id" {
				t.Fatalf("attribute %s", name)
			}
		}
		if i == 0 {
			box := strings.Fields(e.attrs["viewBox"])
			w, _ = strconv.ParseFloat(box[2], 64)
			h, _ = strconv.ParseFloat(box[3], 64)
			continue
		}
		for _, a := range []struct {
			names string
			most  float64
		}{{"x x1 x2 cx", w}, {"y y1 y2 cy", h}} {
			for _, name := range strings.Fields(a.names) {
				inside(t, e.attrs[name], a.most)
			}
		}
		for k, v := range number.FindAllString(e.attrs["d"], -1) {
			inside(t, v, []float64{w, h}[k%2])
		}
	}
	return es
}

func inside(t rapid.TB, text string, most float64) {
	t.Helper()
	if text == "" {
		return
	}
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || v < -0.5 || v > most+0.5 {
		t.Fatalf("coordinate %q outside 0..%v", text, most)
	}
}

// figure draws any number, often an odd one.
func figure() *rapid.Generator[float64] {
	return rapid.OneOf(
		rapid.Float64Range(0, 1e7), rapid.Float64(),
		rapid.SampledFrom([]float64{0, 1, -1, 1e-300, 1e300, math.NaN(), math.Inf(1), math.Inf(-1)}),
	)
}

func chance() *rapid.Generator[float64] {
	return rapid.OneOf(rapid.Float64Range(0, 1), figure())
}

func anyPicture(t *rapid.T) chart.Picture {
	word := rapid.OneOf(rapid.String(), rapid.Just(`"><script>alert(1)</script>`), rapid.Just("\x00\x1b[31m\u202e"))
	style := rapid.SampledFrom([]chart.Style{chart.Now, chart.After})
	text := func(name string) string { return word.Draw(t, name) }
	n := rapid.IntRange(0, 4).Draw(t, "n")
	switch rapid.IntRange(0, 4).Draw(t, "kind") {
	case 0:
		q := chart.Squares{Title: text("title")}
		for range n {
			q.Panels = append(q.Panels, chart.Panel{Label: text("label"), Chance: chance().Draw(t, "chance"), Reading: text("reading"), Style: style.Draw(t, "style")})
		}
		return q
	case 1:
		e := chart.Exceedance{Title: text("title")}
		for range n {
			c := chart.Curve{Label: text("label"), Style: style.Draw(t, "style")}
			for range rapid.IntRange(0, 20).Draw(t, "points") {
				c.Points = append(c.Points, chart.ExceedancePoint{Loss: figure().Draw(t, "loss"), Chance: chance().Draw(t, "chance")})
			}
			e.Curves = append(e.Curves, c)
			e.Limits = append(e.Limits, chart.LimitPoint{Loss: figure().Draw(t, "loss"), Chance: chance().Draw(t, "chance"), Label: text("limit"), Actual: chance().Draw(t, "actual"), Breach: text("breach")})
		}
		return e
	case 2:
		r := chart.Ranges{Title: text("title"), Note: text("note")}
		for range n {
			r.Rows = append(r.Rows, chart.Range{Label: text("label"), Low: figure().Draw(t, "low"), Mid: figure().Draw(t, "mid"), High: figure().Draw(t, "high"), Style: style.Draw(t, "style")})
		}
		return r
	case 3:
		b := chart.BowTie{Title: text("title"), Event: text("event"), Words: chart.BowTieWords{Causes: text("causes"), Before: text("before"), After: text("after"), Harms: text("harms"), None: text("none")}}
		gate := func() chart.Gate {
			return chart.Gate{Label: text("gate"), Stands: text("stands"), Holding: rapid.SampledFrom([]chart.Holding{chart.Holds, chart.Doubtful, chart.Broken}).Draw(t, "holding"), Break: chart.Link{URL: text("url"), Name: text("name")}}
		}
		for range n {
			b.Causes, b.Harms = append(b.Causes, chart.Cause{Label: text("cause"), Known: text("known")}), append(b.Harms, text("harm"))
			b.Before, b.After = append(b.Before, gate()), append(b.After, gate())
		}
		return b
	}
	if rapid.Bool().Draw(t, "falls") {
		f := chart.Waterfall{Title: text("title"), Total: text("total")}
		for range n {
			f.Steps = append(f.Steps, chart.Fall{Label: text("label"), Adds: figure().Draw(t, "adds")})
		}
		return f
	}
	f := chart.Frontier{Title: text("title"), StopAt: figure().Draw(t, "stop"), Stop: text("stop"), Here: rapid.IntRange(-1, 5).Draw(t, "here"), HereAs: text("here")}
	for range n {
		f.Points = append(f.Points, chart.FrontierPoint{Outlay: figure().Draw(t, "outlay"), Value: figure().Draw(t, "value")})
	}
	return f
}

func TestAnyPictureIsSoundOnAnySurface(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := anyPicture(t)
		width := rapid.Float64Range(200, 1200).Draw(t, "width")
		checkSVG(t, chart.SVG(p, chart.SVGOptions{Width: width}))
		cols := rapid.IntRange(20, 120).Draw(t, "cols")
		for _, line := range strings.Split(chart.Terminal(p, chart.TerminalOptions{Width: cols}), "\n") {
			if len([]rune(line)) > cols {
				t.Fatalf("line of %d columns, at most %d wanted", len([]rune(line)), cols)
			}
			if strings.ContainsAny(line, "\x00\x1b\u202e") {
				t.Fatalf("control characters in %q", line)
			}
		}
		tab := p.Table()
		for _, row := range tab.Rows {
			if len(row) != len(tab.Head) {
				t.Fatalf("row of %d cells under a head of %d", len(row), len(tab.Head))
			}
		}
	})
}

func TestSamplesStandInside(t *testing.T) {
	for name, p := range pictures() {
		for _, width := range []float64{280, 328, 640, 1000} {
			es := checkSVG(t, chart.SVG(p, chart.SVGOptions{Width: width}))
			if es[0].attrs["role"] != "img" || es[1].name != "title" || es[1].text != p.Name() {
				t.Errorf("%s: a reader who does not see it is not told %q", name, p.Name())
			}
		}
	}
}

func TestTextIsEscaped(t *testing.T) {
	hostile := `</text></svg><script>alert("1")</script>&lt;`
	q := squares()
	q.Title, q.Panels[0].Label = hostile, hostile
	svg := chart.SVG(q, chart.SVGOptions{Class: `x" onload="alert(1)`})
	if strings.Contains(svg, "<script") || strings.Contains(svg, `onload="`) {
		t.Fatalf("not escaped: %s", svg)
	}
	es := checkSVG(t, svg)
	if es[1].text != hostile {
		t.Errorf("title reads %q, want it unchanged", es[1].text)
	}
}

func TestSquaresFillFromTheBottom(t *testing.T) {
	svg := chart.SVG(squares(), chart.SVGOptions{})
	top, low := math.Inf(1), 0.0
	count := map[string]int{}
	for _, e := range parse(t, svg) {
		if e.name != "rect" {
			continue
		}
		count[e.attrs["class"]]++
		y, _ := strconv.ParseFloat(e.attrs["y"], 64)
		if e.attrs["class"] == "c-empty" {
			top = math.Min(top, y)
		} else {
			low = math.Max(low, y)
		}
	}
	if count["c-now"] != 27 || count["c-after"] != 3 || count["c-empty"] != 170 {
		t.Errorf("squares %v, want 27 now, 3 after, 170 empty", count)
	}
	if !(top < low) {
		t.Error("the filled squares are not at the bottom")
	}
}

func TestATraceBelowOneSquare(t *testing.T) {
	q := chart.Squares{Panels: []chart.Panel{{Label: "Now", Chance: 0.004, Reading: "less than 1 in 100", Style: chart.Now}}}
	svg := chart.SVG(q, chart.SVGOptions{})
	if strings.Contains(svg, `rect class="c-now"`) || !strings.Contains(svg, `circle class="c-now"`) {
		t.Error("a chance below one square should show a trace, not a square and not nothing")
	}
	if got := q.Table().Rows[0][1]; got != "< 1" {
		t.Errorf("table says %q", got)
	}
}

func TestLogAxisOnlyOverThreeDecadesAndThenSaidSo(t *testing.T) {
	const note = "each step is ten times"
	if svg := chart.SVG(exceedance(), chart.SVGOptions{}); strings.Contains(svg, note) {
		t.Error("a linear axis says it is logarithmic")
	}
	if svg := chart.SVG(logarithmic(), chart.SVGOptions{}); !strings.Contains(svg, note) {
		t.Error("a logarithmic axis does not say so")
	}
}

func TestBreachIsNamed(t *testing.T) {
	e := exceedance()
	if svg := chart.SVG(e, chart.SVGOptions{}); !strings.Contains(svg, "41, over the limit of 25") {
		t.Error("the breach is not named")
	}
	e.Limits[0].Actual, e.Limits[0].Breach = 0.2, ""
	svg := chart.SVG(e, chart.SVGOptions{})
	if strings.Contains(svg, "41, over") || !strings.Contains(svg, ">limit 25<") {
		t.Error("a limit that is kept should carry its own name")
	}
}

func TestExceedanceTableReadsTheCurve(t *testing.T) {
	e := chart.Exceedance{
		Curves: []chart.Curve{{Label: "Now", Points: []chart.ExceedancePoint{{0, 0.8}, {100, 0.4}, {200, 0}}}},
		Limits: []chart.LimitPoint{{Loss: 150, Chance: 0.25}},
		Words:  chart.ExceedanceWords{Loss: "more than", Limit: "limit"},
	}
	want := map[string][]string{"0": {"80", ""}, "100": {"40", ""}, "150": {"20", "25"}, "200": {"0", ""}}
	for _, row := range e.Table().Rows {
		if w, ok := want[row[0]]; ok {
			if !slices.Equal(row[1:], w) {
				t.Errorf("at %s: %v, want %v", row[0], row[1:], w)
			}
			delete(want, row[0])
		}
	}
	if len(want) > 0 {
		t.Errorf("rows missing: %v", want)
	}
}

func TestStylesAllHaveALook(t *testing.T) {
	css := chart.CSS()
	for _, p := range pictures() {
		for _, e := range parse(t, chart.SVG(p, chart.SVGOptions{})) {
			for _, class := range strings.Fields(e.attrs["class"]) {
				if strings.HasPrefix(class, "c-") && class != "c-start" && class != "c-label" && !strings.Contains(css, "."+class) {
					t.Errorf("class %s has no rule", class)
				}
			}
		}
	}
}

func TestColourOnlyWhenWanted(t *testing.T) {
	plain := chart.Terminal(exceedance(), chart.TerminalOptions{})
	if strings.Contains(plain, "\x1b") {
		t.Error("colours without being asked")
	}
	colour := chart.Terminal(exceedance(), chart.TerminalOptions{Color: true})
	if !strings.Contains(colour, "\x1b[31m") {
		t.Error("no colours though asked")
	}
	if got := regexp.MustCompile("\x1b\\[[0-9]*m").ReplaceAllString(colour, ""); got != plain {
		t.Error("colours change the picture")
	}
}

// TestALongLabelTakesLines: what two options together are called stands whole over
// their squares, what is longer is cut, and beside a short label the squares stay
// level.
func TestALongLabelTakesLines(t *testing.T) {
	with := func(label string) chart.Squares {
		return chart.Squares{Panels: []chart.Panel{
			{Label: "If nothing is done", Chance: 0.3, Style: chart.Now}, {Label: label, Chance: 0.1, Style: chart.After},
		}}
	}
	both := "With “Reports page rebuilt with safe queries + Yearly test by outsiders”"
	q, short := with(both), with("With it")
	labels := func(q chart.Squares) (out []string) {
		for _, e := range parse(t, chart.SVG(q, chart.SVGOptions{Width: 540})) {
			if e.name == "text" && e.text != "" {
				out = append(out, e.text)
			}
		}
		return out
	}
	if got := strings.Join(labels(q), " "); got != "If nothing is done "+both {
		t.Errorf("the labels are %q", got)
	}
	if got := labels(with(strings.Repeat(both+" ", 4))); len(got) != 6 || !strings.HasSuffix(got[5], "…") {
		t.Errorf("what is longer is drawn as %q", got)
	}
	height := func(q chart.Squares) string {
		return regexp.MustCompile(`viewBox="[^"]*"`).FindString(chart.SVG(q, chart.SVGOptions{Width: 540}))
	}
	if height(q) == height(short) {
		t.Error("more lines take no more room than one")
	}
}
