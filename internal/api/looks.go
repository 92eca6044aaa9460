package api

import (
	"net/url"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/parleysec/parley/internal/catalogue"
)

// looking honours If-Match where a change does not need it: whoever sends the tag
// of what they looked at is told where it is no longer so, and nothing is done.
func (a *api) looking(op operation, o *huma.Operation) {
	o.Parameters = append(o.Parameters, &huma.Param{
		Name: "If-Match", In: "header", Description: catalogue.T("api.looks", "path", op.looks),
		Schema: &huma.Schema{Type: huma.TypeString},
	})
	o.Middlewares = append(o.Middlewares, func(ctx huma.Context, next func(huma.Context)) {
		tag := ctx.Header("If-Match")
		if tag == "" {
			next(ctx)
			return
		}
		if err := a.unchanged(ctx.Context(), Looked{tag}, filling(op.looks, ctx.Param)); err != nil {
			a.problem(ctx, problemOf(err))
			return
		}
		next(ctx)
	})
}

// filling is a path with its placeholders filled.
func filling(path string, value func(string) string) string {
	parts := strings.Split(path, "/")
	for i, p := range parts {
		if name, ok := strings.CutPrefix(p, "{"); ok {
			parts[i] = url.PathEscape(value(strings.TrimSuffix(name, "}")))
		}
	}
	return strings.Join(parts, "/")
}

// problem answers with a problem in place of a handler.
func (a *api) problem(ctx huma.Context, p *Problem) {
	for name, values := range p.header {
		for _, v := range values {
			ctx.SetHeader(name, v)
		}
	}
	ctx.SetHeader("Content-Type", problemType)
	ctx.SetStatus(p.Status)
	if err := a.huma.Marshal(ctx.BodyWriter(), problemType, p); err != nil {
		a.log.Debug("the answer was not taken", "error", err)
	}
}
