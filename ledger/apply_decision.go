package ledger

import (
	"fmt"
	"slices"

	"github.com/parleysec/parley"
)

// InForce is the decision in force for a threat, nil when there is none.
func (p *Product) InForce(threat string) *Decision {
	for i := len(p.Decisions) - 1; i >= 0; i-- {
		if p.Decisions[i].Holds(threat) {
			return p.Decisions[i]
		}
	}
	return nil
}

// Replaces lists, oldest first, the short ids of the decisions that a new one
// about these threats would take the place of: those in force or re-opened.
func (p *Product) Replaces(threats []string) []string {
	var out []string
	for _, d := range p.Decisions {
		if (d.Status == InForce || d.Status == Reopened) && overlap(d.Live, threats) {
			out = append(out, d.Short)
		}
	}
	return out
}

// Decision finds a decision by its short id, nil when there is none.
func (p *Product) Decision(short string) *Decision {
	if i := p.decision(short); i >= 0 {
		return p.Decisions[i]
	}
	return nil
}

func (p *Product) decision(short string) int {
	return slices.IndexFunc(p.Decisions, func(d *Decision) bool { return d.Short == short })
}

// mustDecision is the place of a decision that an event is about.
func (p *Product) mustDecision(short string) (int, error) {
	i := p.decision(short)
	if i < 0 {
		return i, fmt.Errorf("there is no decision %q in product %q", short, p.ID)
	}
	return i, nil
}

func (p *Product) record(e Event, b *DecisionRecorded) error {
	if len(b.Threats) == 0 {
		return fmt.Errorf("a decision about no threat")
	}
	for _, t := range b.Threats {
		if p.Item(KindThreat, t) == nil {
			return fmt.Errorf("decision about threat %q, which is not in product %q", t, p.ID)
		}
	}
	if b.Kind == parley.Mitigate {
		for _, m := range b.With {
			if p.Item(KindMitigation, m) == nil {
				return fmt.Errorf("decision with mitigation %q, which is not in product %q", m, p.ID)
			}
		}
	}
	d := &Decision{
		Terms: b.Terms, Short: p.short("D"), Event: e.ID, Product: p.ID, At: e.At, Proposer: e.Actor, By: e.By,
		Brief: e.Attached, Live: slices.Clone(b.Threats),
	}
	p.Decisions = append(p.Decisions, d)
	d.enter(Proposed, e, "", nil)
	if b.Propose {
		return nil
	}
	d.enter(Agreed, e, "", nil)
	return p.takeEffect(d, e)
}

// takeEffect puts an agreed decision into force: what it supersedes loses the
// threats to it, and a decision to mitigate makes tasks.
func (p *Product) takeEffect(d *Decision, e Event) error {
	for _, t := range d.Threats {
		if old := p.InForce(t); old != nil && !slices.Contains(d.Supersedes, old.Short) {
			return fmt.Errorf("decision %s does not name %s, which is in force for threat %q", d.Short, old.Short, t)
		}
	}
	if err := d.move(InForce, e, "", nil); err != nil {
		return err
	}
	p.addTasks(d, e) // before the older decisions let go of theirs
	for _, short := range d.Supersedes {
		if err := p.supersede(short, d, e); err != nil {
			return err
		}
	}
	return nil
}

func (p *Product) supersede(short string, by *Decision, e Event) error {
	i := p.decision(short)
	if i < 0 || p.Decisions[i] == by || p.Decisions[i].Status.Ended() {
		return fmt.Errorf("decision %s supersedes %q, which is not there or has ended", by.Short, short)
	}
	old := *p.Decisions[i]
	left := slices.DeleteFunc(slices.Clone(old.Live), func(t string) bool { return slices.Contains(by.Threats, t) })
	if len(left) == len(old.Live) {
		return fmt.Errorf("decision %s supersedes %s, which covers none of its threats", by.Short, short)
	}
	old.Live = left
	if len(left) == 0 {
		if err := old.move(Superseded, e, "by "+by.Short, nil); err != nil {
			return err
		}
	}
	p.Decisions[i] = &old
	p.dropTasks(e)
	return nil
}

func (p *Product) moveDecision(e Event, b *DecisionMoved) error {
	i, err := p.mustDecision(b.Decision)
	if err != nil {
		return err
	}
	d := *p.Decisions[i]
	p.Decisions[i] = &d
	if b.To == InForce && d.Status == Agreed {
		return p.takeEffect(&d, e)
	}
	if err := d.move(b.To, e, b.Because, b.Broken); err != nil {
		return err
	}
	if b.To == Agreed && b.Exposure != nil {
		d.Exposure = b.Exposure
	}
	p.dropTasks(e)
	return nil
}
