package ledger

import (
	"fmt"
	"slices"
	"strings"

	"github.com/parleysec/parley"
)

// avoid checks what a decision to avoid names: what is not built or is taken
// away, so that the threat is gone. A threat that features bring is avoided by
// not building any of them, another one by a treatment of the file, and either
// by words on what is dropped.
func (c *checker) avoid() {
	t := c.d.Terms
	for _, id := range t.With {
		if !c.treats(id) && !slices.ContainsFunc(t.Threats, func(threat string) bool { return slices.Contains(c.product.Brings(threat), id) }) {
			c.refuse(Refusal{
				Reason: BadTreatment, Message: fmt.Sprintf("%q avoids none of these threats: it is no feature that brings one, and no treatment of kind avoid", id),
				Hint: c.stated(t.Threats),
			})
			return
		}
	}
	if HasReason(t.Drops) {
		return
	}
	for _, id := range t.Threats {
		if c.threat(id) == nil || c.stands(id) {
			continue
		}
		brings := c.product.Brings(id)
		left := slices.DeleteFunc(slices.Clone(brings), func(f string) bool { return slices.Contains(t.With, f) })
		switch {
		case len(brings) == 0:
			c.refuse(Refusal{
				Reason: NoTreatment, Threat: id, Message: fmt.Sprintf("nothing says how threat %q is avoided: what is not built, or taken away?", id),
				Hint: c.stated([]string{id}),
			})
		case len(left) > 0:
			c.refuse(Refusal{
				Reason: NoTreatment, Threat: id, Message: fmt.Sprintf("threat %q comes with %s: it is avoided by not building %s", id, strings.Join(brings, ", "), itOrThem(brings)),
				Hint: "name every one: --with " + strings.Join(brings, ",") + "; or say with --drops what they are built without",
			})
		}
	}
}

func itOrThem(list []string) string {
	if len(list) == 1 {
		return "it"
	}
	return "any of them"
}

// stands reports whether a treatment of the decision's kind that it names is
// stated for a threat.
func (c *checker) stands(threat string) bool {
	return slices.ContainsFunc(c.treatments(threat), func(id string) bool { return slices.Contains(c.d.Terms.With, id) })
}

// treatments are the ids of the treatments of the decision's kind that are
// stated for a threat.
func (c *checker) treatments(threat string) []string {
	t := c.threat(threat)
	if t == nil {
		return nil
	}
	var out []string
	for _, x := range t.Treatments {
		if x.Kind == c.d.Terms.Kind {
			out = append(out, x.ID)
		}
	}
	return out
}

// stated says what could be named for threats, and what to do where there is
// nothing.
func (c *checker) stated(threats []string) string {
	var known []string
	for _, id := range threats {
		known = append(known, c.treatments(id)...)
		if c.d.Terms.Kind == parley.Avoid {
			known = append(known, c.product.Brings(id)...)
		}
	}
	slices.Sort(known)
	known = slices.Compact(known)
	switch {
	case c.d.Terms.Kind != parley.Avoid && len(known) == 0:
		return "the file states no transfer of these threats: add one under the threat, then apply it, e.g. " + exampleTransfer
	case c.d.Terms.Kind != parley.Avoid:
		return "name it with --with; stated are: " + strings.Join(known, ", ")
	case len(known) == 0:
		return "say what is dropped: --drops \"the export of all records\""
	}
	return "name it with --with (" + strings.Join(known, ", ") + "), or say what is dropped with --drops"
}

// exampleTransfer is a line to paste under a threat that nobody carries yet.
const exampleTransfer = `treatments: [{id: insure, kind: transfer, title: Insurance, premium: 9k per year, deductible: 25k, limit: 1M, per: event}]`

// transfer checks that somebody is named who carries each threat.
func (c *checker) transfer() {
	t := c.d.Terms
	for _, id := range t.With {
		if !c.treats(id) {
			c.refuse(Refusal{
				Reason: BadTreatment, Message: fmt.Sprintf("%q is no treatment of kind %s of these threats", id, t.Kind), Hint: c.stated(t.Threats),
			})
			return
		}
	}
	for _, id := range t.Threats {
		if c.threat(id) != nil && !c.stands(id) {
			c.refuse(Refusal{
				Reason: NoTreatment, Threat: id, Message: fmt.Sprintf("nobody is named who carries threat %q: it would stay where it is", id),
				Hint: c.stated([]string{id}),
			})
		}
	}
}

// Brings lists the features that are not closed and without which a threat does
// not exist.
func (p *Product) Brings(threat string) []string {
	var out []string
	for _, it := range p.items[KindFeature] {
		var f parley.Feature
		if !it.Closed && strictJSON(it.JSON, &f) == nil && slices.Contains(f.Introduces, threat) {
			out = append(out, it.ID)
		}
	}
	return out
}

// Mitigations lists what could still be built against a threat: neither closed
// nor finished, in the order of the file.
func (p *Product) Mitigations(threat string) []string {
	var out []string
	for _, it := range p.items[KindMitigation] {
		var m parley.Mitigation
		against := func(a parley.Against) bool { return a.Threat == threat }
		if !it.Closed && !it.Done && strictJSON(it.JSON, &m) == nil && slices.ContainsFunc(m.Against, against) {
			out = append(out, it.ID)
		}
	}
	return out
}

// Treatments are those stated for a threat, none for one that is not there.
func (p *Product) Treatments(threat string) ([]parley.Treatment, error) {
	it := p.Item(KindThreat, threat)
	if it == nil {
		return nil, nil
	}
	t, err := it.threat()
	if err != nil {
		return nil, err
	}
	return t.Treatments, nil
}

// Dropped lists the features that decisions in force avoid a threat by not
// building.
func (p *Product) Dropped() []string {
	var out []string
	for _, d := range p.Decisions {
		if d.Kind != parley.Avoid || d.Status != InForce {
			continue
		}
		for _, id := range d.With {
			if p.Item(KindFeature, id) != nil && !slices.Contains(out, id) && slices.ContainsFunc(d.Live, func(t string) bool { return slices.Contains(p.Brings(t), id) }) {
				out = append(out, id)
			}
		}
	}
	return out
}

// Pending reports whether what a decision takes away in words is still to be
// taken away: until then the threat is there.
func (p *Product) Pending(d *Decision) bool {
	return d.Kind == parley.Avoid && slices.ContainsFunc(p.Tasks, func(t *Task) bool {
		return t.Drops != "" && t.Status == TaskOpen && slices.Contains(t.Decisions, d.Short)
	})
}

// features are those that a decision names.
func (d *Decision) features(p *Product) []string {
	var out []string
	for _, id := range d.With {
		if p.Item(KindFeature, id) != nil {
			out = append(out, id)
		}
	}
	return out
}

// Brought reports whether a threat that a decision avoids by not building
// features has come some other way since: with another feature, or by itself.
func (p *Product) Brought(d *Decision, threat string) bool {
	features := d.features(p)
	if d.Kind != parley.Avoid || d.Drops != "" || len(features) == 0 {
		return false
	}
	brings := p.Brings(threat)
	return len(brings) == 0 || slices.ContainsFunc(brings, func(id string) bool { return !slices.Contains(features, id) })
}

// PremiseBrought is the name of the premise that only the features which a
// decision leaves out bring the threat it avoids.
const PremiseBrought = "brought_by"
