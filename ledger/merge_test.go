package ledger

import (
	"strings"
	"testing"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/quantity"
	"pgregory.net/rapid"
)

// types lists the types of drafts, in order.
func types(drafts []Draft) string {
	var out []string
	for _, d := range drafts {
		name, _ := d.Body.EventType()
		if p, ok := d.Body.(*ProposalMade); ok {
			name += "(" + string(p.About) + ")"
		}
		if p, ok := d.Body.(*ProposalSettled); ok {
			name += "(" + string(p.Outcome) + ")"
		}
		out = append(out, name)
	}
	return strings.Join(out, " ")
}

// page changes an item in the ledger, past the file.
func (b *book) page(kind ItemKind, id, from, to string) {
	b.tb.Helper()
	it := b.shop().Item(kind, id)
	text := strings.Replace(string(it.JSON), from, to, 1)
	if text == string(it.JSON) {
		b.tb.Fatalf("%s does not hold %s", it.JSON, from)
	}
	b.add(Draft{Product: "shop", Body: &ItemPut{Kind: kind, ID: id, Item: []byte(text)}})
}

func TestMerge(t *testing.T) {
	for name, c := range map[string]struct {
		file  func(*parley.Model)
		page  func(*book)
		want  string // types of the events
		after string // text the threat leak must hold afterwards
	}{
		"nothing changed":            {want: ""},
		"only the page changed":      {page: func(b *book) { b.page(KindThreat, "leak", "Records stolen", "Page") }, want: "", after: `"title":"Page"`},
		"only the file changed":      {file: func(m *parley.Model) { m.Threats[0].Title = "File" }, want: "file.applied item.put", after: `"title":"File"`},
		"different fields":           {file: func(m *parley.Model) { m.Threats[0].Title = "File" }, page: func(b *book) { b.page(KindThreat, "leak", "tom@", "ann@") }, want: "file.applied item.put", after: `"owner":"ann@example.org"`},
		"different parts of a field": {file: func(m *parley.Model) { m.Threats[0].Impact.Says = "Bad." }, page: func(b *book) { b.page(KindThreat, "leak", "200k..4M", "1M..4M") }, want: "file.applied item.put", after: `"impact":{"financial":"1M..4M","says":"Bad."}`},
		"both, to the same":          {file: func(m *parley.Model) { m.Threats[0].Title = "Same" }, page: func(b *book) { b.page(KindThreat, "leak", "Records stolen", "Same") }, want: "file.applied", after: `"title":"Same"`},
		"a field gone from the file": {file: func(m *parley.Model) { m.Threats[0].Owner = "" }, want: "file.applied item.put"},
		"a new threat":               {file: func(m *parley.Model) { m.Threats = append(m.Threats, parley.Threat{ID: "new", Title: "New"}) }, want: "file.applied item.put"},
		"a threat gone":              {file: func(m *parley.Model) { m.Threats = m.Threats[1:] }, want: "file.applied proposal.made(closing)", after: `Records stolen`},
		"a threat in another place":  {file: func(m *parley.Model) { m.Threats[0], m.Threats[1] = m.Threats[1], m.Threats[0] }, want: "file.applied"},
		"renamed":                    {file: func(m *parley.Model) { m.Threats[1].ID, m.Threats[1].Was = "again", "replay" }, want: "item.renamed file.applied item.put"},
		"another policy":             {file: func(m *parley.Model) { m.Policy.PersonDay = quantity.Of("700") }, want: "file.applied proposal.made(policy)"},
		"a policy taken out":         {file: func(m *parley.Model) { m.Policy = parley.Policy{} }, want: "file.applied"},
		"the product":                {file: func(m *parley.Model) { m.Product.Stage = parley.Testing }, want: "item.put file.applied"},
		"a mitigation that was built": {file: func(m *parley.Model) {
			m.Controls = append(m.Controls, parley.Control{ID: "prepared", Title: "Parameterised queries"})
			m.Mitigations = m.Mitigations[1:]
		}, want: "file.applied item.put proposal.made(closing)"},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBook(t)
			b.apply(shop())
			if c.page != nil {
				c.page(b)
			}
			m := shop()
			if c.file != nil {
				c.file(m)
			}
			out := b.merge(m, "")
			if len(out.Conflicts) > 0 || types(out.Drafts) != c.want {
				t.Fatalf("events %q, conflicts %v; want %q", types(out.Drafts), out.Conflicts, c.want)
			}
			b.add(out.Drafts...)
			if it := b.shop().Item(KindThreat, "leak"); !strings.Contains(string(it.JSON), c.after) {
				t.Errorf("leak is %s, want %s in it", it.JSON, c.after)
			}
			if again := b.merge(m, ""); len(again.Drafts)+len(again.Conflicts) != 0 {
				t.Errorf("a second apply: %s %v", types(again.Drafts), again.Conflicts)
			}
		})
	}
}

