package ledger

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/quantity"
)

func TestDecider(t *testing.T) {
	b := newBook(t)
	b.apply(shop())
	helen := Actor{ID: "helen@example.org", Known: SignedIn, Via: ViaPage}
	record := func(by string, propose bool, threat string) *Decision {
		b.add(Draft{Product: "shop", By: by, Body: &DecisionRecorded{Terms{Threats: []string{threat}, Kind: parley.Accept, Because: "x", Until: "2027-01-01", Propose: propose}}})
		return b.shop().Decisions[len(b.shop().Decisions)-1]
	}
	if name, claimed := record("tom", false, "leak").Decider(); name != "tom" || !claimed {
		t.Errorf("%s %v, want tom, claimed", name, claimed)
	}
	d := record("", true, "replay")
	if name, claimed := d.Decider(); name != priya.ID || claimed {
		t.Errorf("%s %v, want the proposer", name, claimed)
	}
	b.add(Approving(d, helen, "", "", nil, nil)...)
	if name, claimed := b.shop().Decision(d.Short).Decider(); name != helen.ID || claimed {
		t.Errorf("%s %v, want the approver", name, claimed)
	}
	b.add(Draft{Product: "shop", Body: &DecisionMoved{Decision: d.Short, To: Reopened, Because: "by hand"}})
	if name, _ := b.shop().Decision(d.Short).Decider(); name != helen.ID {
		t.Errorf("%s, want the approver also once it is re-opened", name)
	}
	p := record("tom", true, "replay")
	if name, claimed := p.Decider(); name != "tom" || !claimed {
		t.Errorf("%s %v, want the claimed proposer", name, claimed)
	}
}

func TestTitlesAndLists(t *testing.T) {
	b := newBook(t)
	m := shop()
	m.Product.Name = ""
	m.Capacity = []parley.Period{{Period: "2027-Q1"}}
	b.apply(m)
	for _, c := range []struct {
		kind     ItemKind
		id, want string
	}{{KindThreat, "leak", "Records stolen"}, {KindProduct, "shop", "shop"}, {KindPeriod, "2027-Q1", "2027-Q1"}} {
		if got := b.shop().Item(c.kind, c.id).Title(); got != c.want {
			t.Errorf("%s %s: %q, want %q", c.kind, c.id, got, c.want)
		}
	}
	items := b.shop().Items(KindThreat)
	items[0] = nil // a reader's own list
	if b.shop().Items(KindThreat)[0] == nil {
		t.Error("the list is not a copy")
	}
	if b.shop().Item(KindThreat, "moon") != nil || b.shop().Task("x") != nil || b.shop().Decision("x") != nil || b.shop().Proposal("x") != nil {
		t.Error("something that is not there was found")
	}
	info, err := b.shop().Info()
	if err != nil || info.Owner != "helen@example.org" {
		t.Errorf("%+v %v", info, err)
	}
	if f := b.shop().Files; len(f) != 1 || f[0].Name != "parley.yaml" || f[0].By != priya {
		t.Errorf("%+v", f)
	}
}

func TestFold(t *testing.T) {
	b := newBook(t)
	b.apply(shop())
	s, err := Fold(b.events)
	if err != nil || snapshot(t, s) != snapshot(t, b.state) {
		t.Errorf("another state (%v)", err)
	}
	if _, err := Fold(b.events[1:]); err == nil {
		t.Error("folded without its beginning")
	}
	if _, err := Fold(slices.Concat(b.events, b.events[:1])); err == nil {
		t.Error("folded with its beginning at the end")
	}
}

func TestMirrors(t *testing.T) {
	b := newBook(t)
	b.apply(shop())
	rows, h := rowsOf(t, b)
	head, err := HeadOf(int64(len(rows)), h)
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*Row){
		"id":      func(r *Row) { r.ID = rows[0].ID },
		"type":    func(r *Row) { r.Type = "item.taken" },
		"version": func(r *Row) { r.Version = "01" },
		"product": func(r *Row) { r.Product = "" },
		"time":    func(r *Row) { r.At = strings.Replace(r.At, "Z", "z", 1) },
	} {
		v := NewVerifier(h.place)
		for i, r := range rows {
			if i == 4 {
				change(&r)
			}
			v.Add(r, h.of(r.Seq))
		}
		r := v.Finish(head, int64(len(h)), nil)
		if len(r.Findings) != 1 || r.Findings[0].Fault != Mirror || r.Findings[0].Seq != 4 || !strings.Contains(r.Findings[0].Says, name) {
			t.Errorf("%s: %v", name, r.Findings)
		}
	}
}

