package risk

import (
	"context"
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/parleysec/parley/internal/testenv"
)

// TestWorstYearsAreTheShortfall: what the threats lose in the worst years, added
// up, is the mean loss of the worst of them, in a scenario other than the one
// whose years are kept; where all years count alike, it is the mean.
func TestWorstYearsAreTheShortfall(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		if testenv.Raced && rapid.IntRange(0, 7).Draw(t, "one model of eight under the race detector") > 0 {
			return
		}
		f := drawFile(t, rapid.Bool().Draw(t, "uncertain"))
		p := lawCompile(t, f)
		draw := func(name string) (s Scenario) {
			for _, id := range f.ids {
				if rapid.Bool().Draw(t, name+" "+id) {
					s.Mitigations = append(s.Mitigations, id)
				}
			}
			return s
		}
		o := SimOptions{Trials: rapid.SampledFrom([]int{1, 30, 4096, 6000}).Draw(t, "trials"), TotalsOnly: true}
		y, err := p.Years(context.Background(), draw("base"), o)
		if err != nil {
			t.Fatal(err)
		}
		s := draw("other")
		sim, err := y.Simulate(context.Background(), s)
		if err != nil {
			t.Fatal(err)
		}
		beyond := rapid.SampledFrom([]float64{0, .5, .95}).Draw(t, "beyond")
		weights, err := y.Worst(context.Background(), s, beyond)
		if err != nil {
			t.Fatal(err)
		}
		inYears := func(weights []float64) (sum float64) {
			for _, id := range p.Threats() {
				losses, err := y.ThreatIn(context.Background(), id, []Scenario{s, {Avoided: []string{id}}}, weights)
				if err != nil || losses[1] != 0 {
					t.Fatal(losses, err)
				}
				sum += losses[0]
			}
			return sum
		}
		all := 0.0
		for _, w := range weights {
			if all += w; w < 0 || w > 1/((1-beyond)*float64(o.Trials))*(1+1e-9) {
				t.Fatalf("a year counts for %v", w)
			}
		}
		want, _ := sim.Shortfall(beyond)
		if got := inYears(weights); math.Abs(got-want) > 1e-9*math.Max(1, want) || math.Abs(all-1) > 1e-9 {
			t.Fatalf("%v in the worst years, which add up to %v; want %v", got, all, want)
		}
		if _, err := y.ThreatIn(context.Background(), "nobody", nil, weights); err == nil {
			t.Fatal("a threat nobody named")
		}
		if _, err := y.Worst(context.Background(), Scenario{Mitigations: []string{"nobody"}}, beyond); err == nil {
			t.Fatal("a mitigation nobody named")
		}
		if _, err := y.ThreatIn(context.Background(), p.Threats()[0], []Scenario{s}, weights[1:]); err == nil {
			t.Fatal("a year without a weight")
		}
		for _, beyond := range []float64{1, -.1, math.NaN()} {
			if _, err := y.Worst(context.Background(), s, beyond); err == nil {
				t.Fatalf("the worst years beyond %v", beyond)
			}
		}
		for i := range weights {
			weights[i] = 1 / float64(o.Trials)
		}
		if got := inYears(weights); math.Abs(got-sim.Mean) > 1e-9*math.Max(1, sim.Mean) {
			t.Fatalf("%v in all years, want %v", got, sim.Mean)
		}
	})
}
