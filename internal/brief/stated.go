package brief

import (
	"fmt"
	"math"
	"slices"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/risk"
)

// AsStated is what a threat would come to if every layer before it worked as
// stated. The figures beside it count a layer as far as its checks bear it out.
type AsStated struct {
	ChanceWithinHorizon float64  `json:"chance_within_horizon"` // 0..1
	ChanceWithinYear    *float64 `json:"chance_within_year,omitempty"`
	ExpectedAnnualLoss  *float64 `json:"expected_annual_loss"` // currency units; nil where no loss is stated in money
}

// atWord are the portfolios in which every layer is taken at its word; nil
// where no evidence is read, since there is nothing to compare then.
type atWord struct{ priced, shadow *risk.Portfolio }

// TakenAtItsWord compiles a model with every layer working as stated: p itself
// where no evidence is read.
func TakenAtItsWord(m *parley.Model, p *risk.Portfolio) (*risk.Portfolio, error) {
	if len(p.Assurance()) == 0 {
		return p, nil
	}
	word, err := risk.Compile(m, risk.Options{Horizon: p.Horizon()})
	if err != nil {
		return nil, fmt.Errorf("take every layer as stated: %w", err)
	}
	return word, nil
}

func newAtWord(m *parley.Model, p *risk.Portfolio) (*atWord, error) {
	word, err := TakenAtItsWord(m, p)
	if err != nil || word == p {
		return nil, err
	}
	shadow, err := Shadow(m, word)
	return &atWord{word, shadow}, err
}

// of is a threat as stated, nil where that is what the brief says anyway.
func (s *atWord) of(t *Threat, o Options) (*AsStated, error) {
	if s == nil || t.ChanceWithinHorizon == nil {
		return nil, nil
	}
	p := s.priced
	if t.ExpectedAnnualLoss == nil {
		p = s.shadow
	}
	if p == nil || !slices.Contains(p.Threats(), t.ID) {
		return nil, nil
	}
	sc := risk.Scenario{Features: t.OnlyWith}
	e, err := p.ExpectThreat(t.ID, sc)
	if err != nil {
		return nil, err
	}
	out := &AsStated{ChanceWithinHorizon: e.ChanceWithinHorizon}
	differs := Moved(e.ChanceWithinHorizon, *t.ChanceWithinHorizon)
	if t.ExpectedAnnualLoss != nil {
		out.ExpectedAnnualLoss = &e.Annual
		differs = differs || Moved(e.Annual, *t.ExpectedAnnualLoss)
	}
	if !differs {
		return nil, nil
	}
	out.ChanceWithinYear, err = o.withinYear(p, t.ID, sc)
	return out, err
}

// Moved reports whether two figures differ by more than rounding.
func Moved(a, b float64) bool { return math.Abs(a-b) > 1e-9*max(math.Abs(a), math.Abs(b)) }

// statedWords says what a threat would come to as stated, beside what its
// checks let count; nothing where that reads the same.
func (v voice) statedWords(t *Threat) string {
	if t.AsStated == nil {
		return ""
	}
	time := plain.Next(v.told)
	was, now := plain.TwoChances(t.AsStated.Told(), *t.Told())
	if x := t.AsStated.ExpectedAnnualLoss; x != nil {
		if a, b := v.about(*x), v.about(*t.ExpectedAnnualLoss); a != b || was != now {
			return catalogue.T("brief.stated", "time", time, "chance", was, "now", now, "money", a, "now_money", b)
		}
		return ""
	}
	if was == now {
		return ""
	}
	return catalogue.T("brief.stated.chance", "time", time, "chance", was, "now", now)
}

// statedTotal adds what all threats together would cost as stated, where that
// differs.
func (x *Total) statedTotal(threats []Threat) {
	sum := 0.0
	for i := range threats {
		t := &threats[i]
		switch {
		case t.ExpectedAnnualLoss == nil || len(t.OnlyWith) > 0:
		case t.AsStated != nil:
			sum += *t.AsStated.ExpectedAnnualLoss
		default:
			sum += *t.ExpectedAnnualLoss
		}
	}
	if Moved(sum, x.ExpectedAnnualLoss) {
		x.AsStated = &sum
	}
}
