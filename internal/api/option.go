package api

import (
	"context"
	"net/http"

	"github.com/parleysec/parley/internal/negotiate"
)

// Option is what an option takes and how much it stops of one threat, in place of all
// that was said about that.
type Option struct {
	negotiate.OptionSays
	Seen    *negotiate.OptionSays `json:"seen,omitempty" doc:"What was said when you looked: where it is not so any more the answer is 409, and says what differs"`
	Because string                `json:"because" minLength:"1" maxLength:"10000"`
	By      string                `json:"by,omitempty" maxLength:"320" doc:"At the machine of the ledger alone: in whose name, which is a claim"`
}

func (a *api) optionRoutes() {
	say := operation{id: "say-option", method: http.MethodPost, path: "/products/{product}/briefs/{threats}/options/{option}", useCase: "SayOption", looks: "/products/{product}/briefs/{threats}", heavy: true}
	handle(a, say, func(ctx context.Context, who negotiate.Actor, in *struct {
		Of
		Threat string `path:"threats" maxLength:"200" doc:"Id of one threat"`
		Option string `path:"option" maxLength:"200" doc:"Id of the mitigation"`
		Body   Option
	},
	) (*negotiate.SayOptionResult, error) {
		b := in.Body
		return a.service.SayOption(ctx, who, negotiate.SayOptionRequest{
			Product: in.Product, Threat: in.Threat, Option: in.Option, OptionSays: b.OptionSays, Seen: b.Seen, Because: b.Because, By: b.By,
		})
	})
}
