package ledger

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/parleysec/parley"
)

// Product is one product as the ledger knows it. Its lists are in order of
// first appearance; nothing in it may be changed by a reader.
type Product struct {
	ID         string
	Prefix     string          // of its short ids, e.g. SHOP
	Base       json.RawMessage // the file last applied, as a model; nil before the first
	Files      []FileRecord    // every file applied
	Decisions  []*Decision
	Tasks      []*Task
	Backlog    *Backlog // nil: in the order of its plan
	Proposals  []*Proposal
	Notes      []*Note
	Agreements []*Agreement
	Evidence   []*Evidence
	Moves      []*StageMove    // of the product and its features, oldest first
	Activities []*ActivityNote // what was last said of each
	Gate       *GateChoice     // what it chose for its gate; nil: never anything
	Workshops  []*Workshop
	Events     int64 // about it, in the whole record

	items   map[ItemKind][]*Item
	numbers map[string]int                 // letter → last number of short ids
	renamed map[ItemKind]map[string]string // former id → present id
}

// FileRecord says when which file was applied, and by whom.
type FileRecord struct {
	Name   string
	Digest string // SHA-256 in hex
	Event  string
	At     time.Time
	By     Actor
}

// Item is one thing of a product as it stands.
type Item struct {
	Kind   ItemKind
	ID     string
	Short  string          // e.g. SHOP-T12, "" for kinds without short ids
	JSON   json.RawMessage // as in a negotiation file, quantities as typed
	Event  string          // id of the event that last changed it
	At     time.Time       // when it last changed
	Closed bool            // closed by an accepted proposal; it takes part in nothing
	Done   bool            // a mitigation that is finished and stands as a control

	// StatedWith are, for a threat, the ids of the controls that stood when its
	// likelihood and impact got their present text.
	StatedWith []string

	// LikelihoodAt and ImpactAt are, for a threat, when how likely and how bad it
	// is got their present text: what happened before is in the estimate.
	LikelihoodAt time.Time `json:",omitzero"`
	ImpactAt     time.Time `json:",omitzero"`

	// FirstAt is, for an incident, when it was first put on record: to tell it anew
	// makes it no news.
	FirstAt time.Time `json:",omitzero"`

	// Restated are, for a threat, the changes of its estimate, and for a mitigation those
	// of what it costs, oldest first.
	Restated []Restatement `json:",omitempty"`

	// Terms are, for a threat, the changes of what its contracts and other treatments
	// say, oldest first.
	Terms []Restatement `json:",omitempty"`

	// Declared is, for a control or mitigation, since when it declares its checks
	// as it does.
	Declared Declared `json:",omitzero"`
}

func (p *Product) clone() *Product {
	c := *p
	c.Decisions = slices.Clone(p.Decisions)
	c.Tasks = slices.Clone(p.Tasks)
	c.Proposals = slices.Clone(p.Proposals)
	c.Notes = slices.Clone(p.Notes)
	c.Agreements = slices.Clone(p.Agreements)
	c.Evidence = slices.Clone(p.Evidence)
	c.Moves = slices.Clone(p.Moves)
	c.Activities = slices.Clone(p.Activities)
	c.Workshops = slices.Clone(p.Workshops)
	c.items = maps.Clone(p.items)
	for k, list := range c.items {
		c.items[k] = slices.Clone(list)
	}
	c.numbers = maps.Clone(p.numbers)
	c.renamed = maps.Clone(p.renamed)
	for k, m := range c.renamed {
		c.renamed[k] = maps.Clone(m)
	}
	return &c
}

// Items lists the items of one kind, closed ones too.
func (p *Product) Items(kind ItemKind) []*Item { return slices.Clone(p.items[kind]) }

// Item finds an item by kind and its id or a former id, nil when there is none.
func (p *Product) Item(kind ItemKind, id string) *Item {
	if i := p.index(kind, id); i >= 0 {
		return p.items[kind][i]
	}
	return nil
}

func (p *Product) index(kind ItemKind, id string) int {
	if now, ok := p.renamed[kind][id]; ok && !p.has(kind, id) {
		id = now
	}
	return slices.IndexFunc(p.items[kind], func(i *Item) bool { return i.ID == id })
}

func (p *Product) has(kind ItemKind, id string) bool {
	return slices.ContainsFunc(p.items[kind], func(i *Item) bool { return i.ID == id })
}

// Info is the product as its file describes it.
func (p *Product) Info() (parley.Product, error) {
	var out parley.Product
	it := p.Item(KindProduct, p.ID)
	if it == nil {
		return out, fmt.Errorf("product %q was never described", p.ID)
	}
	return out, strictJSON(it.JSON, &out)
}

// short gives the next short id with a letter.
func (p *Product) short(letter string) string {
	if letter == "" {
		return ""
	}
	p.numbers[letter]++
	return p.Prefix + "-" + letter + strconv.Itoa(p.numbers[letter])
}

