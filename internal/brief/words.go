package brief

import (
	"slices"
	"strings"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
)

// voice says figures in the report's currency and timeframe.
type voice struct {
	currency string
	horizon  float64 // years
	told     float64 // years that chances are told over
}

func voiceOf(r *Report) voice {
	return voice{currency: r.Currency, horizon: r.HorizonYears, told: r.ToldYears()}
}

func (v voice) about(x float64) string { return plain.About(x, v.currency) }

// money is a range where one is known, else the figure.
func (v voice) money(x float64, r *Range) string {
	if r == nil || r[0] == r[1] {
		return v.about(x)
	}
	return plain.MoneyRange(r[0], r[1], v.currency)
}

// sentence ends a text from a file as a sentence.
func sentence(text string) string {
	text = plain.Capital(strings.TrimSpace(text))
	if text == "" || strings.ContainsAny(text[len(text)-1:], ".!?") || strings.HasSuffix(text, "…") {
		return text
	}
	return catalogue.T("brief.sentence", "text", text)
}

func peopleWords(p *People) string {
	if p == nil {
		return ""
	}
	out := catalogue.T("brief.people.some", "who", p.Who)
	if p.HowMany != nil {
		count := plain.People(*p.HowMany)
		if p.HowManyRange != nil {
			count = plain.PeopleRange(p.HowManyRange[0], p.HowManyRange[1])
		}
		out = catalogue.T("brief.people.many", "count", count, "who", p.Who)
	}
	return joinSentences(out, harmWords(p.Harm))
}

func harmWords(h parley.Harm) string {
	switch h {
	case parley.Minor:
		return catalogue.T("brief.harm.minor")
	case parley.Serious:
		return catalogue.T("brief.harm.serious")
	case parley.Grave:
		return catalogue.T("brief.harm.grave")
	}
	return ""
}

// oftenFrom is the rate per year from which a chance within the horizon says
// too little, and how often it happens is said as well.
const oftenFrom = 0.8

// risk is the risk sentence: word, number, timeframe; and how often, where a
// chance says too little.
func (v voice) risk(t *Threat) string {
	begun := slices.ContainsFunc(t.Doubt.Layers, func(l Layer) bool { return l.Later })
	if t.Told() == nil {
		return ""
	}
	p := *t.Told()
	lo, hi := p, p
	if r := t.toldRange(); r != nil {
		lo, hi = r[0], r[1]
	}
	out := sentence(plain.Risk(p, lo, hi, v.told, begun))
	if t.EventsPerYear == nil || *t.EventsPerYear < oftenFrom {
		return out
	}
	often := plain.Frequency(*t.EventsPerYear)
	if r := t.EventsPerYearRange; r != nil {
		often = plain.FrequencyRange(r[0], r[1])
	}
	return joinSentences(out, catalogue.T("brief.risk.often", "often", often))
}

// loss says what one event costs; certain: every event costs the same.
func (v voice) loss(l *Loss, certain bool) string {
	switch {
	case l == nil:
		return ""
	case l.P95 == 0:
		return catalogue.T("brief.loss.none")
	case certain:
		return catalogue.T("brief.loss.one", "typical", v.about(l.P50))
	case !l.spread(certain):
		return catalogue.T("brief.loss.alike", "typical", v.about(l.P50))
	}
	return catalogue.T("brief.loss.range", "typical", v.about(l.P50), "bad", v.about(l.P95))
}

// spread reports whether a bad case costs more than a typical one, as it is said.
func (l *Loss) spread(certain bool) bool {
	return l != nil && l.P95 > 0 && !certain && plain.Round2(l.P50) != plain.Round2(l.P95)
}

func (v voice) bad(oneInTwenty *float64) string {
	switch {
	case oneInTwenty == nil:
		return ""
	case *oneInTwenty == 0:
		return catalogue.T("brief.bad.none")
	}
	return catalogue.T("brief.bad.some", "money", plain.Money(*oneInTwenty, v.currency))
}

func (v voice) average(t *Threat) string {
	if t.ExpectedAnnualLoss == nil {
		return ""
	}
	money := v.about(*t.ExpectedAnnualLoss)
	if r := t.ExpectedAnnualLossRange; r != nil && plain.Round2(r[0]) != plain.Round2(r[1]) {
		return catalogue.T("brief.average.range", "money", money, "range", plain.MoneyRange(r[0], r[1], v.currency))
	}
	return catalogue.T("brief.average", "money", money)
}

func missingWords(missing []string) string {
	if len(missing) == 0 {
		return ""
	}
	what := make([]string, len(missing))
	for i, m := range missing {
		what[i] = catalogue.T("brief.missing." + m)
	}
	return catalogue.T("brief.missing", "what", plain.List(what))
}

// waiting says what it costs to put the decision off; title is that of the
// option that would be late.
func (v voice) waiting(w *Waiting, title string) string {
	if w == nil {
		return ""
	}
	time := plain.Duration(float64(w.Months) / 12)
	if w.Costs <= 0 {
		return catalogue.T("brief.waiting.free", "time", time)
	}
	if w.Loses {
		return catalogue.T("brief.waiting.loses", "time", time, "money", v.about(w.Costs), "option", title)
	}
	return catalogue.T("brief.waiting.costs", "time", time, "money", v.about(w.Costs), "option", title)
}
