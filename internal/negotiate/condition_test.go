package negotiate

import (
	"strings"
	"testing"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/ledger"
)

// TestConditionsAreLookedAt: a condition falls due, is confirmed by somebody on
// some day, and brings the decision back once it no longer holds.
func TestConditionsAreLookedAt(t *testing.T) {
	d := newDesk(t)
	d.apply(shop)
	pilot := ledger.Condition{Says: "only while the pilot has under 500 users", Review: "2027-03-01"}
	id := d.decide(DecideRequest{Threats: []string{"replay"}, Kind: parley.Accept, Because: "cheap", Until: "2027-09-30", Conditions: []ledger.Condition{pilot}}).Decisions[0].ShortID
	due := func() []Decision { return d.status().Review }
	if n := len(due()); n != 0 {
		t.Errorf("%d are due a quarter of a year before", n)
	}
	d.time = time.Date(2027, 2, 5, 9, 0, 0, 0, time.UTC)
	if list := due(); len(list) != 1 || list[0].Conditions[0].ReviewBy != "2027-03-01" {
		t.Fatalf("%+v", list)
	}
	look := func(req ReviewRequest) (*DecideResult, error) {
		req.Decision = id
		return d.ReviewCondition(t.Context(), d.tom, req)
	}
	r, err := look(ReviewRequest{Holds: true, Because: "412 users"})
	if err != nil {
		t.Fatal(err)
	}
	c := r.Decisions[0].Conditions[0]
	if c.ReviewBy != "2027-05-07" || len(c.Reviewed) != 1 || c.Reviewed[0].By != d.tom.ID || !c.Reviewed[0].At.Equal(d.time) || c.Reviewed[0].Because != "412 users" {
		t.Errorf("%+v", c)
	}
	if len(due()) != 0 {
		t.Error("it is due though somebody looked")
	}
	d.time = time.Date(2027, 8, 1, 9, 0, 0, 0, time.UTC)
	if r, err = look(ReviewRequest{Holds: true}); err != nil || r.Decisions[0].Conditions[0].ReviewBy != "2027-09-30" {
		t.Errorf("never after the end of the decision: %v", err)
	}
	if _, err := look(ReviewRequest{}); err == nil {
		t.Error("no reason")
	}
	r, err = look(ReviewRequest{Because: "612 users since Monday", By: "helen@example.org"})
	if err != nil || len(r.Reopened) != 1 || r.Decisions[0].Status != string(ledger.Reopened) {
		t.Fatalf("%+v, %v", r, err)
	}
	if why := r.Reopened[0].Because; !strings.Contains(why, pilot.Says) || !strings.Contains(why, "612 users") {
		t.Errorf("it says %q", why)
	}
	shown, err := d.Show(t.Context(), d.tom, ShowRequest{Decision: id})
	if err != nil {
		t.Fatal(err)
	}
	if last := shown.History[len(shown.History)-1]; last.To != ledger.Reopened || !strings.Contains(last.Because, pilot.Says) || last.By != "helen@example.org" {
		t.Errorf("%+v", last)
	}
	if v, err := d.Verify(t.Context(), d.tom, VerifyRequest{}); err != nil || !v.OK {
		t.Errorf("%+v, %v", v, err)
	}
}

// TestAConditionHasADay: nobody's condition waits for ever.
func TestAConditionHasADay(t *testing.T) {
	d := newDesk(t)
	d.apply(shop)
	few := []ledger.Condition{{Says: "few use it"}, {Says: "nobody pays with it"}}
	for until, want := range map[string]string{"2027-09-30": "2027-09-30", "deployment": "2027-02-20"} {
		r, err := d.Decide(t.Context(), d.tom, DecideRequest{Threats: []string{"replay"}, Kind: parley.Accept, Because: "cheap " + until, Until: until, Conditions: few, Propose: true})
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range r.Decisions[0].Conditions {
			if c.ReviewBy != want {
				t.Errorf("until %s: %s", until, c.ReviewBy)
			}
		}
	}
	if _, err := d.Move(t.Context(), d.tom, MoveRequest{Decision: "SHOP-D1", Move: "approve"}); err != nil {
		t.Fatal(err)
	}
	if _, err := d.ReviewCondition(t.Context(), d.tom, ReviewRequest{Decision: "SHOP-D1", Holds: true}); parley.KindOfError(err) != parley.Invalid {
		t.Errorf("which of two: %v", err)
	}
}
