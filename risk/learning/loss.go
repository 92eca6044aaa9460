package learning

import (
	"errors"
	"fmt"
	"math"

	"github.com/parleysec/parley/quantity"
)

// StatedLosses is how many observed losses a stated range counts as. A range
// speaks of the loss of one event; that it would be a mean of many is nowhere
// stated, so a handful of losses may already move it, and one alone cannot
// overturn it.
const StatedLosses = 4

// Loss is an estimated loss of one event before and after what was seen.
type Loss struct {
	Prior     Figures `json:"prior"`     // currency
	Posterior Figures `json:"posterior"` // currency
	Seen      int     `json:"seen"`      // losses
}

// ErrNoLosses says that there is nothing to learn from.
var ErrNoLosses = errors.New("learning: no loss was seen")

// UpdateLoss is the loss of one event after some were seen: conjugate normal on
// the logarithm with the spread of single events known. The stated distribution,
// taken as log-normal through its 5th and 95th percentile, is the predictive one
// of a prior that counts as [StatedLosses] losses, so without any loss it stays
// what it was (Gelman and others, Bayesian Data Analysis, 2.5). Losses of 0 or
// less carry no logarithm and are refused.
func UpdateLoss(prior quantity.Dist, losses []float64) (Loss, error) {
	lo, hi := prior.Quantile(0.05), prior.Quantile(0.95)
	switch {
	case len(losses) == 0:
		return Loss{}, ErrNoLosses
	case !(lo > 0) || !(hi > lo):
		return Loss{}, ErrCertain
	}
	sum := 0.0
	for _, x := range losses {
		if !(x > 0) || math.IsInf(x, 0) {
			return Loss{}, fmt.Errorf("learning: a loss of %g teaches nothing: it must be above 0", x)
		}
		sum += math.Log(x)
	}
	const k = StatedLosses
	n := float64(len(losses))
	mu := (math.Log(lo) + math.Log(hi)) / 2
	spread := (math.Log(hi) - math.Log(lo)) / 2 / quantity.NormalQuantile(0.95) // of one event, and of what is not known of their mean
	within := spread * math.Sqrt(k/(k+1.0))                                     // of one event alone
	after := quantity.LogNormal{Mu: (k*mu + sum) / (k + n), Sigma: within * math.Sqrt(1+1/(k+n))}
	return Loss{Prior: figuresOf(prior), Posterior: figuresOf(after), Seen: len(losses)}, nil
}
