package web

import (
	"regexp"
	"slices"
	"strings"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/exchange"
	"github.com/parleysec/parley/quantity"
)

// reportLine is one thing a report says, with where it stands in the source: what
// the draft has a title for by its title.
func reportLine(x exchange.Line, m *parley.Model) string {
	s := x.What
	switch {
	case x.Count > 0 && x.Why == "":
		s = catalogue.T("web.start.count", "n", x.Count, "what", x.What)
	case x.Count > 1:
		s = catalogue.T("web.start.times", "n", x.Count, "what", x.What)
	}
	if x.Why != "" {
		s += ": " + x.Why
	}
	var where []string
	for _, place := range x.Where {
		if p := placeWords(m, place); p != "" && !slices.Contains(where, p) {
			where = append(where, p)
		}
	}
	if len(where) > 0 {
		s += " (" + strings.Join(where, ", ") + ")"
	}
	return sentence(s)
}

// placeWords names a place in a draft: a title instead of an id, and nothing for the
// product, which the page is about, or a field of the yardstick, which the line names.
func placeWords(m *parley.Model, place string) string {
	switch {
	case place == m.Product.ID || place == "product" || strings.HasPrefix(place, "policy."):
		return ""
	case m.Threat(place) != nil:
		return inMarks(m.Threat(place).Title)
	case m.Mitigation(place) != nil:
		return inMarks(m.Mitigation(place).Title)
	case m.Control(place) != nil:
		return inMarks(m.Control(place).Title)
	}
	return place
}

func draftThreat(t *parley.Threat, env quantity.Env) DraftThreat {
	row := DraftThreat{Title: titleOr(t.Title, t.ID), Chance: wordFigures(t.Likelihood, quantity.Likelihood, env)}
	var losses []string
	for _, x := range t.Impact.Losses() {
		losses = append(losses, wordFigures(x.Loss.Amount, quantity.Money, env))
	}
	row.Loss = strings.Join(losses, " + ")
	if p := t.Impact.People; p != nil {
		row.People = plain.Clean(strings.TrimSpace(strings.Join([]string{p.HowMany.Text, p.Who, string(p.Harm)}, " ")))
	}
	return row
}

// wordFigures is a quantity as it was stated, and a word of the scale with the
// figures that it stands for: "high: 50% to 95% per year".
func wordFigures(q quantity.Quantity, kind quantity.Kind, env quantity.Env) string {
	means, ok := wordMeans(q.Word, kind, env.Scale)
	switch {
	case q.Word == "" || !ok:
		return figureRange(q.Text, kind, env.Currency)
	case kind == quantity.Likelihood && !strings.Contains(means, "per") && !strings.Contains(means, "in "):
		means = catalogue.T("web.start.within", "chance", means, "time", plain.Duration(env.Horizon))
	}
	return catalogue.T("web.start.word", "word", q.Text, "means", figureRange(means, kind, env.Currency))
}

// wordMeans is what a word stands for on a scale, and where that lacks it on the
// usual one.
func wordMeans(word string, kind quantity.Kind, own quantity.Scale) (means string, ok bool) {
	for _, scale := range []quantity.Scale{own, quantity.DefaultScale()} {
		words := scale.Likelihood
		if kind == quantity.Money {
			words = scale.Impact
		}
		if means, ok = words[word]; ok {
			return means, true
		}
	}
	return "", false
}

// bare is an amount without a currency, or a range of them.
var bare = regexp.MustCompile(`^[0-9][0-9.,]*(k|M|bn)?(\.\.[0-9][0-9.,]*(k|M|bn)?)?$`)

// figureRange writes a range as people do: "£20k to £200k", "10% to 50% per year".
func figureRange(text string, kind quantity.Kind, currency string) string {
	if kind == quantity.Money && bare.MatchString(text) {
		symbol := plain.Symbol(currency)
		text = symbol + strings.Replace(text, "..", ".."+symbol, 1)
	}
	return plain.StatedRange(text)
}
