package api

import (
	"cmp"
	"context"
	"errors"
	"net/http"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/exchange"
	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/ledger"
)

const yamlType = "application/yaml"

// Written is a negotiation file as the body of a request.
type Written struct {
	Name    string `query:"name" maxLength:"200" doc:"Name of the file, for messages; parley.yaml without it"`
	RawBody []byte `contentType:"application/yaml" doc:"A negotiation file"`
}

func (w Written) source() negotiate.Source {
	return negotiate.Source{Name: cmp.Or(w.Name, "parley.yaml"), Data: w.RawBody}
}

// Imported are files of other tools.
type Imported struct {
	Format   string `json:"format,omitempty" maxLength:"40" doc:"Format of the files, lines for a list of threats, one a line; told from their content without it"`
	Files    []File `json:"files" minItems:"1" maxItems:"50"`
	Name     string `json:"name,omitempty" maxLength:"200" doc:"Name of the product; as the source has it without it"`
	Currency string `json:"currency,omitempty" maxLength:"3" doc:"Currency of amounts that name none"`
	Document string `json:"document,omitempty" maxLength:"200" doc:"Which of several models in one file"`
}

func (a *api) fileRoutes() {
	check := operation{id: "check", method: http.MethodPost, path: "/files/check", useCase: "Check", body: fileBody}
	handle(a, check, func(ctx context.Context, who negotiate.Actor, in *Written) (*negotiate.CheckResult, error) {
		return a.service.Check(ctx, who, in.source())
	})
	imported := operation{id: "import", method: http.MethodPost, path: "/files/import", useCase: "Import", heavy: true, body: fileBody}
	handle(a, imported, func(ctx context.Context, who negotiate.Actor, in *body[Imported]) (*negotiate.ImportResult, error) {
		req := negotiate.ImportRequest{Format: in.Body.Format, Name: in.Body.Name, Currency: in.Body.Currency, Document: in.Body.Document}
		for _, f := range in.Body.Files {
			req.Files = append(req.Files, exchange.Input{Name: f.Name, Data: []byte(f.Text)})
		}
		return a.service.Import(ctx, who, req)
	})
	exported := operation{id: "file", method: http.MethodGet, path: "/products/{product}/file", useCase: "Export", kept: true}
	handleText(a, exported, []string{yamlType}, nil, func(ctx context.Context, who negotiate.Actor, in *Of) (*text, error) {
		file, err := a.service.Export(ctx, who, negotiate.ExportRequest{Source: in.source(), Format: "parley"})
		return &text{ContentType: yamlType, Body: []byte(file)}, err
	})
	found := operation{id: "create-product", method: http.MethodPost, path: "/products", useCase: "Apply", status: http.StatusCreated, body: fileBody}
	handle(a, found, func(ctx context.Context, who negotiate.Actor, in *Written) (*negotiate.ApplyResult, error) {
		return a.apply(ctx, who, negotiate.ApplyRequest{Source: in.source(), As: negotiate.NewProduct})
	})
	put := operation{id: "apply", method: http.MethodPut, path: "/products/{product}/file", useCase: "Apply", heavy: true, body: fileBody}
	handle(a, put, func(ctx context.Context, who negotiate.Actor, in *struct {
		Of
		Looked
		Written
		Prefer string `query:"prefer" enum:"file,ledger" doc:"Whose value holds where both sides changed; refused without it"`
	},
	) (*negotiate.ApplyResult, error) {
		if err := a.unchanged(ctx, in.Looked, in.at("/file")); err != nil {
			return nil, err
		}

		return a.apply(ctx, who, negotiate.ApplyRequest{Source: in.Written.source(), Prefer: ledger.Side(in.Prefer), As: in.Product})
	})
}

// apply brings a file into the ledger. What both sides changed changes nothing,
// and is told with both values.
func (a *api) apply(ctx context.Context, who negotiate.Actor, req negotiate.ApplyRequest) (*negotiate.ApplyResult, error) {
	r, err := a.service.Apply(ctx, who, req)
	if err == nil {
		r.Ledger = ""
		return r, nil
	}
	if r == nil || parley.KindOfError(err) != parley.Conflict {
		return nil, err
	}
	p := problemOf(err)
	p.Conflicts, p.Hint = r.Conflicts, refuse(0, "", "api.error.conflicts").Detail
	return nil, errors.Join(p)
}
