package web

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/ledger"
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
	if !strings.Contains(page, "<p>&lt;b&gt;Second&lt;/b&gt; line\ufffd.</p>") { // HTML is text here
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

// TestMentionsStandOnTheFirstPage: who is asked sees it first, by whom and what,
// until they answer; what is written in Markdown is shown as it was meant.
func TestMentionsStandOnTheFirstPage(t *testing.T) {
	ts, s := liveSite(t, roundsAtOnce(t))
	tom := negotiate.Actor{ID: "tom@larkspur.example", Known: priya.Known, Via: priya.Via}
	say := func(who negotiate.Actor, text string) {
		t.Helper()
		if _, err := s.AddNote(t.Context(), who, negotiate.NoteRequest{About: "copy", Kind: ledger.NoteQuestion, Text: text}); err != nil {
			t.Fatal(err)
		}
	}
	say(priya, "Let us see.")
	if page := get(t, ts, "/", http.StatusOK); strings.Contains(page, "You were asked") {
		t.Error("nobody was asked, and the page says so")
	}
	name, _, _ := strings.Cut(priya.ID, "@")
	say(tom, "**Who** tests it, @"+name+"? See [the plan](https://plan.example/x) and [this](javascript:alert(1)).")
	wants(t, get(t, ts, "/", http.StatusOK), "You were asked", "by tom@larkspur.example, today", "**Who** tests it")
	marked(t, get(t, ts, "/t/copy", http.StatusOK), "<strong>Who</strong> tests it, <strong class=\"mention\">@"+name+"</strong>?",
		`<a href="https://plan.example/x" rel="nofollow noopener noreferrer">the plan</a>`, "this (javascript:alert(1)).")
	say(priya, "I do.")
	if page := get(t, ts, "/", http.StatusOK); strings.Contains(page, "You were asked") {
		t.Error("what was answered is still asked")
	}
}

// marked asks for pieces of a page with their elements.
func marked(t *testing.T, page string, pieces ...string) {
	t.Helper()
	for _, p := range pieces {
		if !strings.Contains(page, p) {
			t.Errorf("the page has no %s", p)
		}
	}
}

// TestWhyNotTheOthers: a reason typed beside an option comes back with a refusal, and
// stands with the decision; what was left empty stands there with its figures.
func TestWhyNotTheOthers(t *testing.T) {
	ts, _ := liveSite(t, roundsAtOnce(t))
	form := filled(t, get(t, ts, "/t/copy", http.StatusOK), "live")
	i := slices.IndexFunc(form["option"], func(id string) bool { return id != "accept" && id != "defer" })
	if i < 0 || len(form["option"]) != len(form["why_not"]) {
		t.Fatalf("options %v, reasons %v", form["option"], form["why_not"])
	}
	form["why_not"][i] = "nobody <knows> how"
	_, body := post(t, ts, "/t/copy/decide", form, http.StatusUnprocessableEntity)
	marked(t, body, `value="nobody &lt;knows&gt; how"`)
	form.Set("because", "It is rare.")
	form.Set("until", "2027-06-30")
	form.Set("not_applicable", "We hold none of it.")
	form["why_not"] = form["why_not"][:len(form["option"])-1]
	post(t, ts, "/t/copy/decide", form, http.StatusUnprocessableEntity)
	form["why_not"] = append(form["why_not"], "")
	post(t, ts, "/t/copy/decide", form, http.StatusSeeOther)
	marked(t, get(t, ts, "/t/copy", http.StatusOK), "What was not chosen", ": nobody &lt;knows&gt; how</li>", " than what was chosen, within two years</li>")
	wants(t, get(t, ts, "/lived", http.StatusOK), "nobody &lt;knows&gt; how")
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
	t.Cleanup(func() { closeSite(ts) })
	form := filled(t, get(t, ts, "/t/copy", http.StatusOK), "do")
	form.Set("because", "It is two weeks.")
	form.Set("premortem", "Nobody tested the reports.")
	_, body := post(t, ts, "/t/copy/decide", form, http.StatusServiceUnavailable)
	wants(t, body, "Your decision is recorded. What you wrote beside it is not: “Nobody tested the reports.”")
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
