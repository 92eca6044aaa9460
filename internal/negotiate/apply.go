package negotiate

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"slices"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/file"
	"github.com/parleysec/parley/ledger"
	"github.com/parleysec/parley/quantity"
)

// ApplyRequest brings a negotiation file into the ledger.
type ApplyRequest struct {
	Source
	Prefer ledger.Side // whose value holds where both sides changed; "" refuses
	As     string      // id of the product that the file must be of; [NewProduct] for one that is not there yet; "" for any
}

// NewProduct says of a file that its product is not in the ledger yet.
const NewProduct = "*"

// ApplyResult says what applying a file changed.
type ApplyResult struct {
	Schema    string            `json:"schema"`
	Product   string            `json:"product"`
	Ledger    string            `json:"ledger"`      // its address, without a password
	Made      bool              `json:"ledger_made"` // whether there was none before
	Applied   int               `json:"applied"`     // events written
	Changes   []Change          `json:"changes"`
	Conflicts []ledger.Conflict `json:"conflicts"`
	Reopened  []Reopened        `json:"reopened"`
	Notes     []string          `json:"notes"`
}

// Change is one event in plain words.
type Change struct {
	Type string `json:"type"`
	Kind string `json:"kind,omitempty"`
	ID   string `json:"id,omitempty"`
	Says string `json:"says"`
}

// Reopened is a decision whose premises no longer hold, or that counted on what
// is given up.
type Reopened struct {
	Decision string          `json:"decision"`
	Threats  []string        `json:"threats"`
	Broken   []ledger.Broken `json:"broken"`
	Because  string          `json:"because,omitempty"` // where no premise is broken, and what another version of the arithmetic made of those that are
}

// Apply merges a file into the ledger, making the ledger when there is none.
// Conflicts change nothing and come back as a Conflict error with the result.
func (s *Service) Apply(ctx context.Context, actor Actor, req ApplyRequest) (*ApplyResult, error) {
	if err := s.admit(ctx, actor, "Apply"); err != nil {
		return nil, err
	}
	doc, borrowed, err := s.readFile(ctx, req.Source)
	if err != nil {
		return nil, invalidFile(req.Name, err)
	}
	if id := doc.Model.Product.ID; req.As != "" && req.As != NewProduct && req.As != id {
		return nil, parley.Errorf(parley.Invalid, "apply "+req.Name, "the file is of product %q, not of %q", id, req.As)
	}
	if borrowed { // the file proposes nothing about it
		doc.Model.Policy.PersonDay = quantity.Quantity{}
	}
	opened, err := s.found(ctx, actor)
	if err != nil {
		return nil, err
	}
	pasts, err := s.pastsUnder(ctx, doc.Model)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(req.Data)
	app := ledger.Application{Model: doc.Model, Name: req.Name, Digest: hex.EncodeToString(sum[:]), Prefer: req.Prefer, Today: s.today()}
	r := &ApplyResult{Schema: "parley.apply/1", Product: doc.Model.Product.ID, Ledger: opened.Ledger, Made: opened.Made}
	var last *access
	events, _, err := s.record(ctx, deed{actor: actor, useCase: "Apply", op: "apply " + req.Name}, func(a *access, at time.Time) ([]ledger.Draft, error) {
		state := a.state
		last = a
		app, err := a.applying(app)
		if err != nil {
			return nil, err
		}
		if p := state.Product(app.Model.Product.ID); req.As == NewProduct && p != nil { // which the actor may know
			return nil, thereAlready(p)
		} else if p != nil {
			if err := knownBy(a.state, p, app.Model); err != nil {
				return nil, err
			}
		}
		merged, err := state.Merge(app)
		if err != nil {
			return nil, a.scale(err)
		}
		r.Conflicts, r.Reopened, r.Notes = merged.Conflicts, nil, nil
		if len(merged.Drafts) == 0 {
			return nil, nil
		}
		drafts := ledger.Stamp(merged.Drafts, actor, "")
		more, broken, _, err := s.heldAgainst(state, drafts, doc.Model.Product.ID, pasts, at)
		if err != nil {
			return nil, err
		}
		drafts, reopened, err := s.settle(a, append(drafts, more...), at)
		r.Reopened = append(broken, reopened...)
		return drafts, err
	})
	if err != nil {
		return nil, err
	}
	if !last.local() {
		r.Ledger = "" // a path on this machine is nobody else's business
	}
	r.fill(last.read(events), doc)
	if n := len(r.Conflicts); n > 0 {
		return r, parley.Errorf(parley.Conflict, "apply "+req.Name, "the file and the ledger both changed %d %s since the file was last applied", n, plural(n, "field", "fields")).
			WithHint("look at both values, then repeat with --ours (the file holds) or --theirs (the ledger holds)")
	}
	return r, nil
}

