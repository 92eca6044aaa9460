package negotiate

import (
	"math"
	"slices"
	"strings"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/brief"
	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/ledger"
)

// longestWhy bounds the reason why an option was not taken, in bytes.
const longestWhy = 4000

// passedOver lists the options that were on the table and not chosen, each with the
// reason the decider gave, where they gave one, and with what its figures said. A
// reason for what was chosen, or for what was never on the table, is refused: the record
// would say of something else why it was passed over.
func passedOver(r *brief.Report, t ledger.Terms, said []ledger.NotTaken, p *ledger.Product) ([]ledger.NotTaken, error) {
	out := notTaken(r, t)
	for _, s := range said {
		why := strings.TrimSpace(s.Why)
		id := optionID(out, s.Option, p)
		i := slices.IndexFunc(out, func(n ledger.NotTaken) bool { return n.Option == id })
		switch {
		case i < 0:
			var ids []string
			for _, n := range out {
				ids = append(ids, n.Option)
			}
			return nil, parley.Errorf(parley.Invalid, "say why not "+s.Option, "%s", catalogue.T("record.not-taken.unknown")).
				WithHint(catalogue.T("record.not-taken.hint", "options", strings.Join(ids, ", ")))
		case !ledger.HasReason(why) || len(why) > longestWhy:
			return nil, parley.Errorf(parley.Invalid, "say why not "+s.Option, "%s", catalogue.T("record.not-taken.reason", "most", longestWhy))
		case out[i].Why != "":
			return nil, parley.Errorf(parley.Invalid, "say why not "+s.Option, "%s", catalogue.T("record.not-taken.twice"))
		}
		out[i].Why = why
	}
	return out, nil
}

// optionID is the option somebody means: by its id in the brief, or by the short id of
// the mitigation it is.
func optionID(list []ledger.NotTaken, said string, p *ledger.Product) string {
	named := func(id string) bool {
		return slices.ContainsFunc(list, func(n ledger.NotTaken) bool { return n.Option == id })
	}
	if named(said) {
		return said
	}
	for _, n := range list {
		if it := p.Item(ledger.KindMitigation, n.Option); it != nil && strings.EqualFold(it.Short, said) {
			return n.Option
		}
	}
	return said
}

// notTaken lists the options that were on the table and not chosen, and what their
// figures said.
func notTaken(r *brief.Report, t ledger.Terms) []ledger.NotTaken {
	var out []ledger.NotTaken
	for _, id := range t.Threats {
		threat := r.Threat(id)
		chosen := chosenNet(threat, t)
		for _, o := range threat.Options {
			if chose(o, t) {
				continue
			}
			i := slices.IndexFunc(out, func(n ledger.NotTaken) bool { return n.Option == o.ID })
			switch {
			case i < 0:
				out = append(out, ledger.NotTaken{Option: o.ID, Ground: ground(o, chosen, r)})
			default: // of several threats: the figures of one are not those of all
				out[i].Ground = ""
			}
		}
	}
	return out
}

// chose reports whether an option is what a decision does.
func chose(o brief.Option, t ledger.Terms) bool {
	return isAll(o, t) || slices.Contains(t.With, o.ID)
}

// isAll reports whether an option is all that a decision does.
func isAll(o brief.Option, t ledger.Terms) bool {
	return o.Kind == t.Kind && (len(t.With) == 0 || sameSet(o.With, t.With))
}

// chosenNet is the net benefit of what a decision does about a threat, nil where its
// brief shows none for it.
func chosenNet(threat *brief.Threat, t ledger.Terms) *float64 {
	for _, o := range threat.Options {
		if isAll(o, t) || o.Kind == t.Kind && len(t.With) == 1 && t.With[0] == o.ID {
			return o.NetBenefit
		}
	}
	return nil
}

// sameNet is the difference, in the currency, below which two options bring as much.
const sameNet = 0.5

// ground is what the figures of an option that was not taken said, beside what was
// chosen: nothing where they said nothing.
func ground(o brief.Option, chosen *float64, r *brief.Report) string {
	money := func(x float64) string { return plain.About(x, r.Currency) }
	switch {
	case len(o.Missing) > 0:
		return catalogue.T("record.ground.missing", "what", plain.List(o.Missing))
	case o.NetBenefit == nil:
		return ""
	case o.Kind == parley.Accept:
		if o.ExpectedAnnualLossAfter == nil {
			return ""
		}
		return catalogue.T("record.ground.leaves", "money", money(*o.ExpectedAnnualLossAfter))
	case *o.NetBenefit < 0:
		return catalogue.T("record.ground.costs_more", "money", money(-*o.NetBenefit), "time", plain.Duration(r.HorizonYears))
	case chosen == nil:
		return catalogue.T("record.ground.brings", "money", money(*o.NetBenefit), "time", plain.Duration(r.HorizonYears))
	case math.Abs(*chosen-*o.NetBenefit) < sameNet:
		return catalogue.T("record.ground.same", "time", plain.Duration(r.HorizonYears))
	case *chosen > *o.NetBenefit:
		return catalogue.T("record.ground.less", "money", money(*chosen-*o.NetBenefit), "time", plain.Duration(r.HorizonYears))
	}
	return catalogue.T("record.ground.more", "money", money(*o.NetBenefit-*chosen), "time", plain.Duration(r.HorizonYears))
}
