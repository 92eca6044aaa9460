package ledger

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// Condition is what a decision holds under, in words, and when somebody is to look
// whether it is still so.
type Condition struct {
	Says   string `json:"says"`
	Review string `json:"review,omitempty"` // civil date; "": with the end of the decision
}

// UnmarshalJSON reads a condition; a text alone is one without a date, as versions
// of decision.recorded up to 3 had them.
func (c *Condition) UnmarshalJSON(text []byte) error {
	if bytes.HasPrefix(bytes.TrimSpace(text), []byte(`"`)) {
		*c = Condition{}
		return json.Unmarshal(text, &c.Says)
	}
	type plain Condition
	return strictJSON(text, (*plain)(c))
}

// ConditionReviewed records that somebody looked whether a condition of a decision
// in force still holds. One that does not re-opens the decision, by an event of
// its own.
type ConditionReviewed struct {
	Decision  string `json:"decision"`  // its short id
	Condition int    `json:"condition"` // its number, from 1
	Holds     bool   `json:"holds"`
	Because   string `json:"because,omitempty"`
	Next      string `json:"next,omitempty"` // civil date of the next review, where it holds
}

// EventType is condition.reviewed.
func (*ConditionReviewed) EventType() (string, int) { return "condition.reviewed", 1 }

func (*ConditionReviewed) names(rename) error { return nil }

// Review is a look at a condition that was taken.
type Review struct {
	Condition int // number, from 1
	Holds     bool
	At        time.Time
	Event     string // id of the event that recorded it
	Actor     Actor
	By        string // claimed, "" for none
	Because   string
	Next      string // civil date, "" for none
}

// maxConditions bounds the conditions of one decision.
const maxConditions = 20

// Reviewed are the looks at one condition, by its number from 1, oldest first.
func (d *Decision) Reviewed(number int) []Review {
	return slices.DeleteFunc(slices.Clone(d.Reviews), func(r Review) bool { return r.Condition != number })
}

// ReviewBy is the civil date on which a condition, by its number from 1, is to be
// looked at: what the last look at it says, else its own date, else the end of the
// decision; "" where that is no date.
func (d *Decision) ReviewBy(number int) string {
	if number < 1 || number > len(d.Conditions) {
		return ""
	}
	if seen := d.Reviewed(number); len(seen) > 0 {
		return seen[len(seen)-1].Next
	}
	if by := d.Conditions[number-1].Review; by != "" {
		return by
	}
	if _, err := time.Parse(DateFormat, d.Until); err == nil {
		return d.Until
	}
	return ""
}

// conditions checks what a decision holds under.
func (c *checker) conditions() {
	t := c.d.Terms
	bad := func(format string, args ...any) {
		c.refuse(Refusal{Reason: BadCondition, Message: fmt.Sprintf(format, args...), Hint: "say it in words (--if \"only while the pilot has under 500 users\"), with a date on which it is looked at again (--review 2027-01-31)"})
	}
	if len(t.Conditions) > maxConditions {
		bad("a decision has at most %d conditions, this one %d", maxConditions, len(t.Conditions))
	}
	for _, x := range t.Conditions {
		if !HasReason(x.Says) {
			bad("a condition without words")
		}
		if x.Review == "" {
			continue
		}
		if _, err := time.Parse(DateFormat, x.Review); err != nil {
			bad("the day of review %q is not a date", x.Review)
		} else if x.Review < c.d.Today {
			bad("the day of review %s is in the past (today is %s)", x.Review, c.d.Today)
		} else if _, err := time.Parse(DateFormat, t.Until); err == nil && x.Review > t.Until {
			bad("the day of review %s is after the end of the decision, %s", x.Review, t.Until)
		}
	}
}

// CheckReview reports why a look at a condition cannot be recorded: the decision is
// not in force, has no such condition, or the day of the next look is not one.
func CheckReview(d *Decision, b *ConditionReviewed, today string) error {
	refuse := func(format string, args ...any) error {
		return Refusals{{Reason: BadCondition, Decision: d.Short, Message: fmt.Sprintf(format, args...)}}
	}
	switch {
	case d.Status != InForce:
		return refuse("%s is %s: conditions are looked at while a decision is in force", d.Short, d.Status)
	case b.Condition < 1 || b.Condition > len(d.Conditions):
		return refuse("%s has no condition %d; it has %d", d.Short, b.Condition, len(d.Conditions))
	case !b.Holds && !HasReason(b.Because):
		return Refusals{{Reason: NoReason, Decision: d.Short, Message: "that a condition no longer holds needs its reason", Hint: "say why with --because"}}
	case !b.Holds:
		return nil
	}
	if _, err := time.Parse(DateFormat, b.Next); err != nil {
		return refuse("the day of the next review %q is not a date", b.Next)
	}
	if _, err := time.Parse(DateFormat, d.Until); err == nil && b.Next > d.Until {
		return refuse("the day of the next review %s is after the end of the decision, %s", b.Next, d.Until)
	}
	if b.Next <= today {
		return refuse("the day of the next review %s has come (today is %s)", b.Next, today)
	}
	return nil
}

// review folds a look at a condition.
func (p *Product) review(e Event, b *ConditionReviewed) error {
	i, err := p.mustDecision(b.Decision)
	if err != nil {
		return err
	}
	d := *p.Decisions[i]
	if d.Status != InForce || b.Condition < 1 || b.Condition > len(d.Conditions) {
		return fmt.Errorf("decision %s is %s and has %d conditions: number %d cannot be looked at", d.Short, d.Status, len(d.Conditions), b.Condition)
	}
	d.Reviews = append(slices.Clone(d.Reviews), Review{
		Condition: b.Condition, Holds: b.Holds, At: e.At, Event: e.ID, Actor: e.Actor, By: e.By, Because: b.Because, Next: b.Next,
	})
	p.Decisions[i] = &d
	return nil
}
