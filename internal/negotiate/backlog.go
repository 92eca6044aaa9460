package negotiate

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/ledger"
)

// BacklogOrder says whose order a backlog stands in.
type BacklogOrder struct {
	By      string     `json:"by"`                // plan, or people: somebody moved an item
	Since   *time.Time `json:"since,omitempty"`   // when the order of the plan was left
	At      *time.Time `json:"at,omitempty"`      // when an item was last moved
	Actor   string     `json:"actor,omitempty"`   // who moved it
	Because string     `json:"because,omitempty"` // why, as said
}

// Ways a backlog is ordered.
const (
	OrderedByPlan   = "plan"
	OrderedByPeople = "people"
)

// MovedTask is where an item stands after it was moved.
type MovedTask struct {
	Task  string `json:"task"` // as [Task.Name]
	Title string `json:"title"`
	Place int    `json:"place"` // 1: the first to be done
	Of    int    `json:"of"`    // items still to be done
}

// OrderRequest moves one item of a backlog, or gives the backlog back to the
// order of its plan.
type OrderRequest struct {
	Product string // id; "" for the only one, or the one that Task is of
	Task    string // what is moved: id of a task, or of its mitigation or a feature; "" with AsPlanned
	Before  string // right before this one
	After   string // right behind this one
	First   bool
	Last    bool

	AsPlanned bool
	Because   string

	// Seen is the last move of the item as whoever moves it saw it ([Task.Moved]):
	// where somebody moved it since, the answer is a conflict. nil: whatever it is.
	Seen *string
}

// check refuses a request that does not say one place.
func (r OrderRequest) check() error {
	places := 0
	for _, said := range []bool{r.Before != "", r.After != "", r.First, r.Last, r.AsPlanned} {
		if said {
			places++
		}
	}
	switch {
	case places != 1:
		return parley.Errorf(parley.Invalid, "order the backlog", "%s", catalogue.T("backlog.places")).WithHint(catalogue.T("backlog.hint.places"))
	case r.AsPlanned != (r.Task == ""):
		return parley.Errorf(parley.Invalid, "order the backlog", "%s", catalogue.T("backlog.which")).WithHint(catalogue.T("backlog.hint.places"))
	}
	return nil
}

// Order moves one item of a backlog on record. The new order is worked out from
// the one that stands at the very moment of recording, so that two people who
// move different items both get their way.
func (s *Service) Order(ctx context.Context, actor Actor, req OrderRequest) (*TasksResult, error) {
	l, err := s.loadBacklog(ctx, actor, "Order", req.Product, req.Task)
	if err != nil {
		return nil, err
	}
	if err := req.check(); err != nil {
		return nil, err
	}
	r, err := s.backlog(ctx, l, TasksRequest{})
	if err != nil {
		return nil, err
	}
	moved := ""
	_, state, err := s.record(ctx, deed{actor: actor, useCase: "Order", op: "order the backlog"}, func(a *access, _ time.Time) ([]ledger.Draft, error) {
		p := a.state.Product(l.product.ID)
		if err := a.ask(p); err != nil {
			return nil, err
		}
		body, err := req.ordered(a.seen, p, r.plan)
		if err != nil {
			return nil, err
		}
		moved = body.Moved
		return ledger.Stamp([]ledger.Draft{{Product: p.ID, Body: body}}, actor, ""), nil
	})
	if err != nil {
		return nil, err
	}
	l.product = state.Product(l.product.ID)
	r.arrange(l)
	r.moved(moved)
	return r, nil
}

// inBacklog are the kinds of what stands in a backlog.
var inBacklog = []ledger.ItemKind{ledger.KindTask, ledger.KindMitigation, ledger.KindFeature}

// loadBacklog reads the product whose backlog is meant: the one named, or the one
// that a task, where one is named, is of.
func (s *Service) loadBacklog(ctx context.Context, actor Actor, useCase, product, task string) (*loaded, error) {
	if product == "" && task != "" {
		var err error
		if product, err = s.meant(ctx, actor, useCase, task, inBacklog...); err != nil {
			return nil, err
		}
	}
	return s.loadAs(ctx, actor, useCase, Source{Product: product}, "")
}

