package web

import (
	"cmp"
	"math"
	"slices"
	"strconv"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/chart"
	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/plan/model"
)

// planBuilder puts a plan into a view.
type planBuilder struct {
	s        *situation
	r        *negotiate.PlanResult
	base     *negotiate.PlanResult // what the capacity allows; nil where it allows nothing
	prices   *prices
	costs    costWords
	model    *parley.Model // nil where only figures are known
	asked    budget
	free     *negotiate.PlanResult     // the best plan with nothing put in or left out by hand; nil where that is the plan
	frontier *negotiate.FrontierResult // the best plan for every outlay; nil where that was not worked out
	view     *PlanView
}

func (b *planBuilder) build() {
	if len(b.r.Items) == 0 {
		b.nothing()
		return
	}
	b.heading()
	b.limits()
	b.side()
	b.list()
	b.years()
	b.buys()
	b.rest()
}

// nothing says what is missing where there is nothing to choose from: figures of
// nothing would only be in the way.
func (b *planBuilder) nothing() {
	v := b.view
	v.Heading, v.Lead = catalogue.T("web.plan.nothing"), []string{catalogue.T("web.plan.nothing_says")}
	for _, x := range b.r.LeftOut {
		v.Notes = append(v.Notes, sentence(x.Says))
	}
}

func (b *planBuilder) money(x float64) string { return plain.Money(x, b.r.Currency) }
func (b *planBuilder) time() string           { return plain.Duration(b.r.HorizonYears) }

func (b *planBuilder) heading() {
	v, r := b.view, b.r
	features := 0
	for _, it := range r.Items {
		if it.In && it.Feature {
			features++
		}
	}
	var what []string
	if n := len(r.Chosen) - features; n > 0 {
		what = append(what, catalogue.N("web.plan.mitigations", n, "number", plain.InWords(float64(n))))
	}
	if features > 0 {
		what = append(what, catalogue.N("web.plan.features", features, "number", plain.InWords(float64(features))))
	}
	v.Heading = catalogue.T("web.plan.heading_none")
	if len(what) > 0 {
		v.Heading = plain.Capital(catalogue.T("web.plan.heading", "what", plain.List(what), "money", plain.About(r.Value, r.Currency), "time", b.time()))
	}
	effort, money := plain.Days(r.Cost.EffortDays), b.money(r.Cost.Money)
	if l := r.Budget.EffortDays; l != nil {
		effort = catalogue.T("web.plan.of", "used", effort, "limit", strconv.FormatFloat(math.Round(*l), 'f', -1, 64))
	}
	if l := r.Budget.Money; l != nil {
		money = catalogue.T("web.plan.of", "used", money, "limit", plain.Amount(*l, r.Currency))
	}
	v.Lead = []string{catalogue.T("web.plan.uses", "effort", effort, "money", money)}
	if b.asked.pinned() {
		v.Lead = append(v.Lead, b.byHand())
		v.Undo = &Link{b.asked.free().url(), catalogue.T("web.plan.free_all")}
	}
}

// byHand says what the choices made by hand cost.
func (b *planBuilder) byHand() string {
	if b.free == nil {
		return catalogue.T("web.plan.by_hand")
	}
	if less := b.free.Value - b.r.Value; plain.Round2(less) >= plain.Small {
		return catalogue.T("web.plan.by_hand_costs", "money", plain.About(less, b.r.Currency))
	}
	return catalogue.T("web.plan.by_hand_free")
}

// pins are the buttons beside a thing of the plan, and the tag of one that was
// put in or left out by hand.
func (b *planBuilder) pins(row *ItemRow, it negotiate.PlanItem) {
	button := func(how, name string) {
		row.Pins = append(row.Pins, Pin{Value: how + ":" + it.ID, Text: catalogue.T("web.plan.pin." + name), Label: catalogue.T("web.plan.pin_aria."+name, "title", row.Title)})
	}
	switch {
	case slices.Contains(b.asked.must, it.ID):
		row.Tags = append(row.Tags, Tag{catalogue.T("web.plan.pinned_in"), "warn"})
		button(pinFree, "free")
	case slices.Contains(b.asked.not, it.ID):
		row.Tags = append(row.Tags, Tag{catalogue.T("web.plan.pinned_out"), "warn"})
		button(pinFree, "free")
	case it.In:
		button(pinMust, "keep")
		button(pinNot, "not")
	default:
		button(pinMust, "must")
	}
}

