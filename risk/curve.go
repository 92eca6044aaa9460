package risk

import (
	"fmt"
	"slices"
	"sort"

	"github.com/parleysec/parley/quantity"
)

// Curve is the distribution of the loss of one full year, without sampling.
type Curve struct {
	Mean  float64 // currency
	Error float64 // estimated absolute error of a probability
	none  float64 // the chance of no loss
	at    []float64
	upTo  []float64 // the chance of at most at, increasing
}

// NotExactError says why a scenario has no exact curve.
type NotExactError struct {
	Threat string // "" where it is not one threat
	Reason string
}

// Error names the threat and the reason.
func (e *NotExactError) Error() string {
	if e.Threat == "" {
		return "risk: no exact curve: " + e.Reason
	}
	return fmt.Sprintf("risk: no exact curve: threat %q: %s", e.Threat, e.Reason)
}

// Curve computes the loss curve of a scenario by Fourier transforms: independent
// compound Poisson sums are one compound Poisson sum with a mixture of
// severities. Where a rate or share is uncertain, or losses are single numbers
// or transferred, the error is a [*NotExactError] and simulation serves instead.
func (p *Portfolio) Curve(s Scenario) (*Curve, error) {
	sources, err := p.sources(s)
	if err != nil {
		return nil, err
	}
	var sum annualSum
	for _, src := range sources {
		if err := sum.add(src); err != nil {
			return nil, err
		}
	}
	c, err := sum.curve()
	if err != nil {
		return nil, err
	}
	e, err := p.Expect(s)
	c.Mean = e.Annual
	return c, err
}

// annualSum is the loss of one year as independent parts.
type annualSum struct {
	pooled []component // one kind of loss each; weights are events per year
	events []eventSum  // several kinds in one event, at a rate
	single []eventSum  // threats that happen at most once, by threat
	mixed  []eventSum  // clustered threats: at a rate that differs from year to year
}

// eventSum is the loss of an event in the cells it may find.
type eventSum struct {
	id    string
	shape float64 // of the gamma distribution of a year's rate over its mean; 0: years do not differ
	cells []eventCell
}

// eventCell is the loss of one event: each kind happens with its chance, those
// behind a gate only when it lets the event through.
type eventCell struct {
	weight float64 // events per year, or chance
	kinds  []component
	gates  []float64 // their chances
}

// notExact says why a source has no exact curve, "" where it has.
func (src *source) notExact() string {
	switch {
	case !src.t.rate.certain():
		return "its likelihood is a range"
	case src.varying:
		return "a share of a barrier is a range"
	case len(src.transfers) > 0:
		return "a transfer is in force"
	}
	for g := range src.t.gates {
		if !src.t.gates[g].certain() {
			return "the chance of losses that come together is a range"
		}
	}
	for i := range src.t.losses {
		l := &src.t.losses[i]
		if !l.chance.certain() {
			return fmt.Sprintf("the chance of its loss of kind %s is a range", l.kind)
		}
		if _, ok := l.amount.dist.(quantity.Constant); ok {
			return fmt.Sprintf("its loss of kind %s is a single number, which makes steps in the curve", l.kind)
		}
	}
	return ""
}

func (a *annualSum) add(src *source) error {
	if why := src.notExact(); why != "" {
		return &NotExactError{src.t.id, why}
	}
	sum := eventSum{id: src.t.id, shape: src.t.shape}
	scale := src.t.rate.mean * src.t.perYear() / src.t.passes
	if src.t.once {
		total := 0.0
		for _, c := range src.cells {
			total += scale * c.prob * c.pass
		}
		scale /= max(1, total/src.t.perYear())
	}
	for _, c := range src.byLeft() {
		cell := eventCell{weight: scale * c.pass}
		for _, g := range src.t.gates {
			cell.gates = append(cell.gates, g.mean)
		}
		for i := range src.t.losses {
			l := &src.t.losses[i]
			cell.kinds = append(cell.kinds, component{weight: l.chance.mean, gate: l.gate, left: c.left, dist: l.amount.dist})
		}
		sum.cells = append(sum.cells, cell)
	}
	switch {
	case src.t.once:
		a.single = append(a.single, sum)
	case src.t.shape > 0:
		a.mixed = append(a.mixed, sum)
	case len(src.t.losses) == 1:
		for _, c := range sum.cells {
			k := c.kinds[0]
			k.weight = c.weight * c.occurs(&k)
			a.pooled = append(a.pooled, k)
		}
	default:
		a.events = append(a.events, sum)
	}
	return nil
}

// byLeft are the levels on which cells leave a loss, other than none, with the
// share of inherent events on each as their pass, in the order of the cells.
func (src *source) byLeft() []sourceCell {
	var out []sourceCell
	for _, c := range src.cells {
		if c.left == 0 || c.pass == 0 {
			continue
		}
		i := slices.IndexFunc(out, func(o sourceCell) bool { return o.left == c.left })
		if i < 0 {
			i = len(out)
			out = append(out, sourceCell{left: c.left})
		}
		out[i].pass += c.prob * c.pass
	}
	return out
}

// Exceedance is the chance of losing more than loss in one full year.
func (c *Curve) Exceedance(loss float64) float64 {
	if loss < 0 {
		return 1
	}
	i := sort.SearchFloat64s(c.at, loss)
	if i == len(c.at) {
		return c.beyond(loss)
	}
	if c.at[i] == loss || i == 0 {
		return 1 - c.upTo[i]
	}
	w := (loss - c.at[i-1]) / (c.at[i] - c.at[i-1])
	return 1 - (c.upTo[i-1] + w*(c.upTo[i]-c.upTo[i-1]))
}

// beyond the curve's end, what is left falls with the square of the loss; it is
// below the curve's error from the start.
func (c *Curve) beyond(loss float64) float64 {
	end := len(c.at) - 1
	r := c.at[end] / loss
	return (1 - c.upTo[end]) * r * r
}

// Quantile is the smallest loss that is not exceeded with chance p, 0..1;
// beyond the curve's end, its end.
func (c *Curve) Quantile(p float64) float64 {
	if p <= c.none {
		return 0
	}
	i := sort.Search(len(c.upTo), func(i int) bool { return c.upTo[i] >= p })
	switch {
	case i == len(c.upTo):
		return c.at[len(c.at)-1]
	case i == 0:
		return c.at[0]
	}
	w := (p - c.upTo[i-1]) / (c.upTo[i] - c.upTo[i-1])
	return c.at[i-1] + w*(c.at[i]-c.at[i-1])
}

// Shortfall is the mean loss in the worst share 1−p of years:
// q + E[(X−q)⁺]/(1−p), the second term being the mean less the area under the
// exceedance up to q.
func (c *Curve) Shortfall(p float64) float64 {
	q := c.Quantile(p)
	if p >= 1 {
		return q
	}
	area := 0.0
	for i := 1; i < len(c.at) && c.at[i-1] < q; i++ {
		to, above := c.at[i], 1-c.upTo[i]
		if to > q {
			to, above = q, 1-p
		}
		area += (to - c.at[i-1]) * (1 - c.upTo[i-1] + above) / 2
	}
	return q + max(0, c.Mean-area)/(1-p)
}

// Points are losses and the chances of exceeding them, from none to the curve's
// end: what it is drawn from. At most n of them are chosen, evenly by rank.
func (c *Curve) Points(n int) (losses, exceedance []float64) {
	for i := range n {
		j := i * (len(c.at) - 1) / max(1, n-1)
		losses = append(losses, c.at[j])
		exceedance = append(exceedance, 1-c.upTo[j])
	}
	return losses, exceedance
}
