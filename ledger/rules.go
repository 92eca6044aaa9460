package ledger

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/parleysec/parley"
)

// The rules of the organisation that change by a decision of their own. Each is
// also the name of a setting; the value of authority is an [AuthorityMatrix].
const (
	RuleAuthority  = "authority"
	RuleLongestEnd = "longest_end"  // days an accept or defer may last at most
	RuleWhoHasSeen = "who_has_seen" // whether looks at decisions are noted, and how many days one is kept
)

// RuleProposed records that somebody wants a rule of the organisation changed.
type RuleProposed struct {
	Name    string           `json:"name"`
	Value   string           `json:"value,omitempty"`     // of a setting
	Matrix  *AuthorityMatrix `json:"authority,omitempty"` // of authority as a whole, up to version 3
	Row     *RowChange       `json:"row,omitempty"`       // of authority, one row
	From    string           `json:"from,omitempty"`      // id of the product whose file asks for it
	Because string           `json:"because"`
}

// EventType is rule.proposed. In version 1 every role took one approver; up to version
// 2 every role was about what is accepted or deferred; up to version 3 authority was
// proposed as a whole; up to version 4 there was no who_has_seen.
func (*RuleProposed) EventType() (string, int) { return "rule.proposed", 5 }

func (b *RuleProposed) names(visit rename) error {
	if err := b.Row.names(visit); err != nil {
		return err
	}
	return b.Matrix.names(visit)
}

// RuleSettled ends the proposal of a rule; an accepted one holds from this event on.
type RuleSettled struct {
	Rule    string  `json:"rule"` // its short id, e.g. R3
	Outcome Outcome `json:"outcome"`
	Because string  `json:"because,omitempty"`
}

// EventType is rule.settled.
func (*RuleSettled) EventType() (string, int) { return "rule.settled", 1 }

func (*RuleSettled) names(rename) error { return nil }

// Rule is a change of the organisation's rules as it stands.
type Rule struct {
	RuleProposed
	Short    string // R1, R2 …
	Event    string
	At       time.Time
	Proposer Actor
	By       string  // claimed, "" for none
	Outcome  Outcome // "" while it waits
}

// Rule finds a change of the rules by its short id, nil when there is none.
func (s *State) Rule(short string) *Rule {
	for _, r := range s.Rules {
		if r.Short == short {
			return r
		}
	}
	return nil
}

// NextRule is the short id the next proposed rule will have.
func (s *State) NextRule() string { return "R" + strconv.Itoa(len(s.Rules)+1) }

// CheckRule reports what is wrong with a proposed rule.
func (b *RuleProposed) CheckRule() error {
	switch b.Name {
	case SeparateApprover:
		if b.Value != "yes" && b.Value != "no" {
			return fmt.Errorf("%s is yes or no, not %q", b.Name, b.Value)
		}
	case RuleLongestEnd:
		if n, err := strconv.Atoi(b.Value); err != nil || n < 1 || n > parley.LongestEndDays {
			return fmt.Errorf("%s is a number of days from 1 to %d, or a time such as 1 year, not %q", b.Name, parley.LongestEndDays, b.Value)
		}
	case RuleWhoHasSeen:
		if n, err := strconv.Atoi(b.Value); b.Value != "yes" && b.Value != "no" && (err != nil || n < 1 || n > parley.LongestEndDays) {
			return fmt.Errorf("%s is yes, no, or for how many days after the last look it is kept, from 1 to %d, or a time such as 1 year, not %q", b.Name, parley.LongestEndDays, b.Value)
		}
	case RuleAuthority:
		switch {
		case b.Value != "" || (b.Matrix == nil) == (b.Row == nil):
			return fmt.Errorf("%s needs the matrix of roles, or one row of it", b.Name)
		case b.Row != nil:
			return b.Row.check()
		}
		return b.Matrix.check()
	default:
		return fmt.Errorf("%q is no rule; there are %s, %s, %s and %s", b.Name, SeparateApprover, RuleLongestEnd, RuleWhoHasSeen, RuleAuthority)
	}
	if b.Matrix != nil || b.Row != nil {
		return fmt.Errorf("%s takes no matrix of roles", b.Name)
	}
	return nil
}