// yearRows count the years above each limit, plan by plan.
func (b *planBuilder) yearRows() []SideRow {
	var rows []SideRow
	for i, a := range b.prices.today.Appetite {
		row := SideRow{Name: catalogue.T("web.plan.row_years", "loss", plain.Amount(a.Loss, b.r.Currency))}
		for _, p := range append(slices.Clone(b.prices.plans), b.prices.today) {
			x := p.Appetite[i]
			text, allowed := yearsBeside(x)
			if x.Breached && !x.TooClose {
				text = catalogue.T("web.plan.row_limit", "years", text, "allowed", allowed)
			}
			row.Cells = append(row.Cells, text)
		}
		rows = append(rows, row)
	}
	return rows
}

// limitRow says plan by plan whether all limits are kept.
func (b *planBuilder) limitRow() SideRow {
	row := SideRow{Name: catalogue.T("web.plan.row_limits")}
	for _, p := range append(slices.Clone(b.prices.plans), b.prices.today) {
		text := catalogue.T("web.plan.inside")
		for _, a := range p.Appetite {
			switch {
			case a.Breached && !a.TooClose:
				text = catalogue.T("web.plan.outside")
			case a.TooClose && text == catalogue.T("web.plan.inside"):
				text = catalogue.T("web.plan.close")
			}
		}
		row.Cells = append(row.Cells, text)
	}
	return row
}

// namedAgainst are the threats that a thing is said to be against by their titles.
const namedAgainst = 2

// against says which threats a mitigation is against, but for the one it stands
// under: the first, and how many more.
func (b *planBuilder) against(id string, homes []string) string {
	if b.model == nil {
		return ""
	}
	m := b.model.Mitigation(id)
	if m == nil {
		return ""
	}
	var titles []string
	for _, a := range m.Against {
		if t := b.model.Threat(a.Threat); t != nil && (len(homes) == 0 || t.ID != homes[0]) {
			titles = append(titles, titleOr(t.Title, t.ID))
		}
	}
	key := "web.plan.against"
	if len(homes) > 0 {
		key = "web.plan.also_against"
	}
	if n := len(titles) - namedAgainst; n > 0 {
		return catalogue.N(key+"_more", n, "number", plain.InWords(float64(n)), "threats", quotedTitles(titles[:namedAgainst]))
	}
	if len(titles) == 0 {
		return ""
	}
	return catalogue.T(key, "threats", quotedList(titles))
}

// weighed is a mitigation or feature with why it is in the plan or out.
type weighed struct {
	item negotiate.PlanItem
	why  negotiate.Why
}

// itemsByWorth are the things of the plan and those left out, the most valuable
// first. What a thing is worth is known at once, so that nothing moves when the rest
// is.
func (b *planBuilder) itemsByWorth() []weighed {
	why := map[string]negotiate.Why{}
	for _, w := range b.r.Why {
		why[w.ID] = w
	}
	var out []weighed
	for _, it := range b.r.Items {
		out = append(out, weighed{it, why[it.ID]})
	}
	slices.SortStableFunc(out, func(x, y weighed) int { return cmp.Compare(y.why.InPlan, x.why.InPlan) })
	return out
}

// listed is the line of a thing of the plan, or of one that is left out.
type listed struct {
	ItemRow
	notable bool // chosen by hand, falling off, or waiting for a value
}

// item is the line of a thing that stands under the first of some threats, or by
// itself.
func (b *planBuilder) item(x weighed, homes []string) listed {
	it := x.item
	row := listed{ItemRow: ItemRow{
		ID: it.ID, Title: titleOr(it.Title, it.ID), Against: b.against(it.ID, homes), Reason: b.reason(x.why), Open: b.r.Quick,
		Kind: "out", Sign: "–", State: catalogue.T("web.plan.out_state"), Cost: b.costs.costs(it.Effort, it.Once, it.Yearly),
	}}
	if it.Feature {
		row.Tags = append(row.Tags, Tag{catalogue.T("web.tag.feature"), ""})
	}
	b.pins(&row.ItemRow, it)
	byHand := slices.Contains(b.asked.must, it.ID) || slices.Contains(b.asked.not, it.ID)
	was := b.was(it.ID)
	row.notable = byHand
	switch {
	case it.In:
		row.Kind, row.Sign, row.State = "in", "✓", catalogue.T("web.plan.in_state")
		if p := b.period(it.ID); p != "" {
			row.Tags = append(row.Tags, Tag{p, ""})
		}
		if b.base != nil && !was {
			row.Tags = append(row.Tags, Tag{catalogue.T("web.plan.comes_in"), "good"})
		}
	case was:
		row.Tags = append(row.Tags, Tag{catalogue.T("web.plan.falls_off"), "risk"})
		row.notable = true
	default:
		b.breakEven(&row, it.ID)
	}
	return row
}

