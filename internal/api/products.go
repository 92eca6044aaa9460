package api

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/negotiate"
)

// Any stands in a path for the only product that one may see, or for the one that
// the other id in the path is of.
const Any = "-"

// Of names the product in a path.
type Of struct {
	Product string `path:"product" maxLength:"200" doc:"Id of the product; - for the only one that you may see, or the one that the other id in the path is of"`
}

// Resolve turns [Any] into no product, as the use-cases have it.
func (o *Of) Resolve(huma.Context) []error {
	if o.Product == Any {
		o.Product = ""
	}
	return nil
}

// at is the path of something of the product.
func (o Of) at(rest string) string {
	return "/products/" + url.PathEscape(cmp.Or(o.Product, Any)) + rest
}

func (o Of) source() negotiate.Source { return negotiate.Source{Product: o.Product} }

// AsOf is the day of the figures.
type AsOf struct {
	AsOf string `query:"as_of" json:"as_of,omitempty" maxLength:"10" doc:"Civil date the figures are of, YYYY-MM-DD; today without it"`
}

// Products are the products that the one who asks may see.
type Products struct {
	Products []negotiate.ProductInfo `json:"products"`
}

func (a *api) productRoutes() {
	handle(a, operation{id: "me", method: http.MethodGet, path: "/me", useCase: "Access"}, func(ctx context.Context, who negotiate.Actor, _ *struct{}) (*negotiate.AccessResult, error) {
		return a.service.Access(ctx, who)
	})
	handle(a, operation{id: "products", method: http.MethodGet, path: "/products", useCase: "Products"}, a.products)
	handle(a, operation{id: "product", method: http.MethodGet, path: "/products/{product}", useCase: "Products"}, a.product)
	handle(a, operation{id: "status", method: http.MethodGet, path: "/status", useCase: "Status"}, func(ctx context.Context, who negotiate.Actor, in *AsOf) (*negotiate.Status, error) {
		return a.status(ctx, who, negotiate.StatusRequest{AsOf: in.AsOf})
	})
	handle(a, operation{id: "product-status", method: http.MethodGet, path: "/products/{product}/status", useCase: "Status"}, func(ctx context.Context, who negotiate.Actor, in *struct {
		Of
		AsOf
	},
	) (*negotiate.Status, error) {
		return a.status(ctx, who, negotiate.StatusRequest{Product: in.Product, AsOf: in.AsOf.AsOf})
	})
}

func (a *api) products(ctx context.Context, who negotiate.Actor, _ *struct{}) (*Products, error) {
	list, err := a.service.Products(ctx, who)
	if list == nil {
		list = []negotiate.ProductInfo{}
	}
	return &Products{Products: list}, err
}

func (a *api) product(ctx context.Context, who negotiate.Actor, in *Of) (*negotiate.ProductInfo, error) {
	list, err := a.service.Products(ctx, who)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(list, func(p negotiate.ProductInfo) bool { return p.ID == in.Product })
	if i < 0 {
		return nil, refuse(http.StatusNotFound, parley.NotFound, "api.error.product", "id", in.Product)
	}
	return &list[i], nil
}

// status is what waits, without where the server keeps its ledger.
func (a *api) status(ctx context.Context, who negotiate.Actor, req negotiate.StatusRequest) (*negotiate.Status, error) {
	r, err := a.service.Status(ctx, who, req)
	if err != nil {
		return nil, err
	}
	r.Ledger = ""
	return r, nil
}
