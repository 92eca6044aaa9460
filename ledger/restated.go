package ledger

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Restatement is one change of a threat's estimate, or of what a mitigation costs: who
// changed it, and what it said before.
type Restatement struct {
	Event  string
	At     time.Time
	Actor  Actor
	By     string          // claimed, "" for none
	Before json.RawMessage // the fields of the estimate, as typed; the whole contract, for its terms
	Of     string          `json:",omitempty"` // id of the contract whose terms they are
	Gone   bool            `json:",omitempty"` // they took the contract away
}

// Lowered is a figure of a threat, or what a mitigation or a contract costs or leaves with
// us, that whoever decides had lowered before, by a new estimate or other terms. It stands
// in the decision, so that everybody sees it.
type Lowered struct {
	Threat   string  `json:"threat,omitempty"`
	Work     string  `json:"mitigation,omitempty"` // whose cost it is, from version 6 of decisions; "" for another figure
	Contract string  `json:"contract,omitempty"`   // treatment whose figure it is, from version 7; "" for another figure
	Event    string  `json:"event"`                // id of the event that changed the estimate first
	Name     string  `json:"name"`                 // of the figure, as premises name it; cost for all that is committed to
	Before   float64 `json:"before"`
	Now      float64 `json:"now"`
}

// costFields are the fields of a mitigation that say what it costs.
var costFields = []string{"cost"}

// estimateOf are some fields of a text, as typed.
func estimateOf(text json.RawMessage, names []string) (json.RawMessage, error) {
	var all map[string]json.RawMessage
	if err := json.Unmarshal(text, &all); err != nil {
		return nil, err
	}
	out := map[string]json.RawMessage{}
	for _, f := range names {
		if v, ok := all[f]; ok {
			out[f] = v
		}
	}
	return canonicalOf(out)
}

// restatedBy notes that somebody gave a threat another estimate.
func (i *Item) restatedBy(e Event, actor Actor, by string, was json.RawMessage) error {
	before, err := estimateOf(was, estimateFields)
	if err == nil {
		i.restatedFrom(e, actor, by, before)
	}
	return err
}

// recost keeps, for a mitigation whose cost has a new text, who gave it and what it
// said before.
func (i *Item) recost(e Event, was *Item) error {
	if was == nil {
		return nil
	}
	i.Restated = was.Restated
	before, err := estimateOf(was.JSON, costFields)
	if err != nil {
		return err
	}
	now, err := estimateOf(i.JSON, costFields)
	if err != nil || string(before) == string(now) {
		return err
	}
	i.restatedFrom(e, e.Actor, e.By, before)
	return nil
}

// reterm keeps, for a threat, who gave the contracts and other treatments it has other
// terms, or took them away, and what they said before. One that went and came back had
// the terms with which it went; one that is new had none.
func (i *Item) reterm(e Event, was *Item) error {
	if was == nil {
		return nil
	}
	i.Terms = was.Terms
	before, err := treatmentsOf(was.JSON)
	if err != nil {
		return err
	}
	now, err := treatmentsOf(i.JSON)
	if err != nil {
		return err
	}
	for _, x := range now {
		former := textOf(before, x.id)
		if former == nil {
			former = i.wentWith(x.id)
		}
		if former != nil && string(former) != string(x.text) {
			i.retermedFrom(e, x.id, former, false)
		}
	}
	for _, x := range before {
		if textOf(now, x.id) == nil {
			i.retermedFrom(e, x.id, x.text, true)
		}
	}
	return nil
}

// retermedFrom notes who gave a treatment other terms, or took it away, and what its
// terms were before.
func (i *Item) retermedFrom(e Event, id string, before json.RawMessage, gone bool) {
	i.Terms = append(slices.Clone(i.Terms), Restatement{Event: e.ID, At: e.At, Actor: e.Actor, By: e.By, Before: before, Of: id, Gone: gone})
}

// wentWith are the terms with which a treatment went that is not there, nil for one that
// never was.
func (i *Item) wentWith(id string) json.RawMessage {
	for _, r := range slices.Backward(i.Terms) {
		if r.Of == id {
			return r.Before
		}
	}
	return nil
}

// textOf is the text of a treatment, nil where it is not in the list.
func textOf(list []treatmentText, id string) json.RawMessage {
	k := slices.IndexFunc(list, func(x treatmentText) bool { return x.id == id })
	if k < 0 {
		return nil
	}
	return list[k].text
}

// treatmentText is a treatment of a threat as its file says it, in canonical JSON.
type treatmentText struct {
	id   string
	text json.RawMessage
}

// treatmentsOf are the treatments in the text of a threat.
func treatmentsOf(threat json.RawMessage) ([]treatmentText, error) {
	var all struct {
		Treatments []json.RawMessage `json:"treatments"`
	}
	if err := json.Unmarshal(threat, &all); err != nil {
		return nil, err
	}
	out := make([]treatmentText, len(all.Treatments))
	for i, text := range all.Treatments {
		var x struct {
			ID string `json:"id"`
		}
		if err := json.Unmarshal(text, &x); err != nil {
			return nil, err
		}
		out[i] = treatmentText{x.ID, text}
	}
	return out, nil
}

// restatedFrom notes who gave an item other figures, and what they were before.
func (i *Item) restatedFrom(e Event, actor Actor, by string, before json.RawMessage) {
	i.Restated = append(slices.Clone(i.Restated), Restatement{Event: e.ID, At: e.At, Actor: actor, By: by, Before: before})
}

