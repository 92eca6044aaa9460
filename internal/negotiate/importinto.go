package negotiate

import (
	"context"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/exchange"
	"github.com/parleysec/parley/internal/file"
	"github.com/parleysec/parley/quantity"
)

// importedInto is the file of a product with what was imported in it. Nothing is
// recorded: the file is there to be read, and applied.
func (s *Service) importedInto(ctx context.Context, actor Actor, req ImportRequest, source *parley.Model, report *exchange.Report) (*ImportResult, error) {
	if source == nil {
		return nil, parley.Errorf(parley.Invalid, "import", "%s", catalogue.T("import.into.own")).WithHint(catalogue.T("import.into.own.hint"))
	}
	if err := s.admitFile(ctx, actor, "Import", req.Into.Data); err != nil {
		return nil, err
	}
	doc, borrowed, err := s.readFile(ctx, req.Into)
	if err != nil {
		return nil, invalidFile(req.Into.Name, err)
	}
	product := doc.Model
	if req.Currency == "" && source.Product.Currency != product.Product.Currency {
		if report.CurrencyStated() {
			return nil, parley.Errorf(parley.Invalid, "import", "%s", catalogue.T("import.into.currency", "source", source.Product.Currency, "product", product.Product.Currency)).
				WithHint(catalogue.T("import.into.currency.hint", "product", product.Product.Currency))
		}
		again := req
		again.Currency = product.Product.Currency
		if source, report, err = s.imported(ctx, actor, again); err != nil {
			hint, bare := hinted(err)
			return nil, &parley.Error{Op: "import", Kind: parley.Invalid, Err: bare, Hint: hint}
		}
	}
	var former *parley.Model
	if len(req.Former) > 0 {
		once := req
		once.Files, once.Format, once.Currency = req.Former, report.Format, product.Product.Currency
		if former, _, err = s.imported(ctx, actor, once); err != nil {
			hint, bare := hinted(err)
			return nil, &parley.Error{Op: "import", Kind: parley.Invalid, Err: bare, Hint: hint}
		}
	}
	m, merge := exchange.Into(product, source, former)
	if borrowed {
		m.Policy.PersonDay = quantity.Quantity{}
	}
	text, kept, err := file.Revise(req.Into.Data, m, func(data []byte) (*parley.Model, error) {
		doc, borrowed, err := s.readFile(ctx, Source{Name: req.Into.Name, Data: data})
		if borrowed {
			doc.Model.Policy.PersonDay = quantity.Quantity{}
		}
		return doc.Model, err
	})
	if err != nil {
		return nil, &parley.Error{Op: "import", Kind: parley.Internal, Err: err}
	}
	if len(merge.Added)+len(merge.Updated) == 0 { // as it was, to the byte
		text, kept = req.Into.Data, true
	}
	merge.Comments, report = kept, report.WithoutProduct()
	report.Into = merge
	return &ImportResult{Schema: "parley.import/1", File: string(text), Report: report}, nil
}
