package ledger

import (
	"fmt"
	"slices"
	"strings"

	"github.com/parleysec/parley"
)

// Exposure is what a decision leaves as it is, in the product's currency.
type Exposure struct {
	Annual  float64 `json:"expected_annual_loss"`
	OneIn20 float64 `json:"loss_1_in_20"`       // lost in the worst of twenty years, or more
	BadCase float64 `json:"loss_if_it_happens"` // bad case of one event, threats added up
}

func (e Exposure) plus(o *Exposure) Exposure {
	if o == nil {
		return e
	}
	return Exposure{e.Annual + o.Annual, e.OneIn20 + o.OneIn20, e.BadCase + o.BadCase}
}

// within reports whether an exposure keeps the limits of a role.
func (r Role) within(e Exposure) bool {
	return (r.Annual == nil || e.Annual <= *r.Annual) && (r.OneIn20 == nil || e.OneIn20 <= *r.OneIn20) && (r.BadCase == nil || e.BadCase <= *r.BadCase)
}

// covers reports whether a role is about a product.
func (r Role) covers(product, currency string) bool {
	return r.Currency == currency && (len(r.Products) == 0 || slices.Contains(r.Products, product))
}

func (r Role) holds(name string) bool {
	return slices.ContainsFunc(r.Holders, func(h Holder) bool { return h.Name == name })
}

// leaves reports whether a kind of decision leaves loss as it is, for which
// authority is asked.
func leaves(k parley.Kind) bool { return k == parley.Accept || k == parley.Defer }

// matrix checks the limits of whoever decides: this decision alone, and together
// with what the same person left as it is by decisions of the same year that
// still hold, in the product and, for a role over several, in all of them. Sums
// add the bad years of threats as if they fell together, which is on the safe
// side.
func (c *checker) matrix() {
	m := c.state.Authority
	if m == nil || !leaves(c.d.Terms.Kind) {
		return
	}
	decider := c.d.Actor.ID
	if c.d.By != "" {
		decider = c.d.By
	}
	info, err := c.product.Info()
	if err != nil || c.d.Terms.Exposure == nil {
		c.refuse(Refusal{Reason: Authority, Message: fmt.Sprintf("what %s leaves has no price, so that nobody's authority is enough", strings.Join(c.d.Terms.Threats, ", ")), Hint: "estimate it, or escalate"})
		return
	}
	mine := false
	for _, r := range m.Roles {
		if !r.covers(c.product.ID, info.Currency) || !r.holds(decider) {
			continue
		}
		mine = true
		if r.within(c.state.left(r, decider, c.d).plus(c.d.Terms.Exposure)) {
			return
		}
	}
	what := "is beyond what " + decider + " may leave, alone or with the year's other decisions"
	if !mine {
		what = "needs somebody with authority, which " + decider + " does not have"
	}
	e := c.d.Terms.Exposure
	c.refuse(Refusal{
		Reason:  Authority,
		Message: fmt.Sprintf("%s (expected %.0f %s a year, 1 year in 20 %.0f, bad case %.0f) %s", strings.Join(c.d.Terms.Threats, ", "), e.Annual, info.Currency, e.OneIn20, e.BadCase, what),
		Hint:    c.whoMay(info.Currency),
	})
}

// whoMay names those whose limits suffice.
func (c *checker) whoMay(currency string) string {
	var who []string
	for _, r := range c.state.Authority.Roles {
		for _, h := range r.Holders {
			if r.covers(c.product.ID, currency) && r.within(c.state.left(r, h.Name, c.d).plus(c.d.Terms.Exposure)) {
				who = append(who, fmt.Sprintf("%s (%s)", h.Name, r.Name))
			}
		}
	}
	if len(who) == 0 {
		return "nobody has that authority: mitigate it, or change the authority matrix"
	}
	return "it may be decided by " + strings.Join(who, ", ") + ": propose it to them, or escalate"
}

// left is what a person left as it is in the year of a decision, by decisions
// that still hold, in the products of a role; what the new decision replaces
// does not count.
func (s *State) left(r Role, person string, d Deciding) Exposure {
	var sum Exposure
	for _, p := range s.Products() {
		info, err := p.Info()
		if err != nil || !r.covers(p.ID, info.Currency) {
			continue
		}
		for _, o := range p.Decisions {
			who, _ := o.Decider()
			if o.Status == InForce && leaves(o.Kind) && who == person && strings.HasPrefix(d.Today, o.At.Format("2006")) && !(p.ID == d.Product && slices.Contains(d.Terms.Supersedes, o.Short)) {
				sum = sum.plus(o.Exposure)
			}
		}
	}
	return sum
}
