package ledger

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/parleysec/parley"
	"github.com/parleysec/parley/quantity"
)

func TestModelIsTheFile(t *testing.T) {
	b := newBook(t)
	b.apply(shop())
	got, err := b.state.Model("shop")
	if err != nil {
		t.Fatal(err)
	}
	want := shop()
	if bad := parley.Errors(parley.Resolve(want)); len(bad) > 0 {
		t.Fatal(bad)
	}
	if d := cmp.Diff(jsonOf(t, want), jsonOf(t, got)); d != "" {
		t.Errorf("a model straight from its file differs:\n%s", d)
	}
	if !got.Threats[0].Likelihood.Parsed() {
		t.Error("the model is not resolved")
	}
	file, err := b.state.File("shop")
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(jsonOf(t, shop()), jsonOf(t, file)); d != "" {
		t.Errorf("the file that comes out differs:\n%s", d)
	}
	var unknown *UnknownError
	if _, err := b.state.Model("nowhere"); !errors.As(err, &unknown) {
		t.Error(err)
	}
	if _, err := b.state.File("nowhere"); !errors.As(err, &unknown) {
		t.Error(err)
	}
}

func TestModelErrors(t *testing.T) {
	b := newBook(t)
	m := shop()
	m.Threats[0].Likelihood = quantity.Of("now and then")
	b.apply(m)
	var bad *ModelError
	if _, err := b.state.Model("shop"); !errors.As(err, &bad) || !strings.Contains(err.Error(), "threats[0].likelihood") {
		t.Errorf("got %v", err)
	}
	b = newBook(t)
	b.apply(shop())
	b.add(Draft{Product: "shop", Body: &ItemPut{Kind: KindThreat, ID: "x", Item: []byte(`{"id":"x","colour":"red"}`)}})
	if _, err := b.state.Model("shop"); err == nil || !strings.Contains(err.Error(), "colour") {
		t.Errorf("a field nobody knows: %v", err)
	}
}

// TestFinishedMitigation: it stands as a control, lowers the risk of threats
// stated before, and is part of what later statements count on.
func TestFinishedMitigation(t *testing.T) {
	b := newBook(t)
	m := shop()
	m.Features[0].Requires = []string{"consent", "prepared"}
	b.apply(m)
	b.decide(Terms{Threats: []string{"leak"}, Kind: parley.Mitigate, With: []string{"prepared", "consent"}, Because: "cheap"})
	var names []string
	for _, x := range b.shop().Tasks {
		names = append(names, x.Short+" "+x.Mitigation+" "+string(x.Status))
	}
	if !slices.Equal(names, []string{"SHOP-W1 prepared open", "SHOP-W2 consent open"}) {
		t.Fatalf("tasks %v", names)
	}
	b.add(Draft{Product: "shop", Body: &TaskChanged{Task: "SHOP-W1", To: TaskDone}})
	got, err := b.state.Model("shop")
	if err != nil {
		t.Fatal(err)
	}
	if got.Mitigation("prepared") != nil || got.Control("prepared") == nil || len(got.Control("prepared").Against) != 1 {
		t.Errorf("prepared is not a control: %+v", got.Controls)
	}
	if !slices.Equal(got.Features[0].Requires, []string{"consent"}) {
		t.Errorf("what required it still requires %v", got.Features[0].Requires)
	}
	if w := got.Threat("leak").StatedWith; w == nil || !slices.Equal(*w, []string{"waf"}) {
		t.Errorf("leak was stated with %v, want the firewall alone", w)
	}
	if m2 := m; b.apply(m2) != 0 {
		t.Error("the file, which still lists it as a mitigation, changes something")
	}
	if rs, _ := Check(b.state, b.deciding(Terms{Threats: []string{"replay"}, Kind: parley.Mitigate, With: []string{"prepared"}, Because: "x"})).(Refusals); !rs.Has(BadMitigation) {
		t.Errorf("built again: %v", rs)
	}
	m.Threats[1].Likelihood = quantity.Of("2 per year") // stated anew, with it in place
	b.apply(m)
	if got, err = b.state.Model("shop"); err != nil || got.Threat("replay").StatedWith != nil {
		t.Errorf("replay was stated with %v, want all controls (%v)", got.Threat("replay").StatedWith, err)
	}
	b.add(Draft{Product: "shop", Body: &TaskChanged{Task: "SHOP-W1", To: TaskOpen, Because: "it was not"}})
	if got, err = b.state.Model("shop"); err != nil || got.Mitigation("prepared") == nil || got.Control("prepared") != nil {
		t.Errorf("opened again: %+v (%v)", got.Controls, err)
	}
}

