package risk

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func closeTo(tb testing.TB, what string, got, want, absolute float64) {
	tb.Helper()
	if !(math.Abs(got-want) <= absolute) {
		tb.Errorf("%s = %.12g, want %.12g", what, got, want)
	}
}

// fourLayers is a threat with n controls of one strength, stated without them.
func fourLayers(n int, strength, commonCause string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "parley: v1\nproduct: {id: p, name: P, stage: operations, currency: GBP}\npolicy: {horizon: 1 year, common_cause: %s}\ncontrols:\n", commonCause)
	for i := range n {
		fmt.Fprintf(&b, "  - {id: c%d, title: C, function: prevent, against: [{threat: t, likelihood: %s}]}\n", i, strength)
	}
	b.WriteString("threats:\n  - {id: t, title: T, stated_with: [], likelihood: 1 per year, impact: {says: x, financial: 1000}}\n")
	return b.String()
}

// TestFourLayers holds the figures of docs/maths.md: four layers of 90 % with
// 5 % common cause let 0.508 % pass.
func TestFourLayers(t *testing.T) {
	for _, c := range []struct {
		n    int
		want float64
	}{{1, 0.1}, {2, 0.005 + 0.995*math.Pow((0.1-0.005)/0.995, 2)}, {4, 0.00508}} {
		p := mustCompile(t, fourLayers(c.n, "90%", "5%"))
		e, err := p.Expect(Scenario{})
		if err != nil {
			t.Fatal(err)
		}
		closeTo(t, fmt.Sprintf("%d layers", c.n), e.Annual/1000, c.want, 5e-6)
	}
	p := mustCompile(t, fourLayers(4, "90%", "0%"))
	e, _ := p.Expect(Scenario{})
	closeTo(t, "independent layers", e.Annual/1000, 1e-4, 1e-15)
}

// TestIndependentLayersFAIRCAM is faircam-layered-resistance of the reference cases.
func TestIndependentLayersFAIRCAM(t *testing.T) {
	text := "parley: v1\nproduct: {id: p, name: P, stage: operations, currency: GBP}\npolicy: {horizon: 1 year, common_cause: 0%}\ncontrols:\n"
	for i, s := range []string{"53%", "85%", "70%", "60%"} {
		text += fmt.Sprintf("  - {id: c%d, title: C, function: prevent, against: [{threat: t, likelihood: %s}]}\n", i, s)
	}
	p := mustCompile(t, text+"threats:\n  - {id: t, title: T, stated_with: [], likelihood: 1 per year, impact: {says: x, financial: 1000}}\n")
	e, err := p.Expect(Scenario{})
	if err != nil {
		t.Fatal(err)
	}
	closeTo(t, "susceptibility", e.Annual/1000, 0.00846, 0.00846*1e-12)
}

// TestLayeredByEnumeration compares the sum over ranks with what it stands for:
// a blind-spot level, uniform over 0..1, decides which layers are blind; the
// others let q pass, each independently, which is enumerated.
func TestLayeredByEnumeration(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 6).Draw(t, "n")
		blind, q := make([]float64, n), make([]float64, n)
		for i := range n {
			blind[i] = rapid.Float64Range(0, 0.5).Draw(t, "c")
			q[i] = rapid.Float64Range(0, 1).Draw(t, "q")
		}
		slices.Sort(blind)
		ones := make([]float64, n)
		for i := range ones {
			ones[i] = 1
		}
		got := layered(blind, q, ones, make([]float64, n+1))
		if want := passByEnumeration(blind, q); math.Abs(got-want) > 1e-12 {
			t.Fatalf("layered = %v, enumeration %v", got, want)
		}
	})
}

// passByEnumeration integrates over the blind-spot level and, at each, adds up
// the outcomes of the layers that see in which every one of them fails.
func passByEnumeration(blind, q []float64) float64 {
	edges := append([]float64{0, 1}, blind...)
	slices.Sort(edges)
	sum := 0.0
	for i := 1; i < len(edges); i++ {
		level := (edges[i-1] + edges[i]) / 2
		all := 0.0
		for outcome := range 1 << len(q) { // bit set: the layer fails to stop the event
			prob, passes := 1.0, true
			for j := range q {
				fails := outcome>>j&1 == 1
				if fails {
					prob *= q[j]
				} else {
					prob *= 1 - q[j]
				}
				passes = passes && (blind[j] > level || fails)
			}
			if passes {
				all += prob
			}
		}
		sum += (edges[i] - edges[i-1]) * all
	}
	return sum
}

