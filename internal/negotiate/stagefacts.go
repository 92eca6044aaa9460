package negotiate

import (
	"context"
	"slices"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/gate"
	"github.com/parleysec/parley/ledger"
)

// threatTier is how much is at stake with a threat: by its expected loss, and at
// least medium under a duty or with serious harm to people, high with grave harm.
func (l *loaded) threatTier(t *parley.Threat, loss float64) parley.Tier {
	tier := l.model.Policy.Tiers.Of(loss)
	switch {
	case t.GraveHarm():
		return parley.HighTier
	case tier == parley.LowTier && (t.SeriousHarm() || t.Obligation.Applies()):
		return parley.MediumTier
	}
	return tier
}

// productTier is that of the loss in all, or of the gravest of some threats.
func (l *loaded) productTier(loss float64, threats []gate.Threat) parley.Tier {
	tier := l.model.Policy.Tiers.Of(loss)
	for _, t := range threats {
		if x := parley.Tier(t.Tier); x.AtLeast(tier) {
			tier = x
		}
	}
	return tier
}

// staged is a product or feature on its way through the stages, with the facts
// that can show what is done for it.
type staged struct {
	kind      ledger.ItemKind
	id, title string
	stage     parley.Stage // "" where none was stated
	facts     *gate.Facts
}

func (x *staged) tier() parley.Tier { return parley.Tier(x.facts.Product.Tier) }

// position is where it stands, 1 to 8, 0 for nowhere.
func (x *staged) position() int { return stagePosition(x.stage) }

func stagePosition(s parley.Stage) int { return slices.Index(parley.Stages(), s) + 1 }

// wholeProduct is the product of some facts.
func (l *loaded) wholeProduct(f *gate.Facts) *staged {
	return &staged{ledger.KindProduct, l.model.Product.ID, l.model.Product.Title(), l.model.Product.Stage, f}
}

// feature is a feature with the facts that concern it: the threats that come
// with it, as if it were there, and what stands before them.
func (l *loaded) feature(f *gate.Facts, x *parley.Feature) (*staged, error) {
	out := *f
	out.Threats, out.Layers, out.Decisions, out.Obligations, out.Activities = nil, nil, nil, nil, nil
	concerns := func(ids []string) bool {
		return slices.ContainsFunc(ids, func(id string) bool { return slices.Contains(x.Introduces, id) })
	}
	for _, y := range f.Layers {
		if concerns(y.Threats) {
			out.Layers = append(out.Layers, y)
		}
	}
	sc := l.today()
	if len(x.Introduces) > 0 && !slices.Contains(sc.Features, x.ID) {
		sc.Features = append(sc.Features, x.ID)
	}
	priced, err := l.portfolio.Expect(sc)
	if err != nil {
		return nil, priceError(l.model, err)
	}
	out.Product.Loss = 0
	for _, id := range x.Introduces {
		if t := l.model.Threat(id); t != nil && t.Triage != parley.Closed {
			y := l.gateThreat(t, priced, out.Layers)
			out.Threats = append(out.Threats, y)
			out.Product.Loss += y.Loss
		}
	}
	for _, d := range f.Decisions {
		if concerns(d.Threats) {
			out.Decisions = append(out.Decisions, d)
		}
	}
	for _, o := range f.Obligations {
		if o.ID == x.ID || slices.Contains(x.Introduces, o.ID) {
			out.Obligations = append(out.Obligations, o)
		}
	}
	tier := l.productTier(out.Product.Loss, out.Threats)
	if tier == parley.LowTier && x.Obligation.Applies() {
		tier = parley.MediumTier
	}
	out.Product.Tier, out.Product.LossText = string(tier), plain.Money(out.Product.Loss, l.model.Product.Currency)
	return &staged{ledger.KindFeature, x.ID, x.Title, x.Stage, &out}, nil
}

// matrix is what the organisation expects at which stage.
func (l *loaded) matrix() (*gate.Matrix, error) {
	m, err := gate.Activities(l.model.Policy.Activities)
	if err != nil {
		return nil, &parley.Error{Op: "read policy.activities", Kind: parley.Invalid, Err: err}
	}
	return m, nil
}

// activitiesOf are the activities of one thing at all its stages, by stage.
func (l *loaded) activitiesOf(ctx context.Context, m *gate.Matrix, x *staged) ([]StageActivity, error) {
	out := []StageActivity{}
	for _, stage := range parley.Stages() {
		for i := range m.Activities {
			a := &m.Activities[i]
			e, is := a.At(stage, x.tier())
			if !is || a.For != "" && a.For != string(x.kind) {
				continue
			}
			y := StageActivity{ID: a.ID, Title: a.Title, Stage: stage, Level: e.Tier, Says: e.Says, Source: a.Source, ShownBy: e.ShownBy, State: ActivityMissing}
			if x.facts != nil {
				switch shown, err := m.Shows(ctx, e, x.facts); {
				case ctx.Err() != nil:
					return nil, ctx.Err()
				case err != nil: // of this activity alone: the rest of the gate can still be asked
					y.Says += " " + catalogue.T("stage.unasked", "reason", err.Error())
				case shown:
					y.State = ActivityShown
				}
			}
			l.said(&y, x, e)
			out = append(out, y)
		}
	}
	return out, nil
}

// said adds what somebody said of an activity: at the level that is expected now
// or above it.
func (l *loaded) said(y *StageActivity, x *staged, e parley.Expectation) {
	if l.product == nil {
		return
	}
	n := l.product.Said(x.kind, x.id, y.ID, y.Stage)
	if n == nil {
		return
	}
	at := n.At
	y.At, y.By, y.Because = &at, n.Actor.ID, n.Because
	if n.By != "" {
		y.By, y.Claimed = n.By, true
	}
	if !n.Undone && n.Tier.AtLeast(e.Tier) && y.State == ActivityMissing {
		y.State = ActivitySaid
	}
}

// gateActivities adds what is expected of the product before a stage, and of the
// features that say at which stage they are. What went on before anybody moved
// anything is asked for only by a later stage than the present one; from a file
// alone nobody can say that something is done, so that only what it can show is due.
func (l *loaded) gateActivities(ctx context.Context, f *gate.Facts, asked parley.Stage) error {
	m, err := l.matrix()
	if err != nil {
		return err
	}
	product := l.wholeProduct(f)
	all := []*staged{product}
	for i := range l.model.Features {
		if x := &l.model.Features[i]; x.Stage != "" {
			y, err := l.feature(f, x)
			if err != nil {
				return err
			}
			all = append(all, y)
		}
	}
	for _, x := range all {
		into := x.stage
		if x == product {
			into = asked
		}
		list, err := l.activitiesOf(ctx, m, x)
		if err != nil {
			return err
		}
		watched := stagePosition(into) > x.position() || l.product != nil && len(l.product.MovesOf(x.kind, x.id)) > 0
		for _, y := range list {
			due := watched && stagePosition(y.Stage) < stagePosition(into)
			f.Activities = append(f.Activities, gate.Activity{
				ID: y.ID, Title: plain.Clean(y.Title), Of: x.id, OfTitle: plain.Clean(x.title), Kind: string(x.kind), Stage: string(y.Stage), Tier: string(x.tier()),
				Says: plain.Clean(y.Says), Source: plain.Clean(y.Source), Asked: string(into), Due: due && (l.product != nil || y.ShownBy != ""), Done: y.State != ActivityMissing,
			})
		}
	}
	return nil
}
