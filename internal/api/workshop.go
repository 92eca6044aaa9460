package api

import (
	"context"
	"net/http"

	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/ledger"
)

// Room names a workshop in a path.
type Room struct {
	Of
	Workshop string `path:"workshop" maxLength:"200" doc:"Short id of the workshop: SHOP-WS1"`
}

func (r Room) request() negotiate.WorkshopRequest {
	return negotiate.WorkshopRequest{Product: r.Product, Workshop: r.Workshop}
}

// Topics are threats to estimate.
type Topics struct {
	Threats []string `json:"threats,omitempty" maxItems:"200" doc:"Threats of the product, by id or short id"`
	Lines   string   `json:"lines,omitempty" maxLength:"60000" doc:"Others, one a line"`
}

// Opening opens a workshop.
type Opening struct {
	Topics
	Title   string `json:"title" minLength:"1" maxLength:"200"`
	Seconds int    `json:"seconds,omitempty" minimum:"30" maximum:"3600" doc:"For one threat; two minutes without it"`
}

// Sealing is what one person estimates of the threat that is being estimated.
type Sealing struct {
	Topic      int    `json:"topic" minimum:"1" doc:"Number of the threat in the workshop"`
	Likelihood string `json:"likelihood,omitempty" maxLength:"100" doc:"A word, a chance or a range, as one would type it"`
	Impact     string `json:"impact,omitempty" maxLength:"100" doc:"Money lost each time"`
	Cost       string `json:"cost,omitempty" maxLength:"100" doc:"Effort or money it takes to do something about it"`
}

// Leading is the next step of a workshop.
type Leading struct {
	Step  string `json:"step" enum:"ask,reveal,again,note,close" doc:"Begin to estimate a threat; show all estimates at once; estimate it once more; write down what was said; end the workshop"`
	Topic int    `json:"topic,omitempty" minimum:"1" doc:"Number of the threat; the next one to ask, and else the one asked last, without it"`
	Text  string `json:"text,omitempty" maxLength:"8000" doc:"Of a note"`
	Asked *int   `json:"asked,omitempty" minimum:"0" doc:"How many rounds had been asked for, of all threats, when this was chosen; refused where there are more by now"`
}

// Linking makes a link by which people without an account take part in a workshop.
type Linking struct {
	Guests int `json:"guests,omitempty" minimum:"1" maximum:"100" doc:"How many people may come by it; 20 without it"`
	Hours  int `json:"hours,omitempty" minimum:"1" maximum:"24" doc:"How long it counts, and the place of whoever came by it; four without it"`
}

func (a *api) workshopRoutes() {
	all := "/products/{product}/workshops"
	one := all + "/{workshop}"
	handle(a, operation{id: "workshops", method: http.MethodGet, path: all, useCase: "Workshops"}, func(ctx context.Context, who negotiate.Actor, in *struct{ Of }) (*negotiate.WorkshopsResult, error) {
		return a.service.Workshops(ctx, who, negotiate.WorkshopsRequest{Product: in.Product})
	})
	handle(a, operation{id: "workshop", method: http.MethodGet, path: one, useCase: "Workshop"}, func(ctx context.Context, who negotiate.Actor, in *struct{ Room }) (*negotiate.WorkshopResult, error) {
		return a.service.Workshop(ctx, who, in.request())
	})
	handle(a, operation{id: "open-workshop", method: http.MethodPost, path: all, useCase: "OpenWorkshop", status: http.StatusCreated}, func(ctx context.Context, who negotiate.Actor, in *struct {
		Of
		Body Opening
	},
	) (*negotiate.WorkshopResult, error) {
		b := in.Body
		return a.service.OpenWorkshop(ctx, who, negotiate.OpenWorkshopRequest{Product: in.Product, Title: b.Title, Seconds: b.Seconds, Threats: b.Threats, Lines: b.Lines})
	})
	handle(a, operation{id: "add-to-workshop", method: http.MethodPost, path: one + "/threats", useCase: "AddToWorkshop", status: http.StatusCreated}, func(ctx context.Context, who negotiate.Actor, in *struct {
		Room
		Body Topics
	},
	) (*negotiate.WorkshopResult, error) {
		return a.service.AddToWorkshop(ctx, who, negotiate.WorkshopThreatsRequest{WorkshopRequest: in.request(), Threats: in.Body.Threats, Lines: in.Body.Lines})
	})
	handle(a, operation{id: "estimate-in-workshop", method: http.MethodPost, path: one + "/estimates", useCase: "EstimateInWorkshop", status: http.StatusCreated}, func(ctx context.Context, who negotiate.Actor, in *struct {
		Room
		Body Sealing
	},
	) (*negotiate.WorkshopResult, error) {
		b := in.Body
		return a.service.EstimateInWorkshop(ctx, who, negotiate.WorkshopEstimateRequest{
			WorkshopRequest: in.request(), Topic: b.Topic, Said: ledger.Said{Likelihood: b.Likelihood, Impact: b.Impact, Cost: b.Cost},
		})
	})
	handleSecret(a, operation{id: "link-workshop", method: http.MethodPost, path: one + "/link", useCase: "LinkWorkshop", status: http.StatusCreated}, func(ctx context.Context, who negotiate.Actor, in *struct {
		Room
		Body Linking
	},
	) (*negotiate.WorkshopLinkResult, error) {
		return a.service.LinkWorkshop(ctx, who, negotiate.LinkWorkshopRequest{WorkshopRequest: in.request(), Guests: in.Body.Guests, Hours: in.Body.Hours})
	})
	handle(a, operation{id: "unlink-workshop", method: http.MethodPost, path: one + "/unlink", useCase: "UnlinkWorkshop", status: http.StatusCreated}, func(ctx context.Context, who negotiate.Actor, in *struct {
		Room
		Body struct{}
	},
	) (*negotiate.WorkshopResult, error) {
		return a.service.UnlinkWorkshop(ctx, who, in.request())
	})
	handle(a, operation{id: "lead-workshop", method: http.MethodPost, path: one + "/steps", useCase: "LeadWorkshop", heavy: true, status: http.StatusCreated}, func(ctx context.Context, who negotiate.Actor, in *struct {
		Room
		Body Leading
	},
	) (*negotiate.WorkshopResult, error) {
		b := in.Body
		return a.service.LeadWorkshop(ctx, who, negotiate.WorkshopStepRequest{WorkshopRequest: in.request(), Step: negotiate.WorkshopStep(b.Step), Topic: b.Topic, Text: b.Text, Asked: b.Asked})
	})
}
