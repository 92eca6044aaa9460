package api

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/brief"
	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/ledger"
)

// TaskFilters are which tasks are wanted.
type TaskFilters struct {
	All    bool   `query:"all" doc:"Finished and cancelled ones too"`
	Status string `query:"status" enum:"open,done,cancelled,planned" doc:"Only these; done and cancelled without all as well"`
	Kind   string `query:"kind" enum:"mitigation,feature,drop" doc:"Only these"`
	Threat string `query:"threat" maxLength:"200" doc:"Only against this threat"`
	Money  string `query:"money" maxLength:"100" doc:"Money of the plan that orders them"`
	Effort string `query:"effort" maxLength:"100" doc:"Effort of that plan"`
}

// Tasks are the tasks of a product, what is still to be done first: in the order
// on record, or in that of the plan where nobody moved anything.
type Tasks struct {
	Product string `json:"product"`
	Name    string `json:"name" doc:"Of the product"`
	Page[negotiate.Task]
	NoPlan string `json:"no_plan,omitempty" doc:"Why there is no plan, and so no feature"`

	Order    *negotiate.BacklogOrder  `json:"order" doc:"Whose order it is"`
	New      []string                 `json:"new,omitempty" doc:"What came since somebody last moved something: it stands behind its predecessor in the plan"`
	Lines    []negotiate.CapacityLine `json:"lines,omitempty" doc:"How far each period of the capacity gets, where each item takes what it takes on average"`
	Over     []string                 `json:"over,omitempty" doc:"What no longer fits into the capacity"`
	Warnings []negotiate.TaskWarning  `json:"warnings,omitempty" doc:"What the order breaks"`
	Progress *negotiate.Progress      `json:"progress"`
}

// OfTask names a task in a path.
type OfTask struct {
	Of
	Task string `path:"task" maxLength:"200" doc:"Id of the task, or of its mitigation"`
}

// Placing says where an item of the backlog goes: one of the four.
type Placing struct {
	Before  string `json:"before,omitempty" maxLength:"200" doc:"Right before this one"`
	After   string `json:"after,omitempty" maxLength:"200" doc:"Right behind this one"`
	First   bool   `json:"first,omitempty"`
	Last    bool   `json:"last,omitempty"`
	Because string `json:"because,omitempty" maxLength:"10000"`
}

// Unordering gives the backlog back to the order of its plan.
type Unordering struct {
	Because string `json:"because,omitempty" maxLength:"10000"`
}

// Finishing says what becomes of a task.
type Finishing struct {
	To      string `json:"to,omitempty" enum:"done,cancelled,open" doc:"done without it"`
	Because string `json:"because,omitempty" maxLength:"10000"`
}

// ThreatFilters are which threats are wanted.
type ThreatFilters struct {
	Triage  string `query:"triage" enum:"negotiate,aware,closed" doc:"Only these"`
	Waiting bool   `query:"waiting" doc:"Only those that need a decision"`
	Owner   string `query:"owner" maxLength:"320" doc:"Only of this owner"`
	Search  string `query:"search" maxLength:"200" doc:"Only those whose title or id has this in it"`
}

// Threat is one threat with the figures that a list needs.
type Threat struct {
	ID                  string   `json:"id"`
	ShortID             string   `json:"short_id,omitempty" doc:"Where it waits for a decision"`
	Title               string   `json:"title"`
	Triage              string   `json:"triage"`
	Owner               string   `json:"owner,omitempty"`
	Waiting             bool     `json:"waiting"`
	GraveHarm           bool     `json:"grave_harm"`
	Decision            string   `json:"decision,omitempty" doc:"The decision in force"`
	ChanceWithinHorizon *float64 `json:"chance_within_horizon"`
	TypicalLoss         *float64 `json:"loss_p50"`
	BadLoss             *float64 `json:"loss_p95"`
	ExpectedAnnualLoss  *float64 `json:"expected_annual_loss"`
	Unconfirmed         bool     `json:"unconfirmed"`
}

