package negotiate

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/brief"
	"github.com/parleysec/parley/ledger"
)

// EngineVersion names the arithmetic that computed the figures of a decision.
const EngineVersion = "risk/1"

// DecideRequest is a decision on its way into the ledger.
type DecideRequest struct {
	Product       string // id; "" for the only one
	Threats       []string
	Kind          parley.Kind
	Because       string
	Until         string             // a date or a stage
	With          []string           // mitigations, treatments, or features that are not built
	Drops         string             // avoid: what is taken away, in words
	Conditions    []ledger.Condition // under which it holds
	NotApplicable string             // why a duty does not apply
	Replaces      []string           // decisions it takes the threats from
	By            string             // claimed decider
	NotTaken      []ledger.NotTaken  // why options were not chosen; Ground is not read
	Premises      []string           // how far figures may move: "loss=50%", "chance:leak=10%", "effort=any"
	Propose       bool               // waits for an approver
	AsOf          string
	Seen          string // digest of the brief the decider saw; "" takes it as it is now
}

// DecideResult is what was recorded.
type DecideResult struct {
	Schema    string     `json:"schema"`
	Decisions []Decision `json:"decisions"`
	Tasks     []Task     `json:"tasks"`
	Reopened  []Reopened `json:"reopened"`
	Avoided   *Avoided   `json:"avoided,omitempty"`
	Notes     []string   `json:"notes"`
}

// Decision is a decision as people see it.
type Decision struct {
	ShortID    string           `json:"id"`
	Product    string           `json:"product"`
	Threats    []string         `json:"threats"`
	Titles     []string         `json:"titles"`
	Kind       parley.Kind      `json:"kind"`
	With       []string         `json:"with,omitempty"`
	Drops      string           `json:"drops,omitempty"` // what is taken away so that the threat is gone
	Because    string           `json:"because"`
	Until      string           `json:"until,omitempty"`
	Conditions []Condition      `json:"conditions,omitempty"`
	Status     string           `json:"status"`
	By         string           `json:"by"`
	Claimed    bool             `json:"claimed"` // the name is only a claim
	At         time.Time        `json:"at"`
	Premises   []ledger.Premise `json:"premises,omitempty"`
	Broken     []ledger.Broken  `json:"broken,omitempty"`
	Lowered    []ledger.Lowered `json:"lowered,omitempty"` // figures the decider had lowered before
	Brief      string           `json:"brief,omitempty"`   // commitment to the brief the decider saw
	Joint      *Joint           `json:"joint,omitempty"`   // of a decision that takes several people

	NotTaken []ledger.NotTaken `json:"-"` // what was not chosen and why; [ShowResult] lists it
}

// MovedError refuses a decision because the numbers moved since the decider
// looked at them.
type MovedError struct {
	Threats []string
}

// Error says what happened.
func (e *MovedError) Error() string {
	return "the numbers of " + strings.Join(e.Threats, ", ") + " moved since you looked: read the brief as it is now, then decide"
}

// Decide records a decision with the exact bytes of the brief it stood on.
func (s *Service) Decide(ctx context.Context, actor Actor, req DecideRequest) (*DecideResult, error) {
	r := &DecideResult{Schema: "parley.decision/1"}
	var productID string
	useCase := "Decide"
	if req.Propose {
		useCase = "Decide (propose)"
	}
	events, state, err := s.record(ctx, deed{actor, useCase, "decide " + strings.Join(req.Threats, ", "), req.By}, func(a *access, at time.Time) ([]ledger.Draft, error) {
		state := a.state
		d, err := s.deciding(a, req)
		if err != nil {
			return nil, err
		}
		productID = d.Product
		if r.Avoided, err = s.avoiding(state, d, req.AsOf); err != nil {
			return nil, err
		}
		draft, err := s.draft(ctx, state, d, req)
		if err != nil {
			return nil, err
		}
		drafts, reopened, err := s.settle(a, []ledger.Draft{draft}, at)
		r.Reopened = reopened
		return drafts, err
	})
	if err != nil {
		return nil, err
	}
	p := state.Product(productID)
	r.fill(p, events)
	info, err := p.Info()
	for _, d := range r.Decisions {
		r.Notes = append(r.Notes, r.Avoided.text(p, d, info.Currency)...)
	}
	return r, err
}

