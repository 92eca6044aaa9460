package risk

import (
	"encoding/binary"
	"math"
)

// Decomposition is the expected loss of one threat as a sum of products over
// mitigations: with today's controls and any set of mitigations finished, it is
// the sum over Terms of PerYear times the Mean of each Factor whose mitigation
// is in the set. Dependency states and common causes are expanded.
//
// Losses fall from now until Until: a planner discounts PerYear over the part
// of that time in which the set stands ([Portfolio.Annuity]). For a threat that
// happens at most once within less than a year, PerYear is its loss per year of
// that shorter time.
type Decomposition struct {
	Threat string
	IfAny  []string // exists only once one of these features is finished; empty: always
	Until  float64  // years from now
	Terms  []Term
}

// Term is one product of a [Decomposition].
type Term struct {
	PerYear float64 // currency per year
	Factors []Factor
}

// Factor is the mean share that a mitigation leaves of a term, 0..1.
type Factor struct {
	Mitigation string
	Mean       float64
}

// Decompose lists the decomposition of every priced threat, in file order.
func (p *Portfolio) Decompose() []Decomposition {
	out := make([]Decomposition, len(p.threats))
	for i := range p.threats {
		out[i] = p.decompose(&p.threats[i])
	}
	return out
}

// DecomposeThreat is the decomposition of one threat; the error is that the
// threat is not priced.
func (p *Portfolio) DecomposeThreat(id string) (Decomposition, error) {
	t, err := p.find(id)
	if err != nil {
		return Decomposition{}, err
	}
	return p.decompose(t), nil
}

// ends is the time after which no loss of the threat can fall within the horizon.
func (p *Portfolio) ends(t *threat) float64 {
	if t.once {
		return min(p.horizon, t.over)
	}
	return p.horizon
}

// flow is the events per year while they can happen, as stated.
func (t *threat) flow() float64 {
	if t.once {
		return t.rate.mean / t.over
	}
	return t.rate.mean
}

func (p *Portfolio) decompose(t *threat) Decomposition {
	d := Decomposition{Threat: t.id, IfAny: append([]string(nil), t.features...), Until: p.ends(t)}
	scale := t.flow() * t.lossMean / (t.passes * t.leaves)
	index := map[string]int{}
	for i := range t.cells {
		for k := 0; k <= len(t.barriers); k++ {
			if w := t.cells[i].prob * t.weight(k); w > 0 {
				d.add(index, t.term(&t.cells[i], k, scale*w))
			}
		}
	}
	return d
}

// weight is c_(k+1) − c_(k): the share of events that the k layers with the
// smallest c may stop and the others cannot.
func (t *threat) weight(k int) float64 {
	from, to := 0.0, 1.0
	if k > 0 {
		from = t.blind[k-1]
	}
	if k < len(t.blind) {
		to = t.blind[k]
	}
	return to - from
}

// term is the part of the expected loss that falls in one cell with blind-spot
// levels between the k-th and the next c.
func (t *threat) term(c *cell, k int, perYear float64) Term {
	out := Term{PerYear: perYear}
	for j := range t.barriers {
		b := &t.barriers[j]
		if !c.up[j] {
			continue
		}
		f := b.works.left
		if j < k {
			f = b.works.both
		}
		switch {
		case !b.mitigation:
			out.PerYear *= f
		case f != 1:
			out.Factors = append(out.Factors, Factor{Mitigation: b.id, Mean: f})
		}
	}
	return out
}

// add merges terms with the same factors.
func (d *Decomposition) add(index map[string]int, t Term) {
	if t.PerYear == 0 {
		return
	}
	var key []byte
	for _, f := range t.Factors {
		key = append(append(key, f.Mitigation...), 0)
		key = binary.LittleEndian.AppendUint64(key, math.Float64bits(f.Mean))
	}
	if i, ok := index[string(key)]; ok {
		d.Terms[i].PerYear += t.PerYear
		return
	}
	index[string(key)] = len(d.Terms)
	d.Terms = append(d.Terms, t)
}