func (a *api) backlogRoutes() {
	handle(a, operation{id: "threats", method: http.MethodGet, path: "/products/{product}/threats", useCase: "Brief", heavy: true},
		func(ctx context.Context, who negotiate.Actor, in *struct {
			Of
			Paging
			ThreatFilters
		},
		) (*Page[Threat], error) {
			all, err := a.threats(ctx, who, in.Product, in.ThreatFilters)
			if err != nil {
				return nil, err
			}
			f := in.ThreatFilters
			return cut(all, in.Paging, []string{f.Triage, f.Owner, f.Search, mark(f.Waiting)}, func(t Threat) string { return t.ID })
		})
	handle(a, operation{id: "tasks", method: http.MethodGet, path: "/products/{product}/tasks", useCase: "Tasks", heavy: true},
		func(ctx context.Context, who negotiate.Actor, in *struct {
			Of
			Paging
			TaskFilters
		},
		) (*Tasks, error) {
			r, err := a.tasks(ctx, who, negotiate.TasksRequest{Product: in.Product}, in.TaskFilters)
			if err != nil {
				return nil, err
			}
			f := in.TaskFilters
			page, err := cut(r.Tasks, in.Paging, []string{f.Status, f.Kind, f.Threat, f.Money, f.Effort, mark(f.All)}, taskID)
			if err != nil {
				return nil, err
			}
			return &Tasks{
				Product: r.Product, Name: r.Name, Page: *page, NoPlan: r.NoPlan,
				Order: r.Order, New: r.New, Lines: r.Lines, Over: r.Over, Warnings: r.Warnings, Progress: r.Progress,
			}, nil
		})
	one := operation{id: "task", method: http.MethodGet, path: "/products/{product}/tasks/{task}", useCase: "Tasks", heavy: true, kept: true}
	handle(a, one, func(ctx context.Context, who negotiate.Actor, in *OfTask) (*negotiate.Task, error) {
		r, err := a.tasks(ctx, who, negotiate.TasksRequest{Product: in.Product, Task: in.Task}, TaskFilters{All: true})
		if err != nil {
			return nil, err
		}
		i := slices.IndexFunc(r.Tasks, func(t negotiate.Task) bool { return strings.EqualFold(t.ShortID, in.Task) || t.Item == in.Task })
		if i < 0 {
			return nil, refuse(http.StatusNotFound, parley.NotFound, "api.error.task", "id", in.Task)
		}
		return &r.Tasks[i], nil
	})
	handle(a, operation{id: "done", method: http.MethodPost, path: "/products/{product}/tasks/{task}/status", useCase: "Done", heavy: true},
		func(ctx context.Context, who negotiate.Actor, in *struct {
			OfTask
			Looked
			Body Finishing
		},
		) (*negotiate.TasksResult, error) {
			if err := a.unchanged(ctx, in.Looked, in.at("/tasks/"+url.PathEscape(in.Task))); err != nil {
				return nil, err
			}
			return a.service.Done(ctx, who, negotiate.DoneRequest{Product: in.Product, Task: in.Task, To: ledger.TaskStatus(in.Body.To), Because: in.Body.Because})
		})
	a.orderRoutes()
}

