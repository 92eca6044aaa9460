package web

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/negotiate"
)

// TestTalkAboutAThreat: what is said stands on the page, whoever said it where;
// two estimates are drawn on one scale; what cannot be read comes back.
func TestTalkAboutAThreat(t *testing.T) {
	ts, s := liveSite(t, roundsAtOnce(t))
	wants(t, get(t, ts, "/t/copy", http.StatusOK), "What others think", "Say something")
	say := func(status int, fields ...string) string {
		form := url.Values{}
		for i := 0; i < len(fields); i += 2 {
			form.Set(fields[i], fields[i+1])
		}
		_, body := post(t, ts, "/t/copy/say", form, status)
		return body
	}
	say(http.StatusSeeOther, "kind", "comment", "text", "First line.\n\n<b>Second</b> line\u202e.")
	say(http.StatusSeeOther, "kind", "estimate", "likelihood", "2%..5% within 2 years", "text", "")
	page := get(t, ts, "/t/copy", http.StatusOK)
	wants(t, page, "Two things were said about this", "First line.", "How likely people take it to be", "2%..5% within 2 years", "What the figures here rest on")
	if !strings.Contains(page, "<p>&lt;b&gt;Second&lt;/b&gt; line\ufffd.</p>") {
		t.Error("a text is not shown as it was typed, without what no page shows")
	}

	body := say(http.StatusUnprocessableEntity, "kind", "estimate", "likelihood", "often & much", "text", "I think so.")
	wants(t, body, "I think so.", "often &amp; much")
	say(http.StatusUnprocessableEntity, "kind", "comment", "text", " ")
	say(http.StatusUnprocessableEntity, "kind", "nonsense", "text", "x")
	say(http.StatusUnprocessableEntity, "kind", "along", "text", "x")
	say(http.StatusUnprocessableEntity, "kind", "comment", "about", "ROUNDS-D99", "text", "x")
	say(http.StatusUnprocessableEntity, "kind", "comment", "text", "x", "colour", "red")
	if _, body := post(t, ts, "/t/absent/say", url.Values{"kind": {"comment"}, "text": {"x"}}, http.StatusNotFound); strings.Contains(body, "absent</h1>") {
		t.Error("an absent threat is talked about")
	}

	// What is said about a decision, too.
	form := filled(t, get(t, ts, "/t/copy", http.StatusOK), "do")
	form.Set("because", "It is two weeks.")
	form.Set("premortem", "Nobody tested the reports.")
	post(t, ts, "/t/copy/decide", form, http.StatusSeeOther)
	say(http.StatusSeeOther, "kind", "along", "about", "ROUNDS-D1", "text", "Payroll would bring more.")
	wants(t, get(t, ts, "/t/copy", http.StatusOK), "Four things were said about this", "If this goes badly, then because: Nobody tested the reports.", "I disagree, and go along. Payroll would bring more.", "ROUNDS-D1")
	shown, err := s.Show(t.Context(), priya, negotiate.ShowRequest{Decision: "ROUNDS-D1"})
	if err != nil || len(shown.Notes) != 4 {
		t.Errorf("%d notes on the record, %v", len(shown.Notes), err)
	}
}

// noNotes is a service whose ledger takes no notes.
type noNotes struct{ *negotiate.Service }

func (noNotes) AddNote(context.Context, negotiate.Actor, negotiate.NoteRequest) (*negotiate.NotesResult, error) {
	return nil, parley.Errorf(parley.Unavailable, "", "the disk is full")
}

// TestADecisionStandsWithoutItsRemark: where only the remark beside a decision is
// not taken, the page says that the decision is, and gives the remark back.
func TestADecisionStandsWithoutItsRemark(t *testing.T) {
	s := &negotiate.Service{Ledger: ledgerOf(t, roundsAtOnce(t)), Now: clock}
	t.Cleanup(func() { _ = s.Close() })
	h, err := Handler(noNotes{s}, Options{Actor: priya})
	if err != nil {
		t.Fatal(err)
	}
	ts := httptest.NewServer(h)
	t.Cleanup(ts.Close)
	form := filled(t, get(t, ts, "/t/copy", http.StatusOK), "do")
	form.Set("because", "It is two weeks.")
	form.Set("premortem", "Nobody tested the reports.")
	_, body := post(t, ts, "/t/copy/decide", form, http.StatusServiceUnavailable)
	wants(t, body, "ROUNDS-D1 is recorded. What you wrote beside it is not: “Nobody tested the reports.”")
}

// TestBreakALayer looks at a layer as broken and back, by links alone; what is
// no layer of the threat says nothing.
func TestBreakALayer(t *testing.T) {
	ts, _ := liveSite(t, roundsAtOnce(t))
	page := get(t, ts, "/t/copy", http.StatusOK)
	if !strings.Contains(page, `href="/t/copy?break=waf#layers"`) || strings.Contains(text(page), "Mend") {
		t.Error("no layer can be broken, or one is already")
	}
	broken := get(t, ts, "/t/copy?break=waf&break=nonsense", http.StatusOK)
	wants(t, broken, "Without “Firewall in front of the web pages” it happens in", "broken, to see what happens", "Mend it", "Mend all of them")
	if !strings.Contains(broken, `href="/t/copy?break=waf&amp;break=review#layers"`) || strings.Contains(broken, "nonsense") {
		t.Error("a second layer cannot be broken, or an address puts words onto the page")
	}
	wants(t, get(t, ts, "/t/copy?break=alerts", http.StatusOK), "it happens as often")
	if strings.Contains(text(get(t, ts, "/t/copy?break=nonsense", http.StatusOK)), "Mend") {
		t.Error("something is broken that is no layer")
	}
}