func (s *State) proposeRule(e Event, b *RuleProposed) error {
	if err := b.CheckRule(); err != nil {
		return err
	}
	s.Rules = append(slices.Clone(s.Rules), &Rule{
		RuleProposed: *b, Short: s.NextRule(), Event: e.ID, At: e.At, Proposer: e.Actor, By: e.By,
	})
	return nil
}

func (s *State) settleRule(b *RuleSettled) error {
	i := slices.IndexFunc(s.Rules, func(r *Rule) bool { return r.Short == b.Rule })
	switch {
	case i < 0:
		return fmt.Errorf("there is no proposed rule %q", b.Rule)
	case s.Rules[i].Outcome != "":
		return fmt.Errorf("rule %s was settled before: %s", b.Rule, s.Rules[i].Outcome)
	case b.Outcome != Accepted && b.Outcome != Refused && b.Outcome != Withdrawn:
		return fmt.Errorf("rule %s: the outcome %q is none of accepted, refused, withdrawn", b.Rule, b.Outcome)
	}
	r := *s.Rules[i]
	r.Outcome = b.Outcome
	s.Rules = slices.Clone(s.Rules)
	s.Rules[i] = &r
	switch {
	case b.Outcome != Accepted:
	case r.Row != nil:
		next, err := s.Authority.with(r.Row)
		if err != nil {
			return fmt.Errorf("rule %s: %w", b.Rule, err)
		}
		s.Authority = next
	case r.Name == RuleAuthority:
		s.Authority = r.Matrix
	default:
		s.Settings[r.Name] = r.Value
	}
	return nil
}

// CheckRuleApproval reports why somebody may not settle a proposed rule: where
// proposer and approver are to be different people, that they are not; and where a
// row of the matrix was changed otherwise since, a *[RowConflict].
func (s *State) CheckRuleApproval(r *Rule, actor Actor, by string) error {
	if s.SeparateApprover() && samePerson(r.Proposer, r.By, actor, by) {
		return Refusals{{
			Reason:  OneApprover,
			Message: fmt.Sprintf("%s was proposed by the same person, who may not approve it as well", r.Short),
			Hint:    "somebody else must approve it (separate_approver: yes)",
		}}
	}
	if r.Row != nil {
		_, err := s.Authority.with(r.Row)
		return err
	}
	return nil
}

// samePerson reports whether two deeds have a person in common, as the actor or
// as claimed, by whatever way they came. Upper and lower case are the same.
func samePerson(a Actor, aBy string, b Actor, bBy string) bool {
	same := func(x, y string) bool { return x != "" && strings.EqualFold(x, y) }
	return same(a.ID, b.ID) || same(aBy, bBy) || same(aBy, b.ID) || same(bBy, a.ID)
}

// longestEnd is how many days an accept or defer may last, 0 for no limit.
func (s *State) longestEnd() int {
	n, err := strconv.Atoi(s.Settings[RuleLongestEnd])
	if err != nil {
		return 0
	}
	return n
}

// Looks says whether it is noted who looks at decisions, and how many days after the
// last look that is kept; 0 for no end.
func (s *State) Looks() (noted bool, days int) {
	n, err := strconv.Atoi(s.Settings[RuleWhoHasSeen])
	if err != nil {
		n = 0
	}
	return s.Settings[RuleWhoHasSeen] != "no", n
}

// AuthorityMatrix says which role may leave how much risk as it is. The zero
// value limits nobody.
type AuthorityMatrix struct {
	Roles []Role `json:"roles"`
}

