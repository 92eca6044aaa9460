package negotiate

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/risk"
)

// place is where an uncertain input stands in a file.
type place struct {
	path  string // e.g. threats.leak.likelihood
	title string // of what it is stated for
	text  string // as typed; "" where it is typed in several places
	says  string // what it is, as the catalogue's key; "" for that of its kind
}

// estimate names an uncertain input by where it stands, and says what it is.
func (l *loaded) estimate(e risk.Learned) Estimate {
	p := l.placeOf(e)
	return Estimate{
		Estimate: p.path, EVPPI: e.EVPPI, Estimated: e.Estimated, Stated: p.text,
		Says:    catalogue.T("learn.what."+cmp.Or(p.says, string(e.What)), "thing", plain.Clean(p.title)),
		Threats: append([]string{}, e.Threats...), Ask: l.knows(e),
	}
}

// knows says who may know more about an uncertain input: who answers for the
// threat and who has estimated it, who answers for the layer, or who is asked when
// others must do it; where nobody is named, who answers for the product.
func (l *loaded) knows(e risk.Learned) []string {
	var who []string
	if t := l.model.Threat(e.ID); t != nil {
		who = append(who, t.Owner)
		for i := range t.Estimates {
			who = append(who, t.Estimates[i].By)
		}
	} else if c := l.model.Control(e.ID); c != nil {
		who = append(who, c.Owner)
	} else if x := l.model.Mitigation(e.ID); x != nil {
		who = append(who, x.Ask)
	}
	if strings.Join(who, "") == "" {
		who = []string{l.model.Product.Owner}
	}
	named := []string{}
	for _, x := range who {
		if x = plain.Clean(x); x != "" && !slices.Contains(named, x) {
			named = append(named, x)
		}
	}
	return named
}

func (l *loaded) placeOf(e risk.Learned) place {
	m := l.model
	if t := m.Threat(e.ID); t != nil {
		return threatPlace(t, e)
	}
	if x := m.Mitigation(e.ID); x != nil {
		p := barrierPlace(&x.Barrier, e)
		if p.path == "" {
			p = workPlace(x.Cost, x.Benefits, e)
		}
		return p.within("mitigations", x.ID, x.Title)
	}
	if c := m.Control(e.ID); c != nil {
		return barrierPlace(&c.Barrier, e).within("controls", c.ID, c.Title)
	}
	if f := m.Feature(e.ID); f != nil {
		p := workPlace(f.Cost, nil, e)
		if e.What == risk.StatedBenefit {
			p = place{path: "value", text: f.Value.Text}
		}
		return p.within("features", f.ID, f.Title)
	}
	for i := range m.Threats {
		for _, x := range m.Threats[i].Treatments {
			if x.ID != e.ID {
				continue
			}
			p := treatmentPlace(&x, e)
			return p.within("threats."+m.Threats[i].ID+".treatments", x.ID, x.Title)
		}
	}
	return place{path: e.ID + "." + string(e.What), title: e.ID}
}

// within is a place in the item of a list.
func (p place) within(list, id, title string) place {
	p.path, p.title = list+"."+id+"."+p.path, cmp.Or(title, id)
	return p
}

func threatPlace(t *parley.Threat, e risk.Learned) place {
	var p place
	switch e.What {
	case risk.StatedOccurs:
		p = kindPlace(t, e.Index)
	case risk.StatedTogether:
		p = partPlace(t, e.Index)
	default:
		p = ratePlace(t, e.Index)
	}
	return p.within("threats", t.ID, t.Title)
}

// ratePlace is what says how often a threat happens, or one of what that is the
// product of.
func ratePlace(t *parley.Threat, index int) place {
	if !t.Fair.StatesRate() {
		return place{path: "likelihood", text: t.Likelihood.Text}
	}
	switch {
	case index == risk.RateAction:
		return place{path: "fair.action", text: t.Fair.Action.Text, says: "action"}
	case index == risk.RateSusceptibility:
		return place{path: "fair.susceptibility", text: t.Fair.Susceptibility.Text, says: "susceptibility"}
	case t.Fair.Attempts.IsZero():
		return place{path: "fair.contacts", text: t.Fair.Contacts.Text, says: "contacts"}
	}
	return place{path: "fair.attempts", text: t.Fair.Attempts.Text, says: "attempts"}
}

// kindPlace is the chance of the index-th loss of an event.
func kindPlace(t *parley.Threat, index int) place {
	for _, part := range t.LossParts() {
		if index < len(part.Losses) {
			k := part.Losses[index]
			return place{path: part.Path + "." + string(k.Kind) + ".chance", text: k.Loss.Chance.Text}
		}
		index -= len(part.Losses)
	}
	return place{}
}

// partPlace is the index-th chance of losses that come together.
func partPlace(t *parley.Threat, index int) place {
	for _, part := range t.LossParts() {
		if part.Chance.IsZero() {
			continue
		}
		if index == 0 {
			return place{path: part.Path + ".chance", text: part.Chance.Text}
		}
		index--
	}
	return place{}
}

// barrierPlace is a share of a layer, the zero place for what is none. Shares
// against several threats are found out together: they are one input.
func barrierPlace(b *parley.Barrier, e risk.Learned) place {
	switch e.What {
	case risk.StatedCoverage:
		return place{path: "coverage", text: b.Coverage.Text}
	case risk.StatedDegraded:
		return place{path: "degraded", text: b.Degraded.Text}
	case risk.StatedAssurance:
		return place{path: "assurance"}
	case risk.StatedEvents, risk.StatedLoss:
	default:
		return place{}
	}
	field := map[risk.Stated]string{risk.StatedEvents: "likelihood", risk.StatedLoss: "impact"}[e.What]
	if len(e.Threats) != 1 {
		return place{path: "against." + field}
	}
	p := place{path: "against." + e.Threats[0] + "." + field}
	if i := slices.IndexFunc(b.Against, func(a parley.Against) bool { return a.Threat == e.Threats[0] }); i >= 0 {
		p.text = b.Against[i].Likelihood.Text
		if e.What == risk.StatedLoss {
			p.text = b.Against[i].Impact.Text
		}
	}
	return p
}

// treatmentPlace is a term of a contract or what it costs.
func treatmentPlace(x *parley.Treatment, e risk.Learned) place {
	switch e.What {
	case risk.StatedPremium:
		return place{path: "premium", text: x.Premium.Text}
	case risk.StatedShare:
		return place{path: "share", text: x.Share.Text}
	case risk.StatedDeductible:
		return place{path: "deductible", text: x.Deductible.Text}
	case risk.StatedLimit:
		return place{path: "limit", text: x.Limit.Text}
	}
	return workPlace(x.Cost, nil, e)
}

// workPlace is a cost or a benefit.
func workPlace(c parley.Cost, benefits []parley.Benefit, e risk.Learned) place {
	switch e.What {
	case risk.StatedEffort:
		return place{path: "cost.effort", text: c.Effort.Text}
	case risk.StatedOnce:
		return place{path: "cost.once", text: c.Once.Text}
	case risk.StatedYearly:
		return place{path: "cost.yearly", text: c.Yearly.Text}
	}
	n := -1 // among those with a value
	for i, b := range benefits {
		if !b.Value.IsZero() {
			n++
		}
		if n == e.Index {
			return place{path: "benefits." + strconv.Itoa(i+1), text: b.Value.Text}
		}
	}
	return place{path: string(e.What)}
}
