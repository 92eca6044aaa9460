package evidence

import "strconv"

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
