package negotiate

import (
	"errors"
	"strings"
	"testing"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/ledger"
)

// as is the desk with somebody else at it.
func (d *desk) as(id string) *desk {
	c := *d
	c.tom = Local(id, ViaCLI)
	return &c
}

func (d *desk) accept(threat string, change func(*DecideRequest)) (*DecideResult, error) {
	d.t.Helper()
	req := DecideRequest{Threats: []string{threat}, Kind: parley.Accept, Because: "cheap", Until: "2027-06-30"}
	if change != nil {
		change(&req)
	}
	return d.Decide(d.t.Context(), d.tom, req)
}

// acceptAgain takes the place of the first decision.
func (d *desk) acceptAgain() error {
	_, err := d.accept("leak", func(r *DecideRequest) { r.Replaces = []string{"SHOP-D1"} })
	return err
}

func (d *desk) mitigateLeak() *DecideResult {
	d.t.Helper()
	return d.decide(DecideRequest{Threats: []string{"leak"}, Kind: parley.Mitigate, With: []string{"safe"}, Because: "worth it"})
}

func refusedFor(err error, why ledger.Reason) bool {
	r, ok := errors.AsType[ledger.Refusals](err)
	return ok && r.Has(why)
}

const helen = "helen@example.org"

func stating(chance string) string { return strings.Replace(shop, "30% within 2 years", chance, 1) }

// twoPeople is a desk whose file was first applied by somebody else, and then
// by Tom with a much lower chance.
func twoPeople(t *testing.T) *desk {
	d := newDesk(t)
	d.as(helen).apply(shop)
	d.apply(stating("2% within 2 years"))
	return d
}

// TestD6LoweringIsOnRecord: as long as there is one person alone, accepting
// under an estimate of one's own goes, and the decision says so for ever.
func TestD6LoweringIsOnRecord(t *testing.T) {
	d := newDesk(t)
	d.apply(shop)
	d.apply(stating("2% within 2 years"))
	r, err := d.accept("leak", nil)
	if err != nil {
		t.Fatal(err)
	}
	low := r.Decisions[0].Lowered
	if len(low) != 2 || low[0].Name != premiseChance || low[0].Before < 0.29 || low[0].Now > 0.021 || len(r.Notes) != 1 {
		t.Errorf("%+v, notes %v", low, r.Notes)
	}
	if shown, err := d.Show(t.Context(), d.tom, ShowRequest{Decision: "SHOP-D1"}); err != nil || len(shown.Decision.Lowered) != 2 {
		t.Errorf("%+v, %v", shown, err)
	}
}

// TestD6LoweringAndAccepting: whoever lowered an estimate may not accept under
// it alone once there are two people; another may, and so may two together.
func TestD6LoweringAndAccepting(t *testing.T) {
	d := twoPeople(t)
	for _, by := range []string{"", "tom@example.org"} {
		if _, err := d.accept("leak", func(r *DecideRequest) { r.By = by }); !refusedFor(err, ledger.OwnEstimate) {
			t.Errorf("by %q: %v", by, err)
		}
	}
	if _, err := d.as(helen).accept("leak", func(r *DecideRequest) { r.By = "tom@example.org" }); !refusedFor(err, ledger.OwnEstimate) {
		t.Errorf("in the name of the one who lowered it: %v", err)
	}
	p, err := d.accept("leak", func(r *DecideRequest) { r.Propose = true })
	if err != nil || len(p.Decisions[0].Lowered) != 2 {
		t.Fatalf("%+v, %v", p, err)
	}
	approve := MoveRequest{Decision: p.Decisions[0].ShortID, Move: "approve"}
	if _, err := d.Move(t.Context(), d.tom, approve); !refusedFor(err, ledger.OwnEstimate) {
		t.Errorf("approved by the same person: %v", err)
	}
	if _, err := d.Move(t.Context(), Local(helen, ViaCLI), approve); err != nil {
		t.Errorf("approved by another: %v", err)
	}
}