// deciding resolves ids and checks the rules before anything is computed.
func (s *Service) deciding(a *access, req DecideRequest) (ledger.Deciding, error) {
	var d ledger.Deciding
	state := a.state
	p, err := decidedProduct(a.seen, req)
	if err != nil {
		return d, err
	}
	if err := a.ask(p); err != nil {
		return d, err
	}
	terms := ledger.Terms{
		Kind: req.Kind, Because: strings.TrimSpace(req.Because), Until: req.Until,
		ObligationReason: strings.TrimSpace(req.NotApplicable), Propose: req.Propose, Supersedes: req.Replaces, Drops: strings.TrimSpace(req.Drops),
	}
	terms.Conditions = s.conditions(req)
	for _, id := range req.Threats {
		ref, err := a.seen.Resolve(p.ID, id, ledger.KindThreat)
		if err != nil {
			return d, err
		}
		terms.Threats = append(terms.Threats, ref.ID)
	}
	for _, id := range req.With {
		kinds := []ledger.ItemKind{ledger.KindMitigation}
		if req.Kind == parley.Avoid {
			kinds = []ledger.ItemKind{ledger.KindFeature}
		}
		if ref, err := a.seen.Resolve(p.ID, id, kinds...); err == nil {
			id = ref.ID
		}
		terms.With = append(terms.With, id)
	}
	terms.Supersedes = answers(p, terms)
	if terms, err = implied(p, terms); err != nil {
		return d, err
	}
	if err := acts(p, terms); err != nil {
		return d, err
	}
	// A decision is taken today, whatever day its figures are of. The rules look at
	// what somebody said, before the titles of what they named are put beside it.
	d = ledger.Deciding{Product: p.ID, Terms: terms, Actor: a.actor, By: req.By, Today: s.today()}
	if err := ledger.Check(state, d); err != nil {
		return d, err
	}
	d.Terms.Drops, err = drops(p, terms)
	return d, err
}

// answers are the decisions that a new one replaces: those named, what handed the
// threats up, which a decision answers, and what was re-opened, which waits for
// nothing else.
func answers(p *ledger.Product, t ledger.Terms) []string {
	out := slices.Clone(t.Supersedes)
	for _, d := range p.Decisions {
		handed := d.Status == ledger.InForce && d.Kind == parley.Escalate && t.Kind != parley.Escalate
		about := slices.ContainsFunc(d.Live, func(id string) bool { return slices.Contains(t.Threats, id) })
		if about && (handed || d.Status == ledger.Reopened) && !slices.Contains(out, d.Short) {
			out = append(out, d.Short)
		}
	}
	return out
}

// acts refuses to mitigate a threat by work that says nothing against it: the
// record would look decided, and nothing would change.
func acts(p *ledger.Product, t ledger.Terms) error {
	if t.Kind != parley.Mitigate || len(t.With) == 0 {
		return nil
	}
	for _, threat := range t.Threats {
		against := func(id string) bool {
			it := p.Item(ledger.KindMitigation, id)
			m := mitigationOf(p, id)
			return it == nil || slices.ContainsFunc(m.Against, func(a parley.Against) bool { return a.Threat == threat })
		}
		if !slices.ContainsFunc(t.With, against) {
			return parley.Errorf(parley.Refused, "", "nothing named acts against threat %q: %s", threat, strings.Join(t.With, ", ")).
				WithHint("choose a mitigation that says so in the file (against), or add the threat to what it is against")
		}
	}
	return nil
}

// decidedProduct is the product named, else the one that has the threats.
func decidedProduct(state *ledger.State, req DecideRequest) (*ledger.Product, error) {
	if req.Product == "" && len(req.Threats) > 0 && len(state.Products()) > 1 {
		ref, err := state.Resolve("", req.Threats[0], ledger.KindThreat)
		if err != nil {
			return nil, err
		}
		return state.Product(ref.Product), nil
	}
	return product(state, req.Product)
}

// draft completes a decision with what was on the table: premises, the options
// not taken and the brief.
func (s *Service) draft(ctx context.Context, state *ledger.State, d ledger.Deciding, req DecideRequest) (ledger.Draft, error) {
	l, err := s.loadFrom(state, d.Product, req.AsOf, d.Terms.Threats)
	if err != nil {
		return ledger.Draft{}, err
	}
	report, seen, err := s.seen(ctx, l, d.Terms.Threats, req.Seen)
	if err != nil {
		return ledger.Draft{}, err
	}
	t := d.Terms
	t.AsOf, t.Engine, t.Trials, t.Seed = report.AsOf, EngineVersion, defaultTrials, defaultSeed
	if t.NotTaken, err = passedOver(report, t, req.NotTaken, l.product); err != nil {
		return ledger.Draft{}, err
	}
	t.Exposure = l.exposure(report, t)
	if t.Lowered, err = l.lowered(t, d.Actor, d.By); err != nil {
		return ledger.Draft{}, err
	}
	d.Terms = t
	if err := ledger.CheckExposure(state, d); err != nil {
		return ledger.Draft{}, err
	}
	if err := ledger.CheckOwnEstimate(state, d, nil); err != nil {
		return ledger.Draft{}, err
	}
	if t.Premises, err = l.premises(t); err != nil {
		return ledger.Draft{}, err
	}
	asked, err := allowances(req.Premises)
	if err != nil {
		return ledger.Draft{}, err
	}
	if t.Premises, err = allowed(t.Premises, asked); err != nil {
		return ledger.Draft{}, err
	}
	return ledger.Draft{
		Product: d.Product, Actor: d.Actor, By: d.By, Body: &ledger.DecisionRecorded{Terms: t},
		Attach: seen, Media: "application/json",
	}, nil
}