func (p *Product) put(e Event, b *ItemPut) error {
	sec, ok := sectionOf(b.Kind)
	if !ok || b.ID == "" || b.Kind == KindProduct && b.ID != p.ID {
		return fmt.Errorf("item %q of kind %q cannot be put into product %q", b.ID, b.Kind, p.ID)
	}
	it := &Item{Kind: b.Kind, ID: b.ID, JSON: b.Item, Event: e.ID, At: e.At}
	i := slices.IndexFunc(p.items[b.Kind], func(i *Item) bool { return i.ID == b.ID })
	var was *Item
	if i >= 0 {
		was = p.items[b.Kind][i]
		// What comes back after it was closed is to be built again, whatever stood
		// under its id before.
		it.Short, it.Done, it.StatedWith = was.Short, was.Done && !was.Closed, was.StatedWith
	} else {
		it.Short = p.short(sec.letter)
	}
	var err error
	switch b.Kind {
	case KindThreat:
		err = errors.Join(it.reterm(e, was), p.restate(e, it, was))
	case KindMitigation:
		err = it.recost(e, was)
	case KindProduct:
		err = p.chooseGate(e, it.JSON)
	case KindIncident:
		it.FirstAt = e.At
		if was != nil {
			it.FirstAt = was.FirstAt
		}
	}
	if err != nil {
		return err
	}
	if err := it.declare(e, was); err != nil {
		return err
	}
	if i >= 0 {
		p.items[b.Kind][i] = it
	} else {
		p.items[b.Kind] = append(p.items[b.Kind], it)
	}
	return nil
}

// restate keeps, for a threat whose estimate has a new text, which controls
// stood when it was stated; it refuses a new estimate under a decision in force.
func (p *Product) restate(e Event, it, was *Item) error {
	var changed []string
	it.LikelihoodAt, it.ImpactAt = e.At, e.At
	if was != nil {
		it.Restated, it.LikelihoodAt, it.ImpactAt = was.Restated, was.LikelihoodAt, was.ImpactAt
		var err error
		if changed, err = changedEstimate(was.JSON, it.JSON); err != nil || len(changed) == 0 {
			return err
		}
		if d := p.InForce(it.ID); d != nil && !was.Closed {
			return fmt.Errorf("%s of threat %q stands under decision %s, which is in force; it changes only through a proposal", strings.Join(changed, ", "), it.ID, d.Short)
		}
	}
	if was == nil {
		it.StatedWith = p.standing()
		return nil
	}
	if figures, err := changedFigures(was.JSON, it.JSON, changed); err != nil {
		return err
	} else if len(figures) > 0 {
		it.StatedWith = p.standing()
		it.statedAt(e.At, figures)
	}
	return it.restatedBy(e, e.Actor, e.By, was.JSON)
}

// changedFigures are those of the changed fields in which more changed than the
// words: what an event does and whom it harms is said anew without a figure of
// the estimate being stated anew.
func changedFigures(a, b json.RawMessage, changed []string) ([]string, error) {
	bare := func(text json.RawMessage) ([]byte, error) {
		var t struct {
			Impact map[string]json.RawMessage `json:"impact"`
		}
		if err := json.Unmarshal(text, &t); err != nil {
			return nil, err
		}
		delete(t.Impact, "says")
		delete(t.Impact, "people")
		return canonicalOf(t.Impact)
	}
	x, err := bare(a)
	if err != nil {
		return nil, err
	}
	y, err := bare(b)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(slices.Clone(changed), func(f string) bool { return f == "impact" && bytes.Equal(x, y) }), nil
}

// statedAt notes when fields of the estimate got their present text. What a
// threat was stated with says what both mean.
func (i *Item) statedAt(at time.Time, fields []string) {
	if slices.ContainsFunc(fields, func(f string) bool { return f != "impact" }) {
		i.LikelihoodAt = at
	}
	if slices.ContainsFunc(fields, func(f string) bool { return f == "impact" || f == "fair" || f == "stated_with" }) {
		i.ImpactAt = at
	}
}

// standing lists the controls that stand now, finished mitigations included.
func (p *Product) standing() []string {
	ids := []string{}
	for _, c := range p.items[KindControl] {
		if !c.Closed {
			ids = append(ids, c.ID)
		}
	}
	for _, m := range p.items[KindMitigation] {
		if m.Done && !m.Closed && !slices.Contains(ids, m.ID) {
			ids = append(ids, m.ID)
		}
	}
	return ids
}

// estimateFields are the fields of a threat that say how likely and how bad it
// is, and under which assumptions.
var estimateFields = []string{"likelihood", "impact", "fair", "at_most_once", "clustered", "coverage_gap", "stated_with"}

// changedEstimate lists the fields of the estimate that differ between two
// texts of a threat.
func changedEstimate(a, b json.RawMessage) ([]string, error) {
	var x, y map[string]json.RawMessage
	if err := json.Unmarshal(a, &x); err != nil {
		return nil, err
	}
	if err := json.Unmarshal(b, &y); err != nil {
		return nil, err
	}
	var out []string
	for _, f := range estimateFields {
		if !bytes.Equal(x[f], y[f]) { // both texts are canonical
			out = append(out, f)
		}
	}
	return out, nil
}
