package negotiate

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/ledger"
)

// lower is from which share of what it was a figure counts as lowered: what
// moves less is the same to anybody.
const lower = 0.99

// lowered lists the figures of the threats of a decision that whoever decides
// has lowered before, by an estimate of their own, since somebody else last
// decided on them.
func (l *loaded) lowered(t ledger.Terms, actor Actor, by string) ([]ledger.Lowered, error) {
	switch t.Kind {
	case parley.Accept, parley.Defer:
	case parley.Mitigate:
		return l.cheaper(t, actor, by)
	case parley.Transfer, parley.Avoid:
		return l.better(t, actor, by)
	default:
		return nil, nil
	}
	var out []ledger.Lowered
	for _, id := range t.Threats {
		r := l.product.OwnEstimate(id, actor, by)
		if r == nil {
			continue
		}
		before, err := l.asStated(id, r.Before)
		if err != nil {
			return nil, fmt.Errorf("the estimate of %s before it was changed: %w", id, err)
		}
		sc := l.without(t.Supersedes...)
		was, err := before.threatFigures(sc, id, t.Seed)
		if err != nil {
			return nil, err
		}
		now, err := l.threatFigures(sc, id, t.Seed)
		if err != nil {
			return nil, err
		}
		for i := range was {
			if !was[i].Gone && (now[i].Gone || now[i].Value < lower*was[i].Value) {
				out = append(out, ledger.Lowered{Threat: id, Event: r.Event, Name: was[i].key.Name, Before: was[i].Value, Now: now[i].Value})
			}
		}
	}
	return out, nil
}

// cheaper lists the mitigations of a decision that whoever decides had made cheaper
// before, since somebody else last decided to build them: what they cost within the
// horizon, effort at the price of a day.
func (l *loaded) cheaper(t ledger.Terms, actor Actor, by string) ([]ledger.Lowered, error) {
	var out []ledger.Lowered
	for _, id := range t.With {
		r := l.product.OwnCost(id, actor, by)
		if r == nil {
			continue
		}
		before, err := l.costing(id, r.Before)
		if err != nil {
			return nil, fmt.Errorf("the cost of %s before it was changed: %w", id, err)
		}
		was, now := before.commitment([]string{id}), l.commitment([]string{id})
		if was != nil && (now == nil || now.Cost < lower*was.Cost) {
			x := ledger.Lowered{Work: id, Event: r.Event, Name: "cost", Before: was.Cost}
			if now != nil {
				x.Now = now.Cost
			}
			out = append(out, x)
		}
	}
	return out, nil
}

// costing is the same product with an earlier cost of one mitigation.
func (l *loaded) costing(mitigation string, cost json.RawMessage) (*loaded, error) {
	return l.otherwise(func(m *parley.Model) error {
		x := m.Mitigation(mitigation)
		if x == nil {
			return fmt.Errorf("there is no mitigation %q", mitigation)
		}
		x.Cost = parley.Cost{}
		return json.Unmarshal(cost, x)
	})
}

// better lists the contracts and other treatments of a decision that whoever decides had
// given better terms before, since somebody else last decided on them: what they cost
// within the horizon, and what a contract leaves with us.
func (l *loaded) better(t ledger.Terms, actor Actor, by string) ([]ledger.Lowered, error) {
	var out []ledger.Lowered
	sc := l.without(t.Supersedes...)
	for _, id := range t.With {
		r := l.product.OwnTerms(id, actor, by)
		if r == nil || l.model.Treatment(id) == nil {
			continue
		}
		before, err := l.onTerms(id, r.Before)
		if err != nil {
			return nil, fmt.Errorf("the terms of %s before they were changed: %w", id, err)
		}
		add := func(name string, was, now float64) {
			if now < lower*was {
				out = append(out, ledger.Lowered{Contract: id, Event: r.Event, Name: name, Before: was, Now: now})
			}
		}
		if was, now := before.commitment([]string{id}), l.commitment([]string{id}); was != nil && now != nil {
			add("cost", was.Cost, now.Cost)
		}
		was, err := before.staysWith(sc, id)
		if err != nil {
			return nil, err
		}
		now, err := l.staysWith(sc, id)
		if err != nil {
			return nil, err
		}
		if was != nil && now != nil {
			add(ledger.PremiseStays, was.Value, now.Value)
		}
	}
	return out, nil
}

// onTerms is the same product with earlier terms of one treatment.
func (l *loaded) onTerms(treatment string, terms json.RawMessage) (*loaded, error) {
	return l.otherwise(func(m *parley.Model) error {
		x := m.Treatment(treatment)
		if x == nil {
			return fmt.Errorf("there is no treatment %q", treatment)
		}
		*x = parley.Treatment{}
		return json.Unmarshal(terms, x)
	})
}

// asStated is the same product with an earlier estimate of one threat.
func (l *loaded) asStated(threat string, estimate json.RawMessage) (*loaded, error) {
	return l.otherwise(func(m *parley.Model) error {
		t := m.Threat(threat)
		stood := t.StatedWith
		var none parley.Threat
		t.Likelihood, t.Impact, t.Fair, t.AtMostOnce, t.Clustered, t.CoverageGap = none.Likelihood, none.Impact, nil, false, none.Clustered, none.CoverageGap
		if err := json.Unmarshal(estimate, t); err != nil {
			return err
		}
		if t.StatedWith == nil {
			t.StatedWith = stood
		}
		return nil
	})
}

// otherwise is the same product with its model changed in one place, compiled.
func (l *loaded) otherwise(change func(*parley.Model) error) (*loaded, error) {
	m, err := l.state.Model(l.product.ID)
	if err == nil {
		err = change(m)
	}
	if err != nil {
		return nil, err
	}
	if bad := parley.Errors(parley.Resolve(m)); len(bad) > 0 {
		return nil, &ledger.ModelError{Product: l.product.ID, Problems: bad}
	}
	before := &loaded{model: m, state: l.state, product: l.product, asOf: l.asOf, zone: l.zone}
	return before, before.compile()
}

// loweredText says of each threat, mitigation and contract, once, that whoever decided had
// lowered it.
func loweredText(list []ledger.Lowered) []string {
	out := []string{}
	for _, x := range list {
		text := catalogue.T("record.lowered", "threat", x.Threat)
		switch {
		case x.Work != "":
			text = catalogue.T("record.lowered_cost", "work", x.Work)
		case x.Contract != "":
			text = catalogue.T("record.lowered_terms", "contract", x.Contract)
		}
		if !slices.Contains(out, text) {
			out = append(out, text)
		}
	}
	return out
}
