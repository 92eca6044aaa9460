package model_test

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/file"
	"github.com/parleysec/parley/internal/testenv"
	"github.com/parleysec/parley/plan"
	"github.com/parleysec/parley/plan/model"
	"github.com/parleysec/parley/risk"
)

// story has one of everything: duties, grave harm, a must, a feature without a
// value, one that brings a threat, items that lack a figure.
const story = `
parley: v1
product: {id: shop, name: Shop, stage: design, currency: GBP}
policy: {horizon: 2 years, person_day: 500, discount_rate: 0%, common_cause: 0%}
threats:
  - {id: leak, title: Leak, likelihood: 1 per year, obligation: {says: GDPR Art. 32}, impact: {says: x, financial: 10000}}
  - {id: fire, title: Fire, likelihood: 0.1 per year, impact: {says: x, financial: 5000, people: {who: visitors, harm: grave}}}
  - {id: fraud, title: Fraud, likelihood: 1 per year, impact: {says: x, financial: 60000}}
  - {id: abuse, title: Abuse, likelihood: 1 per year, impact: {says: x, financial: 30000, people: {who: users, harm: grave}}}
mitigations:
  - {id: crypt, title: Encrypt, cost: {once: 40000}, against: [{threat: leak, likelihood: 90%}]}
  - {id: doors, title: Doors, cost: {effort: 4d}, against: [{threat: fire, impact: 50%}]}
  - {id: review, title: Review, cost: {once: 10000, yearly: 5000}, against: [{threat: fraud, likelihood: 80%}]}
  - {id: audit, title: Audit, must: true, cost: {once: 3000}, against: [{threat: fraud, likelihood: 1%}]}
  - {id: report, title: Report button, cost: {effort: 2d}, against: [{threat: abuse, likelihood: 50%}]}
  - {id: vague, title: Vague, against: [{threat: fraud, likelihood: 20%}]}
  - {id: aimless, title: Aimless, cost: {once: 10}}
  - {id: built-on, title: Built on it, requires: [vague], cost: {once: 10}, against: [{threat: fraud, likelihood: 20%}]}
  - {id: gold, title: Gold plate, cost: {once: 90000}, against: [{threat: fraud, likelihood: 20%}]}
features:
  - {id: chat, title: Chat, cost: {once: 20000}, value: 50000 per year, introduces: [abuse]}
  - {id: gifts, title: Gifts, cost: {once: 7000, yearly: 1000}, lead_time: 1 year}
`

func TestStory(t *testing.T) {
	b := build(t, "story.yaml", []byte(story), model.NoLimits())
	p := solve(t, b)
	if want := []string{"crypt", "doors", "review", "audit", "report", "chat"}; !slices.Equal(p.Chosen, want) {
		t.Fatalf("chosen %v, want %v", p.Chosen, want)
	}
	// Two years, nothing discounted: leak 20 000 → 2 000, fire 1 000 → 500, fraud
	// 120 000 → 24 000·0.99, abuse 30 000 after the report button.
	outlay := 40000. + 2000 + 20000 + 3000 + 1000 + 20000
	near(t, "outlay", p.Outlay, outlay, 1e-12)
	near(t, "money", p.Cost.Money, outlay-3000, 1e-12)
	near(t, "effort", p.Cost.EffortDays, 6, 1e-12)
	near(t, "value", p.Value, 141000-(2000+500+24000*.99+30000)+100000-outlay, 1e-12)
	near(t, "loss of doing nothing", p.LossOfDoing0, 141000, 1e-12)
	near(t, "loss today", p.AnnualLoss.Before, 70500, 1e-12)
	near(t, "loss after", p.AnnualLoss.After, (2000+500+24000*.99+30000)/2, 1e-12)

	t.Run("floors", func(t *testing.T) {
		prices := map[string]float64{"leak": 22000, "fire": 1500, "audit": 3000 - 240, "abuse": 0}
		kinds := map[string]model.FloorKind{"leak": model.ByObligation, "fire": model.ByPeople, "audit": model.ByMust, "abuse": model.ByPeople}
		if len(p.Floors) != len(prices) {
			t.Errorf("%d floors: %+v", len(p.Floors), p.Floors)
		}
		for _, f := range p.Floors {
			if !f.Met || f.Price == nil || f.Kind != kinds[f.ID] {
				t.Errorf("%+v", f)
				continue
			}
			near(t, "price of "+f.ID, *f.Price, prices[f.ID], 1e-9)
		}
	})
	t.Run("unpriced", func(t *testing.T) {
		want := []model.Unpriced{{ID: "vague", Needs: model.NeedsCost}, {ID: "aimless", Needs: model.NeedsStrength}, {ID: "built-on", Needs: model.NeedsOther}}
		if !slices.Equal(p.Unpriced, want) {
			t.Errorf("%+v, want %+v", p.Unpriced, want)
		}
	})
	t.Run("break-even", func(t *testing.T) {
		if len(p.BreakEven) != 1 || p.BreakEven[0].Feature != "gifts" || p.BreakEven[0].Value == nil {
			t.Fatalf("%+v", p.BreakEven)
		}
		near(t, "break-even", *p.BreakEven[0].Value, 8000, 1e-9) // 7000 + 1000, over the one year left
	})
	t.Run("why", func(t *testing.T) {
		want := map[string]model.Reason{
			"crypt": model.IsObligation, "doors": model.ForPeople, "review": model.Pays, "audit": model.IsMust,
			"report": model.Pays, "gold": model.TooDear, "chat": model.Pays, "gifts": model.NoValue,
		}
		for _, w := range p.Why {
			if w.Reason != want[w.ID] {
				t.Errorf("%s: %q, want %q", w.ID, w.Reason, want[w.ID])
			}
		}
		review := p.Why[slices.IndexFunc(p.Why, func(w model.Why) bool { return w.ID == "review" })]
		near(t, "review in the plan", review.InPlan, .8*120000*.99-20000, 1e-9)
		// Without the review, the gold plate would not pay either: the same value.
		near(t, "review", review.MarginalValue, review.InPlan, 1e-9)
	})
}

