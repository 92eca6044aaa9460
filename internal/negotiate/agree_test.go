package negotiate

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/ledger"
)

func (d *desk) agree(change func(*AgreeRequest)) (*AgreeResult, error) {
	req := AgreeRequest{PlanRequest: PlanRequest{Source: Source{Product: "shop"}}, Because: "the best for the quarter"}
	req.Trials = 1000 // as the plan it is compared with
	if change != nil {
		change(&req)
	}
	return d.Agree(d.t.Context(), d.tom, req)
}

// TestAgree: one command puts the plan on record, decides on every threat that
// waits and that it acts on, and makes the tasks; the plan is the one `plan` finds.
func TestAgree(t *testing.T) {
	d := newDesk(t)
	d.apply(shop)
	plan := d.plan()
	before := d.size()
	r, err := d.agree(nil)
	if err != nil {
		t.Fatal(err)
	}
	a := r.Agreement
	var chosen []string
	for _, x := range a.Chosen {
		chosen = append(chosen, x.ID)
	}
	if a.ID != "SHOP-A1" || !a.Holds || !slices.Equal(chosen, plan.Chosen) || a.Value != plan.Value || a.Before != plan.AnnualLoss.Before || a.After != plan.AnnualLoss.After || a.CostDays != plan.Cost.EffortDays || a.Proved != plan.Proved {
		t.Errorf("%+v\nwant the plan\n%+v", a, plan)
	}
	if len(a.PassedOver) != len(plan.Peers) {
		t.Errorf("%d peers on record, the plan has %d", len(a.PassedOver), len(plan.Peers))
	}
	for _, id := range []string{"leak", "duty"} { // what the plan's mitigations act on
		i := slices.IndexFunc(r.Decisions, func(x Decision) bool { return slices.Contains(x.Threats, id) })
		if i < 0 || r.Decisions[i].Kind != parley.Mitigate || r.Decisions[i].Because != "the best for the quarter" || len(r.Decisions[i].Premises) == 0 || r.Decisions[i].Brief == "" {
			t.Errorf("%s: %+v", id, r.Decisions)
		}
	}
	if len(r.Decisions) != 2 || len(r.Tasks) != 2 || d.size() != before+3 {
		t.Errorf("%d decisions, %d tasks, %d events", len(r.Decisions), len(r.Tasks), d.size()-before)
	}
	log, err := d.Log(t.Context(), d.tom, LogRequest{Limit: 3})
	if err != nil {
		t.Fatal(err)
	}
	if e := log.Events[2]; e.Type != "plan.agreed" || !strings.Contains(e.Says, "safe") || log.Events[0].Cause != e.ID {
		t.Errorf("%+v", log.Events)
	}
	d.done("SHOP-W1")
	list, err := d.Agreements(t.Context(), d.tom, AgreementsRequest{})
	if err != nil || len(list.Agreements) != 1 || list.Agreements[0].Done != 1 {
		t.Errorf("%+v %v", list, err)
	}
}

// TestAgreementKeepsThePlan: the plan as it was seen is kept, to the byte.
func TestAgreementKeepsThePlan(t *testing.T) {
	d := newDesk(t)
	d.apply(shop)
	want, err := json.Marshal(d.plan())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.agree(nil); err != nil {
		t.Fatal(err)
	}
	state, err := d.state(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	kept := state.Product("shop").Agreed().Plan
	if kept == nil {
		t.Fatal("nothing was kept")
	}
	got, err := d.db.Attachment(t.Context(), *kept)
	if err != nil || string(got) != string(want) {
		t.Errorf("kept %d bytes (%v), the plan has %d", len(got), err, len(want))
	}
}

// TestAgreeFromADay: a plan that starts on a day that somebody named is agreed on
// as it was found.
func TestAgreeFromADay(t *testing.T) {
	d := newDesk(t)
	d.apply(quarters)
	plan, err := d.Plan(t.Context(), d.tom, PlanRequest{Source: Source{Product: "shop"}, AsOf: "2027-04-15", Trials: 1000})
	if err != nil {
		t.Fatal(err)
	}
	if now := d.plan(); now.Value == plan.Value {
		t.Fatalf("the day makes no difference to %v", now.Value)
	}
	r, err := d.agree(func(r *AgreeRequest) { r.AsOf, r.PlanOnly = "2027-04-15", true })
	if err != nil || r.Agreement.Value != plan.Value || r.Agreement.AsOf != plan.AsOf || len(r.Agreement.Chosen) != len(plan.Chosen) {
		t.Errorf("%+v (%v)\nwant the plan\n%+v", r, err, plan)
	}
}

// TestAgreedWorkThatCameBack: what was done, closed and brought back is to be done
// again.
func TestAgreedWorkThatCameBack(t *testing.T) {
	d := newDesk(t)
	d.apply(shop)
	if _, err := d.agree(nil); err != nil {
		t.Fatal(err)
	}
	safe := func() AgreedItem {
		t.Helper()
		list, err := d.Agreements(t.Context(), d.tom, AgreementsRequest{})
		if err != nil {
			t.Fatal(err)
		}
		chosen := list.Agreements[0].Chosen
		i := slices.IndexFunc(chosen, func(x AgreedItem) bool { return x.ID == "safe" })
		if i < 0 {
			t.Fatalf("%+v", list)
		}
		return chosen[i]
	}
	if _, err := d.Service.Done(t.Context(), d.tom, DoneRequest{Task: "safe"}); err != nil || !safe().Done {
		t.Fatalf("done: %+v (%v)", safe(), err)
	}
	lines := strings.SplitAfter(shop, "\n")
	without := strings.Join(slices.DeleteFunc(lines, func(l string) bool { return strings.Contains(l, "id: safe,") }), "")
	d.apply(without)
	if _, err := d.Move(t.Context(), d.tom, MoveRequest{Decision: d.status().Proposals[0].ShortID, Move: "approve"}); err != nil {
		t.Fatal(err)
	}
	d.apply(shop)
	if x := safe(); x.Done {
		t.Errorf("it was closed and came back: %+v", x)
	}
}

// TestAgreeLeavesDecisionsAlone: what was decided otherwise stays, and is said.
func TestAgreeLeavesDecisionsAlone(t *testing.T) {
	d := newDesk(t)
	d.apply(shop)
	d.decide(DecideRequest{Threats: []string{"leak"}, Kind: parley.Accept, Until: "2027-01-31", Because: "we wait"})
	r, err := d.agree(func(r *AgreeRequest) { r.Budget.Must = []string{"safe"} })
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Decisions) != 1 || r.Decisions[0].Threats[0] != "duty" || !strings.Contains(strings.Join(r.Notes, " "), "SHOP-D1") {
		t.Errorf("%+v\n%v", r.Decisions, r.Notes)
	}
	if r, err = d.agree(func(r *AgreeRequest) { r.PlanOnly = true }); err != nil || len(r.Decisions) != 0 || r.Agreement.ID != "SHOP-A2" {
		t.Errorf("%+v %v", r, err)
	}
}