func TestLaterControl(t *testing.T) {
	b := newBook(t)
	b.apply(shop())
	m := shop()
	m.Controls = append(m.Controls, parley.Control{ID: "later", Title: "Later"})
	b.apply(m)
	got, err := b.state.Model("shop")
	if err != nil {
		t.Fatal(err)
	}
	if w := got.Threat("leak").StatedWith; w == nil || !slices.Equal(*w, []string{"waf"}) {
		t.Errorf("leak was stated with %v", w)
	}
	own := []string{}
	m.Threats[0].StatedWith = &own
	b.apply(m)
	if got, err = b.state.Model("shop"); err != nil || len(*got.Threat("leak").StatedWith) != 0 {
		t.Errorf("what the file says itself holds: %v (%v)", got.Threat("leak").StatedWith, err)
	}
}

func TestTasksFollowDecisions(t *testing.T) {
	b := newBook(t)
	b.apply(shop())
	b.decide(Terms{Threats: []string{"leak"}, Kind: parley.Mitigate, With: []string{"prepared"}, Because: "x"})
	b.decide(Terms{Threats: []string{"replay"}, Kind: parley.Mitigate, With: []string{"prepared", "consent"}, Because: "x"})
	status := func(short string) TaskStatus { return b.shop().Task(short).Status }
	if len(b.shop().Tasks) != 2 || len(b.shop().Task("SHOP-W1").Decisions) != 2 {
		t.Fatalf("one task for a mitigation: %+v", b.shop().Tasks[0])
	}
	b.add(Draft{Product: "shop", Body: &DecisionMoved{Decision: "SHOP-D2", To: Retracted}})
	if status("SHOP-W1") != TaskOpen || status("SHOP-W2") != TaskCancelled {
		t.Errorf("after a withdrawal: %s, %s", status("SHOP-W1"), status("SHOP-W2"))
	}
	b.add(Draft{Product: "shop", Body: &DecisionMoved{Decision: "SHOP-D1", To: Reopened}})
	if status("SHOP-W1") != TaskOpen {
		t.Errorf("a re-opened decision still asks, the task is %s", status("SHOP-W1"))
	}
	b.decide(Terms{Threats: []string{"leak"}, Kind: parley.Accept, Because: "x", Until: "2027-01-01", Supersedes: b.shop().Replaces([]string{"leak"})})
	if status("SHOP-W1") != TaskCancelled {
		t.Errorf("nobody asks any more, the task is %s", status("SHOP-W1"))
	}
	b.decide(Terms{Threats: []string{"leak"}, Kind: parley.Mitigate, With: []string{"prepared"}, Because: "x", Supersedes: b.shop().Replaces([]string{"leak"})})
	if status("SHOP-W1") != TaskOpen || len(b.shop().Tasks) != 2 {
		t.Errorf("asked for again: %s, %d tasks", status("SHOP-W1"), len(b.shop().Tasks))
	}
	for _, bad := range []TaskChanged{{Task: "SHOP-W9", To: TaskDone}, {Task: "SHOP-W1", To: "half done"}, {Task: "SHOP-W1", To: TaskOpen}} {
		if err := b.try(Draft{Product: "shop", Body: &bad}); err == nil {
			t.Errorf("%+v was recorded", bad)
		}
	}
}

func TestSupersedingKeepsSharedTasks(t *testing.T) {
	b := newBook(t)
	b.apply(shop())
	b.decide(Terms{Threats: []string{"leak"}, Kind: parley.Mitigate, With: []string{"prepared"}, Because: "x"})
	made := b.shop().Task("SHOP-W1")
	b.decide(Terms{Threats: []string{"leak"}, Kind: parley.Mitigate, With: []string{"consent", "prepared"}, Because: "y", Supersedes: []string{"SHOP-D1"}})
	if now := b.shop().Task("SHOP-W1"); now.Status != TaskOpen || !now.Changed.Equal(made.Changed) {
		t.Errorf("a task both ask for was touched: %+v", now)
	}
}

