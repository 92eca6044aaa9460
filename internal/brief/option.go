package brief

import "github.com/parleysec/parley"

// Ids of the options that are no mitigation and no stated treatment.
const (
	OptionPlan   = "plan"   // what the plan does against this threat, where that is several things
	OptionBest   = "best"   // the set that pays most for this threat, where that is several things
	OptionAccept = "accept" // live with it
	OptionDefer  = "defer"  // decide later: the best option, six months on
)

// Option is one way to treat a threat, judged on its own: everything else
// stays as it is today.
type Option struct {
	ID      string      `json:"id"`
	Kind    parley.Kind `json:"kind"`
	Title   string      `json:"title"`
	With    []string    `json:"with,omitempty"`    // mitigations and features done, required ones included
	InPlan  bool        `json:"in_plan"`           // the plan does it
	IsBest  bool        `json:"is_best"`           // no other set pays more for this threat
	Missing []string    `json:"missing,omitempty"` // cost, strength

	Cost                         *Cost    `json:"cost"`
	LeadTimeYears                float64  `json:"lead_time_years"`
	ChanceWithinHorizonAfter     *float64 `json:"chance_within_horizon_after"`
	ChanceWithinYearAfter        *float64 `json:"chance_within_year_after,omitempty"`                  // where chances are told over a year
	ExpectedAnnualLossAfter      *float64 `json:"expected_annual_loss_after"`                          // of this threat
	ExpectedAnnualLossAfterError *float64 `json:"expected_annual_loss_after_standard_error,omitempty"` // where what a contract pays is estimated
	ExpectedAnnualLossAfterRange *Range   `json:"expected_annual_loss_after_range,omitempty"`
	AvoidedElsewhere             *float64 `json:"avoided_elsewhere"`                    // expected annual loss avoided on other threats
	NetBenefit                   *float64 `json:"net_benefit"`                          // currency units over the horizon, discounted
	NetBenefitError              *float64 `json:"net_benefit_standard_error,omitempty"` // likewise
	Inexact                      string   `json:"inexact,omitempty"`                    // why net_benefit is an estimate after all
	PaysOffChance                *float64 `json:"pays_off_chance"`
	PaysOffError                 *float64 `json:"pays_off_chance_standard_error,omitempty"` // with the chance
	WorthItChance                *float64 `json:"worth_it_chance"`
	WorthItError                 *float64 `json:"worth_it_chance_standard_error,omitempty"`

	Benefits []Benefit    `json:"benefits,omitempty"`
	Needs    []NeedEffect `json:"effect_on_needs,omitempty"`
	Helps    []string     `json:"also_helps,omitempty"` // ids of other threats
	Ask      string       `json:"ask,omitempty"`        // whom to ask, when it is outside the team
	Words    OptionWords  `json:"words"`
}

// Cost is what an option takes up to the horizon, undiscounted.
type Cost struct {
	Money           float64 `json:"money"` // once, and yearly from the finish on
	MoneyRange      *Range  `json:"money_range,omitempty"`
	EffortDays      float64 `json:"effort_days"`
	EffortDaysRange *Range  `json:"effort_days_range,omitempty"`
}

// Benefit is what an option brings besides less risk.
type Benefit struct {
	Says       string   `json:"says"`
	Value      *float64 `json:"value"` // currency units per year, nil where nobody priced it
	ValueRange *Range   `json:"value_range,omitempty"`
	ends       *Range   // of a range stated from 0, which is uniform: people expect to read what they wrote
}

// spread is the range of the value that sentences show.
func (b Benefit) spread() *Range {
	if b.ends != nil {
		return b.ends
	}
	return b.ValueRange
}

// NeedEffect is how an option changes what security is balanced against.
type NeedEffect struct {
	Need   parley.Need   `json:"need"`
	Effect parley.Effect `json:"effect"`
	By     string        `json:"by"` // id of the mitigation
}

// OptionWords are the sentences of an option.
type OptionWords struct {
	Title    string `json:"title"` // with a word where it is the plan's or worth most
	Costs    string `json:"costs"` // effort and money together
	Value    string `json:"value"` // benefits that have a price, per year
	Effort   string `json:"effort"`
	Money    string `json:"money"`
	Leaves   string `json:"leaves"`
	Balance  string `json:"balance"`
	Pays     string `json:"pays"`
	Brings   string `json:"brings"` // benefits
	Needs    string `json:"needs"`  // effect on other needs
	Helps    string `json:"helps"`
	Asks     string `json:"asks"`
	Missing  string `json:"missing"`
	Includes string `json:"includes"` // what it requires besides itself
	Floor    string `json:"floor"`    // why its price alone does not decide
}
