package client

import (
	"context"
	"math"
	"time"

	"github.com/parleysec/parley/internal/api"
	"github.com/parleysec/parley/internal/brief"
	"github.com/parleysec/parley/internal/negotiate"
)

func asOf(day string) api.AsOf { return api.AsOf{AsOf: day} }

// Risk prices all threats together.
func (c *Client) Risk(ctx context.Context, _ negotiate.Actor, r negotiate.RiskRequest) (*negotiate.RiskResult, error) {
	return ask[negotiate.RiskResult](ctx, c, r.Source, "risk", api.RiskOptions{
		AsOf: asOf(r.AsOf), Draws: api.Draws{Trials: r.Trials, Seed: r.Seed, At: losses(r.At)}, Method: string(r.Method), With: list(r.With), Options: r.Options, InPlan: r.InPlan, Over: r.Over,
	})
}

// WhatIf prices a change.
func (c *Client) WhatIf(ctx context.Context, _ negotiate.Actor, r negotiate.WhatIfRequest) (*negotiate.WhatIfResult, error) {
	return ask[negotiate.WhatIfResult](ctx, c, r.Source, "whatif", api.WhatIfOptions{
		AsOf: asOf(r.AsOf), Draws: api.Draws{Trials: r.Trials, Seed: r.Seed, At: losses(r.At)}, With: list(r.With), Without: list(r.Without), Break: list(r.Break), Over: r.Over,
	})
}

// Brief says what may happen and what can be done, in plain words.
func (c *Client) Brief(ctx context.Context, _ negotiate.Actor, r negotiate.BriefRequest) (*brief.Report, error) {
	return ask[brief.Report](ctx, c, r.Source, "brief", api.BriefOptions{AsOf: asOf(r.AsOf), Threats: list(r.Threats), Money: r.Budget.Money, Effort: r.Budget.Effort, Over: r.Over})
}

// Learn says what finding out more would be worth.
func (c *Client) Learn(ctx context.Context, _ negotiate.Actor, r negotiate.LearnRequest) (*negotiate.LearnResult, error) {
	return ask[negotiate.LearnResult](ctx, c, r.Source, "learn", api.LearnOptions{AsOf: asOf(r.AsOf), Quick: r.Quick, Ranking: r.Ranking})
}

// Layers says how the layers stand.
func (c *Client) Layers(ctx context.Context, _ negotiate.Actor, r negotiate.LayersRequest) (*negotiate.LayersResult, error) {
	return ask[negotiate.LayersResult](ctx, c, r.Source, "layers", asOf(r.AsOf))
}

// Why says what a figure rose or fell by, and through what.
func (c *Client) Why(ctx context.Context, _ negotiate.Actor, r negotiate.WhyRequest) (*negotiate.WhyResult, error) {
	out := &negotiate.WhyResult{}
	_, err := c.get(ctx, of(r.Product, "why")+query{"figure": r.Figure, "from": r.From, "to": r.To}.text(), out)
	return out, err
}

// Sum says what figures add up from.
func (c *Client) Sum(ctx context.Context, _ negotiate.Actor, r negotiate.SumRequest) (*negotiate.SumsResult, error) {
	return ask[negotiate.SumsResult](ctx, c, r.Source, "sum", api.SumOptions{
		AsOf: asOf(r.AsOf), Within: within(r.Budget), About: r.About, ID: r.ID, Option: r.Option, With: list(r.With),
	})
}

// Gate says what is missing before a stage.
func (c *Client) Gate(ctx context.Context, _ negotiate.Actor, r negotiate.GateRequest) (*negotiate.GateResult, error) {
	o := api.GateOptions{AsOf: asOf(r.AsOf), Stage: r.Stage, Block: r.Block, Trials: r.Trials, Seed: r.Seed}
	var own api.OwnPolicy
	if r.Policy != nil {
		own.Policy = &api.File{Name: r.PolicyName, Text: string(r.Policy)}
	}
	both := struct {
		api.GateOptions
		api.OwnPolicy
	}{o, own}
	if r.Data == nil && own.Policy != nil {
		out := &negotiate.GateResult{}
		_, err := c.post(ctx, of(r.Product, "gate"), both, "", out)
		return out, err
	}
	return ask[negotiate.GateResult](ctx, c, r.Source, "gate", both)
}

// planning are the choices of a plan. A server searches in whole seconds.
func planning(r negotiate.PlanRequest) api.Planning {
	return api.Planning{AsOf: asOf(r.AsOf), Within: within(r.Budget)}
}

func within(b negotiate.Budget) api.Within {
	return api.Within{
		Money: b.Money, Effort: b.Effort, Periods: b.Periods, Must: list(b.Must), MustNot: list(b.MustNot),
		MeetAppetite: b.MeetAppetite, Objective: string(b.Objective), Deadline: int(math.Ceil(float64(b.Deadline) / float64(time.Second))),
	}
}

// Plan finds the best plan.
func (c *Client) Plan(ctx context.Context, _ negotiate.Actor, r negotiate.PlanRequest) (*negotiate.PlanResult, error) {
	return ask[negotiate.PlanResult](ctx, c, r.Source, "plan", api.PlanOptions{Planning: planning(r), Trials: r.Trials, Quick: r.Quick, Robust: r.Robust, Effects: r.Effects})
}

// Frontier says what more money or effort would bring.
func (c *Client) Frontier(ctx context.Context, _ negotiate.Actor, r negotiate.PlanRequest) (*negotiate.FrontierResult, error) {
	return ask[negotiate.FrontierResult](ctx, c, r.Source, "frontier", planning(r))
}

// Compare holds two plans against each other.
func (c *Client) Compare(ctx context.Context, _ negotiate.Actor, r negotiate.CompareRequest) (*negotiate.CompareResult, error) {
	return ask[negotiate.CompareResult](ctx, c, r.Source, "compare", api.CompareOptions{Planning: planning(r.PlanRequest), A: r.A, B: r.B})
}

// Incidents says what happened beside what was expected.
func (c *Client) Incidents(ctx context.Context, _ negotiate.Actor, r negotiate.IncidentsRequest) (*negotiate.IncidentsResult, error) {
	return ask[negotiate.IncidentsResult](ctx, c, r.Source, "incidents", api.IncidentOptions{AsOf: asOf(r.AsOf), Threats: list(r.Threats), Since: r.Since})
}

// Stages says where a product, or a feature of it, stands in its life.
func (c *Client) Stages(ctx context.Context, _ negotiate.Actor, r negotiate.StagesRequest) (*negotiate.StagesResult, error) {
	return ask[negotiate.StagesResult](ctx, c, r.Source, "stages", api.StageOptions{AsOf: asOf(r.AsOf), Item: r.Item})
}
