package risk

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/file"
	"pgregory.net/rapid"
)

// lawFile is a random model in parts, so that threats can be put in another order.
type lawFile struct {
	head    string
	threats []string
	tail    string
	ids     []string // mitigations
}

func (f lawFile) text(order ...int) string {
	threats := slices.Clone(f.threats)
	for to, from := range order {
		threats[to] = f.threats[from]
	}
	return f.head + "threats:\n" + strings.Join(threats, "") + f.tail
}

// drawFile draws a model; shares of mitigations are ranges when uncertain.
func drawFile(t *rapid.T, uncertain bool) lawFile {
	n := rapid.IntRange(1, 3).Draw(t, "threats")
	percent := func(name string) string { return fmt.Sprintf("%d%%", rapid.IntRange(1, 95).Draw(t, name)) }
	share := func(name string) string {
		low := rapid.IntRange(1, 80).Draw(t, name)
		if uncertain {
			return fmt.Sprintf("%d%%..%d%%", low, low+rapid.IntRange(2, 15).Draw(t, name+" width"))
		}
		return fmt.Sprintf("%d%%", low)
	}
	f := lawFile{head: "parley: v1\nproduct: {id: p, name: P, stage: operations, currency: GBP}\n" +
		fmt.Sprintf("policy: {horizon: 2 years, common_cause: %d%%}\n", rapid.IntRange(0, 50).Draw(t, "common cause")) +
		"dependencies: [{id: d, title: D, down: 2%}, {id: e, title: E, down: 10%}]\n"}
	for i := range n {
		rate := fmt.Sprintf("%.2f..%.2f per year", 0.1, 0.2+rapid.Float64Range(0, 3).Draw(t, "rate"))
		kind := rapid.SampledFrom([]string{rate, "0.6 per year", "30% within 2 years", "at most once"}).Draw(t, "likelihood")
		if kind == "at most once" {
			kind = "10%..40% within 3 years, at_most_once: true"
		}
		loss := rapid.SampledFrom([]string{"financial: 1k..30k", "financial: 5k", "financial: 1k..2k..9k, reputation: {loss: 1k..9k, chance: 40%}"}).Draw(t, "loss")
		gap := rapid.SampledFrom([]string{"", "coverage_gap: same, "}).Draw(t, "gap")
		f.threats = append(f.threats, fmt.Sprintf("  - {id: t%d, title: T, %slikelihood: %s, impact: {says: x, %s}}\n", i, gap, kind, loss))
	}
	against := func(share func(string) string) string {
		var out []string
		for i := range n {
			if rapid.Bool().Draw(t, "against") || i == 0 {
				a := fmt.Sprintf("{threat: t%d, likelihood: %s", i, share("likelihood share"))
				if rapid.Bool().Draw(t, "impact too") {
					a += ", impact: " + share("impact share")
				}
				out = append(out, a+"}")
			}
		}
		return strings.Join(out, ", ")
	}
	relies := func() string {
		return rapid.SampledFrom([]string{"", "relies_on: [d], ", "relies_on: [d, e], "}).Draw(t, "relies")
	}
	coverage := func() string {
		return rapid.SampledFrom([]string{"", "coverage: 60%, ", "coverage: 90%, "}).Draw(t, "coverage")
	}
	f.tail = "controls:\n"
	for i := range rapid.IntRange(1, 2).Draw(t, "controls") {
		f.tail += fmt.Sprintf("  - {id: c%d, title: C, function: prevent, %s%sagainst: [%s]}\n", i, relies(), coverage(), against(percent))
	}
	f.tail += "mitigations:\n"
	for i := range rapid.IntRange(1, 3).Draw(t, "mitigations") {
		id := fmt.Sprintf("m%d", i)
		f.ids = append(f.ids, id)
		f.tail += fmt.Sprintf("  - {id: %s, title: M, %s%scost: {once: 1}, against: [%s]}\n", id, relies(), coverage(), against(share))
	}
	return f
}

func lawCompile(t *rapid.T, f lawFile, order ...int) *Portfolio {
	text := f.text(order...)
	m, err := readText(text)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	p, err := Compile(m, Options{})
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return p
}

func lawExpect(t *rapid.T, p *Portfolio, s Scenario) Expectation {
	e, err := p.Expect(s)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// yearly simulates one block of years of a scenario, trial by trial.
func yearly(t *rapid.T, p *Portfolio, s Scenario, seed uint64) *column {
	sources, err := p.sources(s)
	if err != nil {
		t.Fatal(err)
	}
	b := newBench(seed)
	b.open(0)
	var into drawn
	for _, src := range sources {
		if err := b.run(src, &into); err != nil {
			t.Fatal(err)
		}
	}
	return &into.column
}

// TestTodayIsWhatWasStated: with any controls, today's price is the stated rate
// times the stated loss, in every trial for those that come at a rate.
func TestTodayIsWhatWasStated(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := lawCompile(t, drawFile(t, true))
		e := lawExpect(t, p, Scenario{})
		for i := range p.threats {
			th := &p.threats[i]
			want := th.rate.mean * th.perYear() * th.lossMean
			if math.Abs(e.Threats[i].Annual-want) > 1e-9*want {
				t.Fatalf("%s: %v, stated %v", th.id, e.Threats[i].Annual, want)
			}
		}
	})
}

