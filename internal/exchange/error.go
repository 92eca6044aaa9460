package exchange

import (
	"fmt"
	"strings"
)

// Error says why a file cannot be imported: what is wrong, where, and what
// would be right.
type Error struct {
	File    string // name of the file, "" when the fault lies in none
	Line    int    // from 1, 0 when unknown
	Column  int    // from 1 in bytes, 0 when unknown
	Problem string // what is wrong, and why
	Want    string // what would be right
}

// Error is file:line:column, the problem and what would be right.
func (e *Error) Error() string {
	var b strings.Builder
	if e.File != "" {
		b.WriteString(e.File)
		if e.Line > 0 {
			fmt.Fprintf(&b, ":%d", e.Line)
			if e.Column > 0 {
				fmt.Fprintf(&b, ":%d", e.Column)
			}
		}
		b.WriteString(": ")
	}
	b.WriteString(e.Problem)
	if e.Want != "" {
		b.WriteString("; expected: " + e.Want)
	}
	return b.String()
}
