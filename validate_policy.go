package parley

import (
	"fmt"

	"github.com/parleysec/parley/quantity"
)

// longestHorizon is the furthest a decision can look ahead, in years.
const longestHorizon = 100

// policy checks the yardstick and the product's currency.
func (v *validator) policy() {
	p := &v.m.Policy
	if c := v.m.Product.Currency; c != "" && !ValidCurrency(c) {
		v.fail("product.currency", v.m.Product.ID, CurrencyHint(c), "%q is not a currency code of ISO 4217", c)
	}
	v.single("policy.horizon", p.Horizon)
	v.single("policy.person_day", p.PersonDay)
	v.single("policy.discount_rate", p.DiscountRate)
	v.single("policy.common_cause", p.CommonCause)
	v.single("policy.unverified", p.Unverified)
	if h := p.Horizon; h.Parsed() && (h.Mean() <= 0 || h.Mean() > longestHorizon) {
		v.fail("policy.horizon", "", "e.g. 2 years", "the horizon must be longer than nothing and at most %d years", longestHorizon)
	}
	v.appetite(p.Appetite)
	v.activities()
	v.personDay()
}

// single checks that a yardstick is one value.
func (v *validator) single(path string, q quantity.Quantity) bool {
	if _, ok := q.Dist().(quantity.Constant); q.Parsed() && !ok {
		v.fail(path, "", "one number: everybody measures with the same one", "this must be one value, not the range %q", q.Text)
		return false
	}
	return q.Parsed()
}

// maxLimits is how many points an appetite has at most: nobody tells more apart.
const maxLimits = 50

func (v *validator) appetite(limits []Limit) {
	if len(limits) > maxLimits {
		v.fail("policy.appetite", "", "two or three say it: a bad year, a very bad year, the end", "an appetite has at most %d points", maxLimits)
		return
	}
	for i, l := range limits {
		path := fmt.Sprintf("policy.appetite[%d]", i)
		loss, chance := v.single(path+".loss", l.Loss), v.single(path+".chance", l.Chance)
		if !loss || !chance {
			continue
		}
		for j, other := range limits[:i] {
			if !other.Loss.Parsed() || !other.Chance.Parsed() {
				continue
			}
			less, more := other, l
			if less.Loss.Mean() > more.Loss.Mean() {
				less, more = more, less
			}
			switch {
			case less.Loss.Mean() == more.Loss.Mean():
				v.warn(path+".loss", "", "keep the stricter one", "this loss has a limit already (appetite[%d])", j)
			case less.Chance.Mean() < more.Chance.Mean():
				v.warn(path+".chance", "", "a larger loss is usually tolerated less often",
					"losing more than %s is tolerated more often (%s) than losing more than %s (%s)",
					more.Loss, more.Chance, less.Loss, less.Chance)
			}
		}
	}
}

// personDay checks that effort can be turned into money where any is stated.
func (v *validator) personDay() {
	if !v.m.Policy.PersonDay.IsZero() {
		return
	}
	if path, id := v.m.FirstEffort(); path != "" {
		v.fail(path, id, "add policy.person_day: what one day of one person costs, e.g. person_day: 650",
			"effort has no price yet: policy.person_day is missing")
	}
}

// FirstEffort is where the first effort is stated, with the id of what it is
// of; path is "" where none is.
func (m *Model) FirstEffort() (path, id string) {
	for i, t := range m.Threats {
		for j, x := range t.Treatments {
			if !x.Cost.Effort.IsZero() {
				return fmt.Sprintf("threats[%d].treatments[%d].cost.effort", i, j), x.ID
			}
		}
	}
	for i, x := range m.Mitigations {
		if !x.Cost.Effort.IsZero() {
			return fmt.Sprintf("mitigations[%d].cost.effort", i), x.ID
		}
	}
	for i, f := range m.Features {
		if !f.Cost.Effort.IsZero() {
			return fmt.Sprintf("features[%d].cost.effort", i), f.ID
		}
	}
	return "", ""
}
