package negotiate

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/evidence"
	"github.com/parleysec/parley/internal/gate"
	"github.com/parleysec/parley/ledger"
	"github.com/parleysec/parley/risk"
)

// GateRequest asks what is missing before a stage.
type GateRequest struct {
	Source
	AsOf       string
	Stage      string // "" for the one the product is in
	PolicyName string // of the file, for messages
	Policy     []byte // nil for the one shipped with the program
	Block      bool   // a failure stops, whatever the policy says
	Trials     int
	Seed       uint64
}

// GateResult is what the gate says.
type GateResult struct {
	Schema  string `json:"schema"`
	AsOf    string `json:"as_of"`
	Product string `json:"product"`
	Limits  Limits `json:"limits"`
	gate.Answer
	Chosen GateChoice `json:"chosen"` // whose choice the mode is
}

// Gate asks a policy what is missing before the product may be in a stage. From
// a file alone nothing is decided and nothing was verified.
func (s *Service) Gate(ctx context.Context, actor Actor, req GateRequest) (*GateResult, error) {
	if err := s.admit(ctx, actor, "Gate"); err != nil {
		return nil, err
	}
	if req.Policy == nil {
		req.PolicyName, req.Policy = gate.DefaultName, gate.Default()
	}
	policy, err := gate.Read(req.PolicyName, req.Policy)
	if err != nil {
		return nil, &parley.Error{Op: "read the policy", Kind: parley.Invalid, Err: err}
	}
	l, err := s.loadThen(ctx, actor, "Gate", req.Source, req.AsOf)
	if err != nil {
		return nil, err
	}
	stage, err := l.stage(req.Stage)
	if err != nil {
		return nil, err
	}
	mode, chosen := l.gateMode(policy, req.Block)
	policy.Mode = mode
	facts, err := s.facts(ctx, l, req, stage)
	if err != nil {
		return nil, err
	}
	if err := l.gateActivities(ctx, facts, stage); err != nil {
		return nil, err
	}
	answer, err := policy.Ask(ctx, facts)
	if err != nil {
		return nil, &parley.Error{Op: "ask the gate", Kind: parley.Invalid, Err: err}
	}
	if l.doc != nil {
		answer.Place(l.line)
	}
	answer.ModeSays = chosen.says(mode, req.PolicyName)
	if v := l.verified(); v == notVerified && len(l.model.Controls) > 0 {
		answer.ControlsSays = catalogue.T("evidence.controls", "how", VerifiedText(v, l.limits))
	}
	if l.away(s) {
		answer.AsOfSays = catalogue.T("gate.as-of.future", "day", plain.Date(l.asOf))
		if l.asOf.Format(time.DateOnly) < s.today() {
			answer.AsOfSays = catalogue.T("gate.as-of.past", "day", plain.Date(l.asOf))
		}
	}
	if req.Stage == "" && l.model.Product.Stage == "" {
		answer.StageSays = catalogue.T("gate.stage.none")
	}
	return &GateResult{Schema: "parley.gate/1", AsOf: l.asOf.Format(time.DateOnly), Product: l.model.Product.ID, Limits: l.limits, Answer: *answer, Chosen: chosen}, nil
}

// line is where what a rule is about stands in the file, from 1; 0 for what is
// about no one thing in it.
func (l *loaded) line(ref string) int {
	m := l.model
	for path, at := range map[string]int{
		"threats[%d]":     slices.IndexFunc(m.Threats, func(t parley.Threat) bool { return t.ID == ref }),
		"controls[%d]":    slices.IndexFunc(m.Controls, func(c parley.Control) bool { return c.ID == ref }),
		"mitigations[%d]": slices.IndexFunc(m.Mitigations, func(x parley.Mitigation) bool { return x.ID == ref }),
	} { // an id is that of one thing
		if at >= 0 {
			line, _ := l.doc.Position(fmt.Sprintf(path, at))
			return line
		}
	}
	return 0
}

// stage is the stage asked for; a product that says none is asked as at its
// inception.
func (l *loaded) stage(asked string) (parley.Stage, error) {
	stage := l.model.Product.Stage
	if asked != "" {
		stage = parley.Stage(asked)
	}
	if stage == "" {
		return parley.Inception, nil
	}
	if !slices.Contains(parley.Stages(), stage) {
		names := []string{}
		for _, s := range parley.Stages() {
			names = append(names, string(s))
		}
		return "", parley.Errorf(parley.Invalid, "ask the gate", "%q is no stage", asked).
			WithHint(parley.Meant(asked, names, catalogue.T("gate.hint.stage", "stages", strings.Join(names, ", "))))
	}
	return stage, nil
}

