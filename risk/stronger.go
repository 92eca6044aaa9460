package risk

import "slices"

// DecomposeStronger lists the decompositions of the threats a mitigation is
// against, were it to let through only the share leaves (0..1) of the events,
// and of the loss, that it lets through as stated: a stated share s becomes
// 1 − leaves·(1 − s). Coverage and assurance stay as they are, and so do the
// ranges of other inputs. None where the mitigation is against nothing priced.
func (p *Portfolio) DecomposeStronger(mitigation string, leaves float64) []Decomposition {
	var out []Decomposition
	for i := range p.threats {
		t := &p.threats[i]
		j := slices.IndexFunc(t.barriers, func(b barrier) bool { return b.mitigation && b.id == mitigation })
		if j < 0 {
			continue
		}
		stronger := *t
		stronger.barriers, stronger.cells = slices.Clone(t.barriers), slices.Clone(t.cells)
		b := &stronger.barriers[j]
		if b.onEvents {
			b.events = b.events.stronger(leaves)
		}
		if b.onLoss {
			b.loss = b.loss.stronger(leaves)
		}
		b.settle(p.commonCause)
		stronger.sortByBlindness()
		out = append(out, p.decompose(&stronger))
	}
	return out
}

// stronger is a share that leaves only so much of what it leaves now, at its
// mean: expectations need no more.
func (in input) stronger(leaves float64) input { return constant(1 - leaves*(1-in.mean)) }
