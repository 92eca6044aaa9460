package file

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// part is a piece of a line: what stands between two separators.
type part struct {
	line   int
	text   string
	place  int    // its place after the title, from 0; -1 where it has none
	column Column // what its column is about, "" outside tables
}

// Separators that people put between fields and hardly ever into a title.
var fieldSeparator = lazily(`\s*;\s*|\t|\s+\|\s+`)

// split parts a line at ; or tabs or bars; without any it is one part.
func split(line string) []string { return fieldSeparator.Split(line, -1) }

// softSeparator are separators that also stand within titles and sentences.
var softSeparator = lazily(`\s+(?:[-–—=]+>?|→|/)\s+|,\s*|[.!?]\s+|:\s+|\s*[()\[\]]\s*(?:[-–—=]+>?\s+|[,:.]\s*)?|\s{2,}`)

// piece is a stretch of a text between two soft separators.
type piece struct {
	start, end int // in the text
	text       string
}

// maxPieces is how many pieces a text is parted into at most: what has more is
// prose.
const maxPieces = 40

// pieces parts a text at its soft separators, but for those within a number or
// range, and the colon of a label.
func (l *lister) pieces(text string) []piece {
	var out []piece
	start := 0
	separators := softSeparator.FindAllStringIndex(text, maxPieces)
	add := func(end int) {
		if p := strings.TrimSpace(text[start:end]); p != "" {
			out = append(out, piece{start, end, p})
		}
	}
	for i, m := range separators {
		next := len(text)
		if i+1 < len(separators) {
			next = separators[i+1][0]
		}
		if m[0] < start || l.within(text[start:m[0]], text[m[0]:m[1]], text[m[1]:next]) || text[m[0]] == ':' && isLabel(text[start:m[0]]) {
			continue
		}
		add(m[0])
		start = m[1]
	}
	add(len(text))
	return out
}

var abbreviation = lazily(`(?i)\b(?:ca|approx|max|min|tsd|mio|mrd|st|mr|mrs|dr|e\.g|i\.e|z\.b|nr|no|c|vs)$`)

// within reports a separator that belongs to what stands around it: 1,200 and
// 20k - 80k, approx. 5.
func (l *lister) within(left, separator, right string) bool {
	switch strings.TrimSpace(separator) {
	case ",":
		return len(separator) == 1 && endsInDigit(left) && right != "" && right[0] >= '0' && right[0] <= '9'
	case "-", "–", "—":
		if strings.IndexFunc(left, unicode.IsDigit) < 0 || strings.IndexFunc(right, unicode.IsDigit) < 0 {
			return false
		}
		if oddsBefore.MatchString(left) {
			return false
		}
		if i := strings.LastIndexAny(left, ",;:("); i >= 0 {
			left = left[i+1:]
		}
		return len(l.fits(left+" - "+right)) > 0
	case ".":
		return abbreviation.MatchString(left)
	}
	return false
}

var oddsBefore = lazily(`(?:^|[\s(,;-])1:\d+$`)

func endsInDigit(s string) bool { return s != "" && s[len(s)-1] >= '0' && s[len(s)-1] <= '9' }

// Labels that may stand before a field, in English and German.
var labels = map[string]slot{
	"chance": chance, "likelihood": chance, "probability": chance, "frequency": chance, "how often": chance, "how likely": chance,
	"wahrscheinlichkeit": chance, "eintrittswahrscheinlichkeit": chance, "häufigkeit": chance,
	"damage": damage, "impact": damage, "loss": damage, "severity": damage, "damages": damage,
	"schaden": damage, "auswirkung": damage, "schadenshöhe": damage,
	"effort": effort, "cost": effort, "costs": effort, "work": effort, "estimate": effort, "aufwand": effort, "kosten": effort, "dauer": effort,
	"people": labelPeople, "harm": labelPeople, "who": labelPeople, "betroffene": labelPeople, "affected": labelPeople,
	"says": labelSays, "so": labelSays, "then": labelSays, "consequence": labelSays, "consequences": labelSays, "folge": labelSays, "folgen": labelSays,
	"fix": labelIdea, "idea": labelIdea, "mitigation": labelIdea, "measure": labelIdea, "countermeasure": labelIdea, "control": labelIdea, "todo": labelIdea, "action": labelIdea, "solution": labelIdea,
	"maßnahme": labelIdea, "massnahme": labelIdea, "gegenmaßnahme": labelIdea, "idee": labelIdea, "lösung": labelIdea, "abhilfe": labelIdea,
	"owner": labelOwner, "verantwortlich": labelOwner,
}

