package main

import (
	"cmp"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/plan/model"
)

// planText says what to do and when, what is left, what is as good, and what it
// rests on.
func (a *app) planText(w io.Writer, r *negotiate.PlanResult) error {
	p := planPage{r: r, width: a.width()}
	if len(r.Items) == 0 {
		p.nothing()
		return write(w, p.b.String())
	}
	p.head()
	for k, s := range r.Periods {
		p.items(p.periodHead(k), s.Items)
		if len(r.Periods) > 1 && len(s.Items) == 0 && (s.Cost.Money > 0 || s.Cost.EffortDays > 0) {
			p.line("plan.period.runs")
		}
	}
	var out []string
	for _, it := range r.Items {
		if !it.In {
			out = append(out, it.ID)
		}
	}
	p.items(catalogue.T("cli.plan.out"), out)
	p.effects("plan.effect.alone", func(e *negotiate.ItemEffect) negotiate.YearsChange { return e.Alone })
	p.payOffs()
	p.effects("plan.effect.within", func(e *negotiate.ItemEffect) negotiate.YearsChange { return e.WithinPlan })
	p.peers()
	p.duties()
	p.rest()
	return write(w, p.b.String())
}

// nothing says why there is nothing to choose from, instead of a verdict.
func (p *planPage) nothing() {
	p.line("cli.plan.nothing", "product", p.r.Product)
	if len(p.r.LeftOut) == 0 {
		p.line("cli.plan.nothing.none")
	}
	p.leftOut()
	p.line("cli.plan.nothing.then")
	p.b.WriteString(assumedText(p.r.Assumed, p.width))
}

// leftOut says what no plan contains and what each of them needs, those that
// need the same together.
func (p *planPage) leftOut() {
	for k, x := range p.r.LeftOut {
		same := func(y negotiate.LeftOut) bool { return y.Needs == x.Needs }
		if slices.IndexFunc(p.r.LeftOut, same) < k {
			continue // said with the first one
		}
		var ids []string
		for _, y := range p.r.LeftOut[k:] {
			if same(y) {
				ids = append(ids, y.ID)
			}
		}
		if len(ids) < 3 {
			for _, y := range p.r.LeftOut[k:] {
				if same(y) {
					p.say(y.Says + ".")
				}
			}
			continue
		}
		p.line("cli.plan.needs."+x.Needs, "n", len(ids), "ids", plain.List(ids))
	}
}

// planPage is a plan as text.
type planPage struct {
	b     strings.Builder
	r     *negotiate.PlanResult
	width int
}

// say writes a paragraph, wrapped, later lines set in.
func (p *planPage) say(text string) { hanging(&p.b, "", text, p.width) }

func (p *planPage) line(key string, pairs ...any) { p.say(catalogue.T(key, pairs...)) }

func (p *planPage) money(x float64) string { return plain.Money(x, p.r.Currency) }

func (p *planPage) head() {
	r := p.r
	p.line("cli.plan.head", "product", r.Product, "budget", budgetText(r))
	p.line("cli.plan.value", "value", plain.About(r.Value, r.Currency), "time", plain.Next(r.HorizonYears),
		"money", p.money(r.Cost.Money), "effort", plain.Days(r.Cost.EffortDays))
	if x := r.Shortfall; x != nil {
		p.line("plan.shortfall", "before", p.money(x.Before), "after", p.money(x.After))
	}
	for _, l := range r.Appetite {
		p.say(limitText(l.After, r.Currency))
	}
	if r.AppetitePrice != nil && *r.AppetitePrice > 0.5 {
		p.line("plan.appetite.price", "price", plain.About(*r.AppetitePrice, r.Currency))
	}
}

func budgetText(r *negotiate.PlanResult) string {
	var parts []string
	if m := r.Budget.Money; m != nil {
		parts = append(parts, plain.Money(*m, r.Currency))
	}
	if e := r.Budget.EffortDays; e != nil {
		parts = append(parts, plain.StatedDays(*e))
	}
	if len(parts) == 0 {
		return catalogue.T("cli.plan.no-limit")
	}
	return plain.List(parts)
}

