package model_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/parleysec/parley/plan/model"
)

// crowded are two features and a mitigation of ten days each, and two quarters
// that allow one of them each; the mitigation pays most, and most if it is early.
const crowded = `
parley: v1
product: {id: p, name: P, stage: design, currency: GBP}
policy: {horizon: 1 year, person_day: 500, discount_rate: 0%, common_cause: 0%}
threats:
  - {id: big, title: Big, likelihood: 1 per year, impact: {says: x, financial: 200000}}
mitigations:
  - {id: guard, title: Guard, cost: {effort: 10d}, against: [{threat: big, likelihood: 50%}]}
features:
  - {id: chat, title: Chat, cost: {effort: 10d}, value: 40k per year, requires: [guard]}
  - {id: maps, title: Maps, cost: {effort: 10d}, value: 20k per year}
  - {id: gifts, title: Gifts, cost: {effort: 10d}}
capacity:
  - {period: 2027-Q1, effort: 10d}
  - {period: 2027-Q2, effort: 10d}
`

// TestFeatureDelay has chat wait a quarter for the guard it requires, and maps
// fall out: 40k less 30k, and 15k less 5k of work.
func TestFeatureDelay(t *testing.T) {
	p := solve(t, scheduled(t, crowded))
	if !slices.Equal(p.Periods[0].Items, []string{"guard"}) || !slices.Equal(p.Periods[1].Items, []string{"chat"}) {
		t.Fatalf("%+v", p.Periods)
	}
	d := p.FeatureDelay
	if d == nil || len(d.Features) != 2 {
		t.Fatalf("%+v", d)
	}
	near(t, "alone", d.Alone, 40000-5000+15000-5000, 1e-9)
	near(t, "lost", d.Lost, 10000+10000, 1e-9)
	chat, maps := d.Features[0], d.Features[1]
	if chat.ID != "chat" || chat.Alone != "2027-Q1" || chat.Starts != "2027-Q2" || chat.Years == nil || *chat.Years != .25 {
		t.Errorf("%+v", chat)
	}
	near(t, "lost by chat", chat.Lost, 10000, 1e-9)
	if maps.ID != "maps" || maps.Alone != "2027-Q2" || maps.Starts != "" || maps.Years != nil {
		t.Errorf("%+v", maps)
	}
	near(t, "lost by maps", maps.Lost, 10000, 1e-9)
}

// TestFeatureDelayOfNothing has no features, and features that nothing keeps
// waiting.
func TestFeatureDelayOfNothing(t *testing.T) {
	if p := solve(t, build(t, "rivals.yaml", []byte(rivalsWith("", "")), model.NoLimits())); p.FeatureDelay != nil {
		t.Errorf("%+v", p.FeatureDelay)
	}
	p := solve(t, build(t, "crowded.yaml", []byte(crowded), model.NoLimits()))
	if d := p.FeatureDelay; d == nil || len(d.Features) != 0 || d.Lost != 0 {
		t.Errorf("%+v", d)
	}
}

// TestBreakEvenNamesItsRival: gifts would take the place of chat, which brings
// 30k from the second quarter on, or of the guard, which brings more. It would
// run for nine months.
func TestBreakEvenNamesItsRival(t *testing.T) {
	p := solve(t, scheduled(t, crowded))
	if len(p.BreakEven) != 1 || p.BreakEven[0].Value == nil || p.BreakEven[0].Open {
		t.Fatalf("%+v", p.BreakEven)
	}
	near(t, "break-even", *p.BreakEven[0].Value, 40000, 1e-9)
	if !slices.Equal(p.BreakEven[0].Instead, []string{"chat"}) {
		t.Errorf("instead of %v", p.BreakEven[0].Instead)
	}
}

// TestNoTimeSaysSo has no time for what is asked about a plan.
func TestNoTimeSaysSo(t *testing.T) {
	ctx, stop := context.WithTimeout(context.Background(), time.Nanosecond)
	defer stop()
	<-ctx.Done()
	p, err := scheduled(t, crowded).Solve(ctx, model.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if !p.BreakEven[0].Open || p.BreakEven[0].Value != nil || p.FeatureDelay != nil {
		t.Errorf("%+v, %+v", p.BreakEven, p.FeatureDelay)
	}
	for _, w := range p.Why {
		open := !w.In && (w.Reason == model.TooDear || w.Reason == model.NoRoom)
		if w.WorthIfOpen != open || w.WorthIf != nil {
			t.Errorf("%+v", w)
		}
	}
}
