package gate

// Facts are what rules can ask about. The tags are the names in expressions;
// docs/gate.md lists them. Money is in the product's currency.
type Facts struct {
	Product     Product      `cel:"product"`
	Threats     []Threat     `cel:"threats"`
	Decisions   []Decision   `cel:"decisions"`
	Layers      []Layer      `cel:"layers"`
	Appetite    []Limit      `cel:"appetite"`
	Obligations []Obligation `cel:"obligations"`
	Activities  []Activity   `cel:"activities"`

	// Money puts an amount into words; nil writes it as a number.
	Money func(float64) string `cel:"-"`
}

// Product is what the gate stands before.
type Product struct {
	ID       string  `cel:"id"`
	Name     string  `cel:"name"`
	Owner    string  `cel:"owner"`     // who answers for it, "" for nobody
	Tier     string  `cel:"tier"`      // low, medium, high
	Stage    string  `cel:"stage"`     // the stage it wants to enter or stay in
	Position int64   `cel:"position"`  // of that stage, 1 (inception) to 8 (decommissioning)
	Recorded bool    `cel:"recorded"`  // whether there is a ledger with decisions and evidence
	Loss     float64 `cel:"loss"`      // expected annual loss
	Unsure   float64 `cel:"unsure"`    // share of it that rests on guesses and unconfirmed estimates
	Currency string  `cel:"currency"`  // ISO 4217
	LossText string  `cel:"loss_text"` // the expected annual loss in words: "about £76k"
}

// Threat is one threat that is neither closed nor brought by a feature that is
// not there.
type Threat struct {
	ID          string  `cel:"id"`
	Title       string  `cel:"title"`
	Loss        float64 `cel:"loss"`        // expected annual loss
	LossText    string  `cel:"loss_text"`   // in words
	Chance      float64 `cel:"chance"`      // within the horizon
	Asks        bool    `cel:"asks"`        // needs a decision
	Decided     bool    `cel:"decided"`     // a decision in force answers it
	Kind        string  `cel:"kind"`        // of that decision, "" for none
	Decision    string  `cel:"decision"`    // its id, "" for none
	Grave       bool    `cel:"grave"`       // grave harm to people
	Tier        string  `cel:"tier"`        // low, medium, high
	Unconfirmed bool    `cel:"unconfirmed"` // its estimate was made by a tool or an import
	Priced      bool    `cel:"priced"`
	Layers      int64   `cel:"layers"`   // that stand before it
	Verified    int64   `cel:"verified"` // of those, by a check
}

// Decision is a decision that is in force, proposed, or was re-opened and not
// answered since.
type Decision struct {
	ID       string   `cel:"id"`
	Kind     string   `cel:"kind"`
	Status   string   `cel:"status"` // in force, proposed, challenged, reopened
	Threats  []string `cel:"threats"`
	Until    string   `cel:"until"`   // YYYY-MM-DD or a stage, "" for none
	Overdue  bool     `cel:"overdue"` // in force, though its end was reached
	Broken   []string `cel:"broken"`  // premises that no longer hold, in words
	Breaks   []string `cel:"breaks"`  // in force: premises that the figures of the day break, in words; nothing was recorded of it yet
	By       string   `cel:"by"`      // who took it
	Because  string   `cel:"because"`
	Headline string   `cel:"headline"` // "SHOP-D7 (accept: Records leak)"
}

// Layer is a control, or a mitigation that is finished.
type Layer struct {
	ID        string   `cel:"id"`
	Title     string   `cel:"title"`
	Standing  string   `cel:"standing"` // not verified, not due yet, never reported, verified, weak, failing, stale
	Assurance float64  `cel:"assurance"`
	Check     string   `cel:"check"`  // that decides, "" for none
	Why       string   `cel:"why"`    // why that one fails or is silent: which result, what it broke, since when; "" else
	Checks    int64    `cel:"checks"` // how many it declares
	Lacks     string   `cel:"lacks"`  // what it lacks to be verified, one of the Lacks constants; "" for nothing
	LacksText string   `cel:"lacks_text"`
	Threats   []string `cel:"threats"`
	Costs     float64  `cel:"costs"` // what a year would cost more if it failed unnoticed
	CostsText string   `cel:"costs_text"`

	// ExceptedBy are the decisions in force, by id, that let it stand as it does:
	// taken with that in view, with an end, and about every threat it stands
	// before. None where a threat has no such decision; Exception says why then.
	ExceptedBy []string `cel:"excepted_by"`
	Exception  string   `cel:"exception"` // "" where nobody ever decided with that in view

	CostsNow     float64 `cel:"costs_now"` // what a year costs more today because its checks do not bear it out
	CostsNowText string  `cel:"costs_now_text"`
}

// What a layer may lack to be verified: the kind of a failure (`kind` in JSON).
// That a check nobody has to run never reported is no lack where others report.
const (
	LacksCheck    = "no check"                 // it declares none
	LacksLedger   = "not known"                // of a file alone: only a ledger has reports
	LacksEvidence = "nothing recorded"         // no report of any check of the product
	LacksReport   = "never reported"           // a check that is required
	LacksAny      = "never reported, optional" // none of its checks reported, and none is required
	LacksPass     = "failing"                  // a required check fails
	LacksSpeech   = "silent"                   // a required check is silent
)

// Limit is one point of the appetite.
type Limit struct {
	Loss     float64 `cel:"loss"`
	Allowed  float64 `cel:"allowed"` // chance in a year
	Chance   float64 `cel:"chance"`  // of losing more in a year
	Breached bool    `cel:"breached"`
	Close    bool    `cel:"close"` // too close to call
	Says     string  `cel:"says"`  // the comparison in words
}

// Obligation is a duty that applies.
type Obligation struct {
	ID       string `cel:"id"`    // of the mitigation or threat it is stated on
	Title    string `cel:"title"` // of that
	Says     string `cel:"says"`
	Finished bool   `cel:"finished"` // what it asks for stands
	Decided  bool   `cel:"decided"`  // a decision in force does it
}

// Activity is what is expected to be done at one stage of the product, or of a
// feature that says at which stage it is.
type Activity struct {
	ID      string `cel:"id"`
	Title   string `cel:"title"`
	Of      string `cel:"of"`      // id of the product or feature
	OfTitle string `cel:"of_name"` // of that
	Kind    string `cel:"kind"`    // product or feature
	Stage   string `cel:"stage"`   // in which it is done
	Tier    string `cel:"tier"`    // of the product or feature: how much is expected
	Says    string `cel:"says"`    // what there is when it is done
	Source  string `cel:"source"`  // the standard or rule that asks for it
	Asked   string `cel:"asked"`   // the stage that needs it
	Due     bool   `cel:"due"`     // the stage asked for needs it
	Done    bool   `cel:"done"`    // the record shows it, or somebody said so
}
