package brief

import (
	"slices"
	"strings"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
)

// recordedElsewhere lists the decisions about a threat that the file brings
// from elsewhere.
func recordedElsewhere(m *parley.Model, threat string) []Recorded {
	var out []Recorded
	for _, d := range m.Decisions {
		if !slices.Contains(d.Threats, threat) {
			continue
		}
		r := Recorded{Kind: d.Kind, Because: d.Because, By: d.By, At: d.At, Until: d.Until}
		if d.Source != nil {
			r.Tool = d.Source.Tool
		}
		out = append(out, r)
	}
	return out
}

func recordedWords(r Recorded) string {
	parts := []string{catalogue.T("kind." + string(r.Kind))}
	if r.By != "" {
		parts = append(parts, catalogue.T("brief.recorded.by", "by", r.By))
	}
	if r.At != "" {
		parts = append(parts, catalogue.T("brief.recorded.at", "at", dateWords(r.At)))
	}
	if r.Until != "" {
		parts = append(parts, catalogue.T("brief.recorded.until", "until", dateWords(r.Until)))
	}
	if r.Because != "" {
		parts = append(parts, catalogue.T("brief.recorded.because", "because", strings.TrimRight(r.Because, ". ")))
	}
	if r.Tool != "" {
		parts = append(parts, catalogue.T("brief.recorded.from", "tool", r.Tool))
	}
	return sentence(catalogue.T("brief.recorded", "what", strings.Join(parts, " ")))
}

// dateWords is a date in words; what is no date (a stage) stays as it is.
func dateWords(text string) string { return plain.DateText(text) }

// duty says a duty, what meets it and what keeping it costs.
func (v voice) duty(d Duty, t *Threat) string {
	source := ""
	if d.Source != "" {
		source = " (" + d.Source + ")"
	}
	met := catalogue.T("brief.duty.open")
	switch {
	case !d.Applies:
		met = sentence(catalogue.T("brief.duty.off", "why", strings.TrimRight(d.NotApplicable, ".")))
	case len(d.Kept) > 0:
		var names []string
		for _, l := range t.done() {
			names = append(names, l.Title)
		}
		met = catalogue.T("brief.duty.kept", "id", t.Decided.ID, "layers", strings.Join(names, "; "))
	case len(d.MetBy) > 0:
		var names []string
		for _, id := range d.MetBy {
			if id != OptionPlan && id != OptionBest { // made of others in the list
				names = append(names, optionTitle(t.Options, id))
			}
		}
		met = catalogue.T("brief.duty.met", "options", strings.Join(names, "; "))
	}
	return joinSentences(catalogue.T("brief.duty", "says", d.Says, "source", source, "met", met), v.price(d.Price))
}

// price says what the plan gives up for what is not for sale.
func (v voice) price(x *float64) string {
	switch {
	case x == nil:
		return ""
	case plain.Round2(*x) < plain.Small:
		return catalogue.T("brief.price.none")
	}
	return catalogue.T("brief.price", "money", v.about(*x))
}
