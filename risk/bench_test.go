package risk_test

import (
	"context"
	"encoding/csv"
	"math"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/parleysec/parley/internal/testenv"
	"github.com/parleysec/parley/risk"
)

// benchRows are the threats of a portfolio of the benchmarks: rate per year, 5th
// and 95th percentile of the loss.
func benchRows(tb testing.TB, name string) [][3]float64 {
	tb.Helper()
	f, err := os.Open(filepath.Join(testenv.Shared(tb, "data/bench"), name))
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	records, err := csv.NewReader(f).ReadAll()
	if err != nil {
		tb.Fatal(err)
	}
	var rows [][3]float64
	for _, r := range records[1:] {
		rows = append(rows, [3]float64{number(tb, r[1]), number(tb, r[2]), number(tb, r[3])})
	}
	return rows
}

func benchPortfolio(tb testing.TB, name string) *risk.Portfolio {
	tb.Helper()
	return compile(tb, portfolioFile(benchRows(tb, name)))
}

// BenchmarkSimulate100x1M is the whole simulation of 100 threats, 42.7 million
// events, with what is said about single threats.
func BenchmarkSimulate100x1M(b *testing.B) {
	p := benchPortfolio(b, "portfolio_100.csv")
	for b.Loop() {
		if _, err := p.Simulate(context.Background(), risk.Scenario{}, risk.SimOptions{Trials: 1_000_000}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/42.7e6, "ns/event")
}

// BenchmarkTotals100x1M is the same without single threats, on one goroutine.
func BenchmarkTotals100x1M(b *testing.B) {
	p := benchPortfolio(b, "portfolio_100.csv")
	for b.Loop() {
		if _, err := p.Simulate(context.Background(), risk.Scenario{}, risk.SimOptions{Trials: 1_000_000, TotalsOnly: true, Workers: 1}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/42.7e6, "ns/event")
}

// BenchmarkTwoCores compares two goroutines with one, by turns: "two/one" is the
// least time of the first over the least of the second, to be below 0.65 on two
// processors that have nothing else to do.
func BenchmarkTwoCores(b *testing.B) {
	p := benchPortfolio(b, "portfolio_100.csv")
	best := [3]time.Duration{1: math.MaxInt64, 2: math.MaxInt64}
	for b.Loop() {
		for workers := 1; workers <= 2; workers++ {
			start := time.Now()
			if _, err := p.Simulate(context.Background(), risk.Scenario{}, risk.SimOptions{Workers: workers}); err != nil {
				b.Fatal(err)
			}
			best[workers] = min(best[workers], time.Since(start))
		}
	}
	b.ReportMetric(best[2].Seconds()/best[1].Seconds(), "two/one")
	b.ReportMetric(best[2].Seconds()*1e3, "ms-on-two")
}

func BenchmarkSimulate20x100k(b *testing.B) {
	p := benchPortfolio(b, "portfolio_20.csv")
	for b.Loop() {
		if _, err := p.Simulate(context.Background(), risk.Scenario{}, risk.SimOptions{}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCurve100(b *testing.B) {
	p := benchPortfolio(b, "portfolio_100.csv")
	for b.Loop() {
		if _, err := p.Curve(risk.Scenario{}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkRates shows that with certain rates the cost grows with events, not
// with trials × threats, and what an uncertain rate adds.
func BenchmarkRates(b *testing.B) {
	for _, rate := range []string{"0.01", "0.1", "1", "10", "0.005..0.02", "0.05..0.2", "0.5..2", "5..20"} {
		p := compile(b, oneThreat("horizon: 1 year", "likelihood: "+rate+" per year, impact: {says: x, financial: 1k..50k}"))
		b.Run(rate, func(b *testing.B) {
			for b.Loop() {
				if _, err := p.Simulate(context.Background(), risk.Scenario{}, risk.SimOptions{TotalsOnly: true, Workers: 1}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkCancel is how long 100 threats over a million trials go on after they
// were cancelled.
func BenchmarkCancel(b *testing.B) {
	p := benchPortfolio(b, "portfolio_100.csv")
	worst := 0.0
	for b.Loop() {
		ctx, cancel := context.WithCancel(context.Background())
		begun, done := make(chan struct{}, 1), make(chan struct{})
		go func() {
			defer close(done)
			_, err := p.Simulate(ctx, risk.Scenario{}, risk.SimOptions{Trials: 1_000_000, Progress: func(int, int) {
				select {
				case begun <- struct{}{}:
				default:
				}
			}})
			if err == nil {
				b.Error("it was not cancelled")
			}
		}()
		<-begun
		start := time.Now()
		cancel()
		<-done
		worst = max(worst, time.Since(start).Seconds())
	}
	b.ReportMetric(worst*1e3, "ms-worst")
}

// BenchmarkAppraise is one option of one threat.
func BenchmarkAppraise(b *testing.B) {
	p := compile(b, shop)
	for b.Loop() {
		if _, err := p.Appraise(context.Background(), risk.Choice{Mitigations: []string{"prepared"}}, risk.SimOptions{}); err != nil {
			b.Fatal(err)
		}
	}
}
