package web

import (
	"strings"

	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/quantity"
)

// costWords says costs that were typed in the grammar of quantities, words of
// the product's scale by what they stand for.
type costWords struct{ env quantity.Env }

// costWords are those of the product at hand; without a model costs stay as
// they were typed.
func (s *situation) costWords() costWords {
	if s.product == nil || s.product.Model == nil {
		return costWords{}
	}
	return costWords{s.product.Model.Env()}
}

// costs is effort, money once and money a year, as far as they were stated. A
// text that cannot be read stays as typed.
func (c costWords) costs(effort, once, yearly string) string {
	days := c.say(effort, quantity.Effort, plain.EffortRange)
	money := func(lo, hi float64) string { return plain.MoneyRange(lo, hi, c.env.Currency) }
	first, each := c.say(once, quantity.Money, money), c.say(yearly, quantity.Yearly, money)
	if each != "" {
		each = catalogue.T("web.fact.a_year", "money", each)
	}
	return strings.Join(some(days, first, each), ", ")
}

func (c costWords) say(text string, kind quantity.Kind, words func(lo, hi float64) string) string {
	if text == "" {
		return ""
	}
	q, err := quantity.Parse(text, kind, c.env)
	if err != nil {
		return text
	}
	d := q.Dist()
	lo, hi := d.Quantile(0.05), d.Quantile(0.95)
	if hi == 0 {
		return ""
	}
	return words(lo, hi)
}

// mean is the expected value of a typed cost, 0 where there is none to read.
func (c costWords) mean(text string, kind quantity.Kind) float64 {
	if text == "" {
		return 0
	}
	q, err := quantity.Parse(text, kind, c.env)
	if err != nil {
		return 0
	}
	return q.Mean()
}
