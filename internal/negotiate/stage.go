package negotiate

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/gate"
	"github.com/parleysec/parley/ledger"
)

// How an activity stands.
const (
	ActivityShown   = "shown"   // the record itself shows that it is done
	ActivitySaid    = "said"    // somebody says so
	ActivityMissing = "missing" // neither
)

// StagesRequest asks where a product or a feature stands, and what the next
// stage needs.
type StagesRequest struct {
	Source
	Item string // id of a feature; "" for the product
	AsOf string
}

// StagesResult is where a product, or one feature of it, stands in its life.
type StagesResult struct {
	Schema     string          `json:"schema"`
	AsOf       string          `json:"as_of"`
	Product    string          `json:"product"`
	Kind       string          `json:"kind"` // product or feature
	ID         string          `json:"id"`
	Title      string          `json:"title"`
	Stage      parley.Stage    `json:"stage"` // "" where none was stated
	Next       parley.Stage    `json:"next"`  // "" after the last
	Tier       parley.Tier     `json:"tier"`
	Loss       float64         `json:"expected_annual_loss"` // of the product, or of the threats that come with the feature
	Medium     float64         `json:"medium_from"`          // expected loss a year
	High       float64         `json:"high_from"`
	Currency   string          `json:"currency"`
	Shipped    bool            `json:"shipped"` // the activities are those shipped with the program
	Activities []StageActivity `json:"activities"`
	Missing    []string        `json:"missing"` // ids of those that the next stage needs and that are not done

	// Titles of whatever the organisation expects of anything, by id.
	Titles map[string]string `json:"-"`

	Features []FeatureStage `json:"features,omitempty"`
	Moves    []StageStep    `json:"moves"`
	Reopened []Reopened     `json:"reopened,omitempty"` // decisions that a move re-opened
	Ended    []string       `json:"ended,omitempty"`    // decisions that ended by a move, by short id
}

// StageActivity is what is expected at one stage.
type StageActivity struct {
	ID      string       `json:"id"`
	Title   string       `json:"title"`
	Stage   parley.Stage `json:"stage"`
	Level   parley.Tier  `json:"level"` // from which tier on this much is expected
	Says    string       `json:"says"`
	Source  string       `json:"source,omitempty"`
	ShownBy string       `json:"shown_by,omitempty"`
	State   string       `json:"state"` // shown, said or missing
	At      *time.Time   `json:"at,omitempty"`
	By      string       `json:"by,omitempty"`
	Claimed bool         `json:"claimed,omitempty"` // By is only a claim
	Because string       `json:"because,omitempty"`
}

// FeatureStage is a feature of a product, and where it stands.
type FeatureStage struct {
	ID      string       `json:"id"`
	Title   string       `json:"title"`
	Stage   parley.Stage `json:"stage"` // "" where none was stated
	Tier    parley.Tier  `json:"tier"`
	Missing []string     `json:"missing"` // before its next stage
}

// StageStep is one move that was made.
type StageStep struct {
	From    parley.Stage `json:"from"`
	To      parley.Stage `json:"to"`
	At      time.Time    `json:"at"`
	By      string       `json:"by"`
	Claimed bool         `json:"claimed,omitempty"`
	Because string       `json:"because"`
	Missing []string     `json:"missing"` // ids of what was not done then
}

// Stages says where a product or a feature stands in its life, what is expected
// at each stage, and what the next one still needs.
func (s *Service) Stages(ctx context.Context, actor Actor, req StagesRequest) (*StagesResult, error) {
	if req.Data == nil && req.Product == "" && req.Item != "" {
		_, a, err := s.recorded(ctx, actor, "Stages")
		if err != nil {
			return nil, err
		}
		if req.Product, req.Item, err = a.staged("", req.Item); err != nil {
			return nil, err
		}
	}
	l, err := s.loadAs(ctx, actor, "Stages", req.Source, req.AsOf)
	if err != nil {
		return nil, err
	}
	return l.stages(ctx, req.Item)
}

