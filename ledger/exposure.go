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
// with what counts against the role for the same person ([State.left]). Sums
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
			what = c.beyond(r, decider, info.Currency)
		}
	}
	c.refuse(Refusal{Reason: Authority, Message: c.d.Terms.weighed(info.Currency) + " " + what, Hint: c.whoMay(info.Currency)})
}

// beyond says by how much a decision is beyond what somebody may decide by a role, and
// what else counts. Decisions on other products are not named: whoever reads it need
// not know of those.
func (c *checker) beyond(r Role, decider, currency string) string {
	held := c.state.left(r, decider, c.d)
	var with []string
	for _, id := range held.Decisions {
		if c.product.Decision(id) != nil {
			with = append(with, id)
		}
	}
	if len(with) < len(held.Decisions) {
		with = append(with, "decisions on other products")
	}
	counted := "alone"
	if len(with) > 0 {
		counted = "together with " + strings.Join(with, ", ")
	}
	return fmt.Sprintf("is beyond what %s may decide (%s): %s it comes to %s", decider, r.Name, counted, r.excess(held.plus(c.d.Terms.Exposure), currency))
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
