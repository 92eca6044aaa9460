package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/internal/sse"
)

// Sizes of request bodies, in bytes.
const (
	smallBody = 256 << 10
	fileBody  = 4 << 20
)

// operation is one route as it is described.
type operation struct {
	id      string // of the operation; its summary is the text api.op.<id>
	method  string
	path    string
	useCase string // in negotiate's table
	heavy   bool   // counts against how much one person may ask for at once
	tells   bool   // says how far it is to who asks for events
	kept    bool   // what it answers is remembered, to say what moved when it does
	spools  bool   // its body is a file, which is taken before anything else looks at the request
	looks   string // path of what a change overwrites, where its If-Match is honoured and not needed
	status  int    // of success; 0 for 200
	body    int64  // largest request body in bytes; 0 for a small one
}

// body is a request that is all in its body.
type body[T any] struct{ Body T }

// reply is an answer with a body.
type reply[T any] struct{ Body T }

// handle adds a route that answers with a value.
func handle[I, O any](a *api, op operation, do func(ctx context.Context, actor negotiate.Actor, in *I) (O, error)) {
	huma.Register(a.huma, a.describe(op), func(ctx context.Context, in *I) (*reply[O], error) {
		out, err := run(ctx, a, op, func(ctx context.Context) (O, error) { return do(ctx, actorOf(ctx), in) })
		if err != nil {
			return nil, err
		}
		return &reply[O]{Body: out}, nil
	})
}

// handleSecret is handle for an answer that is kept nowhere.
func handleSecret[I, O any](a *api, op operation, do func(ctx context.Context, actor negotiate.Actor, in *I) (O, error)) {
	huma.Register(a.huma, a.describe(op), func(ctx context.Context, in *I) (*secretly[O], error) {
		out, err := run(ctx, a, op, func(ctx context.Context) (O, error) { return do(ctx, actorOf(ctx), in) })
		if err != nil {
			return nil, err
		}
		return &secretly[O]{CacheControl: noStore, Body: out}, nil
	})
}

const noStore = "no-store"

// text is an answer that is no JSON: a file, a table, the very bytes of a brief.
type text struct {
	ContentType string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	Body        []byte
}

// handleText adds a route that answers with text of a content type; schema
// describes what is in it, nil for text.
func handleText[I any](a *api, op operation, contentTypes []string, schema *huma.Schema, do func(ctx context.Context, actor negotiate.Actor, in *I) (*text, error)) {
	o := a.describe(op)
	o.Responses["200"] = fileResponse(contentTypes, schema)
	huma.Register(a.huma, o, func(ctx context.Context, in *I) (*text, error) {
		return run(ctx, a, op, func(ctx context.Context) (*text, error) { return do(ctx, actorOf(ctx), in) })
	})
}

// fileResponse describes an answer that is no JSON; schema is that of its text, nil for
// any text.
func fileResponse(contentTypes []string, schema *huma.Schema) *huma.Response {
	if schema == nil {
		schema = &huma.Schema{Type: huma.TypeString}
	}
	content := map[string]*huma.MediaType{}
	for _, ct := range contentTypes {
		content[ct] = &huma.MediaType{Schema: schema}
	}
	return &huma.Response{Description: http.StatusText(http.StatusOK), Content: content}
}

// run does the work of a route within its time and its share of the machine,
// and turns an error into what the person is told.
func run[O any](ctx context.Context, a *api, op operation, do func(context.Context) (O, error)) (O, error) {
	ctx, cancel := context.WithTimeout(ctx, maxTime)
	defer cancel()
	var none O
	if op.heavy {
		done, err := a.limits.enter(ctx, actorOf(ctx).ID)
		if err != nil {
			return none, problemOf(err)
		}
		defer done()
	}
	out, err := do(ctx)
	if err == nil {
		return out, nil
	}
	p := problemOf(err)
	if p.Status >= http.StatusInternalServerError {
		a.log.Error("request failed", "operation", op.id, "error", err)
	}
	return none, p
}

// describe is the operation for the document, with what every route has.
func (a *api) describe(op operation) huma.Operation {
	a.routes = append(a.routes, Route{Method: op.method, Path: op.path, UseCase: op.useCase})
	if op.status == 0 {
		op.status = http.StatusOK
	}
	if op.body == 0 {
		op.body = smallBody
	}
	if op.changing() {
		a.changes[op.method+" "+base+op.path] = &op
	}
	registry := a.huma.OpenAPI().Components.Schemas
	o := huma.Operation{
		OperationID: op.id, Method: op.method, Path: op.path, Summary: catalogue.T("api.op." + op.id),
		DefaultStatus: op.status, MaxBodyBytes: op.body, BodyReadTimeout: maxTime / 2,
		Metadata: map[string]any{"kept": op.kept},
		Responses: map[string]*huma.Response{"default": {
			Description: catalogue.T("api.problem"),
			Content:     map[string]*huma.MediaType{problemType: {Schema: registry.Schema(problemReflect, true, "")}},
		}},
	}
	if op.kept {
		a.seen.keep(op.path)
	}
	if op.tells {
		a.tells[op.method+" "+base+op.path] = true
		o.Responses["200"] = &huma.Response{Description: http.StatusText(http.StatusOK), Content: map[string]*huma.MediaType{
			"application/json": {}, sse.ContentType: {Schema: &huma.Schema{Type: huma.TypeString, Description: catalogue.T("api.telling")}},
		}}
	}
	if op.spools {
		a.spools[op.method+" "+base+op.path] = true
	}
	if op.looks != "" {
		a.looking(op, &o)
	}
	if op.method == http.MethodPost {
		o.Parameters = append(o.Parameters, &huma.Param{
			Name: idempotencyHeader, In: "header", Description: catalogue.T("api.idempotency"),
			Schema: &huma.Schema{Type: huma.TypeString, MaxLength: new(maxKey)},
		})
	}
	return o
}