// TestOneMoreBarrierNeverRaisesLoss, expected or, with certain shares, in any
// trial; and what breaks never lowers it.
func TestOneMoreBarrierNeverRaisesLoss(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		uncertain := rapid.Bool().Draw(t, "uncertain")
		f := drawFile(t, uncertain)
		p := lawCompile(t, f)
		without := Scenario{Mitigations: f.ids[:rapid.IntRange(0, len(f.ids)-1).Draw(t, "finished")]}
		if rapid.Bool().Draw(t, "broken") {
			without.Broken = []string{"c0"}
		}
		with := without.clone()
		with.Mitigations = append(with.Mitigations, f.ids[len(f.ids)-1])
		worse := without.clone()
		worse.Broken = append(worse.Broken, "d")
		for _, pair := range [][2]Scenario{{without, with}, {worse, without}} {
			before, after := lawExpect(t, p, pair[0]), lawExpect(t, p, pair[1])
			if after.Annual > before.Annual*(1+1e-12) {
				t.Fatalf("expected loss rises from %v to %v\n%s", before.Annual, after.Annual, f.text())
			}
			if uncertain {
				continue
			}
			a, b := yearly(t, p, pair[0], 3), yearly(t, p, pair[1], 3)
			for i := range a {
				if b[i] > a[i] && !p.singleAlwaysHappens() {
					t.Fatalf("trial %d rises from %v to %v with %v\n%s", i, fromUnits(a[i]), fromUnits(b[i]), pair[1], f.text())
				}
			}
		}
	})
}

// singleAlwaysHappens reports whether the inherent chance of a single event
// exceeds 1 in some draw, in which case barriers thin it only on the whole.
func (p *Portfolio) singleAlwaysHappens() bool {
	for i := range p.threats {
		t := &p.threats[i]
		if t.once && t.rate.dist.Quantile(1) > t.passes {
			return true
		}
	}
	return false
}

// TestOrderDoesNotMatter: the same bits for threats in another order.
func TestOrderDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := drawFile(t, true)
		p := lawCompile(t, f)
		order := rapid.Permutation([]int{0, 1, 2}[:len(f.threats)]).Draw(t, "order")
		q := lawCompile(t, f, order...)
		s := Scenario{Mitigations: f.ids}
		if a, b := *yearly(t, p, s, 5), *yearly(t, q, s, 5); a != b {
			t.Fatalf("another order of threats gives other years\n%s", f.text())
		}
	})
}

func TestWorkersDoNotMatter(t *testing.T) {
	p := mustCompile(t, datedShop)
	s := Scenario{Mitigations: []string{"prepared"}, Features: []string{"shiny"}, Transfers: []string{"insure", "stoploss"}}
	var first *Simulation
	var appraised []Appraisal
	for _, workers := range []int{1, 2, 8} {
		sim, err := p.Simulate(t.Context(), s, SimOptions{Trials: 50_000, Seed: 3, Workers: workers})
		if err != nil {
			t.Fatal(err)
		}
		a, err := p.AppraiseAll(t.Context(), []Choice{{Mitigations: []string{"backup"}}, {Treatments: []string{"stoploss"}}}, SimOptions{Workers: workers})
		if err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first, appraised = sim, a
			continue
		}
		if !slices.Equal(first.sorted, sim.sorted) || first.Mean != sim.Mean || !slices.Equal(first.Threats, sim.Threats) {
			t.Errorf("%d goroutines give another simulation", workers)
		}
		for i := range a {
			if a[i].PaysOffChance != appraised[i].PaysOffChance || a[i].WorthItChance != appraised[i].WorthItChance || a[i].NetBenefit != appraised[i].NetBenefit {
				t.Errorf("%d goroutines give another appraisal: %+v, %+v", workers, a[i], appraised[i])
			}
		}
	}
}

// TestScale: all losses a thousand times as large make every figure so.
func TestScale(t *testing.T) {
	text := func(k string) string {
		return "parley: v1\nproduct: {id: p, name: P, stage: operations, currency: GBP}\npolicy: {horizon: 1 year}\nthreats:\n" +
			"  - {id: a, title: T, likelihood: 0.4 per year, impact: {says: x, financial: 10" + k + "..100" + k + "}}\n"
	}
	p, q := mustCompile(t, text("k")), mustCompile(t, text("M"))
	a, err1 := p.Simulate(t.Context(), Scenario{}, SimOptions{Trials: 20_000})
	b, err2 := q.Simulate(t.Context(), Scenario{}, SimOptions{Trials: 20_000})
	if err1 != nil || err2 != nil {
		t.Fatal(err1, err2)
	}
	for _, x := range []float64{0.5, 0.9, 0.99} {
		closeTo(t, "quantile", b.Quantile(x), 1000*a.Quantile(x), 1)
	}
	closeTo(t, "mean", b.Mean, 1000*a.Mean, 1e-6*b.Mean)
}

// TestTailSharesAddUp to 1, and threats' means to the total's.
func TestTailSharesAddUp(t *testing.T) {
	p := mustCompile(t, datedShop)
	sim, err := p.Simulate(t.Context(), Scenario{}, SimOptions{Trials: 40_000})
	if err != nil {
		t.Fatal(err)
	}
	share, mean := 0.0, 0.0
	for _, th := range sim.Threats {
		share += th.TailShare
		mean += th.Mean
	}
	closeTo(t, "shares", share, 1, 1e-9)
	closeTo(t, "means", mean, sim.Mean, 1e-6*sim.Mean)
}

func readText(text string) (*parley.Model, error) {
	doc, err := file.Read("law.yaml", []byte(text))
	if err != nil {
		return nil, err
	}
	return doc.Model, nil
}
