package web

import (
	"strings"

	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/quantity"
)

// costWords says costs that were typed in the grammar of quantities.
type costWords struct{ currency string }

// costs is effort, money once and money a year, as far as they were stated. A
// text that cannot be read without the product's own words stays as typed.
func (c costWords) costs(effort, once, yearly string) string {
	days := c.say(effort, quantity.Effort, plain.EffortRange)
	money := func(lo, hi float64) string { return plain.MoneyRange(lo, hi, c.currency) }
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
	q, err := quantity.Parse(text, kind, quantity.Env{Currency: c.currency})
	if err != nil || q.Word != "" {
		return text
	}
	d := q.Dist()
	lo, hi := d.Quantile(0.05), d.Quantile(0.95)
	if hi == 0 {
		return ""
	}
	return words(lo, hi)
}
