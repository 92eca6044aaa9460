package risk

import (
	"cmp"
	"math"
	"slices"

	"github.com/parleysec/parley/quantity"
)

// Swing is how far one uncertain input moves the net benefit of a choice: a bar
// of a tornado diagram.
type Swing struct {
	ID        string   // the threat, barrier, mitigation, feature or treatment it is stated for
	What      Stated   // which of its inputs
	Index     int      // which one, of chances of kinds of loss (in their order) and of benefits
	Low, High float64  // expected net benefit, currency, with the input at its 5th and at its 95th percentile
	Estimated bool     // not exact: a transfer, or a chance that would pass 100 %, bends the net benefit
	Threats   []string // ids of the threats whose loss it decides; none for costs and benefits
}

// Width is the length of the bar, in currency.
func (s Swing) Width() float64 { return math.Abs(s.High - s.Low) }

// Tornado says how sensitive the expected net benefit of a choice is to each
// uncertain input: what it is with that input at its 5th and at its 95th
// percentile and all others as uncertain as they are, the widest first. It is
// exact where [Portfolio.Learn] is: given an input, the expectation is a
// polynomial of it.
func (p *Portfolio) Tornado(c Choice) ([]Swing, error) {
	d, err := p.decide([]Choice{c})
	if err != nil {
		return nil, err
	}
	z := quantity.NormalQuantile(0.95)
	var out []Swing
	for _, in := range d.inputs {
		at := d.given(in)
		s := Swing{ID: in.key.id, Estimated: in.estimated, Threats: in.threats()}
		s.Low = at(-z)[1]
		s.High = at(z)[1]
		s.What, s.Index = in.key.stated()
		out = append(out, s)
	}
	slices.SortStableFunc(out, func(a, b Swing) int { return cmp.Compare(b.Width(), a.Width()) })
	return out, nil
}

// After is the expectation in one full year with all of a choice finished, like
// [Portfolio.Expect] of that scenario.
func (p *Portfolio) After(c Choice) (Expectation, error) {
	sc, err := p.Finished(c)
	if err != nil {
		return Expectation{}, err
	}
	return p.Expect(sc)
}

// Finished is the scenario with all of a choice finished.
func (p *Portfolio) Finished(c Choice) (Scenario, error) {
	steps, err := p.steps(c)
	if err != nil {
		return Scenario{}, err
	}
	return c.after(steps), nil
}
