package brief

import (
	"io"
	"strings"

	"github.com/parleysec/parley/internal/brief/plain"
)

// columnGap stands between the columns of a table.
const columnGap = "  "

// terminal renders a page for a terminal of width columns.
func (p page) terminal(w io.Writer, width int) error {
	var b strings.Builder
	for i, blk := range p {
		if i > 0 {
			b.WriteByte('\n')
		}
		switch blk := blk.(type) {
		case heading:
			writeHeading(&b, blk, width)
		case paragraph:
			writeLines(&b, plain.Wrap(plain.Clean(string(blk)), width), "")
		case bullets:
			for _, item := range blk {
				writeItem(&b, plain.Clean(item), width)
			}
		case table:
			blk.terminal(&b, width)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func writeHeading(b *strings.Builder, h heading, width int) {
	lines := plain.Wrap(plain.Clean(h.text), width)
	writeLines(b, lines, "")
	longest := 0
	for _, l := range lines {
		longest = max(longest, plain.Width(l))
	}
	switch h.level {
	case 1:
		b.WriteString(strings.Repeat("═", longest) + "\n")
	case 2:
		b.WriteString(strings.Repeat("─", longest) + "\n")
	}
}

func writeLines(b *strings.Builder, lines []string, indent string) {
	for _, l := range lines {
		b.WriteString(indent + l + "\n")
	}
}

func writeItem(b *strings.Builder, item string, width int) {
	for i, l := range plain.Wrap(item, width-2) {
		if i == 0 {
			b.WriteString("• " + l + "\n")
		} else {
			b.WriteString("  " + l + "\n")
		}
	}
}

func (t table) terminal(b *strings.Builder, width int) {
	rows := append([][]string{t.head}, t.rows...)
	for i, row := range rows {
		clean := make([]string, len(row))
		for j, cell := range row {
			clean[j] = plain.Clean(cell)
		}
		rows[i] = clean
	}
	widths := t.widths(rows, width)
	if widths == nil {
		t.cards(b, rows, width)
		return
	}
	for i, row := range rows {
		t.row(b, row, widths)
		if i == 0 {
			t.row(b, rules(widths), widths)
		}
	}
}

func rules(widths []int) []string {
	out := make([]string, len(widths))
	for i, w := range widths {
		out[i] = strings.Repeat("─", w)
	}
	return out
}

// narrowest is how far a column of words may shrink; below that the table is
// shown as cards.
const narrowest = 14

// widths fits the columns into width by letting the widest columns of words
// wrap; nil where that does not do.
func (t table) widths(rows [][]string, width int) []int {
	widths := make([]int, len(t.head))
	total := len(columnGap) * (len(t.head) - 1)
	for j := range widths {
		for _, row := range rows {
			widths[j] = max(widths[j], plain.Width(row[j]))
		}
		total += widths[j]
	}
	for ; total > width; total-- {
		widest := -1
		for j, w := range widths {
			if !t.right[j] && w > narrowest && (widest < 0 || w > widths[widest]) {
				widest = j
			}
		}
		if widest < 0 {
			return nil
		}
		widths[widest]--
	}
	return widths
}

// row writes one row, as many lines as its longest cell needs.
func (t table) row(b *strings.Builder, row []string, widths []int) {
	cells, lines := make([][]string, len(row)), 1
	for j, cell := range row {
		cells[j] = plain.Wrap(cell, widths[j])
		if plain.Width(cell) <= widths[j] {
			cells[j] = []string{cell}
		}
		lines = max(lines, len(cells[j]))
	}
	for i := range lines {
		line := ""
		for j, c := range cells {
			cell := ""
			if i < len(c) {
				cell = c[i]
			}
			if j > 0 {
				line += columnGap
			}
			line += plain.Pad(cell, widths[j], t.right[j])
		}
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
}

// cards writes each row below the other, where there is no room for columns.
func (t table) cards(b *strings.Builder, rows [][]string, width int) {
	for _, row := range rows[1:] {
		writeLines(b, plain.Wrap(row[0], width), "")
		for j := 1; j < len(row); j++ {
			if row[j] != "" {
				writeLines(b, plain.Wrap(rows[0][j]+": "+row[j], width-2), "  ")
			}
		}
	}
}
