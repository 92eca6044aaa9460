package ledger

import (
	"fmt"
	"slices"
	"strings"

	"github.com/parleysec/parley"
)

// leavesPeople lists the kinds of decision that leave the harm to people as it
// is: insurance pays money, people are harmed all the same.
func leavesPeople(k parley.Kind) bool {
	return k == parley.Accept || k == parley.Defer || k == parley.Transfer
}

// authority checks who decides. Grave harm to people is accepted, deferred or
// insured only by the highest authority over the product. Of those who sign in
// that is a manager, where there is one: who the owner is says a file, which
// others may change. Else, and at the machine of the ledger, it is the owner that
// the file names, as the actor or as the claimed decider. Anybody may escalate.
//
// To avoid it in words leaves it as it is until somebody says that what the words
// name is gone, and takes the same authority; not to build a feature takes none.
func (c *checker) authority() {
	inWords := c.d.Terms.Kind == parley.Avoid && HasReason(c.d.Terms.Drops)
	if !leavesPeople(c.d.Terms.Kind) && !inWords {
		return
	}
	owner := ""
	if info, err := c.product.Info(); err == nil {
		owner = info.Owner
	}
	managers := c.managers()
	for _, id := range c.d.Terms.Threats {
		t := c.threat(id)
		if t == nil || !t.GraveHarm() {
			continue
		}
		if len(managers) > 0 {
			if !slices.Contains(managers, c.d.Actor.ID) {
				c.refuse(Refusal{
					Reason: Authority, Threat: id,
					Message: fmt.Sprintf("threat %q may harm people gravely: only a manager may %s it", id, c.d.Terms.Kind),
					Hint:    "that is " + strings.Join(managers, ", ") + "; escalate it, or propose it to them",
				})
			}
			continue
		}
		if owner != "" && (owner == c.d.By || strings.EqualFold(owner, c.d.Actor.ID)) {
			continue
		}
		r := Refusal{
			Reason: Authority, Threat: id,
			Message: fmt.Sprintf("threat %q may harm people gravely: only whoever answers for the product may %s it", id, c.d.Terms.Kind),
			Hint:    fmt.Sprintf("that is %s; escalate it, or record their decision with --by", owner),
		}
		if owner == "" {
			r.Hint = "the file names no owner of the product; name one, or escalate"
		}
		c.refuse(r)
	}
}

// managers are who holds the highest authority over a product by their role, none
// where nobody does or where the ledger's own machine speaks.
func (c *checker) managers() []string {
	var out []string
	for _, m := range c.state.Members {
		if c.d.Actor.Known != ThisMachine && m.Role == Manager && m.On(c.product.ID) && !IsErased(m.Person) && !slices.Contains(out, m.Person) {
			out = append(out, m.Person)
		}
	}
	return out
}

// CheckApproval reports every reason why an actor may not approve a proposed
// decision that is known before it is priced: its state, the rules of its terms as of
// today, and, where the organisation asks for it, that the proposer is somebody else.
// Authority is asked by what it leaves today: [CheckExposure] and [CheckSeveral]. by
// is the claimed approver.
func CheckApproval(s *State, d *Decision, actor Actor, by, today string) error {
	if err := CheckMove(d.Short, d.Status, Agreed); err != nil {
		return err
	}
	p := s.Product(d.Product)
	if p == nil {
		return Refusals{{Reason: NoProduct, Message: fmt.Sprintf("there is no product %q in the ledger", d.Product)}}
	}
	c := checker{state: s, product: p, d: Deciding{Product: d.Product, Terms: d.Terms, Actor: actor, By: by, Today: today, Approving: true}}
	c.form()
	c.threats()
	c.end()
	c.with()
	c.inTheWay()
	if s.SeparateApprover() && samePerson(d.Proposer, d.By, actor, by) {
		c.refuse(Refusal{
			Reason: OneApprover, Decision: d.Short,
			Message: fmt.Sprintf("%s was proposed by %s, who may not approve it as well", d.Short, actor.ID),
			Hint:    "somebody else must approve it (separate_approver: yes)",
		})
	}
	return c.err()
}

// Approving are the drafts that agree to a proposed decision and put it into
// force, with what it leaves as the approver saw it. What the approver saw, JSON, is kept
// beside the first; nil for nothing.
func Approving(d *Decision, actor Actor, by, because string, left *Exposure, seen []byte) []Draft {
	return Stamp([]Draft{
		{Product: d.Product, Cause: d.Event, Body: &DecisionMoved{Decision: d.Short, To: Agreed, Because: because, Exposure: left}, Attach: seen, Media: "application/json"},
		{Product: d.Product, Cause: CauseOf(0), Body: &DecisionMoved{Decision: d.Short, To: InForce}},
	}, actor, by)
}
