package negotiate

import (
	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/quantity"
)

// CostSays is what an item costs in the words of the pages, "" for nothing or
// what nobody stated.
type CostSays struct {
	Effort string `json:"effort,omitempty"` // "15 to 40 days"
	Once   string `json:"once,omitempty"`   // "£2k"
	Yearly string `json:"yearly,omitempty"` // money a year
}

// costSays puts a resolved cost into words: words of the scale by what they
// stand for, ranges by where they lie with 90 % confidence.
func costSays(c parley.Cost, currency string) CostSays {
	money := func(lo, hi float64) string { return plain.MoneyRange(lo, hi, currency) }
	return CostSays{Effort: spanText(c.Effort, plain.EffortRange), Once: spanText(c.Once, money), Yearly: spanText(c.Yearly, money)}
}

func spanText(q quantity.Quantity, words func(lo, hi float64) string) string {
	if q.IsZero() || q.Dist() == nil {
		return q.Text
	}
	lo, hi := q.Dist().Quantile(0.05), q.Dist().Quantile(0.95)
	if hi == 0 {
		return ""
	}
	return words(lo, hi)
}
