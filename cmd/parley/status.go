package main

import (
	"context"
	"io"

	"github.com/parleysec/parley/internal/negotiate"
)

// runStatus says what waits, and what to do next.
func (a *app) runStatus(ctx context.Context, o statusOptions) error {
	res, err := a.service().Status(ctx, a.actor(), negotiate.StatusRequest{Product: o.product, AsOf: o.asOf, Check: true})
	if err != nil {
		return err
	}
	return a.print(res, func(w io.Writer) error { return statusText(w, res, o.bare) })
}