// OwnEstimate is the first change that a person made to the estimate of a
// threat since somebody else last decided on it, nil for none.
func (p *Product) OwnEstimate(threat string, actor Actor, by string) *Restatement {
	it := p.Item(KindThreat, threat)
	if it == nil {
		return nil
	}
	return p.own(it.Restated, actor, by, func(d *Decision) bool { return slices.Contains(d.Threats, it.ID) })
}

// OwnCost is the first change that a person made to what a mitigation costs since
// somebody else last decided to build it, nil for none.
func (p *Product) OwnCost(mitigation string, actor Actor, by string) *Restatement {
	it := p.Item(KindMitigation, mitigation)
	if it == nil {
		return nil
	}
	return p.own(it.Restated, actor, by, func(d *Decision) bool { return slices.Contains(d.With, it.ID) })
}

// OwnTerms is the first change that a person made to the terms of a contract, or of
// another treatment, since somebody else last decided on it, nil for none. To take one
// away makes it no cheaper; to put it back on other terms may.
func (p *Product) OwnTerms(treatment string, actor Actor, by string) *Restatement {
	for _, it := range p.items[KindThreat] {
		of := slices.DeleteFunc(slices.Clone(it.Terms), func(r Restatement) bool { return r.Of != treatment || r.Gone })
		if r := p.own(of, actor, by, func(d *Decision) bool { return slices.Contains(d.With, treatment) }); r != nil {
			return r
		}
	}
	return nil
}

// own is the first of some changes that a person made since somebody else last took a
// decision about what was changed.
func (p *Product) own(changes []Restatement, actor Actor, by string, about func(*Decision) bool) *Restatement {
	since := ""
	for _, d := range p.Decisions {
		for _, m := range d.History {
			if m.To == InForce && about(d) && !(samePerson(m.Actor, m.By, actor, by) && samePerson(d.Proposer, d.By, actor, by)) {
				since = max(since, m.Event)
			}
		}
	}
	for i := range changes {
		if r := &changes[i]; r.Event > since && samePerson(r.Actor, r.By, actor, by) {
			return r
		}
	}
	return nil
}

// CheckOwnEstimate refuses that one person alone leaves as it is what the same
// person had lowered before (the decision's terms say so), or builds, where that takes
// authority, or insures, what the same person had made cheaper, as soon as the organisation has a
// second one. proposal is the decision that is being approved, nil for one taken at once.
func CheckOwnEstimate(s *State, d Deciding, proposal *Decision) error {
	if len(d.Terms.Lowered) == 0 || d.Terms.Propose || !s.company(d.Actor.ID) {
		return nil
	}
	if !leaves(d.Terms.Kind) && !s.asks(d.Terms.Kind, d.Product, s.currencyOf(d.Product)) {
		return nil
	}
	if proposal != nil && !samePerson(proposal.Proposer, proposal.By, d.Actor, d.By) {
		return nil
	}
	var which []string
	for _, l := range d.Terms.Lowered {
		if what := cmp.Or(l.Threat, l.Work, l.Contract); !slices.Contains(which, what) {
			which = append(which, what)
		}
	}
	if commits(d.Terms.Kind) {
		return Refusals{{
			Reason: OwnEstimate, Threat: d.Terms.Threats[0],
			Message: fmt.Sprintf("whoever lowered what %s costs or leaves may not commit to it alone", strings.Join(which, ", ")),
			Hint:    "record it with --propose, and let somebody else approve it",
		}}
	}
	return Refusals{{
		Reason: OwnEstimate, Threat: which[0],
		Message: fmt.Sprintf("whoever lowered the estimate of %s may not %s it alone", strings.Join(which, ", "), d.Terms.Kind),
		Hint:    "record it with --propose, and let somebody else approve it",
	}}
}

// company reports whether anybody else than a person ever recorded anything
// that stands in the state, or holds a role.
func (s *State) company(person string) bool {
	other := func(id string) bool { return id != "" && id != person }
	either := func(a Actor, by string) bool { return other(a.ID) || other(by) }
	for _, r := range s.Rules {
		if other(r.Proposer.ID) {
			return true
		}
	}
	if s.Authority != nil {
		for _, r := range s.Authority.Roles {
			if slices.ContainsFunc(r.Holders, func(h Holder) bool { return other(h.Name) }) {
				return true
			}
		}
	}
	if slices.ContainsFunc(s.Members, func(m Membership) bool { return (m.Role == Decider || m.Role == Manager) && other(m.Person) }) {
		return true
	}
	return slices.ContainsFunc(s.Products(), func(p *Product) bool {
		return slices.ContainsFunc(p.Files, func(f FileRecord) bool { return other(f.By.ID) }) ||
			slices.ContainsFunc(p.Evidence, func(x *Evidence) bool { return either(x.Actor, x.By) }) ||
			slices.ContainsFunc(p.Moves, func(x *StageMove) bool { return either(x.Actor, x.By) }) ||
			slices.ContainsFunc(p.Activities, func(x *ActivityNote) bool { return either(x.Actor, x.By) }) ||
			slices.ContainsFunc(p.Proposals, func(q *Proposal) bool { return either(q.Proposer, q.ProposerBy) }) ||
			slices.ContainsFunc(p.Notes, func(n *Note) bool { return n.Actor.Known != ByLink && other(n.Actor.ID) }) ||
			slices.ContainsFunc(p.Agreements, func(x *Agreement) bool { return other(x.Actor.ID) }) ||
			slices.ContainsFunc(p.Decisions, func(d *Decision) bool {
				return slices.ContainsFunc(d.History, func(m Move) bool { return other(m.Actor.ID) })
			})
	})
}
