package brief

import (
	"slices"
	"strings"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/quantity"
	"github.com/parleysec/parley/risk"
	"github.com/parleysec/parley/risk/learning"
)

// wideFrom is the ratio of the ends of a range from which a brief says so.
const wideFrom = 3

// rangeOf is where a distribution lies with 90 % confidence, nil for one that
// is a single number.
func rangeOf(d quantity.Dist) *Range {
	r := Range{d.Quantile(0.05), d.Quantile(0.95)}
	if r[0] == r[1] {
		return nil
	}
	return &r
}

// ratio is how many times the upper end of a range is the lower, nil where
// there is no range or it starts at 0.
func ratio(r *Range) *float64 {
	if r == nil || r[0] <= 0 {
		return nil
	}
	x := r[1] / r[0]
	return &x
}

// peopleOf are the people a threat harms.
func peopleOf(t *parley.Threat) *People {
	p := t.Impact.People
	if p == nil {
		return nil
	}
	out := &People{Who: p.Who, Harm: p.Harm}
	if !p.HowMany.IsZero() {
		mean := p.HowMany.Mean()
		out.HowMany, out.HowManyRange = &mean, rangeOf(p.HowMany.Dist())
	}
	return out
}

// standing are the layers in place against a threat. Those that came after its
// estimate was stated say what they take off the average year.
func (b *builder) standing(out *Threat, t *parley.Threat) ([]Layer, error) {
	layers := layersOf(b.m, t.ID, b.p.Assurance())
	if t.StatedWith == nil {
		return layers, nil
	}
	for i := range layers {
		x := &layers[i]
		x.Later = !slices.Contains(*t.StatedWith, x.ID)
		if !x.Later || out.ExpectedAnnualLoss == nil {
			continue
		}
		without, err := b.p.ExpectThreat(t.ID, risk.Scenario{Features: out.OnlyWith, Without: []string{x.ID}})
		if err != nil {
			return nil, err
		}
		off := without.Annual - *out.ExpectedAnnualLoss
		x.TakesOff = &off
	}
	return layers, nil
}

// standingWords says what was done since the estimate, what each of it takes
// off, and whether anything verifies that.
func (v voice) standingWords(layers []Layer) string {
	var said []string
	for _, l := range layers {
		if !l.Later {
			continue
		}
		verified := catalogue.T("brief.standing.unverified")
		if l.Credit != nil {
			verified = catalogue.T("brief.standing.credit", "credit", plain.Percent(*l.Credit))
		}
		switch {
		case l.TakesOff == nil:
			said = append(said, catalogue.T("brief.standing.unpriced", "title", l.Title, "verified", verified))
		case plain.Round2(*l.TakesOff) < plain.Small:
			said = append(said, catalogue.T("brief.standing.little", "title", l.Title, "verified", verified))
		default:
			said = append(said, catalogue.T("brief.standing.off", "title", l.Title, "money", v.about(*l.TakesOff), "verified", verified))
		}
	}
	if len(said) == 0 {
		return ""
	}
	return catalogue.T("brief.standing", "layers", strings.Join(said, "; "))
}

// layersOf are the controls in place against a threat, with what evidence bears
// out of them where there is any.
func layersOf(m *parley.Model, threat string, assured map[string]risk.Assurance) []Layer {
	out := []Layer{}
	for _, c := range m.Controls {
		if slices.ContainsFunc(c.Against, func(a parley.Against) bool { return a.Threat == threat && a.Stated() }) {
			x := Layer{ID: c.ID, Title: titleOr(c.Title, c.ID), ReliesOn: c.ReliesOn}
			if a, verified := assured[c.ID]; verified {
				credit := a.Expected()
				x.Verified, x.Credit = true, &credit
			}
			out = append(out, x)
		}
	}
	return out
}

func titleOr(title, id string) string {
	if title != "" {
		return title
	}
	return id
}

// estimatesOf is what each person estimated, as typed.
func estimatesOf(t *parley.Threat) []Estimate {
	var out []Estimate
	for i := range t.Estimates {
		e := &t.Estimates[i]
		one := Estimate{By: e.By, At: e.At, Likelihood: e.Likelihood.Text}
		if e.Likelihood.Form == quantity.Chance && e.Likelihood.Stated != nil {
			one.ChanceRange = rangeOf(e.Likelihood.Stated)
		}
		for _, k := range e.Impact.Losses() {
			one.Impact = append(one.Impact, string(k.Kind)+" "+k.Loss.Amount.Text)
		}
		out = append(out, one)
	}
	return out
}

