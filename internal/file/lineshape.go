package file

import (
	"slices"
	"strconv"
	"strings"

	"github.com/parleysec/parley/internal/catalogue"
)

// row is a line that is not empty, with what its place among the others says.
type row struct {
	line   int
	indent int
	marked bool     // it has a list mark
	text   string   // without indentation and list mark
	cells  []string // of a table, nil outside
	about  []Column // of the cells
	kids   []row    // lines set in below it
}

var (
	ruler      = lazily(`^\s*(?:-{3,}|={3,}|_{3,}|\*{3,}|~{3,}|(?:[-*_] ){2,}[-*_])\s*$`)
	tableRuler = lazily(`^\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)+\|?\s*$`)
	decorated  = lazily(`^([-=*_~#>]{2,})\s*(.+?)\s*[-=*_~#<]{2,}$`)
	wholeBold  = lazily(`^(?:\*\*|__)[^*_]+(?:\*\*|__):?$`)
	// announced is a first line that says what the list is.
	announced = lazily(`(?i)^(?:(?:our|the|my|all|some|main|possible|potential|top|known|security|it|cyber|new|list|of|\d+)\s+)*` +
		`(?:threats|risks|dangers|worries|fears|issues|threat (?:list|model|session|workshop)|risk (?:list|register|log|assessment|workshop|session)|brainstorm(?:ing)?|workshop|meeting|minutes|notes|bedrohungen|risiken|gefahren|risikoliste|bedrohungsliste)\b`)
)

// rows are the threats of a list with their details, and what else there is:
// headings and tables' headers are said to the asks.
func (l *lister) rows(src source) []row {
	var out []row
	for i, line := range src {
		if ruler.MatchString(line) || tableRuler.MatchString(line) {
			l.underlined(&out, i+1)
			continue
		}
		if strings.TrimSpace(strings.Trim(strings.TrimSpace(line), "|")) == "" {
			continue
		}
		out = append(out, newRow(i+1, line))
	}
	out = l.withoutHeadings(out)
	l.tables(out)
	return l.nested(slices.DeleteFunc(out, func(r row) bool { return r.line == 0 }))
}

func newRow(number int, line string) row {
	indent := 0
	for _, c := range line {
		switch c {
		case ' ':
			indent++
			continue
		case '\t':
			indent += 4
			continue
		}
		break
	}
	text, marked := bullet(line)
	return row{line: number, indent: indent, marked: marked, text: text}
}

// underlined takes the row above a ruler as a heading, unless it is a header.
func (l *lister) underlined(out *[]row, number int) {
	n := len(*out) - 1
	if n < 0 || (*out)[n].line != number-1 || (*out)[n].marked || len(split((*out)[n].text)) > 1 || strings.Contains((*out)[n].text, "|") {
		return
	}
	if l.softHeader((*out)[n].text) {
		return
	}
	l.asks.heading((*out)[n].line, (*out)[n].text)
	*out = (*out)[:n]
}

// withoutHeadings takes the lines out that only say what comes next.
func (l *lister) withoutHeadings(rows []row) []row {
	marked, plain := 0, 0
	for _, r := range rows {
		if r.marked || strings.HasPrefix(r.text, "|") {
			marked++
		} else if r.indent == 0 && !strings.HasPrefix(r.text, "#") {
			plain++
		}
	}
	listed := marked >= 3 && marked >= 2*plain
	out := rows[:0:0]
	for i, r := range rows {
		if heading(r, i == 0 && len(rows) > 1) || listed && !r.marked && r.indent == 0 && !strings.HasPrefix(r.text, "|") && !l.tells(r.text) {
			l.asks.heading(r.line, r.text)
			continue
		}
		out = append(out, r)
	}
	return out
}

// heading reports a line that names what follows and is no threat itself.
func heading(r row, first bool) bool {
	single := len(split(r.text)) == 1 && !strings.HasPrefix(r.text, "|")
	switch {
	case strings.HasPrefix(r.text, "#"), strings.HasPrefix(r.text, "//"), strings.HasPrefix(r.text, "<!--"):
		return true
	case !r.marked && decorated.MatchString(r.text) && single:
		return true
	case !r.marked && wholeBold.MatchString(r.text):
		return true
	case !r.marked && single && strings.HasSuffix(r.text, ":"):
		return true
	case first && !r.marked && single && announced.MatchString(r.text):
		return true
	}
	return first && single && headerColumn(r.text) == ColumnTitle
}

// tells reports whether a line says a chance, damage or effort.
func (l *lister) tells(text string) bool {
	for _, p := range split(text)[1:] {
		if len(l.fits(p)) > 0 {
			return true
		}
	}
	for i, p := range l.pieces(text) {
		if i > 0 && (anyLabel(p.text) || len(l.fits(p.text)) > 0) {
			return true
		}
	}
	return false
}

// separators of tables, the surest first.
var separators = []string{"\t", "|", ";", ","}