// breakEven says of a feature that nobody has put a value on what it would have to
// bring.
func (b *planBuilder) breakEven(row *listed, id string) {
	for _, x := range b.r.BreakEven {
		if x.Feature != id {
			continue
		}
		row.Sign, row.State, row.notable = "?", catalogue.T("web.plan.unvalued"), true
		if !b.r.Quick {
			row.Reason = sentence(x.Says)
		}
	}
}

// period is when a thing of the plan starts, "" where all start at once.
func (b *planBuilder) period(id string) string {
	if len(b.r.Periods) < 2 {
		return ""
	}
	for _, p := range b.r.Periods {
		if slices.Contains(p.Items, id) {
			return p.Period
		}
	}
	return ""
}

// reason says why a thing is in the plan or out. What stands in it only because
// something must be kept, at a price, is not said to pay: by itself it does not.
func (b *planBuilder) reason(w negotiate.Why) string {
	if b.r.Quick {
		return ""
	}
	if !w.In || w.Reason != string(model.Pays) {
		return w.Says
	}
	for _, f := range b.r.Obligations {
		if f.Met && f.Price != nil && plain.Round2(*f.Price) >= plain.Small && b.aloneKeeps(f, w.ID) {
			return catalogue.T("web.plan.kept."+string(f.Kind), "price", plain.About(*f.Price, b.r.Currency))
		}
	}
	return w.Says
}

// aloneKeeps reports whether a thing is what keeps a floor, with no other in
// the plan that does.
func (b *planBuilder) aloneKeeps(f model.Floor, id string) bool {
	if f.ID == id || b.model == nil {
		return f.ID == id
	}
	keeps := func(id string) bool {
		m := b.model.Mitigation(id)
		return m != nil && slices.ContainsFunc(m.Against, func(a parley.Against) bool { return a.Threat == f.ID })
	}
	return keeps(id) && !slices.ContainsFunc(b.r.Chosen, func(other string) bool { return other != id && keeps(other) })
}

// limits offers the best plan that keeps the limits where this one passes one,
// and says what keeping them costs where that was asked for.
func (b *planBuilder) limits() {
	v := b.view
	passed := 0
	for _, a := range b.prices.best.Appetite {
		if a.Breached && !a.TooClose {
			passed++
		}
	}
	switch {
	case passed > 0 && !b.asked.keep:
		keep := b.asked
		keep.keep = true
		v.Warning = catalogue.N("web.plan.passes", passed, "number", plain.InWords(float64(passed)))
		v.Offer = &Link{keep.url(), catalogue.T("web.plan.keep_limits")}
	case b.asked.keep && b.r.AppetitePrice != nil && plain.Round2(*b.r.AppetitePrice) >= plain.Small:
		v.Lead = append(v.Lead, catalogue.T("web.plan.limits_price", "price", plain.About(*b.r.AppetitePrice, b.r.Currency)))
	case b.asked.keep:
		v.Lead = append(v.Lead, catalogue.T("web.plan.limits_free"))
	}
}

// years draws the hundred years before and after, by squares and as a curve.
func (b *planBuilder) years() {
	v := b.view
	v.YearsHeading = catalogue.T("web.plan.years")
	today, after := b.prices.today, b.prices.best
	var at []float64
	for i, a := range today.Appetite {
		v.LimitLines = append(v.LimitLines, limitLine(after.Appetite[i], b.r.Currency, "web.plan.limit"))
		at = append(at, a.Loss)
	}
	if len(at) == 0 {
		at = []float64{readAt(today, threshold(today))}
	}
	for _, loss := range at[:min(2, len(at))] {
		v.Squares = append(v.Squares, b.squares(loss))
	}
	v.Curve = b.curve()
}

// readAt is the loss nearest to another at which years were counted: where the
// curve is read was chosen by fewer years, whose round loss can be another.
func readAt(r *negotiate.RiskResult, loss float64) float64 {
	best := loss
	for i, e := range r.Exceedance {
		if i == 0 || math.Abs(e.Loss-loss) < math.Abs(best-loss) {
			best = e.Loss
		}
	}
	return best
}

func chanceOf(r *negotiate.RiskResult, loss float64) float64 {
	for _, e := range r.Exceedance {
		if e.Loss == loss {
			return e.Probability
		}
	}
	return math.NaN()
}

