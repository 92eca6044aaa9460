package negotiate

import (
	"bytes"
	"context"
	"path/filepath"
	"strings"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/exchange"
	"github.com/parleysec/parley/internal/file"
	"github.com/parleysec/parley/ledger"
	"github.com/parleysec/parley/quantity"
)

// Formats of [ImportRequest] beside those of other tools.
const (
	FormatLines = "lines"  // a list of threats, one a line
	FormatOwn   = "parley" // a negotiation file, which is taken as it is
)

// ImportRequest brings other tools' files.
type ImportRequest struct {
	Format   string // "" to tell it from the content
	Files    []exchange.Input
	Name     string // of the product; "" as the source has it, as a negotiation file always does
	Currency string
	Document string           // which of several models in one file
	Into     Source           // the file of the product it is brought into; its Data is nil for a new one
	Former   []exchange.Input // with Into: the files as they were when they were last brought
	Any      bool             // without a Format a list of threats in a text file and a negotiation file are taken, too
}

// ImportResult is a negotiation file and what became of the source.
type ImportResult struct {
	Schema string           `json:"schema"`
	File   string           `json:"file"` // the negotiation file
	Report *exchange.Report `json:"report"`
}

// Import turns other tools' files, or a list of threats, into a negotiation file.
func (s *Service) Import(ctx context.Context, actor Actor, req ImportRequest) (*ImportResult, error) {
	if err := s.admit(ctx, actor, "Import"); err != nil {
		return nil, err
	}
	if req.Any && req.Format == "" && len(req.Files) == 1 {
		req.Format = told(req.Files[0])
	}
	m, report, err := s.imported(ctx, actor, req)
	if err != nil {
		hint, bare := hinted(err)
		return nil, &parley.Error{Op: "import", Kind: parley.Invalid, Err: bare, Hint: hint}
	}
	if req.Into.Data != nil {
		return s.importedInto(ctx, actor, req, m, report)
	}
	if m == nil {
		return &ImportResult{Schema: "parley.import/1", File: string(req.Files[0].Data), Report: report}, nil
	}
	if req.Name != "" {
		m.Product.Name, m.Product.ID = req.Name, file.ProductID(req.Name)
	}
	header := ""
	if len(m.Threats) == 0 { // the file alone must say why there is nothing in it
		header = catalogue.T("import.empty") + "\n" + strings.Join(report.Next, "\n")
	}
	text, err := writtenBelow(header, m)
	if err != nil {
		return nil, err
	}
	return &ImportResult{Schema: "parley.import/1", File: text, Report: report}, nil
}

// told is the format of a file that is of no other tool: of a negotiation file, and
// of a list by its name. "" for any other.
func told(f exchange.Input) string {
	switch strings.ToLower(filepath.Ext(f.Name)) {
	case ".txt", ".md", "":
		return FormatLines
	}
	if exchange.Own(f.Name, f.Data) {
		return FormatOwn
	}
	return ""
}

// imported is the model in files; nil where they hold it as it is.
func (s *Service) imported(ctx context.Context, actor Actor, req ImportRequest) (*parley.Model, *exchange.Report, error) {
	if req.Format != FormatLines && req.Format != FormatOwn {
		opt := exchange.Options{Currency: req.Currency, Document: req.Document}
		if actor.Known == ledger.ThisMachine && actor.Via == ViaCLI { // a name in a request is no path on this machine
			opt.Beside = exchange.Siblings
		}
		return exchange.Import(req.Format, req.Files, opt)
	}
	if len(req.Files) != 1 {
		return nil, nil, &exchange.Error{Problem: catalogue.T("import.one"), Want: catalogue.T("import.one.want")}
	}
	f := req.Files[0]
	if req.Format == FormatOwn {
		report := &exchange.Report{Format: FormatOwn, Files: []string{f.Name}, Mapped: sentences(catalogue.T("import.own"))}
		if req.Name != "" {
			report.Dropped = []exchange.Line{{What: catalogue.T("import.own.name", "name", plain.Clean(req.Name)), Why: catalogue.T("import.own.name.why")}}
		}
		return nil, report, nil
	}
	o := file.StartOptions{Name: req.Name, Currency: req.Currency}
	m, list, err := file.ReadLines(f.Name, bytes.NewReader(f.Data), o)
	if err != nil {
		return nil, nil, err
	}
	if price := s.personDay(ctx, m.Product.Currency); price != "" && !m.Policy.PersonDay.IsZero() {
		// The organisation says what a day costs: the list need not suppose it.
		o.Currency, o.PersonDay = m.Product.Currency, price
		if m, list, err = file.ReadLines(f.Name, bytes.NewReader(f.Data), o); err != nil {
			return nil, nil, err
		}
		m.Policy.PersonDay = quantity.Quantity{}
	}
	return m, &exchange.Report{
		Format: FormatLines, Files: []string{f.Name},
		Mapped: sentences(list.Taken...), Guessed: sentences(list.Assumed...), Dropped: sentences(list.Left...), Next: list.Ask,
	}, nil
}

func sentences(all ...string) []exchange.Line {
	out := []exchange.Line{}
	for _, s := range all {
		out = append(out, exchange.Line{What: s})
	}
	return out
}

// hinted takes what would be right out of an error, to be said apart.
func hinted(err error) (hint string, bare error) {
	switch e := err.(type) { //nolint:errorlint // nothing wraps these
	case *exchange.Error:
		if e.Want == "" {
			return "", err
		}
		without := *e
		without.Want = ""
		return "expected: " + e.Want, &without
	case *file.OptionError:
		return e.Hint, err
	case *file.InvalidError:
		if len(e.Findings) == 1 {
			return e.Findings[0].Hint, err
		}
	}
	return "", err
}

// ExportRequest asks for a product or file in some format.
type ExportRequest struct {
	Source
	Format string // parley
}

// Export writes a product back as a negotiation file, ids and quantities as typed.
func (s *Service) Export(ctx context.Context, actor Actor, req ExportRequest) (string, error) {
	if err := s.admit(ctx, actor, "Export"); err != nil {
		return "", err
	}
	if req.Format != "parley" {
		return "", parley.Errorf(parley.Invalid, "export", "there is no format %q", req.Format).WithHint("use --to parley")
	}
	if req.Data != nil {
		if err := s.admitFile(ctx, actor, "Export", req.Data); err != nil {
			return "", err
		}
		doc, err := file.Read(req.Name, req.Data)
		if err != nil {
			return "", invalidFile(req.Name, err)
		}
		return written(doc.Model)
	}
	a, p, err := s.recordedOf(ctx, actor, "Export", req.Product)
	if err != nil {
		return "", err
	}
	m, err := a.seen.File(p.ID)
	if err != nil {
		return "", ledgerError("export "+p.ID, err)
	}
	return written(m)
}

func written(m *parley.Model) (string, error) { return writtenBelow("", m) }

// writtenBelow is a negotiation file below lines of comment.
func writtenBelow(header string, m *parley.Model) (string, error) {
	var b bytes.Buffer
	if err := (file.WriteOptions{Header: header}).Write(&b, m); err != nil {
		return "", &parley.Error{Op: "write the negotiation file", Kind: parley.Internal, Err: err}
	}
	return b.String(), nil
}