func TestLimitsOnTheStory(t *testing.T) {
	l := model.NoLimits()
	l.Money = 50000
	_, err := build(t, "story.yaml", []byte(story), l).Solve(context.Background(), model.Options{})
	if err != nil {
		t.Fatalf("43 000 for what must be done fits: %v", err)
	}
	l.Money, l.Effort = 40000, 3
	_, err = build(t, "story.yaml", []byte(story), l).Solve(context.Background(), model.Options{})
	e, ok := errors.AsType[*model.Infeasible](err)
	if !ok || parley.KindOfError(err) != parley.No {
		t.Fatalf("got %v", err)
	}
	near(t, "money needed", e.NeedsMoney, 43000, 1e-9)
	near(t, "effort needed", e.NeedsEffort, 4, 1e-9)
	want := "what must be done (audit, leak, fire) takes at least 43000 of money, and there is 40000, and at least 4 person-days, and there are 3"
	if e.Error() != want {
		t.Errorf("says %q", e)
	}
	clash := []model.Clash{{Kind: model.ClashTreat, IDs: []string{"fire"}, By: []string{"doors"}}, {Kind: model.ClashEffort, Limit: 3}}
	if !reflect.DeepEqual(e.Clash, clash) {
		t.Errorf("clash %+v, want %+v", e.Clash, clash)
	}
	if _, ok := errors.AsType[*plan.InfeasibleError](err); !ok {
		t.Error("the solver's own finding is lost")
	}

	l = model.NoLimits()
	l.Settled = []string{"leak", "fire", "abuse"}
	p := solve(t, build(t, "story.yaml", []byte(story), l))
	if want := []string{"review", "audit", "report", "chat"}; !slices.Equal(p.Chosen, want) {
		t.Errorf("with duties settled: %v, want %v", p.Chosen, want)
	}
	l.Avoided = []string{"fraud"}
	l.Must, l.MustNot = []string{"gifts", "vague"}, []string{"chat"}
	p = solve(t, build(t, "story.yaml", []byte(story), l))
	// Fraud avoided leaves the must audit, and what is asked for without a cost.
	if want := []string{"audit", "vague", "gifts"}; !slices.Equal(p.Chosen, want) {
		t.Errorf("with fraud avoided: %v, want %v", p.Chosen, want)
	}
	if i := slices.IndexFunc(p.Unpriced, func(u model.Unpriced) bool { return u.ID == "vague" }); i < 0 || !p.Unpriced[i].Kept {
		t.Errorf("unpriced %+v", p.Unpriced)
	}
	if len(p.BreakEven) != 0 {
		t.Errorf("gifts must be done: no break-even, got %+v", p.BreakEven)
	}
	near(t, "loss today without fraud", p.AnnualLoss.Before, 10500, 1e-12)
}