// Role is one row of the matrix. Limits are in its currency; one that is left
// out does not limit.
type Role struct {
	Name    string   `json:"role"`
	Holders []Holder `json:"holders"`
	// For are the kinds of decisions that the role is about; none: accept and defer.
	For []parley.Kind `json:"for,omitempty"`
	// Of are roles whose holders hold this one too: rows of the matrix, or roles of
	// members (manager, security, decider).
	Of []string `json:"of,omitempty"`
	// Approvers is how many of the holders have to approve; 0 is 1.
	Approvers int      `json:"approvers,omitempty"`
	Products  []string `json:"products,omitempty"` // none: every product
	Currency  string   `json:"currency"`
	Annual    *float64 `json:"expected_annual_loss,omitempty"` // per year
	OneIn20   *float64 `json:"loss_1_in_20,omitempty"`         // in one year
	BadCase   *float64 `json:"loss_if_it_happens,omitempty"`   // of one event
	Cost      *float64 `json:"cost,omitempty"`                 // of what is built or insured, within the horizon
}

// Holder is a person in a role.
type Holder struct {
	Name string `json:"name"`
}

func (m *AuthorityMatrix) names(visit rename) error {
	if m == nil {
		return nil
	}
	for i := range m.Roles {
		if err := m.Roles[i].names(visit); err != nil {
			return err
		}
	}
	return nil
}

func (r *Role) names(visit rename) error {
	if r == nil {
		return nil
	}
	for i := range r.Holders {
		if err := visit.at(&r.Holders[i].Name); err != nil {
			return err
		}
	}
	return nil
}

// clone is a copy whose names can be rewritten.
func (m *AuthorityMatrix) clone() *AuthorityMatrix {
	if m == nil {
		return nil
	}
	c := AuthorityMatrix{Roles: slices.Clone(m.Roles)}
	for i := range c.Roles {
		c.Roles[i] = *c.Roles[i].clone()
	}
	return &c
}

// clone is a copy of a row whose lists can be rewritten.
func (r *Role) clone() *Role {
	if r == nil {
		return nil
	}
	c := *r
	c.Holders, c.Of, c.For, c.Products = slices.Clone(r.Holders), slices.Clone(r.Of), slices.Clone(r.For), slices.Clone(r.Products)
	return &c
}

func (m *AuthorityMatrix) check() error {
	if err := m.checkRows(); err != nil {
		return err
	}
	return m.checkJoint()
}

// checkRows reports what is wrong with the rows, each by itself.
func (m *AuthorityMatrix) checkRows() error {
	seen := map[string]bool{}
	for _, r := range m.Roles {
		switch {
		case r.Name == "":
			return fmt.Errorf("a role without a name")
		case seen[r.Name]:
			return fmt.Errorf("role %q is there twice", r.Name)
		case r.Currency == "":
			return fmt.Errorf("role %q needs the currency of its limits, e.g. GBP", r.Name)
		case len(r.Holders)+len(r.Of) == 0:
			return fmt.Errorf("role %q needs at least one holder", r.Name)
		case r.Approvers < 0 || r.Approvers > maxApprovers:
			return fmt.Errorf("role %q takes %d approvers: write a number from 1 to %d", r.Name, r.Approvers, maxApprovers)
		case len(r.Of) == 0 && r.Approvers > len(r.Holders):
			return fmt.Errorf("role %q takes %d approvers of %d holders: nobody could ever decide by it", r.Name, r.Approvers, len(r.Holders))
		}
		seen[r.Name] = true
		for _, h := range r.Holders {
			if h.Name == "" {
				return fmt.Errorf("role %q: a holder without a name", r.Name)
			}
		}
		for _, k := range r.For {
			if !leaves(k) && !commits(k) {
				return fmt.Errorf("role %q is for %q: authority is over accept, defer, mitigate and transfer", r.Name, k)
			}
		}
		for _, l := range []*float64{r.Annual, r.OneIn20, r.BadCase, r.Cost} {
			if l != nil && (!finite(*l) || *l < 0) {
				return fmt.Errorf("role %q: a limit is an amount of money, 0 or more", r.Name)
			}
		}
	}
	return nil
}
