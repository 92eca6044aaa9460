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

// text sets the table within a width by shortening the first column.
func (t *table) text(width int) string {
	if len(t.rows) == 0 {
		return ""
	}
	all := append([][]string{t.head}, t.rows...)
	widths := make([]int, len(t.head))
	total := 2 * (len(t.head) - 1)
	for i := range widths {
		for _, r := range all {
			widths[i] = max(widths[i], plain.Width(r[i]))
		}
		total += widths[i]
	}
	if over := total - width; over > 0 {
		widths[0] = max(min(widths[0], 24), widths[0]-over)
	}
	var b strings.Builder
	for _, r := range all {
		cells := make([]string, len(r))
		for i, c := range r {
			cells[i] = plain.Pad(plain.Fit(c, widths[i]), widths[i], i >= t.left)
		}
		b.WriteString(strings.TrimRight(strings.Join(cells, "  "), " ") + "\n")
	}
	return b.String()
}

// assumedText is the box of what nobody set.
func assumedText(list []parley.Assumption) string {
	if len(list) == 0 {
		return ""
	}
	var b strings.Builder
	b.WriteString("\n" + catalogue.T("cli.assumed") + "\n")
	for _, a := range list {
		b.WriteString("  " + plain.Clean(a.Says) + "\n")
	}
	return b.String()
}

// plainNumber reads a number as computers print it.
func plainNumber(s string) (float64, bool) {
	x, err := strconv.ParseFloat(s, 64)
	return x, err == nil && x >= 0 && !math.IsInf(x, 0) && !math.IsNaN(x)
}
