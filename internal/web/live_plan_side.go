package web

import (
	"context"
	"math"
	"slices"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/chart"
	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/plan/model"
)

// contender is one plan of those side by side.
type contender struct {
	name    string
	best    bool
	chosen  []string
	value   float64
	cost    model.Cost
	average float64
	floors  []model.Floor // nil where all are kept
	perhaps bool          // a better one of its sort may exist
	says    *Differing
}

// contenders are the plans side by side: what the roadmap would be without
// security work, the best plan, those just as good, and security alone.
func contenders(r *negotiate.PlanResult) []contender {
	var out []contender
	end := func(name string, e *model.End) {
		if e != nil && !slices.Equal(e.Chosen, r.Chosen) {
			out = append(out, contender{name: catalogue.T(name), chosen: e.Chosen, value: e.Value, cost: e.Cost, average: e.AnnualLoss, floors: e.Floors, perhaps: !e.Proved})
		}
	}
	if r.Ends != nil {
		end("web.plan.only_features", r.Ends.Features)
	}
	out = append(out, contender{name: catalogue.T("web.plan.best"), best: true, chosen: r.Chosen, value: r.Value, cost: r.Cost, average: r.AnnualLoss.After, floors: r.Obligations})
	for i, p := range r.Peers[:min(peersShown, len(r.Peers))] {
		name := catalogue.T("web.plan.peer", "n", i+1)
		out = append(out, contender{
			name: name, chosen: p.Chosen, value: p.Value, cost: p.Cost, average: p.AnnualLoss, floors: r.Obligations,
			says: &Differing{Says: catalogue.T("web.plan.differs", "name", name, "how", p.Differs), Show: &Link{Title: catalogue.T("web.plan.take", "name", name)}},
		})
	}
	if r.Ends != nil {
		end("web.plan.only_security", r.Ends.Security)
	}
	return out
}

// side puts the plan beside its peers, the two ends and doing nothing.
func (b *planBuilder) side() {
	v, r := b.view, b.r
	v.SideHeading = catalogue.T("web.plan.alone")
	if r.Quick {
		v.SideHeading = catalogue.T("web.plan.beside_today")
	}
	if slices.Contains(r.OutOfTime, model.PartPeers) {
		v.SideHeading = catalogue.T("web.plan.no_time")
	}
	if n := min(peersShown, len(r.Peers)); n > 0 {
		v.SideHeading = plain.Capital(catalogue.N("web.plan.peers", n, "number", plain.InWords(float64(n))))
	}
	var effort, floors []string
	var worth, money, average []float64
	peer := 0
	for _, c := range contenders(r) {
		v.Columns = append(v.Columns, SideColumn{c.name, c.best})
		worth, money, average = append(worth, c.value), append(money, c.cost.Money), append(average, c.average)
		effort, floors = append(effort, plain.Days(c.cost.EffortDays)), append(floors, keptWords(c.floors))
		if c.perhaps {
			v.Differs = append(v.Differs, Differing{Says: catalogue.T("web.plan.perhaps", "name", c.name)})
		}
		b.addsOf(c)
		if c.says != nil {
			c.says.Show.URL = b.asked.swapped(r.Peers[peer].Adds, r.Peers[peer].Drops).url()
			c.says.Fares = slices.DeleteFunc([]string{r.Peers[peer].Fares.Words.People, r.Peers[peer].Fares.Words.Needs}, func(s string) bool { return s == "" })
			v.Differs = append(v.Differs, *c.says)
			peer++
		}
	}
	v.Columns = append(v.Columns, SideColumn{catalogue.T("web.plan.today"), false})
	v.SideRows = []SideRow{{catalogue.T("web.plan.row_worth", "time", b.time()), append(plain.Apart(worth, r.Currency), "–")}}
	v.SideRows = append(v.SideRows, b.yearRows()...)
	if len(b.prices.today.Appetite) > 0 {
		v.SideRows = append(v.SideRows, b.limitRow())
	}
	if len(r.Obligations) > 0 {
		v.SideRows = append(v.SideRows, SideRow{catalogue.T("web.plan.row_floors"), append(floors, "–")})
	}
	v.SideRows = append(v.SideRows,
		SideRow{catalogue.T("web.plan.row_effort"), append(effort, "–")},
		SideRow{catalogue.T("web.plan.row_money"), append(plain.Apart(money, r.Currency), "–")},
		SideRow{catalogue.T("web.plan.row_average"), plain.Apart(append(average, r.AnnualLoss.Before), r.Currency)})
}

