package negotiate

import (
	"math"
	"slices"
	"strings"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/plan/model"
	"github.com/parleysec/parley/quantity"
)

// Budget is what a plan may take, as typed. Without any amount it takes the
// model's capacity, period by period.
type Budget struct {
	Money  string // in the quantity grammar; over all periods together
	Effort string // in the quantity grammar; over all periods together
	// Periods are the periods in which items can start: "" for those of the
	// model's capacity unless Money or Effort is given, "file" for those in any
	// case, [PeriodsShared] for those with Money and Effort spread over them as
	// the capacity is, "none" to start everything at once, else a list such as
	// "2027-Q1=120d+30k, 2027-Q2=60d".
	Periods  string
	Must     []string      // mitigations and features in every plan
	MustNot  []string      // in none
	Deadline time.Duration // of the search; 0 for none
	// MeetAppetite demands that the plan, once finished, keeps the policy's limits.
	MeetAppetite bool
	// Objective is what is sought: [ByValue] (or ""), or [Cheapest].
	Objective Objective
}

// Words for Budget.Periods.
const (
	periodsOfFile = "file"
	noPeriods     = "none"
	// PeriodsShared spreads another budget over the model's periods in the
	// proportions of its capacity.
	PeriodsShared = "shared"
)

// budget reads what a plan may take; from says where that came from.
func (l *loaded) budget(b Budget) (limits model.Limits, from string, err error) {
	limits, from = model.NoLimits(), "none"
	capacity := l.model.Capacity
	typed := b.Money != "" || b.Effort != ""
	switch b.Periods {
	case noPeriods, periodsOfFile, PeriodsShared, "":
	default:
		if capacity, err = l.readPeriods(b.Periods); err != nil {
			return limits, "", err
		}
		from = "request"
	}
	if len(capacity) > 0 && b.Periods != noPeriods && (b.Periods != "" || !typed) {
		if limits.Periods, err = model.PeriodsOf(capacity, l.start()); err != nil {
			return limits, "", err
		}
	}
	if single(limits.Periods) {
		limits.Periods = nil
	}
	if limits.Periods == nil {
		limits.Money, limits.Effort = model.CapacityOf(&parley.Model{Capacity: capacity})
	}
	if from == "none" && (limits.Periods != nil || !math.IsInf(limits.Money, 1) || !math.IsInf(limits.Effort, 1)) {
		from = "capacity"
	}
	if typed {
		from = "request"
	}
	if err := l.amounts(b, &limits); err != nil {
		return limits, "", err
	}
	if b.Periods == PeriodsShared {
		share(&limits)
	}
	return limits, from, nil
}

// share spreads the money and the effort of a budget over its periods as they
// were spread before, evenly where there was nothing to go by.
func share(limits *model.Limits) {
	spread := func(all float64, of func(*model.Period) *float64) {
		sum := 0.0
		for k := range limits.Periods {
			sum += *of(&limits.Periods[k])
		}
		if math.IsInf(all, 1) || math.IsInf(sum, 1) {
			return // nothing to spread, or every period offers all there is
		}
		for k := range limits.Periods {
			x := of(&limits.Periods[k])
			if sum > 0 {
				*x *= all / sum
			} else {
				*x = all / float64(len(limits.Periods))
			}
		}
	}
	spread(limits.Money, func(p *model.Period) *float64 { return &p.Money })
	spread(limits.Effort, func(p *model.Period) *float64 { return &p.Effort })
}

// amounts reads the money and the effort of a budget.
func (l *loaded) amounts(b Budget, limits *model.Limits) error {
	for _, x := range []struct {
		name, text string
		kind       quantity.Kind
		into       *float64
	}{{"money", b.Money, quantity.Money, &limits.Money}, {"effort", b.Effort, quantity.Effort, &limits.Effort}} {
		if x.text == "" {
			continue
		}
		q, err := quantity.Parse(x.text, x.kind, l.model.Env())
		if err != nil {
			return parley.Errorf(parley.Invalid, "read the budget's "+x.name, "%w", err)
		}
		*x.into = q.Mean()
	}
	return nil
}

// single says whether everything starts at once at the start of the plan: one
// period needs no schedule.
func single(periods []model.Period) bool {
	return len(periods) == 1 && periods[0].Start == 0
}

// start is the day the plan starts on, where somebody named one.
func (l *loaded) start() time.Time {
	if l.dated {
		return l.asOf
	}
	return time.Time{}
}

// readPeriods reads "2027-Q1=120d+30k, 2027-Q2=60d".
func (l *loaded) readPeriods(text string) ([]parley.Period, error) {
	var out []parley.Period
	for _, part := range strings.Split(text, ",") {
		name, amounts, ok := strings.Cut(part, "=")
		p := parley.Period{Period: strings.TrimSpace(name)}
		if !ok || p.Period == "" {
			return nil, badPeriods("%q says no amounts", strings.TrimSpace(part))
		}
		if slices.ContainsFunc(out, func(q parley.Period) bool { return q.Period == p.Period }) {
			return nil, badPeriods("%s is there twice", p.Period)
		}
		for _, amount := range strings.Split(amounts, "+") {
			amount = strings.TrimSpace(amount)
			effort, err := quantity.Parse(amount, quantity.Effort, l.model.Env())
			if err == nil {
				p.Effort = effort
				continue
			}
			money, err := quantity.Parse(amount, quantity.Money, l.model.Env())
			if err != nil {
				return nil, badPeriods("%s: %q is neither effort nor money", p.Period, amount)
			}
			p.Money = money
		}
		out = append(out, p)
	}
	return out, nil
}

func badPeriods(format string, args ...any) error {
	return parley.Errorf(parley.Invalid, "read the budget's periods", format, args...).WithHint(catalogue.T("plan.hint.periods"))
}

// planLimits are what a plan has to keep within a budget; from says where the
// budget came from.
func (l *loaded) planLimits(b Budget) (limits model.Limits, from string, err error) {
	if limits, from, err = l.budget(b); err != nil {
		return limits, "", err
	}
	// A decision in force is kept by every plan; what the request names comes on top.
	limits.Must = append(slices.Clone(b.Must), l.promised()...)
	limits.MustNot = append(slices.Clone(b.MustNot), l.dropped()...)
	limits.Avoided = l.today().Avoided
	limits.Settled = l.settled()
	return limits, from, nil
}

// build states the planning problem within a budget.
func (l *loaded) build(b Budget) (*model.Built, string, error) {
	limits, from, err := l.planLimits(b)
	if err != nil {
		return nil, "", err
	}
	built, err := model.Build(l.model, l.portfolio, limits)
	if err != nil {
		return nil, "", planError(l.model, err)
	}
	return built, from, nil
}

// budgetResult says what a plan was allowed to take, over all periods.
func budgetResult(limits model.Limits, from string) BudgetResult {
	money, effort := limits.Together()
	return BudgetResult{Money: finite(money), EffortDays: finite(effort), From: from}
}
