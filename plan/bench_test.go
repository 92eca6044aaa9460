package plan

import (
	"context"
	"fmt"
	"math"
	"testing"
	"time"
)

// BenchmarkSolve reports, for each kind and size, the mean gap and the share of
// ten instances that were proved best, beside the time for one.
func BenchmarkSolve(b *testing.B) {
	for _, c := range []struct {
		kind       string
		make       func(n, threats int, seed uint64) *Problem
		n, threats int
	}{
		{"multiplying", multiplying, 40, 30},
		{"multiplying", multiplying, 100, 60},
		{"multiplying", multiplying, 200, 100},
		{"layered", layered, 20, 15},
		{"layered", layered, 40, 30},
		{"layered", layered, 100, 60},
		{"layered", layered, 200, 100},
		{"layered", layered, 1000, 500},
		{"negotiated", negotiated, 40, 30},
		{"negotiated", negotiated, 100, 60},
		{"negotiated", negotiated, 200, 100},
		{"dense", dense, 40, 10},
		{"dense", dense, 100, 25},
	} {
		b.Run(fmt.Sprintf("%s/n=%d", c.kind, c.n), func(b *testing.B) {
			var problems []*Problem
			for seed := uint64(1); seed <= 10; seed++ {
				problems = append(problems, c.make(c.n, c.threats, seed))
			}
			gap, proved, solved := 0.0, 0.0, 0.0
			for b.Loop() {
				sol, err := Solve(context.Background(), problems[int(solved)%10], Options{Deadline: 10 * time.Second})
				if err != nil {
					b.Fatal(err)
				}
				gap += sol.Gap
				solved++
				if sol.Proved {
					proved++
				}
			}
			b.ReportMetric(gap/solved, "gap/op")
			b.ReportMetric(100*proved/solved, "%proved")
		})
	}
}

func BenchmarkFrontier(b *testing.B) {
	for _, n := range []int{20, 40} {
		b.Run(fmt.Sprintf("n=%d", n), func(b *testing.B) {
			p := layered(n, 30, 1)
			p.Money = math.Inf(1)
			for b.Loop() {
				if _, err := p.Frontier(context.Background(), Options{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkPeersAndMarginals(b *testing.B) {
	p := layered(40, 30, 1)
	sol, err := Solve(context.Background(), p, Options{})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := Peers(context.Background(), p, sol, Options{}); err != nil {
			b.Fatal(err)
		}
		if _, err := Marginals(context.Background(), p, sol, everyItem(p), true, Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
