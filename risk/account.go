package risk

// LineKind says what one line of an account is.
type LineKind string

// The kinds of line.
const (
	LineEffort  LineKind = "effort"  // work, priced
	LineOnce    LineKind = "once"    // money when it starts
	LineYearly  LineKind = "yearly"  // money a year from the finish on
	LinePremium LineKind = "premium" // of a contract, likewise
	LineBenefit LineKind = "benefit" // money a year it brings from the finish on
	LineAvoided LineKind = "avoided" // expected loss it avoids
)

// lineKinds are the kinds of a cash flow by its key; benefits come last.
var lineKinds = []LineKind{LineEffort, LineOnce, LineYearly, LinePremium, LineBenefit}

// Line is one term of a sum: Amount is Quantity × Each. A loss avoided is no
// product; its Quantity is its Amount, and its Each is 1.
type Line struct {
	Kind LineKind
	Item string // mitigation, feature or treatment; of a loss avoided the threat
	Nth  int    // of several benefits of an item, from 0
	// Quantity is stated: person-days, or currency units, once or a year.
	Quantity float64
	Each     float64 // what one unit counts for in the sum: costs of a net benefit are negative
	Amount   float64
}

// Account takes what a choice costs and is worth apart. The lines of each list
// add up to the figure of [Appraisal] beside it, but for rounding in the last
// digits of a float64.
type Account struct {
	Money  []Line // Cost.Money: currency through the horizon, undiscounted
	Effort []Line // Cost.EffortDays: person-days
	Net    []Line // NetBenefit: currency, discounted to now
}

// Account is the account of a choice, by the functions that price it.
func (p *Portfolio) Account(c Choice) (Account, error) {
	var a Account
	steps, err := p.steps(c)
	if err != nil {
		return a, err
	}
	saved, err := p.avoided(c, steps)
	if err != nil {
		return a, err
	}
	for i, less := range saved.by {
		if less != 0 {
			a.Net = append(a.Net, Line{Kind: LineAvoided, Item: p.threats[i].id, Quantity: less, Each: 1, Amount: less})
		}
	}
	for _, f := range p.cashflows(steps) {
		kind := min(f.key.kind, len(lineKinds)-1)
		a.Net = append(a.Net, lineOf(lineKinds[kind], f.key.id, f.key.kind-kind, f.in.mean, f.rate))
	}
	for _, s := range steps {
		for i, x := range p.taken(s) {
			if x.in.mean != 0 && x.weight != 0 {
				a.Money = append(a.Money, lineOf(lineKinds[i+1], s.id, 0, x.in.mean, x.weight))
			}
		}
		if days := s.work.effort.mean; days != 0 {
			a.Effort = append(a.Effort, lineOf(LineEffort, s.id, 0, days, 1))
		}
	}
	return a, nil
}

func lineOf(kind LineKind, item string, nth int, quantity, each float64) Line {
	return Line{Kind: kind, Item: item, Nth: nth, Quantity: quantity, Each: each, Amount: quantity * each}
}
