package api

import (
	"context"
	"net/http"

	"github.com/parleysec/parley/internal/negotiate"
)

// AcceptedFilters are which decisions to leave something as it is are wanted.
type AcceptedFilters struct {
	Above string `query:"above" maxLength:"40" doc:"Only where the bad case that was seen is at least this amount, such as 50k"`
	Who   string `query:"who" maxLength:"320" doc:"Only decided by people with this in their name"`
	Ended bool   `query:"ended" doc:"Only what has ended, or holds no longer"`
}

func (f AcceptedFilters) request(product string) negotiate.AcceptedRequest {
	return negotiate.AcceptedRequest{Product: product, Above: f.Above, Who: f.Who, Ended: f.Ended}
}

const markdownType = "text/markdown; charset=utf-8"

func (a *api) acceptedRoutes() {
	handle(a, operation{id: "accepted", method: http.MethodGet, path: "/products/{product}/accepted", useCase: "Accepted", heavy: true},
		func(ctx context.Context, who negotiate.Actor, in *struct {
			Of
			AcceptedFilters
		},
		) (*negotiate.AcceptedResult, error) {
			return a.service.Accepted(ctx, who, in.request(in.Product))
		})
	out := operation{id: "export-accepted", method: http.MethodGet, path: "/products/{product}/export/accepted", useCase: "Accepted", heavy: true}
	handleText(a, out, []string{csvType, linesType, markdownType}, nil, func(ctx context.Context, who negotiate.Actor, in *struct {
		Of
		AcceptedFilters
		Format string `query:"format" enum:"csv,jsonl,markdown" default:"csv" doc:"A table, a line of JSON for each decision, or a text"`
	},
	) (*text, error) {
		r, err := a.service.Accepted(ctx, who, in.request(in.Product))
		if err != nil {
			return nil, err
		}
		return acceptedFile(r, in.Format)
	})
}

// acceptedFile is what was found as a file.
func acceptedFile(r *negotiate.AcceptedResult, format string) (*text, error) {
	if format == "markdown" {
		return &text{ContentType: markdownType, Disposition: `attachment; filename="accepted.md"`, Body: []byte(r.Markdown())}, nil
	}
	return download(Format{format}, "accepted", r.Decisions, r.Rows)
}