// stages is where the product, or the feature of an id, stands.
func (l *loaded) stages(ctx context.Context, item string) (*StagesResult, error) {
	facts, _, err := l.known(ctx, l.model.Product.Stage)
	if err != nil {
		return nil, err
	}
	x, err := l.staged(facts, item)
	if err != nil {
		return nil, err
	}
	m, err := l.matrix()
	if err != nil {
		return nil, err
	}
	r := &StagesResult{
		Schema: "parley.stages/1", AsOf: l.asOf.Format(time.DateOnly), Product: l.model.Product.ID, Kind: string(x.kind), ID: x.id, Title: x.title,
		Stage: x.stage, Next: nextStage(x.stage), Tier: x.tier(), Loss: x.facts.Product.Loss, Currency: l.model.Product.Currency, Shipped: m.Shipped, Moves: []StageStep{},
	}
	r.Medium, r.High = l.model.Policy.Tiers.From()
	if r.Activities, err = l.activitiesOf(ctx, m, x); err != nil {
		return nil, err
	}
	r.Missing, r.Titles = missingBefore(r.Activities, r.Next), map[string]string{}
	for _, a := range m.Activities {
		r.Titles[a.ID] = a.Title
	}
	if l.product != nil {
		for _, move := range l.product.MovesOf(x.kind, x.id) {
			step := StageStep{From: move.From, To: move.To, At: move.At, By: move.Actor.ID, Because: move.Because, Missing: append([]string{}, move.Missing...)}
			if move.By != "" {
				step.By, step.Claimed = move.By, true
			}
			r.Moves = append(r.Moves, step)
		}
	}
	if x.kind == ledger.KindFeature {
		return r, nil
	}
	for i := range l.model.Features {
		f, err := l.feature(facts, &l.model.Features[i])
		if err != nil {
			return nil, err
		}
		list, err := l.activitiesOf(ctx, m, f)
		if err != nil {
			return nil, err
		}
		r.Features = append(r.Features, FeatureStage{ID: f.id, Title: f.title, Stage: f.stage, Tier: f.tier(), Missing: missingBefore(list, nextStage(f.stage))})
	}
	return r, nil
}

// staged is the feature of an id, or the product.
func (l *loaded) staged(facts *gate.Facts, item string) (*staged, error) {
	if item == "" || item == l.model.Product.ID {
		return l.wholeProduct(facts), nil
	}
	var ids []string
	for i := range l.model.Features {
		f := &l.model.Features[i]
		it := (*ledger.Item)(nil)
		if l.product != nil {
			it = l.product.Item(ledger.KindFeature, f.ID)
		}
		if f.ID == item || it != nil && strings.EqualFold(it.Short, item) {
			return l.feature(facts, f)
		}
		ids = append(ids, f.ID)
	}
	return nil, parley.Errorf(parley.NotFound, "find "+item, "%q is neither the product nor a feature of it", item).
		WithHint(parley.Meant(item, parley.Stages(), parley.Suggest(item, ids)))
}

// nextStage is the stage after one, the first after none, "" after the last.
func nextStage(s parley.Stage) parley.Stage {
	if i := stagePosition(s); i < len(parley.Stages()) {
		return parley.Stages()[i]
	}
	return ""
}

// missingBefore are the ids of what a stage needs and is not done, each once.
func missingBefore(list []StageActivity, into parley.Stage) []string {
	out := []string{}
	for _, x := range list {
		if into != "" && stagePosition(x.Stage) < stagePosition(into) && x.State == ActivityMissing && !slices.Contains(out, x.ID) {
			out = append(out, x.ID)
		}
	}
	return out
}

// MoveStageRequest moves a product or a feature to another stage.
type MoveStageRequest struct {
	Product string
	Item    string // id of a feature; "" for the product
	To      string
	Because string
	By      string // claimed
	Block   bool   // refuse to go on while something is missing
}

// MoveStage moves a product or a feature to another stage. What its new stage
// needs and nobody did is written beside the move: it advises, and refuses only
// where it was asked to block. Decisions that held until a stage end there.
func (s *Service) MoveStage(ctx context.Context, actor Actor, req MoveStageRequest) (*StagesResult, error) {
	var product, item string
	var reopened []Reopened
	var ended []string
	_, state, err := s.record(ctx, deed{actor, "MoveStage", "move " + req.Item, req.By}, func(a *access, at time.Time) ([]ledger.Draft, error) {
		reopened, ended = nil, nil
		l, err := s.stagedOf(a, req.Product, &item, req.Item)
		if err != nil {
			return nil, err
		}
		product = l.product.ID
		now, err := l.stages(ctx, item)
		if err != nil {
			return nil, err
		}
		body := &ledger.StageMoved{Kind: ledger.ItemKind(now.Kind), ID: now.ID, From: now.Stage, To: parley.Stage(req.To), Because: strings.TrimSpace(req.Because)}
		if err := body.CheckMove(); err != nil {
			return nil, &parley.Error{Kind: parley.Invalid, Err: err}
		}
		if stagePosition(body.To) > stagePosition(body.From) {
			body.Missing = missingBefore(now.Activities, body.To)
		}
		if len(body.Missing) > 0 {
			if err := l.blocked(req.Block, catalogue.N("stage.blocked", len(body.Missing), "stage", req.To, "missing", strings.Join(body.Missing, ", "))); err != nil {
				return nil, err
			}
		}
		drafts, list, err := s.settle(a, ledger.Stamp([]ledger.Draft{{Product: product, Body: body}}, actor, req.By), at)
		reopened = list
		for _, d := range drafts {
			if b, is := d.Body.(*ledger.DecisionMoved); is && b.To == ledger.Expired {
				ended = append(ended, b.Decision)
			}
		}
		return drafts, err
	})
	if err != nil {
		return nil, err
	}
	r, err := s.stagesAfter(ctx, state, product, item)
	if err == nil {
		r.Reopened, r.Ended = reopened, ended
	}
	return r, err
}