// applying asks leave to apply a file: to its product, or to the organisation
// for a new product or another id. A product that the actor may not see is as
// good as new. Who may not speak for the organisation proposes what it does not
// say yet, and who may not decide, that an incident says less.
func (a *access) applying(app ledger.Application) (ledger.Application, error) {
	info := app.Model.Product
	p := a.state.Product(info.ID)
	if p == nil {
		p = a.state.Product(info.Was)
	}
	organisation := a.check("Apply (organisation)", nil)
	app.Proposes = organisation != nil
	app.Waits = p != nil && !a.alone(p)
	app.Sees = func(p *ledger.Product) bool { return a.seen.Product(p.ID) != nil }
	if p == nil || p.ID != info.ID || a.seen.Product(p.ID) == nil {
		return app, organisation
	}
	return app, a.ask(p)
}

// scale keeps the names of products that the actor may not see out of an error
// about words.
func (a *access) scale(err error) error {
	bad, ok := errors.AsType[*ledger.ScaleError](err)
	if !ok || a.all() {
		return err
	}
	c := *bad
	c.Words = slices.Clone(bad.Words)
	for i := range c.Words {
		w := &c.Words[i]
		if w.From != "" && a.seen.Product(w.From) == nil {
			w.From = catalogue.T("roles.other-product")
		}
		n := len(w.Used)
		w.Used = slices.DeleteFunc(slices.Clone(w.Used), func(id string) bool { return a.seen.Product(id) == nil })
		if len(w.Used) < n {
			w.Used = append(w.Used, catalogue.T("roles.other-product"))
		}
	}
	return &c
}

// read are the events that the actor may read.
func (a *access) read(events []ledger.Event) []ledger.Event {
	if a.all() {
		return events
	}
	return slices.DeleteFunc(events, func(e ledger.Event) bool { return e.Product != "" && a.seen.Product(e.Product) == nil })
}

func (r *ApplyResult) fill(events []ledger.Event, doc *file.Document) {
	r.Applied = len(events)
	r.Changes = []Change{}
	for _, e := range events {
		r.Changes = append(r.Changes, changeOf(e, new(namer)))
	}
	if r.Conflicts == nil {
		r.Conflicts = []ledger.Conflict{}
	}
	if r.Reopened == nil {
		r.Reopened = []Reopened{}
	}
	r.Notes = []string{}
	for _, f := range doc.Findings {
		r.Notes = append(r.Notes, f.String())
	}
}

func plural(n int, one, other string) string {
	if n == 1 {
		return one
	}
	return other
}

// settle completes drafts with what follows from them: ends that are reached in
// the state they lead to, and decisions whose premises no longer hold there, in
// whatever product. Told is what the actor may read.
func (s *Service) settle(a *access, drafts []ledger.Draft, at time.Time) ([]ledger.Draft, []Reopened, error) {
	state, job := a.state, a.actor
	job.Via = ledger.ViaJob
	next, err := foresee(state, drafts, at)
	if err != nil {
		return nil, nil, err
	}
	// What a draft ended itself, by replacing or withdrawing it, expires no more.
	if expired := ledger.Stamp(ledger.Expiries(next, s.today()), job, ""); len(expired) > 0 {
		// What the drafts name as their cause by number stands first, so that the
		// numbers stay right.
		drafts = append(drafts, expired...)
		if next, err = foresee(state, drafts, at); err != nil {
			return nil, nil, err
		}
	}
	var reopened []Reopened
	own := drafts
	for _, p := range next.Products() {
		if !touched(next, p.ID, drafts) {
			continue
		}
		more, list, _, err := s.recheck(a.ctx, next, p)
		if err != nil {
			return nil, nil, err
		}
		moved := mover{a.ctx, s, state, own, at, p.ID, map[int][]Reopened{}}
		for i := range more {
			more[i].Cause = ledger.CauseOf(moved.of(list[i].Decision))
		}
		drafts = append(drafts, ledger.Stamp(more, job, "")...)
		reopened = append(reopened, list...)
	}
	return drafts, a.reopened(reopened), nil
}

