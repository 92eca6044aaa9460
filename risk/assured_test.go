package risk

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/parleysec/parley/quantity"
	"pgregory.net/rapid"
)

// assuredFile has a control the threat was stated with and a mitigation, both
// with shares of events and of the loss.
const assuredFile = `parley: v1
product: {id: p, name: P, stage: operations, currency: GBP}
policy: {horizon: 2 years, common_cause: %s}
threats: [{id: t, title: T, likelihood: 0.5..2 per year, impact: {says: x, financial: 1k..9k}}]
controls: [{id: c, title: C, function: prevent, degraded: 20%%, against: [{threat: t, likelihood: 60%%, impact: 30%%}]}]
mitigations: [{id: m, title: M, coverage: 50%%..90%%, degraded: 5%%..30%%, cost: {once: 10}, against: [{threat: t, likelihood: 40%%..80%%, impact: 50%%}]}]
`

func assuredPortfolio(t *testing.T, cc string, a map[string]Assurance) *Portfolio {
	t.Helper()
	p, err := Compile(readModel(t, fmt.Sprintf(assuredFile, cc)), Options{Assurance: a})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestAssuranceByHand: what a control lets pass and leaves, with assurance, over
// what it did as claimed. Assurance is in both shares of one event: its second
// moment counts.
func TestAssuranceByHand(t *testing.T) {
	beta := Assurance{Alpha: 3, Beta: 1} // E[a] = 0.75, E[a²] = 0.6
	for _, c := range []struct {
		name string
		a    Assurance
		both float64 // E[(1−e)(1−f)], e = 0.2 + 0.4a, f = 0.2 + 0.1a
		pass float64
	}{
		{"as claimed", Assurance{Mean: 1}, 0.4 * 0.7, 0.4},
		{"failing", Assurance{}, 0.8 * 0.8, 0.8},
		{"half", Assurance{Mean: 0.5}, 0.6 * 0.75, 0.6},
		{"uncertain", beta, 0.64 - 0.4*0.75 + 0.04*0.6, 0.8 - 0.4*0.75},
	} {
		p := assuredPortfolio(t, "0%", map[string]Assurance{"c": c.a})
		stated := p.threats[0].rate.mean * p.threats[0].lossMean
		e, err := p.Expect(Scenario{})
		if err != nil {
			t.Fatal(err)
		}
		closeTo(t, c.name, e.Annual, stated*c.both/(0.4*0.7), 1e-9*stated)
		closeTo(t, c.name+": events", e.Threats[0].Rate, p.threats[0].rate.mean*c.pass/0.4, 1e-9)
		broken, err := p.Expect(Scenario{Broken: []string{"c"}})
		if err != nil {
			t.Fatal(err)
		}
		closeTo(t, c.name+": broken", broken.Annual, stated*0.64/0.28, 1e-9*stated)
	}
}

// TestAssuranceDrawn holds the exact figures against simulated years and sampled
// paths, in which every trial draws its assurance.
func TestAssuranceDrawn(t *testing.T) {
	t.Parallel()
	p := assuredPortfolio(t, "10%", map[string]Assurance{"c": {Alpha: 2, Beta: 1.5}, "m": {Alpha: 0.8, Beta: 0.4}})
	for _, s := range []Scenario{{}, {Mitigations: []string{"m"}}, {Mitigations: []string{"m"}, Broken: []string{"c"}}} {
		e, err := p.Expect(s)
		if err != nil {
			t.Fatal(err)
		}
		sim, err := p.Simulate(t.Context(), s, SimOptions{Trials: draws(400_000)})
		if err != nil {
			t.Fatal(err)
		}
		closeTo(t, "mean", sim.Mean, e.Annual, 4*sim.StandardError)
		want, se := sampledChance(p, s)
		closeTo(t, "chance", e.Threats[0].ChanceWithinHorizon, want, 4*se+3e-4)
	}
	c := Choice{Mitigations: []string{"m"}}
	want, _, err := p.NetBenefit(c)
	if err != nil {
		t.Fatal(err)
	}
	events, inputs := sampleNetBenefit(t, p, c, draws(40))
	closeTo(t, "net benefit by events", events.mean(), want, 4*events.standardError())
	closeTo(t, "net benefit by inputs", inputs.mean(), want, 4*inputs.standardError())
}

// TestAssuranceIsAnInput: its bar of the tornado is the net benefit with the
// assurance at its percentiles.
func TestAssuranceIsAnInput(t *testing.T) {
	a := Assurance{Alpha: 2, Beta: 1.5}
	p := assuredPortfolio(t, "10%", map[string]Assurance{"m": a})
	swings, err := p.Tornado(Choice{Mitigations: []string{"m"}})
	if err != nil {
		t.Fatal(err)
	}
	found := false
	for _, s := range swings {
		if s.What != StatedAssurance {
			continue
		}
		found = true
		for at, got := range map[float64]float64{0.05: s.Low, 0.95: s.High} {
			fixed := assuredPortfolio(t, "10%", map[string]Assurance{"m": {Mean: quantity.Beta{A: 2, B: 1.5}.Quantile(at)}})
			want, _, err := fixed.NetBenefit(Choice{Mitigations: []string{"m"}})
			if err != nil {
				t.Fatal(err)
			}
			closeTo(t, "assurance at a percentile", got, want, 1e-4*math.Abs(want))
		}
	}
	if !found {
		t.Errorf("no bar for the assurance: %+v", swings)
	}
}

// TestLessAssuranceNeverHelps: less evidence lowers no trial's loss, and full
// assurance is the price without evidence to the last bit.
func TestLessAssuranceNeverHelps(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		f := drawFile(t, false)
		m, err := readText(f.text())
		if err != nil {
			t.Fatal(err)
		}
		with := func(a map[string]Assurance) *Portfolio {
			p, err := Compile(m, Options{Assurance: a})
			if err != nil {
				t.Fatal(err)
			}
			return p
		}
		share := rapid.Float64Range(0, 1).Draw(t, "assurance")
		s := Scenario{Mitigations: f.ids}
		plain, full, less := with(nil), with(map[string]Assurance{"c0": {Mean: 1}, "m0": {Mean: 1}}), with(map[string]Assurance{"c0": {Mean: share}, "m0": {Mean: share}})
		a, b, c := yearly(t, plain, s, 3), yearly(t, full, s, 3), yearly(t, less, s, 3)
		if *a != *b {
			t.Fatal("full assurance is not as claimed")
		}
		for i := range c {
			if c[i] < a[i] && !plain.singleAlwaysHappens() {
				t.Fatalf("trial %d falls from %v to %v with assurance %v\n%s", i, fromUnits(a[i]), fromUnits(c[i]), share, f.text())
			}
		}
	})
}

// TestReadBeta compares the table with the quantiles.
func TestReadBeta(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for _, d := range []quantity.Beta{{A: 0.4, B: 1.6}, {A: 1, B: 1}, {A: 2, B: 0.1}, {A: 24, B: 1.2}} {
		read := newReadBeta(d)
		for range 200 {
			z := r.NormFloat64()
			closeTo(t, fmt.Sprint(d), fromScore(read, z), d.Quantile(quantity.NormalCDF(z)), 1e-3)
		}
		closeTo(t, "end", read.score(9), 1, 1e-6)
	}
}

func TestAssuranceRefused(t *testing.T) {
	_, err := Compile(readModel(t, fmt.Sprintf(assuredFile, "0%")), Options{Assurance: map[string]Assurance{
		"nobody": {Mean: 1}, "c": {Mean: 1.5}, "m": {Alpha: -1, Beta: 2},
	}})
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{`"nobody" is not a control`, `that of "c" is 1.5`, `that of "m" has the parameters -1 and 2`} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("no %q in %v", want, err)
		}
	}
}
