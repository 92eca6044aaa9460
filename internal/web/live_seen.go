package web

import (
	"context"
	"net/http"
	"strings"

	"github.com/parleysec/parley/internal/negotiate"
)

// opened reports whether somebody who signed in opened a page. What a browser asks
// for ahead, nobody saw.
func opened(r *http.Request) bool {
	return r.Method == http.MethodGet && signedIn(r.Context()) && !strings.Contains(r.Header.Get("Sec-Purpose"), "prefetch")
}

// see notes that who asks opened the page of a threat. The page is shown whether
// or not that can be written down.
func (l *live) see(ctx context.Context, s *situation, threat string) {
	err := l.service.See(ctx, actorOf(ctx), negotiate.SeeRequest{Product: s.product.ID, Threat: threat})
	if err != nil && l.opt.Log != nil {
		l.opt.Log.Warn("who has seen a threat was not noted", "threat", threat, "error", err)
	}
}

// seen says who has seen a decision, as far as who asks may know. It is asked anew
// each time: no event tells of a look.
func (l *live) seen(ctx context.Context, s *situation, decision string) ([]string, error) {
	r, err := l.service.Seen(ctx, actorOf(ctx), negotiate.SeenRequest{Product: s.product.ID, Decision: decision})
	if err != nil {
		return nil, err
	}
	return r.Words(), nil
}
