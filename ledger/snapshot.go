package ledger

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"
)

// FoldVersion names the rules by which events become a state. A snapshot made
// by other rules is not used; whoever changes what the fold makes of events
// that were recorded raises it.
const FoldVersion = 25

// stateImage is a [State] as a snapshot holds it.
type stateImage struct {
	Fold      int               `json:"fold"`
	Size      int64             `json:"size"`
	LastID    string            `json:"last_id"`
	At        time.Time         `json:"at"`
	Ledger    string            `json:"ledger"`
	Keys      Keys              `json:"keys"`
	Settings  map[string]string `json:"settings"`
	Policy    *Policy           `json:"policy,omitempty"`
	Rules     []*Rule           `json:"rules"`
	Authority *AuthorityMatrix  `json:"authority,omitempty"`
	Members   []Membership      `json:"members"`
	Products  []*productImage   `json:"products"` // in order of first appearance
	Renamed   map[string]string `json:"renamed"`
}

// productImage is a [Product] as a snapshot holds it.
type productImage struct {
	ID         string                         `json:"id"`
	Prefix     string                         `json:"prefix"`
	Base       json.RawMessage                `json:"base,omitempty"`
	Files      []FileRecord                   `json:"files"`
	Decisions  []*Decision                    `json:"decisions"`
	Tasks      []*Task                        `json:"tasks"`
	Backlog    *Backlog                       `json:"backlog,omitempty"`
	Proposals  []*Proposal                    `json:"proposals"`
	Notes      []*Note                        `json:"notes"`
	Evidence   []*Evidence                    `json:"evidence"`
	Moves      []*StageMove                   `json:"moves"`
	Activities []*ActivityNote                `json:"activities"`
	Agreements []*Agreement                   `json:"agreements"`
	Gate       *GateChoice                    `json:"gate,omitempty"`
	Workshops  []*Workshop                    `json:"workshops,omitempty"`
	Events     int64                          `json:"events"`
	Items      map[ItemKind][]*Item           `json:"items"`
	Numbers    map[string]int                 `json:"numbers"`
	Renamed    map[ItemKind]map[string]string `json:"renamed"`
}

// Snapshot is the state as bytes, from which [OpenSnapshot] makes it again
// without its events. Names of people are sealed on the way, so that a name
// that is erased later does not live on in a snapshot; ref gives the reference
// of a name.
func (s *State) Snapshot(ref func(name string) (string, error)) ([]byte, error) {
	im, err := s.image().renamed(ref)
	if err != nil {
		return nil, fmt.Errorf("snapshot of %d events: %w", s.Size, err)
	}
	return im.encode()
}

// OpenSnapshot is the state of a snapshot, with the names its references have
// now; a reference that names does not know is shown as an erased person. It
// refuses a snapshot of other rules than this program's. The bytes are a cache:
// whether they say what the events say is known only by folding the events
// ([SameState]).
func OpenSnapshot(text []byte, names func(ref string) (string, bool)) (*State, error) {
	var im stateImage
	if err := strictJSON(text, &im); err != nil {
		return nil, fmt.Errorf("open snapshot: %w", err)
	}
	if im.Fold != FoldVersion {
		return nil, fmt.Errorf("open snapshot: it was made by fold %d, this program has fold %d", im.Fold, FoldVersion)
	}
	open, err := im.renamed(func(s string) (string, error) {
		if !IsPersonRef(s) {
			return s, nil
		}
		if name, ok := names(s); ok {
			return name, nil
		}
		return Erased(s), nil
	})
	if err != nil {
		return nil, fmt.Errorf("open snapshot: %w", err)
	}
	return open.state()
}

// SameState reports whether a snapshot says what a state says that was folded
// from sealed events.
func SameState(sealed *State, text []byte, names func(ref string) (string, bool)) bool {
	itself := func(s string) (string, error) { return s, nil }
	want, err := sealed.Snapshot(itself)
	if err != nil {
		return false
	}
	var both [2][]byte
	for i, t := range [][]byte{want, text} {
		s, err := OpenSnapshot(t, names)
		if err != nil {
			return false
		}
		if both[i], err = s.Snapshot(itself); err != nil {
			return false
		}
	}
	return bytes.Equal(both[0], both[1])
}

