package negotiate

import (
	"cmp"
	"slices"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/evidence"
	"github.com/parleysec/parley/internal/gate"
	"github.com/parleysec/parley/ledger"
)

// gateExceptions says of each layer whose checks do not bear it out which
// decisions let it stand so. A decision does where it was taken with that in
// view, where it has an end, and as long as it is in force. Each threat the layer
// stands before needs one. over are the decisions whose end is reached.
func (l *loaded) gateExceptions(f *gate.Facts, over map[string]bool) {
	for i := range f.Layers {
		x := &f.Layers[i]
		if c := l.model.Control(x.ID); c != nil && (x.Assurance < 1 || x.Standing == string(evidence.NotVerified)) {
			l.gateException(x, checkedOf(c), over)
		}
	}
}

func (l *loaded) gateException(x *gate.Layer, c checked, over map[string]bool) {
	var by, bare, why []string
	now := l.assurance(c)
	for _, id := range x.Threats {
		t := l.model.Threat(id)
		if t == nil || t.Triage == parley.Closed || !t.NeedsDecision() {
			continue
		}
		d := l.product.InForce(id)
		switch {
		case d != nil && d.Kind != parley.Escalate && l.inView(d, c, now):
			switch {
			case over[d.Short]:
				why = append(why, catalogue.T("gate.exception.over", "decision", d.Short, "until", plain.DateText(d.Until)))
			case d.Until == "":
				why = append(why, catalogue.T("gate.exception.endless", "decision", d.Short))
			default:
				if !slices.Contains(by, d.Short) {
					by = append(by, d.Short)
				}
				continue
			}
		case d == nil:
			if past := l.lastOver(id); past != nil && l.inView(past, c, now) {
				why = append(why, catalogue.T("gate.exception.over", "decision", past.Short, "until", plain.DateText(past.Until)))
			}
		}
		bare = append(bare, "“"+plain.Clean(t.Title)+"”")
	}
	switch {
	case len(bare) == 0:
		x.ExceptedBy = by
	case len(why) > 0:
		slices.Sort(why)
		x.Exception = plain.List(slices.Compact(why))
	case len(by) > 0:
		x.Exception = catalogue.N("gate.exception.partly", len(by), "decisions", plain.List(by), "titles", plain.List(bare))
	}
}

// inView reports whether a decision was taken with a layer in view as it stands
// now: it stood then and declared the checks it declares now, by what was on
// record it had no more credit, and no check of it stood better that fails, is
// silent or never reported now.
func (l *loaded) inView(d *ledger.Decision, c checked, now evidence.Assurance) bool {
	// That nothing was ever verified is what one lives with, knowingly or not: only
	// who accepts the threat, or leaves it for later, is taken to have meant it.
	if silent := now.Standing == evidence.NotVerified || now.Standing == evidence.Unreported; silent && d.Kind != parley.Accept && d.Kind != parley.Defer {
		return false
	}
	if !declaredBefore(l.product, d, c) {
		return false
	}
	zone := cmp.Or(l.zone, time.UTC)
	known := *l.product
	known.Evidence = slices.DeleteFunc(slices.Clone(l.product.Evidence), func(e *ledger.Evidence) bool { return e.Event > d.Event })
	then := assurance(&known, l.model.Policy, c, endOf(d.At.In(zone), zone))
	if now.Standing == evidence.NotVerified || then.Standing == evidence.NotVerified {
		return then.Standing == now.Standing
	}
	if then.Mean > now.Mean+1e-9 {
		return false
	}
	for i, x := range now.Checks {
		if slices.Index(falls, then.Checks[i].Standing) < slices.Index(falls, x.Standing) {
			return false
		}
	}
	return true
}

// declaredBefore reports whether a layer stood when a decision was taken, with
// each of its checks, or with none, as it declares them now.
func declaredBefore(p *ledger.Product, d *ledger.Decision, c checked) bool {
	it := p.Item(ledger.KindControl, c.id)
	if it == nil {
		it = p.Item(ledger.KindMitigation, c.id)
	}
	if it == nil || finishedAt(p, c.id).After(d.At) {
		return false
	}
	if len(c.checks) == 0 {
		return it.Declared.None != "" && it.Declared.None < d.Event
	}
	return !slices.ContainsFunc(c.checks, func(x parley.Check) bool {
		since, ok := it.Declared.Checks[x.ID]
		return !ok || since > d.Event
	})
}

// falls are the standings of a check that need an exception, the worst last.
var falls = []evidence.Standing{evidence.Unreported, evidence.Stale, evidence.Failing}

// lastOver is the latest decision about a threat that came to its end, nil
// where there is none.
func (l *loaded) lastOver(threat string) *ledger.Decision {
	for _, d := range slices.Backward(l.product.Decisions) {
		if d.Status == ledger.Expired && slices.Contains(d.Threats, threat) {
			return d
		}
	}
	return nil
}