// facts gathers what rules can ask about.
func (s *Service) facts(ctx context.Context, l *loaded, req GateRequest, stage parley.Stage) (*gate.Facts, error) {
	f, priced, err := l.known(ctx, stage)
	if err != nil {
		return nil, err
	}
	if l.product != nil {
		broken, err := s.breachesOn(ctx, l)
		if err != nil {
			return nil, err
		}
		for i := range f.Decisions {
			f.Decisions[i].Breaks = broken[f.Decisions[i].ID]
		}
	}
	var limits []LimitResult
	if len(l.model.Policy.Appetite) > 0 { // else no year needs to be drawn
		p := pricing{service: s, l: l, trials: req.Trials, seed: req.Seed, totals: true, expected: &priced}
		price, err := p.risk(ctx, l.today())
		if err != nil {
			return nil, err
		}
		limits = price.Appetite
	}
	whose := l.whoseLimit()
	f.Appetite = nil
	for _, x := range limits {
		f.Appetite = append(f.Appetite, gate.Limit{
			Loss: x.Loss, Allowed: x.ChanceAllowed, Chance: x.Chance, Breached: x.Breached, Close: x.TooClose,
			Says: catalogue.T("gate.appetite", "loss", plain.Amount(x.Loss, l.model.Product.Currency), "chance", plain.Of100(x.Chance), "allowed", plain.Of100(x.ChanceAllowed), "whose", whose),
		})
	}
	return f, nil
}

// known gathers what rules can ask about without drawing a single year: of the
// appetite there are the limits alone. With them comes what is expected as things are.
func (l *loaded) known(ctx context.Context, stage parley.Stage) (*gate.Facts, risk.Expectation, error) {
	look, err := l.survey()
	if err != nil {
		return nil, risk.Expectation{}, err
	}
	layers, err := look.layers(ctx)
	if err != nil {
		return nil, look.base, err
	}
	m := l.model
	loss := layers.ExpectedAnnualLoss
	f := &gate.Facts{Money: func(x float64) string { return plain.Amount(x, m.Product.Currency) }, Product: gate.Product{
		ID: m.Product.ID, Name: m.Product.Title(), Owner: m.Product.Owner, Tier: string(parley.LowTier), Stage: string(stage), Position: int64(slices.Index(parley.Stages(), stage) + 1),
		Recorded: l.product != nil, Loss: loss, Unsure: shareOf(m, look.base, func(t *parley.Threat) bool { return t.Unconfirmed() || t.Guessed() }), Currency: m.Product.Currency, LossText: plain.Money(loss, m.Product.Currency),
	}}
	for _, x := range layers.Layers {
		lacks, says := l.lacks(x)
		f.Layers = append(f.Layers, gate.Layer{
			Lacks: lacks, LacksText: says,
			ID: x.ID, Title: plain.Clean(x.Title), Standing: string(x.Standing), Assurance: x.Assurance, Check: x.Check, Why: l.whyStands(x), Checks: int64(len(x.Checks)),
			Threats: x.Against, Costs: x.IfItFails.Costs, CostsText: plain.Money(x.IfItFails.Costs, m.Product.Currency),
			CostsNow: x.CostsNow, CostsNowText: plain.Money(x.CostsNow, m.Product.Currency),
		})
	}
	for _, x := range m.Policy.Appetite {
		f.Appetite = append(f.Appetite, gate.Limit{Loss: x.Loss.Mean(), Allowed: x.Chance.Mean()})
	}
	look.gateThreats(f)
	f.Product.Tier = string(l.productTier(loss, f.Threats))
	if l.product != nil {
		over := expiring(l.state, l.asOf)
		l.gateDecisions(f, over)
		l.gateExceptions(f, over)
	}
	l.gateDuties(f)
	return f, look.base, nil
}

// whoseLimit says whose the limits on losses are, and since when they hold.
func (l *loaded) whoseLimit() string {
	if l.state == nil || l.state.Policy == nil {
		return catalogue.T("gate.whose.file")
	}
	for _, f := range l.state.Policy.Fields {
		if f.Path[0] == "appetite" && f.From != "" && f.Currency == l.model.Product.Currency {
			return catalogue.T("gate.whose.organisation", "since", plain.Date(f.At), "from", f.From)
		}
	}
	return catalogue.T("gate.whose.organisation-alone")
}