func TestMergeConflicts(t *testing.T) {
	for name, c := range map[string]struct {
		file                   func(*parley.Model)
		field, base, now, then string
	}{
		"a text":                  {func(m *parley.Model) { m.Threats[0].Title = "File" }, "title", `"Records stolen"`, `"File"`, `"Page"`},
		"gone against changed":    {func(m *parley.Model) { m.Threats[0].Title = "" }, "title", `"Records stolen"`, `""`, `"Page"`},
		"two fields, one of them": {func(m *parley.Model) { m.Threats[0].Title, m.Threats[0].Notes = "File", "x" }, "title", `"Records stolen"`, `"File"`, `"Page"`},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBook(t)
			b.apply(shop())
			b.page(KindThreat, "leak", "Records stolen", "Page")
			m := shop()
			c.file(m)
			out := b.merge(m, "")
			if len(out.Drafts) != 0 || len(out.Conflicts) != 1 {
				t.Fatalf("%s, %v", types(out.Drafts), out.Conflicts)
			}
			x := out.Conflicts[0]
			if x.Kind != KindThreat || x.ID != "leak" || x.Field != c.field || string(x.Base) != c.base || string(x.File) != c.now || string(x.Ledger) != c.then {
				t.Errorf("conflict %s %s.%s: base %s, file %s, ledger %s", x.Kind, x.ID, x.Field, x.Base, x.File, x.Ledger)
			}
			for side, want := range map[Side]string{PreferFile: c.now, PreferLedger: c.then} {
				then := &book{tb: t, state: b.state, now: b.now}
				out := then.merge(m, side)
				if len(out.Conflicts) != 0 {
					t.Fatalf("%s: %v", side, out.Conflicts)
				}
				then.add(out.Drafts...)
				if it := then.shop().Item(KindThreat, "leak"); !strings.Contains(string(it.JSON), `"title":`+want) {
					t.Errorf("%s holds: %s", side, it.JSON)
				}
				if again := then.merge(m, ""); len(again.Drafts)+len(again.Conflicts) != 0 {
					t.Errorf("%s, a second apply: %s %v", side, types(again.Drafts), again.Conflicts)
				}
			}
		})
	}
}

func TestClosingProposal(t *testing.T) {
	b := newBook(t)
	b.apply(shop())
	short := shop()
	short.Threats = short.Threats[1:]
	b.apply(short)
	q := b.shop().Proposal("SHOP-P1")
	if q == nil || !q.Open() || q.ID != "leak" || b.shop().Item(KindThreat, "leak").Closed {
		t.Fatalf("%+v", q)
	}
	back := &book{tb: t, state: b.state, now: b.now}
	if out := back.merge(shop(), ""); types(out.Drafts) != "file.applied proposal.settled(withdrawn)" {
		t.Errorf("it came back: %s", types(out.Drafts))
	}
	b.add(Draft{Product: "shop", Body: &ProposalSettled{Proposal: "SHOP-P1", Outcome: Accepted}})
	if m, err := b.state.Model("shop"); err != nil || m.Threat("leak") != nil || !b.shop().Item(KindThreat, "leak").Closed {
		t.Errorf("a closed threat is priced (%v)", err)
	}
	if err := b.try(Draft{Product: "shop", Body: &ProposalSettled{Proposal: "SHOP-P1", Outcome: Refused}}); err == nil {
		t.Error("settled twice")
	}
	if out := b.merge(shop(), ""); types(out.Drafts) != "file.applied item.put" {
		t.Errorf("a closed thing that comes back: %s", types(out.Drafts))
	}
	b.apply(shop())
	if it := b.shop().Item(KindThreat, "leak"); it.Closed || it.Short != "SHOP-T1" {
		t.Errorf("%+v", it)
	}
}

