package negotiate

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/parleysec/parley"
)

// TestAWorkshopOfOddPairsCanBeClosed: whatever two people say of a threat, the
// workshop ends, and the product can be priced afterwards.
func TestAWorkshopOfOddPairsCanBeClosed(t *testing.T) {
	for name, pair := range map[string][2][2]string{
		"no loss":   {{"10%", "0"}, {"10%", "5k"}},
		"no chance": {{"0%", "5k"}, {"50%", "5k"}},
		"wild":      {{"10%", "1"}, {"10%", "900bn"}},
		"rare":      {{"0.000001%", "5k"}, {"20 per year", "5k"}},
		"never":     {{"0%", "0"}, {"0%", "0"}},
		"~often":    {{"0.0001..1000 per year", "5k"}, {"0.0001..100000 per year", "5k"}},
		"~both":     {{"10%", "1..900000000000"}, {"10%", "1..900000000000"}},
		"~one":      {{"10%", ""}, {"10%", "1..900000000000"}},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			roomOf(t, d)
			d.lead(t, StepAsk, 2)
			d.estimates(t, "ann@example.org", 2, pair[0][0], pair[0][1], "")
			d.estimates(t, "ben@example.org", 2, pair[1][0], pair[1][1], "")
			d.lead(t, StepReveal, 2)
			r := d.lead(t, StepClose, 0)
			if r.Closed == nil || len(r.Agenda) != 3 {
				t.Errorf("%+v", r)
			}
			open := slices.ContainsFunc(r.Agenda, func(x AgendaItem) bool {
				return slices.ContainsFunc(x.Open, func(o Open) bool { return strings.Contains(o.Says, "no price") })
			})
			if priced := name[0] != '~'; priced != (r.Topics[1].Threat != "") || priced == open {
				t.Errorf("became %q, agenda %+v", r.Topics[1].Threat, r.Agenda)
			}
			if _, err := d.Brief(t.Context(), d.tom, BriefRequest{Source: Source{Product: "shop"}}); err != nil {
				t.Errorf("no brief afterwards: %v", err)
			}
			if _, err := d.Plan(t.Context(), d.tom, PlanRequest{Source: Source{Product: "shop"}}); err != nil {
				t.Errorf("no plan afterwards: %v", err)
			}
		})
	}
}

// TestASecondRoundKeepsTheFirst: who is silent in it stays with what they said.
func TestASecondRoundKeepsTheFirst(t *testing.T) {
	d := newDesk(t)
	roomOf(t, d)
	d.lead(t, StepAsk, 2)
	d.estimates(t, "ann@example.org", 2, "5%..10% per year", "20k..40k", "2d..4d")
	d.estimates(t, "ben@example.org", 2, "50% per year", "20k..40k", "")
	before := d.lead(t, StepReveal, 2).Agenda[0]
	d.lead(t, StepAgain, 2)
	if r := d.lead(t, StepReveal, 2).Agenda[0]; r.Says != before.Says || r.Loss != before.Loss {
		t.Errorf("nobody answered again: %q became %q", before.Says, r.Says)
	}
	d.lead(t, StepAsk, 3)
	d.estimates(t, "ann@example.org", 3, "5%..10% per year", "20k..40k", "2d..4d")
	d.estimates(t, "ben@example.org", 3, "50% per year", "", "")
	d.lead(t, StepReveal, 3)
	d.lead(t, StepAgain, 3)
	d.estimates(t, "ben@example.org", 3, "5%..10% per year", "", "")
	d.lead(t, StepReveal, 3)
	r := d.lead(t, StepClose, 0)
	if r.Topics[1].Threat == "" || r.Topics[2].Threat == "" {
		t.Fatalf("figures are lost: %+v", r.Agenda)
	}
	for _, x := range r.Agenda {
		for _, o := range x.Open {
			if x.Number == 3 && strings.HasPrefix(o.Says, "how likely") {
				t.Errorf("ben came to ann's figure, and still: %s", o.Says)
			}
		}
	}
}

// TestTheThreatAskedLast: which one it is does not depend on the clock, and the
// result says it.
func TestTheThreatAskedLast(t *testing.T) {
	d := newDesk(t)
	if r := roomOf(t, d); r.Last != 0 {
		t.Errorf("nothing was asked, and %d last", r.Current)
	}
	if r := d.lead(t, StepAsk, 3); r.Last != 3 {
		t.Errorf("%d", r.Current)
	}
	d.lead(t, StepReveal, 0)
	d.time = d.time.Add(-time.Hour)
	if r := d.lead(t, StepAsk, 1); r.Last != 1 {
		t.Errorf("%d", r.Current)
	}
	if r := d.lead(t, StepReveal, 0); r.Current != 0 {
		t.Error("what is being estimated is not revealed")
	}
}

// TestAnUnknownStepIsInvalid in every state of an open workshop.
func TestAnUnknownStepIsInvalid(t *testing.T) {
	d := newDesk(t)
	roomOf(t, d)
	dance := func() {
		t.Helper()
		for _, n := range []int{0, 1, 9} {
			_, err := d.LeadWorkshop(t.Context(), d.tom, WorkshopStepRequest{WorkshopRequest{Workshop: "SHOP-WS1"}, "dance", n, "", nil})
			if parley.KindOfError(err) != parley.Invalid {
				t.Errorf("threat %d: %v", n, err)
			}
		}
	}
	dance()
	d.lead(t, StepAsk, 1)
	dance()
	d.lead(t, StepReveal, 1)
	dance()
}
