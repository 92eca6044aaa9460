package negotiate

import (
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/ledger"
)

// shop is a small product with everything deciding needs.
const shop = `parley: v1
product: {id: shop, name: Web shop, stage: development, currency: GBP, owner: priya@example.org}
policy: {horizon: 2 years, person_day: 650, appetite: [{loss: 100k, chance: 20%}]}
controls:
  - {id: waf, title: Firewall, against: [{threat: leak, likelihood: 50%}]}
threats:
  - {id: leak, title: Records leak, likelihood: 30% within 2 years, impact: {says: It is in the news., financial: 200k..900k}}
  - {id: replay, title: Order replayed, likelihood: 1..3 per year, impact: {says: Goods without paying., financial: 1k..5k}}
  - {id: duty, title: Access log lost, likelihood: 5% per year, impact: {says: We cannot answer the regulator., regulatory: 10k..50k}, obligation: {says: keep the log}}
mitigations:
  - {id: safe, title: Safe queries, cost: {effort: 10d..20d}, lead_time: 1 month, against: [{threat: leak, likelihood: 80%}]}
  - {id: archive, title: Archive the log, cost: {effort: 2d}, against: [{threat: duty, likelihood: 90%}]}
features:
  - {id: gift, title: Gift cards, cost: {effort: 5d}, value: 40k per year}
capacity:
  - {period: 2027-Q1, effort: 60d, money: 20k}
`

// desk is a service on an empty ledger with a clock that the test sets.
type desk struct {
	*Service
	t    *testing.T
	tom  Actor
	time time.Time
}

func newDesk(t *testing.T) *desk {
	d := &desk{t: t, tom: Local("tom@example.org", ViaCLI), time: time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)}
	d.Service = &Service{Ledger: filepath.Join(t.TempDir(), "l.db"), Now: func() time.Time { return d.time }}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	return d
}

func (d *desk) apply(text string) *ApplyResult {
	d.t.Helper()
	r, err := d.Apply(d.t.Context(), d.tom, ApplyRequest{Source: Source{Name: "shop.yaml", Data: []byte(text)}})
	if err != nil {
		d.t.Fatal(err)
	}
	return r
}

func (d *desk) decide(req DecideRequest) *DecideResult {
	d.t.Helper()
	r, err := d.Decide(d.t.Context(), d.tom, req)
	if err != nil {
		d.t.Fatal(err)
	}
	return r
}

func (d *desk) done(task string) {
	d.t.Helper()
	if _, err := d.Done(d.t.Context(), d.tom, DoneRequest{Task: task}); err != nil {
		d.t.Fatal(err)
	}
}

func (d *desk) annual(id string) float64 {
	d.t.Helper()
	r, err := d.Risk(d.t.Context(), d.tom, RiskRequest{Source: Source{Product: "shop"}, Trials: 1000})
	if err != nil {
		d.t.Fatal(err)
	}
	for _, x := range r.Threats {
		if x.ID == id {
			return x.ExpectedAnnualLoss
		}
	}
	return 0
}

func (d *desk) plan() *PlanResult {
	d.t.Helper()
	p, err := d.Plan(d.t.Context(), d.tom, PlanRequest{Source: Source{Product: "shop"}, Trials: 1000})
	if err != nil {
		d.t.Fatal(err)
	}
	return p
}

func (d *desk) status() *ProductStatus {
	d.t.Helper()
	st, err := d.Status(d.t.Context(), d.tom, StatusRequest{})
	if err != nil {
		d.t.Fatal(err)
	}
	return &st.Products[0]
}

func TestApplyTwiceChangesNothing(t *testing.T) {
	d := newDesk(t)
	if r := d.apply(shop); r.Applied == 0 || len(r.Changes) != r.Applied {
		t.Errorf("first: %+v", r)
	}
	if r := d.apply(shop); r.Applied != 0 {
		t.Errorf("second: %+v", r)
	}
	if r := d.apply(strings.Replace(shop, "1k..5k", "1k..6k", 1)); r.Applied != 2 {
		t.Errorf("one changed field gives %d events, want the file and the threat", r.Applied)
	}
}

