package risk

import (
	"testing"

	"github.com/parleysec/parley/quantity"
	"pgregory.net/rapid"
)

const batchFile = `
parley: v1
product: {id: p, currency: GBP}
policy: {common_cause: 20%}
dependencies:
  - {id: d, title: D, down: 5%}
controls:
  - {id: c0, title: C, against: [{threat: one, likelihood: 60%, impact: 30%}, {threat: kinds, likelihood: 50%}], coverage: 90%, degraded: 10%, relies_on: [d]}
  - {id: c1, title: C, against: [{threat: one, likelihood: 40%}, {threat: kinds, impact: 20%}]}
mitigations:
  - {id: m0, title: M, against: [{threat: one, likelihood: 30%..80%}, {threat: kinds, likelihood: 30%..80%, impact: 10%..40%}], coverage: 60%..90%, degraded: 5%..20%}
threats:
  - {id: one, title: One, likelihood: 1..20 per year, impact: {says: Bad., financial: 1k..1M}}
  - {id: kinds, title: Kinds, likelihood: 2..9 per year, impact: {says: Bad., financial: 10k..50k, reputation: 1k..90k}}
`

// batchSources are the threats of batchFile with layers that evidence bears out in
// part.
func batchSources(t *testing.T) (*Portfolio, []*source) {
	t.Helper()
	half := Assurance{Alpha: 3, Beta: 2}
	p, err := Compile(readModel(t, batchFile), Options{Assurance: map[string]Assurance{"c0": half, "c1": half, "m0": {Alpha: 1, Beta: 1}}})
	if err != nil {
		t.Fatal(err)
	}
	sources, err := p.sources(Scenario{Mitigations: []string{"m0"}})
	if err != nil {
		t.Fatal(err)
	}
	return p, sources
}

// TestBatchesDrawWhatSingleEventsDo: events worked out together are, to the last
// bit, those worked out one by one.
func TestBatchesDrawWhatSingleEventsDo(t *testing.T) {
	_, sources := batchSources(t)
	for _, src := range sources {
		if !src.logNormal || !src.varying {
			t.Fatalf("%s: not the source that is to be tested", src.t.id)
		}
		var got [2]drawn
		for i, together := range []bool{true, false} {
			src.logNormal = together
			b := newBench(7)
			b.open(3)
			if err := b.run(src, &got[i]); err != nil {
				t.Fatal(err)
			}
		}
		if got[0] != got[1] {
			t.Errorf("%s: batches differ from single events", src.t.id)
		}
		if got[0].column == (column{}) {
			t.Errorf("%s: nothing happened", src.t.id)
		}
	}
}

// TestTableIsTheEvaluator: a table filled for a block holds what is worked out for
// each trial alone.
func TestTableIsTheEvaluator(t *testing.T) {
	_, sources := batchSources(t)
	for _, src := range sources {
		tab, one := &table{}, &table{}
		s := newScores(7)
		tab.set(src, s, false)
		one.set(src, s, false)
		one.lazy = true
		for cell := range src.cells {
			most := 0.0
			for trial := range blockSize {
				pass, left := tab.at(cell, trial)
				wantPass, wantLeft := one.at(cell, trial)
				if pass != wantPass || left != wantLeft {
					t.Fatalf("%s, trial %d: passes %v and leaves %v, want %v and %v", src.t.id, trial, pass, left, wantPass, wantLeft)
				}
				most = max(most, pass)
			}
			if tab.most[cell] != most {
				t.Errorf("%s: at most %v passes, want %v", src.t.id, tab.most[cell], most)
			}
		}
	}
}

// TestFromScores: values of a block are those of single scores.
func TestFromScores(t *testing.T) {
	_, sources := batchSources(t)
	var z, got [blockSize]float64
	from := streamOf(3)
	from.normals(z[:])
	other := streamOf(3)
	for i, x := range z {
		if want := other.normal(); x != want {
			t.Fatalf("score %d is %v, want %v", i, x, want)
		}
	}
	var inputs []input
	for _, src := range sources {
		for _, x := range src.t.openInputs(src.s) {
			inputs = append(inputs, x.in)
		}
	}
	rare, even := quantity.LogitNormal{Mu: -3, Sigma: 0.8}, quantity.TwoPieceLogitNormal{Mu: 0.1, Below: 0.5, Above: 2}
	for _, d := range []quantity.Dist{rare, even, quantity.RateOf{Chance: rare, Years: 2}, quantity.RateOf{Chance: even, Years: 0.5}, quantity.RateOf{Chance: quantity.Uniform{Min: 0.1, Max: 0.4}, Years: 1}} {
		inputs = append(inputs, newInput(d))
	}
	for _, in := range inputs {
		fromScores(in.dist, &z, &got)
		for i, x := range got {
			if want := fromScore(in.dist, z[i]); !(x-want <= 1e-11*want && want-x <= 1e-11*want) {
				t.Fatalf("%T at %v is %v, want %v", in.dist, z[i], x, want)
			}
		}
	}
}

// TestPickEnds: whatever the rates are, a trial picked has one.
func TestPickEnds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var rates [blockSize]float64
		some := rapid.SliceOfN(rapid.Float64Range(0, 1e300), 1, 5).Draw(t, "rates")
		at := rapid.IntRange(0, blockSize-1).Draw(t, "at")
		for i := range some {
			rates[(at+i*97)%blockSize] = some[i]
		}
		picksSome(t, &rates, rapid.Uint64Range(0, 1<<53-1).Draw(t, "share"))
	})
	// A share of numbers as small as there are rounds to the whole.
	for _, x := range []float64{5e-324, 1.1125369292536007e-308, leastSum, 2 * leastSum} {
		picksSome(t, &[blockSize]float64{x}, 1<<52)
	}
}

// picksSome asks for the first and last shares of a sum, and for one of its own.
func picksSome(t rapid.TB, rates *[blockSize]float64, share uint64) {
	t.Helper()
	r := &trialRates{}
	r.set(rates)
	if r.sum == 0 {
		return
	}
	for _, share := range []uint64{0, 1, 1<<53 - 1, share} {
		if i := r.pick(share); rates[i] == 0 {
			t.Fatalf("share %d picks trial %d of rate 0", share, i)
		}
	}
}
