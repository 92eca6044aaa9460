package ledger

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/parleysec/parley"
)

// DateFormat is how civil dates are written.
const DateFormat = time.DateOnly

// Deciding is a decision on its way into the ledger.
type Deciding struct {
	Product string
	Terms   Terms
	Actor   Actor
	By      string // claimed decider, "" for none
	Today   string // civil date YYYY-MM-DD in the organisation's zone

	Approving bool // it was proposed and is approved: others may have to, too
}

// Check reports every reason why a decision may not be recorded, as
// [Refusals]; nil when it may. A decision that only proposes passes the same
// rules but that of authority, which is asked of whoever approves it.
func Check(s *State, d Deciding) error {
	p := s.Product(d.Product)
	if p == nil {
		return Refusals{{Reason: NoProduct, Message: fmt.Sprintf("there is no product %q in the ledger", d.Product), Hint: "apply its file first"}}
	}
	c := checker{state: s, product: p, d: d}
	c.form()
	c.threats()
	c.end()
	c.conditions()
	c.with()
	c.inTheWay()
	if !d.Terms.Propose {
		c.authority()
		c.alone()
	}
	return c.err()
}

type checker struct {
	state   *State
	product *Product
	d       Deciding
	out     Refusals
}

func (c *checker) err() error {
	if len(c.out) == 0 {
		return nil
	}
	return c.out
}

func (c *checker) refuse(r Refusal) { c.out = append(c.out, r) }

// form checks what needs no state.
func (c *checker) form() {
	t := c.d.Terms
	if !slices.Contains(parley.Kinds(), t.Kind) {
		c.refuse(Refusal{Reason: BadKind, Message: fmt.Sprintf("%q is no kind of decision", t.Kind), Hint: parley.Meant(string(t.Kind), parley.Kinds(), "use mitigate, accept, defer, transfer, avoid or escalate")})
	}
	if !HasReason(t.Because) {
		c.refuse(Refusal{Reason: NoReason, Message: "a decision needs its reason", Hint: "say why with --because"})
	}
	for _, p := range t.Premises {
		bad := !finite(p.Value) || p.Low != nil && !finite(*p.Low) || p.High != nil && !finite(*p.High)
		if bad || p.Low != nil && p.High != nil && *p.Low > *p.High {
			c.refuse(Refusal{Reason: BadPremise, Message: fmt.Sprintf("premise %q: its value and tolerance must be numbers, the lower before the higher", p.Name)})
		}
	}
}

// HasReason reports whether a text can be a reason: the dots that a form or a
// page of help leaves for one are none.
func HasReason(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) })
}

// threats checks each threat and what the law and people ask for it.
func (c *checker) threats() {
	t := c.d.Terms
	if len(t.Threats) == 0 {
		c.refuse(Refusal{Reason: NoThreat, Message: "a decision needs at least one threat"})
	}
	seen := map[string]bool{}
	for _, id := range t.Threats {
		th := c.threat(id)
		switch {
		case seen[id]:
			c.refuse(Refusal{Reason: NoThreat, Threat: id, Message: fmt.Sprintf("threat %q is named twice", id)})
		case th == nil:
			c.refuse(Refusal{Reason: NoThreat, Threat: id, Message: fmt.Sprintf("there is no open threat %q in product %q", id, c.product.ID), Hint: c.near(KindThreat, id)})
		case t.Kind == parley.Accept && th.Obligation.Applies() && strings.TrimSpace(t.ObligationReason) == "":
			c.refuse(Refusal{
				Reason: Duty, Threat: id,
				Message: fmt.Sprintf("threat %q falls under a duty (%s): it cannot be accepted for its price alone", id, th.Obligation.Says),
				Hint:    "decide to mitigate it, or say why the duty does not apply",
			})
		}
		seen[id] = true
	}
}

// threat reads an open threat, nil when there is none with exactly this id.
func (c *checker) threat(id string) *parley.Threat {
	it := c.product.Item(KindThreat, id)
	if it == nil || it.Closed || it.ID != id {
		return nil
	}
	t, err := it.threat()
	if err != nil || t.Triage == parley.Closed {
		return nil
	}
	return t
}

// end checks until when the decision holds.
func (c *checker) end() {
	t := c.d.Terms
	if t.Until == "" {
		if t.Kind == parley.Accept || t.Kind == parley.Defer {
			c.refuse(Refusal{Reason: NoEnd, Message: fmt.Sprintf("to %s needs an end", t.Kind), Hint: "give a date (2027-06-30) or a stage (deployment) with --until"})
		}
		return
	}
	c.longest()
	ended, err := c.product.reached(t.Until, c.d.Today)
	switch {
	case err != nil:
		c.refuse(Refusal{Reason: BadEnd, Message: err.Error(), Hint: "write a date as 2027-06-30, or one of the stages " + stageList()})
	case ended:
		c.refuse(Refusal{Reason: PastEnd, Message: c.past(), Hint: "choose a later date or stage"})
	}
}

// past says why an end has been reached.
func (c *checker) past() string {
	until := c.d.Terms.Until
	info, err := c.product.Info()
	if _, notDate := time.Parse(DateFormat, until); notDate != nil && err == nil {
		return fmt.Sprintf("the product is in %s already: a decision until %s would have ended", info.Stage, until)
	}
	return fmt.Sprintf("the end %s is in the past (today is %s)", until, c.d.Today)
}

