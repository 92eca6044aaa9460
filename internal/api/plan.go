package api

import (
	"cmp"
	"context"
	"net/http"
	"time"

	"github.com/parleysec/parley/internal/negotiate"
)

// How long a plan is searched for where nobody says, and at most.
const (
	usualSearch = 10 * time.Second
	mostSearch  = 30
)

// Planning is what a plan may take, what it must have, and its day.
type Planning struct {
	AsOf
	Within
}

// Within is what a plan may take, and what it must have.
type Within struct {
	Money        string `query:"money" json:"money,omitempty" maxLength:"100" doc:"Money over all periods: 50k"`
	Effort       string `query:"effort" json:"effort,omitempty" maxLength:"100" doc:"Effort over all periods: 120d"`
	Periods      string `query:"periods" json:"periods,omitempty" maxLength:"2000" doc:"file, shared, none, or a list such as 2027-Q1=120d+30k"`
	Must         string `query:"must" json:"must,omitempty" maxLength:"2000" doc:"Mitigations and features in every plan, with commas between"`
	MustNot      string `query:"must_not" json:"must_not,omitempty" maxLength:"2000" doc:"Those in none"`
	MeetAppetite bool   `query:"meet_appetite" json:"meet_appetite,omitempty" doc:"Whether the finished plan must keep the limits on losses"`
	Objective    string `query:"objective" json:"objective,omitempty" enum:"value,cheapest,shortfall" doc:"What is sought; value without it"`
	Deadline     int    `query:"deadline" json:"deadline,omitempty" minimum:"1" maximum:"30" doc:"Seconds to search for; 10 without it"`
}

func (o Planning) request(src negotiate.Source) negotiate.PlanRequest {
	return negotiate.PlanRequest{Source: src, AsOf: o.AsOf.AsOf, Budget: o.budget()}
}

func (o Within) budget() negotiate.Budget {
	return negotiate.Budget{
		Money: o.Money, Effort: o.Effort, Periods: o.Periods, Must: parts(o.Must), MustNot: parts(o.MustNot), MeetAppetite: o.MeetAppetite,
		Objective: negotiate.Objective(o.Objective), Deadline: cmp.Or(time.Duration(min(o.Deadline, mostSearch))*time.Second, usualSearch),
	}
}

// PlanOptions are the choices of a plan.
type PlanOptions struct {
	Planning
	Trials  int  `query:"trials" json:"trials,omitempty" minimum:"100" maximum:"500000" doc:"Simulated years of the curves before and after"`
	Quick   bool `query:"quick" json:"quick,omitempty" doc:"Only the plan, at once: without peers, what would bring the rest in, prices of duties and the economically viable level"`
	Robust  bool `query:"robust" json:"robust,omitempty" doc:"How robust the plan is as well; takes longer than the plan"`
	Effects bool `query:"effects" json:"effects,omitempty" doc:"What each item does to a year as well, alone and within the plan"`
}

func (a *api) plan(ctx context.Context, who negotiate.Actor, src negotiate.Source, o PlanOptions) (*negotiate.PlanResult, error) {
	req := o.request(src)
	req.Trials, req.Quick, req.Robust, req.Effects = o.Trials, o.Quick, o.Robust, o.Effects
	return a.service.Plan(ctx, who, req)
}

// CompareOptions are two plans.
type CompareOptions struct {
	Planning
	A string `query:"a" json:"a" required:"true" maxLength:"2000" doc:"best, the number of a peer, none, or ids with commas between"`
	B string `query:"b" json:"b" required:"true" maxLength:"2000" doc:"The other plan, likewise"`
}

func (a *api) compare(ctx context.Context, who negotiate.Actor, src negotiate.Source, o CompareOptions) (*negotiate.CompareResult, error) {
	return a.service.Compare(ctx, who, negotiate.CompareRequest{PlanRequest: o.request(src), A: o.A, B: o.B})
}

