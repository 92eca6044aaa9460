package risk

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// TestMonotoneIsSo: where the years are said to be monotone, no further mitigation
// raises the loss of any of them, whatever else is done.
func TestMonotoneIsSo(t *testing.T) {
	yes := 0
	rapid.Check(t, func(t *rapid.T) {
		f := drawFile(t, rapid.IntRange(0, 3).Draw(t, "uncertain") > 0)
		p := lawCompile(t, f)
		y, err := p.Years(t.Context(), Scenario{}, SimOptions{Trials: blockSize, Seed: 9, TotalsOnly: true})
		if err != nil {
			t.Fatal(err)
		}
		threat, err := y.Monotone(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if threat != "" {
			return
		}
		yes++
		for set := range 1 << len(f.ids) {
			var s Scenario
			for k, id := range f.ids {
				if set>>k&1 == 1 {
					s.Mitigations = append(s.Mitigations, id)
				}
			}
			before := yearly(t, p, s, 9)
			for k, id := range f.ids {
				if set>>k&1 == 1 {
					continue
				}
				more := s.clone()
				more.Mitigations = append(more.Mitigations, id)
				for i, u := range yearly(t, p, more, 9) {
					if u > before[i] {
						t.Fatalf("trial %d rises from %v to %v with %s\n%s", i, fromUnits(before[i]), fromUnits(u), id, f.text())
					}
				}
			}
		}
	})
	if yes == 0 {
		t.Error("no model is monotone: nothing is tried")
	}
}

// TestNotMonotone names the threat in which a further mitigation does raise the loss
// of some year, or could.
func TestNotMonotone(t *testing.T) {
	for _, c := range []struct {
		name, threats, rest string
		common, want        string
		base                []string // transfers in force
	}{
		{
			name: "a strong draw", common: "20%", want: "a",
			threats: "  - {id: calm, title: T, likelihood: 3 per year, impact: {says: x, financial: 10k}}\n  - {id: a, title: T, likelihood: 40 per year, impact: {says: x, financial: 10k}}\n",
			rest: "mitigations:\n  - {id: strong, title: M, cost: {once: 1}, against: [{threat: a, likelihood: 80%..99%}, {threat: calm, likelihood: 80%..99%}]}\n" +
				"  - {id: weak, title: M, cost: {once: 1}, against: [{threat: a, likelihood: 30%}]}\n",
		},
		{
			name: "certain shares", common: "20%",
			threats: "  - {id: a, title: T, likelihood: 40 per year, impact: {says: x, financial: 10k}}\n",
			rest: "mitigations:\n  - {id: strong, title: M, cost: {once: 1}, against: [{threat: a, likelihood: 99%}]}\n" +
				"  - {id: weak, title: M, cost: {once: 1}, against: [{threat: a, likelihood: 30%}]}\n",
		},
		{
			name: "one event in several states", common: "0%", want: "a",
			threats: "  - {id: a, title: T, likelihood: 60% within 1 year, at_most_once: true, impact: {says: x, financial: 10k}}\n",
			rest: "dependencies: [{id: d, title: D, down: 30%}]\ncontrols: [{id: c, title: C, function: prevent, against: [{threat: a, likelihood: 80%}]}]\n" +
				"mitigations:\n  - {id: m, title: M, cost: {once: 1}, relies_on: [d], against: [{threat: a, impact: 90%}]}\n" +
				"  - {id: n, title: N, cost: {once: 1}, relies_on: [d], against: [{threat: a, likelihood: 50%}]}\n",
		},
		{
			name: "contracts that share a kind", common: "0%", want: "a", base: []string{"one", "two"},
			threats: "  - {id: a, title: T, likelihood: 2 per year, impact: {says: x, financial: 10k, reputation: {loss: 10k, chance: 50%}}, treatments: [" +
				"{id: one, kind: transfer, title: O, premium: 1k per year, per: year, deductible: 10k}, {id: two, kind: transfer, title: O, premium: 1k per year, per: year, covers: [reputation]}]}\n",
			rest: "mitigations:\n  - {id: m, title: M, cost: {once: 1}, against: [{threat: a, likelihood: 50%}]}\n",
		},
		{
			name: "contracts per event that share a kind", common: "0%", want: "a", base: []string{"one", "two", "three"},
			threats: "  - {id: a, title: T, likelihood: 2 per year, impact: {says: x, financial: 10k, reputation: 10k, regulatory: 10k}, treatments: [" +
				"{id: one, kind: transfer, title: O, premium: 1k per year, deductible: 1k, covers: [financial, reputation]}, " +
				"{id: two, kind: transfer, title: O, premium: 1k per year, deductible: 1k, covers: [reputation, regulatory]}, " +
				"{id: three, kind: transfer, title: O, premium: 1k per year, covers: [regulatory]}]}\n",
			rest: "mitigations:\n  - {id: m, title: M, cost: {once: 1}, against: [{threat: a, impact: 50%}]}\n",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			m, err := readText("parley: v1\nproduct: {id: p, name: P, stage: operations, currency: GBP}\npolicy: {horizon: 2 years, common_cause: " + c.common + "}\nthreats:\n" + c.threats + c.rest)
			if err != nil {
				t.Fatal(err)
			}
			p, err := Compile(m, Options{})
			if err != nil {
				t.Fatal(err)
			}
			base := Scenario{Transfers: c.base}
			y, err := p.Years(t.Context(), base, SimOptions{Trials: 40_000, TotalsOnly: true})
			if err != nil {
				t.Fatal(err)
			}
			got, err := y.Monotone(t.Context())
			if err != nil || got != c.want {
				t.Fatalf("%q, %v; want %q", got, err, c.want)
			}
			all := base
			for i := range m.Mitigations {
				all.Mitigations = append(all.Mitigations, m.Mitigations[i].ID)
			}
			if rises := yearsThatRise(t, p, base, all); (rises > 0) != (c.want != "") {
				t.Errorf("%d years rise", rises)
			}
		})
	}
}

// yearsThatRise counts years in which the last mitigation raises the loss.
func yearsThatRise(t *testing.T, p *Portfolio, base, all Scenario) (n int) {
	before := base.clone()
	before.Mitigations = all.Mitigations[:len(all.Mitigations)-1]
	var totals [2][]int64
	for i, s := range []Scenario{before, all} {
		y, err := p.Years(t.Context(), s, SimOptions{Trials: 40_000, TotalsOnly: true})
		if err != nil {
			t.Fatal(err)
		}
		totals[i] = slices.Clone(y.totals)
	}
	for i := range totals[0] {
		if totals[1][i] > totals[0][i] {
			n++
		}
	}
	return n
}
