package plan

import (
	"cmp"
	"context"
	"errors"
	"math"
	"slices"
)

// How near and how different a plan must be to count as a peer of the best
// (docs/maths-plan.md: inputs are ±50 %, so several plans are as good), how many
// are shown, and how much work each is worth.
const (
	peerWithin  = 0.02 // of the best value
	peerDiffers = 0.05 // of the best plan's outlay, in items that differ
	mostPeers   = 5
	peerNodes   = 400
)

// Peers are the plans whose value is within 2 % of the best one's and which
// differ from it, and from each other, in items worth at least 5 % of its
// outlay: at most five, the most valuable first. Each is the best plan that
// differs so much from those before it, found with the options' limits and at
// most a few hundred subproblems; fewer come back when the context ends.
func Peers(ctx context.Context, p *Problem, best Solution, opt Options) ([]Solution, error) {
	atLeast := best.Value - peerWithin*math.Abs(best.Value)
	far := peerDiffers * best.Outlay
	if best.Value == 0 || far <= 0 {
		return nil, nil
	}
	opt.AtLeast, opt.Gap = &atLeast, math.Max(opt.Gap, peerWithin/20)
	if opt.MaxNodes == 0 || opt.MaxNodes > peerNodes {
		opt.MaxNodes = peerNodes
	}
	b, err := prepare(p, opt)
	if err != nil {
		return nil, err
	}
	var peers []Solution
	for last := best; len(peers) < mostPeers && ctx.Err() == nil; {
		b, err = b.limited(p.unlike(last.Chosen, far))
		if err == nil {
			last, err = b.solve(ctx, opt)
		}
		if _, none := asInfeasible(err); none || errors.Is(err, ErrStopped) {
			break
		}
		if err != nil {
			return nil, err
		}
		peers = append(peers, last)
	}
	slices.SortStableFunc(peers, func(a, b Solution) int { return cmp.Compare(b.Value, a.Value) })
	return peers, nil
}

// unlike is the row that demands items worth at least far (by outlay) to differ
// from a set: Σ_{in set} o·(1−x) + Σ_{not in set} o·x ≥ far.
func (p *Problem) unlike(set []int, far float64) Row {
	r := Row{Name: "difference", Limit: -far}
	for i, it := range p.Items {
		switch {
		case it.Outlay == 0:
		case slices.Contains(set, i):
			r.Uses = append(r.Uses, Use{i, it.Outlay})
			r.Limit += it.Outlay
		default:
			r.Uses = append(r.Uses, Use{i, -it.Outlay})
		}
	}
	return r
}

func asInfeasible(err error) (*InfeasibleError, bool) {
	return errors.AsType[*InfeasibleError](err)
}
