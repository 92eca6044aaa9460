package evidence

import (
	"slices"
	"strconv"
)

// counted is "1 result is …" or "7 results are …".
func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}

// quote is text of a file between quotation marks.
func quote(s string) string { return strconv.Quote(printable(s)) }

// timed takes a time as the file writes it, and notes what is odd about it.
func (r *Run) timed(text string) {
	t, note := when(text)
	r.unclear = r.unclear || t.IsZero() && note != ""
	r.at(t)
	if note == "" {
		return
	}
	for _, n := range r.Notes {
		if n == note {
			return
		}
	}
	r.note(note)
}

// version doubts a report of a version of its format that is not known: what it
// says may be said in another place there.
func (r *Run) version(format, is string, known ...string) {
	if !slices.Contains(known, is) {
		r.doubt("the file is " + format + " of version " + quote(is) + ", which is not known")
	}
}
