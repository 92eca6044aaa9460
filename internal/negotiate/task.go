package negotiate

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/ledger"
)

// Task is one item of the backlog: a mitigation that decisions ask for, or a
// feature of the plan.
type Task struct {
	ShortID   string     `json:"id"`
	Product   string     `json:"product"`
	Kind      string     `json:"kind"`           // mitigation, feature, or drop: something taken away
	Item      string     `json:"item,omitempty"` // id of the mitigation or feature
	Title     string     `json:"title"`
	Status    string     `json:"status"`            // open, done, cancelled; planned for features
	Effort    string     `json:"effort,omitempty"`  // as typed
	Once      string     `json:"once,omitempty"`    // as typed
	Yearly    string     `json:"yearly,omitempty"`  // as typed
	Says      CostSays   `json:"says"`              // effort and money in words
	Ask       string     `json:"ask,omitempty"`     // whom to ask, when it is outside the team
	Decisions []string   `json:"decisions"`         // that ask for it
	Threats   []string   `json:"threats"`           // it acts against
	Checks    []string   `json:"checks,omitempty"`  // that will verify it
	Because   string     `json:"because,omitempty"` // why its status last changed
	At        *time.Time `json:"at,omitempty"`
	Moved     string     `json:"moved,omitempty"` // id of the event that last moved it in the order on record
}

// TasksRequest asks for a backlog.
type TasksRequest struct {
	Product string // id; "" for the only one, or the one that Task is of
	Task    string // id of one, or of its mitigation, to tell the product by; the others are listed as well
	All     bool   // finished and cancelled ones too
	Budget  Budget
}

// TasksResult is a backlog, what is still to be done first: in the order on
// record, or in that of the plan where nobody moved anything.
type TasksResult struct {
	Schema  string `json:"schema"`
	Product string `json:"product"`
	Name    string `json:"name"`
	Tasks   []Task `json:"tasks"`
	NoPlan  string `json:"no_plan,omitempty"` // why there is no plan, and so no feature

	Order    *BacklogOrder  `json:"order,omitempty"`    // whose order it is
	New      []string       `json:"new,omitempty"`      // what came since somebody last moved something: it stands behind its predecessor in the plan
	Lines    []CapacityLine `json:"lines,omitempty"`    // how far each period of the capacity gets
	Over     []string       `json:"over,omitempty"`     // what no longer fits into the capacity
	Warnings []TaskWarning  `json:"warnings,omitempty"` // what the order breaks
	Progress *Progress      `json:"progress,omitempty"`
	Moved    *MovedTask     `json:"moved,omitempty"` // what was just moved

	Reopened []Reopened `json:"reopened,omitempty"` // decisions that a change of a task re-opened

	Currency string   `json:"currency,omitempty"` // of the effects, ISO 4217
	Effects  []Effect `json:"effects,omitempty"`  // of a mitigation that was just finished
	Standing string   `json:"standing,omitempty"` // how far its checks bear it out: "not verified" before any reported

	plan []string // keys of what is to be done, in the order of the plan
}

// Tasks lists what the decisions ask for, with the features of the plan: in the
// order on record or, before anybody moved anything, in plan order: what others
// require first, then by what a day of work brings.
func (s *Service) Tasks(ctx context.Context, actor Actor, req TasksRequest) (*TasksResult, error) {
	l, err := s.loadBacklog(ctx, actor, "Tasks", req.Product, req.Task)
	if err != nil {
		return nil, err
	}
	r, err := s.backlog(ctx, l, req)
	if err != nil {
		return nil, err
	}
	r.arrange(l)
	return r, nil
}

