package negotiate

import (
	"context"
	"testing"

	"github.com/parleysec/parley"
)

// TestBench: every measure has a name, a text and a time; times themselves are
// not judged.
func TestBench(t *testing.T) {
	r, err := Bench(t.Context(), BenchRequest{Runs: 1, Years: 5000})
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, m := range r.Measures {
		if m.ID == "" || seen[m.ID] || m.Says == "" || !(m.Seconds > 0) {
			t.Errorf("%+v", m)
		}
		seen[m.ID] = true
	}
	if len(r.Measures) != 15 || r.CPUs < 1 || r.Runs != 1 {
		t.Errorf("%+v", r)
	}
	// 100 threats of 0.43 events a year on average: 2/ln 100·(1 − 0.01).
	if e := r.Measures[0].Events / 5000 / 100; e < 0.42 || e > 0.44 {
		t.Errorf("%v events a threat and year", e)
	}
	if _, err := Bench(t.Context(), BenchRequest{Runs: -1}); parley.KindOfError(err) != parley.Invalid {
		t.Errorf("less than no runs: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Bench(ctx, BenchRequest{}); parley.KindOfError(err) != parley.Unavailable {
		t.Errorf("cancelled: %v", err)
	}
}
