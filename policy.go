package parley

import "github.com/parleysec/parley/quantity"

// Policy is the yardstick: over what time, at what prices, within what limits
// and with what meaning of words a model is read. Fields nobody set keep their
// defaults, which [Model.Assumptions] names.
type Policy struct {
	Horizon      quantity.Quantity `json:"horizon,omitzero" quantity:"duration" jsonschema:"the time decisions look ahead, e.g. 2 years"`
	PersonDay    quantity.Quantity `json:"person_day,omitzero" quantity:"money" jsonschema:"what one day of one person costs"`
	DiscountRate quantity.Quantity `json:"discount_rate,omitzero" quantity:"share" jsonschema:"yearly discount on later money, e.g. 5%"`
	CommonCause  quantity.Quantity `json:"common_cause,omitzero" quantity:"share" jsonschema:"share of a layer's failures that defeats the others too; 0% means layers fail independently"`
	Unverified   quantity.Quantity `json:"unverified,omitzero" quantity:"share" jsonschema:"credit of a control whose checks have never reported"`
	Appetite     []Limit           `json:"appetite,omitempty" jsonschema:"more than this loss in at most that share of years"`
	Scale        Scale             `json:"scale,omitzero" jsonschema:"what the team's words mean"`
	Tiers        TierLimits        `json:"tiers,omitzero" jsonschema:"from which expected loss a year on a risk is of a higher tier"`
	Activities   []Activity        `json:"activities,omitempty" jsonschema:"what is expected to be done at which stage; nothing: the list shipped with the program"`
	Gate         GateMode          `json:"gate,omitempty" enum:"advise,block" jsonschema:"block: the gate of every product blocks; advise or nothing: each product chooses"`
	Extended
}

// Limit is one point of the appetite: a loss and the highest tolerated chance,
// in one year, of losing more.
type Limit struct {
	Loss   quantity.Quantity `json:"loss" quantity:"money" jsonschema:"a yearly loss"`
	Chance quantity.Quantity `json:"chance" quantity:"share" jsonschema:"share of years in which more may be lost"`
}

// Scale says what the team's words mean, word by word.
type Scale struct {
	Likelihood map[string]string `json:"likelihood,omitempty" jsonschema:"words for chances and rates"`
	Impact     map[string]string `json:"impact,omitempty" jsonschema:"words for losses"`
	Cost       map[string]string `json:"cost,omitempty" jsonschema:"words for effort"`
	Strength   map[string]string `json:"strength,omitempty" jsonschema:"words for shares stopped"`
	Points     *Points           `json:"points,omitempty" jsonschema:"one priced anchor that gives feature points a value"`
}

// Points is the priced anchor of feature points.
type Points struct {
	Value float64           `json:"value" jsonschema:"points of the anchor"`
	Worth quantity.Quantity `json:"worth" quantity:"yearly" jsonschema:"what the anchor brings per year"`
}

// GuessedPersonDay is what one day of one person is taken to cost, in the
// product's currency, where a list of threats or another tool's file names
// efforts and no price; it is always said to be a guess.
const GuessedPersonDay = "650"

// Defaults of the policy, docs/file.md.
const (
	DefaultHorizon      = 2.0  // years
	DefaultDiscountRate = 0.05 // per year
	DefaultCommonCause  = 0.05 // share
	DefaultUnverified   = 0.5  // share
)

// HorizonYears is the time decisions look ahead, in years.
func (p Policy) HorizonYears() float64 { return meanOr(p.Horizon, DefaultHorizon) }

// Discount is the yearly discount rate, e.g. 0.05.
func (p Policy) Discount() float64 { return meanOr(p.DiscountRate, DefaultDiscountRate) }

// CommonCauseShare is the share of a layer's failures that defeats the others too.
func (p Policy) CommonCauseShare() float64 { return meanOr(p.CommonCause, DefaultCommonCause) }

// UnverifiedCredit is the credit of a control whose checks have never reported.
func (p Policy) UnverifiedCredit() float64 { return meanOr(p.Unverified, DefaultUnverified) }

func meanOr(q quantity.Quantity, def float64) float64 {
	if q.IsZero() {
		return def
	}
	return q.Mean()
}
