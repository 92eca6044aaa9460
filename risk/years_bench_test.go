package risk_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/parleysec/parley/risk"
)

// whatIfFile is the benchmark's portfolio of 100 threats, with a mitigation that
// stops a share of three of them.
func whatIfFile(b *testing.B, share string, uncertain bool) string {
	b.Helper()
	rows := benchRows(b, "portfolio_100.csv")
	text := portfolioFile(rows)
	if uncertain {
		for i, r := range rows {
			text = strings.Replace(text, fmt.Sprintf("id: t%d, title: T%d, likelihood: %v per year", i, i, r[0]),
				fmt.Sprintf("id: t%d, title: T%d, likelihood: %v..%v per year", i, i, r[0]/2, r[0]*2), 1)
		}
	}
	text += "mitigations:\n  - {id: m, title: M, cost: {once: 1}, against: ["
	for _, i := range []int{10, 40, 70} {
		text += fmt.Sprintf("{threat: t%d, likelihood: %s, impact: %s}, ", i, share, share)
	}
	return text + "]}\n"
}

// BenchmarkWhatIf toggles a mitigation that touches three of 100 threats in
// 100 000 kept years, curve included.
func BenchmarkWhatIf(b *testing.B) {
	for _, c := range []struct {
		name, share string
		uncertain   bool
	}{{"certain", "60%", false}, {"ranges", "40%..80%", true}} {
		p := compile(b, whatIfFile(b, c.share, c.uncertain))
		y, err := p.Years(context.Background(), risk.Scenario{}, risk.SimOptions{})
		if err != nil {
			b.Fatal(err)
		}
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				sim, err := y.Simulate(context.Background(), risk.Scenario{Mitigations: []string{"m"}})
				if err != nil || sim.Quantile(0.95) <= 0 {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkFirstToggle is a what-if that was not asked before: a mitigation that
// touches three of 100 threats, which are drawn again.
func BenchmarkFirstToggle(b *testing.B) {
	const mitigations = 33
	text := portfolioFile(benchRows(b, "portfolio_100.csv")) + "mitigations:\n"
	for i := range mitigations {
		text += fmt.Sprintf("  - {id: m%d, title: M, cost: {once: 1}, against: [{threat: t%d, likelihood: 60%%}, {threat: t%d, likelihood: 60%%}, {threat: t%d, impact: 60%%}]}\n", i, i, i+mitigations, i+2*mitigations)
	}
	p := compile(b, text)
	var y *risk.Years
	for i := 0; b.Loop(); i++ {
		if i%mitigations == 0 {
			b.StopTimer()
			var err error
			if y, err = p.Years(context.Background(), risk.Scenario{}, risk.SimOptions{}); err != nil {
				b.Fatal(err)
			}
			b.StartTimer()
		}
		if _, err := y.Simulate(context.Background(), risk.Scenario{Mitigations: []string{fmt.Sprintf("m%d", i%mitigations)}}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkFull100x100k is the full evaluation of the same, and what it takes to
// keep the years.
func BenchmarkFull100x100k(b *testing.B) {
	p := compile(b, whatIfFile(b, "60%", false))
	b.Run("simulate", func(b *testing.B) {
		for b.Loop() {
			if _, err := p.Simulate(context.Background(), risk.Scenario{}, risk.SimOptions{}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("keep", func(b *testing.B) {
		for b.Loop() {
			if _, err := p.Years(context.Background(), risk.Scenario{}, risk.SimOptions{}); err != nil {
				b.Fatal(err)
			}
		}
	})
}
