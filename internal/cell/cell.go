// Package cell writes tables for spreadsheets, in which no text is read as a
// formula.
package cell

import (
	"encoding/csv"
	"encoding/json"
	"io"
	"strconv"
	"strings"

	"github.com/parleysec/parley/internal/brief/plain"
)

// CSV writes rows, each cell harmless.
func CSV(w io.Writer, rows [][]string) error {
	out := csv.NewWriter(w)
	for _, row := range rows {
		safe := make([]string, len(row))
		for i, c := range row {
			safe[i] = Harmless(c)
		}
		if err := out.Write(safe); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// Lines writes a list, a line of JSON for each item.
func Lines[T any](w io.Writer, list []T) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	for i := range list {
		if err := enc.Encode(&list[i]); err != nil {
			return err
		}
	}
	return nil
}

// Harmless is a text that no spreadsheet reads as a formula: control characters
// are taken out, and what starts like one, quotes and blanks before it or not,
// gets an apostrophe in front. A plain number stays one.
func Harmless(text string) string {
	text = plain.Clean(text)
	start := strings.TrimLeft(text, " '\"\u00a0")
	if start == "" || !strings.ContainsRune("=+-@＝＋－＠", []rune(start)[0]) {
		return text
	}
	if _, err := strconv.ParseFloat(text, 64); err == nil {
		return text
	}
	return "'" + text
}
