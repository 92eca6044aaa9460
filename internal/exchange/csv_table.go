package exchange

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// Limits of a table, and how many lines are looked at for the header.
const (
	maxRows    = 100_000
	maxColumns = 500
	headerRows = 10
)

// table is a spreadsheet with its columns understood.
type table struct {
	encoding     string // "" for Unicode, which is certain
	decimalComma bool
	columns      map[field]column
	rows         []tableRow
	notes        []tableNote
}

type tableRow struct {
	line  int // of the file, from 1
	cells []string
}

// tableNote is something of the file that has no place in the result.
type tableNote struct{ what, where, why string }

// get is the text of a cell, "" where the column or the cell is missing.
func (r tableRow) get(t *table, f field) string {
	c, ok := t.columns[f]
	if !ok || c.at >= len(r.cells) {
		return ""
	}
	return strings.TrimSpace(r.cells[c.at])
}

// readTable finds out encoding, separator and header. The error is an *[Error].
func readTable(name string, data []byte) (*table, error) {
	if bytes.HasPrefix(data, []byte("PK\x03\x04")) || bytes.HasPrefix(data, []byte("\xd0\xcf\x11\xe0")) {
		return nil, &Error{File: name, Problem: "this is a workbook, not CSV", Want: "the sheet saved as CSV (UTF-8)"}
	}
	text, enc, err := decode(name, data)
	if err != nil {
		return nil, err
	}
	separators := []rune{',', ';', '\t', '|'}
	if first, rest, ok := strings.Cut(text, "\n"); ok && strings.HasPrefix(strings.ToLower(first), "sep=") && len(first) > 4 {
		separators, text = []rune{rune(first[4])}, "\n"+rest
	}
	var best *table
	bestCount, widest := -1, 0
	for _, sep := range separators {
		rows, err := splitRows(name, text, sep)
		if err != nil {
			return nil, err
		}
		header, columns, notes := findHeader(rows)
		for _, row := range rows[:min(len(rows), headerRows)] {
			widest = max(widest, len(row.cells))
		}
		if columns == nil || len(columns) <= bestCount {
			continue
		}
		bestCount = len(columns)
		best = &table{encoding: enc, columns: columns, rows: rows[header+1:], notes: notes}
		best.decimalComma = sep == ';' && decimalComma(rows)
	}
	if best == nil {
		return nil, &Error{File: name, Line: 1, Problem: "no line has a column for the title of a threat", Want: "a header such as ID, Threat, Description, Likelihood, Impact, Status, Mitigation, Owner, separated by commas, semicolons or tabs"}
	}
	return best, nil
}

// decode turns the bytes into text. enc names an encoding that was guessed.
func decode(name string, data []byte) (text, enc string, err error) {
	var e encoding.Encoding
	switch {
	case bytes.HasPrefix(data, []byte{0xff, 0xfe}), bytes.HasPrefix(data, []byte{0xfe, 0xff}):
		e = unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)
	case utf8.Valid(data):
		text = strings.TrimPrefix(string(data), "\ufeff")
	default:
		e, enc = charmap.Windows1252, "Windows-1252"
	}
	if e != nil {
		b, err := e.NewDecoder().Bytes(data)
		if err != nil {
			return "", "", &Error{File: name, Problem: "the text cannot be decoded: " + err.Error(), Want: "CSV in UTF-8"}
		}
		text = string(b)
	}
	if strings.ContainsRune(text, 0) {
		return "", "", &Error{File: name, Problem: "this is not text", Want: "a sheet saved as CSV (UTF-8)"}
	}
	return text, enc, nil
}

// splitRows reads all rows. A quote that stands inside a cell is part of it.
func splitRows(name, text string, sep rune) ([]tableRow, error) {
	cr := csv.NewReader(strings.NewReader(text))
	cr.Comma, cr.LazyQuotes, cr.FieldsPerRecord, cr.TrimLeadingSpace = sep, true, -1, sep != '\t'
	var rows []tableRow
	for {
		cells, err := cr.Read()
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		if err != nil {
			return nil, &Error{File: name, Problem: "this is not valid CSV: " + err.Error(), Want: "a sheet saved as CSV (UTF-8)"}
		}
		line, _ := cr.FieldPos(0)
		if len(cells) > maxColumns || len(rows) == maxRows {
			return nil, &Error{File: name, Line: line, Problem: fmt.Sprintf("more than %d columns or %d rows", maxColumns, maxRows), Want: "a register of risks"}
		}
		if slices.ContainsFunc(cells, func(s string) bool { return strings.TrimSpace(s) != "" }) {
			rows = append(rows, tableRow{line, cells})
		}
	}
}

// findHeader is the row, near the top, in which most columns are known.
func findHeader(rows []tableRow) (at int, columns map[field]column, notes []tableNote) {
	for i, row := range rows[:min(len(rows), headerRows)] {
		c, n := columnsOf(row)
		if _, ok := c[fieldTitle]; ok && len(c) > len(columns) {
			at, columns, notes = i, c, n
		}
	}
	for _, row := range rows[:at] {
		notes = append(notes, tableNote{"line above the header", fmt.Sprintf("line %d: %s", row.line, strings.Join(unique(row.cells), ", ")), "a heading over columns says nothing about a row"})
	}
	for i, n := range notes {
		if n.what != "column" {
			continue
		}
		c, err := strconv.Atoi(n.where)
		if err != nil {
			continue
		}
		filled := 0
		for _, row := range rows[at+1:] {
			if c < len(row.cells) && strings.TrimSpace(row.cells[c]) != "" {
				filled++
			}
		}
		notes[i].where = strings.TrimSpace(rows[at].cells[c])
		notes[i].why += fmt.Sprintf(" (%d cells filled)", filled)
	}
	return at, columns, notes
}

var (
	commaDecimals = regexp.MustCompile(`\b\d{1,3}(\.\d{3})+(,\d+)?\b|\b\d+,\d{1,2}\b`)
	pointDecimals = regexp.MustCompile(`\b\d{1,3}(,\d{3})+(\.\d+)?\b|\b\d+\.\d{1,2}\b`)
)

// decimalComma reports whether numbers are written the German way somewhere
// and the English way nowhere.
func decimalComma(rows []tableRow) bool {
	german := false
	for _, row := range rows {
		for _, c := range row.cells {
			rest := commaDecimals.ReplaceAllString(strings.ReplaceAll(c, "..", " "), "")
			german = german || len(rest) < len(strings.ReplaceAll(c, "..", " "))
			if _, date := civilDate(c); !date && pointDecimals.MatchString(rest) {
				return false
			}
		}
	}
	return german
}

// steps is the highest step when every filled cell of a column is a whole
// number from 1: the one its header names, else 5. 0 for other columns and
// those with a unit.
func (t *table) steps(f field) int {
	c, ok := t.columns[f]
	if !ok || c.unit != "" {
		return 0
	}
	top, filled := 0, false
	for _, row := range t.rows {
		s := row.get(t, f)
		if s == "" {
			continue
		}
		n, err := strconv.Atoi(s)
		if err != nil || n < 1 || n > 10 {
			return 0
		}
		top, filled = max(top, n), true
	}
	switch {
	case !filled:
		return 0
	case c.steps > 0:
		return max(c.steps, top)
	case top <= 5:
		return 5
	}
	return 10
}

// baseName is the name of a file without its folder.
func baseName(file string) string { return filepath.Base(file) }
