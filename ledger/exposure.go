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

// leaves reports whether a kind of decision leaves loss as it is, for which
// authority is asked.
func leaves(k parley.Kind) bool { return k == parley.Accept || k == parley.Defer }

// matrix checks the limits of whoever decides: this decision alone, and together
// with what the same person left as it is by decisions of the same year that
// still hold, in the product and, for a role over several, in all of them. Sums
// add the bad years of threats as if they fell together, which is on the safe
// side. A role that takes several is enough for whoever approves, and not for
// whoever decides at once.
func (c *checker) matrix() {
	m := c.state.Authority
	if m == nil || !leaves(c.d.Terms.Kind) {
		return
	}
	decider := nameOf(c.d.Actor, c.d.By)
	info, err := c.product.Info()
	if err != nil || c.d.Terms.Exposure == nil {
		c.refuse(Refusal{Reason: Authority, Message: fmt.Sprintf("what %s leaves has no price, so that nobody's authority is enough", strings.Join(c.d.Terms.Threats, ", ")), Hint: "estimate it, or escalate"})
		return
	}
	what := "needs somebody with authority, which " + decider + " does not have"
	for _, r := range m.Roles {
		if !r.covers(c.product.ID, info.Currency) || !slices.Contains(c.state.people(r, c.product.ID), decider) {
			continue
		}
		switch enough := c.state.mayLeave(r, decider, c.d); {
		case enough && (!r.Joint() || c.d.Approving):
			return
		case enough:
			what = fmt.Sprintf("takes %d of %s", r.Approvers, r.Name)
		case !strings.HasPrefix(what, "takes"):
			what = "is beyond what " + decider + " may leave, alone or with the year's other decisions"
		}
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
	var who, together []string
	for _, r := range c.state.Authority.Roles {
		if !r.covers(c.product.ID, currency) {
			continue
		}
		var able []string
		for _, name := range c.state.people(r, c.product.ID) {
			if c.state.mayLeave(r, name, c.d) {
				able = append(able, name)
			}
		}
		switch {
		case !r.Joint():
			for _, name := range able {
				who = append(who, fmt.Sprintf("%s (%s)", name, r.Name))
			}
		case len(able) >= r.Approvers:
			together = append(together, fmt.Sprintf("%d of %s together (%s)", r.Approvers, strings.Join(able, ", "), r.Name))
		}
	}
	if who = append(who, together...); len(who) == 0 {
		return "nobody has that authority: mitigate it, or change the authority matrix"
	}
	return "it may be decided by " + strings.Join(who, ", or by ") + ": propose it to them, or escalate"
}

// left is what a person left as it is in the year of a decision, by decisions
// that still hold, in the products of a role; what the new decision replaces
// does not count. What several left together counts where several are asked, and
// not against what one of them may leave alone.
func (s *State) left(r Role, person string, d Deciding) Exposure {
	var sum Exposure
	for _, p := range s.Products() {
		info, err := p.Info()
		if err != nil || !r.covers(p.ID, info.Currency) {
			continue
		}
		for _, o := range p.Decisions {
			if o.Status == InForce && leaves(o.Kind) && slices.Contains(o.deciders(), person) && (r.Joint() || len(o.Approvals) == 0) && strings.HasPrefix(d.Today, o.At.Format("2006")) && !(p.ID == d.Product && slices.Contains(d.Terms.Supersedes, o.Short)) {
				sum = sum.plus(o.Exposure)
			}
		}
	}
	return sum
}
