package ledger

import (
	"fmt"
	"slices"
	"strings"

	"github.com/parleysec/parley"
)

// Exposure is what a decision leaves as it is, or commits to, in the product's
// currency.
type Exposure struct {
	Annual  float64 `json:"expected_annual_loss,omitzero"`
	OneIn20 float64 `json:"loss_1_in_20,omitzero"`       // lost in the worst of twenty years, or more
	BadCase float64 `json:"loss_if_it_happens,omitzero"` // bad case of one event, threats added up
	Cost    float64 `json:"cost,omitzero"`               // of what is built or insured: effort and money within the horizon
}

func (e Exposure) plus(o *Exposure) Exposure {
	if o == nil {
		return e
	}
	return Exposure{e.Annual + o.Annual, e.OneIn20 + o.OneIn20, e.BadCase + o.BadCase, e.Cost + o.Cost}
}

// within reports whether an exposure keeps the limits of a role.
func (r Role) within(e Exposure) bool {
	most := func(x float64, limit *float64) bool { return limit == nil || x <= *limit }
	return most(e.Annual, r.Annual) && most(e.OneIn20, r.OneIn20) && most(e.BadCase, r.BadCase) && most(e.Cost, r.Cost)
}

// covers reports whether a role is over a product.
func (r Role) covers(product, currency string) bool {
	return r.Currency == currency && (len(r.Products) == 0 || slices.Contains(r.Products, product))
}

// leaves reports whether a kind of decision leaves loss as it is, for which
// authority is asked wherever there is a matrix.
func leaves(k parley.Kind) bool { return k == parley.Accept || k == parley.Defer }

// commits reports whether a kind of decision commits effort and money, for which
// authority is asked where a role is about that.
func commits(k parley.Kind) bool { return k == parley.Mitigate || k == parley.Transfer }

// about reports whether a role is about a kind of decision.
func (r Role) about(k parley.Kind) bool {
	if len(r.For) == 0 {
		return leaves(k)
	}
	return slices.Contains(r.For, k)
}

// asks reports whether authority is asked for a kind of decision on a product: to
// leave loss as it is where any role is about that, to commit effort and money where
// a role over the product is.
func (s *State) asks(k parley.Kind, product, currency string) bool {
	if s.Authority == nil || !leaves(k) && !commits(k) {
		return false
	}
	return slices.ContainsFunc(s.Authority.Roles, func(r Role) bool {
		if leaves(k) {
			return r.about(parley.Accept) || r.about(parley.Defer)
		}
		return r.about(k) && r.covers(product, currency)
	})
}

// matrix checks the limits of whoever decides: this decision alone, and together
// with what the same person decided of the kinds the role is about in the same year
// and still holds, in the product and, for a role over several, in all of them. Sums
// add the bad years of threats as if they fell together, which is on the safe
// side. A role that takes several is enough for whoever approves, and not for
// whoever decides at once.
func (c *checker) matrix() {
	kind := c.d.Terms.Kind
	info, err := c.product.Info()
	if err != nil || !c.state.asks(kind, c.product.ID, info.Currency) {
		return
	}
	decider := nameOf(c.d.Actor, c.d.By)
	if c.d.Terms.Exposure == nil {
		r := Refusal{Reason: Authority, Message: fmt.Sprintf("what %s leaves has no price, so that nobody's authority is enough", strings.Join(c.d.Terms.Threats, ", ")), Hint: "estimate it, or escalate"}
		if commits(kind) {
			r.Message = fmt.Sprintf("what %s costs is not stated, so that nobody's authority is enough", strings.Join(c.d.Terms.With, ", "))
		}
		c.refuse(r)
		return
	}
	what := "needs somebody with authority, which " + decider + " does not have"
	for _, r := range c.state.Authority.Roles {
		if !r.about(kind) || !r.covers(c.product.ID, info.Currency) || !slices.Contains(c.state.people(r, c.product.ID), decider) {
			continue
		}
		switch enough := c.state.mayLeave(r, decider, c.d); {
		case enough && (!r.Joint() || c.d.Approving):
			return
		case enough:
			what = fmt.Sprintf("takes %d of %s", r.Approvers, r.Name)
		case !strings.HasPrefix(what, "takes"):
			what = "is beyond what " + decider + " may decide, alone or with the year's other decisions"
		}
	}
	c.refuse(Refusal{Reason: Authority, Message: c.d.Terms.weighed(info.Currency) + " " + what, Hint: c.whoMay(info.Currency)})
}

// weighed is what a decision leaves or commits to, in words.
func (t Terms) weighed(currency string) string {
	e := t.Exposure
	if commits(t.Kind) {
		return fmt.Sprintf("%s (%.0f %s)", strings.Join(t.With, ", "), e.Cost, currency)
	}
	return fmt.Sprintf("%s (expected %.0f %s a year, 1 year in 20 %.0f, bad case %.0f)", strings.Join(t.Threats, ", "), e.Annual, currency, e.OneIn20, e.BadCase)
}

// whoMay names those whose limits suffice.
func (c *checker) whoMay(currency string) string {
	var who, together []string
	for _, r := range c.state.Authority.Roles {
		if !r.about(c.d.Terms.Kind) || !r.covers(c.product.ID, currency) {
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
	switch who = append(who, together...); {
	case len(who) == 0 && commits(c.d.Terms.Kind):
		return "nobody has that authority: choose what costs less, escalate, or change the authority matrix"
	case len(who) == 0:
		return "nobody has that authority: mitigate it, or change the authority matrix"
	}
	return "it may be decided by " + strings.Join(who, ", or by ") + ": propose it to them, or escalate"
}

// left is what a person left as it is, or committed to, in the year of a decision, by
// decisions of the kinds a role is about that still hold, in its products; what the
// new decision replaces does not count. What several left together counts where several are asked, and
// not against what one of them may leave alone.
func (s *State) left(r Role, person string, d Deciding) Exposure {
	var sum Exposure
	for _, p := range s.Products() {
		info, err := p.Info()
		if err != nil || !r.covers(p.ID, info.Currency) {
			continue
		}
		for _, o := range p.Decisions {
			if o.Status == InForce && r.about(o.Kind) && slices.Contains(o.deciders(), person) && (r.Joint() || len(o.Approvals) == 0) && strings.HasPrefix(d.Today, o.At.Format("2006")) && !(p.ID == d.Product && slices.Contains(d.Terms.Supersedes, o.Short)) {
				sum = sum.plus(o.Exposure)
			}
		}
	}
	return sum
}
