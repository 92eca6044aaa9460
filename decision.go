package parley

// ClaimedDecision is a decision brought from elsewhere: shown as "recorded
// elsewhere", never in force.
type ClaimedDecision struct {
	Threats []string `json:"threats" jsonschema:"ids of the threats"`
	Kind    Kind     `json:"kind" enum:"mitigate,accept,defer,transfer,avoid,escalate" jsonschema:"what was decided"`
	Because string   `json:"because,omitempty" jsonschema:"the reason given"`
	By      string   `json:"by,omitempty" jsonschema:"who is said to have decided"`
	At      string   `json:"at,omitempty" format:"date" jsonschema:"when, as YYYY-MM-DD"`
	Until   string   `json:"until,omitempty" jsonschema:"a date as YYYY-MM-DD or a stage"`
	Source  *Source  `json:"source,omitempty" jsonschema:"where it was brought from"`
	Extended
}