// backlog is the backlog of what was loaded, in the order of its plan.
func (s *Service) backlog(ctx context.Context, l *loaded, req TasksRequest) (*TasksResult, error) {
	r := &TasksResult{Schema: "parley.tasks/1", Product: l.product.ID, Name: l.model.Product.Title(), Tasks: []Task{}}
	for _, t := range l.product.Tasks {
		if req.All || t.Status == ledger.TaskOpen {
			r.Tasks = append(r.Tasks, taskOf(l.product, t))
		}
	}
	for i := range r.Tasks {
		if m := l.model.Mitigation(r.Tasks[i].Item); m != nil {
			r.Tasks[i].Says = costSays(m.Cost, l.model.Product.Currency)
		}
	}
	order, features, err := s.order(ctx, l, req.Budget)
	if parley.KindOfError(err) == parley.No {
		r.NoPlan, order = reason(err), l.promised()
	} else if err != nil {
		return nil, err
	}
	for _, id := range features {
		t := featureTask(l.product, l.model.Feature(id))
		t.Says = costSays(l.model.Feature(id).Cost, l.model.Product.Currency)
		r.Tasks = append(r.Tasks, t)
	}
	slices.SortStableFunc(r.Tasks, func(a, b Task) int {
		return cmp.Or(cmp.Compare(rankOf(a), rankOf(b)), cmp.Compare(position(order, a.Item), position(order, b.Item)))
	})
	for i := range r.Tasks {
		if rankOf(r.Tasks[i]) == 0 {
			r.plan = append(r.plan, r.Tasks[i].key())
		}
	}
	r.progress(l, features)
	return r, nil
}

func rankOf(t Task) int {
	switch t.Status {
	case string(ledger.TaskDone):
		return 1
	case string(ledger.TaskCancelled):
		return 2
	}
	return 0
}

// position is where an item stands in an order, after all others where it is not
// in it; what is to be taken away, and counts as gone, comes first.
func position(order []string, id string) int {
	if id == "" {
		return -1
	}
	if i := slices.Index(order, id); i >= 0 {
		return i
	}
	return len(order)
}

func taskOf(p *ledger.Product, t *ledger.Task) Task {
	if t.Mitigation == "" {
		return dropTask(p, t)
	}
	out := Task{
		ShortID: t.Short, Product: p.ID, Kind: "mitigation", Item: t.Mitigation, Title: title(p, ledger.KindMitigation, t.Mitigation),
		Status: string(t.Status), Decisions: asking(p, t), Because: t.Because, At: &t.Changed, Threats: []string{},
	}
	m := mitigationOf(p, t.Mitigation)
	out.Effort, out.Once, out.Yearly, out.Ask = m.Cost.Effort.Text, m.Cost.Once.Text, m.Cost.Yearly.Text, m.Ask
	for _, a := range m.Against {
		out.Threats = append(out.Threats, a.Threat)
	}
	for _, c := range m.Checks {
		out.Checks = append(out.Checks, c.ID)
	}
	return out
}

// asking are the decisions that ask for a task, or where none does any more those
// that did: one that another took the place of says nothing about what is open.
func asking(p *ledger.Product, t *ledger.Task) []string {
	if !slices.ContainsFunc(t.Decisions, p.Asks) {
		return t.Decisions
	}
	return slices.DeleteFunc(slices.Clone(t.Decisions), func(short string) bool { return !p.Asks(short) })
}

// dropTask is a task that takes something away.
func dropTask(p *ledger.Product, t *ledger.Task) Task {
	out := Task{
		ShortID: t.Short, Product: p.ID, Kind: "drop", Title: catalogue.T("task.drop", "what", t.Drops),
		Status: string(t.Status), Decisions: asking(p, t), Because: t.Because, At: &t.Changed, Threats: []string{},
	}
	for _, short := range t.Decisions {
		if d := p.Decision(short); d != nil {
			out.Threats = append(out.Threats, d.Threats...)
		}
	}
	return out
}

func featureTask(p *ledger.Product, f *parley.Feature) Task {
	t := Task{
		Product: p.ID, Kind: "feature", Item: f.ID, Title: f.Title, Status: "planned", Decisions: []string{}, Threats: []string{},
		Effort: f.Cost.Effort.Text, Once: f.Cost.Once.Text, Yearly: f.Cost.Yearly.Text,
	}
	if it := p.Item(ledger.KindFeature, f.ID); it != nil {
		t.ShortID = it.Short
	}
	return t
}

// DoneRequest says that a task is finished, cancelled or open again.
type DoneRequest struct {
	Product string
	Task    string
	To      ledger.TaskStatus // "" for done
	Because string
}

// resolveTask finds a task by its own id or by that of its mitigation.
func resolveTask(state *ledger.State, req DoneRequest) (ledger.Ref, error) {
	ref, err := state.Resolve(req.Product, req.Task, ledger.KindTask)
	if err == nil {
		return ref, nil
	}
	m, notOne := state.Resolve(req.Product, req.Task, ledger.KindMitigation)
	if notOne != nil {
		return ref, nearTask(state, req, err)
	}
	for _, t := range state.Product(m.Product).Tasks {
		if t.Mitigation == m.ID {
			return ledger.Ref{Product: m.Product, Kind: ledger.KindTask, ID: t.Short, Short: t.Short}, nil
		}
	}
	return ref, parley.Errorf(parley.NotFound, "", "no decision asks for %s", m.ID).
		WithHint("decide first: parley decide THREAT mitigate --with " + m.ID + " --because …")
}

