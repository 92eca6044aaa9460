package ledger

import (
	"bytes"
	"strings"
	"testing"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/quantity"
)

func stated(chance string) *parley.Model {
	m := shop()
	m.Threats[0].Likelihood = quantity.Of(chance)
	return m
}

func TestWhoRestatedAnEstimateIsKept(t *testing.T) {
	b := newBook(t)
	b.apply(stated("30% per year"))
	tom := Actor{ID: "tom@example.org", Known: ThisMachine, Via: ViaCLI}
	out := b.merge(stated("10% per year"), "")
	b.add(Stamp(out.Drafts, tom, "helen@example.org")...)
	title := stated("10% per year")
	title.Threats[0].Title = "Another title"
	b.apply(title)
	b.apply(stated("5% per year"))
	it := b.shop().Item(KindThreat, "leak")
	if len(it.Restated) != 2 || it.Restated[0].Actor != tom || it.Restated[0].By != "helen@example.org" || !strings.Contains(string(it.Restated[0].Before), `"30% per year"`) || it.Restated[1].Actor != priya {
		t.Fatalf("%+v", it.Restated)
	}
	for _, c := range []struct {
		actor Actor
		by    string
		want  int // of Restated, -1 for none
	}{
		{tom, "", 0},
		{Actor{ID: "helen@example.org"}, "", 0}, // who was named then
		{Actor{ID: "ann"}, "tom@example.org", 0},
		{priya, "", 1},
		{Actor{ID: "ann"}, "", -1},
	} {
		r := b.shop().OwnEstimate("leak", c.actor, c.by)
		if c.want < 0 && r != nil || c.want >= 0 && (r == nil || r.Event != it.Restated[c.want].Event) {
			t.Errorf("%s by %q: %+v", c.actor.ID, c.by, r)
		}
	}
	if b.shop().OwnEstimate("nothing", tom, "") != nil {
		t.Error("an estimate of no threat")
	}
	people := refs{}
	text, err := b.state.Snapshot(people.ref)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(text, []byte("@example.org")) {
		t.Error("a snapshot holds names")
	}
	again, err := OpenSnapshot(text, people.name)
	if err != nil || snapshot(t, again) != snapshot(t, b.state) {
		t.Errorf("the snapshot says something else (%v)", err)
	}
}

// Who else there is: somebody who applied a file, said or moved anything, or
// holds a role.
func TestCompany(t *testing.T) {
	ann := Actor{ID: "ann", Known: ThisMachine, Via: ViaCLI}
	for name, add := range map[string]func(b *book) Draft{
		"a note": func(*book) Draft {
			return Draft{Product: "shop", Actor: ann, Body: &NoteAdded{Kind: NoteComment, About: KindThreat, ID: "leak", Text: "x"}}
		},
		"a rule": func(*book) Draft {
			return Draft{Actor: ann, Body: &RuleProposed{Name: SeparateApprover, Value: "no", Because: "x"}}
		},
		"a decision": func(*book) Draft {
			return Draft{Product: "shop", Actor: ann, Body: &DecisionRecorded{Terms{Threats: []string{"leak"}, Kind: parley.Escalate, Because: "x"}}}
		},
		"evidence": func(*book) Draft {
			return Draft{Product: "shop", Actor: ann, Body: someEvidence(nil)}
		},
		"evidence in somebody's name": func(*book) Draft {
			return Draft{Product: "shop", By: "ann", Body: someEvidence(nil)}
		},
		"a proposal": func(*book) Draft {
			return Draft{Product: "shop", Actor: ann, Body: &ProposalMade{About: AboutClosing, Kind: KindThreat, ID: "leak"}}
		},
		"a proposal in somebody's name": func(*book) Draft {
			return Draft{Product: "shop", By: "ann", Body: &ProposalMade{About: AboutClosing, Kind: KindThreat, ID: "leak"}}
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBook(t)
			b.apply(shop())
			if b.state.company(priya.ID) {
				t.Fatal("nobody else is there yet")
			}
			b.add(add(b))
			if !b.state.company(priya.ID) || !b.state.company("ann") {
				t.Error("there are two people")
			}
		})
	}
	b := newBook(t)
	b.apply(shop())
	b.add(Draft{Product: "shop", Body: someEvidence(nil)}, Draft{Product: "shop", Body: &ProposalMade{About: AboutClosing, Kind: KindThreat, ID: "leak"}})
	if b.state.company(priya.ID) {
		t.Error("nobody else brought that")
	}
	b.add(Draft{Body: &RuleProposed{Name: RuleAuthority, Because: "x", Matrix: &AuthorityMatrix{Roles: []Role{{Name: "lead", Currency: "GBP", Holders: []Holder{{Name: "ann"}}}}}}})
	b.add(Draft{Body: &RuleSettled{Rule: "R1", Outcome: Accepted}})
	if !b.state.company(priya.ID) {
		t.Error("who holds a role is somebody")
	}
}
