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

func (a *api) proposalRoutes() {
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