func (b *planBuilder) squares(loss float64) Picture {
	before, after := chanceOf(b.prices.today, loss), chanceOf(b.prices.best, loss)
	says := catalogue.T("web.plan.squares", "before", plain.Capital(of100(before)), "after", of100(after), "loss", plain.Amount(loss, b.r.Currency))
	return picture(chart.Squares{
		Title: says, Head: [2]string{catalogue.T("web.squares.count"), catalogue.T("web.squares.words")},
		Panels: []chart.Panel{
			{Label: catalogue.T("web.plan.curve_now"), Chance: before, Reading: of100(before), Style: chart.Now},
			{Label: catalogue.T("web.plan.curve_after"), Chance: after, Reading: of100(after), Style: chart.After},
		},
	}, columnWidth, says)
}

func (b *planBuilder) curve() Picture {
	e := chart.Exceedance{
		Title: catalogue.T("web.plan.curve"),
		Words: chart.ExceedanceWords{
			Years: catalogue.T("web.plan.axis_years"), Loss: catalogue.T("web.plan.axis_loss"),
			LogScale: catalogue.T("web.plan.axis_log"), Limit: catalogue.T("web.plan.axis_limit"),
		},
		Money: func(x float64) string { return plain.Amount(x, b.r.Currency) },
		Curves: []chart.Curve{
			{Label: catalogue.T("web.plan.curve_now"), Style: chart.Now, Points: points(b.prices.today)},
			{Label: catalogue.T("web.plan.curve_after"), Style: chart.After, Points: points(b.prices.best)},
		},
	}
	for _, a := range b.prices.today.Appetite {
		years, allowed := yearsBeside(a)
		limit := chart.LimitPoint{Loss: a.Loss, Chance: a.ChanceAllowed, Label: catalogue.T("web.plan.limit_label", "n", allowed), Actual: a.Chance}
		if a.Breached && !a.TooClose {
			limit.Breach = catalogue.T("web.plan.limit_over", "n", years, "limit", allowed)
		}
		e.Limits = append(e.Limits, limit)
	}
	return picture(e, columnWidth, catalogue.T("web.plan.curve_says"))
}

func points(r *negotiate.RiskResult) []chart.ExceedancePoint {
	var ps []chart.ExceedancePoint
	for _, e := range r.Exceedance {
		ps = append(ps, chart.ExceedancePoint{Loss: e.Loss, Chance: e.Probability})
	}
	return ps
}

// rest says what duties cost, what features would have to bring, where it
// stops paying, and how sure the plan is.
func (b *planBuilder) rest() {
	b.notes()
	if b.r.Quick {
		return
	}
	v, r := b.view, b.r
	for _, f := range r.Obligations {
		v.Duties = append(v.Duties, b.floor(f))
		if f.Met && f.Price == nil {
			v.DutiesNote = catalogue.T("web.plan.floor.no_price")
		}
	}
	b.stops()
}

// notes are how sure the plan is, and what is not in it.
func (b *planBuilder) notes() {
	v, r := b.view, b.r
	v.Notes = append(v.Notes, catalogue.T("web.plan.average", "before", b.money(r.AnnualLoss.Before), "after", b.money(r.AnnualLoss.After)))
	for _, x := range r.LeftOut {
		v.Notes = append(v.Notes, sentence(x.Says))
	}
	switch {
	case r.Proved && r.ProofOf == negotiate.OfYears:
		v.Notes = append(v.Notes, catalogue.T("plan.proved.years"))
	case r.Proved:
		v.Notes = append(v.Notes, catalogue.T("web.plan.proved"))
	case r.EstimatedBest():
		v.Notes = append(v.Notes, catalogue.T("plan.estimate"), catalogue.T("plan.estimate.why"))
	default:
		v.Notes = append(v.Notes, catalogue.T("web.plan.gap", "gap", strconv.FormatFloat(100*r.Gap, 'g', 2, 64)+" %"))
	}
	if r.Unconfirmed > 0 {
		v.Notes = append(v.Notes, plain.Capital(catalogue.T("web.plan.unconfirmed", "share", plain.Percent(r.Unconfirmed))))
	}
}

func (b *planBuilder) floor(f model.Floor) string {
	title := threatTitle(b.model, f.ID)
	for _, it := range b.r.Items {
		if it.ID == f.ID {
			title = titleOr(it.Title, f.ID)
		}
	}
	what := catalogue.T("web.plan.floor."+string(f.Kind), "says", f.Says, "title", title)
	switch {
	case !f.Met:
		return catalogue.T("web.plan.floor.open", "what", what)
	case f.Price == nil:
		return catalogue.T("web.plan.floor.unpriced", "what", what)
	case plain.Round2(*f.Price) < plain.Small:
		return catalogue.T("web.plan.floor.free", "what", what)
	}
	return catalogue.T("web.plan.floor.met", "what", what, "price", plain.About(*f.Price, b.r.Currency))
}
