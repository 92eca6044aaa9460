package api

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"reflect"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/internal/sse"
)

const (
	base        = "/api/v1"
	openAPIPath = "/openapi"
)

// Options are the choices of [Handler].
type Options struct {
	// Identify finds out who asks, and gives the context in which the service is
	// to be asked for them. An error of the kind Forbidden, or an actor without a
	// name, is nobody.
	Identify func(*http.Request) (context.Context, negotiate.Actor, error)

	// Accounts are what tokens, sessions and invitations are asked of; nil for
	// none, and then there are no such routes.
	Accounts Accounts

	// Answers keep what was answered to requests with a key; nil for nobody, and then
	// a request that is sent again is a new one.
	Answers Answers

	Log *slog.Logger // of what went wrong; nil for nobody

	// Grown gives a channel that is closed when the ledger may have grown since;
	// live updates then look for what was recorded. nil: they look once a second.
	Grown func() <-chan struct{}
}

// api answers requests below /api/v1.
type api struct {
	service Service
	opt     Options
	log     *slog.Logger
	mux     *http.ServeMux
	huma    huma.API
	routes  []Route

	limits  limits
	seen    recall
	changes map[string]*operation // by their patterns in mux
	tells   map[string]bool       // patterns of what says how far it is
	spools  map[string]bool       // patterns of what takes a file as its body
	uploads uploads
	pace    pace          // at which such a file must come
	wait    time.Duration // of a retry, for the first to be answered
	slow    time.Duration // how long a reader of events may take for a piece
	beat    time.Duration // between two signs of life to a reader of events
}

// Route is one method of one path, and the use-case that it asks for.
type Route struct {
	Method  string
	Path    string // with its placeholders, below the base
	UseCase string // as in negotiate's table of permissions; "" for what asks nothing of it
}

// Handler answers everything below /api/v1.
func Handler(s Service, o Options) (http.Handler, error) {
	a, err := newAPI(s, o)
	if err != nil {
		return nil, err
	}
	return a.handler(), nil
}

func (a *api) handler() http.Handler {
	return a.guard(a.found(a.spooled(a.remembered(a.told(a.tagged(a.mux))))))
}

func newAPI(s Service, o Options) (*api, error) {
	if o.Identify == nil {
		return nil, errors.New("the interface needs to know how to find out who asks (Identify)")
	}
	a := &api{service: s, opt: o, log: o.Log, mux: http.NewServeMux(), changes: map[string]*operation{}, tells: map[string]bool{}, spools: map[string]bool{}, pace: pace{uploadGrace, uploadRate}, wait: onceWait, slow: sse.Slow, beat: sse.Pulse}
	if a.log == nil {
		a.log = slog.New(slog.DiscardHandler)
	}
	if a.opt.Grown == nil {
		a.opt.Grown = func() <-chan struct{} { return sse.After(time.Second) }
	}
	a.huma = humago.NewWithPrefix(a.mux, base, config())
	a.register()
	return a, a.document()
}

// register is every route.
func (a *api) register() {
	a.productRoutes()
	a.priceRoutes()
	a.planRoutes()
	a.fileRoutes()
	a.decisionRoutes()
	a.backlogRoutes()
	a.evidenceRoutes()
	a.stageRoutes()
	a.optionRoutes()
	a.workshopRoutes()
	a.ruleRoutes()
	a.recordRoutes()
	a.exportRoutes()
	a.eventRoutes()
	a.memberRoutes()
	a.webhookRoutes()
	a.accountRoutes()
}

// config is how requests are read and described.
func config() huma.Config {
	registry := huma.NewMapRegistry("#/components/schemas/", schemaName)
	c := huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI:    "3.1.0",
			Info:       &huma.Info{Title: "Parley", Version: "1", Description: catalogue.T("api.about")},
			Servers:    []*huma.Server{{URL: base}},
			Components: &huma.Components{Schemas: registry, SecuritySchemes: schemes()},
			Security:   []map[string][]string{{"token": {}}, {"session": {}}},
		},
		Formats:                      map[string]huma.Format{"application/json": jsonFormat(), "json": jsonFormat()},
		DefaultFormat:                "application/json",
		RejectUnknownQueryParameters: true,
		Transformers:                 []huma.Transformer{problems},
	}
	return c
}

func schemes() map[string]*huma.SecurityScheme {
	return map[string]*huma.SecurityScheme{
		"token":   {Type: "http", Scheme: "bearer", Description: catalogue.T("api.scheme.token")},
		"session": {Type: "apiKey", In: "cookie", Name: "__Host-parley", Description: catalogue.T("api.scheme.session")},
	}
}

// schemaName is the name of a type in the description: that of its package in
// front where it is of another one than the use-cases.
func schemaName(t reflect.Type, hint string) string {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	name := huma.DefaultSchemaNamer(t, hint)
	pkg := t.PkgPath()
	pkg = pkg[strings.LastIndex(pkg, "/")+1:]
	switch pkg {
	case "", "api", "negotiate":
		return name
	}
	return pkg + "." + name
}
