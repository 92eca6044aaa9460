package web

import (
	"cmp"
	"math"
	"slices"

	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/negotiate"
)

// fared is a threat as things are beside what a plan leaves of it; either is nil
// where the threat is not there.
type fared struct {
	id, title   string
	today, then *negotiate.ThreatRisk
}

// worst is the larger of the two averages, by which threats are put in order.
func (f fared) worst() float64 { return math.Max(averageOf(f.today), averageOf(f.then)) }

func averageOf(t *negotiate.ThreatRisk) float64 {
	if t == nil {
		return 0
	}
	return t.ExpectedAnnualLoss
}

// leaves says what the plan leaves of each threat: of the few that cost most, and
// folded of the rest together.
func (b *planBuilder) leaves() {
	var all []fared
	for i := range b.prices.today.Threats {
		t := &b.prices.today.Threats[i]
		all = append(all, fared{t.ID, titleOr(t.Title, t.ID), t, riskOf(b.prices.best, t.ID)})
	}
	for i := range b.prices.best.Threats {
		if t := &b.prices.best.Threats[i]; riskOf(b.prices.today, t.ID) == nil {
			all = append(all, fared{t.ID, titleOr(t.Title, t.ID), nil, t})
		}
	}
	all = slices.DeleteFunc(all, func(f fared) bool { return !(f.worst() > 0) })
	slices.SortStableFunc(all, func(x, y fared) int { return cmp.Compare(y.worst(), x.worst()) })
	shown := min(shownLarge, len(all))
	if len(all) == shown+1 {
		shown++ // one alone is not worth folding
	}
	b.view.Leaves, b.view.LeavesMore = b.faring(all[:shown]), b.faring(all[shown:])
	if f := b.view.LeavesMore; f != nil {
		before, after := 0.0, 0.0
		for _, x := range all[shown:] {
			before, after = before+averageOf(x.today), after+averageOf(x.then)
		}
		f.Heading = catalogue.T("web.plan.leaves_more", "n", len(f.Rows), "before", b.money(before), "after", b.money(after))
	}
}

// faring is a list of threats as things are and by the plan, nil for none.
func (b *planBuilder) faring(list []fared) *Folded {
	if len(list) == 0 {
		return nil
	}
	called := "web.plan.row_average"
	if b.prices.today.Carried > 0 || b.prices.best.Carried > 0 {
		called = "web.plan.leaves_stays" // the plans above are weighed before what contracts pay
	}
	f := &Folded{Heading: catalogue.T("web.plan.leaves"), Head: []string{
		catalogue.T("web.home.threat"), catalogue.T("web.plan.leaves_now", "time", plain.Duration(b.prices.today.ToldYears())),
		catalogue.T("web.plan.leaves_then"), catalogue.T(called),
	}}
	chance := func(t *negotiate.ThreatRisk) string {
		if t == nil {
			return catalogue.T("web.of100", "n", catalogue.T("web.squares.none"))
		}
		return of100(t.Told())
	}
	for _, x := range list {
		average := catalogue.T("web.plan.leaves_average", "before", b.money(averageOf(x.today)), "after", b.money(averageOf(x.then)))
		f.Rows = append(f.Rows, FoldedRow{URL: threatURL(x.id), Title: x.title, Cells: []string{chance(x.today), chance(x.then), average}})
	}
	return f
}
