package brief

import "github.com/parleysec/parley"

// Schema names the version of the JSON form of a [Report].
const Schema = "parley.brief/1"

// Range is where a figure lies with 90 % confidence: its 5th and 95th percentile.
type Range [2]float64

// Report is the brief of a product: what is true of all of it, then a brief per
// threat, the costliest first, those that nobody needs to decide about last.
type Report struct {
	Schema       string              `json:"schema"`
	Product      string              `json:"product"`      // id
	ProductName  string              `json:"product_name"` // what people call it
	Currency     string              `json:"currency"`     // ISO 4217 code of every amount
	HorizonYears float64             `json:"horizon_years"`
	Over         Timeframe           `json:"over,omitempty"`  // what chances are told over; "": the horizon
	AsOf         string              `json:"as_of,omitempty"` // civil date, YYYY-MM-DD
	Total        Total               `json:"total"`
	Assumed      []parley.Assumption `json:"assumed"`
	Warnings     []string            `json:"warnings"`
	Threats      []Threat            `json:"threats"`
	Trials       int                 `json:"trials"` // years simulated for loss_1_in_20 and losses by event
	Seed         uint64              `json:"seed"`
}

// Total is what is true of all threats together.
type Total struct {
	ExpectedAnnualLoss float64  `json:"expected_annual_loss"` // currency units per year
	UnconfirmedShare   float64  `json:"unconfirmed_share"`    // of it, from tools and imports nobody confirmed, 0..1
	GuessedShare       float64  `json:"guessed_share"`        // of it, marked as guesses, 0..1
	Carried            float64  `json:"carried"`              // of it, paid by contracts in force, currency units per year
	AsStated           *float64 `json:"as_stated,omitempty"`  // what it would be if every layer worked as stated, where that differs
	Threats            int      `json:"threats"`              // listed
	Undecided          int      `json:"undecided"`            // that need a decision
	Unpriced           int      `json:"unpriced"`             // that lack a likelihood or a loss
	Grave              int      `json:"grave"`                // that may harm people gravely
	Says               string   `json:"says"`
	Average            string   `json:"average_says"` // in words, to be read last
}

// Threat finds a brief by the id of its threat, nil when there is none.
func (r *Report) Threat(id string) *Threat {
	for i := range r.Threats {
		if r.Threats[i].ID == id {
			return &r.Threats[i]
		}
	}
	return nil
}
