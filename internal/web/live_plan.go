package web

import (
	"context"
	"errors"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/chart"
	"github.com/parleysec/parley/internal/negotiate"
)

const (
	// planTrials are the years the search itself draws. Nothing of them is shown:
	// the pictures are drawn from as many years as every other page.
	planTrials = 1_000
	// scaleTrials are the years drawn to find how far a curve has to reach.
	scaleTrials = 2_000
	// planTime is how long the search may take before the best so far is shown.
	planTime = 4 * time.Second
	// glanceTime is how long it may take for the first figures of a table of many
	// things; the search of planTime follows.
	glanceTime = 200 * time.Millisecond
	// glanceFrom is how many things a plan chooses among where nearly every search
	// for it takes longer than somebody waits who moves a slider.
	glanceFrom = 150
	// peersShown is how many plans stand beside the best.
	peersShown = 2
	// curvePoints is how many points a curve is drawn through.
	curvePoints = 80
)

func (l *live) plan(ctx context.Context, q budget) (*PlanView, error) {
	s, err := l.look(ctx, q.product)
	if err != nil {
		return nil, err
	}
	v := &PlanView{Frame: l.page(ctx, s, catalogue.T("web.nav.plan"), "/plan"), Heading: catalogue.T("web.start.nothing_yet")}
	if s.product == nil {
		return v, nil
	}
	if s.several {
		v.ProductID = s.product.ID
	}
	periods := len(s.product.Model.Capacity)
	q = q.within(periods)
	// The plan and its figures come at once; why it is that, and what would be about
	// as good, when it was asked for or is known already.
	whole := q.whole || l.has(s, "Plan", q.key(wholly)...)
	far, beside := s.first(q), s.first(budget{})
	if whole {
		far, beside = wholly, searched
		// The frontier is worked out beside the plan: the search for one keeps one
		// processor busy, not all.
		var group sync.WaitGroup
		group.Go(func() { _, _ = l.frontier(ctx, s, q) }) // kept; an error comes again when it is read below
		defer group.Wait()
	}
	base, err := l.best(ctx, s, budget{}, beside)
	if err != nil && parley.KindOfError(err) != parley.No {
		return nil, err
	}
	today, err := l.today(ctx, s)
	if err != nil {
		return nil, err
	}
	v.CanKeep, v.Keep, v.Must, v.Not, v.URL = len(today.Appetite) > 0, q.keep, q.must, q.not, q.url()
	v.Money, v.Effort, v.Periods = q.money, q.effort, q.periods
	r, err := l.best(ctx, s, q, far)
	if err != nil && q.keep {
		// Where no plan keeps to the budget at all, the limits are not to blame.
		free := q
		free.keep = false
		if _, why := l.best(ctx, s, free, s.first(free)); why != nil {
			q, err = free, why
		}
	}
	costs := s.costWords()
	v.Fields = fieldsBuilder{base: base, now: r, costs: costs, horizon: today.HorizonYears, periods: periods}.fields(q)
	if err != nil {
		return v, v.without(err, q)
	}
	b := &planBuilder{s: s, r: r, base: base, view: v, costs: costs, model: s.product.Model, asked: q}
	if q.pinned() {
		// What the choices by hand cost is told by the best plan without them; where
		// there is none there is nothing to compare with.
		if b.free, err = l.best(ctx, s, q.free(), beside); err != nil && parley.KindOfError(err) != parley.No {
			return nil, err
		}
	}
	if whole {
		if b.frontier, err = l.frontier(ctx, s, q); err != nil {
			return nil, err
		}
	}
	if b.prices, err = l.prices(ctx, s, r, today); err != nil {
		return nil, err
	}
	b.build()
	if r.Quick {
		v.More = &Link{q.more(), catalogue.T("web.plan.more")}
	}
	v.FindOut = s.findOut()
	return v, l.agreeForm(ctx, s, v, r, far)
}

// without says why there is no plan to show; an error that is not about the
// budget is returned.
func (v *PlanView) without(err error, q budget) error {
	says, hint := sayError(err)
	e, _ := errors.AsType[*parley.Error](err)
	switch kind := parley.KindOfError(err); {
	case q.keep && (kind == parley.No || kind == parley.Unavailable):
		v.Heading, v.Problem = catalogue.T("web.plan.none_keeps"), says
		q.keep = false
		v.Offer = &Link{q.url(), catalogue.T("web.plan.without_limits")}
		return nil
	case kind == parley.No && q.pinned():
		v.Heading, v.Problem = catalogue.T("web.plan.none_pinned"), strings.TrimSpace(says+" "+hint)
		v.Offer = &Link{q.free().url(), catalogue.T("web.plan.free_all")}
		return nil
	case kind == parley.No:
		v.Heading, v.Problem = catalogue.T("web.plan.none_title"), strings.TrimSpace(says+" "+hint)
		return nil
	case kind == parley.Invalid && e != nil && strings.Contains(e.Op, "budget"):
		v.Heading = catalogue.T("web.plan.unread_title")
		for i := range v.Fields {
			if strings.Contains(e.Op, v.Fields[i].Name) {
				v.Fields[i].Problem = strings.TrimSpace(says + " " + hint)
			}
		}
		return nil
	}
	return err
}