// TestWhatTheDeciderSawIsKept (D3): the very bytes.
func TestWhatTheDeciderSawIsKept(t *testing.T) {
	d := newDesk(t)
	d.apply(shop)
	src := Source{Product: "shop"}
	seen, err := d.Brief(t.Context(), d.tom, BriefRequest{Source: src})
	if err != nil {
		t.Fatal(err)
	}
	want, err := BriefBytes(seen, "replay")
	if err != nil {
		t.Fatal(err)
	}
	req := DecideRequest{Threats: []string{"replay"}, Kind: parley.Accept, Because: "cheap", Until: "2027-06-30", Seen: Digest(want)}
	r := d.decide(req)
	shown, err := d.Show(t.Context(), d.tom, ShowRequest{Decision: r.Decisions[0].ShortID})
	if err != nil || string(shown.Brief) != string(want) {
		t.Errorf("the brief kept is not the brief seen: %v", err)
	}
}

// TestDecidingOnOldNumbersIsAConflict (D3): never a silent accept of newer numbers.
func TestDecidingOnOldNumbersIsAConflict(t *testing.T) {
	d := newDesk(t)
	d.apply(shop)
	seen, err := d.Brief(t.Context(), d.tom, BriefRequest{Source: Source{Product: "shop"}})
	if err != nil {
		t.Fatal(err)
	}
	old, err := BriefBytes(seen, "replay")
	if err != nil {
		t.Fatal(err)
	}
	d.apply(strings.Replace(shop, "1..3 per year", "2..6 per year", 1))
	_, err = d.Decide(t.Context(), d.tom, DecideRequest{Threats: []string{"replay"}, Kind: parley.Accept, Because: "cheap", Until: "2027-06-30", Seen: Digest(old)})
	if _, ok := errors.AsType[*MovedError](err); !ok || parley.KindOfError(err) != parley.Conflict {
		t.Errorf("got %v, want a conflict", err)
	}
	if n := len(d.status().InForce); n != 0 {
		t.Errorf("%d decisions are in force", n)
	}
}

func TestRefusals(t *testing.T) {
	d := newDesk(t)
	d.apply(shop)
	for _, c := range []struct {
		req  DecideRequest
		want string
	}{
		{DecideRequest{Threats: []string{"leak"}, Kind: parley.Accept, Until: "2027-06-30"}, "needs its reason"},
		{DecideRequest{Threats: []string{"leak"}, Kind: parley.Accept, Because: "x"}, "needs an end"},
		{DecideRequest{Threats: []string{"leak"}, Kind: parley.Defer, Because: "x", Until: "2020-01-01"}, "in the past"},
		{DecideRequest{Threats: []string{"duty"}, Kind: parley.Accept, Because: "x", Until: "2027-06-30"}, "falls under a duty"},
		{DecideRequest{Threats: []string{"replay"}, Kind: parley.Mitigate, Because: "x"}, "at least one mitigation"},
		{DecideRequest{Threats: []string{"leak"}, Kind: "shrug", Because: "x"}, "no kind of decision"},
	} {
		_, err := d.Decide(t.Context(), d.tom, c.req)
		if err == nil || parley.KindOfError(err) != parley.Refused || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v, want %q", c.req, err, c.want)
		}
	}
	if _, err := d.Decide(t.Context(), d.tom, DecideRequest{Threats: []string{"nobody"}, Kind: parley.Accept, Because: "x", Until: "2027-06-30"}); parley.KindOfError(err) != parley.NotFound {
		t.Errorf("unknown threat: %v", err)
	}
}

func TestAcceptedUnderADutyWithItsReason(t *testing.T) {
	d := newDesk(t)
	d.apply(shop)
	d.decide(DecideRequest{Threats: []string{"SHOP-T3"}, Kind: parley.Accept, Because: "no access log is kept", NotApplicable: "the rule is for banks", Until: "2027-06-30"})
}

func TestAPremiseThatBreaksReopens(t *testing.T) {
	d := newDesk(t)
	d.apply(shop)
	r := d.decide(DecideRequest{Threats: []string{"leak"}, Kind: parley.Mitigate, With: []string{"safe"}, Because: "worth it"})
	if len(r.Tasks) != 1 || len(r.Decisions[0].Premises) != 5 {
		t.Fatalf("%+v", r)
	}
	small := d.apply(strings.Replace(shop, "10d..20d", "11d..21d", 1))
	if len(small.Reopened) != 0 {
		t.Errorf("a small change re-opened %+v", small.Reopened)
	}
	big := d.apply(strings.Replace(shop, "10d..20d", "30d..50d", 1))
	if len(big.Reopened) != 1 || big.Reopened[0].Broken[0].Name != premiseEffort {
		t.Fatalf("a cost that doubled re-opens nothing: %+v", big.Reopened)
	}
	p := d.status()
	if len(p.Reopened) != 1 || len(p.InForce) != 0 || len(p.Reopened[0].Broken) == 0 {
		t.Errorf("%+v", p)
	}
}

