package api

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/negotiate"
)

// Proposals are the changes that wait for somebody's word.
type Proposals struct {
	Proposals []negotiate.Proposal `json:"proposals"`
}

// OfProposal names a proposal in a path.
type OfProposal struct {
	Of
	Proposal string `path:"proposal" maxLength:"100" doc:"Id of the proposal"`
}

// Tolerating proposes what may be lost how often.
type Tolerating struct {
	Limits  []negotiate.Tolerated `json:"limits" minItems:"1" maxItems:"50" doc:"More than this loss in at most that share of years; each loss larger than the one before"`
	Because string                `json:"because,omitempty" maxLength:"10000"`
	By      string                `json:"by,omitempty" maxLength:"320" doc:"At the machine of the ledger alone: in whose name, which is a claim"`
}

func (a *api) proposalRoutes() {
	appetite := operation{id: "propose-appetite", method: http.MethodPost, path: "/products/{product}/appetite", useCase: "ProposeAppetite", status: http.StatusCreated}
	handle(a, appetite, func(ctx context.Context, who negotiate.Actor, in *struct {
		Of
		Body Tolerating
	},
	) (*negotiate.AppetiteResult, error) {
		return a.service.ProposeAppetite(ctx, who, negotiate.AppetiteRequest{Product: in.Product, Limits: in.Body.Limits, Because: in.Body.Because, By: in.Body.By})
	})
	handle(a, operation{id: "proposals", method: http.MethodGet, path: "/products/{product}/proposals", useCase: "Status"},
		func(ctx context.Context, who negotiate.Actor, in *Of) (*Proposals, error) {
			all, err := a.proposals(ctx, who, in.Product)
			return &Proposals{Proposals: all}, err
		})
	one := operation{id: "proposal", method: http.MethodGet, path: "/products/{product}/proposals/{proposal}", useCase: "Status", kept: true}
	handle(a, one, func(ctx context.Context, who negotiate.Actor, in *OfProposal) (*negotiate.Proposal, error) {
		all, err := a.proposals(ctx, who, in.Product)
		if err != nil {
			return nil, err
		}
		i := slices.IndexFunc(all, func(p negotiate.Proposal) bool { return strings.EqualFold(p.ShortID, in.Proposal) })
		if i < 0 {
			return nil, refuse(http.StatusNotFound, parley.NotFound, "api.error.proposal", "id", in.Proposal)
		}
		return &all[i], nil
	})
	for _, move := range []string{"approve", "reject"} {
		op := operation{id: move + "-proposal", method: http.MethodPost, path: "/products/{product}/proposals/{proposal}/" + move, useCase: "Move"}
		handle(a, op, func(ctx context.Context, who negotiate.Actor, in *struct {
			OfProposal
			Looked
			Body Moving
		},
		) (*negotiate.DecideResult, error) {
			if err := a.unchanged(ctx, in.Looked, in.at("/proposals/"+url.PathEscape(in.Proposal))); err != nil {
				return nil, err
			}
			return a.service.Move(ctx, who, negotiate.MoveRequest{Product: in.Product, Decision: in.Proposal, Move: move, Because: in.Body.Because, By: in.Body.By})
		})
	}
}

func (a *api) proposals(ctx context.Context, who negotiate.Actor, product string) ([]negotiate.Proposal, error) {
	st, err := a.service.Status(ctx, who, negotiate.StatusRequest{Product: product})
	all := []negotiate.Proposal{}
	if err == nil {
		for _, p := range st.Products {
			all = append(all, p.Proposals...)
		}
	}
	return all, err
}
