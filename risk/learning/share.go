package learning

import (
	"fmt"
	"math"

	"github.com/parleysec/parley/quantity"
)

// Share is an estimated share of what a layer stops, before and after.
type Share struct {
	Prior     Figures `json:"prior"`     // 0..1
	Posterior Figures `json:"posterior"` // 0..1
	Stopped   int     `json:"stopped"`
	Passed    int     `json:"passed"`
}

// UpdateShare is what a layer stops after it met some events: the prior times
// the binomial likelihood of so many stopped and so many let through, on a grid
// of the logit.
func UpdateShare(prior quantity.Dist, stopped, passed int) (Share, error) {
	if stopped < 0 || passed < 0 || stopped+passed == 0 {
		return Share{}, fmt.Errorf("learning: %d stopped and %d passed is no observation", stopped, passed)
	}
	if prior.Variance() == 0 {
		return Share{}, ErrCertain
	}
	g := whole(prior, logits)
	if foreseen(g, stopped, passed) < surprised {
		return Share{}, ErrSurprise
	}
	s, p := float64(stopped), float64(passed)
	after := g.update(func(x float64) float64 { return s*math.Log(x) + p*math.Log1p(-x) })
	return Share{Prior: figuresOf(prior), Posterior: after.figures(), Stopped: stopped, Passed: passed}, nil
}

// foreseen is the smaller of the chances, as stated, that so many or fewer of
// the events are stopped, and that so many or more are.
func foreseen(prior grid, stopped, passed int) float64 {
	n := stopped + passed
	all, _ := math.Lgamma(float64(n) + 1)
	chance := func(s int) float64 {
		in, _ := math.Lgamma(float64(s) + 1)
		out, _ := math.Lgamma(float64(n-s) + 1)
		return prior.mean(func(x float64) float64 {
			return math.Exp(all - in - out + float64(s)*math.Log(x) + float64(n-s)*math.Log1p(-x))
		})
	}
	atMost, atLeast := 0.0, 0.0
	for s := 0; s <= stopped; s++ {
		atMost += chance(s)
	}
	for s := stopped; s <= n; s++ {
		atLeast += chance(s)
	}
	return min(atMost, atLeast)
}
