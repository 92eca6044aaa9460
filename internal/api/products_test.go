package api

import (
	"bytes"
	"net/http"
	"strings"
	"testing"
)

// TestTwoProductsWithOneID: whoever brings another product by the id of one that is there
// is told so, with what to do, and the product stays as it is.
func TestTwoProductsWithOneID(t *testing.T) {
	s := newSite(t, "shop.yaml")
	const lamp = "parley: v1\nproduct: {id: shop, name: Lamp, currency: GBP}\nthreats:\n  - {id: glow, title: Dark, likelihood: low, impact: {says: Nobody sees, financial: low}}\n"
	before := s.get("/products/shop/file").text
	for name, a := range map[string]answer{
		"POST": s.must(http.StatusConflict, "POST", "/products", lamp),
		"PUT":  s.must(http.StatusConflict, "PUT", "/products/shop/file", lamp, s.look("/products/shop/file")),
	} {
		if p := into[Problem](t, a); !strings.Contains(p.Detail, "“Web shop”") || !strings.Contains(p.Hint, "an id of its own") {
			t.Errorf("%s: %+v", name, p)
		}
	}
	if !bytes.Equal(before, s.get("/products/shop/file").text) {
		t.Error("the product was changed")
	}
}

// TestUnknownProducts: a product that is not there is not found, in a path and in a query.
func TestUnknownProducts(t *testing.T) {
	s := newSite(t, "shop.yaml")
	for _, path := range []string{"/log?product=none", "/export/log?product=none", "/record/at/2027-01-12?product=none"} {
		if a := s.ask("GET", path, nil); a.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %d %s", path, a.StatusCode, a.text)
		}
	}
	for _, r := range s.api.routes {
		if r.Method != http.MethodGet || !strings.HasPrefix(r.Path, "/products/{product}") {
			continue
		}
		path := filled(strings.Replace(r.Path, "{product}", "none", 1))
		switch r.Path {
		case "/products/{product}/compare":
			path += "?a=prepared&b=consent"
		case "/products/{product}/why":
			path += "?from=2027-01-11"
		}
		if a := s.ask("GET", path, nil); a.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %d %s", r.Path, a.StatusCode, a.text)
		}
	}
}
