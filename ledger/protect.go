package ledger

import (
	"encoding/json"
	"fmt"
)

// protect takes changes of an estimate under a decision in force out of a
// merged threat and proposes them instead. A proposal the file no longer asks
// for is withdrawn.
func (m *merger) protect(f thing, merged map[string]any, now any) error {
	old, known := now.(map[string]any)
	if !known {
		return nil
	}
	id := f.id
	open := m.openProposal(AboutEstimate, KindThreat, id)
	asked := map[string]any{}
	if m.inForce(id) != nil {
		asked = withhold(merged, old)
		if err := stillAsked(asked, open, f.fields, old); err != nil {
			return fmt.Errorf("apply: threat %q: %w", id, err)
		}
	}
	value, err := patchText(asked)
	if err != nil {
		return fmt.Errorf("apply: threat %q: %w", id, err)
	}
	if open != nil {
		if string(open.Value) == string(value) {
			return nil
		}
		why := "the file asks for something else now"
		if len(asked) == 0 {
			why = "the file no longer asks for it"
		}
		m.add(&ProposalSettled{Proposal: open.Short, Outcome: Withdrawn, Because: why})
	}
	if len(asked) > 0 {
		m.add(&ProposalMade{
			About: AboutEstimate, Kind: KindThreat, ID: id, Value: value,
			Says: "the estimate stands under decision " + m.inForce(id).Short + ", which is in force",
		})
	}
	return nil
}

// baseOf is what both sides started from. Where the file was last not taken but
// turned into a proposal, that is what the ledger says: a thing that had gone
// and comes back, and an estimate that was proposed and is stated anew, have
// changed in the file alone.
func (m *merger) baseOf(sec section, f thing, base, now any) (any, error) {
	if m.product == nil {
		return base, nil
	}
	if _, gone := base.(absent); gone {
		it := m.product.Item(sec.kind, f.id)
		if q := m.lastProposal(AboutClosing, sec.kind, f.id); it != nil && q != nil && it.Event < q.Event {
			return now, nil
		}
		return base, nil
	}
	if sec.kind == KindIncident {
		if q := m.lastProposal(AboutCorrection, sec.kind, f.id); q != nil && q.Outcome != Accepted && m.product.Item(sec.kind, f.id).Event < q.Event {
			return now, nil
		}
		return base, nil
	}
	q := m.lastProposal(AboutEstimate, sec.kind, f.id)
	if q == nil || q.Outcome == Accepted {
		return base, nil
	}
	var value map[string]json.RawMessage
	if err := json.Unmarshal(q.Value, &value); err != nil {
		return nil, err
	}
	stated, _ := f.fields.(map[string]any)
	was, isObject := base.(map[string]any)
	is, _ := now.(map[string]any)
	if !isObject {
		return base, nil
	}
	for k, v := range value {
		if last := field(was, k); !equal(field(stated, k), last) && string(text(last)) == string(v) {
			if was[k] = field(is, k); equal(was[k], absent{}) {
				delete(was, k)
			}
		}
	}
	return was, nil
}

// withhold puts the old estimate back into a merged threat and gives the fields
// that would have changed.
func withhold(merged, old map[string]any) map[string]any {
	asked := map[string]any{}
	for _, f := range estimateFields {
		want, is := field(merged, f), field(old, f)
		if equal(want, is) {
			continue
		}
		asked[f] = want
		if _, gone := is.(absent); gone {
			delete(merged, f)
		} else {
			merged[f] = is
		}
	}
	return asked
}

// stillAsked adds what an open proposal asked for before and the file still
// says: it is no change of the file any more, but it still waits.
func stillAsked(asked map[string]any, open *Proposal, file any, old map[string]any) error {
	if open == nil {
		return nil
	}
	var value map[string]json.RawMessage
	if err := json.Unmarshal(open.Value, &value); err != nil {
		return err
	}
	stated, _ := file.(map[string]any)
	for f, v := range value {
		says := field(stated, f)
		if _, fresh := asked[f]; !fresh && string(text(says)) == string(v) && !equal(says, field(old, f)) {
			asked[f] = says
		}
	}
	return nil
}

// inForce is the decision in force for a threat of the file, which may just be
// getting a new id.
func (m *merger) inForce(id string) *Decision {
	if d := m.product.InForce(id); d != nil {
		return d
	}
	if f, ok := m.file.find(KindThreat, id); ok && f.was != "" {
		return m.product.InForce(f.was)
	}
	return nil
}

// patchText is the canonical text of changed fields; what is absent is null.
func patchText(fields map[string]any) (json.RawMessage, error) {
	raw := map[string]json.RawMessage{}
	for k, v := range fields {
		raw[k] = text(v)
	}
	return canonicalOf(raw)
}
