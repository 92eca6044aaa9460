package api

import (
	"cmp"
	"context"
	"net/http"
	"strings"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/brief"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/quantity"
)

// File is a file in a request.
type File struct {
	Name string `json:"name,omitempty" maxLength:"200" doc:"Name of the file, for messages"`
	Text string `json:"text" doc:"Its content"`
}

// Filed is a negotiation file that a question is about.
type Filed struct {
	File File `json:"file" doc:"A negotiation file"`
}

func (f Filed) source() negotiate.Source {
	return negotiate.Source{Name: cmp.Or(f.File.Name, "parley.yaml"), Data: []byte(f.File.Text)}
}

// ofProduct is a question about a product of the ledger.
func ofProduct(id, useCase string) operation {
	return operation{id: id, method: http.MethodGet, path: "/products/{product}/" + id, useCase: useCase, heavy: true, tells: true}
}

// ofFile is the same question about a file, which is read and not kept.
func ofFile(id, useCase string) operation {
	return operation{id: "file-" + id, method: http.MethodPost, path: "/files/" + id, useCase: useCase, heavy: true, tells: true, body: fileBody}
}

func (a *api) priceRoutes() {
	handle(a, ofProduct("risk", "Risk"), func(ctx context.Context, who negotiate.Actor, in *struct {
		Of
		RiskOptions
	},
	) (*negotiate.RiskResult, error) {
		return a.risk(ctx, who, in.source(), in.RiskOptions, "query")
	})
	handle(a, ofFile("risk", "Risk"), func(ctx context.Context, who negotiate.Actor, in *body[struct {
		Filed
		RiskOptions
	}],
	) (*negotiate.RiskResult, error) {
		return a.risk(ctx, who, in.Body.source(), in.Body.RiskOptions, "body")
	})
	handle(a, ofProduct("whatif", "WhatIf"), func(ctx context.Context, who negotiate.Actor, in *struct {
		Of
		WhatIfOptions
	},
	) (*negotiate.WhatIfResult, error) {
		return a.whatIf(ctx, who, in.source(), in.WhatIfOptions, "query")
	})
	handle(a, ofFile("whatif", "WhatIf"), func(ctx context.Context, who negotiate.Actor, in *body[struct {
		Filed
		WhatIfOptions
	}],
	) (*negotiate.WhatIfResult, error) {
		return a.whatIf(ctx, who, in.Body.source(), in.Body.WhatIfOptions, "body")
	})
	handle(a, ofProduct("brief", "Brief"), func(ctx context.Context, who negotiate.Actor, in *struct {
		Of
		BriefOptions
	},
	) (*brief.Report, error) {
		return a.brief(ctx, who, in.source(), in.BriefOptions)
	})
	handle(a, ofFile("brief", "Brief"), func(ctx context.Context, who negotiate.Actor, in *body[struct {
		Filed
		BriefOptions
	}],
	) (*brief.Report, error) {
		return a.brief(ctx, who, in.Body.source(), in.Body.BriefOptions)
	})
	handle(a, ofProduct("learn", "Learn"), func(ctx context.Context, who negotiate.Actor, in *struct {
		Of
		LearnOptions
	},
	) (*negotiate.LearnResult, error) {
		return a.service.Learn(ctx, who, in.request(in.source()))
	})
	handle(a, ofFile("learn", "Learn"), func(ctx context.Context, who negotiate.Actor, in *body[struct {
		Filed
		LearnOptions
	}],
	) (*negotiate.LearnResult, error) {
		return a.service.Learn(ctx, who, in.Body.request(in.Body.source()))
	})
	a.sumRoutes()
	handle(a, ofProduct("layers", "Layers"), func(ctx context.Context, who negotiate.Actor, in *struct {
		Of
		AsOf
	},
	) (*negotiate.LayersResult, error) {
		return a.service.Layers(ctx, who, negotiate.LayersRequest{Source: in.source(), AsOf: in.AsOf.AsOf})
	})
	handle(a, ofFile("layers", "Layers"), func(ctx context.Context, who negotiate.Actor, in *body[struct {
		Filed
		AsOf
	}],
	) (*negotiate.LayersResult, error) {
		return a.service.Layers(ctx, who, negotiate.LayersRequest{Source: in.Body.source(), AsOf: in.Body.AsOf.AsOf})
	})
}

// Draws says how years are simulated.
type Draws struct {
	Trials int    `query:"trials" json:"trials,omitempty" minimum:"100" maximum:"500000" doc:"Simulated years; 100000 without it"`
	Seed   uint64 `query:"seed" json:"seed,omitempty" doc:"Seed of the simulation; 1 without it"`
	At     string `query:"at" json:"at,omitempty" maxLength:"500" doc:"Losses at which the chance of losing more is wanted, with commas between: 100k,1M"`
}

const mostLosses = 50

