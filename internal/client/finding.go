package client

import (
	"context"

	"github.com/parleysec/parley/internal/api"
	"github.com/parleysec/parley/internal/negotiate"
)

// Calibration says how one's own estimates, and those of the team as a whole,
// compare with what happened.
func (c *Client) Calibration(ctx context.Context, _ negotiate.Actor, r negotiate.CalibrationRequest) (*negotiate.CalibrationResult, error) {
	return ask[negotiate.CalibrationResult](ctx, c, negotiate.Source{Product: r.Product}, "calibration", struct{}{})
}

// Metrics says how deciding goes on a product.
func (c *Client) Metrics(ctx context.Context, _ negotiate.Actor, r negotiate.MetricsRequest) (*negotiate.MetricsResult, error) {
	return asked[negotiate.MetricsResult](ctx, c, of(r.Product, "metrics")+query{"from": r.From, "to": r.To}.text())
}

// Timeline says how layers stood over time.
func (c *Client) Timeline(ctx context.Context, _ negotiate.Actor, r negotiate.TimelineRequest) (*negotiate.TimelineResult, error) {
	return asked[negotiate.TimelineResult](ctx, c, of(r.Product, "evidence", "timeline")+query{"about": r.About, "as_of": r.AsOf}.text())
}

// PreviewTriage says how what tools found stands beside the record.
func (c *Client) PreviewTriage(ctx context.Context, _ negotiate.Actor, r negotiate.TriageRequest) (*negotiate.TriageResult, error) {
	return added[negotiate.TriageResult](ctx, c, of(r.Product, "findings", "preview"), findings(r))
}

// Triage takes new findings in as threats.
func (c *Client) Triage(ctx context.Context, _ negotiate.Actor, r negotiate.TriageRequest) (*negotiate.TriageResult, error) {
	return added[negotiate.TriageResult](ctx, c, of(r.Product, "findings"), findings(r))
}

func findings(r negotiate.TriageRequest) api.Finding {
	out := api.Finding{Level: r.Level, Only: r.Only, By: r.By}
	for _, f := range r.Files {
		out.Files = append(out.Files, api.Upload{Name: f.Name, Data: bytesOf(f)})
	}
	return out
}
