package model

import (
	"context"
	"math"

	"github.com/parleysec/parley/plan"
)

// breakEven tries the feature at each time it can start: it comes in where it
// has to bring the least.
func (b *Built) breakEven(ctx context.Context, k int, o plan.Options) (BreakEven, error) {
	out := BreakEven{Feature: b.ids[k], Instead: []string{}}
	open := BreakEven{Feature: b.ids[k], Instead: []string{}, Open: true}
	without, err := plan.SolveWith(ctx, &b.Problem, nil, []int{b.last(k)}, o)
	if _, no := asInfeasible(err); no {
		return out, nil
	}
	if err != nil || !without.Proved {
		return open, ignoreStopped(err)
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
	out, kept := []string{}, map[string]bool{}
	for _, id := range b.names(is.Chosen) {
		kept[id] = true
	}
	for _, id := range b.names(was.Chosen) {
		if !kept[id] {
			out = append(out, id)
		}
	}
	return out
}
