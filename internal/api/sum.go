package api

import (
	"context"

	"github.com/parleysec/parley/internal/negotiate"
)

// SumOptions say which figures are to be taken apart.
type SumOptions struct {
	AsOf
	Within
	About  string `query:"about" json:"about,omitempty" enum:"product,threat,option,plan,layer,backlog,authority,deciding" doc:"What the figures are of; the product without it. The last three are of a product on record, not of a file"`
	ID     string `query:"id" json:"id,omitempty" maxLength:"200" doc:"Of the threat, the layer or the dependency"`
	Option string `query:"option" json:"option,omitempty" maxLength:"200" doc:"Of an option of the threat, as the brief names it"`
	With   string `query:"with" json:"with,omitempty" maxLength:"20000" doc:"Of a plan: mitigations and features in it, with commas between, in place of the best"`
}

func (o SumOptions) request(src negotiate.Source) negotiate.SumRequest {
	return negotiate.SumRequest{Source: src, AsOf: o.AsOf.AsOf, About: o.About, ID: o.ID, Option: o.Option, With: parts(o.With), Budget: o.budget()}
}

func (a *api) sumRoutes() {
	handle(a, ofProduct("sum", "Sum"), func(ctx context.Context, who negotiate.Actor, in *struct {
		Of
		SumOptions
	},
	) (*negotiate.SumsResult, error) {
		return a.service.Sum(ctx, who, in.request(in.source()))
	})
	handle(a, ofFile("sum", "Sum"), func(ctx context.Context, who negotiate.Actor, in *body[struct {
		Filed
		SumOptions
	}],
	) (*negotiate.SumsResult, error) {
		return a.service.Sum(ctx, who, in.Body.request(in.Body.source()))
	})
}
