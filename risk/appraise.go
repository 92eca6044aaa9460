package risk

import (
	"context"
	"math"
)

// Appraisal is what a choice costs, leaves and is worth.
type Appraisal struct {
	Cost          Cost
	Benefit       Figure  // currency per year once finished, besides less risk
	Finish        float64 // years from now at which all of it is finished
	AnnualBefore  float64 // expected loss in one full year without it, all threats, currency
	AnnualAfter   float64 // the same with it finished
	AfterError    float64 // standard error of AnnualAfter, where contracts are estimated; 0 elsewhere
	NetBenefit    float64 // expected discounted difference it makes to the horizon, currency
	BenefitError  float64 // standard error of NetBenefit, likewise
	Inexact       string  // why the two figures above are estimates after all; "" where they are exact
	PaysOffChance float64 // of avoided losses and benefits covering the costs, by the events that happen
	PaysOffError  float64 // its standard error, never 0: Wilson's rule as in [Simulation.Exceedance]
	WorthItChance float64 // the same with expected losses given the trial's inputs
	WorthItError  float64
	Trials        int
	Touched       []ThreatExpectation // the threats it makes a difference to, with it finished
}

// DefaultAppraisalTrials bounds the standard error of a chance by 0.6 %.
const DefaultAppraisalTrials = 2 * blockSize

// Appraise measures one choice against not doing it: costs and net benefit
// exactly, chances by simulating dated events up to the horizon, the same ones
// with and without. SimOptions.Trials is rounded up to a multiple of 4096,
// 0: [DefaultAppraisalTrials].
func (p *Portfolio) Appraise(ctx context.Context, c Choice, o SimOptions) (Appraisal, error) {
	all, err := p.AppraiseAll(ctx, []Choice{c}, o)
	if err != nil {
		return Appraisal{}, err
	}
	return all[0], nil
}

// AppraiseAll appraises several choices over the same trials, faster than one
// by one. The results are those of [Portfolio.Appraise].
func (p *Portfolio) AppraiseAll(ctx context.Context, choices []Choice, o SimOptions) ([]Appraisal, error) {
	if o.Trials <= 0 {
		o.Trials = DefaultAppraisalTrials
	}
	o = o.withDefaults()
	out := make([]Appraisal, len(choices))
	comparisons := make([]*comparison, len(choices))
	for i, c := range choices {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		var err error
		if comparisons[i], err = p.compare(c, &out[i]); err != nil {
			return nil, err
		}
	}
	return out, countPayOff(ctx, comparisons, o, out)
}

// compare works out what is exact about a choice, and prepares the rest.
func (p *Portfolio) compare(c Choice, a *Appraisal) (*comparison, error) {
	steps, err := p.steps(c)
	if err != nil {
		return nil, err
	}
	a.Cost, a.Benefit = p.cost(steps), benefit(steps)
	a.Finish = c.Start
	for _, s := range steps {
		a.Finish = math.Max(a.Finish, s.finish)
	}
	if a.NetBenefit, a.BenefitError, a.Inexact, err = p.netBenefit(c); err != nil {
		return nil, err
	}
	if err := p.beforeAndAfter(c, steps, a); err != nil {
		return nil, err
	}
	return p.newComparison(c, steps)
}

// beforeAndAfter sets the annual figures and those of the threats touched.
func (p *Portfolio) beforeAndAfter(c Choice, steps []step, a *Appraisal) error {
	base, err := p.stances(c.Base)
	if err != nil {
		return err
	}
	after, err := p.stances(c.after(steps))
	if err != nil {
		return err
	}
	for i := range p.threats {
		t := &p.threats[i]
		before := p.expectLoss(t, &base[i])
		a.AnnualBefore += before.Annual
		if base[i].same(&after[i]) {
			a.AnnualAfter += before.Annual
			a.AfterError = math.Hypot(a.AfterError, before.StandardError)
			continue
		}
		with := p.expectThreat(t, &after[i])
		a.AfterError = math.Hypot(a.AfterError, with.StandardError)
		a.AnnualAfter += with.Annual
		a.Touched = append(a.Touched, with)
	}
	return nil
}

// countPayOff simulates the comparisons, block by block.
func countPayOff(ctx context.Context, cs []*comparison, o SimOptions, out []Appraisal) error {
	blocks := blocksOf(o.Trials)
	type count struct{ paid, worth int }
	counts := make([][]count, blocks)
	err := followAll(ctx, cs, o, func(block int) func(i int, d *diary) {
		counts[block] = make([]count, len(cs))
		return func(i int, d *diary) {
			for trial := range blockSize {
				if d.avoided[trial]+d.cash[trial] >= 0 {
					counts[block][i].paid++
				}
				if d.expected[trial]+d.cash[trial] >= 0 {
					counts[block][i].worth++
				}
			}
		}
	})
	if err != nil {
		return err
	}
	n := blocks * blockSize
	for i := range out {
		paid, worth := 0, 0
		for _, c := range counts {
			paid += c[i].paid
			worth += c[i].worth
		}
		a := &out[i]
		a.Trials = n
		a.PaysOffChance, a.PaysOffError = float64(paid)/float64(n), shareError(paid, n)
		a.WorthItChance, a.WorthItError = float64(worth)/float64(n), shareError(worth, n)
	}
	return nil
}