// TestPassWithinBounds draws shares that exceed what the constant c allows: for
// common causes up to 50 % what passes stays a share, and one layer keeps its
// strength exactly.
func TestPassWithinBounds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cc := rapid.Float64Range(0, 0.5).Draw(t, "common cause")
		n := rapid.IntRange(1, 6).Draw(t, "n")
		barriers := make([]barrier, n)
		for i := range barriers {
			barriers[i] = barrier{onEvents: true, events: constant(rapid.Float64Range(0, 1).Draw(t, "mean")), coverage: constant(1)}
			barriers[i].settle(cc)
		}
		slices.SortFunc(barriers, func(a, b barrier) int {
			switch {
			case a.blind < b.blind:
				return -1
			case a.blind > b.blind:
				return 1
			}
			return 0
		})
		blind, q, ones := make([]float64, n), make([]float64, n), make([]float64, n)
		for i := range barriers {
			drawn := rapid.Float64Range(0, 1).Draw(t, "drawn")
			blind[i], q[i], ones[i] = barriers[i].blind, barriers[i].passes(drawn, 1), 1
			alone := layered(blind[i:i+1], q[i:i+1], ones[:1], make([]float64, 2))
			if math.Abs(alone-(1-drawn)) > 1e-12 {
				t.Fatalf("one layer stopping %v lets %v pass", drawn, alone)
			}
		}
		if pass := layered(blind, q, ones, make([]float64, n+1)); pass < -1e-12 || pass > 1+1e-12 {
			t.Fatalf("%v passes", pass)
		}
	})
}

// TestNestedCoverage takes two layers that cover the same cases as far as they
// reach: in front of 40 % of events stand both, of 30 % the wider alone.
func TestNestedCoverage(t *testing.T) {
	const file = `parley: v1
product: {id: p, name: P, stage: operations, currency: GBP}
policy: {horizon: 1 year, common_cause: 0%%}
controls:
  - {id: a, title: A, function: prevent, coverage: 70%%, against: [{threat: t, likelihood: 90%%}]}
  - {id: b, title: B, function: prevent, coverage: 40%%, against: [{threat: t, likelihood: 50%%}]}
threats:
  - {id: t, title: T, stated_with: [], %s likelihood: 1 per year, impact: {says: x, financial: 1000}}
`
	for _, c := range []struct {
		gap  string
		want float64
	}{
		{"coverage_gap: same,", 0.4*0.1*0.5 + 0.3*0.1 + 0.3},
		{"coverage_gap: independent,", (1 - 0.7*0.9) * (1 - 0.4*0.5)},
		{"", (1 - 0.7*0.9) * (1 - 0.4*0.5)},
	} {
		e, err := mustCompile(t, fmt.Sprintf(file, c.gap)).Expect(Scenario{})
		if err != nil {
			t.Fatal(err)
		}
		closeTo(t, c.gap, e.Annual/1000, c.want, 1e-12)
	}
}

// TestDependenciesByHand takes two layers on one network that is down 10 % of
// the time: then neither is there.
func TestDependenciesByHand(t *testing.T) {
	p := mustCompile(t, `parley: v1
product: {id: p, name: P, stage: operations, currency: GBP}
policy: {horizon: 1 year, common_cause: 0%}
dependencies: [{id: net, title: N, down: 10%}]
controls:
  - {id: a, title: A, function: prevent, relies_on: [net], against: [{threat: t, likelihood: 90%, impact: 50%}]}
  - {id: b, title: B, function: prevent, relies_on: [net], against: [{threat: t, likelihood: 50%}]}
threats:
  - {id: t, title: T, stated_with: [], likelihood: 1 per year, impact: {says: x, financial: 1000}}
`)
	for _, c := range []struct {
		s    Scenario
		want float64
	}{
		{Scenario{}, 0.1 + 0.9*0.05*0.5},
		{Scenario{Broken: []string{"net"}}, 1},
		{Scenario{Broken: []string{"a"}}, 0.1 + 0.9*0.5},
		{Scenario{Without: []string{"b"}}, 0.1 + 0.9*0.1*0.5},
	} {
		e, err := p.Expect(c.s)
		if err != nil {
			t.Fatal(err)
		}
		closeTo(t, fmt.Sprint(c.s), e.Annual/1000, c.want, 1e-12)
	}
}