// addsOf leads from a plan to what its figures add up from.
func (b *planBuilder) addsOf(c contender) {
	if len(c.chosen) == 0 || b.s == nil {
		return
	}
	ask := sumAsk{about: negotiate.AboutPlan, plan: b.asked}
	ask.plan.whole = false
	if !c.best || !b.r.Proved { // the best one that is proved is found again by a search; one that was cut off may not be
		ask.with = c.chosen
	}
	adds := b.s.adds(ask, c.name)
	if c.best {
		b.view.Adds = adds
		return
	}
	b.view.PeerAdds = append(b.view.PeerAdds, *adds)
}

// pointsLinked is how many points of the frontier can be opened from the page.
const pointsLinked = 40

// points leads from each point of the frontier to what it adds up from, evenly
// chosen where there are many.
func (b *planBuilder) points() {
	list := b.frontier.Points
	for i, p := range list {
		if b.s == nil || len(p.Chosen) == 0 || len(list) > pointsLinked && i*pointsLinked/len(list) == (i-1)*pointsLinked/len(list) {
			continue
		}
		title := catalogue.T("sum.point", "outlay", b.money(p.Outlay), "value", b.money(p.Value))
		b.view.Stops.Points = append(b.view.Stops.Points, *b.s.adds(sumAsk{about: negotiate.AboutPlan, with: p.Chosen, atOnce: true}, title))
	}
}

// keptWords says whether duties, people and promises are kept.
func keptWords(floors []model.Floor) string {
	open := 0
	for _, f := range floors {
		if !f.Met {
			open++
		}
	}
	if open == 0 {
		return catalogue.T("web.plan.floors_kept")
	}
	return catalogue.N("web.plan.floors_open", open)
}

// swapped is the budget with some things put in by hand and others left out.
func (q budget) swapped(in, out []string) budget {
	without := func(list, gone []string) []string {
		return slices.DeleteFunc(slices.Clone(list), func(id string) bool { return slices.Contains(gone, id) })
	}
	q.must, q.not = append(without(q.must, out), in...), append(without(q.not, in), out...)
	slices.Sort(q.must)
	slices.Sort(q.not)
	q.must, q.not = slices.Compact(q.must), slices.Compact(q.not)
	return q
}

// buysLeast is how little of the plan's worth a step may bring before it is
// told together with the others.
const buysLeast = 0.01

// buys takes the worth of the plan apart, what moves for it on the roadmap, and
// what could be swapped.
func (b *planBuilder) buys() {
	v, r := b.view, b.r
	title := map[string]string{}
	v.Swap = &Swap{}
	for _, it := range r.Items {
		title[it.ID] = titleOr(it.Title, it.ID)
		if it.In {
			v.Swap.Out = append(v.Swap.Out, Choice{pinNot + ":" + it.ID, title[it.ID]})
		} else {
			v.Swap.In = append(v.Swap.In, Choice{pinMust + ":" + it.ID, title[it.ID]})
		}
	}
	if len(v.Swap.In) == 0 || len(v.Swap.Out) == 0 {
		v.Swap = nil
	}
	if r.FeatureDelay != nil && r.FeatureDelay.Says != "" && len(r.FeatureDelay.Features) > 0 {
		v.Moves = []string{sentence(r.FeatureDelay.Says)}
	}
	if len(r.Steps) < 2 {
		return
	}
	f := chart.Waterfall{
		Title: catalogue.T("web.plan.buys", "money", plain.About(r.Value, r.Currency), "time", b.time()), Total: catalogue.T("web.plan.buys_total"),
		Head:  [3]string{catalogue.T("web.plan.buys_what"), catalogue.T("web.plan.buys_adds"), catalogue.T("web.plan.buys_sum")},
		Money: func(x float64) string { return plain.Money(x, r.Currency) },
	}
	small, rest := 0, 0.0
	for _, s := range r.Steps {
		if math.Abs(s.Adds) < buysLeast*math.Abs(r.Value) {
			small, rest = small+1, rest+s.Adds
			continue
		}
		f.Steps = append(f.Steps, chart.Fall{Label: title[s.ID], Adds: s.Adds})
	}
	if small > 0 {
		f.Steps = append(f.Steps, chart.Fall{Label: plain.Capital(catalogue.N("web.plan.buys_small", small, "number", plain.InWords(float64(small)))), Adds: rest})
	}
	v.Buys = &Buys{Heading: catalogue.T("web.plan.buys_heading"), Picture: picture(f, columnWidth, ""), Note: catalogue.T("web.plan.buys_note")}
}

