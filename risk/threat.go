package risk

import (
	"math"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/quantity"
)

// threat is one priced threat.
type threat struct {
	id       string
	once     bool    // one event at most, over the years of over
	over     float64 // years
	rate     input   // events per year as stated; the chance over the timeframe for once
	shape    float64 // of the gamma distribution by which each year's rate is multiplied; 0: years do not differ
	losses   []kindLoss
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
	chance input // share of events in which it happens
}

func (k *kindLoss) mean() float64 { return k.chance.mean * k.amount.mean }

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
	switch {
	case !atMostOnce:
		t.rate = newInput(q.Dist())
	case q.Form == quantity.Chance:
		t.rate, t.over = newInput(q.Stated), q.Over
	default:
		t.rate, t.over = newInput(chanceOf(q.Dist(), horizon)), horizon
	}
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