// tables finds headers and parts the rows below them into cells. The header's
// row loses its line number, by which it is known.
func (l *lister) tables(rows []row) {
	for i := 0; i < len(rows); i++ {
		separator, about := header(rows[i].text)
		if separator == "" {
			if i == 0 && l.softHeader(rows[i].text) {
				rows[i].line = 0
			}
			continue
		}
		names := cells(rows[i].text, separator)
		number := rows[i].line
		l.asks.header(number, names, about)
		rows[i].line = 0
		body := rows[i+1:]
		for k := range body {
			if s, _ := header(body[k].text); s != "" || !strings.Contains(body[k].text, separator) {
				body = body[:k]
				break
			}
			if parts := cells(body[k].text, separator); len(parts) <= len(about) || strings.Join(parts[len(about):], "") == "" {
				body[k].cells, body[k].about = parts[:min(len(parts), len(about))], about
			}
		}
		for c, name := range names {
			l.column(body, c, about[c], number, name)
		}
		i += len(body)
	}
}

// column gives the cells of a column the unit that its header names; steps of
// a scale become its words.
func (l *lister) column(body []row, c int, about Column, number int, name string) {
	_, unit := ColumnOf(trimmed(name))
	top := 0
	if about == ColumnLikelihood || about == ColumnImpact {
		top = topStep(body, c, unit)
	}
	if top > 0 {
		l.asks.note(number, supposed, catalogue.T("lines.steps", "line", number, "name", Visible(name), "top", top))
	}
	for _, r := range body {
		if c >= len(r.cells) {
			continue
		}
		cell := r.cells[c]
		switch n, err := strconv.Atoi(cell); {
		case top > 0 && err == nil && n >= 1:
			r.cells[c] = Step(n, top)
		case top == 0:
			if r.cells[c] = inUnit(cell, about, unit); r.cells[c] != cell && unit == "" {
				l.asks.taken(r.line, cell, r.cells[c])
			}
		}
	}
}

// fewestSteps is how many cells of small numbers make a column of steps.
const fewestSteps = 3

// topStep is the highest step of a column of steps, 0 where its cells are none.
func topStep(body []row, c int, unit string) int {
	top, seen := 0, 0
	for _, r := range body {
		if c >= len(r.cells) || blank(r.cells[c]) {
			continue
		}
		n, err := strconv.Atoi(r.cells[c])
		if err != nil || n < 0 || n > 10 {
			return 0
		}
		seen++
		top = max(top, n)
	}
	if said, ok := StepsNamed(unit); ok && said >= max(top, 2) {
		return said
	}
	switch {
	case seen < fewestSteps:
		return 0
	case top <= 5:
		return 5
	}
	return 10
}

// header is the separator of a line of column names, with what they are about;
// "" for any other line.
func header(text string) (separator string, about []Column) {
	for _, s := range separators {
		if row := cells(text, s); len(row) > 1 {
			if about, ok := knownColumns(row); ok {
				return s, about
			}
		}
	}
	return "", nil
}

// softHeader reports a line of column names with dashes or the like between.
func (l *lister) softHeader(text string) bool {
	var row []string
	for _, p := range l.pieces(text) {
		row = append(row, p.text)
	}
	about, ok := knownColumns(row)
	return ok && !slices.Contains(about, "")
}

// nested puts lines that are set in below the line they belong to: details of
// a threat, the rest of its sentence, or threats of a group.
func (l *lister) nested(rows []row) []row {
	var out []row
	for i := 0; i < len(rows); i++ {
		r := rows[i]
		k := i + 1
		for k < len(rows) && r.cells == nil && rows[k].cells == nil && rows[k].indent >= r.indent+2 {
			k++
		}
		kids := rows[i+1 : k]
		for len(kids) > 0 && !kids[0].marked && (r.marked || continues(kids[0].text)) { // a sentence that was broken
			r.text += " " + kids[0].text
			kids = kids[1:]
		}
		i = k - 1
		switch {
		case len(kids) == 0:
		case l.details(kids):
			r.kids = kids
		case !l.tells(r.text): // a group
			l.asks.heading(r.line, r.text)
			out = append(out, l.nested(kids)...)
			continue
		default:
			out = append(append(out, r), l.nested(kids)...)
			continue
		}
		out = append(out, r)
	}
	return out
}

// continues reports a text that goes on with what stood above.
func continues(text string) bool {
	r := first(text)
	return r >= 'a' && r <= 'z' || strings.ContainsRune("äöüß(,;", r)
}

// details reports lines that speak about the threat above them: at least one is
// a field, and none is a threat with fields of its own.
func (l *lister) details(kids []row) bool {
	one := false
	for _, k := range kids {
		if anyLabel(k.text) || len(l.fits(k.text)) > 0 {
			one = true
			continue
		}
		if l.tells(k.text) {
			return false
		}
	}
	return one
}
