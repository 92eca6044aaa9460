package risk

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/parleysec/parley/internal/testenv"
)

// sameYears fails where two simulations differ in any bit.
func sameYears(t interface{ Fatalf(string, ...any) }, what string, got, want *Simulation) {
	switch {
	case !slices.Equal(got.sorted, want.sorted):
		t.Fatalf("%s: other totals", what)
	case got.Mean != want.Mean || got.StandardError != want.StandardError || got.Trials != want.Trials || got.ThreatTrials != want.ThreatTrials || got.Seed != want.Seed:
		t.Fatalf("%s: %+v, want %+v", what, got, want)
	case !slices.Equal(got.Threats, want.Threats):
		t.Fatalf("%s: threats\n%+v\nwant\n%+v", what, got.Threats, want.Threats)
	}
}

// TestYearsAreAFullEvaluation: whatever changes, the what-if on kept years is the
// full simulation to the last bit, on 1, 2 and 8 goroutines.
func TestYearsAreAFullEvaluation(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		if testenv.Raced && rapid.IntRange(0, 7).Draw(t, "one model of eight under the race detector") > 0 {
			return
		}
		f := drawFile(t, rapid.Bool().Draw(t, "uncertain"))
		p := lawCompile(t, f)
		draw := func(name string) Scenario {
			var s Scenario
			for _, id := range f.ids {
				if rapid.Bool().Draw(t, name+" "+id) {
					s.Mitigations = append(s.Mitigations, id)
				}
			}
			if rapid.IntRange(0, 3).Draw(t, name+" broken") == 0 {
				s.Broken = []string{rapid.SampledFrom([]string{"c0", "d", "m0"}).Draw(t, name+" which")}
			}
			if rapid.IntRange(0, 3).Draw(t, name+" avoided") == 0 {
				s.Avoided = []string{"t0"}
			}
			if rapid.IntRange(0, 3).Draw(t, name+" without") == 0 {
				s.Without = []string{"c0"}
			}
			return s
		}
		o := SimOptions{
			Trials: rapid.SampledFrom([]int{1, 4096, 6000, 9000}).Draw(t, "trials"), Seed: 3,
			Workers: rapid.SampledFrom([]int{1, 2, 8}).Draw(t, "workers"), TotalsOnly: rapid.Bool().Draw(t, "totals only"),
		}
		y, err := p.Years(context.Background(), draw("base"), o)
		if err != nil {
			t.Fatal(err)
		}
		o.Workers = 1
		for i := range 2 { // the second may find years kept
			s := draw(fmt.Sprint("scenario ", i))
			got, err := y.Simulate(context.Background(), s)
			if err != nil {
				t.Fatal(err)
			}
			want, err := p.Simulate(context.Background(), s, o)
			if err != nil {
				t.Fatal(err)
			}
			sameYears(t, fmt.Sprintf("%+v\n%s", s, f.text()), got, want)
		}
	})
}

// TestYearsWithEverything has transfers per event and per year, features and
// single events, and trials beyond those that are kept.
func TestYearsWithEverything(t *testing.T) {
	t.Parallel()
	p := mustCompile(t, datedShop)
	scenarios := []Scenario{
		{},
		{Mitigations: []string{"prepared"}, Features: []string{"shiny"}},
		{Mitigations: []string{"backup"}, Transfers: []string{"insure", "stoploss"}, Broken: []string{"cdn"}},
		{Avoided: []string{"leak"}, Without: []string{"waf"}},
		{Broken: []string{"waf"}},
	}
	for _, o := range []SimOptions{{Trials: 10_000}, {Trials: 20_000, TotalsOnly: true, Workers: 8}} {
		base := scenarios[1]
		y, err := p.Years(t.Context(), base, o)
		if err != nil {
			t.Fatal(err)
		}
		cut := *y // as if less could be kept: the rest is drawn again
		cut.kept, cut.others = nil, &yearStore{}
		for _, k := range y.kept {
			if k != nil {
				k = &years{src: k.src, about: k.about, losses: k.first(max(blockSize, k.trials/2/blockSize*blockSize))}
			}
			cut.kept = append(cut.kept, k)
		}
		for _, s := range scenarios {
			want, err := p.Simulate(t.Context(), s, o)
			if err != nil {
				t.Fatal(err)
			}
			for _, kept := range []*Years{y, &cut, y} { // the third time from what was asked before
				got, err := kept.Simulate(t.Context(), s)
				if err != nil {
					t.Fatal(err)
				}
				sameYears(t, fmt.Sprintf("%+v, %d trials", s, o.Trials), got, want)
			}
		}
		want, err := p.Simulate(t.Context(), base, o)
		if err != nil {
			t.Fatal(err)
		}
		sameYears(t, "base", y.Base(), want)
	}
}

// TestYearsRefuse what a full evaluation refuses, and stop when told.
func TestYearsRefuse(t *testing.T) {
	p := mustCompile(t, datedShop)
	y, err := p.Years(t.Context(), Scenario{}, SimOptions{Trials: 5000})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := y.Simulate(t.Context(), Scenario{Mitigations: []string{"nobody"}}); err == nil {
		t.Error("an unknown mitigation is no error")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, s := range []Scenario{{}, {Mitigations: []string{"prepared"}}} {
		if _, err := y.Simulate(ctx, s); !errors.Is(err, context.Canceled) {
			t.Errorf("cancelled: %v", err)
		}
	}
	if n := y.Bytes(); n < 2*8*5000 || n > mostStored+8*5000*10 {
		t.Errorf("%d bytes", n)
	}
}

// TestYearStoreIsBounded: when it is full it begins again.
func TestYearStoreIsBounded(t *testing.T) {
	p := mustCompile(t, datedShop)
	stances, err := p.stances(Scenario{})
	if err != nil {
		t.Fatal(err)
	}
	var s yearStore
	full := &years{src: newSource(&p.threats[0], &stances[0]), losses: losses{blocks: make([]keptBlock, mostStored/2/bytesOfBlock)}}
	for range 5 {
		s.add([]touched{{now: full}})
	}
	if len(s.byAt[0]) != 1 || s.bytes != full.bytes() || s.find(0, &stances[0]) != full {
		t.Errorf("%d kept, %d bytes", len(s.byAt[0]), s.bytes)
	}
	s.add([]touched{{now: full, known: true}, {}})
	if len(s.byAt[0]) != 1 {
		t.Errorf("what was known is kept again")
	}
}
