package negotiate

import (
	"cmp"
	"slices"
	"strings"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/ledger"
	"github.com/parleysec/parley/risk"
)

// Avoided is what a decision to avoid takes away, and what that does to the
// totals. Money is in the product's currency, per year on average.
type Avoided struct {
	Features []string `json:"features"`                    // not built: in no plan while the decision is in force
	Drops    string   `json:"drops,omitempty"`             // in words; a task until it is done
	Before   float64  `json:"expected_annual_loss_before"` // of all threats as things are
	After    float64  `json:"expected_annual_loss_after"`  // without those avoided
}

// implied completes a decision that names nothing with what it can only mean: the
// one mitigation against a threat, the one transfer that is stated, the features
// without which a threat does not exist, or the one way of avoiding it that is
// stated. What is avoided and has none of these is taken away by a task that says
// so.
func implied(p *ledger.Product, t ledger.Terms) (ledger.Terms, error) {
	if t.Kind == parley.Mitigate && len(t.With) == 0 {
		t.With = theOnly(p, t.Threats)
		return t, nil
	}
	if len(t.With) > 0 || t.Drops != "" || t.Kind != parley.Transfer && t.Kind != parley.Avoid {
		return t, nil
	}
	var with, left []string
	for _, threat := range t.Threats {
		list, err := p.Treatments(threat)
		if err != nil {
			return t, err
		}
		list = slices.DeleteFunc(list, func(x parley.Treatment) bool { return x.Kind != t.Kind })
		brings := p.Brings(threat)
		switch {
		case t.Kind == parley.Avoid && len(brings) > 0:
			with = append(with, brings...)
		case len(list) == 1:
			with = append(with, list[0].ID)
		default:
			left = append(left, catalogue.T("decide.avoid.what", "title", title(p, ledger.KindThreat, threat)))
		}
	}
	slices.Sort(with)
	t.With = slices.Compact(with)
	if t.Kind == parley.Avoid {
		t.Drops = strings.Join(left, "; ")
	}
	return t, nil
}

// theOnly are the mitigations of threats that have one each; nil where a threat
// has none or several, and somebody has to say which.
func theOnly(p *ledger.Product, threats []string) []string {
	var out []string
	for _, threat := range threats {
		list := p.Mitigations(threat)
		if len(list) != 1 {
			return nil
		}
		if !slices.Contains(out, list[0]) {
			out = append(out, list[0])
		}
	}
	return out
}

// drops is what a decision to avoid takes away in words: those given, else the
// treatments it names.
func drops(p *ledger.Product, t ledger.Terms) (string, error) {
	if t.Kind != parley.Avoid || t.Drops != "" {
		return t.Drops, nil
	}
	var named []string
	for _, threat := range t.Threats {
		list, err := p.Treatments(threat)
		if err != nil {
			return "", err
		}
		for _, x := range list {
			if x.Kind == parley.Avoid && slices.Contains(t.With, x.ID) {
				named = append(named, cmp.Or(x.Title, x.ID))
			}
		}
	}
	return strings.Join(named, "; "), nil
}

// avoiding prices what a decision to avoid does to the totals; nil for another.
func (s *Service) avoiding(state *ledger.State, d ledger.Deciding, asOf string) (*Avoided, error) {
	if d.Terms.Kind != parley.Avoid {
		return nil, nil
	}
	l, err := s.loadFrom(state, d.Product, asOf, d.Terms.Threats)
	if err != nil {
		return nil, err
	}
	out := &Avoided{Features: []string{}, Drops: d.Terms.Drops}
	for _, id := range d.Terms.With {
		if l.model.Feature(id) != nil {
			out.Features = append(out.Features, id)
		}
	}
	now := l.today()
	total := func(sc risk.Scenario) (float64, error) {
		e, err := l.portfolio.Expect(sc)
		return e.Annual, err
	}
	if out.Before, err = total(now); err != nil {
		return nil, err
	}
	for _, id := range d.Terms.Threats {
		if slices.Contains(l.portfolio.Threats(), id) && !slices.Contains(now.Avoided, id) {
			now.Avoided = append(now.Avoided, id)
		}
	}
	out.After, err = total(now)
	return out, err
}

// avoidedText says what a decision to avoid takes away, what it does to the
// totals, and why there is a task or none.
func (a *Avoided) text(p *ledger.Product, d Decision, currency string) []string {
	if a == nil {
		return nil
	}
	var out []string
	if len(a.Features) > 0 {
		var names []string
		for _, id := range a.Features {
			names = append(names, title(p, ledger.KindFeature, id))
		}
		out = append(out, catalogue.T("decide.avoid.features", "features", plain.List(names), "id", d.ShortID))
	}
	if d.Status == string(ledger.Proposed) {
		out = append(out, catalogue.T("decide.avoid.proposed"))
	}
	if plain.Round2(a.Before) == plain.Round2(a.After) {
		out = append(out, catalogue.T("decide.avoid.same", "before", plain.Money(a.Before, currency)))
	} else {
		out = append(out, catalogue.T("decide.avoid.totals", "before", plain.Money(a.Before, currency), "after", plain.Money(a.After, currency)))
	}
	switch {
	case a.Drops == "":
		out = append(out, catalogue.T("decide.avoid.no-task"))
	case d.Status != string(ledger.Proposed):
		out = append(out, catalogue.T("decide.avoid.task", "drops", a.Drops))
	}
	return out
}
