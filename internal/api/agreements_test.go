package api

import (
	"testing"

	"github.com/parleysec/parley/internal/negotiate"
)

func TestAgreements(t *testing.T) {
	s := newSite(t, "shop.yaml")
	if r := into[negotiate.AgreementsResult](t, s.get("/products/shop/agreements")); len(r.Agreements) != 0 || r.Product != "shop" {
		t.Errorf("before anybody agreed: %+v", r)
	}
	req := negotiate.AgreeRequest{PlanRequest: negotiate.PlanRequest{Source: negotiate.Source{Product: "shop"}, Trials: 1000}, Because: "the best"}
	if _, err := s.service.Agree(t.Context(), negotiate.Local("priya", negotiate.ViaCLI), req); err != nil {
		t.Fatal(err)
	}
	if r := into[negotiate.AgreementsResult](t, s.get("/products/shop/agreements")); len(r.Agreements) != 1 || r.Agreements[0].ID != "SHOP-A1" {
		t.Errorf("%+v", r)
	}
}