// nearTask is the error of a task that is not there, with the mitigation of one
// whose id is near.
func nearTask(state *ledger.State, req DoneRequest, err error) error {
	unknown, ok := errors.AsType[*ledger.UnknownError](err)
	if !ok || len(unknown.Other) > 0 {
		return err
	}
	var known []string
	for _, p := range state.Products() {
		for _, t := range p.Tasks {
			if t.Mitigation != "" {
				known = append(known, t.Mitigation)
			}
		}
	}
	if near := parley.Nearest(req.Task, known); near != "" {
		unknown.Hint = parley.Suggest(req.Task, known)
	}
	return err
}

// Done changes the status of a task. A finished mitigation stands as a control
// from then on.
func (s *Service) Done(ctx context.Context, actor Actor, req DoneRequest) (*TasksResult, error) {
	r := &TasksResult{Schema: "parley.tasks/1"}
	var ref ledger.Ref
	to := cmp.Or(req.To, ledger.TaskDone)
	if !slices.Contains([]ledger.TaskStatus{ledger.TaskOpen, ledger.TaskDone, ledger.TaskCancelled}, to) {
		return nil, parley.Errorf(parley.Invalid, "task "+req.Task, "a task can be open, done or cancelled, not %q", to)
	}
	_, state, err := s.record(ctx, deed{actor: actor, useCase: "Done", op: "task " + req.Task}, func(a *access, at time.Time) (_ []ledger.Draft, err error) {
		state := a.state
		if ref, err = resolveTask(a.seen, req); err != nil {
			return nil, err
		}
		if err := a.ask(state.Product(ref.Product)); err != nil {
			return nil, err
		}
		t := state.Product(ref.Product).Task(ref.ID)
		if t.Status == to {
			return nil, parley.Errorf(parley.Refused, "", "task %s is %s already", t.Short, t.Status)
		}
		drafts := []ledger.Draft{{Product: ref.Product, Body: &ledger.TaskChanged{Task: t.Short, To: to, Because: req.Because}}}
		if to == ledger.TaskCancelled {
			drafts = append(drafts, cancelled(state.Product(ref.Product), t, req.Because)...)
		}
		drafts, reopened, err := s.settle(a, ledger.Stamp(drafts, actor, ""), at)
		r.Reopened = append(reopenedBy(state.Product(ref.Product), drafts), reopened...)
		return drafts, err
	})
	if err != nil {
		return nil, err
	}
	p := state.Product(ref.Product)
	r.Product, r.Tasks = p.ID, []Task{taskOf(p, p.Task(ref.ID))}
	if to == ledger.TaskDone {
		err = s.effects(ctx, r, p, p.Task(ref.ID))
	}
	return r, err
}

// cancelled re-opens the decisions in force that count on a task that is given
// up: what was decided will not be done.
func cancelled(p *ledger.Product, t *ledger.Task, because string) []ledger.Draft {
	why := catalogue.T("record.task.cancelled", "task", t.Short, "title", taskOf(p, t).Title)
	if because != "" {
		why += ": " + because
	}
	var out []ledger.Draft
	for _, short := range t.Decisions {
		if d := p.Decision(short); d != nil && d.Status == ledger.InForce {
			out = append(out, ledger.Draft{Product: p.ID, Cause: ledger.CauseOf(0), Body: &ledger.DecisionMoved{Decision: short, To: ledger.Reopened, Because: why}})
		}
	}
	return out
}

// reopenedBy are the decisions of a product that drafts re-open for a reason of
// their own rather than for a broken premise.
func reopenedBy(p *ledger.Product, drafts []ledger.Draft) []Reopened {
	var out []Reopened
	for _, d := range drafts {
		if b, ok := d.Body.(*ledger.DecisionMoved); ok && b.To == ledger.Reopened && len(b.Broken) == 0 {
			out = append(out, Reopened{Decision: b.Decision, Threats: p.Decision(b.Decision).Live, Broken: []ledger.Broken{}, Because: b.Because})
		}
	}
	return out
}
