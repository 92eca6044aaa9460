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
		quick, err := s.Learn(context.Background(), Local("tom", ViaCLI), LearnRequest{Source: Source{Name: name, Data: data}, Quick: true, Ranking: true})
		if err != nil {
			t.Fatal(err)
		}
		isThePlans := func(u Undecided) bool { return u.Decision == PlanDecision }
		if !quick.Quick || slices.ContainsFunc(quick.Decisions, isThePlans) || !slices.ContainsFunc(r.Decisions, isThePlans) || quick.Decisions[0].EVPI != nil || r.Decisions[0].EVPI == nil {
			t.Errorf("%s: at once %+v, whole %+v", name, quick.Decisions, r.Decisions)
		}
		for _, e := range quick.Estimates {
			i := slices.IndexFunc(r.Estimates, func(o Estimate) bool { return o.Estimate == e.Estimate })
			if i < 0 || r.Estimates[i].EVPPI < e.EVPPI || r.Estimates[i].Decision == e.Decision && r.Estimates[i].EVPPI != e.EVPPI {
				t.Errorf("%s: at once %+v", name, e)
			}
		}
		if !slices.ContainsFunc(r.Estimates, func(e Estimate) bool { return len(e.Ask) > 0 }) {
			t.Errorf("%s: nobody is named who may know more", name)
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
