package api

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/internal/sse"
)

// eventsPattern is what the mux calls the route of live updates.
const eventsPattern = http.MethodGet + " " + base + "/events"

// Watching says from where on a reader wants to know what was recorded.
type Watching struct {
	Product string `query:"product" maxLength:"200" doc:"Only of this product"`
	After   string `query:"after" pattern:"^[0-9A-HJKMNP-TV-Z]{26}$" doc:"Only what was recorded after the event of this id; from now on without it"`
	Accept  string `header:"Accept" doc:"text/event-stream, so that what stands between knows that this does not end"`
	Last    string `header:"Last-Event-ID" pattern:"^[0-9A-HJKMNP-TV-Z]{26}$" doc:"The last event that was read, as a browser sends it when it connects anew"`
}

func (a *api) eventRoutes() {
	op := a.describe(operation{id: "events", method: http.MethodGet, path: "/events", useCase: "Log"})
	op.Responses["200"] = &huma.Response{Description: catalogue.T("api.events"), Content: map[string]*huma.MediaType{sse.ContentType: {Schema: &huma.Schema{Type: huma.TypeString}}}}
	huma.Register(a.huma, op, func(ctx context.Context, in *Watching) (*huma.StreamResponse, error) {
		who := actorOf(ctx)
		if !strings.Contains(in.Accept, sse.ContentType) {
			return nil, refuse(http.StatusNotAcceptable, parley.Invalid, "api.error.stream")
		}
		done, ok := a.limits.watch(who.ID)
		if !ok {
			return nil, refuse(http.StatusTooManyRequests, parley.Refused, "api.error.watching", "n", watching).with("Retry-After", "30")
		}
		// What may not be seen is refused before anything is sent.
		now, err := a.service.Log(ctx, who, negotiate.LogRequest{Product: in.Product, Limit: 1})
		if err != nil {
			done()
			return nil, problemOf(err)
		}
		l := &live{api: a, who: who, req: negotiate.LogRequest{Product: in.Product, After: cmp.Or(in.Last, in.After)}}
		if l.req.After == "" {
			l.req.Since = now.Mark
		}
		return &huma.StreamResponse{Body: func(c huma.Context) {
			defer done()
			asked, w := humago.Unwrap(c)
			l.asked, l.stream = asked, newStream(w, a.slow)
			l.run(c.Context())
		}}, nil
	})
}

// live is one connection that is told what is recorded.
type live struct {
	api   *api
	who   negotiate.Actor
	req   negotiate.LogRequest // of what comes next
	asked *http.Request
	stream
}

// run tells until the reader is gone or may not be told any more.
func (l *live) run(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, sse.Longest)
	defer cancel()
	l.begin()
	if l.Send(sse.Retry) != nil {
		return
	}
	pulse := time.NewTicker(l.api.beat)
	defer pulse.Stop()
	for {
		grown := l.api.opt.Grown() // asked for before looking, so that nothing is missed
		if l.tell(ctx) != nil || !l.wait(ctx, grown, pulse.C) {
			return
		}
	}
}

// wait waits until the ledger has grown; it reports false where the reader is
// gone, or is to be told nothing more.
func (l *live) wait(ctx context.Context, grown <-chan struct{}, pulse <-chan time.Time) bool {
	var rested <-chan time.Time
	for {
		select {
		case <-ctx.Done():
			return false
		case <-pulse:
			if !l.still() || l.Send(sse.Beat) != nil {
				return false
			}
		case <-grown:
			grown = nil
			rested = time.After(sse.Rest)
		case <-rested:
			return true
		}
	}
}

// tell sends what was recorded since the last look and may be seen.
func (l *live) tell(ctx context.Context) error {
	r, err := l.api.service.Log(ctx, l.who, l.req)
	if err != nil {
		return err
	}
	if r.Mark != l.req.Since && !l.still() {
		return errGone
	}
	l.req.Since, l.req.After = r.Mark, ""
	for i := len(r.Events) - 1; i >= 0; i-- {
		e := r.Events[i]
		data, err := json.Marshal(e)
		if err != nil {
			return err
		}
		if err := l.Send(sse.Event("recorded", e.ID, data)); err != nil {
			return err
		}
	}
	return nil
}

var errGone = errors.New("whoever was told may not be told any more")

// still reports whether the reader is who it was: a session that ended, or a
// token that was taken back, is told nothing more. To look is no use of a session.
func (l *live) still() bool {
	_, who, err := l.api.opt.Identify(l.asked)
	return err == nil && who == l.who
}
