package risk

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/parleysec/parley/quantity"
)

// Assurance is how far evidence bears out what a control or mitigation is said
// to stop: the share a of its claimed efficacy that is there, the rest being what
// it does when degraded. It is uncertain, a ~ Beta(Alpha, Beta), or the number
// Mean where both are 0.
type Assurance struct {
	Alpha, Beta float64 // both positive, or both 0
	Mean        float64 // 0..1; read only where Alpha and Beta are 0
}

// Expected is E[a].
func (a Assurance) Expected() float64 {
	if a.Alpha == 0 && a.Beta == 0 {
		return a.Mean
	}
	return quantity.Beta{A: a.Alpha, B: a.Beta}.Mean()
}

// input is the assurance as an input; the error says what is wrong with it.
func (a Assurance) input() (input, error) {
	switch {
	case a.Alpha == 0 && a.Beta == 0:
		if !(a.Mean >= 0 && a.Mean <= 1) {
			return input{}, fmt.Errorf("is %v; a share from 0 to 1 is wanted", a.Mean)
		}
		return constant(a.Mean), nil
	case !(a.Alpha > 0 && a.Beta > 0) || math.IsInf(a.Alpha+a.Beta, 0):
		return input{}, fmt.Errorf("has the parameters %v and %v; both must be positive", a.Alpha, a.Beta)
	}
	return newInput(newReadBeta(quantity.Beta{A: a.Alpha, B: a.Beta})), nil
}

// Assurance is how far evidence bears out the layers, as the options said.
func (p *Portfolio) Assurance() map[string]Assurance { return maps.Clone(p.assured) }

// assurances reads the options; the errors name the ids.
func (p *Portfolio) assurances(all map[string]Assurance) (map[string]input, error) {
	out := map[string]input{}
	var errs []error
	for _, id := range slices.Sorted(maps.Keys(all)) {
		if k := p.known[id]; k != aControl && k != aMitigation {
			errs = append(errs, fmt.Errorf("risk: assurance: %q is not a control or mitigation of this model", id))
			continue
		}
		in, err := all[id].input()
		if err != nil {
			errs = append(errs, fmt.Errorf("risk: assurance: that of %q %w", id, err))
		}
		out[id] = in
	}
	return out, errors.Join(errs...)
}

// readBeta is a beta distribution with its quantiles read from a table over
// normal scores by straight lines: every trial draws one, and the quantile itself
// takes a microsecond. A drawn value is within 10⁻³ of it.
type readBeta struct {
	quantity.Beta
	at []float64 // at scores from −betaReach in steps of 1/betaSteps
}

const (
	betaReach = 8
	betaSteps = 32
)

func newReadBeta(d quantity.Beta) readBeta {
	r := readBeta{Beta: d}
	for i := range 2*betaReach*betaSteps + 1 {
		z := float64(i)/betaSteps - betaReach
		r.at = append(r.at, d.Quantile(quantity.NormalCDF(z)))
	}
	return r
}

// score is the value at a normal score.
func (r readBeta) score(z float64) float64 {
	x := (min(max(z, -betaReach), betaReach) + betaReach) * betaSteps
	i := min(int(x), len(r.at)-2)
	return r.at[i] + (x-float64(i))*(r.at[i+1]-r.at[i])
}
