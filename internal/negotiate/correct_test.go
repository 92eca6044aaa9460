package negotiate

import (
	"regexp"
	"strings"
	"testing"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/ledger"
)

func (d *desk) correct(req CorrectIncidentRequest) *CorrectIncidentResult {
	d.t.Helper()
	req.Because = "a slip"
	r, err := d.CorrectIncident(d.t.Context(), d.tom, req)
	if err != nil {
		d.t.Fatal(err)
	}
	return r
}

// cost is what the one incident cost, as the record has it.
func (d *desk) cost() float64 {
	d.t.Helper()
	l, err := d.load(d.t.Context(), Source{Product: "shop"}, "")
	if err != nil {
		d.t.Fatal(err)
	}
	if len(l.model.Incidents) == 0 {
		return -1
	}
	x, _ := l.model.Incidents[0].Cost()
	return x
}

func (d *desk) twoPeople() {
	d.t.Helper()
	if _, err := d.SetRule(d.t.Context(), d.tom, RuleRequest{Name: ledger.SeparateApprover, Value: "yes", Because: "two of us"}); err != nil {
		d.t.Fatal(err)
	}
}

// broke is a shop where a leak of 120k happened today.
func broke(t *testing.T) *desk {
	d := newDesk(t)
	d.apply(shop)
	if _, err := d.AddIncident(t.Context(), d.tom, AddIncidentRequest{Threat: "leak", Losses: []string{"120k"}}); err != nil {
		t.Fatal(err)
	}
	return d
}

// TestWhatLowersAnIncidentTakesTwo: to tell it so that it says less is the same to
// withdraw it; to tell it so that it says more is not.
func TestWhatLowersAnIncidentTakesTwo(t *testing.T) {
	d := broke(t)
	helen := Local("helen@example.org", ViaCLI)
	if r := d.correct(CorrectIncidentRequest{Incident: "i1", Losses: []string{"110k"}}); r.Waits != "" || d.cost() != 110e3 {
		t.Errorf("one person alone: %+v, it cost %v", r, d.cost())
	}
	d.twoPeople()
	if r := d.correct(CorrectIncidentRequest{Incident: "i1", Losses: []string{"130k"}}); r.Waits != "" || d.cost() != 130e3 {
		t.Errorf("more: %+v, it cost %v", r, d.cost())
	}
	if r := d.correct(CorrectIncidentRequest{Incident: "i1", Losses: []string{"12k"}}); r.Waits != "SHOP-P1" || !strings.Contains(r.Says, "SHOP-P1") || d.cost() != 130e3 {
		t.Errorf("less: %+v, it cost %v", r, d.cost())
	}
	if _, err := d.Move(t.Context(), d.tom, MoveRequest{Decision: "SHOP-P1", Move: "approve"}); parley.KindOfError(err) != parley.Refused || d.cost() != 130e3 {
		t.Errorf("approved by whoever proposed it: %v", err)
	}
	// Told anew once more, what was proposed before is overtaken.
	if r := d.correct(CorrectIncidentRequest{Incident: "i1", Losses: []string{"13k"}}); r.Waits != "SHOP-P2" {
		t.Errorf("%+v", r)
	}
	if _, err := d.Move(t.Context(), helen, MoveRequest{Decision: "SHOP-P1", Move: "approve"}); err == nil || !strings.Contains(err.Error(), "before") {
		t.Errorf("what was overtaken is approved: %v", err)
	}
	if _, err := d.Move(t.Context(), helen, MoveRequest{Decision: "SHOP-P2", Move: "approve"}); err != nil || d.cost() != 13e3 {
		t.Errorf("%v, it cost %v", err, d.cost())
	}
	near := true
	if r := d.correct(CorrectIncidentRequest{Incident: "i1", NearMiss: &near}); r.Waits != "SHOP-P3" {
		t.Errorf("a near miss: %+v", r)
	}
	if r := d.correct(CorrectIncidentRequest{Incident: "i1", Withdraw: true}); r.Waits != "SHOP-P4" {
		t.Errorf("withdrawn: %+v", r)
	}
	if r := d.correct(CorrectIncidentRequest{Incident: "i1", Title: "A leak of names"}); r.Waits != "" {
		t.Errorf("other words: %+v", r)
	}
}