func TestEstimateUnderADecisionChangesOnlyByProposal(t *testing.T) {
	d := newDesk(t)
	d.apply(shop)
	d.decide(DecideRequest{Threats: []string{"replay"}, Kind: parley.Accept, Because: "cheap", Until: "2027-06-30"})
	before := d.annual("replay")
	d.apply(strings.Replace(shop, "1..3 per year", "0.1..0.3 per year", 1))
	if after := d.annual("replay"); after != before {
		t.Errorf("the price moved from %v to %v", before, after)
	}
	if p := d.status().Proposals; len(p) != 1 || p[0].About != string(ledger.AboutEstimate) {
		t.Errorf("%+v", p)
	}
}

func TestAnEndIsReachedByTheClock(t *testing.T) {
	d := newDesk(t)
	d.apply(shop)
	d.decide(DecideRequest{Threats: []string{"replay"}, Kind: parley.Accept, Because: "cheap", Until: "2026-12-01"})
	d.time = time.Date(2026, 12, 1, 23, 0, 0, 0, time.UTC)
	if p := d.status(); len(p.Overdue) != 0 || len(p.DueSoon) != 1 {
		t.Errorf("on its last day: %+v", p)
	}
	d.time = d.time.Add(2 * time.Hour)
	if p := d.status(); len(p.Overdue) != 1 {
		t.Errorf("the day after: %+v", p)
	}
	d.decide(DecideRequest{Threats: []string{"leak"}, Kind: parley.Accept, Because: "rare", Until: "2027-06-30"})
	if p := d.status(); len(p.InForce) != 1 || len(p.Waiting) != 2 {
		t.Errorf("after the next command: %+v", p)
	}
}

func TestFinishedMitigationLowersThePrice(t *testing.T) {
	d := newDesk(t)
	d.apply(shop)
	r := d.decide(DecideRequest{Threats: []string{"leak"}, Kind: parley.Mitigate, With: []string{"safe"}, Because: "worth it"})
	before := d.annual("leak")
	if _, err := d.Done(t.Context(), d.tom, DoneRequest{Task: r.Tasks[0].ShortID}); err != nil {
		t.Fatal(err)
	}
	// 80 % stopped beside a firewall that stops 50 %, common cause 5 %: between
	// a fifth of the price and, were the two blind together, a little more.
	if after := d.annual("leak"); after < 0.2*before || after > 0.25*before {
		t.Errorf("the price went from %v to %v", before, after)
	}
}

func TestPromisedWorkIsInEveryPlan(t *testing.T) {
	d := newDesk(t)
	d.apply(shop)
	d.decide(DecideRequest{Threats: []string{"duty"}, Kind: parley.Mitigate, With: []string{"archive"}, Because: "the law"})
	r, err := d.Plan(t.Context(), d.tom, PlanRequest{Source: Source{Product: "shop"}, Budget: Budget{Effort: "3d"}})
	if err != nil || len(r.Chosen) != 1 || r.Chosen[0] != "archive" {
		t.Errorf("%+v, %v", r, err)
	}
	tasks, err := d.Tasks(t.Context(), d.tom, TasksRequest{})
	if err != nil || len(tasks.Tasks) != 2 || tasks.Tasks[0].Item == tasks.Tasks[1].Item {
		t.Errorf("%+v, %v", tasks, err)
	}
}

func TestMovesOfADecision(t *testing.T) {
	d := newDesk(t)
	d.apply(shop)
	propose := func(threat string) string {
		return d.decide(DecideRequest{Threats: []string{threat}, Kind: parley.Accept, Because: "cheap", Until: "2027-06-30", Propose: true}).Decisions[0].ShortID
	}
	move := func(id, what, because string) (string, error) {
		r, err := d.Move(t.Context(), d.tom, MoveRequest{Decision: id, Move: what, Because: because})
		if err != nil {
			return "", err
		}
		return r.Decisions[0].Status, nil
	}
	a, b := propose("leak"), propose("replay")
	for _, c := range []struct{ id, move, because, want string }{
		{a, "approve", "", string(ledger.InForce)},
		{b, "reject", "too dear", string(ledger.Rejected)},
		{a, "reopen", "the numbers are wrong", string(ledger.Reopened)},
		{a, "withdraw", "a new one follows", string(ledger.Retracted)},
	} {
		if got, err := move(c.id, c.move, c.because); err != nil || got != c.want {
			t.Errorf("%s %s: %q, %v, want %q", c.move, c.id, got, err, c.want)
		}
	}
	if _, err := move(a, "approve", ""); parley.KindOfError(err) != parley.Refused {
		t.Errorf("a withdrawn decision was approved: %v", err)
	}
	if _, err := move(a, "withdraw", ""); parley.KindOfError(err) != parley.Refused {
		t.Errorf("a move without a reason: %v", err)
	}
}

