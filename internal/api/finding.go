package api

import (
	"context"
	"net/http"

	"github.com/parleysec/parley/internal/negotiate"
)

// Finding are reports of what tools found, to be taken in as threats.
type Finding struct {
	Reports
	Level string   `json:"level,omitempty" enum:"note,low,medium,high,critical" doc:"The mildest that is taken in"`
	Only  []string `json:"only,omitempty" maxItems:"2000" doc:"Fingerprints of those to take in; all that are new without it"`
	By    string   `json:"by,omitempty" maxLength:"200" doc:"Who is said to do it; at the machine of the ledger alone"`
}

func (f Finding) request(product string) (negotiate.TriageRequest, error) {
	r, err := f.Reports.request()
	return negotiate.TriageRequest{Product: product, Files: r.Files, Level: f.Level, Only: f.Only, By: f.By}, err
}

func (a *api) findingRoutes() {
	handle(a, ofProduct("calibration", "Calibration"), func(ctx context.Context, who negotiate.Actor, in *struct{ Of }) (*negotiate.CalibrationResult, error) {
		return a.service.Calibration(ctx, who, negotiate.CalibrationRequest{Product: in.Product})
	})
	handle(a, ofProduct("metrics", "Metrics"), func(ctx context.Context, who negotiate.Actor, in *struct {
		Of
		From string `query:"from" maxLength:"10" doc:"First day of the period, YYYY-MM-DD; a year before its end without it"`
		To   string `query:"to" maxLength:"10" doc:"Last day; today without it"`
	},
	) (*negotiate.MetricsResult, error) {
		return a.service.Metrics(ctx, who, negotiate.MetricsRequest{Product: in.Product, From: in.From, To: in.To})
	})
	type bringing struct {
		Of
		Body Finding
	}
	preview := operation{id: "preview-findings", method: http.MethodPost, path: "/products/{product}/findings/preview", useCase: "PreviewTriage", heavy: true, body: reportBody}
	handle(a, preview, func(ctx context.Context, who negotiate.Actor, in *bringing) (*negotiate.TriageResult, error) {
		req, err := in.Body.request(in.Product)
		if err != nil {
			return nil, err
		}
		return a.service.PreviewTriage(ctx, who, req)
	})
	take := operation{id: "take-findings", method: http.MethodPost, path: "/products/{product}/findings", useCase: "Triage", heavy: true, body: reportBody, status: http.StatusCreated}
	handle(a, take, func(ctx context.Context, who negotiate.Actor, in *bringing) (*negotiate.TriageResult, error) {
		req, err := in.Body.request(in.Product)
		if err != nil {
			return nil, err
		}
		return a.service.Triage(ctx, who, req)
	})
}
