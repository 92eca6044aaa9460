package risk

import (
	"context"
	"slices"
	"sync/atomic"
)

// roundingOfShare is what rounding may make of a share that is 0.
const roundingOfShare = 1e-12

// Monotone says whether in every year kept one more barrier only removes losses or
// makes them smaller, whatever else is in place, and one more threat only adds some: then
// the same holds of every quantile and of the mean of the worst years. Else threat
// is one of which that is not certain, "" where it is of all. These are
//
//   - threats with several barriers, one of which a drawn share makes stop more
//     than its blind spot leaves it (negative q, docs/maths.md);
//   - threats that happen once at most, whose chance without any control is above 1
//     in a year drawn, where barriers that lower the loss are not always up;
//   - threats with contracts that pay for some of the same kinds and for other ones:
//     what one pays then depends on what another took, and of which kind.
func (y *Years) Monotone(ctx context.Context) (threat string, err error) {
	var suspects []*source
	for i := range y.p.threats {
		t, base := &y.p.threats[i], &y.base[i]
		if overlapping(base.transfers) {
			return t.id, nil
		}
		if !t.mayRise() {
			continue
		}
		all := *base
		all.in = slices.Repeat([]bool{true}, len(t.barriers))
		suspects = append(suspects, newSource(t, &all))
	}
	if len(suspects) == 0 {
		return "", ctx.Err()
	}
	rising := make([]atomic.Bool, len(suspects))
	err = share1(ctx, blocksOf(y.o.Trials), y.o, func(b *bench, block int) error {
		b.open(block)
		for i, src := range suspects {
			if b.rises(src, min(blockSize, y.o.Trials-block*blockSize)) {
				rising[i].Store(true)
			}
		}
		return ctx.Err()
	})
	if err != nil {
		return "", err
	}
	for i, src := range suspects {
		if rising[i].Load() {
			return src.t.id, nil
		}
	}
	return "", nil
}

// overlapping reports whether two contracts cover some of the same kinds of loss and
// not all of the same.
func overlapping(list []*transfer) bool {
	for i, a := range list {
		for _, b := range list[:i] {
			if slices.Equal(a.covers, b.covers) {
				continue
			}
			for k, covered := range a.covers {
				if covered && b.covers[k] {
					return true
				}
			}
		}
	}
	return false
}

// mayRise reports whether the years of a threat have to be looked at: where one
// more barrier might let more pass, or the one event find another state.
func (t *threat) mayRise() bool {
	if !slices.ContainsFunc(t.barriers, func(b barrier) bool { return b.mitigation }) {
		return false
	}
	if t.once && len(t.cells) > 1 {
		return true
	}
	return len(t.barriersOnEvents()) > 1
}

// rises reports whether in one of the first trials of the block at work one more
// barrier might let more pass.
func (b *bench) rises(src *source, trials int) bool {
	b.own.set(src.t, b.scores)
	tab := b.tab
	tab.src, tab.ev = src, src.t.evaluator(src.s)
	tab.readDims(b.scores)
	onEvents := src.t.barriersOnEvents()
	once := src.t.once && len(src.t.cells) > 1
	for trial := range trials {
		if once && b.own.rate(trial)/src.t.passes > 1 {
			return true
		}
		tab.turn(trial)
		if len(onEvents) > 1 && tab.ev.negative(onEvents) {
			return true
		}
	}
	return false
}

// barriersOnEvents are the places of the barriers that stop a share of the events.
func (t *threat) barriersOnEvents() []int {
	var out []int
	for j := range t.barriers {
		if t.barriers[j].onEvents {
			out = append(out, j)
		}
	}
	return out
}

// negative reports whether one of some barriers has a negative q.
func (ev *evaluator) negative(barriers []int) bool {
	for _, j := range barriers {
		if ev.passes(j) < -roundingOfShare {
			return true
		}
	}
	return false
}
