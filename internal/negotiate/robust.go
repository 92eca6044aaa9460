package negotiate

import (
	"context"
	"math"
	"slices"
	"strings"

	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/plan/model"
	"github.com/parleysec/parley/risk"
)

// Robustness is how a plan stands beside other plans when all estimates are
// drawn from their ranges: every plan is valued again with each draw, none is
// chosen anew.
type Robustness struct {
	Trials  int     `json:"trials"`
	Against []Rival `json:"against"` // doing nothing, the peers, then the frontier's plans
	Says    string  `json:"says"`
}

// Rival is another plan beside the plan.
type Rival struct {
	Kind   string   `json:"kind"`             // nothing, peer or frontier
	Peer   int      `json:"peer,omitempty"`   // its number among the peers, from 1
	Outlay float64  `json:"outlay,omitempty"` // of a plan on the frontier
	Chosen []string `json:"chosen"`
	// Lead is the expected net benefit of the plan less that of the rival; Ahead
	// is the share of the draws in which the plan is worth at least as much.
	Lead          float64 `json:"lead"`
	Ahead         float64 `json:"ahead"`
	StandardError float64 `json:"standard_error"`
	Flips         []Flip  `json:"flips"` // the widest first
}

// Flip is an estimate that turns the order of plan and rival round by itself, at
// one end of its range: the leads with it at its 5th and at its 95th percentile.
type Flip struct {
	Estimate string  `json:"estimate"` // where it stands, e.g. threats.leak.likelihood
	Says     string  `json:"says"`
	Low      float64 `json:"lead_p5"`
	High     float64 `json:"lead_p95"`
}

// The kinds of rival.
const (
	rivalNothing  = "nothing"
	rivalPeer     = "peer"
	rivalFrontier = "frontier"
)

// robustTrials is how many draws of all estimates plans are compared in: a share
// of them then stands within about a hundredth.
const robustTrials = 2_000

// robustness compares a plan with doing nothing, its peers and the corners of
// the frontier, each started when it says, those on the frontier at once; nil
// for a plan that does nothing.
func (l *loaded) robustness(ctx context.Context, b Budget, p *model.Plan) (*Robustness, error) {
	if len(p.Chosen) == 0 {
		return nil, nil
	}
	rivals := []Rival{{Kind: rivalNothing, Chosen: []string{}}}
	choices := []risk.Choice{{Base: l.today()}}
	for k, x := range p.Peers {
		rivals = append(rivals, Rival{Kind: rivalPeer, Peer: k + 1, Chosen: x.Chosen})
		choices = append(choices, l.choiceOver(x.Periods))
	}
	corners, err := l.corners(ctx, b)
	if err != nil {
		return nil, err
	}
	for _, x := range corners {
		if len(x.Chosen) > 0 && !slices.Equal(x.Chosen, p.Chosen) {
			rivals = append(rivals, Rival{Kind: rivalFrontier, Outlay: x.Outlay, Chosen: x.Chosen})
			choices = append(choices, l.choiceOver([]model.Scheduled{{Items: x.Chosen}}))
		}
	}
	got, err := l.portfolio.Versus(ctx, l.choiceOver(p.Periods), choices, risk.SimOptions{Trials: robustTrials})
	if err != nil {
		return nil, priceError(l.model, err)
	}
	for k, x := range got {
		r := &rivals[k]
		r.Lead, r.Ahead, r.StandardError, r.Flips = x.Lead, x.Ahead, x.AheadError, []Flip{}
		for _, f := range x.Flips {
			e := l.estimate(risk.Learned{ID: f.ID, What: f.What, Index: f.Index})
			r.Flips = append(r.Flips, Flip{Estimate: e.Estimate, Says: e.Says, Low: f.Low, High: f.High})
		}
	}
	return &Robustness{Trials: got[0].Trials, Against: rivals, Says: robustWords(rivals)}, nil
}

// corners are the frontier's plans within nothing but the rules; none where no
// plan keeps them.
func (l *loaded) corners(ctx context.Context, b Budget) ([]model.FrontierPoint, error) {
	b.Periods, b.Money, b.Effort = noPeriods, "", ""
	built, _, err := l.build(b)
	if err != nil {
		return nil, err
	}
	f, err := built.Frontier(ctx, model.Options{Deadline: planDeadline / 4})
	if err != nil {
		if no, ok := infeasible(l.model, err); ok && no != nil {
			return nil, nil
		}
		return nil, planError(l.model, err)
	}
	return slices.DeleteFunc(f.Points, func(p model.FrontierPoint) bool { return !p.OnHull }), nil
}

// choiceOver is a plan as a choice on top of how things are, each item starting
// with its period.
func (l *loaded) choiceOver(periods []model.Scheduled) risk.Choice {
	c := risk.Choice{Base: l.today(), Starts: map[string]float64{}}
	for _, p := range periods {
		for _, id := range p.Items {
			c.Starts[id] = p.Start
			if l.model.Mitigation(id) != nil {
				c.Mitigations = append(c.Mitigations, id)
			} else {
				c.Features = append(c.Features, id)
			}
		}
	}
	return c
}

// robustWords says of 100 draws how many each kind of rival loses, and which
// estimate by itself puts one ahead.
func robustWords(rivals []Rival) string {
	var parts []string
	for _, kind := range []string{rivalNothing, rivalPeer, rivalFrontier} {
		least, most, any := 1.0, 0.0, false
		for _, r := range rivals {
			if r.Kind == kind {
				least, most, any = min(least, r.Ahead), max(most, r.Ahead), true
			}
		}
		if !any {
			continue
		}
		key := "plan.robust." + kind
		if inHundred(least) != inHundred(most) {
			key += ".between"
		}
		parts = append(parts, catalogue.T(key, "least", inHundred(least), "most", inHundred(most)))
	}
	says := catalogue.T("plan.robust", "against", strings.Join(parts, "; "))
	if f := rivals[0].Flips; len(f) > 0 {
		says += " " + catalogue.T("plan.robust.flip", "says", f[0].Says, "end", flippedAt(f[0]))
	} else {
		says += " " + catalogue.T("plan.robust.firm")
	}
	if f := widestFlip(rivals); f != nil {
		says += " " + catalogue.T("plan.robust.turns", "says", f.Says)
	}
	return says
}

// widestFlip is the estimate that turns most between the plan and its peers.
func widestFlip(rivals []Rival) (widest *Flip) {
	width := func(f *Flip) float64 { return math.Abs(f.High - f.Low) }
	for k := range rivals {
		for j := range rivals[k].Flips {
			if f := &rivals[k].Flips[j]; rivals[k].Kind == rivalPeer && (widest == nil || width(f) > width(widest)) {
				widest = f
			}
		}
	}
	return widest
}

// inHundred is a share as a number of 100; all and none are only said of all and
// none.
func inHundred(share float64) int {
	n := int(100*share + .5)
	switch {
	case share < 1 && n == 100:
		return 99
	case share > 0 && n == 0:
		return 1
	}
	return n
}

// flippedAt says at which end of its range an estimate puts the rival ahead.
func flippedAt(f Flip) string {
	if f.Low < 0 {
		return catalogue.T("plan.robust.low")
	}
	return catalogue.T("plan.robust.high")
}
