package negotiate

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/parleysec/parley"
)

// toOrder is a product with work, features and capacity to put in order.
const toOrder = `
parley: v1
product: {id: till, name: Till, currency: GBP}
policy: {horizon: 2 years, person_day: 500}
threats:
  - {id: theft, title: Records stolen, likelihood: 40% per year, impact: {financial: 800k}}
  - {id: law, title: Records kept too long, likelihood: 10% per year, impact: {regulatory: 100k}, obligation: {says: GDPR Art. 5}}
  - {id: down, title: The till stops, likelihood: 2 per year, impact: {availability: 90k}}
mitigations:
  - {id: queries, title: Safe queries, cost: {effort: 10d}, against: [{threat: theft, likelihood: 80%}]}
  - {id: archive, title: Delete old records, cost: {effort: 20d}, against: [{threat: law, likelihood: 95%}]}
  - {id: spare, title: A spare till, cost: {effort: 10d}, requires: [queries], against: [{threat: down, impact: 60%}]}
features:
  - {id: points, title: Points for customers, cost: {effort: 20d}, value: 900k per year}
  - {id: gifts, title: Gift cards, cost: {effort: 20d}, value: 700k per year}
capacity:
  - {period: 2027-Q1, effort: 30d}
  - {period: 2027-Q2, effort: 60d}
`

// backlog is a desk with open tasks and two features.
func backlog(t *testing.T) *desk {
	d := newDesk(t)
	d.apply(toOrder)
	d.decide(DecideRequest{Threats: []string{"theft"}, Kind: parley.Mitigate, With: []string{"queries"}, Because: "cheap"})
	d.decide(DecideRequest{Threats: []string{"law"}, Kind: parley.Mitigate, With: []string{"archive"}, Because: "the law"})
	d.decide(DecideRequest{Threats: []string{"down"}, Kind: parley.Mitigate, With: []string{"spare"}, Because: "it pays"})
	return d
}

func (d *desk) tasks() *TasksResult {
	d.t.Helper()
	r, err := d.Tasks(d.t.Context(), d.tom, TasksRequest{})
	d.must(err)
	return r
}

func (d *desk) order(req OrderRequest) *TasksResult {
	d.t.Helper()
	r, err := d.Order(d.t.Context(), d.tom, req)
	d.must(err)
	return r
}

// keys are what stands in a backlog, in order.
func keys(r *TasksResult) []string {
	var out []string
	for i := range r.Tasks {
		out = append(out, r.Tasks[i].key())
	}
	return out
}

func TestBacklogIsThePlansUntilSomebodyMovesSomething(t *testing.T) {
	d := backlog(t)
	before := d.tasks()
	if before.Order.By != OrderedByPlan || before.Order.Since != nil || len(before.Tasks) != 5 {
		t.Fatalf("%+v %v", before.Order, keys(before))
	}
	last := before.Tasks[len(before.Tasks)-1]
	r := d.order(OrderRequest{Task: strings.ToLower(last.Name()), First: true, Because: "the customer asks"})
	want := append([]string{last.key()}, keys(before)[:4]...)
	if !slices.Equal(keys(r), want) || *r.Moved != (MovedTask{last.Name(), last.Title, 1, 5}) {
		t.Fatalf("%v, want %v; %+v", keys(r), want, r.Moved)
	}
	now := d.tasks()
	if !slices.Equal(keys(now), want) || now.Order.By != OrderedByPeople || now.Order.Actor != d.tom.ID || now.Order.Because != "the customer asks" || now.Tasks[0].Moved == "" || now.Tasks[1].Moved != "" {
		t.Errorf("%v %+v", keys(now), now.Order)
	}
	d.order(OrderRequest{Task: "gifts", Before: "points"})
	d.order(OrderRequest{Task: "gifts", After: "queries"})
	got := keys(d.tasks())
	if slices.Index(got, "gifts") != slices.Index(got, "queries")+1 {
		t.Errorf("%v", got)
	}
	back := d.order(OrderRequest{Product: "till", AsPlanned: true})
	if !slices.Equal(keys(back), keys(before)) || back.Order.By != OrderedByPlan || back.Moved != nil || back.Tasks[0].Moved != "" {
		t.Errorf("%v, want %v; %+v", keys(back), keys(before), back.Order)
	}
}

// TestWhatComesLaterIsNew: what nobody put in its place stands behind its
// predecessor in the plan and says so; what is done keeps no place.
func TestWhatComesLaterIsNew(t *testing.T) {
	d := backlog(t)
	d.order(OrderRequest{Task: "points", First: true})
	d.apply(strings.Replace(toOrder, "features:\n", "  - {id: lock, title: A lock, cost: {effort: 1d}, against: [{threat: theft, likelihood: 50%}]}\nfeatures:\n", 1))
	d.decide(DecideRequest{Threats: []string{"theft"}, Kind: parley.Mitigate, With: []string{"queries", "lock"}, Because: "both", Replaces: []string{"TILL-D1"}})
	r := d.tasks()
	if len(r.Tasks) != 6 || len(r.New) != 1 || r.Tasks[slices.Index(keys(r), "lock")].Name() != r.New[0] || r.Tasks[0].Item != "points" {
		t.Fatalf("%v, new %v", keys(r), r.New)
	}
	r = d.order(OrderRequest{Task: "lock", Last: true})
	if len(r.New) != 0 || r.Tasks[5].Item != "lock" {
		t.Errorf("%v, new %v", keys(r), r.New)
	}
	d.done(r.Tasks[5].ShortID)
	if r = d.tasks(); len(r.Tasks) != 5 || r.Progress.Done != 1 || r.Progress.All != 6 || r.Progress.DaysDone != 1 || r.Progress.DaysLeft != 80 {
		t.Errorf("%v %+v", keys(r), r.Progress)
	}
	if _, err := d.Order(t.Context(), d.tom, OrderRequest{Task: "lock", First: true}); parley.KindOfError(err) != parley.Refused {
		t.Errorf("what is done was moved: %v", err)
	}
}

