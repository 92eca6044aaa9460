package file

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/parleysec/parley/internal/catalogue"
)

// parts are the title of a row and what stands beside it.
func (l *lister) parts(r row) (string, []part) {
	var title string
	var out []part
	if r.cells != nil {
		title, out = r.columns()
	} else {
		title, out = l.line(r)
	}
	for _, k := range r.kids {
		out = append(out, part{line: k.line, text: k.text, place: -1})
	}
	return titled(title), out
}

// columns are the cells of a table's row.
func (r row) columns() (title string, out []part) {
	for i, c := range r.cells {
		switch a := r.about[i]; {
		case a == ColumnTitle && title == "":
			title = c
		case listColumn(a):
			out = append(out, part{line: r.line, text: c, place: -1, column: a})
		}
	}
	return title, out
}

// listColumn reports a column that a list of threats has a place for.
func listColumn(a Column) bool {
	switch a {
	case ColumnTitle, ColumnLikelihood, ColumnImpact, ColumnEffort, ColumnCost, ColumnMitigation, ColumnOwner, ColumnDescription, ColumnNotes, columnPeople:
		return true
	}
	return false
}

// maxFields is how many fields a line has at most, its title among them: nobody
// says more of a threat in one.
const maxFields = 20

var rowNumber = lazily(`^(?:\d{1,4}|[A-Z]{1,4}[-_ ]?\d{1,4})$`)

// line is a line outside tables.
func (l *lister) line(r row) (string, []part) {
	fields := split(strings.Trim(r.text, "| \t"))
	if len(fields) > 2 && rowNumber.MatchString(strings.TrimSpace(fields[0])) && hasLetters(fields[1]) {
		fields = fields[1:] // its number in a sheet
	}
	if len(fields) == 1 {
		return l.softLine(r)
	}
	var out []part
	if len(fields) > maxFields {
		l.asks.nothing(r.line, strings.Join(fields[maxFields:], "; "), catalogue.T("lines.many", "n", maxFields-1))
		fields = fields[:maxFields]
	}
	for i, f := range fields[1:] {
		out = append(out, part{line: r.line, text: f, place: i})
	}
	return fields[0], out
}

func hasLetters(s string) bool { return strings.IndexFunc(s, unicode.IsLetter) >= 0 }

// softLine is a line without a sure separator: its title goes up to the first
// piece that is a figure, so that figures within a title stay there.
func (l *lister) softLine(r row) (string, []part) {
	list := l.pieces(r.text)
	for i := 1; i < len(list); i++ {
		ended := strings.ContainsAny(r.text[list[i-1].end:list[i].start], ".!?") && len(strings.Fields(r.text[:list[i-1].end])) >= sentence
		if !ended && (!l.figure(list[i].text) || bareNumber(list[i].text) && !l.anySure(list[i+1:])) {
			continue
		}
		var out []part
		for place, k := 0, i; k < len(list); place, k = place+1, k+1 {
			end := k
			for end+1 < len(list) && !l.figure(list[k].text) && !l.figure(list[end+1].text) {
				end++
			}
			if end+1 < len(list) && l.worked(r.text, list[end], list[end+1]) {
				end++
			}
			if what, _, _, ok := labelled(list[k].text); ok && what >= slots && what != labelOwner { // it goes on to the next figure
				for end+1 < len(list) && (what == labelIdea && !anyLabel(list[end+1].text) || !l.figure(list[end+1].text)) {
					end++
				}
			}
			text := strings.TrimSpace(r.text[list[k].start:list[end].end])
			out = append(out, part{line: r.line, text: text, place: place})
			k = end
		}
		return closed(r.text, list[i-1].end), out
	}
	return r.text, nil
}

// worked reports words with an effort behind them in the same sentence.
func (l *lister) worked(text string, words, behind piece) bool {
	return !l.figure(words.text) && l.isEffort(behind.text) && !anyLabel(behind.text) && !strings.ContainsAny(text[words.end:behind.start], ".!?")
}

// anySure reports whether a piece is a figure and no bare number.
func (l *lister) anySure(list []piece) bool {
	return slices.ContainsFunc(list, func(p piece) bool { return l.figure(p.text) && !bareNumber(p.text) })
}

// closed is a text up to a place, with the bracket behind it that it opens.
func closed(text string, end int) string {
	title := text[:end]
	for _, pair := range []string{"()", "[]"} {
		if strings.LastIndex(title, pair[:1]) > strings.LastIndex(title, pair[1:]) && strings.HasPrefix(strings.TrimSpace(text[end:]), pair[1:]) {
			return title + pair[1:]
		}
	}
	return title
}

// anyLabel reports a labelled field.
func anyLabel(text string) bool {
	_, _, _, ok := labelled(text)
	return ok
}

// bareNumber reports a number without unit, which may be about anything.
func bareNumber(text string) bool {
	return strings.Trim(trimmed(text), "0123456789.,'’ ") == ""
}

// prefaces are what people say before they say what they fear.
var prefaces = lazily(`(?i)^(?:(?:and|also|then|well|so),? )?(?:i think(?: that)?|i(?:'m| am) afraid(?: that)?|i fear(?: that)?|we fear(?: that)?|i guess(?: that)?|i worry(?: that)?|what if) `)

// titled is a title without marks, quotes and prefaces.
func titled(s string) string {
	s = strings.NewReplacer("**", "", "__", "", "`", "").Replace(s)
	s = strings.TrimRight(strings.TrimSpace(s), ".,:;-–—=>|(/ ")
	if strings.HasPrefix(s, `"`) && strings.HasSuffix(s, `"`) && len(s) > 2 {
		s = s[1 : len(s)-1]
	}
	if m := prefaces.FindString(s); m != "" && len(m) < len(s) {
		return capital(strings.TrimSpace(s[len(m):]))
	}
	return strings.Join(strings.Fields(s), " ")
}

// capital is a text that begins with a capital letter.
func capital(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	if n == 0 {
		return s
	}
	return string(unicode.ToUpper(r)) + s[n:]
}

// atEnd is a figure that a title ends with, which may have been meant as a
// field: “Ransomware likely 200k”.
func (l *lister) atEnd(title string) string {
	words := strings.Fields(title)
	for n := min(3, len(words)-1); n > 0; n-- {
		text := strings.Join(words[len(words)-n:], " ")
		if !strings.ContainsAny(text, "0123456789") || bareNumber(text) {
			continue
		}
		if len(l.fits(text)) > 0 || l.otherCurrency(text) != "" {
			return text
		}
	}
	return ""
}
