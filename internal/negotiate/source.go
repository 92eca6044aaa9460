package negotiate

import (
	"cmp"
	"context"
	"errors"
	"sync"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/file"
	"github.com/parleysec/parley/ledger"
	"github.com/parleysec/parley/risk"
)

// Source is what a request is about: a negotiation file that was read, or a
// product of the ledger.
type Source struct {
	Name    string // of the file, for messages
	Data    []byte // content of the file; nil for a product of the ledger
	Product string // id of the product; "" where Data is given, or for the ledger's only one
}

// Limits says whose yardstick a price was made with.
type Limits string

// Whose yardstick a price was made with.
const (
	FromFile         Limits = "limits from this file"
	FromFileAndDay   Limits = "limits from this file, the price of a day from the organisation"
	FromOrganisation Limits = "limits of the organisation"
)

// loaded is a source ready to be priced.
type loaded struct {
	model     *parley.Model
	portfolio *risk.Portfolio
	shadow    shadow
	limits    Limits
	asOf      time.Time
	zone      *time.Location  // of the organisation's days; nil for UTC
	dated     bool            // somebody asked for the date
	state     *ledger.State   // nil for a file
	product   *ledger.Product // nil for a file

	happenings map[string][]happening // incidents by threat, once they were asked for
	doc        *file.Document         // nil for a product of the ledger
	word       *loaded                // the same with every layer taken at its word, once it was asked for
	judges     map[int]*risk.Years    // by how many, in which plans are judged, once they were asked for
}

// shadow is the portfolio of the threats without a price, once it was asked for: by
// several at once, too. It is nil where every threat has one.
type shadow struct {
	once      sync.Once
	portfolio *risk.Portfolio
	err       error
}

// load reads a source and compiles it. asOf is a date, "" for today; asked are
// the threats asked about, which stay even where a decision avoids them.
func (s *Service) load(ctx context.Context, src Source, asOf string, asked ...string) (*loaded, error) {
	if src.Data == nil {
		state, p, err := s.productAsked(ctx, src.Product)
		if err != nil {
			return nil, err
		}
		return s.loadProduct(state, p, asOf, asked)
	}
	day, err := s.date(asOf)
	if err != nil {
		return nil, err
	}
	doc, borrowed, err := s.readFile(ctx, src)
	if err != nil {
		return nil, invalidFile(src.Name, err)
	}
	l := &loaded{model: doc.Model, doc: doc, limits: FromFile, asOf: day, zone: s.now().Location(), dated: asOf != ""}
	if borrowed {
		l.limits = FromFileAndDay
	}
	return l, s.compile(l)
}

// loadAs is load for a use-case that the actor must be allowed to call, of what
// the actor may see.
func (s *Service) loadAs(ctx context.Context, actor Actor, useCase string, src Source, asOf string, asked ...string) (*loaded, error) {
	if src.Data != nil {
		if err := s.admitFile(ctx, actor, useCase, src.Data); err != nil {
			return nil, err
		}
		return s.load(ctx, src, asOf, asked...)
	}
	if err := allow(ctx, actor, useCase); err != nil {
		return nil, err
	}
	if actor.Known == ledger.ThisMachine {
		return s.load(ctx, src, asOf, asked...)
	}
	a, p, err := s.recordedOf(ctx, actor, useCase, src.Product)
	if err != nil {
		return nil, err
	}
	return s.loadProduct(a.seen, p, asOf, asked)
}

// loadProduct compiles a product of a state, to say something about the threats
// asked about, none for all.
func (s *Service) loadProduct(state *ledger.State, p *ledger.Product, asOf string, asked []string) (*loaded, error) {
	l, err := s.loadFrom(state, p.ID, asOf, asked)
	if err != nil {
		return nil, ledgerError("read product "+p.ID, err)
	}
	return l, nil
}

// compile makes the model ready to be priced.
func (l *loaded) compile() error {
	p, err := risk.Compile(l.model, risk.Options{Assurance: l.assured()})
	if err != nil {
		return &parley.Error{Op: "price " + l.model.Product.Title(), Kind: parley.Invalid, Err: err}
	}
	l.portfolio = p
	return nil
}

// evidenceTo is the moment up to which evidence is read: the end of the date of
// the price.
func (l *loaded) evidenceTo() time.Time {
	return endOf(l.asOf, cmp.Or(l.zone, time.UTC))
}

// seenTo is up to when somebody can have seen what happened by the date of the
// price: now, or the end of an earlier date that somebody asked for.
func (l *loaded) seenTo(now time.Time) time.Time {
	if end := endOf(l.asOf, l.zone); l.dated && end.Before(now) {
		return end
	}
	return now
}

// invalidFile is the error of a file that cannot be used, with every finding.
func invalidFile(name string, err error) error {
	if bad, ok := errors.AsType[*file.InvalidError](err); ok {
		return &parley.Error{Op: "read " + name, Kind: parley.Invalid, Err: bad}
	}
	return &parley.Error{Op: "read " + name, Kind: parley.Unavailable, Err: err}
}

// date reads a civil date, "" as today.
func (s *Service) date(text string) (time.Time, error) {
	if text == "" {
		y, m, d := s.now().Date()
		return time.Date(y, m, d, 0, 0, 0, 0, time.UTC), nil
	}
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return time.Time{}, parley.Errorf(parley.Invalid, "read the date", "%q is not a date", text).
			WithHint("write it as 2027-06-30")
	}
	return t, nil
}
