package ledger

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// DecisionApproved records that somebody approved a proposed decision that takes
// several: it stays proposed until enough have. The brief the approver saw is the
// event's attachment.
type DecisionApproved struct {
	Decision string    `json:"decision"` // its short id
	Because  string    `json:"because,omitempty"`
	Exposure *Exposure `json:"exposure"` // what it leaves, as the approver saw it
}

// EventType is decision.approved. In version 1 nothing was said of costs.
func (*DecisionApproved) EventType() (string, int) { return "decision.approved", 2 }

func (*DecisionApproved) names(rename) error { return nil }

// Approval is one of several approvals of a decision.
type Approval struct {
	At       time.Time
	Event    string // id of the event that recorded it
	Actor    Actor
	By       string // claimed, "" for none
	Because  string
	Exposure *Exposure
	Brief    *Attachment `json:",omitempty"` // the bytes the approver saw, nil where none were kept
}

// Name is whose approval it is: the claimed approver where one is claimed.
func (a *Approval) Name() string { return nameOf(a.Actor, a.By) }

// nameOf is who acts: the claimed person where one is claimed, else the actor.
func nameOf(actor Actor, by string) string {
	if by != "" {
		return by
	}
	return actor.ID
}

// moreThanSeen is from which multiple of what an approver saw a decision leaves
// more: what moves less is the same to anybody.
const moreThanSeen = 1.01

// covers reports whether an approval is of figures at least as large.
func (a *Approval) covers(e *Exposure) bool {
	return a.Exposure != nil && e != nil && e.Annual <= moreThanSeen*a.Exposure.Annual &&
		e.OneIn20 <= moreThanSeen*a.Exposure.OneIn20 && e.BadCase <= moreThanSeen*a.Exposure.BadCase &&
		e.Cost <= moreThanSeen*a.Exposure.Cost
}

// Standing is how far the approval of a proposed decision has come that takes
// several people by the authority matrix.
type Standing struct {
	Role   string   // the row of the matrix by which it goes
	Needed int      // how many have to approve
	Have   []string // who has, by name, oldest first
	May    []string // who else may
	Of     []string // the people and roles that the row names
}

// Complete reports whether enough have approved.
func (st *Standing) Complete() bool { return len(st.Have) >= st.Needed }

// Joint reports whether a role takes more than one of its holders.
func (r Role) Joint() bool { return r.Approvers > 1 }

