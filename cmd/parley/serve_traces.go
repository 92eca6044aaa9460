package main

import (
	"log/slog"
	"net/netip"

	"github.com/parleysec/parley/internal/outgoing"
	"github.com/parleysec/parley/internal/serving"
	"github.com/parleysec/parley/internal/tracing"
)

// everywhere is every address there is: where a collector stands, whoever runs the
// server says, and nobody else can. It is usually this machine, which nothing that
// others may name is let through to.
var everywhere = []netip.Prefix{netip.MustParsePrefix("0.0.0.0/0"), netip.MustParsePrefix("::/0")}

// tracer sends spans where the settings say, nil where they say nothing.
func (a *app) tracer(set *serving.Settings, log *slog.Logger) *tracing.Tracer {
	if set.Traces.Endpoint == "" {
		return nil
	}
	return tracing.New(tracing.Options{
		Endpoint: set.Traces.Endpoint, Headers: set.Traces.Headers, Service: set.Traces.Service, Share: set.Traces.Share,
		Version: version().Version, Client: outgoing.Client(outgoing.Guard{Allow: everywhere}), Log: log, Now: a.now,
	})
}