// TestAgreeWithAnotherApprover: where nobody approves their own, the plan is on
// record and each of its decisions waits for somebody else.
func TestAgreeWithAnotherApprover(t *testing.T) {
	d := newDesk(t)
	d.apply(shop)
	ann := d.grant("ann@example.org", ledger.Manager, "")
	if _, err := d.SetRule(t.Context(), d.tom, RuleRequest{Name: ledger.SeparateApprover, Value: "yes", Because: "two see more"}); err != nil {
		t.Fatal(err)
	}
	before := d.size()
	if _, err := d.agree(nil); parley.KindOfError(err) != parley.Refused || d.size() != before {
		t.Fatalf("agreed alone: %v", err)
	}
	r, err := d.agree(func(r *AgreeRequest) { r.Propose = true })
	if err != nil {
		t.Fatal(err)
	}
	if r.Agreement.ID != "SHOP-A1" || len(r.Decisions) != 2 || len(r.Tasks) != 0 {
		t.Fatalf("%+v", r)
	}
	for _, x := range r.Decisions {
		if x.Status != string(ledger.Proposed) {
			t.Errorf("%s is %s", x.ShortID, x.Status)
		}
		if _, err := d.Move(t.Context(), d.tom, MoveRequest{Decision: x.ShortID, Move: "approve"}); err == nil {
			t.Errorf("whoever proposed %s approved it", x.ShortID)
		}
		got, err := d.Move(t.Context(), ann, MoveRequest{Decision: x.ShortID, Move: "approve"})
		if err != nil || got.Decisions[0].Status != string(ledger.InForce) || len(got.Tasks) != 1 {
			t.Errorf("%+v %v", got, err)
		}
	}
}

func TestAgreeRefuses(t *testing.T) {
	d := newDesk(t)
	d.apply(strings.Replace(shop, ", obligation: {says: keep the log}", "", 1))
	before := d.size()
	for says, c := range map[string]struct {
		change func(*AgreeRequest)
		kind   parley.ErrorKind
	}{
		"reason":       {func(r *AgreeRequest) { r.Because = " " }, parley.Refused},
		"not for a":    {func(r *AgreeRequest) { r.Data = []byte(shop) }, parley.Invalid},
		"moon":         {func(r *AgreeRequest) { r.Product = "moon" }, parley.NotFound},
		"does nothing": {func(r *AgreeRequest) { r.Budget.MustNot = []string{"safe", "archive", "gift"} }, parley.Refused},
	} {
		_, err := d.agree(c.change)
		if parley.KindOfError(err) != c.kind || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v, want %s", says, err, c.kind)
		}
	}
	if d.size() != before {
		t.Error("a refusal was recorded")
	}
	if got := (&ledger.PlanAgreed{}).CheckAgreement(); got == nil {
		t.Error("an empty agreement is one")
	}
}

// TestAgreeOnWhatWasSeen: whoever looked at a plan agrees on that one, and on no
// other that came to be the best since.
func TestAgreeOnWhatWasSeen(t *testing.T) {
	d := newDesk(t)
	d.apply(shop)
	seen := d.plan().Chosen
	before := d.size()
	for _, other := range [][]string{{}, seen[1:], append(slices.Clone(seen), "moon")} {
		_, err := d.agree(func(r *AgreeRequest) { r.Seen = other })
		if parley.KindOfError(err) != parley.Conflict || !strings.Contains(err.Error(), "another one by now") {
			t.Errorf("seen was %q: %v", other, err)
		}
	}
	if n := d.size(); n != before {
		t.Errorf("%d events were recorded", n-before)
	}
	if _, err := d.agree(func(r *AgreeRequest) { r.Seen = seen }); err != nil {
		t.Error(err)
	}
}
