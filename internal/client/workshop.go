package client

import (
	"context"

	"github.com/parleysec/parley/internal/api"
	"github.com/parleysec/parley/internal/negotiate"
)

// Workshops lists the workshops of a product.
func (c *Client) Workshops(ctx context.Context, _ negotiate.Actor, r negotiate.WorkshopsRequest) (*negotiate.WorkshopsResult, error) {
	return asked[negotiate.WorkshopsResult](ctx, c, of(r.Product, "workshops"))
}

// Workshop shows a workshop.
func (c *Client) Workshop(ctx context.Context, _ negotiate.Actor, r negotiate.WorkshopRequest) (*negotiate.WorkshopResult, error) {
	return asked[negotiate.WorkshopResult](ctx, c, room(r))
}

// OpenWorkshop opens a workshop.
func (c *Client) OpenWorkshop(ctx context.Context, _ negotiate.Actor, r negotiate.OpenWorkshopRequest) (*negotiate.WorkshopResult, error) {
	in := api.Opening{Title: r.Title, Seconds: r.Seconds, Topics: api.Topics{Threats: r.Threats, Lines: r.Lines}}
	return added[negotiate.WorkshopResult](ctx, c, of(r.Product, "workshops"), in)
}

// AddToWorkshop adds threats to those of a workshop.
func (c *Client) AddToWorkshop(ctx context.Context, _ negotiate.Actor, r negotiate.WorkshopThreatsRequest) (*negotiate.WorkshopResult, error) {
	return added[negotiate.WorkshopResult](ctx, c, room(r.WorkshopRequest, "threats"), api.Topics{Threats: r.Threats, Lines: r.Lines})
}

// EstimateInWorkshop seals an estimate until all are revealed.
func (c *Client) EstimateInWorkshop(ctx context.Context, _ negotiate.Actor, r negotiate.WorkshopEstimateRequest) (*negotiate.WorkshopResult, error) {
	in := api.Sealing{Topic: r.Topic, Likelihood: r.Likelihood, Impact: r.Impact, Cost: r.Cost}
	return added[negotiate.WorkshopResult](ctx, c, room(r.WorkshopRequest, "estimates"), in)
}

// LeadWorkshop takes a workshop a step further.
func (c *Client) LeadWorkshop(ctx context.Context, _ negotiate.Actor, r negotiate.WorkshopStepRequest) (*negotiate.WorkshopResult, error) {
	in := api.Leading{Step: string(r.Step), Topic: r.Topic, Text: r.Text, Asked: r.Asked}
	return added[negotiate.WorkshopResult](ctx, c, room(r.WorkshopRequest, "steps"), in)
}

// LinkWorkshop makes a link by which people without an account take part.
func (c *Client) LinkWorkshop(ctx context.Context, _ negotiate.Actor, r negotiate.LinkWorkshopRequest) (*negotiate.WorkshopLinkResult, error) {
	return added[negotiate.WorkshopLinkResult](ctx, c, room(r.WorkshopRequest, "link"), api.Linking{Guests: r.Guests, Hours: r.Hours})
}

// UnlinkWorkshop ends the link of a workshop, and the place of its guests.
func (c *Client) UnlinkWorkshop(ctx context.Context, _ negotiate.Actor, r negotiate.WorkshopRequest) (*negotiate.WorkshopResult, error) {
	return added[negotiate.WorkshopResult](ctx, c, room(r, "unlink"), struct{}{})
}

// room is the path of a workshop, and of something in it.
func room(r negotiate.WorkshopRequest, parts ...string) string {
	return of(r.Product, append([]string{"workshops", r.Workshop}, parts...)...)
}
