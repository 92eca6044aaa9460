package negotiate

import (
	"context"
	"os"
	"slices"
	"strings"
	"testing"
)

// TestSubsets: few are tried in every combination, many alone and all together.
func TestSubsets(t *testing.T) {
	for n, want := range []int{0, 1, 3, 7, 15, 6, 7} {
		ids := strings.Split("abcdef", "")[:n]
		got := subsets(ids)
		if len(got) != want {
			t.Errorf("%d ids: %d sets, want %d: %v", n, len(got), want, got)
		}
		if n > 0 && !slices.ContainsFunc(got, func(s []string) bool { return slices.Equal(s, ids) }) {
			t.Errorf("%d ids: not all together in %v", n, got)
		}
	}
}

// TestLearnNamesWhatItRanks asks about an example with many mitigations.
func TestLearnNamesWhatItRanks(t *testing.T) {
	for _, name := range []string{"shop.yaml", "rounds.yaml"} {
		data, err := os.ReadFile("../../examples/" + name)
		if err != nil {
			t.Fatal(err)
		}
		s := &Service{}
		r, err := s.Learn(context.Background(), Local("tom", ViaCLI), LearnRequest{Source: Source{Name: name, Data: data}})
		if err != nil {
			t.Fatal(err)
		}
		if len(r.Estimates) == 0 || len(r.Decisions) == 0 {
			t.Fatalf("%s: %d estimates, %d decisions", name, len(r.Estimates), len(r.Decisions))
		}
		seen := map[string]bool{}
		for i, e := range r.Estimates {
			if seen[e.Estimate] {
				t.Errorf("%s: %s twice", name, e.Estimate)
			}
			seen[e.Estimate] = true
			if list, _, _ := strings.Cut(e.Estimate, "."); !slices.Contains([]string{"threats", "mitigations", "controls", "features"}, list) {
				t.Errorf("%s: %q stands nowhere in a file", name, e.Estimate)
			}
			if strings.ContainsAny(e.Says+e.Reason, "{}") || !(e.EVPPI >= 0) || i > 0 && e.EVPPI > r.Estimates[i-1].EVPPI {
				t.Errorf("%s: %+v", name, e)
			}
		}
	}
}
