package brief

import (
	"github.com/parleysec/parley"
	"github.com/parleysec/parley/risk"
)

// Threat is the brief of one threat. Figures nobody stated enough for are nil,
// and Missing says what is needed. Annual figures are as things are today.
type Threat struct {
	ID     string        `json:"id"`
	Title  string        `json:"title"`
	Says   string        `json:"says"` // the impact in plain words, as stated
	Triage parley.Triage `json:"triage"`
	Owner  string        `json:"owner,omitempty"`
	Refs   []string      `json:"refs,omitempty"`
	Care   string        `json:"care,omitempty"`

	People    *People  `json:"people"`
	GraveHarm bool     `json:"grave_harm"`
	Guarding  *float64 `json:"guarding_people_costs,omitempty"` // what the plan gives up for it, currency units
	OnlyWith  []string `json:"only_with,omitempty"`             // features without which there is no such threat
	Missing   []string `json:"missing,omitempty"`               // likelihood, loss
	Decided   *Decided `json:"decided,omitempty"`               // the decision in force

	ChanceWithinHorizon      *float64 `json:"chance_within_horizon"` // 0..1
	ChanceWithinHorizonRange *Range   `json:"chance_within_horizon_range,omitempty"`
	ChanceWithinYear         *float64 `json:"chance_within_year,omitempty"` // 0..1; where chances are told over a year
	ChanceWithinYearRange    *Range   `json:"chance_within_year_range,omitempty"`
	EventsPerYear            *float64 `json:"events_per_year"`
	EventsPerYearRange       *Range   `json:"events_per_year_range,omitempty"`
	LossIfItHappens          *Loss    `json:"loss_if_it_happens"`
	LossOneInTwenty          *float64 `json:"loss_1_in_20"`                          // currency units: exceeded in 5 of 100 years
	OneInTwentyErr           *float64 `json:"loss_1_in_20_standard_error,omitempty"` // absent after one simulated year
	ExpectedAnnualLoss       *float64 `json:"expected_annual_loss"`
	ExpectedAnnualLossRange  *Range   `json:"expected_annual_loss_range,omitempty"`

	AsStated *AsStated `json:"as_stated,omitempty"` // where evidence bears out less than was stated

	Unconfirmed bool       `json:"unconfirmed"`
	Guessed     bool       `json:"guessed"`
	Options     []Option   `json:"options"`
	Waiting     *Waiting   `json:"waiting"`
	Duties      []Duty     `json:"duties,omitempty"`
	Elsewhere   []Recorded `json:"recorded_elsewhere,omitempty"`
	Doubt       Doubt      `json:"doubt"`
	Premises    *Premises  `json:"premises,omitempty"` // whether what was decided holds by the figures of the day; of today only where it does not
	Happened    *Happened  `json:"happened,omitempty"` // incidents and near misses; nil where nothing is recorded
	Words       Words      `json:"words"`

	// Assumed are those of the report's assumptions that this threat's figures rest
	// on, nil where that was not worked out. They are no part of the bytes a decision
	// is recorded with: all of the report's are.
	Assumed []parley.Assumption `json:"-"`
}

// Premises says whether what a decision in force stands on holds by the figures of the
// brief's day; of today it is told only where it does not. It is not among the bytes a
// decision is recorded with.
type Premises struct {
	Decision string   `json:"decision"` // its short id
	Holds    bool     `json:"holds"`
	Broken   []string `json:"broken"` // what does not hold, in words
	Says     string   `json:"says"`
}

// Words say it in a sentence; nothing of nil.
func (p *Premises) Words() string {
	if p == nil {
		return ""
	}
	return p.Says
}

// Decided is a decision in force, as a brief mentions it.
type Decided struct {
	ID    string      `json:"id"` // short id
	Kind  parley.Kind `json:"kind"`
	Until string      `json:"until,omitempty"` // a date or a stage
	// Keeps is, for a transfer, the average yearly loss that stays with us while it
	// is in force, in currency units: the figures of a brief are before what it
	// pays, so that other options can be weighed against it.
	Keeps *float64 `json:"keeps,omitempty"`
}

// Loss is the loss of one event, in currency units.
type Loss struct {
	P50      float64 `json:"p50"`                // half of all events cost more
	P95      float64 `json:"p95"`                // one event in 20 costs more
	P50Error float64 `json:"p50_standard_error"` // 0 where there is a closed form
	P95Error float64 `json:"p95_standard_error"`
}

func lossOf(e risk.EventLoss) *Loss {
	return &Loss{P50: e.P50, P95: e.P95, P50Error: e.P50Error, P95Error: e.P95Error}
}