func TestIntroducedThreatNeedsTreatment(t *testing.T) {
	l := model.NoLimits()
	l.MustNot = []string{"report"}
	p := solve(t, build(t, "story.yaml", []byte(story), l))
	if slices.Contains(p.Chosen, "chat") {
		t.Errorf("chat opens grave harm that nothing treats: %v", p.Chosen)
	}
	for _, f := range p.Floors {
		if !f.Met {
			t.Errorf("%+v", f)
		}
	}
	for _, w := range p.Why {
		switch {
		case w.ID == "chat" && (w.Reason != model.OpensThreat || !slices.Equal(w.Because, []string{"abuse"})):
			t.Errorf("%+v", w)
		case w.ID == "report" && w.Reason != model.IsMustNot:
			t.Errorf("%+v", w)
		}
	}
}

func TestUnknownIDs(t *testing.T) {
	for _, c := range []struct {
		says string
		l    model.Limits
	}{
		{`must: "leak" is not a mitigation or feature`, model.Limits{Must: []string{"leak"}}},
		{`must not: "nix"`, model.Limits{MustNot: []string{"nix"}}},
		{`avoided: "chat" is not a threat`, model.Limits{Avoided: []string{"chat"}}},
		{`settled: "nix"`, model.Limits{Settled: []string{"nix"}}},
	} {
		doc, err := file.Read("story.yaml", []byte(story))
		if err != nil {
			t.Fatal(err)
		}
		p, err := risk.Compile(doc.Model, risk.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := model.Build(doc.Model, p, c.l); err == nil || !strings.Contains(err.Error(), c.says) || parley.KindOfError(err) != parley.Invalid {
			t.Errorf("%s: got %v", c.says, err)
		}
	}
}

// TestValueIsTheIntegralOfExpectedLoss values every choice of a case by what
// package risk says of each moment, an account that shares no formula with the
// decomposition into terms.
func TestValueIsTheIntegralOfExpectedLoss(t *testing.T) {
	for _, name := range []string{"rich00.yaml", "rich01.yaml", "time02.yaml"} {
		data, err := os.ReadFile(filepath.Join(testenv.Shared(t, "data/plan"), name))
		if err != nil {
			t.Fatal(err)
		}
		doc, err := file.Read(name, data)
		if err != nil {
			t.Fatal(err)
		}
		p, err := risk.Compile(doc.Model, risk.Options{})
		if err != nil {
			t.Fatal(err)
		}
		b := build(t, name, data, model.NoLimits())
		ids := b.IDs()
		for mask := 0; mask < 1<<len(ids); mask += 7 {
			var set []string
			for i, id := range ids {
				if mask>>i&1 == 1 {
					set = append(set, id)
				}
			}
			a, err := b.Assess(set)
			if err != nil {
				t.Fatal(err)
			}
			near(t, name+" "+strings.Join(set, "+"), a.Value, integral(t, doc.Model, p, b, set), 1e-9)
		}
	}
}

func integral(t *testing.T, m *parley.Model, p *risk.Portfolio, b *model.Built, set []string) float64 {
	t.Helper()
	h, value := p.Horizon(), 0.0
	finish := map[string]float64{}
	times := []float64{0, h}
	for _, id := range set {
		var w parley.Work
		gain := 0.0
		if x := m.Mitigation(id); x != nil {
			w = x.Work
		} else {
			f := m.Feature(id)
			w, gain = f.Work, f.Value.Mean()
		}
		lead := w.LeadTime.Mean()
		finish[id] = lead
		times = append(times, math.Min(lead, h))
		spread := 1.0
		if lead > 0 {
			spread = p.Annuity(0, lead) / lead
		}
		value += (gain-w.Cost.Yearly.Mean())*p.Annuity(lead, h) - w.Cost.Once.Mean() - w.Cost.Effort.Mean()*p.PersonDay()*spread
	}
	slices.Sort(times)
	for k, from := range times[:len(times)-1] {
		var done []string
		for _, id := range set {
			if finish[id] <= from {
				done = append(done, id)
			}
		}
		before, err1 := p.Expect(b.Scenario(nil))
		after, err2 := p.Expect(b.Scenario(done))
		if err := errors.Join(err1, err2); err != nil {
			t.Fatal(err)
		}
		value += (before.Annual - after.Annual) * p.Annuity(from, times[k+1])
	}
	return value
}

func TestCapacity(t *testing.T) {
	doc, err := file.Read("story.yaml", []byte(story))
	if err != nil {
		t.Fatal(err)
	}
	if money, effort := model.CapacityOf(doc.Model); !math.IsInf(money, 1) || !math.IsInf(effort, 1) {
		t.Errorf("no capacity stated: %v, %v", money, effort)
	}
	doc, err = file.Read("story.yaml", []byte(story+`capacity: [{period: a, effort: 10d}, {period: b, effort: 5d, money: 3k}]`))
	if err != nil {
		t.Fatal(err)
	}
	if money, effort := model.CapacityOf(doc.Model); money != 3000 || effort != 15 {
		t.Errorf("got %v, %v", money, effort)
	}
}

func TestFrontierAndAssess(t *testing.T) {
	b := build(t, "story.yaml", []byte(story), model.NoLimits())
	f, err := b.Frontier(context.Background(), model.Options{})
	if err != nil || !f.Proved || !f.Complete {
		t.Fatalf("%+v, %v", f, err)
	}
	best := solve(t, b)
	near(t, "viable at", f.ViableAt, best.Outlay, 1e-12)
	for _, q := range f.Points {
		a, err := b.Assess(q.Chosen)
		if err != nil || !a.WithinLimits {
			t.Fatalf("%+v, %v", a, err)
		}
		near(t, "value", a.Value, q.Value, 1e-12)
		near(t, "gross value", a.GrossValue, q.GrossValue, 1e-12)
		near(t, "annual loss", a.AnnualLoss.After, q.AnnualLoss, 1e-12)
		if a.Value > best.Value+1e-6 {
			t.Errorf("%v is worth more than the best plan", q.Chosen)
		}
	}
	nothing, err := b.Assess(nil)
	if err != nil || nothing.WithinLimits || nothing.Value != 0 {
		t.Errorf("nothing breaks the floors and is worth 0: %+v, %v", nothing, err)
	}
	if _, err := b.Assess([]string{"vague"}); parley.KindOfError(err) != parley.Invalid {
		t.Errorf("got %v", err)
	}
}

// TestBreakEvenIsTheValueThatBringsItIn states the break-even found, a little
// less and a little more, as the feature's value.
func TestBreakEvenIsTheValueThatBringsItIn(t *testing.T) {
	for _, c := range []struct {
		value string
		in    bool
	}{{"7999 per year", false}, {"8001 per year", true}} {
		text := strings.Replace(story, "lead_time: 1 year}", "lead_time: 1 year, value: "+c.value+"}", 1)
		p := solve(t, build(t, "story.yaml", []byte(text), model.NoLimits()))
		if slices.Contains(p.Chosen, "gifts") != c.in {
			t.Errorf("%s: %v", c.value, p.Chosen)
		}
	}
}

func TestPlanAsJSON(t *testing.T) {
	b := build(t, "story.yaml", []byte(story), model.NoLimits())
	raw, err := json.Marshal(solve(t, b))
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{`"chosen":["crypt"`, `"value":`, `"bound":`, `"gap":`, `"proved":true`, `"cost":{"money":83000,"effort_days":6}`, `"expected_annual_loss":{"before":70500,`, `"why":[{"id":"crypt","in":true,"marginal_value":`, `"peers":[]`, `"periods":[{"period":"","items":["crypt"`, `"left_out":[{"id":"vague","needs":"cost","kept":false}`, `"obligations":[{"id":`, `"break_even":[{"feature":"gifts","value":8000`} {
		if !strings.Contains(string(raw), key) {
			t.Errorf("no %s in %s", key, raw)
		}
	}
}

func TestCutShort(t *testing.T) {
	b := build(t, "story.yaml", []byte(story), model.NoLimits())
	p, err := b.Solve(context.Background(), model.Options{Deadline: time.Nanosecond})
	if err != nil {
		t.Fatal(err)
	}
	if p.Gap < 0 || p.Bound < p.Value || len(p.Why) != len(b.IDs()) {
		t.Errorf("%+v", p)
	}
	p, err = b.Solve(context.Background(), model.Options{OnlyPlan: true})
	if err != nil || len(p.Why) > 0 || len(p.Peers) > 0 || !p.Proved || p.Floors[0].Price != nil {
		t.Errorf("%+v, %v", p, err)
	}
}