// What a label may announce besides the slots.
const (
	labelPeople slot = slots + iota
	labelSays
	labelIdea
	labelOwner
)

func isLabel(text string) bool {
	_, ok := labels[strings.ToLower(trimmed(text))]
	return ok
}

// labelled parts "chance: low" and "damage = 20k", and, for the three figures,
// "chance low".
func labelled(text string) (what slot, value string, marked, ok bool) {
	if i := strings.IndexAny(text, ":="); i > 0 {
		what, ok = labels[strings.ToLower(trimmed(text[:i]))]
		return what, strings.TrimSpace(text[i+1:]), true, ok
	}
	word, rest, _ := strings.Cut(text, " ")
	what, ok = labels[strings.ToLower(word)]
	rest = strings.TrimSpace(rest)
	return what, rest, false, ok && rest != "" && (what < slots || what == labelPeople && unicode.IsDigit(first(rest)) || what == labelSays)
}

func first(s string) rune {
	r, _ := utf8.DecodeRuneInString(s)
	return r
}

// marker is a line of list marks: - * 1. a) [ ] > #3.
var marker = lazily(`^\s*(?:(?:[-*•‣◦▪–—+>]|\(?(?:\d{1,3}|[a-zA-Z])[.)]|#\d{1,3}[.):]?|\[[ xX]?\])\s+)*`)

// bullet takes the marks off that lists are written with.
func bullet(line string) (text string, marked bool) {
	mark := marker.FindString(line)
	return strings.TrimSpace(line[len(mark):]), strings.TrimSpace(mark) != ""
}

// cells parts a line of a table at its separator; quotes may hold one.
func cells(line, separator string) []string {
	line = strings.TrimSpace(line)
	if separator == "|" {
		line = strings.TrimSuffix(strings.TrimPrefix(line, "|"), "|")
	}
	var out []string
	for {
		cell, rest, more := strings.Cut(line, separator)
		if end := closing(line); end > 0 {
			cell = strings.ReplaceAll(line[1:end], `""`, `"`)
			_, rest, more = strings.Cut(line[end+1:], separator)
		}
		out = append(out, strings.TrimSpace(cell))
		if !more {
			return out
		}
		line = rest
	}
}

// closing is where the quote that a text starts with ends, 0 for nowhere or for
// a text that starts with none.
func closing(s string) int {
	if !strings.HasPrefix(s, `"`) {
		return 0
	}
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] != '"':
		case i+1 < len(s) && s[i+1] == '"':
			i++
		default:
			return i
		}
	}
	return 0
}

// knownColumns is what the cells of a header are about; ok says that they are one.
func knownColumns(row []string) (about []Column, ok bool) {
	known, filled := 0, 0
	impact := slices.ContainsFunc(row, func(c string) bool { a, _ := ColumnOf(trimmed(c)); return a == ColumnImpact })
	for _, c := range row {
		a := headerColumn(c)
		if severity, _ := ColumnOf(trimmed(c)); severity == ColumnSeverity && impact {
			a = ColumnSeverity // the impact says it better
		}
		about = append(about, a)
		if strings.TrimSpace(c) != "" {
			filled++
		}
		if a != "" {
			known++
		}
	}
	return about, known >= 2 && 2*known >= filled && slices.Contains(about, ColumnTitle)
}

// headerColumn is what a header of a list of threats is about.
func headerColumn(header string) Column {
	about, _ := ColumnOf(trimmed(header))
	switch about {
	case ColumnRisk:
		return ColumnTitle
	case ColumnSeverity:
		return ColumnImpact
	case "":
		switch what, ok := labels[strings.ToLower(trimmed(header))]; {
		case !ok:
		case what == labelIdea:
			return ColumnMitigation
		case what == labelPeople:
			return columnPeople
		}
		switch Letters(trimmed(header)) {
		case "threats", "risks", "what", "whatmayhappen", "whatcangowrong", "was", "bedrohungen", "risiken", "gefahr":
			return ColumnTitle
		case "howlikely", "howoften":
			return ColumnLikelihood
		case "howbad":
			return ColumnImpact
		case "people", "whoisharmed", "betroffene":
			return columnPeople
		}
	}
	return about
}

// columnPeople is a column about the people harmed, which registers do not have.
const columnPeople Column = "people"