// TestMovesOfTwoPeopleStand: whoever moves another item meanwhile, both stand;
// whoever moves the same one hears of it.
func TestMovesOfTwoPeopleStand(t *testing.T) {
	d := backlog(t)
	seen := ""
	names := keys(d.tasks())
	var wait sync.WaitGroup
	errs := make([]error, len(names))
	for i, name := range names {
		wait.Go(func() {
			_, errs[i] = d.Order(t.Context(), d.tom, OrderRequest{Task: name, Last: true, Seen: &seen})
		})
	}
	wait.Wait()
	for i, err := range errs {
		if err != nil && parley.KindOfError(err) != parley.Refused { // it may stand last already
			t.Errorf("%s: %v", names[i], err)
		}
	}
	now := d.tasks()
	if got := slices.Sorted(slices.Values(keys(now))); !slices.Equal(got, slices.Sorted(slices.Values(names))) {
		t.Fatalf("%v became %v", names, got)
	}
	moved := ""
	for _, x := range now.Tasks {
		moved = max(moved, x.Moved)
	}
	at := slices.IndexFunc(now.Tasks, func(x Task) bool { return x.Moved == moved })
	_, err := d.Order(t.Context(), d.tom, OrderRequest{Task: now.Tasks[at].Name(), First: true, Seen: &seen})
	if parley.KindOfError(err) != parley.Conflict || !slices.Equal(keys(d.tasks()), keys(now)) {
		t.Errorf("it was moved since: %v", err)
	}
	d.order(OrderRequest{Task: now.Tasks[at].Name(), First: true, Seen: &moved})
}

func TestOrderFollowsRenames(t *testing.T) {
	d := backlog(t)
	d.order(OrderRequest{Task: "gifts", First: true})
	d.order(OrderRequest{Task: "archive", First: true})
	text := strings.ReplaceAll(toOrder, "{id: archive,", "{id: forget, was: archive,")
	d.apply(strings.ReplaceAll(text, "{id: gifts,", "{id: vouchers, was: gifts,"))
	if got := keys(d.tasks()); got[0] != "forget" || got[1] != "vouchers" || len(got) != 5 {
		t.Errorf("%v", got)
	}
}

func TestOrderSaysWhatItBreaks(t *testing.T) {
	d := backlog(t)
	if r := d.tasks(); len(r.Warnings) != 0 || len(r.Over) != 0 || len(r.Lines) != 2 || r.Lines[1].After != r.Tasks[4].Name() {
		t.Fatalf("%+v %v %+v", r.Warnings, r.Over, r.Lines)
	}
	r := d.order(OrderRequest{Task: "spare", First: true})
	if len(r.Warnings) != 1 || !strings.Contains(r.Warnings[0].Says, "A spare till stands before Safe queries") {
		t.Errorf("%+v", r.Warnings)
	}
	d.order(OrderRequest{Task: "queries", First: true})
	d.order(OrderRequest{Task: "gifts", After: "spare"})
	d.apply(strings.Replace(toOrder, "effort: 60d}", "effort: 5d}", 1))
	d.order(OrderRequest{Task: "archive", First: true})
	r = d.order(OrderRequest{Task: "archive", Last: true})
	if !slices.Equal(keys(r), []string{"queries", "spare", "archive"}) || r.Lines[0].After != r.Tasks[1].Name() || r.Lines[1].After != r.Tasks[1].Name() || !slices.Equal(r.Over, []string{r.Tasks[2].Name()}) || r.NoPlan == "" {
		t.Errorf("%v: %+v, over %v", keys(r), r.Lines, r.Over)
	}
	if len(r.Warnings) != 1 || !strings.Contains(r.Warnings[0].Says, "GDPR Art. 5") {
		t.Errorf("%+v", r.Warnings)
	}
}

func TestOrderRefused(t *testing.T) {
	d := backlog(t)
	first := d.tasks().Tasks[0].Name()
	for says, c := range map[string]struct {
		req  OrderRequest
		kind parley.ErrorKind
	}{
		"no place":     {OrderRequest{Task: "gifts"}, parley.Invalid},
		"two places":   {OrderRequest{Task: "gifts", First: true, Before: "points"}, parley.Invalid},
		"nothing":      {OrderRequest{First: true}, parley.Invalid},
		"plan and one": {OrderRequest{Task: "gifts", AsPlanned: true}, parley.Invalid},
		"itself":       {OrderRequest{Task: "gifts", After: "gifts"}, parley.Invalid},
		"unknown":      {OrderRequest{Task: "moon", First: true}, parley.NotFound},
		"a threat":     {OrderRequest{Task: "theft", First: true}, parley.NotFound},
		"by unknown":   {OrderRequest{Task: "gifts", After: "moon"}, parley.NotFound},
		"planned":      {OrderRequest{AsPlanned: true}, parley.Refused},
	} {
		c.req.Product = "till"
		if _, err := d.Order(t.Context(), d.tom, c.req); parley.KindOfError(err) != c.kind {
			t.Errorf("%s: %v, want %s", says, err, c.kind)
		}
	}
	d.order(OrderRequest{Task: first, First: true}) // pins what is planned
	if _, err := d.Order(t.Context(), d.tom, OrderRequest{Task: first, First: true}); parley.KindOfError(err) != parley.Refused {
		t.Errorf("it stands there already: %v", err)
	}
}
