package web

import (
	"cmp"
	"context"
	"net/url"
	"slices"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/negotiate"
)

// StagesView is where a product, or a feature of it, stands in its life, and
// what the next stage still needs.
type StagesView struct {
	Frame
	Heading  string
	Lead     []string
	Needs    []StageNeed
	Head     []string // the stages
	Rows     []StageRow
	Note     string // whose list it is
	Features []FeatureRow
	Moves    []EventRow
	Back     *Link // from a feature to its product
	Evidence Link
}

// StageNeed is one thing that the next stage needs and that is not done.
type StageNeed struct{ ID, Title, At, Says, Source string }

// StageRow is one activity at all stages.
type StageRow struct {
	ID, Title string
	Cells     []StageCell
}

// StageCell is what is expected of an activity at one stage; without Text
// nothing is.
type StageCell struct{ Stage, Text, Kind, Why string }

// FeatureRow is where a feature stands.
type FeatureRow struct {
	Link
	ID, Stage, Tier, Missing string
}

// stagesAsk says of what the stages are wanted.
type stagesAsk struct{ product, item string }

func (l *live) stages(ctx context.Context, ask stagesAsk) (*StagesView, error) {
	s, err := l.look(ctx, ask.product)
	if err != nil {
		return nil, err
	}
	v := &StagesView{
		Frame: l.page(ctx, s, catalogue.T("web.stages.title"), "/stages"), Heading: catalogue.T("web.stages.none"),
		Evidence: Link{s.pageURL("/evidence"), catalogue.T("web.evidence.link")},
	}
	if s.product == nil {
		return v, nil
	}
	r, err := kept(ctx, l, s, "Stages", func(ctx context.Context) (*negotiate.StagesResult, error) {
		return l.service.Stages(ctx, actorOf(ctx), negotiate.StagesRequest{Source: negotiate.Source{Product: s.product.ID}, Item: ask.item, AsOf: l.opt.AsOf})
	}, ask.item)
	if err != nil {
		return nil, err
	}
	v.build(s, r)
	return v, nil
}

func (v *StagesView) build(s *situation, r *negotiate.StagesResult) {
	where := string(r.Stage)
	if where == "" {
		where = catalogue.T("stage.nowhere")
	}
	switch {
	case r.Next == "":
		v.Heading = catalogue.T("stage.last")
	case len(r.Missing) == 0:
		v.Heading = catalogue.T("web.stages.ready", "title", r.Title, "next", string(r.Next))
	default:
		v.Heading = catalogue.N("web.stages.needs", len(r.Missing), "title", r.Title, "next", string(r.Next), "number", plain.InWords(float64(len(r.Missing))))
	}
	v.Lead = []string{
		catalogue.T("web.stages.where", "stage", where, "tier", string(r.Tier), "money", plain.Money(r.Loss, r.Currency)),
		catalogue.T("stage.tiers", "medium", plain.Amount(r.Medium, r.Currency), "high", plain.Amount(r.High, r.Currency)),
	}
	if r.Kind != "product" {
		v.Back = &Link{s.pageURL("/stages"), catalogue.T("web.stages.back", "product", s.product.Name)}
	}
	if r.Shipped {
		v.Note = catalogue.T("stage.shipped")
	}
	v.matrix(r)
	for _, f := range r.Features {
		v.Features = append(v.Features, featureRow(s, f, r.Titles))
	}
	for _, m := range slices.Backward(r.Moves) {
		row := EventRow{When: Moment{Says: plain.Date(m.At)}, Who: m.By, What: catalogue.T("web.stages.moved", "to", string(m.To), "because", m.Because)}
		for _, x := range m.Missing {
			row.Parts = append(row.Parts, catalogue.T("web.stages.undone", "what", cmp.Or(r.Titles[x], x)))
		}
		v.Moves = append(v.Moves, row)
	}
}

// matrix sets the activities against the stages, those that the next stage
// needs apart.
func (v *StagesView) matrix(r *negotiate.StagesResult) {
	stages := parley.Stages()
	for _, st := range stages {
		v.Head = append(v.Head, plain.Capital(string(st)))
	}
	next := slices.Index(stages, r.Next)
	for _, a := range r.Activities {
		at := slices.Index(stages, a.Stage)
		due := r.Next != "" && at < next
		i := slices.IndexFunc(v.Rows, func(x StageRow) bool { return x.ID == a.ID })
		if i < 0 {
			i = len(v.Rows)
			v.Rows = append(v.Rows, StageRow{ID: a.ID, Title: a.Title, Cells: make([]StageCell, len(stages))})
			for j := range v.Rows[i].Cells {
				v.Rows[i].Cells[j].Stage = v.Head[j]
			}
		}
		if at >= 0 {
			v.Rows[i].Cells[at] = stageCell(v.Head[at], a, due)
		}
		if due && a.State == negotiate.ActivityMissing {
			v.Needs = append(v.Needs, StageNeed{a.ID, a.Title, v.Head[at], a.Says, a.Source})
		}
	}
}

func stageCell(stage string, a negotiate.StageActivity, due bool) StageCell {
	c := StageCell{Stage: stage, Why: a.Says}
	switch {
	case a.State == negotiate.ActivityShown:
		c.Text, c.Kind = catalogue.T("web.stages.shown"), "good"
	case a.State == negotiate.ActivitySaid:
		c.Text, c.Kind = catalogue.T("web.stages.said", "by", a.By), "good"
	case due:
		c.Text, c.Kind = catalogue.T("web.stages.missing"), "risk"
	default:
		c.Text = catalogue.T("web.stages.later")
	}
	return c
}

func featureRow(s *situation, f negotiate.FeatureStage, titles map[string]string) FeatureRow {
	link := "/stages?" + url.Values{"product": {s.product.ID}, "of": {f.ID}}.Encode()
	row := FeatureRow{Link: Link{link, titleOr(f.Title, f.ID)}, ID: f.ID, Stage: string(f.Stage), Tier: string(f.Tier), Missing: catalogue.T("stage.feature.none")}
	if row.Stage == "" {
		row.Stage = catalogue.T("stage.nowhere")
	}
	if n := len(f.Missing); n > 0 {
		missing := make([]string, n)
		for i, id := range f.Missing {
			missing[i] = inMarks(cmp.Or(titles[id], id))
		}
		row.Missing = catalogue.N("web.stages.misses", n, "what", plain.List(missing))
	}
	return row
}