// frontier is the best plan for every outlay, with what was put in and left out
// by hand; nil where there is none, or it was not worked out in time.
func (l *live) frontier(ctx context.Context, s *situation, q budget) (*negotiate.FrontierResult, error) {
	r, err := kept(ctx, l, s, "Frontier", func(ctx context.Context) (*negotiate.FrontierResult, error) {
		return l.service.Frontier(ctx, actorOf(ctx), negotiate.PlanRequest{
			Source: negotiate.Source{Product: s.product.ID}, AsOf: l.opt.AsOf,
			Budget: negotiate.Budget{Deadline: planTime, Must: q.must, MustNot: q.not},
		})
	}, q.must, q.not)
	switch parley.KindOfError(err) {
	case parley.No, parley.Unavailable:
		return nil, nil
	}
	return r, err
}

// stops says where spending more stops paying, and draws the way there.
func (b *planBuilder) stops() {
	v, r := b.view, b.r
	if r.ViableAt == nil {
		return
	}
	at := plain.About(*r.ViableAt, r.Currency)
	v.Stops = &Stops{
		Heading: plain.Capital(catalogue.T("web.plan.stops", "money", at)),
		Lines:   []string{catalogue.T("web.plan.stops_says", "outlay", plain.About(r.Outlay, r.Currency), "money", at)},
	}
	if b.frontier == nil || len(b.frontier.Points) < 2 {
		return
	}
	f := chart.Frontier{
		Title: catalogue.T("web.plan.stops_title", "money", at), StopAt: *r.ViableAt, Stop: catalogue.T("web.plan.stops_here"), Here: -1,
		Head:  [2]string{catalogue.T("web.plan.stops_outlay"), catalogue.T("web.plan.stops_value")},
		Money: func(x float64) string { return plain.Money(x, r.Currency) },
	}
	for _, p := range b.frontier.Points {
		f.Points = append(f.Points, chart.FrontierPoint{Outlay: p.Outlay, Value: p.Value})
	}
	v.Stops.Picture = picture(f, columnWidth, "")
	b.points()
	v.PersonDay = b.frontier.PersonDay
	for _, x := range mostFor(b.frontier) {
		v.Frontier = append(v.Frontier, FrontierStep{math.Floor(x.Outlay), catalogue.T("web.plan.at_most", "money", plain.About(x.Value, r.Currency), "time", b.time())})
	}
}

// mostFor is what no plan is worth more than, from each outlay up to the next:
// the most that a point so far is worth, and where points are only corners of the
// hull also the next one, for a plan between them may be nearly worth that. None
// where a point may be missing, or work has no price, so that no outlay follows
// from the fields.
func mostFor(f *negotiate.FrontierResult) []model.FrontierPoint {
	if !f.Proved || f.PersonDay == 0 {
		return nil
	}
	out := slices.Clone(f.Points)
	most := math.Inf(-1)
	for i, p := range f.Points {
		most = math.Max(most, p.Value)
		out[i].Value = most
		if !f.Complete && i+1 < len(out) {
			out[i].Value = math.Max(most, f.Points[i+1].Value)
		}
	}
	return out
}
