package main

import (
	"log/slog"

	"github.com/parleysec/parley/internal/outgoing"
	"github.com/parleysec/parley/internal/serving"
	"github.com/parleysec/parley/internal/tracing"
)

// tracer sends spans where the settings say, nil where they say nothing. A collector
// usually stands on this machine, which nothing that others may name is let through to.
func (a *app) tracer(set *serving.Settings, log *slog.Logger) *tracing.Tracer {
	for _, why := range set.Ignored {
		log.Warn("setting", "ignored", why)
	}
	if set.Traces.Endpoint == "" {
		return nil
	}
	return tracing.New(tracing.Options{
		Endpoint: set.Traces.Endpoint, Headers: set.Traces.Headers, Service: set.Traces.Service, Attributes: set.Traces.Attributes,
		Share: set.Traces.Share, Timeout: set.Traces.Timeout,
		Version: version().Version, Client: outgoing.Client(outgoing.Anywhere()), Log: log, Now: a.now,
	})
}
