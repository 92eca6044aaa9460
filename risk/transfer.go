package risk

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/quantity"
)

// transfer is a contract by which somebody else bears part of a threat's loss.
type transfer struct {
	id         string
	order      int // place in the file: contracts pay one after the other
	share      float64
	deductible float64
	limit      float64     // infinite where none is stated
	open       []*openTerm // terms that are ranges; above stand their means
	perYear    bool
	covers     []bool // by kind of loss of the threat
}

// treatmentRef is a treatment and the threat it treats.
type treatmentRef struct {
	threat   string
	kind     parley.Kind
	transfer *transfer
}

func (p *Portfolio) compileTreatments(m *parley.Model) error {
	var errs []error
	order := 0
	for i := range m.Threats {
		src := &m.Threats[i]
		for _, x := range src.Treatments {
			order++
			w := newWork(x.Cost, 0)
			w.premium = of(x.Premium, 0)
			errs = append(errs, p.addWork(x.ID, w))
			ref := treatmentRef{threat: src.ID, kind: x.Kind}
			if t, err := p.find(src.ID); err == nil && x.Kind == parley.Transfer {
				ref.transfer = newTransfer(t, &x, order)
				errs = append(errs, ref.transfer.check())
			}
			p.treatment[x.ID] = ref
		}
	}
	return errors.Join(errs...)
}

func newTransfer(t *threat, x *parley.Treatment, order int) *transfer {
	tr := &transfer{
		id: x.ID, order: order,
		share:      of(x.Share, 1).mean,
		deductible: of(x.Deductible, 0).mean,
		limit:      math.Inf(1),
		perYear:    x.Per == "year",
	}
	if !x.Limit.IsZero() {
		tr.limit = x.Limit.Mean()
	}
	for place, q := range []quantity.Quantity{x.Share, x.Deductible, x.Limit} {
		if in := of(q, 0); !in.certain() {
			tr.open = append(tr.open, &openTerm{scoreKey{x.ID, forTerms, place}, in})
		}
	}
	for i := range t.losses {
		tr.covers = append(tr.covers, len(x.Covers) == 0 || slices.Contains(x.Covers, t.losses[i].kind))
	}
	return tr
}

func (t *transfer) check() error {
	if !(t.share >= 0 && t.share <= 1) || !(t.deductible >= 0) || !(t.limit >= 0) {
		return fmt.Errorf("risk: transfer %q: share %v, deductible %v and limit %v do not make a contract", t.id, t.share, t.deductible, t.limit)
	}
	return nil
}

// pays is share·min(limit, max(0, x − deductible)): docs/maths.md, Exact figures.
func (t *transfer) pays(x float64) float64 {
	return t.share * min(t.limit, max(0, x-t.deductible))
}