// poolOf pools the latest likelihood of each person, nil where fewer than two
// stated one.
func poolOf(t *parley.Threat) *Pool {
	latest := map[string]*parley.Estimate{}
	var people []string
	for i := range t.Estimates {
		e := &t.Estimates[i]
		if e.Likelihood.IsZero() || e.Likelihood.Stated == nil {
			continue
		}
		if was := latest[e.By]; was == nil {
			people = append(people, e.By)
		} else if e.At < was.At {
			continue
		}
		latest[e.By] = e
	}
	var all []quantity.Dist
	for _, who := range people {
		all = append(all, latest[who].Likelihood.Dist())
	}
	p, err := learning.Pool(all)
	if err != nil {
		return nil
	}
	return &Pool{People: p.People, EventsPerYear: p.Mean, EventsPerYearRange: &Range{p.P5, p.P95}, Apart: p.Apart}
}

func (p *Pool) words() []string {
	if p == nil {
		return nil
	}
	key := "brief.pool.apart"
	if p.Apart <= learning.Agreed {
		key = "brief.pool.agree"
	}
	return []string{catalogue.T(key, "people", plain.Capital(plain.InWords(float64(p.People))),
		"often", plain.FrequencyRange(p.EventsPerYearRange[0], p.EventsPerYearRange[1]), "times", plain.Number(p.Apart))}
}

func estimateWords(e Estimate) string {
	what := e.Impact
	if e.Likelihood != "" {
		what = append([]string{e.Likelihood}, what...)
	}
	text := strings.Join(what, ", ")
	if e.At == "" {
		return sentence(catalogue.T("brief.estimate.by", "by", e.By, "what", text))
	}
	return sentence(catalogue.T("brief.estimate.by_at", "by", e.By, "at", dateWords(e.At), "what", text))
}

func basisWords(basis string) string {
	switch basis {
	case "":
		return catalogue.T("brief.basis.unknown")
	case parley.BasisGuess:
		return catalogue.T("brief.basis.guess")
	case parley.BasisImported:
		return catalogue.T("brief.basis.imported")
	case parley.BasisTool:
		return catalogue.T("brief.basis.tool")
	}
	return catalogue.T("brief.basis.other", "basis", basis)
}

// doubtWords says how sure we are, and on what basis.
func doubtWords(m *parley.Model, d *Doubt) []string {
	out := append([]string{basisWords(d.Basis)}, d.Apart...)
	if d.ChanceRatio != nil && *d.ChanceRatio >= wideFrom {
		out = append(out, catalogue.T("brief.doubt.chance", "times", plain.Number(*d.ChanceRatio)))
	}
	if d.LossRatio != nil && *d.LossRatio >= wideFrom {
		out = append(out, catalogue.T("brief.doubt.loss", "times", plain.Number(*d.LossRatio)))
	}
	for _, e := range d.Estimates {
		out = append(out, estimateWords(e))
	}
	out = append(out, d.Pool.words()...)
	return append(out, layerWords(m, d.Layers)...)
}

// drawnWords say how far a figure that is drawn would mostly be from this with
// other draws: two standard errors, beyond which one in twenty would be.
func (b *builder) drawnWords(t *Threat) []string {
	if t.LossOneInTwenty == nil || t.OneInTwentyErr == nil || *t.OneInTwentyErr <= 0 {
		return nil
	}
	return []string{catalogue.T("brief.doubt.drawn", "years", plain.Number(float64(b.opt.Trials)), "off", plain.Money(2**t.OneInTwentyErr, b.voice.currency))}
}

func layerWords(m *parley.Model, layers []Layer) []string {
	if len(layers) == 0 {
		return []string{catalogue.T("brief.doubt.no_layers")}
	}
	var unverified, verified []string
	for _, l := range layers {
		name := l.Title
		var needs []string
		for _, id := range l.ReliesOn {
			if d := m.Dependency(id); d != nil {
				needs = append(needs, titleOr(d.Title, d.ID))
			}
		}
		if len(needs) > 0 {
			name = catalogue.T("brief.doubt.layer", "title", l.Title, "needs", plain.List(needs))
		}
		if l.Credit == nil {
			unverified = append(unverified, name)
		} else {
			verified = append(verified, catalogue.T("brief.doubt.credit", "layer", name, "credit", plain.Percent(*l.Credit)))
		}
	}
	var out []string
	if len(unverified) > 0 {
		out = append(out, catalogue.T("brief.doubt.layers", "layers", strings.Join(unverified, "; ")))
	}
	if len(verified) > 0 {
		out = append(out, catalogue.T("brief.doubt.verified", "layers", strings.Join(verified, "; ")))
	}
	return out
}