// touched reports whether drafts concern a product. Those of the organisation
// concern every one, and so does the answer to a proposal about its policy; what
// it adopts had no meaning before, and no figure of another product moves.
func touched(state *ledger.State, id string, drafts []ledger.Draft) bool {
	return slices.ContainsFunc(drafts, func(d ledger.Draft) bool {
		switch b := d.Body.(type) {
		case *ledger.PolicyAdopted:
			return d.Product == id || b.From == id
		case *ledger.RuleProposed: // moves nothing until it is settled
			return false
		case *ledger.ProposalSettled:
			q := state.Product(d.Product).Proposal(b.Proposal)
			return d.Product == id || q != nil && q.About == ledger.AboutPolicy && b.Outcome == ledger.Accepted
		}
		return d.Product == id || d.Product == ""
	})
}

// foresee is the state after drafts that are not recorded yet.
func foresee(state *ledger.State, drafts []ledger.Draft, at time.Time) (*ledger.State, error) {
	next := state.Clone()
	var events []ledger.Event
	for _, d := range drafts {
		// The ids are of this forecast alone; they only have to stand in order.
		id, err := ledger.NextID(next.LastID, at, bytes.NewReader(make([]byte, 16)))
		if err != nil {
			return nil, err
		}
		e, err := d.Event(ledger.Place{ID: id, Seq: next.Size, At: at, Earlier: events})
		if err != nil {
			return nil, err
		}
		if err := next.Apply(e); err != nil {
			return nil, err
		}
		events = append(events, e)
	}
	return next, nil
}

// pastsUnder is how the threats stood that a file has incidents of and that
// decisions in force are about; empty where there are none.
func (s *Service) pastsUnder(ctx context.Context, m *parley.Model) (map[string]past, error) {
	if len(m.Incidents) == 0 {
		return nil, nil
	}
	state, err := s.state(ctx)
	if err != nil {
		return nil, err
	}
	p := state.Product(m.Product.ID)
	if p == nil {
		return nil, nil
	}
	var threats []string
	from := s.now()
	for _, x := range m.Incidents {
		d := p.InForce(x.Threat)
		if d == nil || slices.Contains(threats, x.Threat) {
			continue
		}
		threats = append(threats, x.Threat)
		if since := inForceSince(d); since.Before(from) {
			from = since
		}
	}
	if len(threats) == 0 {
		return nil, nil
	}
	return s.pasts(ctx, p.ID, threats, from)
}

// thereAlready refuses to begin a product that is there, by its name and id.
func thereAlready(p *ledger.Product) error {
	info, err := p.Info()
	if err != nil {
		return err
	}
	title := plain.Clean(info.Title())
	return parley.Errorf(parley.Conflict, "", "%s", catalogue.T("apply.there", "product", title, "id", p.ID)).
		WithHint(catalogue.T("apply.hint.other", "product", title, "id", p.ID))
}

// knownBy refuses a file of another product that happens to have the id of one that is
// there: it has another name, and nothing in it is known of the product by its id or a
// former one. To merge them would close all of the one for the other.
func knownBy(state *ledger.State, p *ledger.Product, m *parley.Model) error {
	info, err := p.Info()
	if err != nil || info.Title() == m.Product.Title() || len(p.Items(ledger.KindThreat)) == 0 || len(m.Threats) == 0 {
		return err
	}
	known := func(kind ledger.ItemKind, ids ...string) bool {
		return slices.ContainsFunc(ids, func(id string) bool {
			_, err := state.Resolve(p.ID, id, kind)
			return id != "" && err == nil
		})
	}
	for _, t := range m.Threats {
		if known(ledger.KindThreat, t.ID, t.Was) {
			return nil
		}
	}
	for _, x := range m.Mitigations {
		if known(ledger.KindMitigation, x.ID, x.Was) {
			return nil
		}
	}
	for _, f := range m.Features {
		if known(ledger.KindFeature, f.ID, f.Was) {
			return nil
		}
	}
	for _, c := range m.Controls {
		if known(ledger.KindControl, c.ID, c.Was) {
			return nil
		}
	}
	there, mine := plain.Clean(info.Title()), plain.Clean(m.Product.Title())
	return parley.Errorf(parley.Conflict, "", "%s", catalogue.T("apply.other", "product", there, "id", p.ID, "name", mine)).
		WithHint(catalogue.T("apply.hint.other", "product", there, "id", p.ID))
}
