package parley

import (
	"math"

	"github.com/parleysec/parley/quantity"
)

// Rules are the organisation's other rules of deciding as a file states them. A file
// only proposes: docs/decisions.md.
type Rules struct {
	SeparateApprover string            `json:"separate_approver,omitempty" enum:"yes,no" jsonschema:"yes: whoever proposes a decision does not approve it"`
	LongestEnd       quantity.Quantity `json:"longest_end,omitzero" quantity:"duration" jsonschema:"how long an accept or defer may last at most, e.g. 365 days"`
	Extended
}

// LongestEndDays bounds how many days an accept or defer may be let last.
const LongestEndDays = 36525

// daysPerYear is the year that durations are stated in, in days.
const daysPerYear = 365.25

// Days is how many whole days the longest end is away, 0 where none is stated.
func (r Rules) Days() int {
	if !r.LongestEnd.Parsed() {
		return 0
	}
	// A day is read as a share of a year: what is a hair below a whole day is that day.
	return int(math.Floor(r.LongestEnd.Mean()*daysPerYear + 1e-6))
}

// rules checks the rules by themselves.
func (v *validator) rules() {
	r := v.m.Rules
	if !v.single("rules.longest_end", r.LongestEnd) {
		return
	}
	if n := r.Days(); n < 1 || n > LongestEndDays {
		v.fail("rules.longest_end", "", "e.g. 365 days", "the longest end is from 1 to %d days away, not %q", LongestEndDays, r.LongestEnd.Text)
	}
}