func (s *State) image() *stateImage {
	im := &stateImage{
		Fold: FoldVersion, Size: s.Size, LastID: s.LastID, At: s.At, Ledger: s.Ledger, Keys: s.Keys,
		Settings: s.Settings, Policy: s.Policy, Rules: s.Rules, Authority: s.Authority, Members: s.Members, Renamed: s.renamed,
	}
	for _, p := range s.Products() {
		im.Products = append(im.Products, &productImage{
			ID: p.ID, Prefix: p.Prefix, Base: p.Base, Files: p.Files, Decisions: p.Decisions, Tasks: p.Tasks, Backlog: p.Backlog,
			Proposals: p.Proposals, Notes: p.Notes, Agreements: p.Agreements, Evidence: p.Evidence, Moves: p.Moves, Activities: p.Activities, Gate: p.Gate, Workshops: p.Workshops, Events: p.Events, Items: p.items, Numbers: p.numbers, Renamed: p.renamed,
		})
	}
	return im
}

func (im *stateImage) encode() ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false) // the texts of items are compared byte for byte
	if err := enc.Encode(im); err != nil {
		return nil, fmt.Errorf("write snapshot: %w", err)
	}
	return b.Bytes(), nil
}

// state makes a state of an image, and refuses one no state has.
func (im *stateImage) state() (*State, error) {
	if im.Policy != nil && slices.ContainsFunc(im.Policy.Fields, func(f PolicyField) bool { return len(f.Path) == 0 }) {
		return nil, fmt.Errorf("open snapshot: a field of the policy without a name")
	}
	if slices.ContainsFunc(im.Members, func(m Membership) bool { return m.Person == "" }) {
		return nil, fmt.Errorf("open snapshot: a role of nobody")
	}
	s := NewState()
	s.Size, s.LastID, s.At, s.Ledger, s.Keys, s.Policy = im.Size, im.LastID, im.At, im.Ledger, im.Keys, im.Policy
	s.Rules, s.Authority, s.Members = im.Rules, im.Authority, im.Members
	if im.Settings != nil {
		s.Settings = im.Settings
	}
	if im.Renamed != nil {
		s.renamed = im.Renamed
	}
	for _, i := range im.Products {
		if i == nil || i.ID == "" || s.products[i.ID] != nil || !i.whole() {
			return nil, fmt.Errorf("open snapshot: a product without id, twice, or with holes")
		}
		p := &Product{
			ID: i.ID, Prefix: i.Prefix, Base: i.Base, Files: i.Files, Decisions: i.Decisions, Tasks: i.Tasks, Backlog: i.Backlog,
			Proposals: i.Proposals, Notes: i.Notes, Agreements: i.Agreements, Evidence: i.Evidence, Moves: i.Moves, Activities: i.Activities, Gate: i.Gate, Workshops: i.Workshops, Events: i.Events, items: i.Items, numbers: i.Numbers, renamed: i.Renamed,
		}
		s.products[p.ID] = p
		s.order = append(s.order, p.ID)
	}
	return s, nil
}

// whole reports whether nothing is missing that every product has.
func (p *productImage) whole() bool {
	if p.Items == nil || p.Numbers == nil || p.Renamed == nil || slices.Contains(p.Decisions, nil) || slices.Contains(p.Tasks, nil) || slices.Contains(p.Proposals, nil) || slices.Contains(p.Notes, nil) || slices.Contains(p.Agreements, nil) || slices.Contains(p.Evidence, nil) || slices.Contains(p.Moves, nil) || slices.Contains(p.Activities, nil) || slices.Contains(p.Workshops, nil) {
		return false
	}
	for _, list := range p.Items {
		if slices.Contains(list, nil) {
			return false
		}
	}
	return true
}

// renamed is a copy with every name of a person rewritten: the very places
// that [Event.Seal] and [Event.Open] rewrite in the events.
func (im *stateImage) renamed(to rename) (*stateImage, error) {
	c := *im
	if err := c.renameRules(to); err != nil {
		return nil, err
	}
	c.Members = slices.Clone(im.Members)
	for i := range c.Members {
		if err := errors.Join(to.at(&c.Members[i].Person), to.at(&c.Members[i].By.ID)); err != nil {
			return nil, err
		}
	}
	c.Products = slices.Clone(im.Products)
	for i, p := range c.Products {
		if p == nil {
			return nil, fmt.Errorf("a product is missing")
		}
		var err error
		if c.Products[i], err = p.renamed(to); err != nil {
			return nil, err
		}
	}
	return &c, nil
}

// renameRules rewrites the names in the organisation's rules.
func (im *stateImage) renameRules(to rename) error {
	im.Authority = im.Authority.clone()
	if err := im.Authority.names(to); err != nil {
		return err
	}
	im.Rules = slices.Clone(im.Rules)
	for i, r := range im.Rules {
		if r == nil {
			return fmt.Errorf("a rule is missing")
		}
		c := *r
		c.Matrix, c.Row = c.Matrix.clone(), c.Row.clone()
		if err := c.names(to); err != nil {
			return err
		}
		for _, s := range []*string{&c.Proposer.ID, &c.By} {
			if err := to.at(s); err != nil {
				return err
			}
		}
		im.Rules[i] = &c
	}
	return nil
}

