package web

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/negotiate"
)

// StakeRow is one line of what a plan decides about: a threat with the ways
// against it, or a thing by itself: a feature, or a mitigation against nothing
// that has a price.
type StakeRow struct {
	ID, URL, Title string // of the threat
	Facts          string // how likely it is and what it costs, as things are and by the plan
	Ways           []ItemRow
	Also           string    // what stands at another threat and helps against this one
	More           []ItemRow // ways that are left out, folded
	MoreHeading    string
	Item           *ItemRow // the thing; nil for a threat
}

// stake is such a line while the list is put together.
type stake struct {
	StakeRow
	today, then float64 // the averages a year of a threat
	worth       float64 // what is at stake a year, by which the list is in order
	in          int     // things of the plan in it
	shown       bool    // it may not be folded
}

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

// list puts threats and features into one list, the most at stake first, and
// folds the small threats and the features that are left out.
func (b *planBuilder) list() {
	v := b.view
	v.ListHeading = catalogue.T("web.plan.list")
	v.ListNote = []string{catalogue.T("web.plan.list_note")}
	if b.prices.today.Carried > 0 || b.prices.best.Carried > 0 {
		v.ListNote = append(v.ListNote, catalogue.T("web.plan.list_carried")) // the plans above are weighed before what contracts pay
	}
	all := b.stakes()
	slices.SortStableFunc(all, func(x, y *stake) int { return cmp.Compare(y.worth, x.worth) })
	var folded []*stake
	threats, things := 0, 0
	for _, s := range all {
		count, most := &threats, shownLarge
		if s.Item != nil {
			count, most = &things, shownThings
		}
		if s.shown || *count < most && (s.Item == nil || s.in > 0) {
			*count++
			v.List = append(v.List, s.StakeRow)
			continue
		}
		folded = append(folded, s)
	}
	if len(folded) == 1 { // one alone is not worth folding
		v.List, folded = append(v.List, folded[0].StakeRow), nil
	}
	for _, s := range folded {
		v.ListMore = append(v.ListMore, s.StakeRow)
	}
	v.ListMoreHeading = b.foldedWords(folded)
	var off []string
	for _, it := range b.r.Items {
		if !it.In && b.was(it.ID) {
			off = append(off, titleOr(it.Title, it.ID))
		}
	}
	if len(off) > 0 {
		v.FallsOff = catalogue.T("web.plan.list_off", "things", quotedList(off))
	}
}

// was reports whether a thing is in the plan that the capacity allows.
func (b *planBuilder) was(id string) bool {
	return b.base != nil && slices.Contains(b.base.Chosen, id)
}

// shownThings are unfolded of the features of a plan, the most valuable.
const shownThings = 10

// foldedWords says what is folded.
func (b *planBuilder) foldedWords(list []*stake) string {
	var says []string
	threats, left, in := 0, 0, 0
	before, after := 0.0, 0.0
	for _, s := range list {
		in += s.in
		switch {
		case s.Item == nil:
			threats, before, after = threats+1, before+s.today, after+s.then
		case s.in == 0:
			left++
		}
	}
	if threats > 0 {
		says = append(says, catalogue.N("web.plan.list_small", threats, "before", b.money(before), "after", b.money(after)))
	}
	if left > 0 {
		says = append(says, catalogue.N("web.plan.list_left", left, "number", plain.InWords(float64(left))))
	}
	if len(says) == 0 && in > 0 {
		return plain.Capital(catalogue.N("web.plan.list_things", in, "number", plain.InWords(float64(in))))
	}
	what := plain.Capital(strings.Join(says, ""))
	if len(says) > 1 {
		what = plain.Capital(catalogue.T("web.plan.list_and", "threats", says[0], "things", says[1]))
	}
	if in > 0 {
		what = catalogue.N("web.plan.list_in", in, "what", what, "number", plain.InWords(float64(in)))
	}
	return what
}

// stakes are the lines of the list, in no order.
func (b *planBuilder) stakes() []*stake {
	var out []*stake
	at := map[string]*stake{} // threats by id
	threats := b.threatsAtStake()
	for _, f := range threats {
		s := &stake{
			StakeRow: StakeRow{ID: f.id, URL: threatURL(f.id), Title: f.title, Facts: b.facts(f)},
			today:    averageOf(f.today), then: averageOf(f.then), worth: f.worst(),
		}
		out, at[f.id] = append(out, s), s
	}
	also := map[*stake][]string{}
	for _, x := range b.itemsByWorth() {
		homes := b.homes(x.item, threats)
		row := b.item(x, homes)
		if len(homes) == 0 {
			s := &stake{StakeRow: StakeRow{Item: &row.ItemRow}, worth: math.Abs(x.why.InPlan) / math.Max(b.r.HorizonYears, 1), shown: row.notable}
			if x.item.In {
				s.in = 1
			}
			out = append(out, s)
			continue
		}
		at[homes[0]].take(row, x.item.In)
		for _, id := range homes[1:] {
			if x.item.In {
				also[at[id]] = append(also[at[id]], row.Title)
			}
		}
	}
	for _, s := range out {
		if n := len(also[s]); n > 0 {
			s.Also = catalogue.N("web.plan.list_also", n, "things", quotedList(also[s]))
		}
		if n := len(s.More); n > 0 {
			s.MoreHeading = plain.Capital(catalogue.N("web.plan.list_more", n, "number", plain.InWords(float64(n))))
		}
	}
	return out
}

// take puts a way against the threat under it.
func (s *stake) take(row listed, in bool) {
	s.shown = s.shown || row.notable
	if in {
		s.in++
	}
	if in || row.notable {
		s.Ways = append(s.Ways, row.ItemRow)
		return
	}
	s.More = append(s.More, row.ItemRow)
}

// homes are the threats of the list that a mitigation is against, the one with most
// at stake, under which it stands, first.
func (b *planBuilder) homes(it negotiate.PlanItem, threats []fared) []string {
	if it.Feature || b.model == nil {
		return nil
	}
	m := b.model.Mitigation(it.ID)
	if m == nil {
		return nil
	}
	var out []string
	for _, f := range threats {
		for _, a := range m.Against {
			if a.Threat == f.id && !slices.Contains(out, f.id) {
				out = append(out, f.id)
			}
		}
	}
	return out
}

// threatsAtStake are the threats that cost something, as things are or by the plan,
// those that cost most first.
func (b *planBuilder) threatsAtStake() []fared {
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
	return all
}

// facts says how likely a threat is and what it costs on average, as things are
// and by the plan.
func (b *planBuilder) facts(f fared) string {
	chance := func(t *negotiate.ThreatRisk) string {
		if t == nil {
			return catalogue.T("web.squares.none")
		}
		return squaresOf(t.Told())
	}
	now, then := chance(f.today), chance(f.then)
	before, after := b.money(averageOf(f.today)), b.money(averageOf(f.then))
	key := "web.plan.list_facts"
	if now == then && before == after {
		key = "web.plan.list_stays"
	}
	return catalogue.T(key, "now", plain.Capital(catalogue.T("web.of100", "n", now)), "then", then, "time", plain.Duration(b.prices.today.ToldYears()), "before", before, "after", after)
}
