package main

import (
	"strings"
	"testing"

	"github.com/parleysec/parley/internal/negotiate"
)

func TestBenchText(t *testing.T) {
	got := benchText(&negotiate.BenchResult{
		System: "linux/amd64", Go: "go1.26", CPUs: 2, Runs: 3,
		Measures: []negotiate.Measure{{ID: "a", Says: "Simulate", Seconds: 1.5, Years: 1e6, Events: 1e8, Share: 0.55}, {ID: "b", Says: "What if", Seconds: 0.00234}},
	}, 80)
	if strings.Contains(got, "Inf") {
		t.Errorf("an event's time where there are none:\n%s", got)
	}
	for _, want := range []string{"linux/amd64, 2 CPUs, go1.26", "1.50 s", "15.0 ns", "2.34 ms", "55%"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
}
