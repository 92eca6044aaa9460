package web

import (
	"slices"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/brief"
)

// assumed shows what nobody stated and this threat's figures rest on, and
// folds away what only others rest on.
func (b *briefBuilder) assumed(v *BriefView) {
	m := b.s.product.Model
	if m == nil || m.Threat(b.t.ID) == nil {
		v.Assumed = b.report.Assumed
		return
	}
	v.Assumed = brief.AssumedFor(m, b.t)
	for _, a := range b.report.Assumed {
		if !slices.ContainsFunc(v.Assumed, func(u parley.Assumption) bool { return u.Field == a.Field }) {
			v.AssumedElsewhere = append(v.AssumedElsewhere, a)
		}
	}
}
