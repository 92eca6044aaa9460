package negotiate

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/brief"
	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/evidence"
	"github.com/parleysec/parley/risk"
)

// LayersRequest asks how the layers of a source stand.
type LayersRequest struct {
	Source
	AsOf string
}

// LayersResult is how the layers stand, and what the failure of each would
// cost. Losses are expected annual ones in the product's currency.
type LayersResult struct {
	Schema             string              `json:"schema"`
	AsOf               string              `json:"as_of"`
	Product            string              `json:"product"`
	Currency           string              `json:"currency"`
	Limits             Limits              `json:"limits"`
	ExpectedAnnualLoss float64             `json:"expected_annual_loss"` // today, that stays with us
	Carried            float64             `json:"carried"`              // that contracts in force pay besides; briefs and plans show threats before that
	Layers             []Layer             `json:"layers"`               // whose failure costs most first
	Dependencies       []LayerDependency   `json:"dependencies"`         // likewise
	Threats            []ThreatLayers      `json:"threats"`              // largest first
	Verified           string              `json:"controls"`
	Assumed            []parley.Assumption `json:"assumed"`
}

// Failure is what happens when one thing fails and nobody notices.
type Failure struct {
	ExpectedAnnualLoss float64  `json:"expected_annual_loss"` // then
	Costs              float64  `json:"costs"`                // more than today, per year
	Bares              []string `json:"bares"`                // threats before which nothing else stands
}

// Layer is a control, or a mitigation that is finished.
type Layer struct {
	ID       string          `json:"id"`
	Title    string          `json:"title"`
	Function parley.Function `json:"function"`
	Guessed  bool            `json:"function_guessed"` // from what it stops, as nobody said
	LayerStanding
	Against   []string                `json:"against"` // threats
	ReliesOn  []string                `json:"relies_on"`
	Checks    []string                `json:"checks"`
	Heard     []CheckHeard            `json:"heard"` // of each check
	Verified  []evidence.Verification `json:"verified_by"`
	OneWay    bool                    `json:"one_way"` // all its checks are of one kind, or of none that is known
	IfItFails Failure                 `json:"if_it_fails"`
	CostsNow  float64                 `json:"costs_now"` // what a year costs more today than with all the credit it is stated with
}

// VerifiedWords says how a layer is verified, and what is thin about it.
func (x Layer) VerifiedWords() string {
	if len(x.Checks) == 0 {
		return catalogue.T("layers.unchecked")
	}
	if len(x.Verified) == 0 {
		return catalogue.N("layers.unknown", len(x.Checks))
	}
	var ways []string
	for _, v := range x.Verified {
		ways = append(ways, catalogue.T("layers.way."+string(v)))
	}
	text := strings.Join(ways, ", ")
	if x.OneWay {
		text += " " + catalogue.T("layers.oneway")
	}
	return text
}

// DecidedBy says by which check a layer stands as it does, and since when: the day of
// the pass or failure that counts, or of the last word of a check that fell silent. It
// is "" where no check decides.
func (x Layer) DecidedBy() string {
	i := slices.IndexFunc(x.Heard, func(c CheckHeard) bool { return c.Check == x.Check })
	if i < 0 || x.Check == "" {
		return ""
	}
	c, check := &x.Heard[i], plain.Clean(x.Check)
	switch {
	case c.Last == nil:
		return catalogue.T("layers.by", "check", check)
	case c.Standing == evidence.Failing:
		return catalogue.T("layers.by.failed", "check", check, "last", plain.Date(*c.Last))
	case c.Standing == evidence.Stale:
		return catalogue.T("layers.by.silent", "check", check, "last", plain.Date(*c.Last))
	}
	return catalogue.T("layers.by.last", "check", check, "last", plain.Date(*c.Last))
}

// LayerDependency is something that layers share.
type LayerDependency struct {
	ID        string   `json:"id"`
	Title     string   `json:"title"`
	Layers    []string `json:"layers"`
	IfItFails Failure  `json:"if_it_fails"`
}