// prices are the years before and after each plan that stands on the table.
type prices struct {
	today *negotiate.RiskResult
	plans []*negotiate.RiskResult // in the order of the columns, without how things are
	best  *negotiate.RiskResult
}

// prices draws each plan once, over the same years; how things are is drawn
// already, for the first page.
func (l *live) prices(ctx context.Context, s *situation, r *negotiate.PlanResult, today *negotiate.RiskResult) (*prices, error) {
	out := &prices{today: today}
	for _, c := range contenders(r) {
		after, err := l.price(ctx, s, c.chosen)
		if err != nil {
			return nil, err
		}
		out.plans = append(out.plans, after)
		if c.best {
			out.best = after
		}
	}
	return out, nil
}

// today is the price of everything as things are.
func (l *live) today(ctx context.Context, s *situation) (*negotiate.RiskResult, error) {
	return l.price(ctx, s, nil)
}

// totals is the price of everything as it is, with no threat taken apart.
func (l *live) totals(ctx context.Context, s *situation) (*negotiate.RiskResult, error) {
	return kept(ctx, l, s, "Risk", func(ctx context.Context) (*negotiate.RiskResult, error) {
		return l.service.Risk(ctx, actorOf(ctx), negotiate.RiskRequest{
			Source: negotiate.Source{Product: s.product.ID}, AsOf: l.opt.AsOf, TotalsOnly: true,
		})
	}, "totals")
}

// price is the price of everything with some things finished, read at the same
// losses whatever is finished.
func (l *live) price(ctx context.Context, s *situation, with []string) (*negotiate.RiskResult, error) {
	ask := func(trials int, with []string, at []float64) (*negotiate.RiskResult, error) {
		return kept(ctx, l, s, "Risk", func(ctx context.Context) (*negotiate.RiskResult, error) {
			return l.service.Risk(ctx, actorOf(ctx), negotiate.RiskRequest{
				Source: negotiate.Source{Product: s.product.ID}, AsOf: l.opt.AsOf, Trials: trials, With: with, At: at,
			})
		}, trials, with)
	}
	rough, err := ask(scaleTrials, nil, nil)
	if err != nil {
		return nil, err
	}
	return ask(0, with, losses(rough))
}

// losses are where a curve is read: evenly up to what one year in a hundred
// loses, or a little past the largest limit, and at each limit.
func losses(today *negotiate.RiskResult) []float64 {
	top := today.Quantiles["0.99"]
	for _, a := range today.Appetite {
		top = math.Max(top, 1.15*a.Loss)
	}
	if !(top > 0) {
		return []float64{0}
	}
	var at []float64
	for i := range curvePoints + 1 {
		at = append(at, top*float64(i)/curvePoints)
	}
	for _, a := range today.Appetite {
		at = append(at, a.Loss)
	}
	if len(today.Appetite) == 0 {
		at = append(at, threshold(today))
	}
	slices.Sort(at)
	return slices.Compact(at)
}

// threshold is a round loss to count years by where nobody set a limit: what
// about one year in ten loses more than.
func threshold(today *negotiate.RiskResult) float64 {
	q := today.Quantiles["0.9"]
	if !(q > 0) {
		return 0
	}
	p := math.Pow(10, math.Floor(math.Log10(q)))
	return math.Max(1, math.Floor(q/p)) * p
}

// limits says on the first page how the years as they are stand to the limits.
func (l *live) limits(ctx context.Context, s *situation, v *HomeView) error {
	today, err := l.totals(ctx, s)
	if err != nil {
		return err
	}
	passed := 0
	for _, a := range today.Appetite {
		v.Limits = append(v.Limits, limitLine(a, today.Currency, "web.limit"))
		if a.Breached && !a.TooClose {
			passed++
		}
	}
	v.LimitsHeading = catalogue.T("web.home.limits_kept")
	if passed > 0 {
		v.LimitsHeading = catalogue.N("web.home.limits_passed", passed, "number", plain.Capital(plain.InWords(float64(passed))))
	}
	return nil
}

// limitLine compares a chance with a limit; key.kept, key.passed and key.close
// are its sentences.
func limitLine(a negotiate.LimitResult, currency, key string) Line {
	kind, state := "kept", ".kept"
	switch {
	case a.TooClose:
		kind, state = "", ".close"
	case a.Breached:
		kind, state = "breach", ".passed"
	}
	years, allowed := yearsBeside(a)
	return Line{catalogue.T(key+state, "chance", plain.Capital(catalogue.T("web.of100", "n", years)), "loss", plain.Amount(a.Loss, currency), "allowed", catalogue.T("web.of100", "n", allowed)), kind}
}

// yearsBeside are the years of a hundred that lose more than a limit's loss, and
// those that it allows. The years are whole squares, as they are drawn, unless
// that would read as just what is allowed while it is more or less; what
// somebody allowed is said as it was set.
func yearsBeside(a negotiate.LimitResult) (years, allowed string) {
	allowed = chart.OutOf100(a.ChanceAllowed)
	years = squaresOf(a.Chance)
	if years == allowed && !a.TooClose && a.Chance != a.ChanceAllowed {
		years = strconv.FormatFloat(math.Round(1000*a.Chance)/10, 'f', -1, 64)
	}
	return years, allowed
}
