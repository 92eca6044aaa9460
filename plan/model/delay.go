package model

import (
	"context"
	"slices"

	"github.com/parleysec/parley/plan"
)

// FeatureDelay is what security work does to the features: they are planned
// once more as if there were none.
type FeatureDelay struct {
	// Alone is what the features would bring by themselves, at most: value less
	// outlay, discounted, with all there is spent on them and no mitigation built,
	// not even those they require; losses do not count.
	Alone float64 `json:"alone"`
	// Lost is by how much less they bring in the plan.
	Lost float64 `json:"lost"`
	// Features are those that the plan starts at another time, or leaves out.
	Features []DelayedFeature `json:"features"`
}

// DelayedFeature is a feature that would start at another time were there no
// security work.
type DelayedFeature struct {
	ID string `json:"id"`
	// Alone is the period in which it would start, Starts the one in which the
	// plan does; "" where it is left out, or there are no periods.
	Alone  string `json:"alone"`
	Starts string `json:"starts"`
	// Out says that the plan leaves it out.
	Out bool `json:"out"`
	// Years is how much later it starts; nil where it is left out in one of the
	// two. Negative where it starts sooner.
	Years *float64 `json:"years"`
	// Lost is what it brings less in the plan.
	Lost float64 `json:"lost"`
}

// delayOf plans the features alone and compares; nil where there are none, or
// that was not proved in time.
func (b *Built) delayOf(ctx context.Context, sol plan.Solution, o plan.Options) (*FeatureDelay, error) {
	if !slices.ContainsFunc(b.items, func(it item) bool { return it.feature }) || ctx.Err() != nil {
		return nil, nil
	}
	alone, err := plan.Solve(ctx, b.withoutSecurity(), o)
	if err != nil || !alone.Proved {
		return nil, ignoreStopped(ignoreInfeasible(err))
	}
	out := &FeatureDelay{Alone: alone.Value, Lost: alone.Value, Features: []DelayedFeature{}}
	for k, it := range b.items {
		if !it.feature {
			continue
		}
		was, is := b.featureIn(alone.Chosen, k), b.featureIn(sol.Chosen, k)
		out.Lost -= is.brings
		if was.start == is.start {
			continue
		}
		d := DelayedFeature{ID: b.ids[k], Alone: was.period, Starts: is.period, Out: is.start < 0, Lost: was.brings - is.brings}
		if was.start >= 0 && is.start >= 0 {
			years := b.starts[is.start] - b.starts[was.start]
			d.Years = &years
		}
		out.Features = append(out.Features, d)
	}
	return out, nil
}

// withoutSecurity is the problem in which only the features compete.
func (b *Built) withoutSecurity() *plan.Problem {
	q := b.without(b.threatFloors()...)
	q.Terms = nil
	for k, it := range b.items {
		for s := range b.starts {
			x := &q.Items[b.at(k, s)]
			if !it.feature {
				x.Must, x.MustNot = false, true
				continue
			}
			x.Requires = slices.DeleteFunc(slices.Clone(x.Requires), func(v int) bool { return !b.items[v/len(b.starts)].feature })
		}
	}
	return q
}

// started is when a feature starts in a plan, and what it brings then.
type started struct {
	start  int // −1 where it is left out
	period string
	brings float64
}

func (b *Built) featureIn(chosen []int, k int) started {
	if !slices.Contains(chosen, b.last(k)) {
		return started{start: -1}
	}
	at := started{start: b.startOf(chosen, k)}
	if len(b.limits.Periods) > 0 {
		at.period = b.limits.Periods[at.start].Name
	}
	for s := at.start; s < len(b.starts); s++ {
		x := b.Problem.Items[b.at(k, s)]
		at.brings += x.Gross - x.Outlay
	}
	return at
}