// seen is the brief of threats and its bytes as they are kept. Whoever names the
// digest of what they saw is refused when the numbers moved since.
func (s *Service) seen(ctx context.Context, l *loaded, threats []string, digest string) (*brief.Report, []byte, error) {
	report, err := s.report(ctx, l, threats)
	if err != nil {
		return nil, nil, err
	}
	text, err := BriefBytes(report, threats...)
	if err != nil {
		return nil, nil, err
	}
	return report, text, unmoved(threats, text, digest)
}

// unmoved refuses whoever names the digest of another brief than that of now.
func unmoved(threats []string, now []byte, digest string) error {
	if digest != "" && digest != Digest(now) {
		return &parley.Error{Kind: parley.Conflict, Err: &MovedError{Threats: threats}}
	}
	return nil
}

// loadFrom compiles a product of a state that was read already, to say something
// about threats, none for all.
func (s *Service) loadFrom(state *ledger.State, id, asOf string, threats []string) (*loaded, error) {
	day, err := s.date(asOf)
	if err != nil {
		return nil, err
	}
	l, err := s.asRecorded(state, id, day)
	if err != nil {
		return nil, err
	}
	l.dated = asOf != ""
	l.avoid(threats)
	l.opinions()
	return l, s.compile(l)
}

// asRecorded is a product of a state on a day, with its model, not compiled yet.
func (s *Service) asRecorded(state *ledger.State, id string, day time.Time) (*loaded, error) {
	m, err := state.Model(id)
	return &loaded{model: m, limits: FromOrganisation, asOf: day, zone: s.now().Location(), state: state, product: state.Product(id)}, err
}

// BriefBytes is the brief of threats as it is kept with a decision: one line of
// JSON, fields in the order of [brief.Report], without the totals over other
// threats. The same report always gives the same bytes.
func BriefBytes(r *brief.Report, threats ...string) ([]byte, error) {
	part := *r
	part.Threats = nil
	for _, id := range threats {
		t := r.Threat(id)
		if t == nil {
			return nil, fmt.Errorf("the brief has no threat %q", id)
		}
		part.Threats = append(part.Threats, *t)
		last := &part.Threats[len(part.Threats)-1]
		last.Happened, last.Premises = nil, nil // they change with time, and move no figure
	}
	part.Total = brief.Total{}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(part); err != nil {
		return nil, fmt.Errorf("write the brief: %w", err)
	}
	return b.Bytes(), nil
}

// Digest identifies the bytes of a brief.
func Digest(seen []byte) string {
	sum := sha256.Sum256(seen)
	return hex.EncodeToString(sum[:])
}

func sameSet(a, b []string) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}

// fill reads back what was recorded.
func (r *DecideResult) fill(p *ledger.Product, events []ledger.Event) {
	r.Decisions, r.Tasks, r.Notes = []Decision{}, []Task{}, []string{}
	if r.Reopened == nil {
		r.Reopened = []Reopened{}
	}
	for _, d := range p.Decisions {
		if slices.ContainsFunc(events, func(e ledger.Event) bool { return e.ID == d.Event }) {
			r.Decisions = append(r.Decisions, decisionOf(p, d))
			r.Notes = append(r.Notes, loweredText(d.Lowered)...)
		}
	}
	for _, t := range p.Tasks {
		if slices.ContainsFunc(r.Decisions, func(d Decision) bool { return slices.Contains(t.Decisions, d.ShortID) }) {
			r.Tasks = append(r.Tasks, taskOf(p, t))
		}
	}
}

func decisionOf(p *ledger.Product, d *ledger.Decision) Decision {
	out := Decision{
		ShortID: d.Short, Product: p.ID, Threats: d.Threats, Kind: d.Kind, With: d.With, Drops: d.Drops, Because: d.Because, Until: d.Until,
		Conditions: conditionsOf(d), Status: string(d.Status), At: d.At, Premises: d.Premises, Lowered: d.Lowered, NotTaken: d.NotTaken,
	}
	out.By, out.Claimed = d.Decider()
	if d.Brief != nil {
		out.Brief = d.Brief.Hash
	}
	for _, id := range d.Threats {
		out.Titles = append(out.Titles, title(p, ledger.KindThreat, id))
	}
	if len(d.History) > 0 && d.Status == ledger.Reopened {
		out.Broken = d.History[len(d.History)-1].Broken
	}
	return out
}

// title is what an item is called, its id where it has no title.
func title(p *ledger.Product, kind ledger.ItemKind, id string) string {
	it := p.Item(kind, id)
	if it == nil {
		return id
	}
	var named struct {
		Title string `json:"title"`
	}
	if err := json.Unmarshal(it.JSON, &named); err != nil || named.Title == "" {
		return id
	}
	return named.Title
}