// losses reads the losses asked about.
func (d Draws) losses(field string) ([]float64, error) {
	var out []float64
	for _, text := range parts(d.At) {
		q, err := quantity.Parse(text, quantity.Money, quantity.Env{})
		if err != nil || len(out) == mostLosses {
			p := refuse(http.StatusUnprocessableEntity, parley.Invalid, "api.error.request")
			f := FieldProblem{Location: field, Message: catalogue.T("api.error.losses", "n", mostLosses)}
			if err != nil {
				f.Message = err.Error()
			}
			p.Errors = []FieldProblem{f}
			return nil, p
		}
		out = append(out, q.Mean())
	}
	return out, nil
}

// parts is a text with commas between its parts as a list.
func parts(text string) []string {
	var out []string
	for part := range strings.SplitSeq(text, ",") {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}

// RiskOptions are the choices of a price.
type RiskOptions struct {
	AsOf
	Draws
	Method  string `query:"method" json:"method,omitempty" enum:"auto,exact,simulate" doc:"How the yearly loss is computed; auto without it"`
	With    string `query:"with" json:"with,omitempty" maxLength:"2000" doc:"Mitigations or features taken as finished, with commas between"`
	Options bool   `query:"options" json:"options,omitempty" doc:"Whether each option's worth, cost of delay and sensitivity are wanted"`
	InPlan  bool   `query:"in_plan" json:"in_plan,omitempty" doc:"Whether what each option does within the best plan is wanted, too"`
	Over    string `query:"over" json:"over,omitempty" enum:"horizon,year" doc:"What chances are told over; the horizon without it"`
}

func (a *api) risk(ctx context.Context, who negotiate.Actor, src negotiate.Source, o RiskOptions, in string) (*negotiate.RiskResult, error) {
	at, err := o.losses(in + ".at")
	if err != nil {
		return nil, err
	}
	method := negotiate.Method(o.Method)
	if method == "" {
		method = negotiate.Auto
	}
	return a.service.Risk(ctx, who, negotiate.RiskRequest{
		Source: src, AsOf: o.AsOf.AsOf, Trials: o.Trials, Seed: o.Seed, Method: method, At: at, With: parts(o.With), Options: o.Options, InPlan: o.InPlan, Over: o.Over,
	})
}

// WhatIfOptions are what is to be changed.
type WhatIfOptions struct {
	AsOf
	Draws
	With    string `query:"with" json:"with,omitempty" maxLength:"2000" doc:"Mitigations or features finished, with commas between"`
	Without string `query:"without" json:"without,omitempty" maxLength:"2000" doc:"Controls or mitigations taken away"`
	Break   string `query:"break" json:"break,omitempty" maxLength:"2000" doc:"Controls, mitigations or dependencies that fail"`
	Over    string `query:"over" json:"over,omitempty" enum:"horizon,year" doc:"What chances are told over; the horizon without it"`
}

func (a *api) whatIf(ctx context.Context, who negotiate.Actor, src negotiate.Source, o WhatIfOptions, in string) (*negotiate.WhatIfResult, error) {
	at, err := o.losses(in + ".at")
	if err != nil {
		return nil, err
	}
	return a.service.WhatIf(ctx, who, negotiate.WhatIfRequest{
		Source: src, AsOf: o.AsOf.AsOf, With: parts(o.With), Without: parts(o.Without), Break: parts(o.Break), Trials: o.Trials, Seed: o.Seed, At: at, Over: o.Over,
	})
}

// LearnOptions are how much of what to find out is asked for.
type LearnOptions struct {
	AsOf
	Quick   bool `query:"quick" json:"quick,omitempty" doc:"Only the decisions about threats, at once: without what the plan turns on, which takes a search"`
	Ranking bool `query:"ranking" json:"ranking,omitempty" doc:"Only what each estimate is worth: without what knowing everything before a decision would be"`
}

func (o LearnOptions) request(src negotiate.Source) negotiate.LearnRequest {
	return negotiate.LearnRequest{Source: src, AsOf: o.AsOf.AsOf, Quick: o.Quick, Ranking: o.Ranking}
}

// BriefOptions are which threats a brief is of, and the plan beside it.
type BriefOptions struct {
	AsOf
	Threats string `query:"threats" json:"threats,omitempty" maxLength:"4000" doc:"Ids of threats, with commas between; all without it"`
	Money   string `query:"money" json:"money,omitempty" maxLength:"100" doc:"Money of the plan that options are seen against"`
	Effort  string `query:"effort" json:"effort,omitempty" maxLength:"100" doc:"Effort of that plan"`
	Over    string `query:"over" json:"over,omitempty" enum:"horizon,year" doc:"What chances are told over; the horizon without it"`
}

func (a *api) brief(ctx context.Context, who negotiate.Actor, src negotiate.Source, o BriefOptions) (*brief.Report, error) {
	return a.service.Brief(ctx, who, negotiate.BriefRequest{
		Source: src, AsOf: o.AsOf.AsOf, Threats: parts(o.Threats), Budget: negotiate.Budget{Money: o.Money, Effort: o.Effort, Deadline: usualSearch},
		Over: o.Over,
	})
}
