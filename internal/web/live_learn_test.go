package web

import (
	"context"
	"fmt"
	"html"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/negotiate"
)

func (s *staged) Learn(context.Context, negotiate.Actor, negotiate.LearnRequest) (*negotiate.LearnResult, error) {
	return &s.learned, nil
}

func (s *staged) Layers(context.Context, negotiate.Actor, negotiate.LayersRequest) (*negotiate.LayersResult, error) {
	return &s.layers, nil
}

func TestWhatToFindOut(t *testing.T) {
	s := stage()
	s.status.Products[0].Model = &parley.Model{Threats: []parley.Threat{{ID: "copy", Title: "Copy"}}}
	s.learned = negotiate.LearnResult{
		Currency: "GBP", Decisions: []negotiate.Undecided{{Decision: "copy"}},
		Estimates: []negotiate.Estimate{
			{Says: "How often it happens: Copy", Stated: "8%..20% within 2 years", EVPPI: 10_581, Ask: []string{"Priya", "Tom"}, Decision: "copy", Reason: "Find this out first."},
			{Says: "What it brings: Cards", EVPPI: 6_493, Decision: negotiate.PlanDecision, LowerBound: true},
			{Says: "What hardly matters", EVPPI: 0.4, Decision: "copy"},
		},
	}
	page := func() *LearnView {
		t.Helper()
		v, err := (&live{service: s, opt: Options{Actor: priya}}).learn(atDesk(t), "", false)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	v := page()
	want := []LearnRow{
		{What: "How often it happens: Copy", Stated: "8% to 20% within 2 years", Worth: "£11k", Ask: "Who may know more: Priya and Tom.", For: Link{"/t/copy", "Copy"}},
		{What: "What it brings: Cards", Worth: "£6.5k", For: Link{"/plan", "the plan"}},
	}
	if !slices.Equal(v.Rows, want) || v.Heading != "Finding out one thing first is worth up to £11k" {
		t.Errorf("%q %+v", v.Heading, v.Rows)
	}
	notes := strings.Join(v.Notes, "\n")
	for _, says := range []string{"1 more estimate would change no choice.", "For the plan only the best one", "“parley learn”"} {
		if !strings.Contains(notes, says) {
			t.Errorf("the page does not say %q:\n%s", says, notes)
		}
	}
	if here := slices.IndexFunc(v.Nav, func(n NavItem) bool { return n.Here }); here < 0 || v.Nav[here].URL != "/learn" {
		t.Errorf("the page is not in the navigation: %+v", v.Nav)
	}

	if v.Rest != nil || v.Rows[0].Ask != "Who may know more: Priya and Tom." || v.Rows[1].Ask != "" {
		t.Errorf("%+v %+v", v.Rest, v.Rows)
	}
	whole := s.learned
	s.learned.Quick = true
	if v := page(); v.Rest == nil || v.Rest.URL != "/learn?whole=yes" || slices.ContainsFunc(v.Notes, func(n string) bool { return strings.Contains(n, "no choice") }) {
		t.Errorf("the plan was not asked about, and that is not said: %+v %q", v.Rest, v.Notes)
	}
	s.learned.Estimates = nil
	if v := page(); v.Rest == nil || v.Heading != "What to find out first" || v.Lead[0] != "No decision about one threat alone turns on an estimate." {
		t.Errorf("%q %q", v.Heading, v.Lead)
	}
	s.learned = whole

	s.learned.Estimates = s.learned.Estimates[2:]
	if v := page(); len(v.Rows) != 0 || v.Heading != "Nothing has to be found out first" || !strings.HasPrefix(v.Lead[0], "No estimate is worth refining") {
		t.Errorf("%q %q %+v", v.Heading, v.Lead, v.Rows)
	}
	s.learned.Decisions = nil
	if v := page(); !strings.HasPrefix(v.Lead[0], "There is nothing to decide") {
		t.Errorf("%q", v.Lead)
	}
}

// TestThePageOfWhatToFindOutIsTheCommands holds the page against the use-case
// that the command prints: the same estimates in the same order at the same
// worth, on a ledger in which something is decided already.
func TestThePageOfWhatToFindOutIsTheCommands(t *testing.T) {
	ts, s := liveSite(t, roundsAtOnce(t))
	form := filled(t, get(t, ts, "/t/doors", http.StatusOK), "do")
	form.Set("because", "It closes the hole.")
	post(t, ts, "/t/doors/decide", form, http.StatusSeeOther)
	r, err := s.Learn(t.Context(), priya, negotiate.LearnRequest{Source: negotiate.Source{Product: "rounds"}})
	if err != nil {
		t.Fatal(err)
	}
	body, at := html.UnescapeString(text(get(t, ts, "/learn?whole=yes", http.StatusOK))), 0
	listed := 0
	for _, e := range r.Estimates {
		if !e.Worthwhile() {
			continue
		}
		row := e.Says + " "
		if len(e.Ask) > 0 {
			row += "Who may know more: "
		}
		i := strings.Index(body[at:], row)
		if i < 0 {
			t.Fatalf("%q is not on the page, or not after those worth more:\n%s", row, body)
		}
		at += i + len(row)
		worth := plain.Money(e.EVPPI, r.Currency) + " "
		if next := strings.Index(body[at:], "£"); next < 0 || !strings.HasPrefix(body[at+next:], worth) {
			t.Errorf("%q is not %q on the page: %.80s", row, worth, body[at:])
		}
		listed++
	}
	if listed <= learnShown {
		t.Fatalf("%d estimates are worth finding out: the test needs more to see some folded away", listed)
	}
	wants(t, body, fmt.Sprintf("%d more estimates would change no choice.", len(r.Estimates)-listed), r.Estimates[0].Reason)
}
