package risk

import "testing"

// TestEventWithAKindOfNothing: a kind whose amount is 0 changes no quantile,
// however often it happens. The event without it has a closed form.
func TestEventWithAKindOfNothing(t *testing.T) {
	const insured = ", treatments: [{id: i, kind: transfer, title: I, premium: 1k per year, deductible: 2k, per: event}]"
	const mitigated = "mitigations: [{id: m, title: M, relies_on: [half], against: [{threat: t, impact: 100%}]}]\n"
	for _, c := range []struct{ name, loss, more, rest string }{
		{name: "in one of five events", loss: "{loss: 1k..5k, chance: 20%}"},
		{name: "in half of the events", loss: "{loss: 1k..5k, chance: 50%}"},
		{name: "in every event", loss: "1k..5k"},
		{name: "a range from nothing", loss: "{loss: 'pert(0, 2k, 5k)', chance: 40%}"},
		{name: "a contract that leaves nothing", loss: "{loss: 1k..5k, chance: 40%}", more: ", treatments: [{id: i, kind: transfer, title: I, premium: 1k per year, per: event}]"},
		{name: "a contract that leaves the first 2k", loss: "{loss: 1k..5k, chance: 60%}", more: insured},
		{name: "a barrier that leaves nothing half of the time", loss: "{loss: 1k..5k, chance: 60%}", rest: mitigated},
		{name: "a single number", loss: "{loss: 3k, chance: 50%}"},
	} {
		want := eventOf(t, "impact: {says: x, reputation: "+c.loss+"}"+c.more, c.rest)
		if !want.Exact {
			t.Fatalf("%s: no closed form", c.name)
		}
		for _, zero := range []string{"0", "{loss: 0, chance: 30%}", "{loss: 0, chance: 10%..40%}"} {
			for _, kinds := range []string{"financial: " + zero + ", reputation: " + c.loss, "reputation: " + c.loss + ", financial: " + zero} {
				t.Run(c.name+"/"+kinds, func(t *testing.T) {
					got := eventOf(t, "impact: {says: x, "+kinds+"}"+c.more, c.rest)
					closeTo(t, "p50", got.P50, want.P50, 1e-6+0.04*want.P50)
					closeTo(t, "p95", got.P95, want.P95, 1e-6+0.04*want.P95)
				})
			}
		}
	}
}

// TestEventOfNothing costs nothing, in every event.
func TestEventOfNothing(t *testing.T) {
	for _, fields := range []string{"financial: 0", "financial: 0, reputation: 0", "financial: {loss: 0, chance: 10%..40%}, reputation: {loss: 0, chance: 50%}"} {
		if got, want := eventOf(t, "impact: {says: x, "+fields+"}", ""), (EventLoss{Exact: true}); got != want {
			t.Errorf("%s: %+v, want %+v", fields, got, want)
		}
	}
}