// renamedAll are copies of things with the names of the people in them
// rewritten; people gives the places of the names.
func renamedAll[T any](list []*T, to rename, people func(*T) []*string) ([]*T, error) {
	out := slices.Clone(list)
	for i, x := range list { // nil is refused by whole()
		var err error
		if out[i], err = renamedOne(x, to, people); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// renamedOne is the same of one thing, nil for none.
func renamedOne[T any](x *T, to rename, people func(*T) []*string) (*T, error) {
	if x == nil {
		return nil, nil
	}
	c := *x
	for _, name := range people(&c) {
		if err := to.at(name); err != nil {
			return nil, err
		}
	}
	return &c, nil
}

func (p *productImage) renamed(to rename) (*productImage, error) {
	c := *p
	if len(c.Base) > 0 {
		if err := renameModel(&c.Base, to); err != nil {
			return nil, err
		}
	}
	c.Files = slices.Clone(p.Files)
	for i := range c.Files {
		if err := to.at(&c.Files[i].By.ID); err != nil {
			return nil, err
		}
	}
	c.Decisions = slices.Clone(p.Decisions)
	for i, d := range c.Decisions {
		var err error
		if c.Decisions[i], err = d.renamed(to); err != nil {
			return nil, err
		}
	}
	var err error
	if c.Backlog, err = renamedOne(p.Backlog, to, (*Backlog).people); err != nil {
		return nil, err
	}
	if c.Notes, err = renamedAll(p.Notes, to, (*Note).people); err != nil {
		return nil, err
	}
	if c.Agreements, err = renamedAll(p.Agreements, to, func(x *Agreement) []*string { return []*string{&x.Actor.ID, &x.By} }); err != nil {
		return nil, err
	}
	if c.Evidence, err = renamedAll(p.Evidence, to, func(x *Evidence) []*string { return []*string{&x.Actor.ID, &x.By} }); err != nil {
		return nil, err
	}
	if c.Moves, err = renamedAll(p.Moves, to, func(x *StageMove) []*string { return []*string{&x.Actor.ID, &x.By} }); err != nil {
		return nil, err
	}
	if c.Activities, err = renamedAll(p.Activities, to, func(x *ActivityNote) []*string { return []*string{&x.Actor.ID, &x.By} }); err != nil {
		return nil, err
	}
	if c.Gate, err = renamedOne(p.Gate, to, (*GateChoice).people); err != nil {
		return nil, err
	}
	if c.Workshops, err = renamedAll(p.Workshops, to, (*Workshop).people); err != nil {
		return nil, err
	}
	if c.Proposals, err = renamedAll(p.Proposals, to, func(q *Proposal) []*string { return []*string{&q.Proposer.ID, &q.ProposerBy} }); err != nil {
		return nil, err
	}
	c.Items = map[ItemKind][]*Item{}
	for kind, list := range p.Items {
		sec, ok := sectionOf(kind)
		if !ok {
			return nil, fmt.Errorf("item kind %q is not known", kind)
		}
		c.Items[kind] = slices.Clone(list)
		for i, it := range list {
			if it == nil || len(sec.people) == 0 {
				continue
			}
			n := *it
			n.Restated, n.Terms = slices.Clone(it.Restated), slices.Clone(it.Terms)
			for _, list := range [][]Restatement{n.Restated, n.Terms} {
				for j := range list {
					if err := errors.Join(to.at(&list[j].Actor.ID), to.at(&list[j].By)); err != nil {
						return nil, err
					}
				}
			}
			if err := renameFields(&n.JSON, sec.people, to); err != nil {
				return nil, err
			}
			c.Items[kind][i] = &n
		}
	}
	return &c, nil
}

// renamed is a copy of a decision with every name of a person rewritten.
func (d *Decision) renamed(to rename) (*Decision, error) {
	if d == nil {
		return nil, fmt.Errorf("a decision is missing")
	}
	c := *d
	c.History = slices.Clone(d.History)
	places := []*string{&c.Proposer.ID, &c.By}
	for i := range c.History {
		places = append(places, &c.History[i].Actor.ID, &c.History[i].By)
	}
	c.Approvals = slices.Clone(d.Approvals)
	for i := range c.Approvals {
		places = append(places, &c.Approvals[i].Actor.ID, &c.Approvals[i].By)
	}
	c.Reviews = slices.Clone(d.Reviews)
	for i := range c.Reviews {
		places = append(places, &c.Reviews[i].Actor.ID, &c.Reviews[i].By)
	}
	for _, s := range places {
		if err := to.at(s); err != nil {
			return nil, err
		}
	}
	return &c, nil
}
