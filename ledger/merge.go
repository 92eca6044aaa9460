package ledger

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/parleysec/parley"
)

// Application is a negotiation file on its way into the ledger.
type Application struct {
	Model  *parley.Model
	Name   string // of the file, for people; folders are left out of the record
	Digest string // SHA-256 of its bytes, in hex
	Prefer Side   // whose value holds where both sides changed; "" refuses

	// Proposes says that whoever applies the file speaks for the product alone:
	// what the organisation does not say yet is proposed to it, not adopted.
	Proposes bool

	// Waits says that whoever applies the file may not, with nobody else, make an
	// incident say less: that is proposed, as it is wherever proposer and approver are
	// two people.
	Waits bool

	// Sees reports whether whoever applies the file may know of a product that it
	// names besides its own; nil: of all of them.
	Sees func(*Product) bool

	Today string // civil date, YYYY-MM-DD, after which nothing can have happened; "" for none
}

// Merged is what applying a file would do.
type Merged struct {
	Product   string
	Drafts    []Draft    // events to append, without actor; none: nothing changes
	Conflicts []Conflict // what both sides changed; with any there are no drafts
}

// Merge compares the file last applied, the file now and the ledger now, thing
// by thing. What one side changed is taken; what both changed differently is a
// conflict unless a side is preferred; what is gone from the file is proposed
// for closing, never deleted; an estimate under a decision in force becomes a
// proposal, as does a policy, a row of authority or another rule that differs from the organisation's; a word with
// another meaning than the organisation's is a *[ScaleError]. Applying the same
// file again gives no draft at all.
func (s *State) Merge(a Application) (Merged, error) {
	if a.Model.Product.ID == "" {
		return Merged{}, fmt.Errorf("apply: the file names no product id")
	}
	base, err := modelText(a.Model)
	if err != nil {
		return Merged{}, err
	}
	m := merger{state: s, app: a, product: s.Product(a.Model.Product.ID)}
	if m.product == nil {
		m.product = s.Product(a.Model.Product.Was)
	}
	if m.file, err = thingsOf(base); err != nil {
		return Merged{}, fmt.Errorf("apply: %w", err)
	}
	if err := m.known(); err != nil {
		return Merged{}, err
	}
	return m.run(base)
}

// merger is one merge under way.
type merger struct {
	state   *State
	app     Application
	product *Product // nil for a new product
	file    things
	base    things
	now     things // the ledger's items that are not closed
	out     Merged
}

// known collects what the ledger knows, under the ids of the file.
func (m *merger) known() error {
	m.base, m.now = things{}, things{}
	if m.product == nil {
		return nil
	}
	var err error
	if m.base, err = thingsOf(m.product.Base); err != nil {
		return fmt.Errorf("apply: the file last applied: %w", err)
	}
	for _, sec := range sections {
		for _, it := range m.product.items[sec.kind] {
			if it.Closed {
				continue
			}
			v, err := decodeAny(it.JSON)
			if err != nil {
				return fmt.Errorf("apply: %s %q: %w", it.Kind, it.ID, err)
			}
			m.now[sec.kind] = append(m.now[sec.kind], thing{id: it.ID, fields: v})
		}
	}
	return nil
}

func (m *merger) run(base json.RawMessage) (Merged, error) {
	m.out.Product = m.app.Model.Product.ID
	if m.product != nil && string(m.product.Base) == string(base) {
		return m.again()
	}
	for _, sec := range sections {
		m.renames(sec)
	}
	for _, sec := range sections {
		if err := m.section(sec); err != nil {
			return Merged{}, err
		}
		if sec.kind == KindProduct { // the product must be there before its file
			m.add(&FileApplied{Name: lastPart(m.app.Name), Digest: m.app.Digest, Base: base, Prefer: m.app.Prefer})
			if err := m.policy(); err != nil {
				return Merged{}, err
			}
			if err := m.rules(); err != nil {
				return Merged{}, err
			}
		}
	}
	if len(m.out.Conflicts) > 0 {
		return Merged{Product: m.out.Product, Conflicts: m.out.Conflicts}, nil
	}
	m.causes()
	return m.out, nil
}

// again is the merge of a file that was applied before: all that may be left to
// do is to adopt what the organisation does not say, as after a program that
// took amounts without their currency.
func (m *merger) again() (Merged, error) {
	if err := m.policy(); err != nil {
		return Merged{}, err
	}
	m.out.Drafts = slices.DeleteFunc(m.out.Drafts, func(d Draft) bool { _, adopts := d.Body.(*PolicyAdopted); return !adopts })
	return m.out, nil
}

