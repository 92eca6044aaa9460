package negotiate

import (
	"context"
	"slices"

	"github.com/parleysec/parley/internal/evidence"
	"github.com/parleysec/parley/ledger"
	"github.com/parleysec/parley/risk"
)

// Effect is what a finished mitigation does to one threat.
type Effect struct {
	Threat string  `json:"threat"`
	Title  string  `json:"title"`
	Before float64 `json:"expected_annual_loss_before"` // without it, currency per year
	After  float64 `json:"expected_annual_loss_after"`  // with it, as far as it is relied on
}

// effects says what the mitigation of a finished task takes off, and how far
// that is verified.
func (s *Service) effects(ctx context.Context, r *TasksResult, p *ledger.Product, t *ledger.Task) error {
	if t.Mitigation == "" {
		return nil
	}
	l, err := s.load(ctx, Source{Product: p.ID}, "")
	if err != nil {
		return err
	}
	c := l.model.Control(t.Mitigation)
	if c == nil {
		return nil
	}
	r.Currency = l.model.Product.Currency
	r.Standing = string(l.assurance(checkedOf(c)).Standing)
	if len(c.Checks) == 0 {
		r.Standing = string(evidence.NotVerified)
	}
	now, before := l.today(), l.today()
	before.Without = []string{c.ID}
	for _, a := range c.Against {
		with, err := l.expected(a.Threat, now)
		if err != nil {
			return err
		}
		without, err := l.expected(a.Threat, before)
		if err != nil {
			return err
		}
		if with == nil || without == nil {
			continue
		}
		r.Effects = append(r.Effects, Effect{Threat: a.Threat, Title: title(p, ledger.KindThreat, a.Threat), Before: without.Annual, After: with.Annual})
	}
	return nil
}

// expected prices one threat, nil where it has no price or does not exist.
func (l *loaded) expected(id string, sc risk.Scenario) (*risk.ThreatExpectation, error) {
	if !slices.Contains(l.portfolio.Threats(), id) {
		return nil, nil
	}
	e, err := l.portfolio.ExpectThreat(id, sc)
	if err != nil || e.Absent {
		return nil, err
	}
	return &e, nil
}
