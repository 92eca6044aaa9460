package api

import (
	"context"
	"net/http"

	"github.com/parleysec/parley/internal/negotiate"
)

// Agreeing is a plan as somebody agrees on it, today: the question it answered,
// and what of the answer they saw. Who agrees is who asks.
type Agreeing struct {
	Within
	Trials   int      `json:"trials,omitempty" minimum:"100" maximum:"500000" doc:"Simulated years, as the plan was asked for"`
	Chosen   []string `json:"chosen" maxItems:"5000" nullable:"false" doc:"What the plan that was looked at does: its field chosen. Where the best plan is another one by now: 409"`
	Because  string   `json:"because" maxLength:"10000" doc:"The reason"`
	By       string   `json:"by,omitempty" maxLength:"320" doc:"At the machine of the ledger alone: in whose name, which is a claim"`
	PlanOnly bool     `json:"plan_only,omitempty" doc:"Whether no threat is decided on with it"`
	Propose  bool     `json:"propose,omitempty" doc:"Whether the decisions that follow are only proposed: somebody else approves each"`
}

func (a *api) agreementRoutes() {
	const path = "/products/{product}/agreements"
	handle(a, operation{id: "agreements", method: http.MethodGet, path: path, useCase: "Agreements"},
		func(ctx context.Context, who negotiate.Actor, in *Of) (*negotiate.AgreementsResult, error) {
			return a.service.Agreements(ctx, who, negotiate.AgreementsRequest{Product: in.Product})
		})
	handle(a, operation{id: "agree", method: http.MethodPost, path: path, useCase: "Agree", heavy: true, status: http.StatusCreated}, a.agree)
}

// agree records a plan that somebody looked at. That it is still the best one is
// asked of the state that it is recorded on.
func (a *api) agree(ctx context.Context, who negotiate.Actor, in *struct {
	Of
	body[Agreeing]
},
) (*negotiate.AgreeResult, error) {
	b := in.Body
	return a.service.Agree(ctx, who, negotiate.AgreeRequest{
		PlanRequest: negotiate.PlanRequest{Source: in.source(), Budget: b.budget(), Trials: b.Trials},
		Because:     b.Because, By: b.By, PlanOnly: b.PlanOnly, Propose: b.Propose, Seen: append([]string{}, b.Chosen...),
	})
}