// gateThreats adds the threats there are today, those without a price too.
func (l *survey) gateThreats(f *gate.Facts) {
	for i := range l.model.Threats {
		t := &l.model.Threats[i]
		if t.Triage == parley.Closed || len(l.model.Introducing(t.ID)) > 0 {
			continue
		}
		f.Threats = append(f.Threats, l.gateThreat(t, l.base, f.Layers))
	}
}

// gateThreat is a threat as it is priced in some state, with the layers before it.
func (l *loaded) gateThreat(t *parley.Threat, priced risk.Expectation, layers []gate.Layer) gate.Threat {
	x := gate.Threat{ID: t.ID, Title: plain.Clean(t.Title), Asks: t.NeedsDecision(), Grave: t.GraveHarm(), Unconfirmed: t.Unconfirmed(), Priced: t.Priced()}
	if i := slices.IndexFunc(priced.Threats, func(e risk.ThreatExpectation) bool { return e.ID == t.ID && !e.Absent }); i >= 0 {
		x.Loss, x.Chance = priced.Threats[i].Annual, priced.Threats[i].ChanceWithinHorizon
	}
	x.LossText = plain.Money(x.Loss, l.model.Product.Currency)
	x.Tier = string(l.threatTier(t, x.Loss))
	for _, y := range layers {
		if slices.Contains(y.Threats, t.ID) {
			x.Layers++
			if y.Standing == string(evidence.Verified) {
				x.Verified++
			}
		}
	}
	if l.product != nil {
		if d := l.product.InForce(t.ID); d != nil {
			x.Decided, x.Kind, x.Decision = true, string(d.Kind), d.Short
		}
	}
	return x
}

// gateDecisions adds the decisions that hold, wait, or were re-opened and not
// answered; over are those whose end is reached.
func (l *loaded) gateDecisions(f *gate.Facts, over map[string]bool) {
	for _, d := range l.product.Decisions {
		switch {
		case d.Status == ledger.InForce, d.Status == ledger.Proposed, d.Status == ledger.Challenged, d.Status == ledger.Reopened && stillOpen(l.product, d):
		default:
			continue
		}
		view := decisionOf(l.product, d)
		x := gate.Decision{
			ID: d.Short, Kind: string(d.Kind), Status: string(d.Status), Threats: d.Threats, Until: d.Until, Overdue: over[d.Short], By: plain.Clean(view.By), Because: plain.Clean(d.Because),
			Headline: catalogue.T("gate.headline", "id", d.Short, "kind", catalogue.T("kind."+string(d.Kind)), "titles", plain.Clean(strings.Join(view.Titles, ", "))),
		}
		for _, b := range view.Broken {
			x.Broken = append(x.Broken, BrokeText(b))
		}
		f.Decisions = append(f.Decisions, x)
	}
}

// gateDuties adds the duties that apply: of mitigations that are not finished,
// and of threats.
func (l *loaded) gateDuties(f *gate.Facts) {
	m := l.model
	promised := l.promised()
	for i := range m.Mitigations {
		if x := &m.Mitigations[i]; x.Obligation.Applies() {
			f.Obligations = append(f.Obligations, gate.Obligation{ID: x.ID, Title: plain.Clean(x.Title), Says: plain.Clean(x.Obligation.Says), Decided: slices.Contains(promised, x.ID)})
		}
	}
	for i := range m.Threats {
		t := &m.Threats[i]
		if !t.Obligation.Applies() || t.Triage == parley.Closed {
			continue
		}
		o := gate.Obligation{ID: t.ID, Title: plain.Clean(t.Title), Says: plain.Clean(t.Obligation.Says)}
		if l.product != nil {
			o.Decided, o.Finished = l.answers(l.product.InForce(t.ID))
		}
		f.Obligations = append(f.Obligations, o)
	}
}

// answers reports whether a decision promises to meet the duty of its threat,
// and whether that is done: mitigations that stand meet it, and so do a threat
// that is avoided and the recorded reason why the duty does not apply. Insuring
// the loss, putting it off or handing it up meets no duty.
func (l *loaded) answers(d *ledger.Decision) (promised, met bool) {
	if d == nil {
		return false, false
	}
	switch d.Kind {
	case parley.Mitigate:
		stands := func(id string) bool { return l.model.Control(id) != nil }
		return true, len(d.With) > 0 && !slices.ContainsFunc(d.With, func(id string) bool { return !stands(id) })
	case parley.Avoid:
		return true, !l.product.Pending(d)
	case parley.Accept:
		reasoned := d.ObligationReason != ""
		return reasoned, reasoned
	}
	return false, false
}
