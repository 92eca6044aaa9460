package parley

import (
	"cmp"
	"slices"

	"github.com/parleysec/parley/quantity"
)

// Tier is how much is at stake with a threat, a product or a feature. It comes
// from the numbers: docs/stages.md.
type Tier string

// The tiers, lowest first.
const (
	LowTier    Tier = "low"
	MediumTier Tier = "medium"
	HighTier   Tier = "high"
)

// Tiers lists every tier, lowest first.
func Tiers() []Tier { return []Tier{LowTier, MediumTier, HighTier} }

// TierLimits are the expected annual losses, in the product's currency, from
// which a threat, a product or a feature is of a tier; below Medium it is low.
type TierLimits struct {
	Medium quantity.Quantity `json:"medium,omitzero" quantity:"money" jsonschema:"expected loss a year from which the tier is medium"`
	High   quantity.Quantity `json:"high,omitzero" quantity:"money" jsonschema:"expected loss a year from which the tier is high"`
}

// Limits of the tiers where nobody set any, in the product's currency per year.
const (
	DefaultMediumTier = 10_000.0
	DefaultHighTier   = 100_000.0
)

// From are the limits of the medium and the high tier, in currency per year.
func (t TierLimits) From() (medium, high float64) {
	medium, high = meanOr(t.Medium, DefaultMediumTier), meanOr(t.High, DefaultHighTier)
	if t.Medium.IsZero() {
		medium = min(medium, high)
	}
	if t.High.IsZero() {
		high = max(medium, high)
	}
	return medium, high
}

// Of is the tier of an expected loss, in currency per year.
func (t TierLimits) Of(loss float64) Tier {
	medium, high := t.From()
	switch {
	case loss >= high:
		return HighTier
	case loss >= medium:
		return MediumTier
	}
	return LowTier
}

// AtLeast reports whether a tier is another one or above it.
func (t Tier) AtLeast(o Tier) bool { return slices.Index(Tiers(), t) >= slices.Index(Tiers(), o) }

// Activity is something an organisation expects to be done at some stages of a
// product or feature.
type Activity struct {
	ID       string        `json:"id" jsonschema:"short and stable"`
	Title    string        `json:"title" jsonschema:"what is done, in a few words"`
	Source   string        `json:"source,omitempty" jsonschema:"the standard or rule that asks for it"`
	For      string        `json:"for,omitempty" enum:"product,feature" jsonschema:"product or feature; nothing: both"`
	Expected []Expectation `json:"expected" jsonschema:"at which stages, at which level"`
	Extended
}

// Expectation is what an activity comes to at a stage, from a tier on: the one
// of the highest tier that is reached holds.
type Expectation struct {
	Stage   Stage  `json:"stage" enum:"inception,requirements,design,development,testing,deployment,operations,decommissioning" jsonschema:"in which it is done; the next one needs it"`
	Tier    Tier   `json:"tier,omitempty" enum:"low,medium,high" jsonschema:"from this tier of risk on; nothing: from low on"`
	Says    string `json:"says" jsonschema:"what there is when it is done, in plain words"`
	ShownBy string `json:"shown_by,omitempty" jsonschema:"an expression that is true when the record itself shows it; nothing: somebody says so"`
}

// At is what an activity comes to at a stage for a tier; false where nothing is
// expected.
func (a *Activity) At(stage Stage, tier Tier) (Expectation, bool) {
	var out Expectation
	found := false
	for _, e := range a.Expected {
		e.Tier = cmp.Or(e.Tier, LowTier)
		if e.Stage == stage && tier.AtLeast(e.Tier) && (!found || e.Tier.AtLeast(out.Tier)) {
			out, found = e, true
		}
	}
	return out, found
}

// maxActivities bounds how many activities an organisation expects.
const maxActivities = 100

// activities checks the matrix of stages and activities.
func (v *validator) activities() {
	list := v.m.Policy.Activities
	if len(list) > maxActivities {
		v.fail("policy.activities", "", "a dozen is a lot to do", "there are at most %d activities", maxActivities)
		return
	}
	for i := range list {
		path := indexed("policy.activities", i)
		if slices.ContainsFunc(list[:i], func(o Activity) bool { return o.ID == list[i].ID }) {
			v.fail(path+".id", list[i].ID, "an activity has one id", "there is another activity %q", list[i].ID)
		}
		for j, e := range list[i].Expected {
			twice := func(o Expectation) bool {
				return o.Stage == e.Stage && cmp.Or(o.Tier, LowTier) == cmp.Or(e.Tier, LowTier)
			}
			if slices.ContainsFunc(list[i].Expected[:j], twice) {
				v.fail(indexed(path+".expected", j), list[i].ID, "one level for each stage and tier", "%s is said twice for this tier", e.Stage)
			}
		}
	}
	t := v.m.Policy.Tiers
	medium, high := v.single("policy.tiers.medium", t.Medium), v.single("policy.tiers.high", t.High)
	if medium && high && t.Medium.Mean() > t.High.Mean() {
		v.fail("policy.tiers.high", "", "more than medium", "high begins at less than medium")
	}
}
