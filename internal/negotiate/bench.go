package negotiate

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"runtime"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/file"
	"github.com/parleysec/parley/risk"
)

// BenchRequest asks how fast this machine prices.
type BenchRequest struct {
	Runs  int // of which the fastest counts; 0: 3
	Years int // of the large simulation; 0: a million
}

// BenchResult is how fast this machine prices.
type BenchResult struct {
	Schema   string    `json:"schema"`
	System   string    `json:"system"` // operating system and processor family
	Go       string    `json:"go"`
	CPUs     int       `json:"cpus"` // that it may use
	Runs     int       `json:"runs"` // of which the fastest counts
	Measures []Measure `json:"measures"`
}

// Measure is one thing that was timed.
type Measure struct {
	ID      string  `json:"id"`
	Says    string  `json:"says"`
	Seconds float64 `json:"seconds"`          // of the fastest run
	Years   float64 `json:"years,omitempty"`  // simulated
	Events  float64 `json:"events,omitempty"` // loss events drawn, on average
	Share   float64 `json:"share,omitempty"`  // of the time on one CPU, where that was measured
}

// PerEvent reports whether the time is one of events above all: with fewer than
// two a year, placing and sorting years weighs as much.
func (m Measure) PerEvent() bool { return m.Events > 0 && m.Events >= 2*m.Years }

// benchThreats are 100 threats whose rates spread evenly on a logarithmic scale
// from 0.02 to 2 a year, 0.43 on average, with losses from 5k to 500k and 90 %
// ranges of a factor of 20; a mitigation works against three of them.
func benchThreats(threats int) string {
	var b bytes.Buffer
	b.WriteString("parley: v1\nproduct: {id: bench, name: Bench, stage: operations, currency: GBP}\npolicy: {horizon: 1 year, person_day: 500}\nthreats:\n")
	for i := range threats {
		at := (float64(i) + 0.5) / float64(threats)
		low := 1000 * math.Pow(100, math.Mod(at*37, 1))
		fmt.Fprintf(&b, "  - {id: t%d, title: T, likelihood: %.6f per year, impact: {says: x, financial: %.0f..%.0f}}\n", i, 0.02*math.Pow(100, at), low, 20*low)
	}
	fmt.Fprintf(&b, "mitigations:\n  - {id: m, title: M, cost: {effort: 5d..20d}, against: [{threat: t%d, likelihood: 60%%}, {threat: t%d, likelihood: 70%%}, {threat: t%d, impact: 50%%}]}\n",
		threats/5, threats/2, threats-2)
	return b.String()
}

// benchRun is a benchmark being made.
type benchRun struct {
	ctx    context.Context
	runs   int
	result *BenchResult
}

// time adds a measure: the fastest of some runs, over so many years with so many
// events in each. Key and pairs are of its text.
func (b *benchRun) time(id string, years int, events float64, do func() error, key string, pairs ...any) (float64, error) {
	best := math.Inf(1)
	for range b.runs {
		if err := b.ctx.Err(); err != nil {
			return 0, &parley.Error{Op: "measure", Kind: parley.Unavailable, Err: err}
		}
		start := time.Now()
		if err := do(); err != nil {
			return 0, err
		}
		best = min(best, time.Since(start).Seconds())
	}
	b.result.Measures = append(b.result.Measures, Measure{
		ID: id, Says: catalogue.T(key, append(pairs, "years", plain.Number(float64(years)))...), Seconds: best,
		Years: float64(years), Events: math.Round(events * float64(years)),
	})
	return best, nil
}

// Bench times what pricing is made of on this machine, with threats of its own.
func Bench(ctx context.Context, req BenchRequest) (*BenchResult, error) {
	if req.Runs < 0 || req.Years < 0 || req.Years > MostYears {
		return nil, parley.Errorf(parley.Invalid, "measure", "%d runs of %d years cannot be made", req.Runs, req.Years).WithHint("use at least 1 run and 1 to 10 million years")
	}
	b := &benchRun{ctx: ctx, runs: req.Runs, result: &BenchResult{
		Schema: "parley.bench/1", System: runtime.GOOS + "/" + runtime.GOARCH, Go: runtime.Version(), CPUs: runtime.GOMAXPROCS(0),
		Measures: []Measure{},
	}}
	if b.runs == 0 {
		b.runs = 3
	}
	b.result.Runs = b.runs
	years := req.Years
	if years == 0 {
		years = 1_000_000
	}
	for _, part := range []func(years int) error{b.simulations, b.whatIf, b.exact, b.rates} {
		if err := part(years); err != nil {
			return nil, err
		}
	}
	return b.result, nil
}

// portfolio compiles a file of the benchmark's own.
func (b *benchRun) portfolio(text string) (*risk.Portfolio, float64, error) {
	doc, err := file.Read("bench.yaml", []byte(text))
	if err != nil {
		return nil, 0, err
	}
	p, err := risk.Compile(doc.Model, risk.Options{})
	if err != nil {
		return nil, 0, err
	}
	e, err := p.Expect(risk.Scenario{})
	events := 0.0
	for _, t := range e.Threats {
		events += t.Rate
	}
	return p, events, err
}

