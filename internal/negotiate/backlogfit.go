package negotiate

import (
	"math"
	"slices"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/ledger"
	"github.com/parleysec/parley/quantity"
)

// CapacityLine says how far the work of a backlog gets by the end of a period,
// where it is done in order and each item takes what it takes on average.
type CapacityLine struct {
	Period string `json:"period"`
	After  string `json:"after,omitempty"` // the last item that is finished by then, as [Task.Name]; "" for none
	Says   string `json:"says"`

	// What there is by the end of the period, nil for no limit, and what of it the
	// work that is finished by then takes.
	EffortDays *float64      `json:"effort_days"`
	Money      *float64      `json:"money"`
	Uses       []CapacityUse `json:"uses"` // of the items finished in the period
}

// CapacityUse is what one item takes of the capacity, on average.
type CapacityUse struct {
	Task       string  `json:"task"` // as [Task.Name]
	Title      string  `json:"title"`
	EffortDays float64 `json:"effort_days"`
	Money      float64 `json:"money"` // once
}

// TaskWarning is something that an order breaks.
type TaskWarning struct {
	Task string `json:"task"` // as [Task.Name]
	Says string `json:"says"`
}

// Progress is how far a backlog is: items, and days of work on average. What was
// cancelled counts nowhere.
type Progress struct {
	Done     int     `json:"done"`
	All      int     `json:"all"`
	DaysDone float64 `json:"days_done"`
	DaysLeft float64 `json:"days_left"`
}

// fit works out what follows from the order of the tasks: how far each period
// gets, what no longer fits, and what stands where it should not.
func (r *TasksResult) fit(l *loaded) {
	var open []Task
	for _, t := range r.Tasks {
		if rankOf(t) == 0 {
			open = append(open, t)
		}
	}
	ends := r.lines(l, open)
	stands := map[string]int{}
	for i := range open {
		stands[open[i].key()] = i
	}
	for i := range open {
		t := &open[i]
		w := l.model.Work(t.Item)
		if w == nil {
			continue
		}
		for _, id := range w.Requires {
			if at, ok := stands[id]; ok && at > i {
				r.warn(t, "backlog.warn.requires", "other", open[at].Title)
			}
		}
		if ends != nil {
			r.warnLate(l, t, ends[max(0, i-1)], ends[i])
		}
	}
}

// lines are the capacity lines, and in which period each item is finished: past
// the last one where it no longer fits. Nothing where no capacity is stated.
func (r *TasksResult) lines(l *loaded, open []Task) []int {
	periods := l.model.Capacity
	if len(periods) == 0 {
		return nil
	}
	ends := make([]int, len(open))
	effort, money := 0.0, 0.0 // what there is by the end of the period
	usedEffort, usedMoney := 0.0, 0.0
	next := 0
	for k, p := range periods {
		effort, money = effort+statedOr(p.Effort), money+statedOr(p.Money)
		line := CapacityLine{Period: p.Period, EffortDays: finite(effort), Money: finite(money), Uses: []CapacityUse{}}
		for next < len(open) {
			e, m := l.takes(open[next].Item)
			if usedEffort+e > effort*(1+slack) || usedMoney+m > money*(1+slack) {
				break
			}
			usedEffort, usedMoney = usedEffort+e, usedMoney+m
			line.Uses = append(line.Uses, CapacityUse{open[next].Name(), open[next].Title, e, m})
			ends[next] = k
			next++
		}
		if next > 0 {
			line.After = open[next-1].Name()
		}
		line.Says = l.lineSays(p)
		r.Lines = append(r.Lines, line)
	}
	for i := next; i < len(open); i++ {
		ends[i] = len(periods)
		r.Over = append(r.Over, open[i].Name())
	}
	return ends
}

// slack is how much more than there is an item may take, so that sums of
// averages that are equal on paper are equal here.
const slack = 1e-9

// statedOr is what a period has of something, no end of it where nothing is stated.
func statedOr(q quantity.Quantity) float64 {
	if q.IsZero() {
		return math.Inf(1)
	}
	return q.Mean()
}

