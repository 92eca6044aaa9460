package model

import (
	"cmp"
	"context"
	"math/bits"
	"slices"

	"github.com/parleysec/parley/plan"
	"github.com/parleysec/parley/quantity"
	"github.com/parleysec/parley/risk"
)

// Apart is a part of a figure that depends on a few items: what it is with each
// subset of them.
type Apart struct {
	IDs []string
	// Loss has an entry for each subset: bit k of its index says whether IDs[k] is
	// chosen.
	Loss []float64
}

// Split is a figure's parts below: for every choice the figure is at least their
// sum, where it is monotone ([Options.Monotone]), and near it for those that
// resemble the given ones.
type Split func(ctx context.Context, near [][]string) ([]Apart, error)

// mostApart is up to how many mitigations against a threat are told apart; of more,
// those that stop least on average count as done in every choice, which is no more
// than the figure in years that are monotone, and of the features that bring it all
// but mostBrings as never done, which is no more in any years.
const (
	mostApart  = 6
	mostBrings = 3
)

// SplitShortfall splits the expected shortfall beyond p of the simulated years of
// choices on top of how things are, which on adds to a scenario. What the parts add
// up to is below that of these years, not of all there might be. The mean of any
// weighting of the years that gives none more than a share 1/(1−p) of what all get
// is no more than that of the worst; the years that are the worst with the given
// choices get the weight. It is a sum over threats then, since each year's loss is.
func (b *Built) SplitShortfall(years *risk.Years, p float64, on func(risk.Scenario) risk.Scenario) Split {
	return func(ctx context.Context, near [][]string) ([]Apart, error) {
		var weights []float64
		for _, ids := range near {
			w, err := years.Worst(ctx, on(b.Scenario(ids)), p)
			if err != nil {
				return nil, err
			}
			if weights == nil {
				weights = make([]float64, len(w))
			}
			for i := range w {
				weights[i] += w[i] / float64(len(near))
			}
		}
		var out []Apart
		for _, threat := range b.portfolio.Threats() {
			a, err := b.apart(ctx, threat, years, weights, on)
			if err != nil {
				return nil, err
			}
			out = append(out, a)
		}
		return out, nil
	}
}

// apart is one threat's part when the years count as the weights say.
func (b *Built) apart(ctx context.Context, threat string, years *risk.Years, weights []float64, on func(risk.Scenario) risk.Scenario) (Apart, error) {
	told, always, brings := b.touching(threat)
	var scenarios []risk.Scenario
	for s := range 1 << len(told) {
		ids := slices.Clone(always)
		for k, id := range told {
			if s>>k&1 == 1 {
				ids = append(ids, id)
			}
		}
		scenarios = append(scenarios, on(b.Scenario(append(ids, brings[:min(1, len(brings))]...))))
	}
	loss, err := years.ThreatIn(ctx, threat, scenarios, weights)
	if err != nil || len(brings) == 0 {
		return Apart{told, loss}, err
	}
	a := Apart{IDs: append(slices.Clone(told), brings...), Loss: make([]float64, 1<<(len(told)+len(brings)))}
	for s := range a.Loss {
		if s>>len(told) != 0 { // any of the features brings it
			a.Loss[s] = loss[s&(1<<len(told)-1)]
		}
	}
	return a, nil
}

// touching are the mitigations against a threat that are told apart, those that
// count as always done, and the features that bring the threat.
func (b *Built) touching(threat string) (told, always, brings []string) {
	stopped := map[string]float64{}
	for k, it := range b.items {
		id := b.ids[k]
		for _, a := range it.against {
			if a.Threat == threat && a.Stated() {
				told = append(told, id)
				stopped[id] = 1 - letsPass(a.Likelihood)*letsPass(a.Impact)
			}
		}
		if slices.Contains(it.introduces, threat) && len(brings) < mostBrings {
			brings = append(brings, id)
		}
	}
	slices.SortStableFunc(told, func(a, c string) int { return cmp.Compare(stopped[c], stopped[a]) })
	n := min(len(told), mostApart)
	return told[:n], told[n:], brings
}

// letsPass is the share that is let through on average, all where none is stated.
func letsPass(stops quantity.Quantity) float64 {
	if stops.IsZero() {
		return 1
	}
	return 1 - stops.Mean()
}

// tailProblem is the problem of keeping the sum of some parts least, within the
// rows given.
func (b *Built) tailProblem(parts []Apart, rows []plan.Row) plan.Problem {
	p := b.Problem
	p.Rows, p.Terms, p.Tables = rows, nil, nil
	p.Items = slices.Clone(p.Items)
	for i := range p.Items {
		p.Items[i].Outlay, p.Items[i].Gross = 0, 0
	}
	for _, a := range parts {
		p.Tables = append(p.Tables, b.table(a))
	}
	return p
}

// table is a part over the items that take part; the others are not chosen.
func (b *Built) table(a Apart) plan.Table {
	t := plan.Table{}
	mask := 0
	for k, id := range a.IDs {
		if i, ok := b.index[id]; ok {
			t.Items = append(t.Items, b.last(i))
			mask |= 1 << k
		}
	}
	t.Loss = make([]float64, 1<<bits.OnesCount(uint(mask)))
	for s, from := 0, 0; s < len(t.Loss); s++ {
		t.Loss[s] = a.Loss[from]
		from = (from - mask) & mask
	}
	return t
}
