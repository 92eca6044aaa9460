package main

import (
	"math"
	"strconv"
	"strings"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
)

// table is text in columns: the first left of them to the left, the rest,
// numbers, to the right.
type table struct {
	head []string
	left int
	rows [][]string
}

func (t *table) add(cells ...string) {
	for i := range cells {
		cells[i] = plain.Clean(cells[i])
	}
	t.rows = append(t.rows, cells)
}

// text sets the table within a width. Nothing is cut: what does not fit goes on
// below, headings first, then the widest of the columns of text, and at last each
// row becomes a block of lines.
func (t *table) text(width int) string {
	if len(t.rows) == 0 {
		return ""
	}
	widths, total := t.widths(true)
	if total > width {
		widths, total = t.widths(false)
	}
	for total > width {
		i := t.widest(widths)
		if widths[i] <= narrowest {
			break
		}
		total--
		widths[i]--
	}
	if total > width {
		return t.blocks(width)
	}
	var b strings.Builder
	for _, r := range append([][]string{t.head}, t.rows...) {
		t.row(&b, r, widths)
	}
	return b.String()
}

// blocks sets each row below the other, a line a cell, where the columns do not fit
// beside each other.
func (t *table) blocks(width int) string {
	var b strings.Builder
	for _, r := range t.rows {
		hanging(&b, "", r[0], width)
		for i := 1; i < len(r); i++ {
			switch {
			case r[i] == "":
			case t.head[i] == "":
				hanging(&b, "  ", r[i], width)
			default:
				hanging(&b, "  ", plain.Capital(t.head[i])+": "+r[i], width)
			}
		}
	}
	return b.String()
}

// narrowest is the least width a column of text is set in.
const narrowest = 16

// widths are those that every row needs in one line, and their total; whole
// says whether the headings stand in one line, too.
func (t *table) widths(whole bool) ([]int, int) {
	widths := make([]int, len(t.head))
	total := 2 * (len(t.head) - 1)
	for i, head := range t.head {
		parts := plain.Wrap(head, plain.NarrowestWrap)
		if whole {
			parts = []string{head}
		}
		for _, part := range parts {
			widths[i] = max(widths[i], plain.Width(part))
		}
		for _, r := range t.rows {
			widths[i] = max(widths[i], plain.Width(r[i]))
		}
		total += widths[i]
	}
	return widths, total
}

// widest is the widest column of text.
func (t *table) widest(widths []int) int {
	at := 0
	for i := range t.left {
		if widths[i] > widths[at] {
			at = i
		}
	}
	return at
}

// row sets one row, each cell in as many lines as it needs.
func (t *table) row(b *strings.Builder, r []string, widths []int) {
	cells := make([][]string, len(r))
	lines := 0
	for i, c := range r {
		cells[i] = plain.Wrap(c, widths[i])
		lines = max(lines, len(cells[i]))
	}
	for n := range lines {
		parts := make([]string, len(r))
		for i := range r {
			part := ""
			if n < len(cells[i]) {
				part = cells[i][n]
			}
			parts[i] = plain.Pad(part, widths[i], i >= t.left)
		}
		b.WriteString(strings.TrimRight(strings.Join(parts, "  "), " ") + "\n")
	}
}

// assumedText is the box of what nobody set.
func assumedText(list []parley.Assumption, width int) string {
	if len(list) == 0 {
		return ""
	}
	var b strings.Builder
	b.WriteString("\n" + catalogue.T("cli.assumed") + "\n")
	for _, a := range list {
		hanging(&b, "  ", a.Says, width)
	}
	return b.String()
}

// textWidth is the width of running text; what a terminal is wider than that
// makes it no easier to read.
const textWidth = 80

// paragraph writes running text wrapped.
func paragraph(b *strings.Builder, indent, text string) { hanging(b, indent, text, textWidth) }

// hanging writes text wrapped to a width, each line after the first set in by
// two more.
func hanging(b *strings.Builder, indent, text string, width int) {
	for k, line := range plain.Wrap(plain.Clean(text), width-len(indent)-2) {
		if k == 1 {
			indent += "  "
		}
		b.WriteString(indent + line + "\n")
	}
}

// plainNumber reads a number as computers print it.
func plainNumber(s string) (float64, bool) {
	x, err := strconv.ParseFloat(s, 64)
	return x, err == nil && x >= 0 && !math.IsInf(x, 0) && !math.IsNaN(x)
}
