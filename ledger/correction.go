package ledger

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/quantity"
)

// AboutCorrection is a proposal to tell an incident anew in a way that lowers a
// figure: where proposer and approver are two people it waits for the second, as to
// withdraw the incident does.
const AboutCorrection About = "correction"

// Lowers reports whether an incident told anew says less than it said, in any figure
// that follows from it: a smaller loss, in all or of one kind, a near miss where it
// was a loss, an earlier day, which may be before what is counted, another threat, a
// layer that stopped it after all, or one it did not get past. Amounts are read with
// the organisation's words.
func (s *State) Lowers(product string, was, now parley.Incident) (bool, error) {
	p := s.Product(product)
	if p == nil {
		return false, &UnknownError{Text: product}
	}
	info, err := p.Info()
	if err != nil {
		return false, err
	}
	trial := &parley.Model{Parley: parley.FormatVersion, Product: parley.Product{ID: p.ID, Currency: info.Currency}, Incidents: []parley.Incident{was, now}}
	if err := s.withPolicy(trial); err != nil {
		return false, err
	}
	if bad := parley.Errors(parley.Resolve(trial)); len(bad) > 0 {
		return false, &ModelError{Product: p.ID, Problems: bad}
	}
	return lowers(&trial.Incidents[0], &trial.Incidents[1]), nil
}

func lowers(was, now *parley.Incident) bool {
	less := func(was, now []string) bool {
		return slices.ContainsFunc(was, func(id string) bool { return !slices.Contains(now, id) })
	}
	before, _ := was.Cost()
	after, _ := now.Cost()
	if !was.Loss.IsZero() && !now.Loss.IsZero() && smaller(was.Loss, now.Loss) {
		return true
	}
	switch {
	case now.NearMiss && !was.NearMiss, after < before, now.At < was.At, now.Threat != was.Threat, less(now.Stopped, was.Stopped), less(was.Passed, now.Passed):
		return true
	}
	for _, k := range was.Impact.Losses() {
		l := now.Impact.Of(k.Kind)
		if l == nil || l.Amount.IsZero() || smaller(k.Loss.Amount, l.Amount) {
			return true
		}
	}
	return false
}

// smaller reports whether an amount says less than another one on average, typically or
// in the bad case: the same mean with a lower bad case is less, too.
func smaller(was, now quantity.Quantity) bool {
	for _, p := range []float64{0.5, 0.95} {
		if now.Dist().Quantile(p) < was.Dist().Quantile(p) {
			return true
		}
	}
	return now.Mean() < was.Mean()
}

// Correcting is the draft that proposes to tell an incident anew: the fields that
// would differ, and why.
func (p *Product) Correcting(id string, now parley.Incident, because string) (Draft, error) {
	text, err := canonicalOf(now)
	if err != nil {
		return Draft{}, err
	}
	patch, err := patchOf(p.Item(KindIncident, id).JSON, text)
	return Draft{Product: p.ID, Body: &ProposalMade{About: AboutCorrection, Kind: KindIncident, ID: id, Value: patch, Says: because}}, err
}

// Overtaken are the drafts that end the corrections of an incident that wait, since it is
// told anew or was withdrawn.
func (p *Product) Overtaken(id, because string) []Draft {
	var out []Draft
	for _, q := range p.Proposals {
		if q.Open() && q.About == AboutCorrection && q.ID == id {
			out = append(out, Draft{Product: p.ID, Cause: q.Event, Body: &ProposalSettled{Proposal: q.Short, Outcome: Withdrawn, Because: because}})
		}
	}
	return out
}

// corrected reports whether an incident that a file tells anew waits for somebody:
// where it says less, which to put it off to a day that is not yet is, too, and that
// takes more than whoever applies the file. It is proposed then, unless that was done
// before.
func (m *merger) corrected(id string, merged map[string]any, now any) (bool, error) {
	if _, known := now.(map[string]any); !known || !m.app.Waits && !m.state.SeparateApprover() {
		return false, nil
	}
	var was, is parley.Incident
	if err := errors.Join(strictJSON(text(now), &was), strictJSON(text(merged), &is)); err != nil {
		return false, fmt.Errorf("apply: incident %q: %w", id, err)
	}
	less, err := m.state.Lowers(m.product.ID, was, is)
	if err != nil {
		return false, fmt.Errorf("apply: incident %q: %w", id, err)
	}
	less = less || was.At <= m.app.Today && m.app.Today < is.At
	patch, err := patchOf(text(now), text(merged))
	if err != nil {
		return false, err
	}
	q := m.lastProposal(AboutCorrection, KindIncident, id)
	if less && q != nil && q.Outcome != Accepted && string(q.Value) == string(patch) {
		return true, nil
	}
	if q != nil && q.Open() {
		m.add(&ProposalSettled{Proposal: q.Short, Outcome: Withdrawn, Because: "the file tells it otherwise now"})
	}
	if less {
		m.add(&ProposalMade{About: AboutCorrection, Kind: KindIncident, ID: id, Value: patch, Says: "the file tells it anew, and says less"})
	}
	return less, nil
}

// patchOf is what makes one object of another by [patched].
func patchOf(was, now json.RawMessage) (json.RawMessage, error) {
	var before, after map[string]json.RawMessage
	if err := json.Unmarshal(was, &before); err != nil {
		return nil, err
	}
	if err := json.Unmarshal(now, &after); err != nil {
		return nil, err
	}
	for k, v := range after {
		if string(before[k]) == string(v) {
			delete(after, k)
		}
		delete(before, k)
	}
	for k := range before {
		after[k] = json.RawMessage("null")
	}
	return canonicalOf(after)
}