func TestDraftRefuses(t *testing.T) {
	at := time.Date(2026, 11, 22, 9, 0, 0, 123456789, time.FixedZone("CET", 3600))
	good := Draft{Actor: priya, Body: &SettingChanged{Name: "a", Value: "b"}, Claimed: at}
	place := Place{ID: "01KAM0000000000000000000AB", Seq: 1, At: at}
	e, err := good.Event(place)
	if err != nil || formatTime(e.At) != "2026-11-22T08:00:00.123Z" || formatTime(e.Claimed) != "2026-11-22T08:00:00.123Z" {
		t.Errorf("%+v %v", e, err)
	}
	for name, change := range map[string]func(*Draft){
		"no body":           func(d *Draft) { d.Body = nil },
		"no actor":          func(d *Draft) { d.Actor = Actor{} },
		"unknown via":       func(d *Draft) { d.Actor.Via = "pigeon" },
		"unknown known":     func(d *Draft) { d.Actor.Known = "trusted" },
		"control in a name": func(d *Draft) { d.By = "a\x1b[2Jb" },
		"not UTF-8":         func(d *Draft) { d.By = "\xff" },
		"cause of nothing":  func(d *Draft) { d.Cause = CauseOf(0) },
		"no number":         func(d *Draft) { d.Cause = "#x" },
		"no JSON":           func(d *Draft) { d.Body = &PolicyAdopted{Policy: []byte("{")} },
		"endless number":    func(d *Draft) { d.Body = &PolicyAdopted{Policy: []byte(`{"a":1e999}`)} },
	} {
		d := good
		change(&d)
		if e, err := d.Event(place); err == nil {
			t.Errorf("%s: %+v", name, e)
		}
	}
}

func TestProposalsRefuse(t *testing.T) {
	b := newBook(t)
	b.apply(shop())
	for name, bad := range map[string]Body{
		"about nothing":    &ProposalMade{About: "weather"},
		"about no item":    &ProposalMade{About: AboutClosing, Kind: KindThreat, ID: "moon"},
		"empty policy":     &ProposalMade{About: AboutPolicy, Value: []byte(`{}`)},
		"policy of text":   &ProposalMade{About: AboutPolicy, Value: []byte(`"x"`)},
		"unknown proposal": &ProposalSettled{Proposal: "SHOP-P9", Outcome: Accepted},
		"setting no name":  &SettingChanged{},
		"erasing a name":   &PersonErased{Ref: "priya"},
		"unknown decision": &DecisionMoved{Decision: "SHOP-D9", To: Retracted},
		"no threats":       &DecisionRecorded{},
		"unknown threat":   &DecisionRecorded{Terms{Threats: []string{"moon"}}},
		"unknown measure":  &DecisionRecorded{Terms{Threats: []string{"leak"}, Kind: parley.Mitigate, With: []string{"moon"}}},
		"replaces nothing": &DecisionRecorded{Terms{Threats: []string{"leak"}, Kind: parley.Accept, Supersedes: []string{"SHOP-D9"}}},
		"item of no kind":  &ItemPut{Kind: "moon", ID: "x", Item: []byte(`{}`)},
		"item without id":  &ItemPut{Kind: KindThreat, Item: []byte(`{}`)},
		"another product":  &ItemPut{Kind: KindProduct, ID: "other", Item: []byte(`{}`)},
		"founded again":    Founding(priya, "x", "y").Body,
	} {
		if err := b.try(Draft{Product: "shop", Body: bad}); err == nil {
			t.Errorf("%s was recorded", name)
		}
	}
	b.add(Draft{Product: "shop", Body: &ProposalMade{About: AboutClosing, Kind: KindThreat, ID: "leak"}})
	if err := b.try(Draft{Product: "shop", Body: &ProposalSettled{Proposal: "SHOP-P1", Outcome: "perhaps"}}); err == nil {
		t.Error("an outcome that is none")
	}
}