// TestD6WaysToLower: what counts as lowering one's own estimate, and what not.
func TestD6WaysToLower(t *testing.T) {
	for name, c := range map[string]struct {
		try     func(d *desk) error
		refused bool
	}{
		"another decides": {func(d *desk) error { _, err := d.as(helen).accept("leak", nil); return err }, false},
		"in small steps": {func(d *desk) error {
			for _, chance := range []string{"30%", "29.8%", "29.6%", "29.4%"} {
				d.apply(stating(chance))
			}
			_, err := d.accept("leak", nil)
			return err
		}, true},
		"after a decision of one's own":  {func(d *desk) error { d.mitigateLeak(); return d.acceptAgain() }, true},
		"after another decided under it": {func(d *desk) error { d.as(helen).mitigateLeak(); return d.acceptAgain() }, false},
		"raised again": {func(d *desk) error {
			d.apply(stating("40%"))
			_, err := d.accept("leak", nil)
			return err
		}, false},
		"a proposal of one's own that another accepted": {func(d *desk) error {
			d.as(helen).mitigateLeak()
			d.apply(stating("1% within 2 years"))
			if _, err := d.Move(d.t.Context(), Local(helen, ViaCLI), MoveRequest{Decision: "SHOP-P1", Move: "approve"}); err != nil {
				d.t.Fatal(err)
			}
			return d.acceptAgain()
		}, true},
		"another's proposal that one accepted": {func(d *desk) error {
			d.as(helen).mitigateLeak()
			d.as(helen).apply(stating("1% within 2 years"))
			if _, err := d.Move(d.t.Context(), d.tom, MoveRequest{Decision: "SHOP-P1", Move: "approve"}); err != nil {
				d.t.Fatal(err)
			}
			return d.acceptAgain()
		}, true},
	} {
		t.Run(name, func(t *testing.T) {
			if err := c.try(twoPeople(t)); refusedFor(err, ledger.OwnEstimate) != c.refused || !c.refused && err != nil {
				t.Errorf("got %v, want refused: %t", err, c.refused)
			}
		})
	}
}

// TestD2NobodyAcceptsTheirOwnProposal: where proposer and approver are to be two
// people, that holds for what a file proposes, too.
func TestD2NobodyAcceptsTheirOwnProposal(t *testing.T) {
	d := newDesk(t)
	d.apply(shop)
	if _, err := d.SetRule(t.Context(), d.tom, RuleRequest{Name: ledger.SeparateApprover, Value: "yes", Because: "two of us"}); err != nil {
		t.Fatal(err)
	}
	d.apply(strings.Replace(shop, "person_day: 650", "person_day: 900", 1))
	approve := MoveRequest{Decision: "SHOP-P1", Move: "approve"}
	if _, err := d.Move(t.Context(), d.tom, approve); !refusedFor(err, ledger.OneApprover) {
		t.Errorf("got %v", err)
	}
	claimed := approve
	claimed.By = "tom@example.org"
	if _, err := d.Move(t.Context(), Local(helen, ViaCLI), claimed); !refusedFor(err, ledger.OneApprover) {
		t.Errorf("in the proposer's name: %v", err)
	}
	if _, err := d.Move(t.Context(), Local(helen, ViaCLI), approve); err != nil {
		t.Error(err)
	}
}

// A task that is given up re-opens what counted on it, and says why.
func TestACancelledTaskReopensItsDecision(t *testing.T) {
	d := newDesk(t)
	d.apply(shop)
	r := d.mitigateLeak()
	got, err := d.Done(t.Context(), d.tom, DoneRequest{Task: r.Tasks[0].ShortID, To: ledger.TaskCancelled, Because: "nobody has time"})
	if err != nil || len(got.Reopened) != 1 || got.Reopened[0].Decision != "SHOP-D1" || got.Tasks[0].Status != "cancelled" {
		t.Fatalf("%+v, %v", got, err)
	}
	shown, err := d.Show(t.Context(), d.tom, ShowRequest{Decision: "SHOP-D1"})
	if err != nil {
		t.Fatal(err)
	}
	last := shown.History[len(shown.History)-1]
	if last.To != ledger.Reopened || last.Because != "task SHOP-W1 (Safe queries) was cancelled: nobody has time" {
		t.Errorf("%+v", last)
	}
	if p := d.status(); len(p.Waiting) != 3 {
		t.Errorf("the threat does not wait: %+v", p.Waiting)
	}
}

