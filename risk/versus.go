package risk

import (
	"cmp"
	"context"
	"slices"

	"github.com/parleysec/parley/quantity"
)

// Rivalry is one choice beside another, with all estimates drawn from their
// ranges, the same draws for both.
type Rivalry struct {
	Lead       float64 // expected net benefit less the rival's, currency
	Ahead      float64 // share of the draws in which it is worth at least as much as the rival, losses at their expectation given the draw
	AheadError float64 // its standard error, never 0: Wilson's rule as in [Simulation.Exceedance]
	Trials     int
	// Flips are the inputs that turn the order round at their 5th or their 95th
	// percentile, all others as uncertain as they are, the widest first; Low and
	// High are the leads there.
	Flips []Swing
}

// Versus compares a choice with each of some rivals; a rival of nothing is doing
// nothing. It draws like [Portfolio.Appraise], re-values and chooses nothing
// anew.
func (p *Portfolio) Versus(ctx context.Context, c Choice, rivals []Choice, o SimOptions) ([]Rivalry, error) {
	if o.Trials <= 0 {
		o.Trials = DefaultAppraisalTrials
	}
	o = o.withDefaults()
	out := make([]Rivalry, len(rivals))
	all := append([]Choice{c}, rivals...)
	sides := make([]*comparison, len(all))
	for i, x := range all {
		steps, err := p.steps(x)
		if err != nil {
			return nil, err
		}
		if sides[i], err = p.newComparison(x, steps); err != nil {
			return nil, err
		}
	}
	own, _, err := p.NetBenefit(c)
	if err != nil {
		return nil, err
	}
	for i, x := range rivals {
		its, _, err := p.NetBenefit(x)
		if err != nil {
			return nil, err
		}
		out[i].Lead = own - its
		if out[i].Flips, err = p.flips(c, x, out[i].Lead >= 0); err != nil {
			return nil, err
		}
	}
	return out, countAhead(ctx, sides, o, out)
}

// flips are the inputs that turn a lead into an arrear, or the other way round.
func (p *Portfolio) flips(c, rival Choice, leads bool) ([]Swing, error) {
	d, err := p.decide([]Choice{c, rival})
	if err != nil {
		return nil, err
	}
	z := quantity.NormalQuantile(0.95)
	out := []Swing{}
	for _, in := range d.inputs {
		at := d.given(in)
		lead := func(z float64) float64 { worth := at(z); return worth[1] - worth[2] }
		s := Swing{ID: in.key.id, Estimated: in.estimated, Threats: in.threats(), Low: lead(-z), High: lead(z)}
		if s.Low >= 0 != leads || s.High >= 0 != leads {
			s.What, s.Index = in.key.stated()
			out = append(out, s)
		}
	}
	slices.SortStableFunc(out, func(a, b Swing) int { return cmp.Compare(b.Width(), a.Width()) })
	return out, nil
}

// countAhead draws block by block how often the first side is worth at least as
// much as each other one.
func countAhead(ctx context.Context, sides []*comparison, o SimOptions, out []Rivalry) error {
	blocks := blocksOf(o.Trials)
	counts := make([][]int, blocks)
	err := followAll(ctx, sides, o, func(block int) func(i int, d *diary) {
		counts[block] = make([]int, len(out))
		var own [blockSize]float64
		return func(i int, d *diary) {
			for trial := range blockSize {
				worth := d.expected[trial] + d.cash[trial]
				if i == 0 {
					own[trial] = worth
				} else if own[trial] >= worth {
					counts[block][i-1]++
				}
			}
		}
	})
	if err != nil {
		return err
	}
	n := blocks * blockSize
	for i := range out {
		ahead := 0
		for _, c := range counts {
			ahead += c[i]
		}
		out[i].Trials = n
		out[i].Ahead, out[i].AheadError = float64(ahead)/float64(n), shareError(ahead, n)
	}
	return nil
}