// staged finds what a name means: a product, "" for the only one, or a feature.
func (a *access) staged(product, asked string) (productID, feature string, err error) {
	switch {
	case product == "" && asked != "" && a.seen.Product(asked) != nil:
		return asked, "", nil
	case asked == "" || asked == product:
		return product, "", nil
	}
	ref, err := a.resolve(product, asked, ledger.KindFeature)
	if err != nil {
		return "", "", ledgerError("find "+asked, err)
	}
	return ref.Product, ref.ID, nil
}

// stagedOf finds what a request is about: item is the feature's own id then, ""
// for the product.
func (s *Service) stagedOf(a *access, productID string, item *string, asked string) (*loaded, error) {
	productID, found, err := a.staged(productID, asked)
	if err != nil {
		return nil, err
	}
	*item = found
	p, err := a.product(productID)
	if err != nil {
		return nil, err
	}
	return s.loadFrom(a.state, p.ID, "", nil)
}

func (s *Service) stagesAfter(ctx context.Context, state *ledger.State, product, item string) (*StagesResult, error) {
	l, err := s.loadFrom(state, product, "", nil)
	if err != nil {
		return nil, ledgerError("read "+product, err)
	}
	return l.stages(ctx, item)
}

// SayActivityRequest says that an activity is done, or takes that back.
type SayActivityRequest struct {
	Product  string
	Item     string // id of a feature; "" for the product
	Activity string
	Stage    string // at which it was done; "" for every stage up to the next that expects it
	Undo     bool
	Because  string // what shows it
	By       string // claimed
}

// SayActivity records that somebody says an activity is done at the level that
// is expected now, or takes that back.
func (s *Service) SayActivity(ctx context.Context, actor Actor, req SayActivityRequest) (*StagesResult, error) {
	var product, item string
	_, state, err := s.record(ctx, deed{actor, "SayActivity", "activity " + req.Activity, req.By}, func(a *access, _ time.Time) ([]ledger.Draft, error) {
		l, err := s.stagedOf(a, req.Product, &item, req.Item)
		if err != nil {
			return nil, err
		}
		product = l.product.ID
		now, err := l.stages(ctx, item)
		if err != nil {
			return nil, err
		}
		drafts, err := req.drafts(now)
		return ledger.Stamp(drafts, actor, req.By), err
	})
	if err != nil {
		return nil, err
	}
	return s.stagesAfter(ctx, state, product, item)
}

// drafts are the events of what is said: one for each stage it is about.
func (req SayActivityRequest) drafts(now *StagesResult) ([]ledger.Draft, error) {
	var drafts []ledger.Draft
	var ids, stages []string
	for _, x := range now.Activities {
		if !slices.Contains(ids, x.ID) {
			ids = append(ids, x.ID)
		}
		if x.ID != req.Activity {
			continue
		}
		stages = append(stages, string(x.Stage))
		if req.Stage != "" && req.Stage != string(x.Stage) || req.Stage == "" && now.Next != "" && stagePosition(x.Stage) > stagePosition(now.Next) {
			continue
		}
		body := &ledger.ActivitySaid{
			Kind: ledger.ItemKind(now.Kind), ID: now.ID, Activity: x.ID, Stage: x.Stage, Tier: x.Level, Undone: req.Undo, Because: strings.TrimSpace(req.Because),
		}
		if err := body.CheckActivity(); err != nil {
			return nil, &parley.Error{Kind: parley.Invalid, Err: err}
		}
		drafts = append(drafts, ledger.Draft{Product: now.Product, Body: body})
	}
	switch {
	case len(stages) == 0:
		return nil, parley.Errorf(parley.NotFound, "", "nothing called %q is expected of %s", req.Activity, now.Title).WithHint(parley.Suggest(req.Activity, ids))
	case len(drafts) == 0 && req.Stage == "":
		return nil, parley.Errorf(parley.Invalid, "", "%s is expected at %s; the next stage of %s is %s", req.Activity, strings.Join(stages, ", "), now.Title, now.Next).
			WithHint("say at which stage it was done all the same, or wait until that one is next")
	case len(drafts) == 0:
		return nil, parley.Errorf(parley.Invalid, "", "%s is expected at %s, not at %q", req.Activity, strings.Join(stages, ", "), req.Stage)
	}
	return drafts, nil
}
