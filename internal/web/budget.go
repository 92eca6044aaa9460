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
	keep          bool // only plans that keep the limits on losses
}

func readBudget(q url.Values) budget {
	return budget{
		product: q.Get("product"),
		money:   strings.TrimSpace(q.Get("money")), effort: strings.TrimSpace(q.Get("effort")),
		keep: q.Get("limits") == keepLimits,
	}
}

// keepLimits is what the form sends when only plans that keep the limits are
// wanted.
const keepLimits = "keep"

// url is the address of the table at this budget.
func (q budget) url() string {
	v := url.Values{}
	for name, value := range map[string]string{"product": q.product, "money": q.money, "effort": q.effort} {
		if value != "" {
			v.Set(name, value)
		}
	}
	if q.keep {
		v.Set("limits", keepLimits)
	}
	if len(v) == 0 {
		return "/plan"
	}
	return "/plan?" + v.Encode()
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
