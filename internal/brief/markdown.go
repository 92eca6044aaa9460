package brief

import (
	"io"
	"strings"

	"github.com/parleysec/parley/internal/brief/plain"
)

// markdown renders a page as GitHub-flavoured Markdown.
func (p page) markdown(w io.Writer) error {
	var b strings.Builder
	for i, blk := range p {
		if i > 0 {
			b.WriteByte('\n')
		}
		switch blk := blk.(type) {
		case heading:
			b.WriteString(strings.Repeat("#", blk.level) + " " + plain.Markdown(blk.text) + "\n")
		case paragraph:
			b.WriteString(plain.Markdown(string(blk)) + "\n")
		case bullets:
			for _, item := range blk {
				b.WriteString("- " + plain.Markdown(item) + "\n")
			}
		case table:
			blk.markdown(&b)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (t table) markdown(b *strings.Builder) {
	markdownRow(b, t.head)
	rule := make([]string, len(t.head))
	for j := range rule {
		rule[j] = "---"
		if t.right[j] {
			rule[j] = "---:"
		}
	}
	b.WriteString("| " + strings.Join(rule, " | ") + " |\n")
	for _, row := range t.rows {
		markdownRow(b, row)
	}
}

func markdownRow(b *strings.Builder, row []string) {
	cells := make([]string, len(row))
	for j, cell := range row {
		cells[j] = plain.Markdown(cell)
	}
	b.WriteString("| " + strings.Join(cells, " | ") + " |\n")
}