func TestTheRecordVerifies(t *testing.T) {
	d := newDesk(t)
	d.apply(shop)
	kept, err := d.Checkpoint(t.Context(), d.tom)
	if err != nil {
		t.Fatal(err)
	}
	d.decide(DecideRequest{Threats: []string{"replay"}, Kind: parley.Accept, Because: "cheap", Until: "2027-06-30"})
	r, err := d.Verify(t.Context(), d.tom, VerifyRequest{Checkpoints: [][]byte{kept}})
	if err != nil || !r.OK {
		t.Errorf("%+v, %v", r, err)
	}
	log, err := d.Log(t.Context(), d.tom, LogRequest{Limit: 1})
	if err != nil || len(log.Events) != 1 || log.Events[0].Type != "decision.recorded" || log.Size != r.Events {
		t.Errorf("%+v, %v", log, err)
	}
}

func TestAnAvoidedThreatCostsNothingAnywhere(t *testing.T) {
	d := newDesk(t)
	d.apply(shop)
	d.decide(DecideRequest{Threats: []string{"leak"}, Kind: parley.Avoid, Drops: "the records", Because: "we keep no records"})
	if x := d.annual("leak"); x == 0 {
		t.Error("the records are still there, and cost nothing")
	}
	early, err := d.Plan(t.Context(), d.tom, PlanRequest{Source: Source{Product: "shop"}, Trials: 1000})
	if err != nil || slices.Contains(early.Chosen, "safe") {
		t.Errorf("the plan works against what goes: %v, %v", early.Chosen, err)
	}
	d.done("SHOP-W1")
	if x := d.annual("leak"); x != 0 {
		t.Errorf("risk still has it: %v", x)
	}
	all, err := d.Brief(t.Context(), d.tom, BriefRequest{Source: Source{Product: "shop"}})
	if err != nil || all.Threat("leak") != nil {
		t.Errorf("the brief of all still has it, %v", err)
	}
	for _, id := range []string{"leak", "SHOP-T1", "shop-t1"} {
		one, err := d.Brief(t.Context(), d.tom, BriefRequest{Source: Source{Product: "shop"}, Threats: []string{id}})
		if err != nil || one.Threat("leak") == nil {
			t.Errorf("asked about %s, the brief says nothing: %v", id, err)
		}
	}
	plan, err := d.Plan(t.Context(), d.tom, PlanRequest{Source: Source{Product: "shop"}, Trials: 1000})
	if err != nil || slices.Contains(plan.Chosen, "safe") {
		t.Errorf("the plan works against it: %v, %v", plan.Chosen, err)
	}
	d.decide(DecideRequest{Threats: []string{"leak"}, Kind: parley.Accept, Because: "we keep them again", Until: "2027-06-30", Replaces: []string{"SHOP-D1"}})
	if x := d.annual("leak"); x == 0 {
		t.Error("it is back, but costs nothing")
	}
}

func TestHandedUpStillWaitsUntilSomebodyAnswers(t *testing.T) {
	d := newDesk(t)
	d.apply(shop)
	d.decide(DecideRequest{Threats: []string{"leak"}, Kind: parley.Escalate, Because: "Helen decides"})
	w := d.status().Waiting
	if len(w) != 3 || w[0].HandedUp != "SHOP-D1" || w[0].Because != "Helen decides" {
		t.Fatalf("%+v", w)
	}
	d.decide(DecideRequest{Threats: []string{"leak"}, Kind: parley.Accept, Because: "rare enough", Until: "2027-06-30"})
	if w := d.status().Waiting; len(w) != 2 {
		t.Errorf("answered, but waits: %+v", w)
	}
}