func TestRename(t *testing.T) {
	b := newBook(t)
	b.apply(shop())
	b.decide(Terms{Threats: []string{"leak"}, Kind: parley.Mitigate, With: []string{"prepared"}, Because: "x"})
	m := shop()
	m.Threats[0].ID, m.Threats[0].Was, m.Threats[0].Likelihood = "breach", "leak", quantity.Of("1% per year")
	m.Mitigations[0].ID, m.Mitigations[0].Was = "queries", "prepared"
	m.Controls[0].ID, m.Controls[0].Was = "firewall", "waf"
	m.Controls[0].Against[0].Threat, m.Mitigations[0].Against[0].Threat = "breach", "breach"
	m.Product.ID, m.Product.Was = "store", "shop"
	out := b.merge(m, "")
	if got := types(out.Drafts); !strings.Contains(got, "proposal.made(estimate)") || strings.Contains(got, "closing") {
		t.Errorf("renamed, with a lower estimate: %s", got)
	}
	b.add(out.Drafts...)
	if again := b.merge(m, ""); len(again.Drafts) != 0 {
		t.Errorf("a second apply: %s", types(again.Drafts))
	}
	p := b.state.Product("store")
	if p == nil || p != b.shop() || p.Prefix != "SHOP" || len(b.state.Products()) != 1 {
		t.Fatalf("%+v", p)
	}
	d := p.Decision("SHOP-D1")
	if !d.Holds("breach") || !slices.Equal(d.With, []string{"queries"}) || p.Task("SHOP-W1").Mitigation != "queries" {
		t.Errorf("%+v", d)
	}
	if it := p.Item(KindThreat, "leak"); it == nil || it.ID != "breach" || it.Short != "SHOP-T1" || !slices.Equal(it.StatedWith, []string{"firewall"}) {
		t.Errorf("%+v", it)
	}
	for _, text := range []string{"leak", "breach", "SHOP-T1", "shop-t1", "store/leak", "shop/breach"} {
		if r, err := b.state.Resolve("", text); err != nil || r.ID != "breach" || r.Product != "store" {
			t.Errorf("%s: %+v %v", text, r, err)
		}
	}
	if model, err := b.state.Model("shop"); err != nil || model.Product.ID != "store" || model.Threat("breach") == nil {
		t.Errorf("%v", err)
	}
	b.decide(Terms{Threats: []string{"replay"}, Kind: parley.Accept, Because: "x", Until: "2027-01-01"}) // under the former id
}

func TestRenameRefuses(t *testing.T) {
	b := newBook(t)
	b.apply(shop())
	for _, bad := range []ItemRenamed{
		{KindThreat, "leak", "replay"}, {KindThreat, "moon", "sun"}, {KindThreat, "leak", ""}, {KindProduct, "shop", "shop"}, {KindProduct, "moon", "sun"},
	} {
		if err := b.try(Draft{Product: "shop", Body: &bad}); err == nil {
			t.Errorf("%+v was recorded", bad)
		}
	}
	swap := shop() // two things exchange their ids: not renamed but changed
	swap.Threats[0].ID, swap.Threats[1].ID = "replay", "leak"
	swap.Threats[0].Was, swap.Threats[1].Was = "leak", "replay"
	if out := b.merge(swap, ""); strings.Contains(types(out.Drafts), "renamed") {
		t.Errorf("%s", types(out.Drafts))
	}
}

