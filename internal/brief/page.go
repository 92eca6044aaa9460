package brief

import "slices"

// page is a brief as blocks, before it is rendered for a terminal or as
// Markdown. Texts in it are raw: each renderer makes them safe in its own way.
type page []block

// block is one of heading, paragraph, bullets and table.
type block interface{ isBlock() }

type heading struct {
	level int // 1 for the page, 2 for a threat, 3 within
	text  string
}

type paragraph string

type bullets []string

// table has one head per column; numbers stand right.
type table struct {
	head  []string
	right []bool
	rows  [][]string
}

func (heading) isBlock()   {}
func (paragraph) isBlock() {}
func (bullets) isBlock()   {}
func (table) isBlock()     {}

func (p *page) heading(level int, text string) { *p = append(*p, heading{level, text}) }

// say adds a paragraph of the sentences that say something.
func (p *page) say(sentences ...string) {
	if text := joinSentences(sentences...); text != "" {
		*p = append(*p, paragraph(text))
	}
}

func (p *page) list(items []string) {
	if len(items) > 0 {
		*p = append(*p, bullets(items))
	}
}

// table adds a table without the columns that say nothing in any row.
func (p *page) table(t table) {
	if len(t.rows) == 0 {
		return
	}
	out := table{rows: make([][]string, len(t.rows))}
	for j, head := range t.head {
		if !slices.ContainsFunc(t.rows, func(row []string) bool { return row[j] != "" }) {
			continue
		}
		out.head, out.right = append(out.head, head), append(out.right, t.right[j])
		for i, row := range t.rows {
			out.rows[i] = append(out.rows[i], row[j])
		}
	}
	*p = append(*p, out)
}

// joinSentences sets sentences side by side; empty ones are left out.
func joinSentences(sentences ...string) string {
	out := ""
	for _, s := range sentences {
		switch {
		case s == "":
		case out == "":
			out = s
		default:
			out += " " + s
		}
	}
	return out
}
