package risk

import (
	"cmp"
	"slices"
)

// Learning is what knowing more could be worth before a decision: what is at
// stake by deciding on today's estimates.
type Learning struct {
	Best       int       // index of the option that is worth most by today's estimates, −1 for doing nothing
	NetBenefit float64   // of that option, currency; 0 for doing nothing
	Estimates  []Learned // those that are uncertain, what is worth most first
}

// Learned is what knowing one uncertain input before deciding would be worth.
type Learned struct {
	ID        string // the threat, barrier, mitigation, feature or treatment it is stated for
	What      Stated
	Index     int      // which one, of chances of kinds of loss (in their order) and of benefits
	EVPPI     float64  // expected value, currency, at least 0
	Estimated bool     // not exact: a transfer, or a chance that would pass 100 %, bends the net benefit
	Threats   []string // ids of the threats whose loss it decides; none for costs and benefits
}

// Stated says which of a thing's uncertain inputs is meant.
type Stated string

// The uncertain inputs. Ranges of losses are not among them: they say how
// events differ from each other, which nobody can find out beforehand.
const (
	StatedLikelihood Stated = "likelihood"         // of a threat, or what it is the product of: the index is RateItself, RateAction or RateSusceptibility
	StatedOccurs     Stated = "impact_chance"      // of a kind of loss
	StatedTogether   Stated = "part_chance"        // of losses that come together
	StatedEvents     Stated = "against_likelihood" // share of events a barrier stops
	StatedLoss       Stated = "against_impact"     // share of the loss a barrier stops
	StatedCoverage   Stated = "coverage"
	StatedDegraded   Stated = "degraded"
	StatedAssurance  Stated = "assurance" // how far evidence bears out a barrier
	StatedEffort     Stated = "effort"
	StatedOnce       Stated = "once"
	StatedYearly     Stated = "yearly"
	StatedPremium    Stated = "premium"
	StatedBenefit    Stated = "benefit" // or the value of a feature
	StatedShare      Stated = "share"   // of a contract, as the next two
	StatedDeductible Stated = "deductible"
	StatedLimit      Stated = "limit"
)

// stated names the input of a key.
func (k scoreKey) stated() (what Stated, index int) {
	switch k.what {
	case forRate:
		return StatedLikelihood, k.kind
	case forChances:
		return StatedOccurs, k.kind
	case forGates:
		return StatedTogether, k.kind
	case forEfficacy:
		return StatedEvents, 0
	case forLoss:
		return StatedLoss, 0
	case forCoverage:
		return StatedCoverage, 0
	case forDegraded:
		return StatedDegraded, 0
	case forAssurance:
		return StatedAssurance, 0
	case forTerms:
		return termKinds[k.kind], 0
	}
	if k.kind < len(costKinds) {
		return costKinds[k.kind], 0
	}
	return StatedBenefit, k.kind - len(costKinds)
}

// costKinds are the inputs of cashflows before the benefits.
var costKinds = [...]Stated{StatedEffort, StatedOnce, StatedYearly, StatedPremium}

// termKinds are the terms of a contract, by termShare and its like.
var termKinds = [...]Stated{StatedShare, StatedDeductible, StatedLimit}

// Learn says what finding out more is worth before choosing one of the options
// or doing nothing; all are measured against the Base of the first.
//
// The value of knowing one input x (expected value of partial perfect
// information; Raiffa and Schlaifer, Applied Statistical Decision Theory, 1961)
// is E_x[max_o E[NB_o | x]] − max_o E[NB_o]. Given x, an expected net benefit is
// a polynomial of x of degree one, or two for an input that is used twice, since
// the inputs are independent; so this is an integral over one normal score. The
// error names an id the model does not have.
func (p *Portfolio) Learn(options []Choice) (Learning, error) {
	d, err := p.decide(options)
	if err != nil {
		return Learning{}, err
	}
	out := Learning{Best: d.best - 1, NetBenefit: d.means[d.best]}
	for _, in := range d.inputs {
		l := Learned{ID: in.key.id, EVPPI: d.evppi(in), Estimated: in.estimated, Threats: in.threats()}
		l.What, l.Index = in.key.stated()
		out.Estimates = append(out.Estimates, l)
	}
	slices.SortStableFunc(out.Estimates, func(a, b Learned) int { return cmp.Compare(b.EVPPI, a.EVPPI) })
	return out, nil
}

// EVPI is the expected value of knowing every uncertain input before choosing
// one of the options or doing nothing, in currency: E[max_o NB_o] −
// max_o E[NB_o], on a lattice of 4093 points, good to about two digits. No
// single estimate can be worth more.
func (p *Portfolio) EVPI(options []Choice) (float64, error) {
	d, err := p.decide(options)
	if err != nil || len(d.inputs) == 0 {
		return 0, err
	}
	return d.evpi(), nil
}

// decide takes a decision apart.
func (p *Portfolio) decide(options []Choice) (*decision, error) {
	d := &decision{p: p, options: []optionValue{{}}, before: make([]*leg, len(p.threats))}
	for _, c := range options {
		c.Base = options[0].Base
		if err := d.add(c); err != nil {
			return nil, err
		}
	}
	d.gather()
	return d, nil
}