func TestMitigatingByWorkAgainstSomethingElse(t *testing.T) {
	d := newDesk(t)
	d.apply(shop)
	_, err := d.Decide(t.Context(), d.tom, DecideRequest{Threats: []string{"leak"}, Kind: parley.Mitigate, With: []string{"archive"}, Because: "x"})
	if parley.KindOfError(err) != parley.Refused || !strings.Contains(err.Error(), "nothing named acts against") {
		t.Errorf("got %v", err)
	}
}

func TestProposalsAreAnswered(t *testing.T) {
	d := newDesk(t)
	d.apply(shop)
	d.decide(DecideRequest{Threats: []string{"replay"}, Kind: parley.Accept, Because: "cheap", Until: "2027-06-30"})
	before := d.annual("replay")
	d.apply(strings.Replace(shop, "1..3 per year", "4..12 per year", 1))
	id := d.status().Proposals[0].ShortID
	if _, err := d.Move(t.Context(), d.tom, MoveRequest{Decision: id, Move: "withdraw", Because: "x"}); parley.KindOfError(err) != parley.Refused {
		t.Errorf("a proposal was withdrawn: %v", err)
	}
	r, err := d.Move(t.Context(), d.tom, MoveRequest{Decision: id, Move: "approve"})
	if err != nil || len(r.Notes) != 1 || len(r.Reopened) != 1 {
		t.Fatalf("%+v, %v: the approved estimate breaks what the decision counted on", r, err)
	}
	if after := d.annual("replay"); after < 3*before {
		t.Errorf("the price went from %v to %v", before, after)
	}
	if _, err := d.Move(t.Context(), d.tom, MoveRequest{Decision: id, Move: "reject"}); parley.KindOfError(err) != parley.Refused {
		t.Errorf("answered twice: %v", err)
	}
	d.apply(strings.Replace(shop, "person_day: 650", "person_day: 900", 1))
	q := d.status().Proposals[0]
	if _, err := d.Move(t.Context(), d.tom, MoveRequest{Decision: q.ShortID, Move: "reject", Because: "not now"}); err != nil || len(d.status().Proposals) != 0 {
		t.Errorf("%v, %+v", err, d.status().Proposals)
	}
}

// A renamed threat and a renamed mitigation take what was counted on with them.
func TestPremisesFollowARename(t *testing.T) {
	d := newDesk(t)
	d.apply(shop)
	d.decide(DecideRequest{Threats: []string{"leak"}, Kind: parley.Mitigate, With: []string{"safe"}, Because: "worth it"})
	renamed := strings.NewReplacer("id: leak,", "id: breach, was: leak,", "threat: leak,", "threat: breach,", "id: safe,", "id: safer, was: safe,").Replace(shop)
	if r := d.apply(renamed); len(r.Reopened) != 0 {
		t.Fatalf("renaming re-opened %+v", r.Reopened)
	}
	r := d.apply(strings.Replace(renamed, "10d..20d", "30d..50d", 1))
	if len(r.Reopened) != 1 || r.Reopened[0].Broken[0].Ref != "safer" {
		t.Errorf("a cost that doubled after the rename re-opens %+v", r.Reopened)
	}
}

// What a finished mitigation takes off is the price without it less the price
// with it, and it is not verified before a check has reported.
func TestWhatAFinishedMitigationTakesOff(t *testing.T) {
	d := newDesk(t)
	d.apply(strings.Replace(shop, "lead_time: 1 month,", "lead_time: 1 month, checks: [{id: sqlmap, every: 7 days}],", 1))
	r := d.decide(DecideRequest{Threats: []string{"leak"}, Kind: parley.Mitigate, With: []string{"safe"}, Because: "worth it"})
	before := d.annual("leak")
	done, err := d.Done(t.Context(), d.tom, DoneRequest{Task: r.Tasks[0].ShortID})
	if err != nil || len(done.Effects) != 1 || done.Standing != "not verified" || done.Currency != "GBP" {
		t.Fatalf("%+v, %v", done, err)
	}
	if e := done.Effects[0]; e.Threat != "leak" || e.Before != before || e.After != d.annual("leak") {
		t.Errorf("%+v, want from %v to %v", e, before, d.annual("leak"))
	}
	again, err := d.Done(t.Context(), d.tom, DoneRequest{Task: r.Tasks[0].ShortID, To: ledger.TaskOpen})
	if err != nil || len(again.Effects) != 0 || again.Standing != "" {
		t.Errorf("an open task has no effect: %+v, %v", again, err)
	}
}
