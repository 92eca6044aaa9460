package web

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/negotiate"
)

// TestWhatWasKnownThen: each decision of the record leads to the figures that were
// signed with it, which stay as they were whatever is stated since.
func TestWhatWasKnownThen(t *testing.T) {
	ts, s := liveSite(t, quarters)
	before := text(get(t, ts, "/t/leak", http.StatusOK))
	if !strings.Contains(before, "75 of 100") {
		t.Fatalf("as it was: %s", before)
	}
	form := filled(t, get(t, ts, "/t/leak", http.StatusOK), "live")
	form.Set("because", "Cheap to live with.")
	form.Set("until", "2027-09-19")
	post(t, ts, "/t/leak/decide", form, http.StatusSeeOther)
	if _, err := s.AddIncident(t.Context(), priya, negotiate.AddIncidentRequest{Threat: "leak", Title: "It leaked", Losses: []string{"financial=900k"}}); err != nil {
		t.Fatal(err)
	}
	changed := strings.Replace(quarters, "likelihood: 1 in 2 within 1 year", "likelihood: 90% within 1 year", 1)
	if _, err := s.Apply(t.Context(), priya, negotiate.ApplyRequest{Source: negotiate.Source{Data: []byte(changed), Name: "parley.yaml"}}); err != nil {
		t.Fatal(err)
	}
	wants(t, get(t, ts, "/record", http.StatusOK), `What was known then`)
	page := get(t, ts, "/decisions/Q-D1", http.StatusOK)
	wants(t, page, "What was known when this was decided, on 12 January 2027", "These are the figures that were signed", "Cheap to live with.", "75 of 100", "What became of it", "SHA-256 of the brief as it was signed")
	if strings.Contains(text(page), "99 of 100") {
		t.Errorf("figures of today: %s", text(page))
	}
	get(t, ts, "/decisions/Q-D9", http.StatusNotFound)
	get(t, ts, "/decisions/%2e%2e", http.StatusNotFound)
}

// TestAProposalWasNotDecided: the page of a proposal does not say that it was decided,
// and what was not chosen is called what it was called then.
func TestAProposalWasNotDecided(t *testing.T) {
	const had = "{id: fix, title: Safe queries, cost: {effort: 4d..8d}, against: [{threat: leak, likelihood: 80%..95%}]}"
	ts, s := liveSite(t, walled)
	if _, err := s.Decide(t.Context(), priya, negotiate.DecideRequest{Threats: []string{"leak"}, Kind: parley.Accept, Because: "Rare.", Until: "2027-06-30", Propose: true}); err != nil {
		t.Fatal(err)
	}
	renamed := strings.Replace(walled, had, strings.Replace(had, "Safe queries", "All is written anew", 1), 1)
	if _, err := s.Apply(t.Context(), priya, negotiate.ApplyRequest{Source: negotiate.Source{Data: []byte(renamed), Name: "parley.yaml"}}); err != nil {
		t.Fatal(err)
	}
	page := get(t, ts, "/decisions/MINE-D1", http.StatusOK)
	wants(t, page, "What was known when this was proposed, on 12 January 2027", "Safe queries")
	if said := text(page); strings.Contains(said, "All is written anew") || strings.Contains(said, "this was decided") {
		t.Errorf("it is called as today, or decided: %s", said)
	}
}

// TestADecisionStandsAlikeOnItsPage: one that was re-opened, and whose threat an older
// proposal holds about since, is over on the record and on its own page.
func TestADecisionStandsAlikeOnItsPage(t *testing.T) {
	ts, s := liveSite(t, quarters)
	decide := func(propose bool) string {
		t.Helper()
		r, err := s.Decide(t.Context(), priya, negotiate.DecideRequest{Threats: []string{"leak"}, Kind: parley.Accept, Because: "Rare.", Until: "2027-06-30", Propose: propose})
		if err != nil {
			t.Fatal(err)
		}
		return r.Decisions[0].ShortID
	}
	older, taken := decide(true), decide(false)
	for _, m := range []negotiate.MoveRequest{{Decision: taken, Move: "reopen", Because: "Not so rare."}, {Decision: older, Move: "approve"}} {
		if _, err := s.Move(t.Context(), priya, m); err != nil {
			t.Fatal(err)
		}
	}
	const over = `<span class="tag  one">re-opened</span>`
	holds(t, get(t, ts, "/record", http.StatusOK), over)
	holds(t, get(t, ts, "/decisions/"+taken, http.StatusOK), over)
}

// TestDaysAloneBreakADecision: the page of a threat says that what was decided no longer
// holds by the figures of today, though nobody recorded anything.
func TestDaysAloneBreakADecision(t *testing.T) {
	now := clock()
	s := &negotiate.Service{Ledger: ledgerOf(t, watched), Now: func() time.Time { return now }}
	t.Cleanup(func() { _ = s.Close() })
	h, err := Handler(s, Options{Actor: priya})
	if err != nil {
		t.Fatal(err)
	}
	ts := httptest.NewServer(h)
	t.Cleanup(func() { closeSite(ts) })
	report(t, s, "pass", "2027-01-12T08:00:00Z")
	req := negotiate.DecideRequest{Product: "shop", Threats: []string{"leak"}, Kind: parley.Accept, Because: "we live with it", Until: "2027-12-31"}
	if _, err := s.Decide(t.Context(), priya, req); err != nil {
		t.Fatal(err)
	}
	const broken = "stands on what does not hold any more: "
	if page := text(get(t, ts, "/t/leak", http.StatusOK)); strings.Contains(page, broken) {
		t.Errorf("on the day it was decided: %s", page)
	}
	now = now.AddDate(0, 1, 0)
	wants(t, get(t, ts, "/t/leak", http.StatusOK), "By the figures of today SHOP-D1 "+broken, "what the checks of wall bear out")
}
