package web

import (
	"context"
	"net/url"
	"slices"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/ledger"
)

func (l *live) tasks(ctx context.Context, product string) (*TasksView, error) {
	s, err := l.look(ctx, product)
	if err != nil {
		return nil, err
	}
	v := &TasksView{Frame: l.page(ctx, s, catalogue.T("web.nav.tasks"), "/tasks"), Heading: catalogue.T("web.tasks.nothing")}
	if s.product == nil {
		return v, nil
	}
	r, err := l.allTasks(ctx, s)
	if err != nil {
		return nil, err
	}
	b := s.costWords()
	open, planned := 0, 0
	does := l.may(ctx, "Done", s.product.ID) == nil
	for i := range r.Tasks {
		t := &r.Tasks[i]
		row := TaskRow{Anchor: rowID(t.Name()), ID: t.Name(), Title: titleOr(t.Title, t.Item), Effort: b.costs(t.Effort, t.Once, t.Yearly), State: t.Status, Done: t.Status == string(ledger.TaskDone)}
		if key := "web.task." + t.Status; catalogue.Has(key) {
			row.State = catalogue.T(key)
		}
		if t.Kind == "feature" {
			row.Tags = append(row.Tags, Tag{catalogue.T("web.tag.feature"), ""})
			planned++
		}
		if t.Ask != "" {
			row.Tags = append(row.Tags, Tag{catalogue.T("web.tag.outside", "whom", t.Ask), "warn"})
		}
		if t.Status == "open" {
			open++
		}
		if t.Status == "open" && does {
			row.DoneURL = "/tasks/" + url.PathEscape(t.ShortID) + "/done?" + url.Values{"product": {s.product.ID}}.Encode()
		}
		for _, id := range t.Threats {
			row.For = append(row.For, Link{threatURL(id), threatTitle(s.product.Model, id)})
		}
		v.Tasks = append(v.Tasks, row)
	}
	switch {
	case open == 0 && planned > 0:
		v.Heading = catalogue.N("web.tasks.planned", planned, "number", plain.InWords(float64(planned)))
	case open > 0 && planned > 0:
		v.Heading = plain.Capital(catalogue.T("web.tasks.ahead",
			"tasks", catalogue.N("web.tasks.some", open, "number", plain.InWords(float64(open))),
			"features", catalogue.N("web.plan.features", planned, "number", plain.InWords(float64(planned)))))
	case open > 0:
		v.Heading = catalogue.N("web.tasks.open", open, "number", plain.Capital(plain.InWords(float64(open))))
	}
	if len(v.Tasks) > 0 {
		l.ordering(ctx, s, r, v)
	}
	return v, nil
}

// allTasks is the whole backlog, with what is done.
func (l *live) allTasks(ctx context.Context, s *situation) (*negotiate.TasksResult, error) {
	return kept(ctx, l, s, "Tasks", func(ctx context.Context) (*negotiate.TasksResult, error) {
		return l.service.Tasks(ctx, actorOf(ctx), negotiate.TasksRequest{Product: s.product.ID, All: true})
	})
}

func (l *live) backlog(ctx context.Context, product string) (*negotiate.TasksResult, error) {
	s, err := l.look(ctx, product)
	if err != nil {
		return nil, err
	}
	if s.product == nil {
		return nil, parley.Errorf(parley.NotFound, "", "%s", catalogue.T("web.tasks.none"))
	}
	return l.allTasks(ctx, s)
}

func (l *live) order(ctx context.Context, req negotiate.OrderRequest) (*negotiate.TasksResult, error) {
	return l.service.Order(ctx, actorOf(ctx), req)
}

// ordering says whose order it is, how far the work is and how far the capacity
// gets, and lets who may put it in another order. The rows of the view are those
// of the answer.
func (l *live) ordering(ctx context.Context, s *situation, r *negotiate.TasksResult, v *TasksView) {
	v.Of = s.product.ID
	v.Lead = append(v.Lead, r.OrderSays())
	if p := r.Progress; p != nil {
		v.Lead = append(v.Lead, catalogue.T("web.tasks.progress", "done", p.Done, "all", p.All, "left", plain.Effort(p.DaysLeft)))
	}
	q := "?" + url.Values{"product": {s.product.ID}}.Encode()
	v.CopyURL = "/tasks.md" + q
	v.Files = []Link{{"/tasks.md" + q, catalogue.T("web.tasks.markdown")}, {"/tasks.csv" + q, catalogue.T("web.tasks.csv")}}
	for _, w := range r.Warnings {
		v.Warns = append(v.Warns, sentence(w.Says))
	}
	may := l.may(ctx, "Order", s.product.ID) == nil
	v.Planned = may && r.Order != nil && r.Order.By == negotiate.OrderedByPeople
	var open []int
	for i := range r.Tasks {
		if t := r.Tasks[i].Status; t == "open" || t == "planned" {
			open = append(open, i)
		}
	}
	for _, line := range r.Lines {
		if line.After == "" {
			v.Above = append(v.Above, line.Says)
		}
		for i := range v.Tasks {
			if line.After != "" && r.Tasks[i].Name() == line.After {
				v.Tasks[i].Below = append(v.Tasks[i].Below, line.Says)
			}
		}
	}
	if len(r.Lines) > 0 {
		v.Adds = s.adds(sumAsk{about: negotiate.AboutBacklog}, catalogue.T("web.nav.tasks"))
	}
	for k, i := range open {
		if slices.Contains(r.Over, r.Tasks[i].Name()) {
			v.Tasks[i].Tags = append(v.Tasks[i].Tags, Tag{catalogue.T("web.tasks.over"), "warn"})
		}
		if slices.Contains(r.New, r.Tasks[i].Name()) {
			v.Tasks[i].Tags = append(v.Tasks[i].Tags, Tag{catalogue.T("web.tasks.new"), ""})
		}
		if !may || len(open) < 2 {
			continue
		}
		p := &PlaceForm{Name: r.Tasks[i].Name(), Seen: r.Tasks[i].Moved}
		if k > 0 {
			p.Above = r.Tasks[open[k-1]].Name()
		}
		if k < len(open)-1 {
			p.Next = r.Tasks[open[k+1]].Name()
		}
		v.Tasks[i].Place = p
		v.Moves = append(v.Moves, Choice{ID: p.Name, Title: v.Tasks[i].Title})
	}
}

func (l *live) done(ctx context.Context, task string) error {
	_, err := l.service.Done(ctx, actorOf(ctx), negotiate.DoneRequest{Task: task})
	return err
}
