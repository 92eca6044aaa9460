package risk

import (
	"iter"
	"slices"

	"github.com/parleysec/parley"
)

// kindsOfLoss is how many kinds of loss there are.
const kindsOfLoss = 6

// KindLosses are losses by kind, in currency, in the order of
// [parley.LossKinds].
type KindLosses [kindsOfLoss]float64

// Of is the loss of one kind, 0 for a kind there is not.
func (k *KindLosses) Of(kind parley.LossKind) float64 {
	if i := slices.Index(parley.LossKinds(), kind); i >= 0 && i < kindsOfLoss {
		return k[i]
	}
	return 0
}

// Add adds other losses, kind by kind.
func (k *KindLosses) Add(other KindLosses) {
	for i, v := range other {
		k[i] += v
	}
}

// Sum is the loss of all kinds together.
func (k *KindLosses) Sum() float64 {
	sum := 0.0
	for _, v := range k {
		sum += v
	}
	return sum
}

// places are the kinds that a threat has losses of, each once.
func (t *threat) places() iter.Seq[int] {
	return func(yield func(int) bool) {
		var seen [kindsOfLoss]bool
		for i := range t.losses {
			if place := t.losses[i].place; !seen[place] {
				seen[place] = true
				if !yield(place) {
					return
				}
			}
		}
	}
}

// placesOf are the kinds that any of some threats has losses of, each once.
func placesOf(sources []*source) iter.Seq[int] {
	var some [kindsOfLoss]bool
	for _, src := range sources {
		for place := range src.t.places() {
			some[place] = true
		}
	}
	return func(yield func(int) bool) {
		for place, there := range some {
			if there && !yield(place) {
				return
			}
		}
	}
}

// kindUnits are losses by kind in a block of trials, in units.
type kindUnits [kindsOfLoss]int64

// meanByKind is the mean of so many trials from what their blocks lost.
func meanByKind(blocks []kindUnits, trials int) KindLosses {
	var out KindLosses
	for _, b := range blocks {
		for i, u := range b {
			out[i] += float64(u)
		}
	}
	for i := range out {
		out[i] /= float64(trials) * unitsPer
	}
	return out
}

// byKind splits an expected loss before what others pay: barriers leave the same
// share of every kind.
func (t *threat) byKind(gross float64) KindLosses {
	var out KindLosses
	if t.lossMean <= 0 {
		return out
	}
	for i := range t.losses {
		out[t.losses[i].place] += gross * t.kindMean(i) / t.lossMean
	}
	return out
}
