package model_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/file"
	"github.com/parleysec/parley/plan/model"
	"github.com/parleysec/parley/risk"
)

// layeredFile writes a random negotiation file of the kind the benchmarks use:
// each mitigation is against 1 to 5 threats and stops 20–95 % of each, losses
// are log-uniform 20k–500k a year, there are effort, money and lead times up to
// 20 weeks, a common cause of 5 %, one dependency for every five items, and
// periods of a month whose capacity together is a share of what all would take.
func layeredFile(n, threats, periods int, share float64, seed uint64) string {
	g := rand.New(rand.NewPCG(seed, uint64(n)))
	logUniform := func(a, b float64) float64 { return a * math.Pow(b/a, g.Float64()) }
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format, args...) }
	line("parley: v1\nproduct: {id: p, name: P, stage: design, currency: GBP}\npolicy: {horizon: 3 years, person_day: 500, discount_rate: 5%%, common_cause: 5%%}\ndependencies:\n")
	for d := range n / 5 {
		line("  - {id: d%d, title: D, down: %.2f%%}\n", d, 100*logUniform(.001, .02))
	}
	line("threats:\n")
	for k := range threats {
		line("  - {id: t%d, title: T, likelihood: 1 per year, impact: {says: x, financial: %.0f}}\n", k, logUniform(20e3, 500e3))
	}
	line("mitigations:\n")
	effort, money := 0.0, 0.0
	for i := range n {
		e, o := 1+g.IntN(40), math.Round(logUniform(2e3, 30e3))
		effort, money = effort+float64(e), money+o
		line("  - {id: m%d, title: M, cost: {effort: %dd, once: %.0f}, lead_time: %d weeks", i, e, o, g.IntN(20))
		if g.IntN(2) == 0 {
			line(", relies_on: [d%d]", g.IntN(n/5))
		}
		line(", against: [")
		for k, x := range g.Perm(threats)[:1+g.IntN(5)] {
			line("%s{threat: t%d, likelihood: %d%%}", []string{"", ", "}[min(k, 1)], x, 20+g.IntN(75))
		}
		line("]}\n")
	}
	line("capacity:\n")
	for q := range periods {
		line("  - {period: 2027-%02d, effort: %.0fd, money: %.0f}\n", q+1, share*effort/float64(periods), share*money/float64(periods))
	}
	return b.String()
}

// BenchmarkPeriods reports the mean gap after ten seconds beside the time.
func BenchmarkPeriods(b *testing.B) {
	for _, c := range []struct{ n, threats, periods int }{{30, 20, 3}, {60, 40, 6}} {
		b.Run(fmt.Sprintf("n=%d/periods=%d", c.n, c.periods), func(b *testing.B) {
			gap, proved, solved := 0.0, 0.0, 0.0
			for b.Loop() {
				built := scheduled(b, layeredFile(c.n, c.threats, c.periods, .4, uint64(solved)%10+1))
				p, err := built.Solve(context.Background(), model.Options{OnlyPlan: true, Deadline: 10 * time.Second})
				if err != nil {
					b.Fatal(err)
				}
				gap += p.Gap
				solved++
				if p.Proved {
					proved++
				}
			}
			b.ReportMetric(gap/solved, "gap/op")
			b.ReportMetric(100*proved/solved, "%proved")
		})
	}
}

// compiled reads a file and prices it.
func compiled(tb testing.TB, text string) (*parley.Model, *risk.Portfolio) {
	tb.Helper()
	doc, err := file.Read("drawn.yaml", []byte(text))
	if err != nil {
		tb.Fatal(err)
	}
	p, err := risk.Compile(doc.Model, risk.Options{})
	if err != nil {
		tb.Fatal(err)
	}
	return doc.Model, p
}

// scheduled states a file as a problem over the periods of its capacity.
func scheduled(tb testing.TB, text string) *model.Built {
	tb.Helper()
	m, p := compiled(tb, text)
	l := model.NoLimits()
	var err error
	if l.Periods, err = model.PeriodsOf(m.Capacity, time.Time{}); err != nil {
		tb.Fatal(err)
	}
	built, err := model.Build(m, p, l)
	if err != nil {
		tb.Fatal(err)
	}
	return built
}
