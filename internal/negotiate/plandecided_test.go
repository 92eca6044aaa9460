package negotiate

import (
	"slices"
	"strings"
	"testing"

	"github.com/parleysec/parley"
)

// TestAPlanSaysWhatWasDecided: an item against a threat that is accepted is
// shown with the decision and its end; one that was decided on is not.
func TestAPlanSaysWhatWasDecided(t *testing.T) {
	d := newDesk(t)
	d.apply(shop)
	item := func(p *PlanResult, id string) PlanItem {
		return p.Items[slices.IndexFunc(p.Items, func(x PlanItem) bool { return x.ID == id })]
	}
	p := d.plan()
	if x := item(p, "safe"); x.Decided != nil || x.DecidedSays != "" || x.Says.Effort != "10 to 20 days" {
		t.Errorf("%+v", x)
	}
	if len(p.Unanswered) != 1 || p.Unanswered[0] != (Unanswered{Threat: "replay", ShortID: "SHOP-T2", Title: "Order replayed"}) || p.PersonDay != 650 {
		t.Errorf("nothing is named against %+v, want replay alone; a day is %v", p.Unanswered, p.PersonDay)
	}
	d.decide(DecideRequest{Threats: []string{"leak"}, Kind: parley.Accept, Because: "rare", Until: "2027-06-30"})
	d.decide(DecideRequest{Threats: []string{"duty"}, Kind: parley.Mitigate, With: []string{"archive"}, Because: "the law"})
	d.decide(DecideRequest{Threats: []string{"replay"}, Kind: parley.Defer, Because: "later", Until: "deployment"})
	p = d.plan()
	x := item(p, "safe")
	if len(x.Decided) != 1 || x.Decided[0] != (ItemDecision{Threat: "leak", Title: "Records leak", Decision: "SHOP-D1", Kind: parley.Accept, Until: "2027-06-30"}) {
		t.Errorf("%+v", x.Decided)
	}
	if want := "“Records leak” is accepted until 30 June 2027 (SHOP-D1)"; x.DecidedSays != want {
		t.Errorf("%q, want %q", x.DecidedSays, want)
	}
	if y := item(p, "archive"); y.Decided != nil {
		t.Errorf("it is what was decided: %+v", y.Decided)
	}
	if len(p.Unanswered) != 0 {
		t.Errorf("decided on, but %+v", p.Unanswered)
	}
}

// Tasks and plan stand in one order: what others need first, whatever it brings.
func TestTasksStandInThePlansOrder(t *testing.T) {
	d := newDesk(t)
	d.apply(strings.NewReplacer(
		"value: 40k per year}", "value: 400k per year, requires: [archive]}",
		"{id: archive,", "{id: spare, title: Spare, cost: {effort: 1d}, against: [{threat: replay, likelihood: 90%}]}\n  - {id: archive,",
	).Replace(shop))
	for _, x := range []struct{ threat, with string }{{"leak", "safe"}, {"replay", "spare"}, {"duty", "archive"}} {
		d.decide(DecideRequest{Threats: []string{x.threat}, Kind: parley.Mitigate, With: []string{x.with}, Because: "worth it"})
	}
	p, err := d.Plan(t.Context(), d.tom, PlanRequest{Source: Source{Product: "shop"}, Trials: 1000})
	if err != nil {
		t.Fatal(err)
	}
	tasks, err := d.Tasks(t.Context(), d.tom, TasksRequest{})
	if err != nil {
		t.Fatal(err)
	}
	var planned, listed []string
	for _, x := range p.Items {
		if x.In {
			planned = append(planned, x.ID)
		}
	}
	for _, x := range tasks.Tasks {
		listed = append(listed, x.Item)
	}
	if !slices.Equal(planned, listed) || len(listed) != 4 || slices.Index(listed, "archive") > slices.Index(listed, "gift") {
		t.Errorf("the plan says %v, the tasks %v", planned, listed)
	}
}