// ThreatLayers are the layers before one threat, by function.
type ThreatLayers struct {
	ID                 string                       `json:"id"`
	Title              string                       `json:"title"`
	ExpectedAnnualLoss float64                      `json:"expected_annual_loss"` // that stays with us
	Carried            float64                      `json:"carried"`              // that contracts in force pay besides
	ByFunction         map[parley.Function][]string `json:"by_function"`
	SinglePoints       []string                     `json:"single_points"` // layers and dependencies without which nothing stands
}

// Layers says which layers stand before which threat, which of them are
// verified, and what each failure would cost.
func (s *Service) Layers(ctx context.Context, actor Actor, req LayersRequest) (*LayersResult, error) {
	l, err := s.loadAs(ctx, actor, "Layers", req.Source, req.AsOf)
	if err != nil {
		return nil, err
	}
	look, err := l.survey()
	if err != nil {
		return nil, err
	}
	return look.layers(ctx)
}

// survey looks at what stands today, and at what would if something failed.
type survey struct {
	*loaded
	base   risk.Expectation             // today
	before map[string][]*parley.Control // by threat
	fallen map[string]bool              // layers that fail or are silent already, and do nothing then
}

func (l *loaded) survey() (*survey, error) {
	base, err := l.portfolio.Expect(l.today())
	if err != nil {
		return nil, priceError(l.model, err)
	}
	look := &survey{loaded: l, base: base, before: map[string][]*parley.Control{}, fallen: map[string]bool{}}
	for i := range l.model.Controls {
		c := &l.model.Controls[i]
		for _, id := range against(c) {
			look.before[id] = append(look.before[id], c)
		}
		helps := !c.Degraded.IsZero() && c.Degraded.Mean() > 0 // even when it does not work as intended
		look.fallen[c.ID] = !helps && standingOf(l.assurance(checkedOf(c))).Fallen()
	}
	return look, nil
}

func (l *survey) layers(ctx context.Context) (*LayersResult, error) {
	r := &LayersResult{
		Schema: "parley.layers/1", AsOf: l.asOf.Format(time.DateOnly), Product: l.model.Product.ID, Currency: l.model.Product.Currency,
		Limits: l.limits, ExpectedAnnualLoss: l.base.Annual, Layers: []Layer{}, Dependencies: []LayerDependency{}, Threats: []ThreatLayers{},
		Verified: l.verified(), Assumed: brief.Assumed(l.model),
	}
	for i := range l.model.Controls {
		x, err := l.layer(ctx, &l.model.Controls[i])
		if err != nil {
			return nil, err
		}
		r.Layers = append(r.Layers, x)
	}
	for i := range l.model.Dependencies {
		x, err := l.dependency(ctx, &l.model.Dependencies[i])
		if err != nil {
			return nil, err
		}
		r.Dependencies = append(r.Dependencies, x)
	}
	r.threats(l.model, l.base)
	slices.SortStableFunc(r.Layers, func(a, b Layer) int { return compareDown(a.IfItFails.Costs+a.CostsNow, b.IfItFails.Costs+b.CostsNow) })
	slices.SortStableFunc(r.Dependencies, func(a, b LayerDependency) int { return compareDown(a.IfItFails.Costs, b.IfItFails.Costs) })
	slices.SortStableFunc(r.Threats, func(a, b ThreatLayers) int { return compareDown(a.ExpectedAnnualLoss, b.ExpectedAnnualLoss) })
	return r, nil
}

// against are the threats that a layer does something about.
func against(c *parley.Control) []string {
	out := []string{}
	for _, a := range c.Against {
		if a.Stated() && !slices.Contains(out, a.Threat) {
			out = append(out, a.Threat)
		}
	}
	return out
}

