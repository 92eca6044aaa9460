package risk

import "testing"

// BenchmarkHotLoop is the price of one event: a random number, a normal
// variable, an exponential, and an addition to a trial.
func BenchmarkHotLoop(b *testing.B) {
	p := mustCompile(b, "parley: v1\nproduct: {id: p, name: P, stage: operations, currency: GBP}\npolicy: {horizon: 1 year}\nthreats:\n"+
		"  - {id: a, title: T, likelihood: 0.4 per year, impact: {says: x, financial: 10k..100k}}\n")
	sources, err := p.sources(Scenario{})
	if err != nil {
		b.Fatal(err)
	}
	w := newBench(1)
	w.open(0)
	var into drawn
	const events = 10_000
	for b.Loop() {
		if err := w.wholeBand(sources[0], &sources[0].cells[0], events, &into); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/events, "ns/event")
}