// periodHead names a period with what it takes of what there is.
func (p *planPage) periodHead(k int) string {
	s := p.r.Periods[k]
	if len(p.r.Periods) == 1 {
		return catalogue.T("cli.plan.in")
	}
	var used []string
	if s.EffortDays != nil {
		used = append(used, catalogue.T("plan.used", "used", plain.Days(s.Cost.EffortDays), "limit", plain.Days(*s.EffortDays)))
	}
	if s.Money != nil {
		used = append(used, catalogue.T("plan.used", "used", p.money(s.Cost.Money), "limit", p.money(*s.Money)))
	}
	fmt.Fprintln(&p.b)
	p.line("plan.period", "period", plain.Capital(s.Period), "used", cmp.Or(plain.List(used), catalogue.T("cli.plan.no-limit")))
	return catalogue.T("plan.starts")
}

// items lists some items, with their costs as typed and the reason.
func (p *planPage) items(head string, ids []string) {
	if len(ids) == 0 {
		return
	}
	if len(p.r.Periods) == 1 || head != catalogue.T("plan.starts") {
		fmt.Fprintln(&p.b)
	}
	t := table{head: []string{head, catalogue.T("cli.col.effort"), catalogue.T("cli.col.once"), catalogue.T("cli.col.yearly"), catalogue.T("cli.col.why")}, left: 5}
	for _, it := range p.r.Items {
		if !slices.Contains(ids, it.ID) {
			continue
		}
		title := it.ID
		if it.Feature {
			title += " (" + catalogue.T("cli.feature") + ")"
		}
		why := p.why(it.ID)
		if it.DecidedSays != "" {
			key := "plan.decided"
			if it.Decided[0].Kind == parley.Avoid {
				key = "plan.decided.why"
			}
			why = catalogue.T(key, "why", why, "decided", it.DecidedSays)
		}
		t.add(title, it.Says.Effort, it.Says.Once, it.Says.Yearly, why)
	}
	p.b.WriteString(t.text(p.width))
}

// effects lists what each item does to a year.
func (p *planPage) effects(head string, of func(*negotiate.ItemEffect) negotiate.YearsChange) {
	t := changes(catalogue.T(head), p.r.HorizonYears, p.r.Currency)
	for _, it := range p.r.Items {
		if it.Effect == nil {
			return
		}
		t.add(it.ID, of(it.Effect))
	}
	fmt.Fprintln(&p.b)
	p.b.WriteString(t.text(p.width))
}

// payOffs lists how often each item pays for itself.
func (p *planPage) payOffs() {
	t := table{head: []string{catalogue.T("plan.effect.pays"), catalogue.T("plan.effect.pays.happens"), catalogue.T("plan.effect.pays.expected")}, left: 1}
	rows := 0
	for _, it := range p.r.Items {
		if it.Effect == nil || it.Effect.PaysOff == nil {
			continue
		}
		rows++
		t.add(it.ID, plain.OneChance(it.Effect.PaysOff.Chance), plain.OneChance(it.Effect.PaysOff.WorthIt))
	}
	if rows > 0 {
		fmt.Fprintln(&p.b)
		p.b.WriteString(t.text(p.width))
	}
}

// changesTable lists what things do to a year: chance and bad years first, the
// average last.
type changesTable struct {
	table
	currency string
}

func changes(head string, horizon float64, currency string) *changesTable {
	return &changesTable{table{head: []string{
		head, catalogue.T("cli.whatif.chance", "time", plain.Next(horizon)), catalogue.T("cli.whatif.bad"), catalogue.T("cli.whatif.average"),
	}, left: 1}, currency}
}