// longest checks an end against the longest one the organisation allows.
func (c *checker) longest() {
	t, days := c.d.Terms, c.state.longestEnd()
	today, err := time.Parse(DateFormat, c.d.Today)
	end, err2 := time.Parse(DateFormat, t.Until)
	if days == 0 || t.Kind != parley.Accept && t.Kind != parley.Defer || err != nil || err2 != nil {
		return // no limit, no accept or defer, or an end that end() judges
	}
	if last := today.AddDate(0, 0, days); end.After(last) {
		c.refuse(Refusal{
			Reason: LongEnd, Message: fmt.Sprintf("the end %s is too far away: to %s may last %d days", t.Until, t.Kind, days),
			Hint: "the last day is " + last.Format(DateFormat) + "; to go on after it is a new decision",
		})
	}
}

// alone refuses a decision without an approver where there must be one.
func (c *checker) alone() {
	if c.state.SeparateApprover() && c.d.Terms.Kind != parley.Escalate {
		c.refuse(Refusal{
			Reason: OneApprover, Message: "whoever proposes a decision may not approve it as well (separate_approver: yes)",
			Hint: "record it with --propose, and let somebody else approve it",
		})
	}
}

// CheckExposure reports whether a decision, with what it leaves, is within the
// authority of whoever takes it; a proposal is judged when it is approved.
func CheckExposure(s *State, d Deciding) error {
	p := s.Product(d.Product)
	if p == nil || d.Terms.Propose {
		return nil
	}
	c := checker{state: s, product: p, d: d}
	c.matrix()
	return c.err()
}

// with checks what a decision rests on.
func (c *checker) with() {
	t := c.d.Terms
	switch t.Kind {
	case parley.Mitigate:
		if len(t.With) == 0 {
			c.refuse(Refusal{Reason: NoMitigation, Message: "to mitigate needs at least one mitigation", Hint: c.buildable()})
		}
		for _, id := range t.With {
			if it := c.product.Item(KindMitigation, id); it == nil || it.Closed || it.ID != id {
				c.refuse(Refusal{Reason: BadMitigation, Message: fmt.Sprintf("there is no open mitigation %q in product %q", id, c.product.ID), Hint: c.near(KindMitigation, id)})
			} else if it.Done {
				c.refuse(Refusal{Reason: BadMitigation, Message: fmt.Sprintf("mitigation %q is finished: it stands as a control already", id)})
			}
		}
	case parley.Avoid:
		c.avoid()
	case parley.Transfer:
		c.transfer()
	default:
		for _, id := range t.With {
			if !c.treats(id) {
				c.refuse(Refusal{Reason: BadTreatment, Message: fmt.Sprintf("%q is no treatment of kind %s of these threats", id, t.Kind)})
			}
		}
	}
}

// buildable says what could be named against the threats of a decision.
func (c *checker) buildable() string {
	var known []string
	for _, threat := range c.d.Terms.Threats {
		for _, id := range c.product.Mitigations(threat) {
			if !slices.Contains(known, id) {
				known = append(known, id)
			}
		}
	}
	if len(known) == 0 {
		return "the file names none against these threats: add one under mitigations (id, title, cost, against) and apply it"
	}
	return "name them with --with; against these threats are: " + strings.Join(known, ", ")
}

// near is what an id that is not there was probably meant to be.
func (c *checker) near(kind ItemKind, id string) string {
	var known []string
	for _, r := range c.product.all() {
		if r.Kind == kind {
			known = append(known, r.ID)
		}
	}
	return parley.Suggest(id, known)
}

func (c *checker) treats(id string) bool {
	for _, threat := range c.d.Terms.Threats {
		t := c.threat(threat)
		if t != nil && slices.ContainsFunc(t.Treatments, func(x parley.Treatment) bool { return x.ID == id && x.Kind == c.d.Terms.Kind }) {
			return true
		}
	}
	return false
}

// inTheWay checks the decisions in force for the same threats: replacing one
// must be said, so that of two people who decide at once the second one learns
// of the first.
func (c *checker) inTheWay() {
	t := c.d.Terms
	for _, id := range t.Threats {
		old := c.product.InForce(id)
		switch {
		case old == nil:
		case c.same(old):
			c.refuse(Refusal{Reason: Same, Threat: id, Decision: old.Short, Message: fmt.Sprintf("this decision is on record already, as %s", old.Short)})
			return
		case !slices.Contains(t.Supersedes, old.Short):
			name, _ := old.Decider()
			c.refuse(Refusal{
				Reason: Decided, Threat: id, Decision: old.Short,
				Message: fmt.Sprintf("threat %q is decided: %s by %s (%s) is in force", id, old.Short, name, old.Kind),
				Hint:    "if the new one takes its place: --replaces " + old.Short,
			})
		}
	}
	for _, short := range t.Supersedes {
		old := c.product.Decision(short)
		if old == nil || old.Status.Ended() || !overlap(old.Live, t.Threats) {
			c.refuse(Refusal{Reason: BadSupersedes, Decision: short, Message: fmt.Sprintf("%s cannot be replaced: it is not there, has ended, or covers none of these threats", short)})
		}
	}
}

// same reports whether a decision in force says the same by the same people, as
// when a request is repeated because its answer got lost.
func (c *checker) same(old *Decision) bool {
	a, b := c.d.Terms, old.Terms
	for _, t := range []*Terms{&a, &b} {
		t.Premises, t.NotTaken, t.Supersedes = nil, nil, nil
		t.Seed, t.Trials, t.Engine, t.AsOf, t.Exposure, t.Lowered = 0, 0, "", "", nil, nil
	}
	return string(termsText(a)) == string(termsText(b)) && c.d.Actor.ID == old.Proposer.ID && c.d.By == old.By
}

// termsText is the canonical text of terms; those without numbers always have one.
func termsText(t Terms) []byte {
	b, err := canonicalOf(t)
	if err != nil {
		return nil
	}
	return b
}

func overlap(a, b []string) bool {
	return slices.ContainsFunc(a, func(x string) bool { return slices.Contains(b, x) })
}
