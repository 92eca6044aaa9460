package web

import (
	"context"
	"net/url"

	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/negotiate"
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
	r, err := kept(ctx, l, s, "Tasks", func(ctx context.Context) (*negotiate.TasksResult, error) {
		return l.service.Tasks(ctx, actorOf(ctx), negotiate.TasksRequest{Product: s.product.ID, All: true})
	})
	if err != nil {
		return nil, err
	}
	b := s.costWords()
	open, planned := 0, 0
	does := l.may(ctx, "Done", s.product.ID) == nil
	for _, t := range r.Tasks {
		row := TaskRow{ID: t.ShortID, Title: titleOr(t.Title, t.Item), Effort: b.costs(t.Effort, t.Once, t.Yearly), State: t.Status}
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
			row.DoneURL = "/tasks/" + url.PathEscape(t.ShortID) + "/done"
		}
		for _, id := range t.Threats {
			row.For = append(row.For, Link{threatURL(id), threatTitle(s.product.Model, id)})
		}
		v.Tasks = append(v.Tasks, row)
	}
	switch {
	case open == 0 && planned > 0:
		v.Heading = catalogue.N("web.tasks.planned", planned, "number", plain.InWords(float64(planned)))
	case open > 0:
		v.Heading = catalogue.N("web.tasks.open", open, "number", plain.Capital(plain.InWords(float64(open))))
	}
	if len(v.Tasks) > 0 {
		v.Lead = []string{catalogue.T("web.tasks.order")}
	}
	return v, nil
}

func (l *live) done(ctx context.Context, task string) error {
	_, err := l.service.Done(ctx, actorOf(ctx), negotiate.DoneRequest{Task: task})
	return err
}
