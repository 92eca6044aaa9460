package risk

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/parleysec/parley"
)

// Compile prepares a resolved model for pricing. It fails where a quantity has
// not been read, where no inherent rate follows from the stated one (a control
// of 100 %), and where a threat's barriers depend on too many things; the error
// joins all such findings.
func Compile(m *parley.Model, o Options) (*Portfolio, error) {
	p := &Portfolio{
		horizon:   m.Policy.HorizonYears(),
		discount:  m.Policy.Discount(),
		personDay: m.Policy.PersonDay.Mean(),
		byThreat:  map[string]int{},
		known:     map[string]thing{},
		work:      map[string]*work{},
		treatment: map[string]treatmentRef{},

		commonCause: m.Policy.CommonCauseShare(),
	}
	if o.Horizon > 0 {
		p.horizon = o.Horizon
	}
	if err := checkPolicy(p, p.commonCause); err != nil {
		return nil, err
	}
	p.learnIDs(m)
	p.assured = maps.Clone(o.Assurance)
	assured, err := p.assurances(o.Assurance)
	if err != nil {
		return nil, err
	}
	var errs []error
	for i := range m.Threats {
		if !m.Threats[i].Priced() {
			continue
		}
		t, err := p.compileThreat(m, &m.Threats[i], assured)
		if err != nil {
			errs = append(errs, fmt.Errorf("risk: threat %q: %w", m.Threats[i].ID, err))
			continue
		}
		p.byThreat[t.id] = len(p.threats)
		p.threats = append(p.threats, *t)
	}
	errs = append(errs, p.compileWork(m), p.compileTreatments(m))
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return p, nil
}

func checkPolicy(p *Portfolio, commonCause float64) error {
	switch {
	case !(p.horizon > 0) || math.IsInf(p.horizon, 0):
		return fmt.Errorf("risk: the horizon is %v years; it must be longer than nothing", p.horizon)
	case !(p.discount > -1) || math.IsInf(p.discount, 0):
		return fmt.Errorf("risk: the discount rate is %v; a share such as 5%% is wanted", p.discount)
	case !(commonCause >= 0 && commonCause <= 1):
		return fmt.Errorf("risk: common_cause is %v; a share from 0%% to 100%% is wanted", commonCause)
	}
	return nil
}

// learnIDs notes what each id of the model stands for.
func (p *Portfolio) learnIDs(m *parley.Model) {
	for i := range m.Controls {
		p.known[m.Controls[i].ID] = aControl
	}
	for i := range m.Mitigations {
		p.known[m.Mitigations[i].ID] = aMitigation
	}
	for i := range m.Features {
		p.known[m.Features[i].ID] = aFeature
	}
	for i := range m.Dependencies {
		p.known[m.Dependencies[i].ID] = aDependency
	}
	for i := range m.Threats {
		p.known[m.Threats[i].ID] = aThreat
		for _, t := range m.Threats[i].Treatments {
			p.known[t.ID] = aTreatment
			if t.Kind == parley.Transfer {
				p.known[t.ID] = aTransfer
			}
		}
	}
}

func (p *Portfolio) compileThreat(m *parley.Model, src *parley.Threat, assured map[string]input) (*threat, error) {
	t := &threat{id: src.ID}
	switch {
	case src.Fair.StatesRate() && src.AtMostOnce:
		return nil, errors.New("it happens at most once, which needs a chance instead of a rate of attempts")
	case src.Fair.StatesRate() && (src.Fair.Attempts.Parsed() || src.Fair.Contacts.Parsed()):
		t.readFair(src.Fair)
	case !src.Likelihood.Parsed():
		return nil, errors.New("its quantities have not been read: resolve the model first")
	default:
		t.readLikelihood(src.Likelihood, src.AtMostOnce, p.horizon)
	}
	if err := p.readClustered(t, src); err != nil {
		return nil, err
	}
	t.readLosses(src.LossParts())
	for i := range m.Features {
		if slices.Contains(m.Features[i].Introduces, src.ID) {
			t.features = append(t.features, m.Features[i].ID)
		}
	}
	if err := t.checkInputs(); err != nil {
		return nil, err
	}
	nested := src.CoverageGap == "same"
	if err := t.gatherBarriers(m, src, assured); err != nil {
		return nil, err
	}
	return t, p.standAsStated(m, t, nested)
}

// checkInputs refuses numbers from which no finite price follows.
func (t *threat) checkInputs() error {
	if r := t.rate.mean; !(r >= 0) || math.IsInf(r, 0) {
		return fmt.Errorf("its likelihood has the mean %v: state a narrower range", r)
	}
	if t.once && !(t.over > 0) {
		return errors.New("it happens at most once, but over no time: state the chance within a timeframe")
	}
	for i := range t.losses {
		if v := t.kindMean(i); !(v >= 0) || math.IsInf(v, 0) {
			return fmt.Errorf("its loss of kind %s has the mean %v: state a narrower range", t.losses[i].kind, v)
		}
	}
	return nil
}

// standAsStated sorts the barriers into ranks, lists the cells and sets what
// the controls the threat was stated with let pass and leave.
func (p *Portfolio) standAsStated(m *parley.Model, t *threat, nested bool) error {
	down := map[string]float64{}
	for i := range m.Dependencies {
		down[m.Dependencies[i].ID] = m.Dependencies[i].Down.Mean()
	}
	var err error
	if t.cells, err = cells(t.barriers, down, nested); err != nil {
		return err
	}
	for i := range t.barriers {
		b := &t.barriers[i]
		if nested {
			p.warnMeanCoverage(t, b)
			b.coverage = constant(1) // the cells say whether it is in front
		}
		b.settle(p.commonCause)
	}
	t.sortByBlindness()
	t.divide()
	t.layAxis()
	return p.checkDivisors(t)
}

func (p *Portfolio) warnMeanCoverage(t *threat, b *barrier) {
	if !b.coverage.certain() && !b.stated {
		p.warnings = append(p.warnings, Warning{Threat: t.id, Message: fmt.Sprintf(
			"coverage of %s is a range; where coverage gaps are the same cases it counts at its mean, %.3g", b.id, b.coverage.mean)})
	}
}

// sortByBlindness puts the barriers in the order of c, ties in that of the
// file, and the cells' marks with them.
func (t *threat) sortByBlindness() {
	order := make([]int, len(t.barriers))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Compare(t.barriers[a].blind, t.barriers[b].blind)
	})
	barriers := make([]barrier, len(order))
	t.blind = make([]float64, len(order))
	for to, from := range order {
		barriers[to] = t.barriers[from]
		t.blind[to] = barriers[to].blind
	}
	for i := range t.cells {
		up := make([]bool, len(order))
		for to, from := range order {
			up[to] = t.cells[i].up[from]
		}
		t.cells[i].up = up
	}
	t.barriers = barriers
}