func TestResolve(t *testing.T) {
	b := newBook(t)
	b.apply(shop())
	api := shop()
	api.Product.ID = "a-p-i"
	api.Threats = api.Threats[:1]
	api.Mitigations[0].ID = "leak" // an id two things of a product have
	b.apply(api)
	b.apply(&parley.Model{Product: parley.Product{ID: "api", Currency: "GBP"}})
	b.apply(&parley.Model{Product: parley.Product{ID: "многое", Currency: "GBP"}})
	b.apply(&parley.Model{Product: parley.Product{ID: "a-very-long-product-id", Currency: "GBP"}})
	own := shop()
	own.Product.ID = "own"
	own.Threats = []parley.Threat{own.Threats[0], own.Threats[0]}
	own.Threats[0].ID, own.Threats[1].ID = "t0", "t1"
	own.Mitigations = nil
	b.apply(own)
	var prefixes []string
	for _, p := range b.state.Products() {
		prefixes = append(prefixes, p.Prefix)
	}
	if !slices.Equal(prefixes, []string{"SHOP", "API", "API2", "P", "AVERYLONGP", "OWN"}) {
		t.Errorf("prefixes %v", prefixes)
	}
	b.decide(Terms{Threats: []string{"replay"}, Kind: parley.Mitigate, With: []string{"consent"}, Because: "x"})
	for _, c := range []struct {
		product, text string
		kinds         []ItemKind
		want          string // product/kind/id, "" for an error
		among         int
	}{
		{"", "replay", nil, "shop/threat/replay", 0},
		{"", "API-T1", nil, "a-p-i/threat/leak", 0},
		{"", "leak", nil, "", 3},
		{"shop", "leak", nil, "shop/threat/leak", 0},
		{"a-p-i", "leak", nil, "", 2},
		{"a-p-i", "leak", []ItemKind{KindThreat}, "a-p-i/threat/leak", 0},
		{"", "shop/leak", nil, "shop/threat/leak", 0},
		{"", "shop-d1", nil, "shop/decision/SHOP-D1", 0},
		{"", "SHOP-W1", nil, "shop/task/SHOP-W1", 0},
		{"a-p-i", "SHOP-W1", nil, "", 0},
		{"", "SHOP-D1", []ItemKind{KindTask}, "", 0},
		{"", "shop", nil, "shop/product/shop", 0},
		{"", "W1", nil, "shop/task/SHOP-W1", 0}, // said without the product: one has it
		{"", "d1", []ItemKind{KindDecision}, "shop/decision/SHOP-D1", 0},
		{"", "T1", nil, "", 2}, // two products have it
		{"shop", "T1", nil, "shop/threat/leak", 0},
		{"", "D2", nil, "", 0},
		{"", "W", nil, "", 0},
		{"", "1", nil, "", 0},
		{"", "-1", nil, "", 0},
		{"own", "t1", nil, "own/threat/t1", 0}, // an own id comes first
		{"own", "T2", nil, "", 0},              // of t0 and t1, T2 would be a slip
		{"", "moon", nil, "", 0},
		{"", "shop/moon", nil, "", 0},
	} {
		r, err := b.state.Resolve(c.product, c.text, c.kinds...)
		if got := r.Product + "/" + string(r.Kind) + "/" + r.ID; c.want != "" && (err != nil || got != c.want) {
			t.Errorf("%s in %q: %s %v, want %s", c.text, c.product, got, err, c.want)
		}
		var unknown *UnknownError
		if c.want == "" && (!errors.As(err, &unknown) || len(unknown.Among) != c.among || !strings.Contains(err.Error(), c.text)) {
			t.Errorf("%s in %q: %+v %v, want an error that names %d", c.text, c.product, r, err, c.among)
		}
	}
}

func TestItemsWithoutIDs(t *testing.T) {
	b := newBook(t)
	m := shop()
	m.Capacity = []parley.Period{{Period: "2027-Q1", Effort: quantity.Of("120d")}}
	m.Decisions = []parley.ClaimedDecision{{Threats: []string{"leak"}, Kind: parley.Accept, By: "helen"}, {Threats: []string{"leak"}, Kind: parley.Accept, By: "helen"}}
	m.Incidents = []parley.Incident{{Threat: "leak", At: "2026-01-01"}, {ID: "inc", Threat: "leak", At: "2026-02-01"}}
	b.apply(m)
	if b.apply(m) != 0 {
		t.Error("a second apply changes something")
	}
	if r, err := b.state.Resolve("", "inc"); err != nil || r.Short != "SHOP-I2" {
		t.Errorf("%+v %v", r, err)
	}
	m.Decisions = m.Decisions[:1]
	m.Capacity[0].Effort = quantity.Of("100d")
	if out := b.merge(m, ""); types(out.Drafts) != "file.applied item.put" {
		t.Errorf("%s", types(out.Drafts))
	}
	m.Decisions = nil
	if out := b.merge(m, ""); !strings.Contains(types(out.Drafts), "proposal.made(closing)") {
		t.Errorf("%s", types(out.Drafts))
	}
}
