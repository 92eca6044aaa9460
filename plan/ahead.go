package plan

import (
	"context"
	"math"

	"github.com/parleysec/parley/internal/workers"
)

// A search over many periods does not end in time: depth first, its bound would stay
// that of the whole problem, since the first splits wait for their other side until
// the end. So the subproblem with the least bound comes next, while no more are open
// than memory holds well; more than that wait for the latest ones to be settled.
const mostOpen = 256

// broad says whether the subproblem with the least bound comes next, not the latest.
func (s *search) broad(root *node, open int) bool {
	return s.long(root) && open <= mostOpen
}

// long says whether a search is likely to be cut short by time: one over so many
// starts that sets are annealed, with no other end set.
func (s *search) long(root *node) bool {
	return s.opt.MaxNodes == 0 && (s.opt.alwaysLong || s.annealings > 0 && len(root.r.item) > mostShifted)
}

// atOnce is how many subproblems are bounded at once, on however many CPUs: the order
// of the search, and with it the answer, must not depend on these.
const atOnce = 2

// ahead returns the place of the open subproblem with the least bound, once its bound
// and those of the next ones have been raised.
func (s *search) ahead(ctx context.Context, open []*node) int {
	for {
		first := leastOf(open, nil)
		if open[first].done || open[first].top || open[first].low >= s.cutoff() || ctx.Err() != nil {
			return first
		}
		var batch []*node
		for range atOnce {
			if k := leastOf(open, func(nd *node) bool { return nd.done }); k >= 0 {
				batch = append(batch, open[k])
				open[k].done = true
			}
		}
		_ = workers.Each(len(batch), func(k int) error {
			s.raise(ctx, batch[k])
			return nil
		})
	}
}

// leastOf is the place of the least bound among the nodes not skipped, the latest of
// those that are equal; −1 where there is none.
func leastOf(open []*node, skip func(*node) bool) int {
	least := -1
	for k, nd := range open {
		if (skip == nil || !skip(nd)) && (least < 0 || nd.low <= open[least].low) {
			least = k
		}
	}
	return least
}

// raise makes a node's last step and raises its bound; +Inf where it holds no set. It
// touches nothing but the node, so that several may be raised at once.
func (s *search) raise(ctx context.Context, nd *node) {
	if !s.step(nd) {
		nd.low = math.Inf(1)
		return
	}
	for _, round := range s.below() {
		newAscent(nd.r, &nd.m).run(ctx, round.tau, round.passes)
		nd.lift()
	}
}
