package api

import (
	"context"
	"net/http"
	"net/url"
	"slices"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/negotiate"
)

// RuleChange is a change of the organisation's rules: a setting by its name, or
// a row of the authority matrix.
type RuleChange struct {
	Name    string     `json:"name,omitempty" maxLength:"100" doc:"A setting: separate_approver, longest_end or who_has_seen"`
	Value   string     `json:"value,omitempty" maxLength:"1000"`
	Role    *RoleLimit `json:"authority,omitempty" doc:"A row of the authority matrix"`
	Because string     `json:"because" maxLength:"10000"`
	By      string     `json:"by,omitempty" maxLength:"320" doc:"At the machine of the ledger alone: in whose name, which is a claim"`
}

// RoleLimit is who may leave how much as it is.
type RoleLimit struct {
	Name     string   `json:"name" maxLength:"100"`
	Holders  []string `json:"holders,omitempty" maxItems:"1000" doc:"A name alone takes the role away; anything besides needs holders, or roles in of"`
	Of       []string `json:"of,omitempty" maxItems:"100" doc:"Roles whose holders hold this one too: of the matrix, or decider, security, manager"`
	Approve  int      `json:"approvers,omitempty" minimum:"0" maximum:"20" doc:"How many of the holders have to approve; 0 is 1"`
	Products []string `json:"products,omitempty" maxItems:"1000"`
	Currency string   `json:"currency,omitempty" maxLength:"3"`
	Annual   string   `json:"annual,omitempty" maxLength:"100" doc:"Limits as typed; none without it"`
	OneIn20  string   `json:"one_in_20,omitempty" maxLength:"100"`
	BadCase  string   `json:"bad_case,omitempty" maxLength:"100"`
	Cost     string   `json:"cost,omitempty" maxLength:"100" doc:"Of what is built or insured, within the horizon"`

	For []parley.Kind `json:"for,omitempty" maxItems:"4" doc:"Kinds of decisions it is about: accept, defer, mitigate, transfer; none: accept and defer"`
}

// OfRule names a change of the rules in a path.
type OfRule struct {
	Rule string `path:"rule" maxLength:"100" doc:"Id of the change"`
}

func (a *api) ruleRoutes() {
	handle(a, operation{id: "rules", method: http.MethodGet, path: "/rules", useCase: "Rules", kept: true}, func(ctx context.Context, who negotiate.Actor, _ *struct{}) (*negotiate.RulesResult, error) {
		return a.service.Rules(ctx, who)
	})
	handle(a, operation{id: "rule", method: http.MethodGet, path: "/rules/{rule}", useCase: "Rules", kept: true}, func(ctx context.Context, who negotiate.Actor, in *OfRule) (*negotiate.Rule, error) {
		r, err := a.service.Rules(ctx, who)
		if err != nil {
			return nil, err
		}
		i := slices.IndexFunc(r.Rules, func(x negotiate.Rule) bool { return x.ID == in.Rule })
		if i < 0 {
			return nil, refuse(http.StatusNotFound, parley.NotFound, "api.error.rule", "id", in.Rule)
		}
		return &r.Rules[i], nil
	})
	handle(a, operation{id: "set-rule", method: http.MethodPost, path: "/rules", useCase: "SetRule", status: http.StatusCreated}, func(ctx context.Context, who negotiate.Actor, in *struct {
		Looked
		Body RuleChange
	},
	) (*negotiate.RulesResult, error) {
		if err := a.unchanged(ctx, in.Looked, "/rules"); err != nil {
			return nil, err
		}
		return a.service.SetRule(ctx, who, in.Body.request())
	})
	for _, word := range []string{"accept", "refuse"} {
		op := operation{id: word + "-rule", method: http.MethodPost, path: "/rules/{rule}/" + word, useCase: "SettleRule"}
		handle(a, op, func(ctx context.Context, who negotiate.Actor, in *struct {
			OfRule
			Looked
			Body Moving
		},
		) (*negotiate.RulesResult, error) {
			if err := a.unchanged(ctx, in.Looked, "/rules/"+url.PathEscape(in.Rule)); err != nil {
				return nil, err
			}
			return a.service.SettleRule(ctx, who, negotiate.SettleRuleRequest{Rule: in.Rule, Accept: word == "accept", Because: in.Body.Because, By: in.Body.By})
		})
	}
}

func (c RuleChange) request() negotiate.RuleRequest {
	req := negotiate.RuleRequest{Name: c.Name, Value: c.Value, Because: c.Because, By: c.By}
	if r := c.Role; r != nil {
		req.Role = negotiate.RoleRequest{
			Name: r.Name, Holders: r.Holders, Of: r.Of, Approve: r.Approve, Products: r.Products, Currency: r.Currency, Annual: r.Annual, OneIn20: r.OneIn20, BadCase: r.BadCase, Cost: r.Cost, For: r.For,
		}
	}
	return req
}
