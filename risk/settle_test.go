package risk

import (
	"fmt"
	"math"
	"testing"

	"pgregory.net/rapid"
)

// TestLanesAreOneAtATime: events worked out four at a time are those worked out
// one by one, to the last bit: their trials, their losses, where the first lies
// that is not settled, and the state there.
func TestLanesAreOneAtATime(t *testing.T) {
	b := newBench(1)
	rapid.Check(t, func(t *rapid.T) {
		state := rapid.Uint64().Draw(t, "state")
		events := rapid.IntRange(0, 3*wideRoom).Draw(t, "events")
		// ln of amounts from next to nothing to nearly the largest that can be counted.
		s := &shape{spread: rapid.Float64Range(1e-6, 6).Draw(t, "spread") * stepsPer, scale: rapid.Float64Range(1e-9, 1).Draw(t, "left") * unitsPer}
		room := maxSteps - zigR*s.spread
		s.mu = rapid.Float64Range(-room, room).Draw(t, "mu") * 0.999
		var wide, plain drawn
		for events > 0 { // over several runs of settled events
			state1, left1 := b.settled(state, events, s, &wide)
			state2, left2 := settledOne(state, events, s.mu, s.spread, s.scale, ziggurat, expTable, &plain)
			if state1 != state2 || left1 != left2 {
				t.Fatalf("from %#x, %d events: %#x and %d left, one by one %#x and %d", state, events, state1, left1, state2, left2)
			}
			if wide != plain {
				t.Fatalf("from %#x, %d events of %+v: other losses", state, events, s)
			}
			state, events = state1, max(0, left1-1)
		}
	})
}

// TestManyLanes goes through a million events of one stream, so that every layer
// and every power of the table comes up.
func TestManyLanes(t *testing.T) {
	b := newBench(1)
	s := &shape{mu: 9 * stepsPer, spread: 1.4 * stepsPer, scale: unitsPer}
	var wide, plain drawn
	state, events, runs := streamOf(3).state, Draws(1_000_000), 0
	for events > 0 {
		state1, left1 := b.settled(state, events, s, &wide)
		state2, left2 := settledOne(state, events, s.mu, s.spread, s.scale, ziggurat, expTable, &plain)
		if state1 != state2 || left1 != left2 {
			t.Fatalf("after %d runs: %#x and %d left, one by one %#x and %d", runs, state1, left1, state2, left2)
		}
		state, events, runs = state1, left1-1, runs+1
	}
	if wide != plain {
		t.Error("other losses")
	}
	// Of a normal variable 1.2 % is not settled: the area of the layers beyond the
	// next one's edge.
	outside := 0.0
	for i := range zigLayers {
		outside += 1 - ziggurat.edge[i+1]/ziggurat.edge[i]
	}
	want := outside / zigLayers * float64(Draws(1_000_000))
	if math.Abs(float64(runs)-want) > 5*math.Sqrt(want)+1 {
		t.Errorf("%d events were not settled, want about %.0f", runs, want)
	}
}

// TestYearsWithoutLanes: a processor that has none gives the same years.
func TestYearsWithoutLanes(t *testing.T) {
	text := "parley: v1\nproduct: {id: p, name: P, stage: operations, currency: GBP}\npolicy: {horizon: 1 year}\nthreats:\n"
	for i, rate := range []float64{0.0002, 0.01, 0.3, 2, 20} {
		text += fmt.Sprintf("  - {id: t%d, title: T, likelihood: %v per year, impact: {says: x, financial: %dk..%dk}}\n", i, rate, 1+i, 2+20*i)
	}
	p := mustCompile(t, text+"controls: [{id: c, title: C, function: prevent, against: [{threat: t3, likelihood: 40%}, {threat: t4, impact: 30%}]}]\n")
	sources, err := p.sources(Scenario{})
	if err != nil {
		t.Fatal(err)
	}
	for block := range 3 {
		var years [2]drawn
		for i, byLanes := range []bool{hasLanes(), false} {
			b := newBench(7)
			b.byLanes = byLanes
			b.open(block)
			for _, src := range sources {
				if !src.plain {
					t.Fatalf("%s is not drawn by the hot loop", src.t.id)
				}
				if err := b.run(src, &years[i]); err != nil {
					t.Fatal(err)
				}
			}
		}
		if years[0] != years[1] {
			t.Errorf("block %d: other years", block)
		}
	}
}
