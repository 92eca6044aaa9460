package risk

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"sync"

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
	out, same := map[string]input{}, map[Assurance]input{} // most layers have reported as often as others
	var errs []error
	for _, id := range slices.Sorted(maps.Keys(all)) {
		if k := p.known[id]; k != aControl && k != aMitigation {
			errs = append(errs, fmt.Errorf("risk: assurance: %q is not a control or mitigation of this model", id))
			continue
		}
		in, known := same[all[id]]
		if !known {
			var err error
			if in, err = all[id].input(); err != nil {
				errs = append(errs, fmt.Errorf("risk: assurance: that of %q %w", id, err))
				continue
			}
			same[all[id]] = in
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
	at func() []float64 // at scores from −betaReach in steps of 1/betaSteps, once somebody draws: expectations need none
}

const (
	betaReach = 8
	betaSteps = 32
)

func newReadBeta(d quantity.Beta) *readBeta {
	return &readBeta{d, sync.OnceValue(func() []float64 {
		var at []float64
		for i := range 2*betaReach*betaSteps + 1 {
			z := float64(i)/betaSteps - betaReach
			at = append(at, d.Quantile(quantity.NormalCDF(z)))
		}
		return at
	})}
}

// score is the value at a normal score.
func (r *readBeta) score(z float64) float64 { return readLine(r.at(), z, betaReach, betaSteps) }

// readLine reads a table over normal scores from −reach to reach, with so many entries
// to a unit, by straight lines between them, and as at the ends beyond.
func readLine(at []float64, z, reach, perUnit float64) float64 {
	x := float64((min(max(z, -reach), reach) + reach) * perUnit)
	i := min(int(x), len(at)-2)
	return at[i] + float64((x-float64(i))*(at[i+1]-at[i]))
}