// simulations are of 100 threats, on one CPU and on all, and of 20.
func (b *benchRun) simulations(years int) error {
	p, events, err := b.portfolio(benchThreats(100))
	if err != nil {
		return err
	}
	simulate := func(p *risk.Portfolio, years, workers int) func() error {
		return func() error {
			_, err := p.Simulate(b.ctx, risk.Scenario{}, risk.SimOptions{Trials: years, Workers: workers})
			return err
		}
	}
	one, err := b.time("simulate-one-cpu", years, events, simulate(p, years, 1), "bench.simulate.one", "threats", 100)
	if err != nil {
		return err
	}
	all, err := b.time("simulate", years, events, simulate(p, years, 0), "bench.simulate", "threats", 100, "cpus", b.result.CPUs)
	if err != nil {
		return err
	}
	b.result.Measures[len(b.result.Measures)-1].Share = all / one
	small, events, err := b.portfolio(benchThreats(20))
	if err != nil {
		return err
	}
	years = min(years, risk.DefaultTrials)
	_, err = b.time("simulate-20", years, events, simulate(small, years, 0), "bench.simulate", "threats", 20, "cpus", b.result.CPUs)
	return err
}

// whatIf toggles one mitigation of three threats on kept years.
func (b *benchRun) whatIf(years int) error {
	p, events, err := b.portfolio(benchThreats(100))
	if err != nil {
		return err
	}
	years = min(years, risk.DefaultTrials)
	var kept *risk.Years
	keep := func() (err error) {
		kept, err = p.Years(b.ctx, risk.Scenario{}, risk.SimOptions{Trials: years})
		return err
	}
	if _, err := b.time("full", years, events, keep, "bench.full", "threats", 100); err != nil {
		return err
	}
	toggle := func() error {
		_, err := kept.Simulate(b.ctx, risk.Scenario{Mitigations: []string{"m"}})
		return err
	}
	if err := toggle(); err != nil {
		return err
	}
	_, err = b.time("what-if", years, 0, toggle, "bench.what-if", "threats", 100)
	return err
}

// exact are the curve by transform and what to find out first.
func (b *benchRun) exact(int) error {
	p, _, err := b.portfolio(benchThreats(100))
	if err != nil {
		return err
	}
	curve := func() error { _, err := p.Curve(risk.Scenario{}); return err }
	if _, err := b.time("curve", 0, 0, curve, "bench.curve", "threats", 100); err != nil {
		return err
	}
	if p, _, err = b.portfolio(benchEstimates(50)); err != nil {
		return err
	}
	var all []string
	for i := range 50 {
		all = append(all, fmt.Sprintf("m%d", i))
	}
	learn := func() error {
		_, err := p.Learn([]risk.Choice{{Mitigations: all}, {Mitigations: all[:25]}})
		return err
	}
	_, err = b.time("learn", 0, 0, learn, "bench.learn", "estimates", 100)
	return err
}

// benchEstimates are so many threats with an uncertain rate, each with a
// mitigation of an uncertain strength.
func benchEstimates(threats int) string {
	var b bytes.Buffer
	b.WriteString("parley: v1\nproduct: {id: bench, name: Bench, stage: operations, currency: GBP}\npolicy: {horizon: 2 years}\nthreats:\n")
	for i := range threats {
		fmt.Fprintf(&b, "  - {id: t%d, title: T, likelihood: 0.05..0.5 per year, impact: {says: x, financial: 10k..400k}}\n", i)
	}
	b.WriteString("mitigations:\n")
	for i := range threats {
		fmt.Fprintf(&b, "  - {id: m%d, title: M, cost: {once: 15k}, against: [{threat: t%d, likelihood: 40%%..90%%}]}\n", i, i)
	}
	return b.String()
}

// rates shows that the time goes with events, and what an uncertain rate adds.
func (b *benchRun) rates(years int) error {
	years = min(years, risk.DefaultTrials)
	for _, rate := range []string{"0.01", "0.1", "1", "10", "0.005..0.02", "0.05..0.2", "0.5..2", "5..20"} {
		p, events, err := b.portfolio("parley: v1\nproduct: {id: bench, name: Bench, stage: operations, currency: GBP}\npolicy: {horizon: 1 year}\n" +
			"threats: [{id: t, title: T, likelihood: " + rate + " per year, impact: {says: x, financial: 1k..50k}}]\n")
		if err != nil {
			return err
		}
		simulate := func() error {
			_, err := p.Simulate(b.ctx, risk.Scenario{}, risk.SimOptions{Trials: years, Workers: 1, TotalsOnly: true})
			return err
		}
		if _, err := b.time("rate-"+rate, years, events, simulate, "bench.rate", "rate", rate); err != nil {
			return err
		}
	}
	return nil
}