// TestANearMissHasNoLoss: what turns out a near miss drops what was said about its cost,
// and to say what one cost is refused.
func TestANearMissHasNoLoss(t *testing.T) {
	d, near, hit := broke(t), true, false
	if d.correct(CorrectIncidentRequest{Incident: "i1", NearMiss: &near}); d.cost() != 0 {
		t.Errorf("a near miss cost %v", d.cost())
	}
	if _, err := d.CorrectIncident(t.Context(), d.tom, CorrectIncidentRequest{Incident: "i1", Losses: []string{"5k"}, Because: "a slip"}); err == nil || !strings.Contains(err.Error(), "a near miss has no loss") {
		t.Errorf("a loss of a near miss: %v", err)
	}
	if d.correct(CorrectIncidentRequest{Incident: "i1", NearMiss: &hit, Losses: []string{"5k"}}); d.cost() != 5e3 {
		t.Errorf("it was none: %v", d.cost())
	}
}

// TestACorrectionDoesNotUndoAWithdrawal: what was withdrawn comes back by no correction
// that waited meanwhile; to tell it anew is a step of its own.
func TestACorrectionDoesNotUndoAWithdrawal(t *testing.T) {
	d := broke(t)
	helen := Local("helen@example.org", ViaCLI)
	d.twoPeople()
	d.correct(CorrectIncidentRequest{Incident: "i1", Losses: []string{"12k"}})
	d.correct(CorrectIncidentRequest{Incident: "i1", Withdraw: true})
	if _, err := d.Move(t.Context(), helen, MoveRequest{Decision: "SHOP-P2", Move: "approve"}); err != nil {
		t.Fatal(err)
	}
	open := func() bool {
		t.Helper()
		state, err := d.state(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return !state.Product("shop").Item(ledger.KindIncident, "i1").Closed
	}
	if open() {
		t.Fatal("it was withdrawn and counts")
	}
	if n := len(d.status().Proposals); n != 0 {
		t.Errorf("%d proposals about it still wait", n)
	}
	if _, err := d.Move(t.Context(), helen, MoveRequest{Decision: "SHOP-P1", Move: "approve"}); parley.KindOfError(err) != parley.Refused || open() {
		t.Errorf("the correction brings it back: %v", err)
	}
	if r := d.correct(CorrectIncidentRequest{Incident: "i1", Losses: []string{"12k"}}); r.Gone || !open() {
		t.Errorf("told anew: %+v", r)
	}
}

// TestAFileThatLowersAnIncidentProposesIt: the file is no way around the second
// person, and asks once.
func TestAFileThatLowersAnIncidentProposesIt(t *testing.T) {
	d := newDesk(t)
	told := func(loss, more string) string {
		return shop + "incidents:\n  - {id: i1, threat: leak, at: 2026-11-20, loss: " + loss + "}\n" + more
	}
	d.apply(told("120k", ""))
	d.twoPeople()
	helen := Local("helen@example.org", ViaCLI)
	proposals := func() (all, open int) {
		state, err := d.state(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, q := range state.Product("shop").Proposals {
			if all++; q.Open() {
				open++
			}
		}
		return all, open
	}
	d.apply(told("12k", ""))
	d.apply(told("12k", "# again\n"))
	d.apply(strings.Replace(told("12k", ""), "Gift cards", "Vouchers", 1))
	if all, open := proposals(); all != 1 || open != 1 || d.cost() != 120e3 {
		t.Fatalf("%d proposals, %d open, it cost %v", all, open, d.cost())
	}
	if _, err := d.Move(t.Context(), helen, MoveRequest{Decision: "SHOP-P1", Move: "reject", Because: "it was that much"}); err != nil {
		t.Fatal(err)
	}
	d.apply(told("12k", ""))
	if all, open := proposals(); all != 1 || open != 0 || d.cost() != 120e3 {
		t.Errorf("asked for again: %d proposals, %d open, it cost %v", all, open, d.cost())
	}
	d.apply(told("14k", ""))
	if _, err := d.Move(t.Context(), helen, MoveRequest{Decision: "SHOP-P2", Move: "approve"}); err != nil || d.cost() != 14e3 {
		t.Errorf("%v, it cost %v", err, d.cost())
	}
	d.apply(told("140k", ""))
	if all, open := proposals(); all != 2 || open != 0 || d.cost() != 140e3 {
		t.Errorf("more needs nobody: %d proposals, %d open, it cost %v", all, open, d.cost())
	}
}

// TestAFileLowersNoIncidentByItself: where one person alone may make an incident say
// less, it is one who may decide. A file of anybody else, or by a token, proposes it; so
// does one that tells it of another threat, puts it off to a day that is not yet, or
// gives the product another id besides.
func TestAFileLowersNoIncidentByItself(t *testing.T) {
	const told = shop + "incidents:\n  - {id: i1, threat: leak, at: 2026-11-20, loss: 120k}\n"
	again := func(was, is string) string { return strings.Replace(told, was, is, 1) }
	byToken := person(ann)
	byToken.Known, byToken.Via = ledger.ByToken, ledger.ViaAPI
	for name, c := range map[string]struct {
		by    Actor
		two   bool
		text  string
		waits bool
	}{
		"less, by who may decide":       {by: Local("tom@example.org", ViaCLI), text: again("120k", "12k")},
		"less, by a contributor":        {by: person(ann), text: again("120k", "12k"), waits: true},
		"less, by a token":              {by: byToken, text: again("120k", "12k"), waits: true},
		"less, under another id":        {by: person(ann), text: again("120k", "12k"), waits: true},
		"of another threat, by two":     {by: Local("tom@example.org", ViaCLI), two: true, text: again("threat: leak, at", "threat: duty, at"), waits: true},
		"of a day to come, by two":      {by: Local("tom@example.org", ViaCLI), two: true, text: again("2026-11-20", "2099-01-01"), waits: true},
		"of a later day that was, more": {by: Local("tom@example.org", ViaCLI), two: true, text: again("2026-11-20", "2026-11-21")},
		"more, by a contributor":        {by: person(ann), text: again("120k", "130k")},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			d.apply(told)
			_, err := d.SetMember(t.Context(), d.tom, MemberRequest{Person: ann, Role: ledger.Contributor})
			d.must(err)
			if c.two {
				d.twoPeople()
			}
			ctx, text := t.Context(), c.text
			if c.by.Known == ledger.ByToken {
				ctx = Limit(ctx, TokenLimit{Scope: ScopeWrite})
			}
			if strings.HasSuffix(name, "another id") {
				text = strings.Replace(text, "{id: shop,", "{id: store, was: shop,", 1)
			}
			_, err = d.Apply(ctx, c.by, ApplyRequest{Source: Source{Name: "shop.yaml", Data: []byte(text)}})
			d.must(err)
			state, err := d.state(t.Context())
			d.must(err)
			p := state.Products()[0]
			if waits := len(p.Proposals) == 1 && p.Proposals[0].About == ledger.AboutCorrection && p.Proposals[0].Open(); waits != c.waits {
				t.Errorf("waits for somebody: %v, want %v", waits, c.waits)
			}
		})
	}
}