func TestClosedInTheLedgerChangedInTheFile(t *testing.T) {
	b := newBook(t)
	b.apply(shop())
	b.add(Draft{Product: "shop", Body: &ProposalMade{About: AboutClosing, Kind: KindThreat, ID: "leak"}},
		Draft{Product: "shop", Body: &ProposalSettled{Proposal: "SHOP-P1", Outcome: Accepted}})
	if out := b.merge(shop(), ""); len(out.Drafts) != 0 {
		t.Errorf("unchanged in the file: %s", types(out.Drafts))
	}
	m := shop()
	m.Threats[0].Title = "Still there"
	out := b.merge(m, "")
	if len(out.Conflicts) != 1 || string(out.Conflicts[0].Ledger) != "null" {
		t.Errorf("%s %v", types(out.Drafts), out.Conflicts)
	}
	if out := b.merge(m, PreferLedger); types(out.Drafts) != "file.applied" {
		t.Errorf("the ledger holds: %s", types(out.Drafts))
	}
	if out := b.merge(m, PreferFile); types(out.Drafts) != "file.applied item.put" {
		t.Errorf("the file holds: %s", types(out.Drafts))
	}
}

func TestEstimateUnderDecision(t *testing.T) {
	b := newBook(t)
	b.apply(shop())
	b.decide(Terms{Threats: []string{"leak"}, Kind: parley.Accept, Because: "x", Until: "2027-01-01"})
	lower := shop()
	lower.Threats[0].Likelihood = quantity.Of("1% per year")
	lower.Threats[0].Title = "Records copied"
	if out := b.merge(lower, PreferFile); types(out.Drafts) != "file.applied proposal.made(estimate) item.put" {
		t.Fatalf("%s", types(out.Drafts))
	}
	b.apply(lower)
	it := b.shop().Item(KindThreat, "leak")
	if !strings.Contains(string(it.JSON), "30% per year") || !strings.Contains(string(it.JSON), "Records copied") {
		t.Errorf("leak is %s", it.JSON)
	}
	if err := b.try(Draft{Product: "shop", Body: &ItemPut{Kind: KindThreat, ID: "leak", Item: []byte(strings.Replace(string(it.JSON), "30%", "1%", 1))}}); err == nil {
		t.Error("the fold let an estimate under a decision change")
	}
	// the file changes something else: the proposal still waits
	other := shop()
	other.Threats[0].Likelihood, other.Threats[0].Title = lower.Threats[0].Likelihood, "Records sold"
	if out := b.merge(other, ""); types(out.Drafts) != "file.applied item.put" {
		t.Errorf("something else changed: %s", types(out.Drafts))
	}
	b.apply(other)
	// another estimate takes the place of the first
	lowest := shop()
	lowest.Threats[0].Likelihood, lowest.Threats[0].Title = quantity.Of("1 in 1000 years"), "Records sold"
	if out := b.merge(lowest, ""); types(out.Drafts) != "file.applied proposal.settled(withdrawn) proposal.made(estimate)" {
		t.Errorf("another estimate: %s", types(out.Drafts))
	}
	// back to what the decision stood on
	back := shop()
	back.Threats[0].Title = "Records sold"
	if out := b.merge(back, ""); types(out.Drafts) != "file.applied proposal.settled(withdrawn)" {
		t.Errorf("taken back: %s", types(out.Drafts))
	}
	b.add(Draft{Product: "shop", Body: &ProposalSettled{Proposal: "SHOP-P1", Outcome: Accepted}})
	if it := b.shop().Item(KindThreat, "leak"); !strings.Contains(string(it.JSON), "1% per year") {
		t.Errorf("accepted, but leak is %s", it.JSON)
	}
	if err := b.try(Draft{Product: "shop", Body: &ProposalMade{About: AboutEstimate, Kind: KindThreat, ID: "leak", Value: []byte(`{"title":"x"}`)}}); err == nil {
		t.Error("a proposal about an estimate changes the title")
	}
}

