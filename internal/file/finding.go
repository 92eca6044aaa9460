package file

import (
	"fmt"
	"strings"

	"github.com/parleysec/parley"
)

// Finding is one thing wrong with a file, or a warning about it.
type Finding struct {
	File    string `json:"file"`
	Line    int    `json:"line"`   // from 1
	Column  int    `json:"column"` // from 1, in characters
	Field   string `json:"field"`  // e.g. threats[2].impact.financial, "" for the file as a whole
	Message string `json:"message"`
	Hint    string `json:"hint"` // what would be right
	Warning bool   `json:"warning,omitempty"`
	ID      string `json:"id,omitempty"` // id of the thing the field belongs to, "" where it has none
	Text    string `json:"-"`            // the source line
}

// String is the finding in one line: file:line:column: field: message.
func (f Finding) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s:%d:%d: ", Visible(f.File), f.Line, f.Column)
	if f.Warning {
		b.WriteString("warning: ")
	}
	if f.Field != "" {
		b.WriteString(Visible(f.Field) + ": ")
	}
	b.WriteString(Visible(f.Message))
	return b.String()
}

// Excerpt is the finding for people, in several lines without a last line
// break: the one line, the source with a caret under the place, and the hint.
func (f Finding) Excerpt() string {
	var b strings.Builder
	b.WriteString(f.String())
	if f.Text != "" {
		source, caret := window(f.Text, f.Column)
		number := fmt.Sprintf("%5d", f.Line)
		fmt.Fprintf(&b, "\n%s | %s", number, source)
		fmt.Fprintf(&b, "\n%s | %s^", strings.Repeat(" ", len(number)), strings.Repeat(" ", caret))
	}
	if f.Hint != "" {
		b.WriteString("\n      " + Visible(f.Hint))
	}
	return b.String()
}

// InvalidError says that a file cannot be used, with every finding about it.
type InvalidError struct {
	Findings []Finding // errors and warnings, by line
}

// Error is one line for each error.
func (e *InvalidError) Error() string {
	var lines []string
	for _, f := range Errors(e.Findings) {
		line := f.String()
		if f.Hint != "" {
			line += " (" + Visible(f.Hint) + ")"
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

// Errors returns the findings that are not warnings.
func Errors(fs []Finding) []Finding {
	var out []Finding
	for _, f := range fs {
		if !f.Warning {
			out = append(out, f)
		}
	}
	return out
}

// finding turns a problem of the model into a finding at a place.
func finding(p parley.Problem, at place) Finding {
	return Finding{
		Line: at.line, Column: at.column, Field: p.Path, ID: p.ID,
		Message: p.Message, Hint: p.Hint, Warning: p.Warning,
	}
}