// takes is what an item takes on average: days of work, and money once.
func (l *loaded) takes(id string) (effort, money float64) {
	w := l.model.Work(id)
	if w == nil {
		return 0, 0
	}
	return w.Cost.Effort.Mean(), w.Cost.Once.Mean()
}

// workOf is the days of work that a mitigation takes on average, also of one that
// is finished and so takes part in no plan.
func (l *loaded) workOf(id string) float64 {
	if l.model.Work(id) != nil || id == "" {
		days, _ := l.takes(id)
		return days
	}
	q, err := quantity.Parse(mitigationOf(l.product, id).Cost.Effort.Text, quantity.Effort, l.model.Env())
	if err != nil {
		return 0 // nothing was stated
	}
	return q.Mean()
}

// lineSays is a capacity line in words.
func (l *loaded) lineSays(p parley.Period) string {
	what := []string{}
	if !p.Effort.IsZero() {
		what = append(what, plain.Effort(p.Effort.Mean()))
	}
	if !p.Money.IsZero() {
		what = append(what, plain.Money(p.Money.Mean(), l.model.Product.Currency))
	}
	if len(what) == 0 {
		what = append(what, catalogue.T("backlog.line.unstated"))
	}
	return catalogue.T("backlog.line", "period", p.Period, "what", plain.List(what))
}

// warnLate says where an item is finished later than a duty or an agreed plan
// allows. end is the period in which it is finished, and start that in which what
// stands before it is: then it begins.
func (r *TasksResult) warnLate(l *loaded, t *Task, start, end int) {
	periods := l.model.Capacity
	if duty := l.duty(t); duty != nil && end == len(periods) {
		r.warn(t, "backlog.warn.duty", "duty", duty.Says)
		return
	}
	agreed := agreedPeriod(l.product, t.Item)
	at := slices.IndexFunc(periods, func(p parley.Period) bool { return p.Period == agreed })
	switch {
	case agreed == "" || at < 0:
	case end == len(periods):
		r.warn(t, "backlog.warn.agreed_over", "period", agreed)
	case min(start, end) > at:
		r.warn(t, "backlog.warn.agreed", "period", agreed, "now", periods[start].Period)
	}
}

// duty is a duty that an item answers, its own or that of a threat it acts against.
func (l *loaded) duty(t *Task) *parley.Obligation {
	if m := l.model.Mitigation(t.Item); m != nil && m.Obligation.Applies() {
		return m.Obligation
	}
	if f := l.model.Feature(t.Item); f != nil && f.Obligation.Applies() {
		return f.Obligation
	}
	for _, id := range t.Threats {
		if x := l.model.Threat(id); x != nil && x.Obligation.Applies() {
			return x.Obligation
		}
	}
	return nil
}

// agreedPeriod is when the plan agreed on last starts an item, "" for never.
func agreedPeriod(p *ledger.Product, id string) string {
	a := p.Agreed()
	if a == nil || id == "" {
		return ""
	}
	for _, c := range a.Chosen {
		if c.ID == id {
			return c.Period
		}
	}
	return ""
}

func (r *TasksResult) warn(t *Task, key string, args ...any) {
	r.Warnings = append(r.Warnings, TaskWarning{t.Name(), catalogue.T(key, append([]any{"title", t.Title}, args...)...)})
}

// progress counts what is done of what was ever asked for and is not given up.
func (r *TasksResult) progress(l *loaded, features []string) {
	p := &Progress{}
	for _, t := range l.product.Tasks {
		days := l.workOf(t.Mitigation)
		switch t.Status {
		case ledger.TaskDone:
			p.Done, p.All, p.DaysDone = p.Done+1, p.All+1, p.DaysDone+days
		case ledger.TaskOpen:
			p.All, p.DaysLeft = p.All+1, p.DaysLeft+days
		}
	}
	for _, id := range features {
		days, _ := l.takes(id)
		p.All, p.DaysLeft = p.All+1, p.DaysLeft+days
	}
	r.Progress = p
}
