package web

import (
	"encoding/csv"
	"net/http"
	"strings"
	"testing"
)

// TestTheRecordFilters: the address carries what is asked for, the page shows that
// alone, and what is loaded down is exactly that; no cell is a formula.
func TestTheRecordFilters(t *testing.T) {
	ts, _ := liveSite(t, roundsAtOnce(t))
	form := filled(t, get(t, ts, "/t/phone", http.StatusOK), "live")
	form.Set("because", "=later")
	form.Set("until", "2027-09-19")
	post(t, ts, "/t/phone/decide", form, http.StatusSeeOther)
	page := get(t, ts, "/record?type=decision&about=phone", http.StatusOK)
	wants(t, page, "These as a table")
	if n := strings.Count(page, `id="event-`); n != 1 || !strings.Contains(page, `value="decision" selected`) || !strings.Contains(page, `value="phone"`) {
		t.Errorf("%d events, or the form forgets: %s", n, text(page))
	}
	if !strings.Contains(page, `href="/record.csv?about=phone&amp;type=decision"`) {
		t.Error("what is loaded down is not what is shown")
	}
	rows, err := csv.NewReader(strings.NewReader(get(t, ts, "/record.csv?about=phone&type=decision", http.StatusOK))).ReadAll()
	if err != nil || len(rows) != 2 || rows[1][3] != "decision.recorded" {
		t.Errorf("%q, %v", rows, err)
	}
	if lines := get(t, ts, "/record.jsonl?type=decision", http.StatusOK); strings.Count(lines, "\n") != 1 || !strings.Contains(lines, `"type":"decision.recorded"`) {
		t.Errorf("%s", lines)
	}
	wants(t, get(t, ts, "/record?from=soon", http.StatusUnprocessableEntity), "soon")
	wants(t, get(t, ts, "/record?about=nothing-like-it", http.StatusUnprocessableEntity), "nothing-like-it")
	get(t, ts, "/record.csv?from=soon", http.StatusUnprocessableEntity)
	wants(t, get(t, ts, "/record?text=no+such+words", http.StatusOK), "without a filter", "Nothing in the record is as you ask for.")
	for _, page := range []string{get(t, ts, "/record?text=no+such+words", http.StatusOK), get(t, ts, "/record?from=soon", http.StatusUnprocessableEntity)} {
		if strings.Contains(page, "Nothing has been recorded yet") {
			t.Error("a filter that finds nothing says that the record is empty")
		}
	}
}
