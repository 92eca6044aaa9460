package risk

import "github.com/parleysec/parley/quantity"

// The terms of a contract: the kind of a score key for forTerms.
const (
	termShare = iota
	termDeductible
	termLimit
)

// openTerm is a term of a contract that is a range: one number that is not known
// yet, the same for all events, hence drawn once per trial.
type openTerm struct {
	key scoreKey
	in  input
}

// set writes one value of the term into a contract.
func (o *openTerm) set(t *transfer, x float64) {
	switch o.key.kind {
	case termShare:
		t.share = x
	case termDeductible:
		t.deductible = x
	case termLimit:
		t.limit = x
	}
}

// fixed is the contract with one of its terms known.
func (t *transfer) fixed(term *openTerm, x float64) *transfer {
	out := *t
	out.open = nil
	for _, o := range t.open {
		if o != term {
			out.open = append(out.open, o)
		}
	}
	term.set(&out, x)
	return &out
}

// over is the mean of g over the contract's terms, which are independent of each
// other; g rises in proportion to the share. By quadrature over one range, by a
// product of 32 points over the other of two.
func (t *transfer) over(g func(t *transfer) float64) float64 {
	if len(t.open) == 0 {
		return g(t)
	}
	term := t.open[0]
	if term.key.kind == termShare {
		return t.fixed(term, term.in.mean).over(g)
	}
	if len(t.open) == 1 {
		return quantity.Expect(term.in.dist, func(x float64) float64 { return g(t.fixed(term, x)) })
	}
	sum := 0.0
	for _, n := range scorePoints {
		sum += n.weight * t.fixed(term, fromScore(term.in.dist, n.at)).over(g)
	}
	return sum
}

// uncertainTerms reports whether a contract has terms that are ranges.
func (src *source) uncertainTerms() bool {
	for _, t := range src.transfers {
		if len(t.open) > 0 {
			return true
		}
	}
	return false
}

// drawnTerm are a term's values in a block.
type drawnTerm struct {
	block  uint64
	valid  bool
	values [blockSize]float64
}

// contracts are the transfers of a source as they stand in one trial, with their
// terms drawn. They hold until the next call.
func (b *bench) contracts(src *source, trial int) []*transfer {
	if !src.uncertainTerms() {
		return src.transfers
	}
	b.stands = b.stands[:0]
	for _, t := range src.transfers {
		if len(t.open) > 0 {
			now := *t
			for _, o := range t.open {
				o.set(&now, b.term(o, trial))
			}
			t = &now
		}
		b.stands = append(b.stands, t)
	}
	return b.stands
}

func (b *bench) term(o *openTerm, trial int) float64 {
	d := b.terms[o]
	if d == nil {
		if b.terms == nil {
			b.terms = map[*openTerm]*drawnTerm{}
		}
		d = &drawnTerm{}
		b.terms[o] = d
	}
	if !d.valid || d.block != b.block {
		b.scores.valuesOf(&o.in, o.key, &d.values)
		d.valid, d.block = true, b.block
	}
	return d.values[trial]
}
