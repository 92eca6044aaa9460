package risk

import "slices"

// decision is a choice between options, of which the first is doing nothing,
// taken apart by the uncertain inputs on which their net benefits depend.
type decision struct {
	p       *Portfolio
	options []optionValue
	means   []float64 // expected net benefits, currency
	best    int       // the option worth most, the earliest of equals
	inputs  []*inquiry
	before  []*leg // by threat, without weight: as things are, the same for all options; nil until asked for
}

// optionValue is the expected net benefit of an option as a sum.
type optionValue struct {
	cash []cashflow
	legs []leg
}

// leg is the loss of one threat in one stance over some time.
type leg struct {
	t      *threat
	s      *stance
	weight float64 // net benefit per unit of annual loss; positive for what is avoided
	annual float64 // expected annual loss, currency
	scale  float64 // annual as a multiple of its product of means: 1 unless a transfer or a cap bends it
	stays  float64 // share of the loss that transfers leave
	bent   bool    // by a cap, or annual is an estimate
	terms  []legTerm
}

// add takes an option apart.
func (d *decision) add(c Choice) error {
	p := d.p
	steps, err := p.steps(c)
	if err != nil {
		return err
	}
	base, err := p.stances(c.Base)
	if err != nil {
		return err
	}
	o := optionValue{cash: p.cashflows(steps)}
	before := make([]float64, len(p.threats)) // weights
	for _, ph := range p.phases(c, steps) {
		with, err := p.stances(ph.scenario)
		if err != nil {
			return err
		}
		for i := range p.threats {
			t := &p.threats[i]
			if base[i].same(&with[i]) {
				continue
			}
			w := t.flowPerAnnual() * p.Annuity(ph.from, min(ph.to, p.ends(t)))
			if w == 0 {
				continue
			}
			before[i] += w
			o.add(p.leg(t, &with[i]), -w)
		}
	}
	for i, w := range before {
		if w == 0 {
			continue
		}
		if d.before[i] == nil {
			d.before[i] = p.leg(&p.threats[i], &base[i])
		}
		o.add(d.before[i], w)
	}
	d.options = append(d.options, o)
	return nil
}

// add adds a leg, if there is one, with a weight.
func (o *optionValue) add(l *leg, weight float64) {
	if l == nil {
		return
	}
	weighed := *l
	weighed.weight = weight
	o.legs = append(o.legs, weighed)
}

// leg is the loss of a threat in a stance, without a weight yet; nil where it is absent.
func (p *Portfolio) leg(t *threat, s *stance) *leg {
	if s.absent {
		return nil
	}
	e := p.expectLoss(t, s)
	l := &leg{t: t, s: s, annual: e.Annual, scale: 1, stays: 1, bent: e.Inexact != ""}
	if product := t.productOfMeans(s); product > 0 {
		pass, _ := t.means(s)
		capped, _ := t.onceShare(s, pass)
		l.bent = l.bent || capped != 1
		if l.bent || len(s.transfers) > 0 {
			l.scale = e.Annual / product
		}
	}
	if gross := e.Annual + e.Recovered; gross > 0 {
		l.stays = e.Annual / gross
	}
	l.terms = p.termsOf(t, s, e.Recovered, e.Inexact != "")
	return l
}

// productOfMeans is the expected annual loss before what transfers pay and
// before a single event's chance is capped.
func (t *threat) productOfMeans(s *stance) float64 {
	_, both := t.means(s)
	return t.rate.mean * t.perYear() * both / (t.passes * t.leaves) * t.lossMean
}

// mean is the expected net benefit of an option.
func (o *optionValue) mean() float64 {
	sum := 0.0
	for _, f := range o.cash {
		sum += f.rate * f.in.mean
	}
	for i := range o.legs {
		sum += o.legs[i].weight * o.legs[i].annual
	}
	return sum
}

// inquiry is one uncertain input and how the options depend on it.
type inquiry struct {
	key       scoreKey
	estimated bool
	responses []response
}

// response is how expected net benefits depend on an input as one threat, or
// the costs, read it: by linear·x + square·x², less what that is on average.
type response struct {
	threat *threat // nil for cash
	in     input
	linear []float64 // by option
	square []float64
	bends  []bend // how it moves what contracts pay
}

func (q *inquiry) threats() []string {
	var out []string
	for _, r := range q.responses {
		if r.threat != nil && !slices.Contains(out, r.threat.id) {
			out = append(out, r.threat.id)
		}
	}
	return out
}

// gather sums the options up and lists the uncertain inputs with their responses, in the order in which
// options meet them.
func (d *decision) gather() {
	index := map[scoreKey]*inquiry{}
	for o := range d.options {
		d.means = append(d.means, d.options[o].mean())
		if d.means[o] > d.means[d.best] {
			d.best = o
		}
		for _, f := range d.options[o].cash {
			if !f.in.certain() {
				d.respond(index, f.key, nil, f.in).linear[o] += f.rate
			}
		}
		for i := range d.options[o].legs {
			l := &d.options[o].legs[i]
			for _, x := range l.t.openInputs(l.s) {
				linear, square := l.slopes(&x)
				r := d.respond(index, x.key, l.t, x.in)
				r.linear[o] += linear
				r.square[o] += square
				if l.bent || l.scale != 1 && x.key.what != forRate {
					index[x.key].estimated = true
				}
			}
			for _, x := range l.terms {
				r := d.respond(index, x.key, l.t, x.in)
				r.bends = append(r.bends, bend{o, -l.weight, x.recovered})
				index[x.key].estimated = index[x.key].estimated || l.bent
			}
		}
	}
}

func (d *decision) respond(index map[scoreKey]*inquiry, key scoreKey, t *threat, in input) *response {
	q := index[key]
	if q == nil {
		q = &inquiry{key: key}
		index[key] = q
		d.inputs = append(d.inputs, q)
	}
	for i := range q.responses {
		if q.responses[i].threat == t {
			return &q.responses[i]
		}
	}
	n := len(d.options)
	q.responses = append(q.responses, response{threat: t, in: in, linear: make([]float64, n), square: make([]float64, n)})
	return &q.responses[len(q.responses)-1]
}

// slopes are the coefficients of x and x² in the leg's part of the net benefit.
func (l *leg) slopes(x *openInput) (linear, square float64) {
	if x.key.what == forRate { // transfers pay in proportion, too
		return l.weight * l.annual / x.in.mean, 0
	}
	at := func(v float64) float64 {
		t := *l.t
		t.barriers, t.losses, t.gates = slices.Clone(t.barriers), slices.Clone(t.losses), slices.Clone(t.gates)
		x.fix(&t, constant(v))
		return l.weight * l.scale * t.productOfMeans(l.s)
	}
	none, all := at(0), at(1)
	if x.twice {
		square = 2 * (none - 2*at(0.5) + all)
	}
	return all - none - square, square
}
