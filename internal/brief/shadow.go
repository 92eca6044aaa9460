package brief

import (
	"fmt"
	"slices"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/quantity"
	"github.com/parleysec/parley/risk"
)

// Shadow prices the threats that state a likelihood and no loss in money, as
// those that harm people alone, with a loss of 1 each: their chances, now and
// with an option done, do not depend on it. Horizon and evidence are those of
// the model's own portfolio. Nil where there is no such threat.
func Shadow(m *parley.Model, like *risk.Portfolio) (*risk.Portfolio, error) {
	one, err := quantity.Parse("1", quantity.Money, m.Env())
	if err != nil {
		return nil, fmt.Errorf("brief: %w", err)
	}
	copied := *m
	copied.Threats = slices.Clone(m.Threats)
	found := false
	for i := range copied.Threats {
		t := &copied.Threats[i]
		if t.Triage != parley.Closed && t.RateStated() && !t.LossStated() {
			t.Impact.Financial.Amount = one
			found = true
		}
	}
	if !found {
		return nil, nil
	}
	p, err := risk.Compile(&copied, risk.Options{Horizon: like.Horizon(), Assurance: like.Assurance()})
	if err != nil {
		return nil, fmt.Errorf("brief: %w", err)
	}
	return p, nil
}
