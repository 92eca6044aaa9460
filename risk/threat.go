package risk

import (
	"math"
	"slices"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/quantity"
)

// threat is one priced threat.
type threat struct {
	id       string
	once     bool     // one event at most, over the years of over
	over     float64  // years
	rate     input    // events per year as stated; the chance over the timeframe for once
	factors  []factor // the uncertain inputs that rate is the product of, one or more; empty where it is certain
	shape    float64  // of the gamma distribution by which each year's rate is multiplied; 0: years do not differ
	losses   []kindLoss
	gates    []input // shares of events that bring the losses behind them
	lossMean float64 // of one event as stated
	barriers []barrier
	blind    []float64 // c of each barrier, ascending: they are sorted by it
	cells    []cell
	passes   float64  // D: share of inherent events that passed the controls it was stated with
	leaves   float64  // M: share of inherent loss per event those controls left
	features []string // exists only once one of these is finished; empty: always
}

// kindLoss is the loss of one kind in one event.
type kindLoss struct {
	kind   parley.LossKind
	place  int // among all kinds
	amount input
	chance input // share of events, of those its gate lets through, in which it happens
	gate   int   // whose losses come together; noGate where there is none
}

// noGate is the gate of a loss that happens independently of the others.
const noGate = -1

// occurs is the mean share of events in which a kind of loss happens.
func (t *threat) occurs(k int) float64 {
	l := &t.losses[k]
	if l.gate == noGate {
		return l.chance.mean
	}
	return t.gates[l.gate].mean * l.chance.mean
}

// kindMean is the mean loss of a kind in one event.
func (t *threat) kindMean(k int) float64 { return t.occurs(k) * t.losses[k].amount.mean }

// readLosses lists the losses of one event.
func (t *threat) readLosses(parts []parley.LossPart) {
	for _, p := range parts {
		gate := noGate
		if !p.Chance.IsZero() {
			gate = len(t.gates)
			t.gates = append(t.gates, of(p.Chance, 1))
		}
		for _, k := range p.Losses {
			t.losses = append(t.losses, kindLoss{
				kind: k.Kind, place: slices.Index(parley.LossKinds(), k.Kind), gate: gate,
				amount: of(k.Loss.Amount, 0), chance: of(k.Loss.Chance, 1),
			})
		}
	}
	t.sumLosses()
}

// sumLosses sets the mean loss of one event.
func (t *threat) sumLosses() {
	t.lossMean = 0
	for k := range t.losses {
		t.lossMean += t.kindMean(k)
	}
}

// perYear turns the mean of rate into events in one full year.
func (t *threat) perYear() float64 {
	if t.once {
		return math.Min(1, 1/t.over)
	}
	return 1
}

// readLikelihood sets rate: a rate per year, or the chance of a single event.
// A single event stated by a rate is over the horizon.
func (t *threat) readLikelihood(q quantity.Quantity, atMostOnce bool, horizon float64) {
	t.once = atMostOnce
	var rate quantity.Dist
	switch {
	case !atMostOnce:
		rate = q.Dist()
	case q.Form == quantity.Chance:
		rate, t.over = q.Stated, q.Over
	default:
		rate, t.over = chanceOf(q.Dist(), horizon), horizon
	}
	t.multiply([]factor{{newInput(rate), RateItself}})
}

// chanceOver is the chance of at least one event in Years at a rate drawn from
// Rate: 1 − exp(−λ·Years).
type chanceOver struct {
	Rate  quantity.Dist
	Years float64
}

func chanceOf(rate quantity.Dist, years float64) quantity.Dist {
	if c, ok := rate.(quantity.Constant); ok {
		return quantity.Constant(-math.Expm1(-float64(c) * years))
	}
	return chanceOver{rate, years}
}