// TestD6OwnCost: who made work cheaper commits to it with somebody else where to commit
// takes authority; where it takes none the decision says so. Somebody else's figure is
// nobody's own, and what got dearer is not lowered.
func TestD6OwnCost(t *testing.T) {
	costs := func(days string) string { return strings.Replace(shop, "effort: 10d..20d", "effort: "+days, 1) }
	for name, c := range map[string]struct {
		files   []string // applied by Helen, then by Tom
		limited bool
		refused bool
		lowered int
	}{
		"cheaper, with a limit":    {files: []string{costs("15d"), costs("3d")}, limited: true, refused: true},
		"cheaper, without a limit": {files: []string{costs("15d"), costs("3d")}, lowered: 1},
		"dearer":                   {files: []string{costs("3d"), costs("15d")}, limited: true},
		"a little":                 {files: []string{costs("15d"), costs("14.9d")}, limited: true},
		"as it was":                {files: []string{costs("15d"), costs("15d")}, limited: true},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			d.as(helen).apply(c.files[0])
			if c.limited {
				d.must(d.role(RoleRequest{Name: "lead", Holders: []string{"tom@example.org", helen}, Cost: "12k"}))
			}
			d.apply(c.files[1])
			req := DecideRequest{Threats: []string{"leak"}, Kind: parley.Mitigate, With: []string{"safe"}, Because: "x"}
			r, err := d.Decide(t.Context(), d.tom, req)
			if refusedFor(err, ledger.OwnEstimate) != c.refused || !c.refused && err != nil {
				t.Fatalf("refused: %v, %v", c.refused, err)
			}
			if !c.refused {
				if low := r.Decisions[0].Lowered; len(low) != c.lowered || c.lowered > 0 && (low[0].Work != "safe" || low[0].Before != 15*650 || low[0].Now != 3*650) {
					t.Errorf("%+v", low)
				}
				return
			}
			req.Propose = true
			id := d.decide(req).Decisions[0].ShortID
			if _, err := d.Move(t.Context(), d.tom, MoveRequest{Decision: id, Move: "approve"}); !refusedFor(err, ledger.OwnEstimate) {
				t.Errorf("approved by whoever proposed it: %v", err)
			}
			if _, err := d.Move(t.Context(), d.as(helen).tom, MoveRequest{Decision: id, Move: "approve"}); err != nil {
				t.Errorf("by somebody else: %v", err)
			}
		})
	}
}