// TestAnIncidentOfAClosedThreat: it is corrected and withdrawn like any other; there
// are no figures of a threat that is gone.
func TestAnIncidentOfAClosedThreat(t *testing.T) {
	without := regexp.MustCompile(`(?m)^  - \{id: leak.*\n`).ReplaceAllString(strings.ReplaceAll(shop, "threat: leak", "threat: replay"), "")
	for name, req := range map[string]CorrectIncidentRequest{
		"title":     {Incident: "i1", Title: "A leak of names"},
		"loss":      {Incident: "i1", Losses: []string{"130k"}},
		"withdrawn": {Incident: "i1", Withdraw: true},
	} {
		d := broke(t)
		if r := d.correct(CorrectIncidentRequest{Incident: "i1", Title: "Leak"}); r.Before == nil || r.Happened == nil {
			t.Errorf("no figures of an open threat: %+v", r)
		}
		d.apply(without)
		for _, q := range d.status().Proposals {
			if _, err := d.Move(t.Context(), d.tom, MoveRequest{Decision: q.ShortID, Move: "approve"}); err != nil {
				t.Fatal(err)
			}
		}
		r := d.correct(req)
		if r.Before != nil || r.Happened != nil || r.Gone != req.Withdraw || r.Says == "" {
			t.Errorf("%s: %+v", name, r)
		}
	}
}
