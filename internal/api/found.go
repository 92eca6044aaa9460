package api

import (
	"net/http"
	"strings"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/tracing"
)

// found answers for a path that is none of ours, or not with that method.
func (a *api) found(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h, pattern := a.mux.Handler(r)
		if pattern != "" {
			_, route, _ := strings.Cut(pattern, " ")
			tracing.Route(r.Context(), r.Method, route)
			next.ServeHTTP(w, r)
			return
		}
		b := &buffer{ResponseWriter: &nowhere{header: http.Header{}}}
		h.ServeHTTP(b, r)
		if allowed := b.Header().Get("Allow"); b.status == http.StatusMethodNotAllowed {
			a.answer(w, r, refuse(http.StatusMethodNotAllowed, parley.Invalid, "api.error.method", "allowed", allowed).with("Allow", allowed))
			return
		}
		a.answer(w, r, refuse(http.StatusNotFound, parley.NotFound, "api.error.path"))
	})
}
