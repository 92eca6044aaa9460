package risk

import (
	"fmt"
	"math"
)

// Options are the choices of [Compile]. The zero value takes the model's own.
type Options struct {
	Horizon   float64              // years decisions look ahead; 0: the policy's
	Assurance map[string]Assurance // by id of control or mitigation; one that is absent counts as claimed, "not verified"
}

// Warning is something a reader of the prices should know.
type Warning struct {
	Threat  string // id of the threat it is about
	Message string
}

// Portfolio is a model compiled for pricing: its priced threats with what
// stands, and could stand, in front of each. It is immutable and safe for
// concurrent use.
type Portfolio struct {
	horizon   float64 // years
	discount  float64 // per year
	personDay float64 // currency per person-day
	threats   []threat
	byThreat  map[string]int
	known     map[string]thing
	work      map[string]*work
	treatment map[string]treatmentRef
	warnings  []Warning
	assured   map[string]Assurance // as given
	// commonCause is the policy's share of causes that defeat several layers.
	commonCause float64
}

// thing is what an id of the model stands for.
type thing uint8

const (
	aControl thing = iota + 1
	aMitigation
	aFeature
	aDependency
	aThreat
	aTransfer
	aTreatment // a treatment other than a transfer
)

// Horizon is the time decisions look ahead, in years.
func (p *Portfolio) Horizon() float64 { return p.horizon }

// DiscountRate is the yearly rate by which later money counts less.
func (p *Portfolio) DiscountRate() float64 { return p.discount }

// PersonDay is the price of one person-day, 0 where the model states none.
func (p *Portfolio) PersonDay() float64 { return p.personDay }

// Warnings lists what a reader of the prices should know, in file order.
func (p *Portfolio) Warnings() []Warning { return append([]Warning(nil), p.warnings...) }

// Threats lists the ids of the priced threats in file order: those that are not
// closed and state a likelihood and a loss.
func (p *Portfolio) Threats() []string {
	ids := make([]string, len(p.threats))
	for i := range p.threats {
		ids[i] = p.threats[i].id
	}
	return ids
}

// Annuity is what one unit of money per year between two times is worth today:
// (v^from − v^to)/ln(1+r) with v = 1/(1+r), to − from for r = 0; 0 when the
// time is empty. docs/maths-plan.md, Time. Times are in years from now.
func (p *Portfolio) Annuity(from, to float64) float64 { return annuity(p.discount, from, to) }

// Present is what one unit of money at a time is worth today: (1+r)^−t.
func (p *Portfolio) Present(t float64) float64 { return math.Pow(1+p.discount, -t) }

func annuity(r, from, to float64) float64 {
	if to <= from {
		return 0
	}
	if r == 0 {
		return to - from
	}
	l := math.Log1p(r)
	// v^from·(1 − v^(to−from))/ln(1+r), which keeps its digits for small r.
	return math.Exp(-l*from) * -math.Expm1(-l*(to-from)) / l
}

func (p *Portfolio) find(id string) (*threat, error) {
	i, ok := p.byThreat[id]
	if !ok {
		return nil, fmt.Errorf("risk: no priced threat %q", id)
	}
	return &p.threats[i], nil
}