func TestPolicyProposal(t *testing.T) {
	b := newBook(t)
	b.apply(shop())
	second := shop()
	second.Product.ID, second.Policy = "api", parley.Policy{Horizon: quantity.Of("3 years"), PersonDay: quantity.Of("650")}
	b.apply(second)
	q := b.state.Product("api").Proposal("API-P1")
	if q == nil || string(q.Value) != `{"horizon":"3 years"}` {
		t.Fatalf("%+v", q)
	}
	if policyIn(t, b.state, "GBP") != `{"horizon":"2 years","person_day":"650"}` {
		t.Errorf("a proposal changed the policy: %+v", b.state.Policy)
	}
	refused := &book{tb: t, state: b.state, now: b.now}
	refused.add(Draft{Product: "api", Body: &ProposalSettled{Proposal: "API-P1", Outcome: Refused}})
	second.Threats[0].Title = "x"
	if out := refused.merge(second, ""); types(out.Drafts) != "file.applied item.put" {
		t.Errorf("refused and not stated anew: %s", types(out.Drafts))
	}
	b.add(Draft{Product: "api", Body: &ProposalSettled{Proposal: "API-P1", Outcome: Accepted}})
	if p := b.state.Policy; policyIn(t, b.state, "GBP") != `{"horizon":"3 years","person_day":"650"}` || p.From != "api" {
		t.Errorf("%+v", p)
	}
	m, err := b.state.Model("shop")
	if err != nil || m.Policy.HorizonYears() != 3 {
		t.Errorf("shop is priced over %v years (%v)", m.Policy.HorizonYears(), err)
	}
	if f, err := b.state.File("shop"); err != nil || f.Policy.Horizon.Text != "2 years" {
		t.Errorf("the file of shop says %q (%v)", f.Policy.Horizon.Text, err)
	}
}

func TestMergeRefuses(t *testing.T) {
	b := newBook(t)
	twice := shop()
	twice.Threats[1].ID = "leak"
	if _, err := b.state.Merge(Application{Model: twice}); err == nil {
		t.Error("an id that stands twice")
	}
	if _, err := b.state.Merge(Application{Model: &parley.Model{}}); err == nil {
		t.Error("a model without a product")
	}
}

// TestMergeLaws: applying is idempotent, and what only the file changes arrives
// as the file says it.
func TestMergeLaws(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		b := newBook(t)
		b.apply(shop())
		var m *parley.Model
		for range rapid.IntRange(1, 4).Draw(rt, "applies") {
			m = anyShop(rt)
			out, err := b.state.Merge(Application{Model: m})
			if err != nil || len(out.Conflicts) > 0 {
				rt.Fatalf("%v %v", err, out.Conflicts)
			}
			b.add(out.Drafts...)
			if again := b.merge(m, ""); len(again.Drafts)+len(again.Conflicts) > 0 {
				rt.Fatalf("a second apply: %s %v", types(again.Drafts), again.Conflicts)
			}
		}
		got, err := b.state.File("shop")
		if err != nil {
			rt.Fatal(err)
		}
		for _, want := range m.Threats {
			if x := got.Threat(want.ID); x == nil || jsonOf(t, x) != jsonOf(t, want) {
				rt.Fatalf("threat %s is %s, want %s", want.ID, jsonOf(t, x), jsonOf(t, want))
			}
		}
		refold(rt, t, b)
	})
}

// anyShop is the shop with some threats changed, missing or new.
func anyShop(t *rapid.T) *parley.Model {
	m := shop()
	m.Threats = nil
	for _, id := range []string{"leak", "replay", "third", "fourth"} {
		if rapid.Bool().Draw(t, "has "+id) {
			m.Threats = append(m.Threats, parley.Threat{
				ID: id, Title: rapid.SampledFrom([]string{"a", "b"}).Draw(t, "title"),
				Owner:      rapid.SampledFrom([]string{"", "tom", "ann"}).Draw(t, "owner"),
				Likelihood: quantity.Of(rapid.SampledFrom([]string{"1 per year", "2 per year"}).Draw(t, "likelihood")),
			})
		}
	}
	return m
}

// refold folds the events again in two parts, through their leaves, and
// compares.
func refold(rt *rapid.T, tb testing.TB, b *book) {
	cut := rapid.IntRange(0, len(b.events)).Draw(rt, "cut")
	s := NewState()
	for i, e := range b.events {
		if i == cut {
			s = s.Clone()
		}
		names := sealer{}
		sealed, err := e.Seal(names.ref)
		if err != nil {
			rt.Fatal(err)
		}
		leaf, err := sealed.Leaf()
		if err != nil {
			rt.Fatal(err)
		}
		back, err := ParseEvent(leaf)
		if err != nil {
			rt.Fatal(err)
		}
		if back, err = back.Open(names.name); err != nil {
			rt.Fatal(err)
		}
		if err := s.Apply(back); err != nil {
			rt.Fatal(err)
		}
	}
	if snapshot(tb, s) != snapshot(tb, b.state) {
		rt.Fatalf("folding the first %d and then the rest gives another state", cut)
	}
}