// ordered is the event of a move, as the order on record stands.
func (r OrderRequest) ordered(seen *ledger.State, p *ledger.Product, plan []string) (*ledger.BacklogOrdered, error) {
	if r.AsPlanned {
		if p.Backlog == nil {
			return nil, parley.Errorf(parley.Refused, "", "%s", catalogue.T("backlog.as_planned_already"))
		}
		return &ledger.BacklogOrdered{Because: r.Because}, nil
	}
	plan = slices.DeleteFunc(slices.Clone(plan), func(key string) bool { return !p.MayOrder(key) })
	now := plan
	if p.Backlog != nil {
		now = ledger.Arranged(p.Backlog.Order, plan)
	}
	key, err := orderable(seen, p, plan, r.Task)
	if err != nil {
		return nil, err
	}
	if r.Seen != nil && *r.Seen != p.LastMove(key) {
		return nil, movedMeanwhile(p, r.Task)
	}
	next := now
	switch {
	case r.First:
		next = ledger.MovedTo(now, key, now[0], false)
	case r.Last:
		next = ledger.MovedTo(now, key, now[len(now)-1], true)
	default:
		other, err := orderable(seen, p, plan, cmp.Or(r.Before, r.After))
		if err != nil {
			return nil, err
		}
		if other == key {
			return nil, parley.Errorf(parley.Invalid, "", "%s", catalogue.T("backlog.itself", "task", r.Task))
		}
		next = ledger.MovedTo(now, key, other, r.After != "")
	}
	if p.Backlog != nil && slices.Equal(next, p.Backlog.Order) {
		return nil, parley.Errorf(parley.Refused, "", "%s", catalogue.T("backlog.already", "task", r.Task))
	}
	return &ledger.BacklogOrdered{Order: next, Moved: key, Because: r.Because}, nil
}

// movedMeanwhile is the conflict of who moves what somebody else moved.
func movedMeanwhile(p *ledger.Product, task string) error {
	e := parley.Errorf(parley.Conflict, "", "%s", catalogue.T("backlog.moved", "task", task))
	if p.Backlog == nil {
		e = parley.Errorf(parley.Conflict, "", "%s", catalogue.T("backlog.moved_back", "task", task))
	}
	return e.WithHint(catalogue.T("backlog.hint.moved"))
}

// orderable is the key of what a text names, which must stand in the backlog
// and be still to be done.
func orderable(seen *ledger.State, p *ledger.Product, plan []string, text string) (string, error) {
	ref, err := seen.Resolve(p.ID, text, inBacklog...)
	if err != nil {
		return "", err
	}
	key := ref.ID
	if t := p.Task(ref.ID); ref.Kind == ledger.KindTask && t != nil && t.Mitigation != "" {
		key = t.Mitigation
	}
	if !slices.Contains(plan, key) {
		return "", parley.Errorf(parley.Refused, "", "%s", catalogue.T("backlog.absent", "task", text)).WithHint(catalogue.T("backlog.hint.absent"))
	}
	return key, nil
}

// Name is what a task is called in a request: its short id, or the id of the
// feature that has none.
func (t *Task) Name() string { return cmp.Or(t.ShortID, t.Item) }

// key is what a task is called in the order on record.
func (t *Task) key() string { return cmp.Or(t.Item, t.ShortID) }

// arrange puts what is to be done into the order on record, and says whose order
// it is and what follows from it.
func (r *TasksResult) arrange(l *loaded) {
	r.Order = &BacklogOrder{By: OrderedByPlan}
	order := r.plan
	if b := l.product.Backlog; b != nil {
		r.Order = &BacklogOrder{By: OrderedByPeople, Since: &b.Since, At: &b.At, Actor: b.Actor.ID, Because: b.Because}
		order = ledger.Arranged(b.Order, r.plan)
	}
	at := make(map[string]int, len(order))
	for i, key := range order {
		at[key] = i
	}
	for i := range r.Tasks {
		t := &r.Tasks[i]
		t.Moved = l.product.LastMove(t.key())
		if b := l.product.Backlog; b != nil && rankOf(*t) == 0 && !slices.Contains(b.Order, t.key()) {
			r.New = append(r.New, t.Name())
		}
	}
	slices.SortStableFunc(r.Tasks, func(a, b Task) int {
		if d := cmp.Compare(rankOf(a), rankOf(b)); d != 0 || rankOf(a) > 0 {
			return d
		}
		return cmp.Compare(at[a.key()], at[b.key()])
	})
	r.fit(l)
}

// moved says where an item stands now.
func (r *TasksResult) moved(key string) {
	m := &MovedTask{}
	for i := range r.Tasks {
		if rankOf(r.Tasks[i]) > 0 {
			continue
		}
		if m.Of++; key != "" && r.Tasks[i].key() == key {
			m.Task, m.Title, m.Place = r.Tasks[i].Name(), r.Tasks[i].Title, m.Of
		}
	}
	if m.Task != "" {
		r.Moved = m
	}
}