// TestD6OwnTerms: who brought better terms of an insurance commits to it with somebody else
// where to commit takes authority; where it takes none the decision says so.
func TestD6OwnTerms(t *testing.T) {
	terms := func(said string) string {
		return strings.Replace(shop, "financial: 200k..900k}}", "financial: 200k..900k}, treatments: [{id: policy, kind: transfer, title: Policy, "+said+"}]}", 1)
	}
	const as = "premium: 9k per year, deductible: 25k, limit: 1M"
	for name, c := range map[string]struct {
		before, now string // applied by Helen, then by Tom
		away        string // whose file without it comes between
		limited     bool
		refused     bool
		lowered     []string
	}{
		"taken away between":         {before: as, away: "tom@example.org", now: "premium: 3k per year, deductible: 25k, limit: 1M", limited: true, refused: true},
		"taken away by another":      {before: as, away: helen, now: "premium: 3k per year, deductible: 25k, limit: 1M", limited: true, refused: true},
		"away and back":              {before: as, away: "tom@example.org", now: as, limited: true},
		"cheaper, with a limit":      {before: as, now: "premium: 3k per year, deductible: 25k, limit: 1M", limited: true, refused: true},
		"cheaper, without a limit":   {before: as, now: "premium: 3k per year, deductible: 25k, limit: 1M", lowered: []string{"cost"}},
		"pays more, with a limit":    {before: as, now: "premium: 9k per year, limit: 5M", limited: true, refused: true},
		"pays more, without a limit": {before: as, now: "premium: 9k per year, limit: 5M", lowered: []string{ledger.PremiseStays}},
		"less work, with a limit":    {before: as + ", cost: {once: 5k}", now: as, limited: true, refused: true},
		"dearer":                     {before: as, now: "premium: 10k per year, deductible: 25k, limit: 1M", limited: true},
		"in other words":             {before: as, now: "premium: 9000 per year, deductible: 25k, limit: 1M", limited: true},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			d.as(helen).apply(terms(c.before))
			if c.limited {
				d.must(d.role(RoleRequest{Name: "lead", Holders: []string{"tom@example.org", helen}, For: []parley.Kind{parley.Transfer}, Cost: "90k"}))
			}
			if c.away != "" {
				d.as(c.away).apply(shop)
			}
			d.apply(terms(c.now))
			req := DecideRequest{Threats: []string{"leak"}, Kind: parley.Transfer, With: []string{"policy"}, Because: "x"}
			r, err := d.Decide(t.Context(), d.tom, req)
			if refusedFor(err, ledger.OwnEstimate) != c.refused || !c.refused && err != nil {
				t.Fatalf("refused: %v, %v", c.refused, err)
			}
			if c.refused {
				if _, err := d.Decide(t.Context(), d.as(helen).tom, req); err != nil {
					t.Errorf("by somebody else: %v", err)
				}
				return
			}
			var names []string
			for _, x := range r.Decisions[0].Lowered {
				names = append(names, x.Name)
				if x.Contract != "policy" || x.Now >= x.Before {
					t.Errorf("%+v", x)
				}
			}
			if strings.Join(names, " ") != strings.Join(c.lowered, " ") {
				t.Errorf("lowered %v, want %v", names, c.lowered)
			}
		})
	}
}

// TestATreatmentCostsWhatItTakes: what a contract takes besides its premium is committed to
// and watched, and so is the work of a way to avoid.
func TestATreatmentCostsWhatItTakes(t *testing.T) {
	const treatments = "treatments: [{id: policy, kind: transfer, title: Policy, premium: 9k per year, limit: 1M, cost: {effort: 10d, once: 5k}}, {id: drop, kind: avoid, title: Drop it, cost: {once: 8k}}]}"
	said := strings.Replace(shop, "financial: 200k..900k}}", "financial: 200k..900k}, "+treatments, 1)
	for _, c := range []struct {
		kind     parley.Kind
		with     string
		cost     float64
		from, to string
		broken   string
	}{
		{parley.Transfer, "policy", 2*9000 + 5000 + 10*650, "effort: 10d", "effort: 30d", premiseEffort},
		{parley.Avoid, "drop", 0, "once: 8k", "once: 80k", premiseMoney},
	} {
		d := newDesk(t)
		d.apply(said)
		r := d.decide(DecideRequest{Threats: []string{"leak"}, Kind: c.kind, With: []string{c.with}, Because: "x"})
		db, err := d.open(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		state, err := db.State(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if e := state.Product("shop").Decision(r.Decisions[0].ShortID).Exposure; c.cost > 0 && (e == nil || e.Cost != c.cost) {
			t.Errorf("%s commits to %+v, want %v", c.kind, e, c.cost)
		}
		got := d.apply(strings.Replace(said, c.from, c.to, 1))
		if len(got.Reopened) != 1 || got.Reopened[0].Broken[0].Name != c.broken {
			t.Errorf("%s: %+v", c.kind, got.Reopened)
		}
	}
}