// GateOptions are the choices of a gate.
type GateOptions struct {
	AsOf
	Stage  string `query:"stage" json:"stage,omitempty" maxLength:"40" doc:"The stage to enter; the one the product is in without it"`
	Block  bool   `query:"block" json:"block,omitempty" doc:"Whether a failure stops, whatever the policy says"`
	Trials int    `query:"trials" json:"trials,omitempty" minimum:"100" maximum:"500000" doc:"Simulated years"`
	Seed   uint64 `query:"seed" json:"seed,omitempty" doc:"Seed of the simulation"`
}

// OwnPolicy is a policy that comes with the question.
type OwnPolicy struct {
	Policy *File `json:"policy,omitempty" doc:"Rules to ask instead of those shipped with the program"`
}

func (a *api) gate(ctx context.Context, who negotiate.Actor, src negotiate.Source, o GateOptions, p OwnPolicy) (*negotiate.GateResult, error) {
	req := negotiate.GateRequest{Source: src, AsOf: o.AsOf.AsOf, Stage: o.Stage, Block: o.Block, Trials: o.Trials, Seed: o.Seed}
	if p.Policy != nil {
		req.PolicyName, req.Policy = cmp.Or(p.Policy.Name, "policy.yaml"), []byte(p.Policy.Text)
	}
	return a.service.Gate(ctx, who, req)
}

func (a *api) planRoutes() {
	handle(a, ofProduct("plan", "Plan"), func(ctx context.Context, who negotiate.Actor, in *struct {
		Of
		PlanOptions
	},
	) (*negotiate.PlanResult, error) {
		return a.plan(ctx, who, in.source(), in.PlanOptions)
	})
	handle(a, ofFile("plan", "Plan"), func(ctx context.Context, who negotiate.Actor, in *body[struct {
		Filed
		PlanOptions
	}],
	) (*negotiate.PlanResult, error) {
		return a.plan(ctx, who, in.Body.source(), in.Body.PlanOptions)
	})
	handle(a, ofProduct("frontier", "Frontier"), func(ctx context.Context, who negotiate.Actor, in *struct {
		Of
		Planning
	},
	) (*negotiate.FrontierResult, error) {
		return a.service.Frontier(ctx, who, in.request(in.source()))
	})
	handle(a, ofFile("frontier", "Frontier"), func(ctx context.Context, who negotiate.Actor, in *body[struct {
		Filed
		Planning
	}],
	) (*negotiate.FrontierResult, error) {
		return a.service.Frontier(ctx, who, in.Body.request(in.Body.source()))
	})
	handle(a, ofProduct("compare", "Compare"), func(ctx context.Context, who negotiate.Actor, in *struct {
		Of
		CompareOptions
	},
	) (*negotiate.CompareResult, error) {
		return a.compare(ctx, who, in.source(), in.CompareOptions)
	})
	handle(a, ofFile("compare", "Compare"), func(ctx context.Context, who negotiate.Actor, in *body[struct {
		Filed
		CompareOptions
	}],
	) (*negotiate.CompareResult, error) {
		return a.compare(ctx, who, in.Body.source(), in.Body.CompareOptions)
	})
	a.gateRoutes()
}

func (a *api) gateRoutes() {
	handle(a, ofProduct("gate", "Gate"), func(ctx context.Context, who negotiate.Actor, in *struct {
		Of
		GateOptions
	},
	) (*negotiate.GateResult, error) {
		return a.gate(ctx, who, in.source(), in.GateOptions, OwnPolicy{})
	})
	own := operation{id: "gate-own", method: http.MethodPost, path: "/products/{product}/gate", useCase: "Gate", heavy: true}
	handle(a, own, func(ctx context.Context, who negotiate.Actor, in *struct {
		Of
		body[struct {
			GateOptions
			OwnPolicy
		}]
	},
	) (*negotiate.GateResult, error) {
		return a.gate(ctx, who, in.source(), in.Body.GateOptions, in.Body.OwnPolicy)
	})
	handle(a, ofFile("gate", "Gate"), func(ctx context.Context, who negotiate.Actor, in *body[struct {
		Filed
		GateOptions
		OwnPolicy
	}],
	) (*negotiate.GateResult, error) {
		return a.gate(ctx, who, in.Body.source(), in.Body.GateOptions, in.Body.OwnPolicy)
	})
}