func (t *changesTable) add(name string, x negotiate.YearsChange) {
	change := func(before, after string) string {
		return catalogue.T("plan.effect.change", "before", before, "after", after)
	}
	money := func(v float64) string { return plain.Money(v, t.currency) }
	t.table.add(name, change(plain.TwoChances(x.Before.ChanceWithinHorizon, x.After.ChanceWithinHorizon)),
		change(money(x.Before.LossOneInTwenty), money(x.After.LossOneInTwenty)),
		change(money(x.Before.ExpectedAnnualLoss), money(x.After.ExpectedAnnualLoss)))
}

func (p *planPage) why(id string) string {
	for _, w := range p.r.Why {
		if w.ID == id {
			return w.Says
		}
	}
	return ""
}

// peers are the other plans, by what they add and leave out.
func (p *planPage) peers() {
	if p.r.Quick {
		return
	}
	fmt.Fprintln(&p.b)
	if len(p.r.Peers) == 0 {
		p.line("cli.plan.no-peers")
		return
	}
	p.line("cli.plan.peers")
	for k, x := range p.r.Peers {
		peer := p.beside(x.Cost, catalogue.T("plan.peer", "n", k+1, "change", changeText(x.Adds, x.Drops),
			"value", plain.About(x.Value, p.r.Currency), "loss", p.money(x.AnnualLoss)))
		p.say(peer)
		for _, says := range []string{x.Fares.Words.People, x.Fares.Words.Needs} {
			if says != "" {
				hanging(&p.b, "   ", says, p.width)
			}
		}
	}
}

// beside adds to what is said of another plan how its effort and money differ
// from those of the best: by a tenth of a day or one of the currency, or they do not.
func (p *planPage) beside(cost model.Cost, peer string) string {
	var saves, takes []string
	put := func(less float64, text func(float64) string) {
		if less > 0 {
			saves = append(saves, text(less))
		} else {
			takes = append(takes, text(-less))
		}
	}
	if less := p.r.Cost.EffortDays - cost.EffortDays; math.Abs(less) >= 0.1 {
		put(less, func(x float64) string { return catalogue.T("plan.beside.time", "days", plain.Days(x)) })
	}
	if less := p.r.Cost.Money - cost.Money; math.Abs(less) >= 1 {
		put(less, p.money)
	}
	switch {
	case len(saves) == 0 && len(takes) == 0:
		return peer
	case len(takes) == 0:
		return catalogue.T("plan.beside.saves", "peer", peer, "saves", plain.List(saves))
	case len(saves) == 0:
		return catalogue.T("plan.beside.takes", "peer", peer, "takes", plain.List(takes))
	}
	return catalogue.T("plan.beside.both", "peer", peer, "saves", plain.List(saves), "takes", plain.List(takes))
}

// changeText says by ids what one plan has and another has not.
func changeText(adds, drops []string) string {
	switch {
	case len(drops) == 0:
		return catalogue.T("plan.change.adds", "adds", plain.List(adds))
	case len(adds) == 0:
		return catalogue.T("plan.change.drops", "drops", plain.List(drops))
	}
	return catalogue.T("plan.change.both", "adds", plain.List(adds), "drops", plain.List(drops))
}

func (p *planPage) duties() {
	if len(p.r.Obligations) > 0 {
		fmt.Fprintln(&p.b)
	}
	for _, o := range p.r.Obligations {
		p.say(floorText(o, p.r.Currency))
	}
}

// floorText says of a duty whether it is kept, and at what price.
func floorText(f model.Floor, currency string) string {
	what := catalogue.T("plan.floor."+string(f.Kind), "id", f.ID)
	if f.Says != "" {
		what += " (" + strings.TrimRight(f.Says, ".") + ")"
	}
	switch {
	case !f.Met:
		return catalogue.T("plan.floor.unmet", "what", what)
	case f.Price == nil:
		return catalogue.T("plan.floor.met", "what", what)
	case *f.Price < 0.5:
		return catalogue.T("plan.floor.free", "what", what)
	}
	return catalogue.T("plan.floor.priced", "what", what, "price", plain.About(*f.Price, currency))
}