// fails prices the model with one thing failing, and says before which of the
// threats concerned nothing else stands; lost says whether a layer is lost then. A
// layer that is fallen already stands for no other.
func (l *survey) fails(ctx context.Context, id string, lost func(*parley.Control) bool) (Failure, error) {
	f := Failure{Bares: []string{}}
	if err := ctx.Err(); err != nil {
		return f, priceError(l.model, err)
	}
	sc := l.today()
	sc.Broken = append(sc.Broken, id)
	then, err := l.portfolio.ExpectAnnual(sc)
	if err != nil {
		return f, priceError(l.model, err)
	}
	f.ExpectedAnnualLoss, f.Costs = then, max(0, then-l.base.Annual)
	for _, t := range l.base.Threats {
		layers := l.before[t.ID]
		left := slices.ContainsFunc(layers, func(c *parley.Control) bool { return !lost(c) && !l.fallen[c.ID] })
		stood := slices.ContainsFunc(layers, func(c *parley.Control) bool { return lost(c) && (c.ID == id || !l.fallen[c.ID]) })
		if !t.Absent && stood && !left {
			f.Bares = append(f.Bares, t.ID)
		}
	}
	return f, nil
}

func (l *survey) layer(ctx context.Context, c *parley.Control) (Layer, error) {
	now := l.assurance(checkedOf(c))
	x := Layer{
		ID: c.ID, Title: c.Title, Against: against(c), ReliesOn: append([]string{}, c.ReliesOn...), Checks: []string{},
		LayerStanding: standingOf(now), Heard: heard(c.Checks, now.Checks), Verified: evidence.Ways(c.Checks),
	}
	x.Function, x.Guessed = functionOf(c)
	for _, k := range c.Checks {
		x.Checks = append(x.Checks, k.ID)
	}
	x.OneWay = len(c.Checks) > 0 && len(x.Verified) < 2
	var err error
	if x.IfItFails, err = l.fails(ctx, c.ID, func(o *parley.Control) bool { return o.ID == c.ID }); err != nil {
		return x, err
	}
	if x.CostsNow, err = l.portfolio.CostsNow(c.ID, l.today()); err != nil {
		return x, priceError(l.model, err)
	}
	return x, nil
}

func (l *survey) dependency(ctx context.Context, d *parley.Dependency) (LayerDependency, error) {
	x := LayerDependency{ID: d.ID, Title: d.Title, Layers: []string{}}
	relies := func(c *parley.Control) bool { return slices.Contains(c.ReliesOn, d.ID) }
	for i := range l.model.Controls {
		if c := &l.model.Controls[i]; relies(c) {
			x.Layers = append(x.Layers, c.ID)
		}
	}
	var err error
	x.IfItFails, err = l.fails(ctx, d.ID, relies)
	return x, err
}

// functionOf is what a layer does; where nobody said, from what it stops: one
// that stops events prevents, one that only cuts losses responds.
func functionOf(c *parley.Control) (f parley.Function, guessed bool) {
	if c.Function != "" {
		return c.Function, false
	}
	if slices.ContainsFunc(c.Against, func(a parley.Against) bool { return !a.Likelihood.IsZero() }) {
		return parley.Prevent, true
	}
	return parley.Respond, true
}

// threats sorts the layers by threat and function.
func (r *LayersResult) threats(m *parley.Model, base risk.Expectation) {
	for _, e := range base.Threats {
		t := m.Threat(e.ID)
		if t == nil || e.Absent {
			continue
		}
		x := ThreatLayers{ID: t.ID, Title: t.Title, ExpectedAnnualLoss: e.Annual, Carried: e.Recovered, ByFunction: map[parley.Function][]string{}, SinglePoints: []string{}}
		for _, y := range r.Layers {
			if slices.Contains(y.Against, t.ID) {
				x.ByFunction[y.Function] = append(x.ByFunction[y.Function], y.ID)
			}
			if slices.Contains(y.IfItFails.Bares, t.ID) {
				x.SinglePoints = append(x.SinglePoints, y.ID)
			}
		}
		for _, y := range r.Dependencies {
			if slices.Contains(y.IfItFails.Bares, t.ID) {
				x.SinglePoints = append(x.SinglePoints, y.ID)
			}
		}
		r.Carried += x.Carried
		r.Threats = append(r.Threats, x)
	}
}
