package model_test

import (
	"context"
	"os"
	"testing"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/plan"
	"github.com/parleysec/parley/plan/model"
	"github.com/parleysec/parley/risk"
)

// demoFile is the negotiation that `parley demo` starts with.
const demoFile = "../../examples/rounds.yaml"

// twoProofs are the two problems that the demo's first page has to solve: without
// any threat's floor, and with all of them.
func twoProofs(tb testing.TB, m *parley.Model, p *risk.Portfolio) (free, floored *model.Built) {
	tb.Helper()
	limits := model.NoLimits()
	var err error
	if limits.Periods, err = model.PeriodsOf(m.Capacity, time.Time{}); err != nil {
		tb.Fatal(err)
	}
	if floored, err = model.Build(m, p, limits); err != nil {
		tb.Fatal(err)
	}
	for i := range m.Threats {
		limits.Settled = append(limits.Settled, m.Threats[i].ID)
	}
	if free, err = model.Build(m, p, limits); err != nil {
		tb.Fatal(err)
	}
	return free, floored
}

// BenchmarkFirstPage proves the plan of the demo's file twice, each from
// scratch: without any threat's floor, then with them.
func BenchmarkFirstPage(b *testing.B) {
	text, err := os.ReadFile(demoFile)
	if err != nil {
		b.Fatal(err)
	}
	m, p := compiled(b, string(text))
	nodes := 0
	for b.Loop() {
		nodes = 0
		free, floored := twoProofs(b, m, p)
		for _, built := range []*model.Built{free, floored} {
			best, err := built.Solve(context.Background(), model.Options{OnlyPlan: true, Progress: func(plan.Progress) { nodes++ }})
			if err != nil || !best.Proved {
				b.Fatal(best, err)
			}
		}
	}
	b.ReportMetric(float64(nodes), "nodes/op")
}