// unanswered says what to do about the threats that nothing is named against.
func (p *planPage) unanswered() {
	if len(p.r.Unanswered) == 0 {
		return
	}
	var ids []string
	for _, x := range p.r.Unanswered {
		ids = append(ids, x.Threat)
	}
	p.line("plan.unanswered", "threats", plain.List(ids))
	if p.r.Limits == negotiate.FromOrganisation {
		p.line("plan.unanswered.decide", "id", cmp.Or(p.r.Unanswered[0].ShortID, ids[0]))
	}
}

// open names what would come in at a cost that was not worked out in time.
func (p *planPage) open() {
	var ids []string
	for _, w := range p.r.Why {
		if w.WorthIfOpen {
			ids = append(ids, w.ID)
		}
	}
	if ids != nil {
		p.line("plan.worth-if.open", "ids", plain.List(ids))
	}
}

// viableText says where spending stops paying, and that work is part of it.
func viableText(outlay, day float64, currency string) string {
	if day == 0 {
		return catalogue.T("cli.plan.viable", "outlay", plain.Money(outlay, currency))
	}
	return catalogue.T("cli.plan.viable.work", "outlay", plain.Money(outlay, currency), "day", plain.Amount(day, currency))
}

// rest is what would bring in what is out, where spending stops paying, and how
// far all this can be trusted.
func (p *planPage) rest() {
	r := p.r
	fmt.Fprintln(&p.b)
	if r.Quick {
		p.line("plan.quick")
	} else {
		for _, x := range r.BreakEven {
			p.say(x.Says + ".")
		}
		p.open()
	}
	if r.FeatureDelay != nil {
		p.say(r.FeatureDelay.Says + ".")
	}
	if r.Robustness != nil {
		p.say(r.Robustness.Says)
	}
	p.leftOut()
	p.unanswered()
	if r.ViableAt != nil {
		p.say(viableText(*r.ViableAt, r.PersonDay, r.Currency))
	}
	p.line("cli.plan.average", "before", p.money(r.AnnualLoss.Before), "after", p.money(r.AnnualLoss.After))
	if r.Unconfirmed > 0 {
		p.say(plain.Capital(catalogue.T("cli.risk.unconfirmed", "share", plain.Percent(r.Unconfirmed))))
	}
	p.proof()
	p.outOfTime()
	if r.Verified == string(negotiate.NotVerified) {
		p.line("evidence.controls", "how", negotiate.VerifiedText(r.Verified, r.Limits))
	}
	p.b.WriteString(assumedText(r.Assumed, p.width))
}

// outOfTime names what the deadline left no time for.
func (p *planPage) outOfTime() {
	var parts []string
	for _, part := range p.r.OutOfTime {
		parts = append(parts, catalogue.T("plan.part."+part))
	}
	if parts != nil {
		p.line("plan.out-of-time", "parts", plain.List(parts))
	}
}

// proof says how sure it is that no other plan is better.
func (p *planPage) proof() {
	r := p.r
	switch {
	case r.Shortfall != nil && r.Proved:
		p.line("plan.shortfall.proved")
	case r.Shortfall != nil && r.ProofOf == negotiate.OfNothing:
		p.line("plan.shortfall.estimate", "bound", p.money(r.Shortfall.Bound))
		p.line("plan.estimate.why")
	case r.Shortfall != nil:
		p.line("plan.shortfall.open", "bound", p.money(r.Shortfall.Bound))
	case r.EstimatedBest():
		p.line("plan.estimate")
		p.line("plan.estimate.why")
	case r.Proved && r.ProofOf == negotiate.OfYears:
		p.line("plan.proved.years")
	case r.Proved:
		p.line("cli.plan.proved")
	default:
		p.line("cli.plan.gap", "gap", fmt.Sprintf("%.2g %%", 100*r.Gap))
	}
}
