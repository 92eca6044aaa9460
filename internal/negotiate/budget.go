package negotiate

import (
	"errors"
	"math"
	"regexp"
	"slices"
	"strconv"
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
	// the capacity is, [SharedOver] for the first of them alone, "none" to start everything at once, else a list such as
	// "2027-Q1=120d+30k, 2027-Q2=60d".
	Periods  string
	Must     []string      // mitigations and features in every plan
	MustNot  []string      // in none
	Deadline time.Duration // of the whole answer, simulated years aside; 0: ten seconds for each search
	// MeetAppetite demands that the plan, once finished, keeps the policy's limits.
	MeetAppetite bool
	// Objective is what is sought: [ByValue] (or ""), [Cheapest] or [Safest].
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

// SharedOver is the word for Budget.Periods that spreads a budget over the first
// periods of the model alone: so many, as typed.
func SharedOver(n string) string { return PeriodsShared + ":" + n }

// budget reads what a plan may take; from says where that came from.
func (l *loaded) budget(b Budget) (limits model.Limits, from string, err error) {
	limits, from = model.NoLimits(), "none"
	capacity := l.model.Capacity
	typed := b.Money != "" || b.Effort != ""
	over, shared := strings.CutPrefix(b.Periods, PeriodsShared)
	switch {
	case shared:
		if capacity, err = firstOf(capacity, over); err != nil {
			return limits, "", err
		}
	case b.Periods == noPeriods, b.Periods == periodsOfFile, b.Periods == "":
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
	if shared {
		share(&limits)
	}
	return limits, from, nil
}

// firstOf are the periods that a budget is shared over: all of them, or with
// ":2" the first two.
func firstOf(capacity []parley.Period, over string) ([]parley.Period, error) {
	if over == "" {
		return capacity, nil
	}
	text, _ := strings.CutPrefix(over, ":")
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > len(capacity) {
		return nil, parley.Errorf(parley.Invalid, "read the budget's periods", "%q is no number of periods", text).WithHint(catalogue.N("plan.hint.shared", len(capacity)))
	}
	return capacity[:n], nil
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
		amount, err := l.amount(x.name, x.text, x.kind)
		if err != nil {
			return err
		}
		*x.into = amount
	}
	return nil
}

// amount reads one amount of a budget: everybody plans with the same one, so
// neither words nor ranges will do.
func (l *loaded) amount(name, text string, kind quantity.Kind) (float64, error) {
	fail := func(hint, format string, args ...any) error {
		return parley.Errorf(parley.Invalid, "read the budget's "+name, "%q: "+format, append([]any{text}, args...)...).WithHint(hint)
	}
	q, err := quantity.ParseNumbers(text, kind, l.model.Env())
	switch {
	case err == nil:
		if _, one := q.Dist().(quantity.Constant); !one {
			return 0, fail(catalogue.T("plan.hint."+name), "this is a range, and a budget is one amount")
		}
		return q.Mean(), nil
	case kind == quantity.Money && l.reads(text, quantity.Effort):
		return 0, fail(catalogue.T("plan.hint.is-effort", "text", text), "this is person-time, not money")
	case kind == quantity.Effort && l.reads(text, quantity.Money) && !isNumber(text):
		return 0, fail(catalogue.T("plan.hint.is-money", "text", text), "this is money, not person-time")
	}
	bad, ok := errors.AsType[*quantity.ParseError](err)
	if !ok {
		return 0, parley.Errorf(parley.Invalid, "read the budget's "+name, "%w", err)
	}
	hint := catalogue.T("plan.hint." + name)
	if kind == quantity.Effort && isNumber(text) || strings.Contains(bad.Problem, "two ways") {
		hint = catalogue.T("plan.hint.write", "text", bad.Want)
	}
	return 0, fail(hint, "%s", bad.Problem)
}

func (l *loaded) reads(text string, kind quantity.Kind) bool {
	_, err := quantity.ParseNumbers(text, kind, l.model.Env())
	return err == nil
}

// isNumber reports digits alone, of which nobody knows what they count.
func isNumber(text string) bool { return strings.Trim(text, "0123456789., ") == "" }

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
		if noPeriod.MatchString(p.Period) {
			return nil, badPeriods("%s is no quarter or month", p.Period)
		}
		for _, amount := range strings.Split(amounts, "+") {
			if err := l.periodAmount(&p, strings.TrimSpace(amount)); err != nil {
				return nil, err
			}
		}
		out = append(out, p)
	}
	return out, nil
}

// noPeriod is what looks like a date and is none; any other name is free.
var noPeriod = regexp.MustCompile(`(?i)^(?:\d{4}\W?Q(?:[05-9]|\d\d+)|Q(?:[05-9]|\d\d+)\W?\d{4}|\d{4}-(?:00|1[3-9]|[2-9]\d))$`)

// periodAmount reads the effort or money of a period.
func (l *loaded) periodAmount(p *parley.Period, text string) error {
	if isNumber(text) && text != "" && strings.Trim(text, "0., ") != "" {
		return badPeriods("%s: %q may be days or money", p.Period, text)
	}
	for _, x := range []struct {
		name string
		kind quantity.Kind
		into *quantity.Quantity
	}{{"effort", quantity.Effort, &p.Effort}, {"money", quantity.Money, &p.Money}} {
		q, err := quantity.ParseNumbers(text, x.kind, l.model.Env())
		if err != nil {
			continue
		}
		if _, one := q.Dist().(quantity.Constant); !one {
			return badPeriods("%s: %q is a range, and a budget is one amount", p.Period, text)
		}
		if !x.into.IsZero() {
			return badPeriods("%s: %s is there twice, %q and %q", p.Period, x.name, x.into.Text, text)
		}
		*x.into = q
		return nil
	}
	return badPeriods("%s: %q is neither effort nor money", p.Period, text)
}

func badPeriods(format string, args ...any) error {
	return parley.Errorf(parley.Invalid, "read the budget's periods", format, args...).WithHint(catalogue.T("plan.hint.periods"))
}

// left is how long a search may take in an answer begun then: what is left of the
// deadline, never 0, or the usual time where there is none.
func (b Budget) left(begun time.Time) time.Duration {
	if b.Deadline == 0 {
		return planDeadline
	}
	return max(time.Nanosecond, b.Deadline-time.Since(begun))
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
	limits.Avoided = l.leaving()
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

// unlimited states the planning problem with what a request asks for and rules out,
// but with no limit on money or effort, and without periods.
func (l *loaded) unlimited(b Budget) (*model.Built, error) {
	limits, _, err := l.planLimits(Budget{Must: b.Must, MustNot: b.MustNot, Periods: noPeriods})
	if err != nil {
		return nil, err
	}
	free := model.NoLimits()
	limits.Money, limits.Effort = free.Money, free.Effort
	built, err := model.Build(l.model, l.portfolio, limits)
	if err != nil {
		return nil, planError(l.model, err)
	}
	return built, nil
}

// budgetResult says what a plan was allowed to take, over all periods.
func budgetResult(limits model.Limits, from string) BudgetResult {
	money, effort := limits.Together()
	return BudgetResult{Money: finite(money), EffortDays: finite(effort), From: from}
}