// People are those harmed; never priced.
type People struct {
	Who          string      `json:"who"`
	HowMany      *float64    `json:"how_many"`
	HowManyRange *Range      `json:"how_many_range,omitempty"`
	Harm         parley.Harm `json:"harm,omitempty"`
}

// Waiting is what it costs to put the decision off.
type Waiting struct {
	Months int     `json:"months"`
	Option string  `json:"option"` // id of the option that would be late
	Costs  float64 `json:"costs"`  // currency units over that time
	// Loses says that the option loses on balance even if begun today.
	Loses bool `json:"loses,omitempty"`
}

// Duty is an obligation the threat, or a way to treat it, falls under.
type Duty struct {
	Says          string   `json:"says"`
	Source        string   `json:"source,omitempty"`
	On            string   `json:"on"` // id of the threat or mitigation that carries it
	Applies       bool     `json:"applies"`
	NotApplicable string   `json:"not_applicable,omitempty"` // why it does not apply
	MetBy         []string `json:"met_by"`                   // ids of options
	Kept          []string `json:"kept,omitempty"`           // ids of layers by which a decision in force keeps it already
	Price         *float64 `json:"price,omitempty"`          // what the plan gives up to keep it, currency units
}

// Recorded is a decision brought from elsewhere, never in force here.
type Recorded struct {
	Kind    parley.Kind `json:"kind"`
	Because string      `json:"because,omitempty"`
	By      string      `json:"by,omitempty"`
	At      string      `json:"at,omitempty"`
	Until   string      `json:"until,omitempty"`
	Tool    string      `json:"tool,omitempty"`
}

// Doubt is how sure we are, and on what basis.
type Doubt struct {
	Basis       string     `json:"basis"`                  // "" when nobody said
	Apart       []string   `json:"apart,omitempty"`        // what the estimate was put together from, in words
	ChanceRatio *float64   `json:"chance_ratio,omitempty"` // 95th over 5th percentile of the rate
	LossRatio   *float64   `json:"loss_ratio,omitempty"`   // bad case over typical loss of one event
	Estimates   []Estimate `json:"estimates,omitempty"`
	Pool        *Pool      `json:"pool,omitempty"` // of the people who estimated how likely it is
	Layers      []Layer    `json:"layers"`         // in place against this threat
}

// Estimate is what one person or tool said.
type Estimate struct {
	By          string   `json:"by"`
	At          string   `json:"at,omitempty"`
	Likelihood  string   `json:"likelihood,omitempty"` // as typed
	ChanceRange *Range   `json:"chance_range,omitempty"`
	Impact      []string `json:"impact,omitempty"` // kind and amount as typed
}

// Pool is what several people's latest likelihoods say together. It prices
// nothing: it stands beside the estimate that does.
type Pool struct {
	People             int     `json:"people"`
	EventsPerYear      float64 `json:"events_per_year"`
	EventsPerYearRange *Range  `json:"events_per_year_range"`
	Apart              float64 `json:"apart"` // the largest of their middles over the smallest
}

// Layer is a control in place against a threat.
type Layer struct {
	ID       string   `json:"id"`
	Title    string   `json:"title"`
	Verified bool     `json:"verified"`         // evidence of it is read; false: taken at its word
	Credit   *float64 `json:"credit,omitempty"` // where it is: how much of what it is said to stop its checks bear out, 0..1
	ReliesOn []string `json:"relies_on,omitempty"`
	Later    bool     `json:"later,omitempty"`     // it came after the estimate was stated
	TakesOff *float64 `json:"takes_off,omitempty"` // of the average yearly loss, where it came later, as far as it is relied on
}

// Words are the sentences of a brief in the order they are read. An empty one
// has nothing to say.
type Words struct {
	Decided  string   `json:"decided"`
	People   string   `json:"people"`
	Grave    string   `json:"grave"`
	Risk     string   `json:"risk"`
	OnlyWith string   `json:"only_with"`
	Standing string   `json:"standing"`         // what was done since the estimate, and what it takes off
	Stated   string   `json:"stated,omitempty"` // what it would come to if every layer worked as stated, beside what its checks let count
	Next     string   `json:"next"`             // what to do where nothing that could be done is named
	Loss     string   `json:"loss"`             // typical loss and bad case
	Bad      string   `json:"bad"`              // one year in 20
	Waiting  string   `json:"waiting"`
	Doubt    []string `json:"doubt"`
	Duties   []string `json:"duties"`
	Recorded []string `json:"recorded_elsewhere"`
	Missing  string   `json:"missing"`
	Average  string   `json:"average"` // last
}
