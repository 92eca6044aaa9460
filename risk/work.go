package risk

import (
	"errors"
	"fmt"

	"github.com/parleysec/parley"
)

// work is what doing something takes and brings: a mitigation, a feature or a
// treatment.
type work struct {
	effort   input // person-days, used evenly over lead
	once     input // currency, at the start
	yearly   input // currency per year, from the finish
	premium  input // currency per year, from the finish: of a transfer
	benefits []input
	lead     float64 // years from start to finish
}

// compileWork notes costs, lead times and benefits of everything that can be done.
func (p *Portfolio) compileWork(m *parley.Model) error {
	var errs []error
	for i := range m.Mitigations {
		x := &m.Mitigations[i]
		w := newWork(x.Cost, x.LeadTime.Mean())
		for _, b := range x.Benefits {
			if !b.Value.IsZero() {
				w.benefits = append(w.benefits, newInput(b.Value.Dist()))
			}
		}
		errs = append(errs, p.addWork(x.ID, w))
	}
	for i := range m.Features {
		x := &m.Features[i]
		w := newWork(x.Cost, x.LeadTime.Mean())
		if !x.Value.IsZero() {
			w.benefits = append(w.benefits, newInput(x.Value.Dist()))
		}
		errs = append(errs, p.addWork(x.ID, w))
	}
	return errors.Join(errs...)
}

func newWork(c parley.Cost, lead float64) *work {
	return &work{effort: of(c.Effort, 0), once: of(c.Once, 0), yearly: of(c.Yearly, 0), premium: constant(0), lead: lead}
}

// addWork refuses effort that has no price.
func (p *Portfolio) addWork(id string, w *work) error {
	if w.effort.mean > 0 && p.personDay == 0 {
		return fmt.Errorf("risk: %q takes effort, but policy.person_day says no price for it", id)
	}
	p.work[id] = w
	return nil
}
