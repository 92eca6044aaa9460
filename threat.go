package parley

import (
	"slices"
	"strings"

	"github.com/parleysec/parley/quantity"
)

// Triage says what a threat asks of the people who decide.
type Triage string

// The triage of a threat; none stated means Negotiate.
const (
	Aware     Triage = "aware"     // knowing is enough; Care says what is done about it
	Negotiate Triage = "negotiate" // needs a decision
	Closed    Triage = "closed"    // no longer a threat
)

// Threat is something bad that may happen.
type Threat struct {
	ID          string            `json:"id" jsonschema:"short and stable"`
	Title       string            `json:"title" jsonschema:"what happens, in one line"`
	Owner       string            `json:"owner,omitempty" jsonschema:"who answers for it"`
	Refs        []string          `json:"refs,omitempty" jsonschema:"references such as CWE-89"`
	Triage      Triage            `json:"triage,omitempty" enum:"aware,negotiate,closed" jsonschema:"aware, negotiate (default) or closed"`
	Care        string            `json:"care,omitempty" jsonschema:"for aware: what we do about it, and when we look again"`
	Likelihood  quantity.Quantity `json:"likelihood,omitzero" quantity:"likelihood" jsonschema:"chance over a timeframe, rate or word, with today's controls going on to work"`
	Basis       string            `json:"basis,omitempty" jsonschema:"what the estimate rests on: our own incidents, base rate (source), expert, guess, imported, tool"`
	Impact      Impact            `json:"impact,omitzero" jsonschema:"loss per event by kind, in plain words, and the people harmed"`
	Fair        *Fair             `json:"fair,omitempty" jsonschema:"the threat taken apart as Open FAIR does: another way to state its likelihood and its losses"`
	Obligation  *Obligation       `json:"obligation,omitempty" jsonschema:"a duty this threat falls under"`
	Treatments  []Treatment       `json:"treatments,omitempty" jsonschema:"ways to treat it besides mitigations: transfer, avoid, defer"`
	Estimates   []Estimate        `json:"estimates,omitempty" jsonschema:"what each person estimated"`
	AtMostOnce  bool              `json:"at_most_once,omitempty" jsonschema:"one event at most over the stated timeframe"`
	Clustered   quantity.Quantity `json:"clustered,omitzero" quantity:"share" jsonschema:"events come in bad years: how much the rate differs from year to year, as a share of itself (its standard deviation over its mean), e.g. 80%"`
	CoverageGap string            `json:"coverage_gap,omitempty" enum:"independent,same" jsonschema:"whether the layers' coverage gaps are the same cases (nested) or independent (default)"`
	StatedWith  *[]string         `json:"stated_with,omitempty" jsonschema:"the controls that stood when likelihood and impact were stated; default: all controls of the file"`
	Assets      []string          `json:"assets,omitempty" jsonschema:"what it affects"`
	Tags        []string          `json:"tags,omitempty" jsonschema:"free labels"`
	Notes       string            `json:"notes,omitempty" jsonschema:"longer description"`
	Source      *Source           `json:"source,omitempty" jsonschema:"where it was brought from"`
	Was         string            `json:"was,omitempty" jsonschema:"the id before it was renamed"`
	Extended
}

// Priced reports whether the threat takes part in prices: it is not closed,
// and likelihood and at least one loss are stated.
func (t *Threat) Priced() bool {
	return t.Triage != Closed && t.RateStated() && t.LossStated()
}

// NeedsDecision reports whether somebody has to decide about the threat.
func (t *Threat) NeedsDecision() bool { return t.Triage == "" || t.Triage == Negotiate }

// Unconfirmed reports whether the estimate was made by a tool or an import and
// nobody has confirmed it. A guess about what was brought from elsewhere is the import's.
func (t *Threat) Unconfirmed() bool {
	return t.Basis == BasisImported || t.Basis == BasisTool || t.Basis == BasisGuess && t.Source != nil
}

// Guessed reports whether the estimate is marked as a guess.
func (t *Threat) Guessed() bool { return t.Basis == BasisGuess }

// What an estimate may rest on. BasisBaseRate is followed by its source in brackets.
const (
	BasisIncidents = "our own incidents"
	BasisBaseRate  = "base rate"
	BasisExpert    = "expert"
	BasisGuess     = "guess"
	BasisImported  = "imported"
	BasisTool      = "tool"
)

// Bases lists what an estimate may rest on.
func Bases() []string {
	return []string{BasisIncidents, BasisBaseRate, BasisExpert, BasisGuess, BasisImported, BasisTool}
}

// ValidBasis reports whether a basis is one of the known ones.
func ValidBasis(s string) bool {
	if s == "" || slices.Contains(Bases(), s) {
		return true
	}
	return strings.HasPrefix(s, BasisBaseRate+" (") && strings.HasSuffix(s, ")")
}

// Estimate is what one person estimated at one time.
type Estimate struct {
	By         string            `json:"by" jsonschema:"who estimated"`
	At         string            `json:"at,omitempty" format:"date" jsonschema:"when, as YYYY-MM-DD"`
	Likelihood quantity.Quantity `json:"likelihood,omitzero" quantity:"likelihood" jsonschema:"their likelihood"`
	Impact     Impact            `json:"impact,omitzero" jsonschema:"their impact"`
	Extended
}

// Source is where something was brought from.
type Source struct {
	Tool string `json:"tool,omitempty" jsonschema:"name of the tool"`
	File string `json:"file,omitempty" jsonschema:"name of the file"`
	ID   string `json:"id,omitempty" jsonschema:"its id there"`

	Also []string `json:"also,omitempty" jsonschema:"other ids or fingerprints it is known by"`
	Extended
}

// Obligation is a duty by law, contract or promise.
type Obligation struct {
	Says          string `json:"says" jsonschema:"the duty, e.g. GDPR Art. 32"`
	Source        string `json:"source,omitempty" jsonschema:"where it is written"`
	NotApplicable string `json:"not_applicable,omitempty" jsonschema:"why it does not apply here, when it does not"`
	Extended
}

// Applies reports whether there is a duty and nobody recorded why it does not apply.
func (o *Obligation) Applies() bool { return o != nil && o.NotApplicable == "" }