func (m *merger) add(b Body) {
	m.out.Drafts = append(m.out.Drafts, Draft{Product: m.out.Product, Body: b})
}

// lastPart is the name of a file without its folders, which say where somebody
// keeps their work.
func lastPart(path string) string {
	return path[strings.LastIndexAny(path, `/\`)+1:]
}

// causes names the file as the cause of what follows it.
func (m *merger) causes() {
	file := slices.IndexFunc(m.out.Drafts, func(d Draft) bool { _, ok := d.Body.(*FileApplied); return ok })
	for i := file + 1; i < len(m.out.Drafts); i++ {
		m.out.Drafts[i].Cause = CauseOf(file)
	}
}

// renames records `was:` where the ledger still has the former id, and gives
// the thing its new id in what is compared.
func (m *merger) renames(sec section) {
	for _, f := range m.file[sec.kind] {
		if f.was == "" || m.product == nil {
			continue
		}
		if _, there := m.now.find(sec.kind, f.id); there {
			continue
		}
		i := slices.IndexFunc(m.now[sec.kind], func(t thing) bool { return t.id == f.was })
		if i < 0 {
			continue
		}
		m.now[sec.kind][i] = reidentified(sec, m.now[sec.kind][i], f.id)
		if j := slices.IndexFunc(m.base[sec.kind], func(t thing) bool { return t.id == f.was }); j >= 0 {
			m.base[sec.kind][j] = reidentified(sec, m.base[sec.kind][j], f.id)
		}
		m.add(&ItemRenamed{Kind: sec.kind, From: f.was, To: f.id})
	}
}

func reidentified(sec section, t thing, id string) thing {
	if o, ok := t.fields.(map[string]any); ok {
		o[sec.id] = id
	}
	t.id = id
	return t
}

func (m *merger) section(sec section) error {
	for _, f := range m.file[sec.kind] {
		if err := m.item(sec, f); err != nil {
			return err
		}
	}
	if m.product == nil {
		return nil
	}
	for _, b := range m.base[sec.kind] {
		if _, still := m.file.find(sec.kind, b.id); still {
			continue
		}
		if _, there := m.now.find(sec.kind, b.id); there && m.openProposal(AboutClosing, sec.kind, b.id) == nil {
			m.add(&ProposalMade{About: AboutClosing, Kind: sec.kind, ID: b.id, Says: "gone from the file"})
		}
	}
	return nil
}

func (m *merger) item(sec section, f thing) error {
	side := func(t things) any {
		if x, ok := t.find(sec.kind, f.id); ok {
			return x.fields
		}
		return absent{}
	}
	now := side(m.now)
	base, err := m.baseOf(sec, f, side(m.base), now)
	if err != nil {
		return fmt.Errorf("apply: %s %q: %w", sec.kind, f.id, err)
	}
	three := merge3{prefer: m.app.Prefer}
	v := three.value("", base, f.fields, now)
	for _, c := range three.conflicts {
		c.Kind, c.ID = sec.kind, f.id
		m.out.Conflicts = append(m.out.Conflicts, c)
	}
	if p := m.openProposal(AboutClosing, sec.kind, f.id); p != nil && !equal(now, absent{}) {
		m.add(&ProposalSettled{Proposal: p.Short, Outcome: Withdrawn, Because: "the file has it again"})
	}
	merged, isObject := v.(map[string]any)
	if !isObject {
		return nil // closed in the ledger, and that holds
	}
	if sec.kind == KindThreat {
		if err := m.protect(f, merged, now); err != nil {
			return err
		}
	}
	if sec.kind == KindIncident && !equal(merged, now) {
		waits, err := m.corrected(f.id, merged, now)
		if err != nil || waits {
			return err
		}
	}
	if !equal(merged, now) {
		m.add(&ItemPut{Kind: sec.kind, ID: f.id, Item: text(merged)})
	}
	return nil
}

// openProposal finds the open proposal about an item.
func (m *merger) openProposal(about About, kind ItemKind, id string) *Proposal {
	if q := m.lastProposal(about, kind, id); q != nil && q.Open() {
		return q
	}
	return nil
}

// lastProposal finds the latest proposal about an item, under its present or
// its former id.
func (m *merger) lastProposal(about About, kind ItemKind, id string) *Proposal {
	if m.product == nil {
		return nil
	}
	former := id
	if f, ok := m.file.find(kind, id); ok && f.was != "" {
		former = f.was
	}
	for i := len(m.product.Proposals) - 1; i >= 0; i-- {
		if q := m.product.Proposals[i]; q.About == about && q.Kind == kind && (q.ID == id || q.ID == former) {
			return q
		}
	}
	return nil
}
