package api

import (
	"context"
	"net/http"

	"github.com/parleysec/parley/internal/negotiate"
)

// StageOptions are whose stages are wanted.
type StageOptions struct {
	AsOf
	Item string `query:"item" json:"item,omitempty" maxLength:"200" doc:"A feature; the product without it"`
}

// Advance is a move to another stage.
type Advance struct {
	Item    string `json:"item,omitempty" maxLength:"200" doc:"A feature; the product without it"`
	To      string `json:"to" enum:"inception,requirements,design,development,testing,deployment,operations,decommissioning"`
	Because string `json:"because" minLength:"1" maxLength:"10000"`
	Block   bool   `json:"block,omitempty" doc:"Refuse to move while something is missing"`
	By      string `json:"by,omitempty" maxLength:"320" doc:"At the machine of the ledger alone: in whose name, which is a claim"`
}

// Doing is what somebody says of an activity.
type Doing struct {
	Item     string `json:"item,omitempty" maxLength:"200" doc:"A feature; the product without it"`
	Activity string `json:"activity" maxLength:"200"`
	Stage    string `json:"stage,omitempty" enum:"inception,requirements,design,development,testing,deployment,operations,decommissioning" doc:"At which it was done; each that expects it up to the next one without it"`
	Undo     bool   `json:"undo,omitempty" doc:"It is not done after all"`
	Because  string `json:"because" minLength:"1" maxLength:"10000" doc:"What shows it"`
	By       string `json:"by,omitempty" maxLength:"320" doc:"At the machine of the ledger alone: in whose name, which is a claim"`
}

func (a *api) stageRoutes() {
	handle(a, ofProduct("stages", "Stages"), func(ctx context.Context, who negotiate.Actor, in *struct {
		Of
		StageOptions
	},
	) (*negotiate.StagesResult, error) {
		return a.service.Stages(ctx, who, negotiate.StagesRequest{Source: in.source(), Item: in.Item, AsOf: in.AsOf.AsOf})
	})
	handle(a, ofFile("stages", "Stages"), func(ctx context.Context, who negotiate.Actor, in *body[struct {
		Filed
		StageOptions
	}],
	) (*negotiate.StagesResult, error) {
		return a.service.Stages(ctx, who, negotiate.StagesRequest{Source: in.Body.source(), Item: in.Body.Item, AsOf: in.Body.AsOf.AsOf})
	})
	move := operation{id: "move-stage", method: http.MethodPost, path: "/products/{product}/stages", useCase: "MoveStage", looks: "/products/{product}/stages", heavy: true, status: http.StatusCreated}
	handle(a, move, func(ctx context.Context, who negotiate.Actor, in *struct {
		Of
		Body Advance
	},
	) (*negotiate.StagesResult, error) {
		b := in.Body
		return a.service.MoveStage(ctx, who, negotiate.MoveStageRequest{Product: in.Product, Item: b.Item, To: b.To, Because: b.Because, By: b.By, Block: b.Block})
	})
	said := operation{id: "say-activity", method: http.MethodPost, path: "/products/{product}/activities", useCase: "SayActivity", looks: "/products/{product}/stages", heavy: true, status: http.StatusCreated}
	handle(a, said, func(ctx context.Context, who negotiate.Actor, in *struct {
		Of
		Body Doing
	},
	) (*negotiate.StagesResult, error) {
		b := in.Body
		return a.service.SayActivity(ctx, who, negotiate.SayActivityRequest{Product: in.Product, Item: b.Item, Activity: b.Activity, Stage: b.Stage, Undo: b.Undo, Because: b.Because, By: b.By})
	})
}