// people are the holders of a role over a product: those it names, and those of
// the roles it is made of.
func (s *State) people(r Role, product string) []string {
	var out []string
	add := func(name string) {
		if name != "" && !IsErased(name) && !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	for _, h := range r.Holders {
		add(h.Name)
	}
	for _, of := range r.Of {
		if other := s.Authority.Row(of); other != nil {
			for _, h := range other.Holders {
				add(h.Name)
			}
		}
		for _, m := range s.Members {
			if string(m.Role) == of && m.On(product) {
				add(m.Person)
			}
		}
	}
	return out
}

// mayLeave reports whether a person holds a role whose limits suffice for what a
// decision leaves, with the person's other decisions that count ([State.left]).
func (s *State) mayLeave(r Role, person string, d Deciding) bool {
	return d.Terms.Exposure != nil && slices.Contains(s.people(r, d.Product), person) &&
		r.within(s.left(r, person, d).plus(d.Terms.Exposure))
}

// standing counts the approvals of a decision in one row of the matrix. with is
// who is about to approve it, "" for nobody.
func (s *State) standing(r Role, d *Decision, deciding Deciding, with string) *Standing {
	out := &Standing{Role: r.Name, Needed: r.Approvers, Of: slices.Clone(r.Of)}
	for _, h := range r.Holders {
		out.Of = append(out.Of, h.Name)
	}
	for _, a := range d.Approvals {
		if name := a.Name(); a.covers(deciding.Terms.Exposure) && s.mayLeave(r, name, deciding) && !slices.Contains(out.Have, name) {
			out.Have = append(out.Have, name)
		}
	}
	if with != "" && !slices.Contains(out.Have, with) && s.mayLeave(r, with, deciding) {
		out.Have = append(out.Have, with)
	}
	for _, name := range s.people(r, d.Product) {
		own := s.SeparateApprover() && (strings.EqualFold(name, d.Proposer.ID) || strings.EqualFold(name, d.By))
		if !own && !slices.Contains(out.Have, name) && s.mayLeave(r, name, deciding) {
			out.May = append(out.May, name)
		}
	}
	return out
}

// Standing is how far the approval of a proposed decision has come, with what it
// leaves as given; nil where one approver is enough or nobody is limited. approver
// is who is about to approve it, "" for nobody: then it is nil too where that
// person alone may. Where fewer are left who may than it takes, those who may are
// not enough: it waits for more.
func (s *State) Standing(d *Decision, left *Exposure, today, approver string) *Standing {
	p := s.Product(d.Product)
	if p == nil || left == nil {
		return nil
	}
	info, err := p.Info()
	if err != nil || !s.asks(d.Kind, p.ID, info.Currency) {
		return nil
	}
	terms := d.Terms
	terms.Exposure = left
	deciding := Deciding{Product: p.ID, Terms: terms, Today: today}
	var best *Standing
	for _, r := range s.Authority.Roles {
		if !r.about(d.Kind) || !r.covers(p.ID, info.Currency) {
			continue
		}
		if !r.Joint() {
			if approver != "" && s.mayLeave(r, approver, deciding) || approver == "" && len(d.Approvals) == 0 && s.anybody(r, d, deciding) {
				return nil
			}
			continue
		}
		st := s.standing(r, d, deciding, approver)
		missing := func(x *Standing) int { return x.Needed - len(x.Have) }
		able := func(x *Standing) bool { return len(x.Have)+len(x.May) >= x.Needed }
		switch begun := slices.Contains(st.Have, approver) || approver == "" && len(st.Have) > 0; {
		case !begun && (approver != "" || !able(st)):
		case best == nil, able(st) && !able(best), able(st) == able(best) && missing(st) < missing(best):
			best = st
		}
	}
	return best
}

// anybody reports whether somebody may approve a decision alone by a role.
func (s *State) anybody(r Role, d *Decision, deciding Deciding) bool {
	return slices.ContainsFunc(s.people(r, d.Product), func(name string) bool {
		own := s.SeparateApprover() && (strings.EqualFold(name, d.Proposer.ID) || strings.EqualFold(name, d.By))
		return !own && s.mayLeave(r, name, deciding)
	})
}

// checkJoint reports what is wrong with the roles that are made of others.
func (m *AuthorityMatrix) checkJoint() error {
	for _, r := range m.Roles {
		for _, of := range r.Of {
			i := slices.IndexFunc(m.Roles, func(x Role) bool { return x.Name == of })
			switch member := slices.Contains([]MemberRole{Decider, Security, Manager}, MemberRole(of)); {
			case i >= 0 && (of == r.Name || len(m.Roles[i].Of) > 0):
				return fmt.Errorf("role %q is made of %q: name a role that has holders of its own", r.Name, of)
			case i < 0 && !member:
				return fmt.Errorf("role %q is made of %q, which is no role: name another role of the matrix, or decider, security or manager", r.Name, of)
			}
		}
	}
	return nil
}

// maxApprovers bounds how many people one decision may take.
const maxApprovers = 20

// CheckSeveral reports why whoever approves a proposed decision may not be the next
// to do so, by what it leaves today: the highest authority, where it takes that, and
// that nobody approves the same twice.
func CheckSeveral(s *State, d *Decision, deciding Deciding) error {
	c := checker{state: s, product: s.Product(d.Product), d: deciding}
	c.highest(d)
	c.twice(d)
	return c.err()
}

// highest asks for the highest authority where a proposed decision takes it: of
// several approvers one has to have it, at the latest the last.
func (c *checker) highest(d *Decision) {
	refused := func(actor Actor, by string) Refusals {
		one := checker{state: c.state, product: c.product, d: c.d}
		one.d.Actor, one.d.By = actor, by
		one.authority()
		return one.out
	}
	now := refused(c.d.Actor, c.d.By)
	for _, a := range d.Approvals {
		if a.covers(c.d.Terms.Exposure) && len(refused(a.Actor, a.By)) == 0 {
			return
		}
	}
	if st := c.state.Standing(d, c.d.Terms.Exposure, c.d.Today, nameOf(c.d.Actor, c.d.By)); st == nil || st.Complete() {
		c.out = append(c.out, now...)
	}
}

// twice refuses a second approval by the same person, of figures already approved.
func (c *checker) twice(d *Decision) {
	for _, a := range d.Approvals {
		same := strings.EqualFold(a.Name(), nameOf(c.d.Actor, c.d.By)) || c.state.SeparateApprover() && samePerson(a.Actor, a.By, c.d.Actor, c.d.By)
		if same && a.covers(c.d.Terms.Exposure) {
			c.refuse(Refusal{
				Reason: OneApprover, Decision: d.Short, Message: fmt.Sprintf("%s approved %s already: it takes somebody else", a.Name(), d.Short),
			})
			return
		}
	}
}

// approve folds one of several approvals.
func (p *Product) approve(e Event, b *DecisionApproved) error {
	i, err := p.mustDecision(b.Decision)
	if err != nil {
		return err
	}
	d := *p.Decisions[i]
	if err := CheckMove(d.Short, d.Status, Agreed); err != nil {
		return err
	}
	d.Approvals = append(slices.Clone(d.Approvals), Approval{
		At: e.At, Event: e.ID, Actor: e.Actor, By: e.By, Because: b.Because, Exposure: b.Exposure, Brief: e.Attached,
	})
	p.Decisions[i] = &d
	return nil
}

// Joining is the draft that adds an approval to a decision that takes several.
// What the approver saw, JSON, is kept beside it; nil for nothing.
func Joining(d *Decision, actor Actor, by, because string, left *Exposure, seen []byte) Draft {
	return Stamp([]Draft{{
		Product: d.Product, Cause: d.Event, Attach: seen, Media: "application/json",
		Body: &DecisionApproved{Decision: d.Short, Because: because, Exposure: left},
	}}, actor, by)[0]
}
