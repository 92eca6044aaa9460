package risk

import (
	"slices"

	"github.com/parleysec/parley/quantity"
)

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
	out.open = slices.DeleteFunc(slices.Clone(t.open), func(o *openTerm) bool { return o == term })
	term.set(&out, x)
	return &out
}

// opens reports whether a kind of term is a range.
func (t *transfer) opens(kind int) bool {
	return slices.ContainsFunc(t.open, func(o *openTerm) bool { return o.key.kind == kind })
}

// meanPay is the mean payment for a loss of left times x, over the contract's terms
// too, which are independent of each other: by the closed form where they are known,
// else by quadrature over each range, cut where what is paid has a kink.
func (t *transfer) meanPay(x quantity.Dist, left float64) float64 {
	if len(t.open) == 0 {
		return t.share * (meanUpTo(x, left, t.deductible+t.limit) - meanUpTo(x, left, t.deductible))
	}
	term := t.open[0]
	if term.key.kind == termShare {
		return t.fixed(term, term.in.mean).meanPay(x, left)
	}
	known := t.fixed(term, term.in.mean)
	return quantity.ExpectAt(term.in.dist, func(v float64) float64 {
		term.set(known, v)
		return known.meanPay(x, left)
	}, t.kinks(term, x, left)...)
}

// turns are the probabilities at whose quantiles a quadrature over a payment is cut:
// a narrow loss makes it bend within them.
var turns = []float64{1e-9, 0.001, 0.05, 0.5, 0.95, 0.999, 1 - 1e-9}

func turnsOf(d quantity.Dist, scale float64) []float64 {
	out := make([]float64, 0, len(turns))
	for _, p := range turns {
		out = append(out, scale*d.Quantile(p))
	}
	return slices.Compact(out)
}

// kinks are values of a term at which the mean payment bends: a deductible at the
// loss and at the limit below it, a limit at the loss above the deductible.
func (t *transfer) kinks(term *openTerm, x quantity.Dist, left float64) []float64 {
	less := []float64{t.deductible}
	if term.key.kind == termDeductible {
		less = []float64{t.limit}
		for _, o := range t.open {
			if o.key.kind == termLimit {
				less = turnsOf(o.in.dist, 1)
			}
		}
	}
	var out []float64
	for _, loss := range turnsOf(x, left) {
		if term.key.kind == termDeductible {
			out = append(out, loss)
		}
		for _, by := range less {
			if k := loss - by; k > 0 {
				out = append(out, k)
			}
		}
	}
	return out
}

// uncertainTerms reports whether a contract has terms that are ranges.
func (src *source) uncertainTerms() bool {
	return slices.ContainsFunc(src.transfers, func(t *transfer) bool { return len(t.open) > 0 })
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
