package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// budget is what the form of the table asks, as typed.
type budget struct {
	product       string
	money, effort string
}

func readBudget(q url.Values) budget {
	return budget{
		product: q.Get("product"),
		money:   strings.TrimSpace(q.Get("money")), effort: strings.TrimSpace(q.Get("effort")),
	}
}

// wrong reports whether something typed could not be read.
func (v *PlanView) wrong() bool {
	return slices.ContainsFunc(v.Fields, func(f BudgetField) bool { return f.Problem != "" })
}

// allowed lists the methods an address takes, "" when there is no such address.
func allowed(path string) string {
	var methods []string
	for _, r := range routes {
		mux := http.NewServeMux()
		mux.HandleFunc(r.pattern, func(http.ResponseWriter, *http.Request) {})
		req := &http.Request{Method: r.method, URL: &url.URL{Path: path}}
		if _, pattern := mux.Handler(req); pattern == r.pattern && !slices.Contains(methods, r.method) {
			methods = append(methods, r.method)
		}
	}
	if slices.Contains(methods, http.MethodGet) {
		methods = append(methods, http.MethodHead)
	}
	return strings.Join(methods, ", ")
}
