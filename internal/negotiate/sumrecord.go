package negotiate

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/ledger"
)

// recorded takes apart what only a ledger knows.
func (x *sums) recorded(ctx context.Context, actor Actor, req SumRequest) error {
	if x.l.product == nil {
		return parley.Errorf(parley.Invalid, "add up", "%s", catalogue.T("sum.about.recorded", "about", req.About))
	}
	switch req.About {
	case AboutBacklog:
		return x.backlog(ctx, req)
	case AboutAuthority:
		return x.authority()
	}
	return x.deciding(ctx, actor)
}

// backlog takes apart how far the work gets by the end of each period.
func (x *sums) backlog(ctx context.Context, req SumRequest) error {
	r, err := x.s.backlog(ctx, x.l, TasksRequest{Product: x.l.product.ID, Budget: req.Budget})
	if err != nil {
		return err
	}
	r.arrange(x.l)
	var days, money []Term
	usedDays, usedMoney := 0.0, 0.0
	for _, line := range r.Lines {
		for _, u := range line.Uses {
			usedDays, usedMoney = usedDays+u.EffortDays, usedMoney+u.Money
			if u.EffortDays != 0 {
				days = append(days, Term{ID: u.Task, Says: u.Title, Value: u.EffortDays})
			}
			if u.Money != 0 {
				money = append(money, Term{ID: u.Task, Says: u.Title, Value: u.Money})
			}
		}
		if line.EffortDays != nil {
			x.capacity("effort", line.Period, unitDays, *line.EffortDays, usedDays, days)
		}
		if line.Money != nil {
			x.capacity("money", line.Period, x.r.Currency, *line.Money, usedMoney, money)
		}
	}
	return nil
}

// capacity is what there is by the end of a period: what finished work takes, and
// what it leaves.
func (x *sums) capacity(what, period, unit string, there, used float64, uses []Term) {
	terms := append(append([]Term{}, uses...), Term{Says: catalogue.T("sum.backlog.left"), Value: there - used})
	x.add(what+"."+period, "backlog_"+what, unit, docsTasks, there, terms, "period", period)
}

// authority takes apart what counts against each limit of the matrix, of the products
// the actor sees; where nothing does, there is nothing to open.
func (x *sums) authority() error {
	state := x.l.state
	if state.Authority == nil {
		return nil
	}
	for _, h := range state.Held(x.l.asOf.Format(time.DateOnly)) {
		r := state.Authority.Row(h.Role)
		if r == nil {
			continue
		}
		for _, m := range measures {
			if m.most(*r) != nil {
				x.held(h, strings.ReplaceAll(m.name, "-", "_"), m.of)
			}
		}
	}
	return nil
}

func (x *sums) held(h ledger.Held, name string, of func(ledger.Exposure) float64) {
	var terms []Term
	for _, p := range x.l.state.Products() {
		for _, d := range p.Decisions {
			if slices.Contains(h.Decisions, d.Short) && d.Exposure != nil && of(*d.Exposure) != 0 {
				terms = append(terms, Term{ID: d.Short, Says: decisionSays(p, d), Value: of(*d.Exposure)})
			}
		}
	}
	x.add(name+"."+h.Role+"."+h.Person, "authority_"+name, h.Currency, docsRules, of(h.Exposure), terms, "person", h.Person, "role", h.Role)
}

// decisionSays names a decision by its threats.
func decisionSays(p *ledger.Product, d *ledger.Decision) string {
	return catalogue.T("sum.authority.decision", "id", d.Short, "titles", plain.List(decisionOf(p, d).Titles))
}

// deciding takes apart the counts of how deciding goes.
func (x *sums) deciding(ctx context.Context, actor Actor) error {
	r, err := x.s.Metrics(ctx, actor, MetricsRequest{Product: x.l.product.ID})
	if err != nil {
		return err
	}
	for _, m := range []struct {
		name string
		n    int
	}{
		{"decided", r.Decided},
		{"proposed_first", r.Proposed},
		{"with_premise", r.WithPremise},
		{"held", r.Held},
		{"reopened", r.Reopened},
		{"expired", r.Expired},
		{"overdue", r.Overdue},
		{"waiting", r.Waiting},
	} {
		x.count(m.name, "deciding_"+m.name, m.n, r.Of[m.name])
	}
	x.median("days_to_decide", r.DaysToDecide, r.Of["proposed_first"], r.DaysOf["proposed_first"])
	x.median("days_waiting", r.DaysWaiting, r.Of["waiting"], r.DaysOf["waiting"])
	for _, k := range r.InForce {
		var terms []Term
		for _, d := range x.l.product.Decisions {
			if slices.Contains(r.Of["in_force."+string(k.Kind)], d.Short) {
				terms = append(terms, Term{ID: d.Short, Says: decisionSays(x.l.product, d), Value: sawOf(d.Premises, premiseLoss)})
			}
		}
		x.add("in_force."+string(k.Kind), "deciding_in_force", r.Currency, docsDeciding, k.Annual, largest(terms), "kind", catalogue.T("kind."+string(k.Kind)))
	}
	return nil
}

// median takes a median of days apart, the shortest first: what stands in the middle
// counts, or half of each of the two that do.
func (x *sums) median(figure string, value *float64, ids []string, days []float64) {
	if value == nil {
		return
	}
	var terms []Term
	for i, id := range ids {
		terms = append(terms, Term{ID: id, Says: x.named(id), Quantity: &days[i]})
	}
	slices.SortStableFunc(terms, func(a, b Term) int { return cmp.Compare(*a.Quantity, *b.Quantity) })
	low, high := (len(terms)-1)/2, len(terms)/2
	for i := range terms {
		counts := 0.0
		switch {
		case i == low && i == high:
			counts = 1
		case i == low || i == high:
			counts = 0.5
		}
		t := &terms[i]
		t.Each, t.Value = &counts, *t.Quantity*counts
		t.Working = catalogue.T("sum.working", "quantity", daysExact(*t.Quantity), "each", factorText(counts))
	}
	x.add(figure, "deciding_"+figure, unitTime, docsDeciding, *value, terms)
}

// count is a number of decisions, or of threats, one by one.
func (x *sums) count(figure, key string, n int, ids []string) {
	var terms []Term
	for _, id := range ids {
		terms = append(terms, Term{ID: id, Says: x.named(id), Value: 1})
	}
	x.add(figure, key, unitCount, docsDeciding, float64(n), terms)
}

// named names a decision by its threats; a threat by its title.
func (x *sums) named(id string) string {
	if d := x.l.product.Decision(id); d != nil {
		return decisionSays(x.l.product, d)
	}
	return title(x.l.product, ledger.KindThreat, id)
}
