package model

import (
	"context"
	"math"
	"slices"

	"github.com/parleysec/parley/plan"
)

// breakEven tries the feature at each time it can start: it comes in where it
// has to bring the least.
func (b *Built) breakEven(ctx context.Context, k int, o plan.Options) (BreakEven, error) {
	out := BreakEven{Feature: b.ids[k], Instead: []string{}}
	open := out
	open.Open = true
	without, err := plan.SolveWith(ctx, &b.Problem, nil, []int{b.last(k)}, o)
	if _, no := asInfeasible(err); no {
		return out, nil
	}
	if err != nil || !without.Proved {
		return open, ignoreStopped(err)
	}
	if b.running(k, 0) <= 0 {
		out.Late = true
		return out, nil
	}
	for s := range b.starts {
		if ctx.Err() != nil {
			return open, nil
		}
		running, before := b.running(k, s), []int(nil)
		if running <= 0 {
			break
		}
		if s > 0 {
			before = []int{b.at(k, s-1)}
		}
		with, err := plan.SolveWith(ctx, &b.Problem, []int{b.last(k), b.at(k, s)}, before, o)
		if _, no := asInfeasible(err); no {
			continue
		}
		if err != nil || !with.Proved {
			return open, ignoreStopped(err)
		}
		perYear := math.Max(0, without.Value-with.Value) / running
		if out.Value == nil || perYear < *out.Value {
			out.Value, out.Instead = &perYear, b.displaced(without, with)
		}
	}
	return out, nil
}

// displaced are the items that one plan has and another does without.
func (b *Built) displaced(was, is plan.Solution) []string {
	kept := b.names(is.Chosen)
	return slices.DeleteFunc(b.names(was.Chosen), func(id string) bool { return slices.Contains(kept, id) })
}
