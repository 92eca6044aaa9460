package ledger

import (
	"fmt"
	"slices"

	"github.com/parleysec/parley"
)

// Task finds a task by its short id, nil when there is none.
func (p *Product) Task(short string) *Task {
	i := slices.IndexFunc(p.Tasks, func(t *Task) bool { return t.Short == short })
	if i < 0 {
		return nil
	}
	return p.Tasks[i]
}

// addTasks makes a task for each mitigation a decision chose, in its order, or
// for what it drops. What has a task already gets no second one.
func (p *Product) addTasks(d *Decision, e Event) {
	switch d.Kind {
	case parley.Mitigate:
		for _, m := range d.With {
			if it := p.Item(KindMitigation, m); it != nil && !it.Done {
				p.addTask(Task{Mitigation: it.ID}, d, e)
			}
		}
	case parley.Avoid:
		if d.Drops != "" {
			p.addTask(Task{Drops: d.Drops}, d, e)
		}
	}
}

// addTask makes a task, or has the decision ask for the one there is.
func (p *Product) addTask(t Task, d *Decision, e Event) {
	i := slices.IndexFunc(p.Tasks, func(old *Task) bool { return old.Mitigation == t.Mitigation && old.Drops == t.Drops })
	if i < 0 {
		t.Short, t.Product, t.Decisions = p.short("W"), p.ID, []string{d.Short}
		t.Status, t.At, t.Changed = TaskOpen, e.At, e.At
		p.Tasks = append(p.Tasks, &t)
		return
	}
	t = *p.Tasks[i]
	t.Decisions = append(slices.Clone(t.Decisions), d.Short)
	if t.Status != TaskOpen { // cancelled, or done under an id that was closed since
		t.Status, t.Changed, t.Because = TaskOpen, e.At, "asked for again by "+d.Short
	}
	p.Tasks[i] = &t
}

// dropTasks cancels open tasks that no decision asks for any more. A reopened
// or expired decision still asks: only a person or a later decision says that
// the work is not wanted.
func (p *Product) dropTasks(e Event) {
	for i, t := range p.Tasks {
		if t.Status != TaskOpen || slices.ContainsFunc(t.Decisions, p.Asks) {
			continue
		}
		c := *t
		c.Status, c.Changed, c.Because = TaskCancelled, e.At, "no decision asks for it any more"
		p.Tasks[i] = &c
	}
}

// Asks reports whether a decision asks for its tasks: it is in force, re-opened or
// expired.
func (p *Product) Asks(short string) bool {
	d := p.Decision(short)
	if d == nil {
		return false
	}
	switch d.Status {
	case InForce, Reopened, Expired:
		return true
	}
	return false
}

// changeTask moves a task; a finished one turns its mitigation into a control.
func (p *Product) changeTask(e Event, b *TaskChanged) error {
	i := slices.IndexFunc(p.Tasks, func(t *Task) bool { return t.Short == b.Task })
	if i < 0 {
		return fmt.Errorf("there is no task %q in product %q", b.Task, p.ID)
	}
	t := *p.Tasks[i]
	switch {
	case b.To != TaskOpen && b.To != TaskDone && b.To != TaskCancelled:
		return fmt.Errorf("task %s cannot become %q; it can become open, done, cancelled", t.Short, b.To)
	case b.To == t.Status:
		return fmt.Errorf("task %s is %s already", t.Short, t.Status)
	}
	t.Status, t.Changed, t.Because = b.To, e.At, b.Because
	p.Tasks[i] = &t
	if t.Mitigation == "" {
		return nil
	}
	j := p.index(KindMitigation, t.Mitigation)
	if j < 0 {
		return fmt.Errorf("task %s is about mitigation %q, which is not there", t.Short, t.Mitigation)
	}
	it := *p.items[KindMitigation][j]
	it.Done = b.To == TaskDone
	it.Event, it.At = e.ID, e.At
	p.items[KindMitigation][j] = &it
	return nil
}
