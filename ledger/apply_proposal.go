package ledger

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

func (p *Product) propose(e Event, b *ProposalMade) error {
	switch b.About {
	case AboutClosing, AboutEstimate, AboutCorrection:
		if p.Item(b.Kind, b.ID) == nil {
			return fmt.Errorf("proposal about %s %q, which is not in product %q", b.Kind, b.ID, p.ID)
		}
	case AboutPolicy:
	default:
		return fmt.Errorf("proposal about %q is not known", b.About)
	}
	if b.About != AboutClosing {
		if err := checkPatch(b); err != nil {
			return err
		}
	}
	p.Proposals = append(p.Proposals, &Proposal{ProposalMade: *b, Short: p.short("P"), Event: e.ID, Product: p.ID, Proposer: e.Actor, ProposerBy: e.By})
	return nil
}

// checkPatch reports what is wrong with the value of a proposal.
func checkPatch(b *ProposalMade) error {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(b.Value, &fields); err != nil || len(fields) == 0 {
		return fmt.Errorf("a proposal about a %s needs the fields it would change", b.About)
	}
	if b.About == AboutPolicy {
		_, err := fieldsOf(b.Value, b.Currency)
		return err
	}
	for f := range fields {
		if b.About == AboutEstimate && !slices.Contains(estimateFields, f) {
			return fmt.Errorf("a proposal about an estimate cannot change %q, only %s", f, strings.Join(estimateFields, ", "))
		}
	}
	return nil
}

// Proposal finds a proposal by its short id, nil when there is none.
func (p *Product) Proposal(short string) *Proposal {
	for _, q := range p.Proposals {
		if q.Short == short {
			return q
		}
	}
	return nil
}

func (s *State) settle(p *Product, e Event, b *ProposalSettled) error {
	i := slices.IndexFunc(p.Proposals, func(q *Proposal) bool { return q.Short == b.Proposal })
	switch {
	case i < 0:
		return fmt.Errorf("there is no proposal %q in product %q", b.Proposal, p.ID)
	case !p.Proposals[i].Open():
		return fmt.Errorf("proposal %s was settled before: %s", b.Proposal, p.Proposals[i].Outcome)
	case b.Outcome != Accepted && b.Outcome != Refused && b.Outcome != Withdrawn:
		return fmt.Errorf("proposal %s: the outcome %q is none of accepted, refused, withdrawn", b.Proposal, b.Outcome)
	}
	q := *p.Proposals[i]
	q.Outcome, q.Because = b.Outcome, b.Because
	p.Proposals[i] = &q
	if b.Outcome != Accepted {
		return nil
	}
	if q.About == AboutPolicy {
		return s.amendPolicy(p, e, &q)
	}
	return p.accept(e, &q)
}

func (s *State) amendPolicy(p *Product, e Event, q *Proposal) error {
	next, err := s.Policy.with(q.Value, q.amounts(s.currencyOf(p.ID)), p.ID, q.Whole, e)
	if err != nil {
		return err
	}
	s.Policy = next
	return nil
}

func (p *Product) accept(e Event, q *Proposal) error {
	i := p.index(q.Kind, q.ID)
	if i < 0 {
		return fmt.Errorf("proposal %s is about %s %q, which is not there", q.Short, q.Kind, q.ID)
	}
	it := *p.items[q.Kind][i]
	it.Event, it.At = e.ID, e.At
	if q.About == AboutClosing {
		it.Closed = true
		p.items[q.Kind][i] = &it
		return nil
	}
	text, err := patched(it.JSON, q.Value)
	if err != nil {
		return err
	}
	if q.About == AboutCorrection {
		it.Closed = false
	} else if err := p.takeEstimate(e, q, &it, text); err != nil {
		return err
	}
	it.JSON = text
	p.items[q.Kind][i] = &it
	return nil
}

// takeEstimate notes who stated an estimate anew by a proposal, and when.
func (p *Product) takeEstimate(e Event, q *Proposal, it *Item, text json.RawMessage) error {
	for _, who := range []struct {
		actor Actor
		by    string
	}{{q.Proposer, q.ProposerBy}, {e.Actor, e.By}} {
		if err := it.restatedBy(e, who.actor, who.by, it.JSON); err != nil {
			return err
		}
	}
	changed, err := changedEstimate(it.JSON, text)
	if err != nil {
		return err
	}
	figures, err := changedFigures(it.JSON, text, changed)
	if err != nil {
		return err
	}
	if len(figures) > 0 {
		it.statedAt(e.At, figures)
		it.StatedWith = p.standing()
	}
	return nil
}

// patched replaces the top-level fields of an object; null takes a field away.
func patched(text, patch json.RawMessage) (json.RawMessage, error) {
	var fields, change map[string]json.RawMessage
	if err := json.Unmarshal(text, &fields); err != nil {
		return nil, err
	}
	if err := json.Unmarshal(patch, &change); err != nil {
		return nil, err
	}
	for k, v := range change {
		if string(v) == "null" {
			delete(fields, k)
			continue
		}
		if fields == nil {
			fields = map[string]json.RawMessage{}
		}
		fields[k] = v
	}
	return canonicalOf(fields)
}
