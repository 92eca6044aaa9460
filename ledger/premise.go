package ledger

import "math"

// Premise is a number or fact a decision stood on, and how far it may move.
type Premise struct {
	Name  string   `json:"name"`           // what it is, e.g. expected_annual_loss
	Ref   string   `json:"ref,omitempty"`  // id of the item it is of
	Value float64  `json:"value"`          // as it was when decided
	Low   *float64 `json:"low,omitempty"`  // below this it is broken; none: it may fall
	High  *float64 `json:"high,omitempty"` // above this it is broken; none: it may rise
	Unit  string   `json:"unit,omitempty"` // e.g. GBP per year, or share
	Says  string   `json:"says,omitempty"` // in plain words
}

// PremiseKey identifies the figure a premise is about.
type PremiseKey struct{ Name, Ref string }

// Key is that of the figure the premise is about.
func (p Premise) Key() PremiseKey { return PremiseKey{p.Name, p.Ref} }

// Figure is a figure as it is now.
type Figure struct {
	Value         float64
	StandardError float64 // 0 where the figure is exact
	Gone          bool    // what it was of is not there any more
}

// Broken is a premise that no longer holds, with the figures compared, so that
// the record replays without computing them again.
type Broken struct {
	Premise
	Now           float64 `json:"now"`
	StandardError float64 `json:"standard_error,omitempty"`
	Gone          bool    `json:"gone,omitempty"`
}

// SameWithin is how many standard errors a simulated figure may move without
// breaking a premise (docs/decisions.md, Premises).
const SameWithin = 3

// Recheck compares the premises of a decision with figures computed now, with
// the decision's own seed and trials. A premise no figure was given for is not
// compared. A move within three standard errors of the figure breaks nothing;
// a figure that is not a number does.
func Recheck(d *Decision, figures map[PremiseKey]Figure) []Broken {
	var out []Broken
	for _, p := range d.Premises {
		f, ok := figures[p.Key()]
		if !ok {
			continue
		}
		if !finite(f.Value) || !finite(f.StandardError) {
			f = Figure{Gone: true} // JSON has no such numbers
		}
		if f.Gone || p.beyond(f) {
			out = append(out, Broken{Premise: p, Now: f.Value, StandardError: f.StandardError, Gone: f.Gone})
		}
	}
	return out
}

func (p Premise) beyond(f Figure) bool {
	if math.Abs(f.Value-p.Value) <= SameWithin*math.Abs(f.StandardError) {
		return false
	}
	return p.Low != nil && f.Value < *p.Low || p.High != nil && f.Value > *p.High
}

// Reopening is the draft that re-opens a decision over broken premises. because is
// what there is to say besides the figures, "" for nothing.
func Reopening(d *Decision, broken []Broken, cause, because string) Draft {
	return Draft{Product: d.Product, Cause: cause, Body: &DecisionMoved{Decision: d.Short, To: Reopened, Broken: broken, Because: because}}
}

func finite(f float64) bool { return !math.IsNaN(f) && !math.IsInf(f, 0) }