func TestPolicyProposalsFollowTheFile(t *testing.T) {
	b := newBook(t)
	b.apply(shop())
	m := shop()
	m.Policy.PersonDay = quantity.Of("700")
	b.apply(m)
	m.Policy.PersonDay = quantity.Of("800")
	if out := b.merge(m, ""); types(out.Drafts) != "file.applied proposal.settled(withdrawn) proposal.made(policy)" {
		t.Errorf("stated anew: %s", types(out.Drafts))
	}
	m = shop()
	if out := b.merge(m, ""); types(out.Drafts) != "file.applied proposal.settled(withdrawn)" {
		t.Errorf("taken back: %s", types(out.Drafts))
	}
	m = shop()
	m.Policy.PersonDay, m.Threats[0].Title = quantity.Of("700"), "x"
	if out := b.merge(m, ""); types(out.Drafts) != "file.applied item.put" {
		t.Errorf("something else changed: %s", types(out.Drafts))
	}
}

func TestAFirstFileWithoutPolicyLeavesItOpen(t *testing.T) {
	b := newBook(t)
	m := shop()
	m.Policy = parley.Policy{}
	b.apply(m)
	if b.state.Policy != nil {
		t.Fatalf("%+v", b.state.Policy)
	}
	b.apply(shop())
	if b.state.Policy == nil || b.state.Policy.From != "shop" {
		t.Errorf("%+v", b.state.Policy)
	}
}

func TestEstimatePatchTakesFieldsAway(t *testing.T) {
	b := newBook(t)
	m := shop()
	m.Threats[0].AtMostOnce = true
	b.apply(m)
	b.decide(Terms{Threats: []string{"leak"}, Kind: parley.Accept, Because: "x", Until: "2027-01-01"})
	m = shop()
	m.Threats[0].CoverageGap = "same"
	b.apply(m)
	q := b.shop().Proposal("SHOP-P1")
	if q == nil || string(q.Value) != `{"at_most_once":null,"coverage_gap":"same"}` {
		t.Fatalf("%+v", q)
	}
	b.add(Draft{Product: "shop", Body: &ProposalSettled{Proposal: q.Short, Outcome: Accepted}})
	it := string(b.shop().Item(KindThreat, "leak").JSON)
	if strings.Contains(it, "at_most_once") || !strings.Contains(it, `"coverage_gap":"same"`) {
		t.Errorf("leak is %s", it)
	}
}

func TestErrorsSayWhatWouldBeRight(t *testing.T) {
	for _, c := range []struct {
		err  error
		want []string
	}{
		{&NewerError{Type: "a.b", Version: 3, Known: 2}, []string{"version 3", "version 2"}},
		{&NewerError{Type: "a.b", Version: 1}, []string{"a.b", "not known"}},
		{CheckMove("SHOP-D1", Expired, InForce), []string{"SHOP-D1", "expired", "final", "new decision"}},
		{CheckMove("SHOP-D1", Reopened, InForce), []string{"reopened", "superseded, withdrawn"}},
		{Refusal{Message: "no", Hint: "yes"}, []string{"no; yes"}},
		{Refusal{Message: "no"}, []string{"no"}},
		{&UnknownError{Text: "x"}, []string{`"x"`}},
		{&UnknownError{Text: "Q-A1", Kinds: []ItemKind{KindDecision}, Other: []Ref{{"shop", KindAgreement, "Q-A1", "Q-A1"}}}, []string{`"Q-A1" is an agreement, not a decision`}},
		{&UnknownError{Text: "x", Among: []Ref{{"shop", KindThreat, "x", "SHOP-T1"}, {"shop", KindDependency, "x", ""}}}, []string{"SHOP-T1 (threat)", "shop/x (dependency)"}},
	} {
		for _, want := range c.want {
			if !strings.Contains(c.err.Error(), want) {
				t.Errorf("%q does not say %q", c.err, want)
			}
		}
	}
}

// TestSectionsCoverTheModel: every list of a model is recorded, so that nothing
// in a file is lost when it is applied.
func TestSectionsCoverTheModel(t *testing.T) {
	known := map[string]bool{"parley": true, "policy": true, authorityKey: true, "rules": true, "x": true} // the last three are kept with the text of the file
	for _, s := range sections {
		known[s.key] = true
	}
	for _, f := range reflect.VisibleFields(reflect.TypeFor[parley.Model]()) {
		if name := parley.FieldName(f); !f.Anonymous && !known[name] {
			t.Errorf("%s of a model is not recorded", name)
		}
	}
}

func BenchmarkFold(b *testing.B) {
	book := newBook(b)
	book.apply(shop())
	for b.Loop() {
		if _, err := Fold(book.events); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*len(book.events)), "µs/event")
}