// orderRoutes are for the order of a backlog. Who moves an item needs the tag of
// that item, which changes when it is moved and not when another one is.
func (a *api) orderRoutes() {
	handle(a, operation{id: "place", method: http.MethodPost, path: "/products/{product}/backlog/{task}/place", useCase: "Order", heavy: true},
		func(ctx context.Context, who negotiate.Actor, in *struct {
			OfTask
			Looked
			Body Placing
		},
		) (*negotiate.TasksResult, error) {
			if err := a.unchanged(ctx, in.Looked, in.at("/tasks/"+url.PathEscape(in.Task))); err != nil {
				return nil, err
			}
			b := in.Body
			return a.service.Order(ctx, who, negotiate.OrderRequest{
				Product: in.Product, Task: in.Task, Before: b.Before, After: b.After, First: b.First, Last: b.Last, Because: b.Because,
			})
		})
	handle(a, operation{id: "as-planned", method: http.MethodPost, path: "/products/{product}/backlog/as-planned", useCase: "Order", heavy: true},
		func(ctx context.Context, who negotiate.Actor, in *struct {
			Of
			Looked
			Body Unordering
		},
		) (*negotiate.TasksResult, error) {
			if err := a.unchanged(ctx, in.Looked, in.at("/tasks")); err != nil {
				return nil, err
			}
			return a.service.Order(ctx, who, negotiate.OrderRequest{Product: in.Product, AsPlanned: true, Because: in.Body.Because})
		})
}

// taskID names a task in a list: a feature may have no short id.
func taskID(t negotiate.Task) string { return t.ShortID + "/" + t.Item }

func mark(on bool) string {
	if on {
		return "1"
	}
	return ""
}

// tasks are the tasks of a product that a filter lets through.
func (a *api) tasks(ctx context.Context, who negotiate.Actor, req negotiate.TasksRequest, f TaskFilters) (*negotiate.TasksResult, error) {
	over := f.Status == string(ledger.TaskDone) || f.Status == string(ledger.TaskCancelled)
	req.All, req.Budget = f.All || over, negotiate.Budget{Money: f.Money, Effort: f.Effort, Deadline: usualSearch}
	r, err := a.service.Tasks(ctx, who, req)
	if err != nil {
		return nil, err
	}
	r.Tasks = slices.DeleteFunc(r.Tasks, func(t negotiate.Task) bool {
		return f.Status != "" && t.Status != f.Status || f.Kind != "" && t.Kind != f.Kind || f.Threat != "" && !slices.Contains(t.Threats, f.Threat)
	})
	return r, nil
}

// threats are the threats of a product that a filter lets through, the costliest
// first.
func (a *api) threats(ctx context.Context, who negotiate.Actor, product string, f ThreatFilters) ([]Threat, error) {
	report, err := a.service.Brief(ctx, who, negotiate.BriefRequest{Source: negotiate.Source{Product: product}, Figures: true})
	if err != nil {
		return nil, err
	}
	st, err := a.service.Status(ctx, who, negotiate.StatusRequest{Product: report.Product})
	if err != nil {
		return nil, err
	}
	waits := map[string]string{}
	for _, p := range st.Products {
		for _, w := range p.Waiting {
			waits[w.Threat] = w.ShortID
		}
	}
	var out []Threat
	for i := range report.Threats {
		t := threatOf(&report.Threats[i])
		t.ShortID, t.Waiting = waits[t.ID], waits[t.ID] != ""
		if f.lets(t) {
			out = append(out, t)
		}
	}
	return out, nil
}

func (f ThreatFilters) lets(t Threat) bool {
	has := func(s string) bool { return strings.Contains(strings.ToLower(s), strings.ToLower(f.Search)) }
	return (f.Triage == "" || t.Triage == f.Triage) && (!f.Waiting || t.Waiting) && (f.Owner == "" || t.Owner == f.Owner) && (has(t.Title) || has(t.ID))
}

func threatOf(t *brief.Threat) Threat {
	out := Threat{
		ID: t.ID, Title: t.Title, Triage: string(t.Triage), Owner: t.Owner, GraveHarm: t.GraveHarm, ChanceWithinHorizon: t.ChanceWithinHorizon,
		ExpectedAnnualLoss: t.ExpectedAnnualLoss, Unconfirmed: t.Unconfirmed,
	}
	if t.Triage == "" {
		out.Triage = string(parley.Negotiate)
	}
	if l := t.LossIfItHappens; l != nil {
		out.TypicalLoss, out.BadLoss = &l.P50, &l.P95
	}
	if t.Decided != nil {
		out.Decision = t.Decided.ID
	}
	return out
}
