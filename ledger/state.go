package ledger

import (
	"fmt"
	"maps"
	"slices"
	"sync/atomic"
	"time"
)

// State is what the ledger says after its first Size events. It is a pure fold:
// the same events always give the same state. A state may be read by many
// goroutines at once as long as nobody applies events to it.
type State struct {
	Size     int64     // events folded
	LastID   string    // id of the last one, "" before the first
	At       time.Time // time of the last one
	Ledger   string    // ULID of the ledger
	Keys     Keys      // that sign its checkpoints, oldest first
	Settings map[string]string
	Policy   *Policy // the organisation's yardstick, nil until one is adopted

	Rules     []*Rule          // every proposed change of the rules, in order
	Authority *AuthorityMatrix // who may leave how much as it is, nil until one is set
	Members   []Membership     // who holds which role, in order of granting

	products map[string]*Product
	order    []string          // ids of products by first appearance
	renamed  map[string]string // former product id → present id
	owned    map[string]bool   // products this state may change in place
	shared   *atomic.Bool      // a clone was made: nothing is owned any more
}

// NewState is the state of an empty ledger.
func NewState() *State {
	return &State{
		Settings: map[string]string{}, products: map[string]*Product{},
		renamed: map[string]string{}, owned: map[string]bool{}, shared: new(atomic.Bool),
	}
}

// Clone is a copy that can be changed without changing the original. It shares
// every product until an event touches it. Several goroutines may clone one state.
func (s *State) Clone() *State {
	c := *s
	c.Settings = maps.Clone(s.Settings)
	c.products = maps.Clone(s.products)
	c.order = slices.Clone(s.order)
	c.renamed = maps.Clone(s.renamed)
	c.owned, c.shared = map[string]bool{}, new(atomic.Bool)
	s.shared.Store(true)
	return &c
}

// Products lists every product in order of first appearance.
func (s *State) Products() []*Product {
	out := make([]*Product, 0, len(s.order))
	for _, id := range s.order {
		out = append(out, s.products[id])
	}
	return out
}

// Product finds a product by its id or a former id, nil when there is none.
func (s *State) Product(id string) *Product {
	if p, ok := s.products[id]; ok {
		return p
	}
	return s.products[s.renamed[id]]
}

// Renamed reports whether any product ever had another id.
func (s *State) Renamed() bool { return len(s.renamed) > 0 }

// SeparateApprover reports whether the proposer of a decision may not approve it.
func (s *State) SeparateApprover() bool { return s.Settings[SeparateApprover] == "yes" }

// own is the product with this id, ready to be changed.
func (s *State) own(id string) (*Product, error) {
	p := s.Product(id)
	if p == nil {
		return nil, fmt.Errorf("there is no product %q in the ledger", id)
	}
	if s.shared.Swap(false) {
		s.owned = map[string]bool{}
	}
	if !s.owned[p.ID] {
		p = p.clone()
		s.products[p.ID] = p
		s.owned[p.ID] = true
	}
	return p, nil
}

// Fold is the state after the given opened events.
func Fold(events []Event) (*State, error) {
	s := NewState()
	for _, e := range events {
		if err := s.Apply(e); err != nil {
			return nil, err
		}
	}
	return s, nil
}
