package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/ledger"
)

// TestTwoPeopleDecideAtOnce: who comes second is told what the first decided, loses
// nothing of what was typed, and can go on from there.
func TestTwoPeopleDecideAtOnce(t *testing.T) {
	ts, _ := liveSite(t, unlimited)
	first := get(t, ts, "/t/leak", http.StatusOK)
	second := filled(t, first, "live")
	second.Set("because", "Too dear for us.")
	second.Set("until", "2027-03-01")
	second.Set("premortem", "It was in the news.")
	one := filled(t, first, "ask")
	one.Set("because", "What would it cost?")
	post(t, ts, "/t/leak/decide", one, http.StatusSeeOther)

	_, body := post(t, ts, "/t/leak/decide", second, http.StatusConflict)
	wants(t, body, "Somebody decided this since you opened the page.", "Handed up by priya@larkspur.example", "What would it cost?", "or leave it", "Too dear for us.", "It was in the news.")
	if !strings.Contains(body, `value="2027-03-01"`) || !strings.Contains(body, "autofocus") {
		t.Error("the date is lost, or the page does not begin where it says what is wrong")
	}
	again := filled(t, body, "live")
	again.Set("because", "Too dear for us.")
	post(t, ts, "/t/leak/decide", again, http.StatusSeeOther)
	wants(t, get(t, ts, "/t/leak", http.StatusOK), "Decided: live with it")

	late := url.Values{"threat": {"leak"}, "move": {"withdraw"}, "because": {"Nobody knows yet."}}
	_, body = post(t, ts, "/decisions/TILL-D1", late, http.StatusConflict)
	wants(t, body, "The decision stands otherwise than when you opened the page", "Replaced.", "by priya@larkspur.example", "What became of it", "You had written: Nobody knows yet.", "Decided: live with it")
}

// TestWhatAConflictSays: what moved, or who decided, or that words alone changed.
func TestWhatAConflictSays(t *testing.T) {
	inForce := ledger.Refusal{Reason: ledger.Decided, Message: "D1 is in force"}
	refused := func(rs ...ledger.Refusal) error {
		return &parley.Error{Kind: parley.Refused, Err: ledger.Refusals(rs)}
	}
	taken, both := refused(inForce), refused(ledger.Refusal{Reason: ledger.NoReason, Message: "a reason is wanted"}, inForce)
	figures := &figuresMoved{err: conflict(), changes: []Change{{What: "x", Then: "1", Now: "2"}}}
	for name, c := range map[string]struct {
		why        error
		knew       []string
		status     int
		says, hint string
	}{
		"decided":            {why: taken, status: http.StatusConflict, says: "Somebody decided this", hint: "Decided in D1. Because. What you filled in"},
		"decided, and wrong": {why: both, status: http.StatusUnprocessableEntity, says: "Somebody decided this", hint: "Decided in D1. Because."},
		"known":              {why: taken, knew: []string{"D1"}, status: http.StatusUnprocessableEntity, says: "Somebody decided this"},
		"figures moved":      {why: figures, knew: []string{"D1"}, status: http.StatusConflict, says: "The figures moved", hint: "Look at what moved"},
		"moved by it":        {why: figures, status: http.StatusConflict, says: "The figures moved", hint: "Decided in D1. Because."},
		"decided, no figure": {why: &figuresMoved{err: conflict()}, status: http.StatusConflict, says: "Somebody decided this", hint: "Decided in D1. Because."},
		"words alone":        {why: &figuresMoved{err: conflict()}, knew: []string{"D1"}, status: http.StatusConflict, says: "though none of its figures", hint: "Look at what moved"},
	} {
		v := &BriefView{Standing: &Line{Text: "Decided in D1."}, Record: []DecisionCard{{Because: "because"}}, Form: &DecideForm{Replaces: []string{"D1"}, Problem: problemOf(c.why)}}
		status, _ := statusOf(c.why)
		if got := v.decidedMeanwhile(answer{replaces: c.knew}, c.why, status); got != c.status {
			t.Errorf("%s: status %d, want %d", name, got, c.status)
		}
		if p := v.Form.Problem; !strings.Contains(p.Says, c.says) || !strings.Contains(p.Hint, c.hint) {
			t.Errorf("%s: %q, %q", name, p.Says, p.Hint)
		}
	}
}
