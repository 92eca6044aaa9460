package ledger

import (
	"fmt"
	"slices"
	"strings"
)

// What a [Ref] may refer to besides items.
const (
	KindDecision ItemKind = "decision"
	KindTask     ItemKind = "task"
	KindProposal ItemKind = "proposal"
)

// Ref is something in the ledger that has an id.
type Ref struct {
	Product string
	Kind    ItemKind
	ID      string // its own id; for decisions, tasks and proposals the short id
	Short   string // "" for kinds without short ids
}

// UnknownError says that an id leads to nothing, or to several things.
type UnknownError struct {
	Text  string
	Among []Ref // what it could mean, none when it leads to nothing
}

// Error lists what the id could mean.
func (e *UnknownError) Error() string {
	if len(e.Among) == 0 {
		return fmt.Sprintf("there is no %q in the ledger", e.Text)
	}
	var which []string
	for _, r := range e.Among {
		name := r.Short
		if name == "" {
			name = r.Product + "/" + r.ID
		}
		which = append(which, fmt.Sprintf("%s (%s)", name, r.Kind))
	}
	return fmt.Sprintf("%q can mean %s: say which", e.Text, strings.Join(which, ", "))
}

// Resolve finds what an id means: a short id (SHOP-T12, in any case), or the
// thing's own id, alone or as product/id; former ids lead on. product narrows
// the search where it is not "", kinds where any are given. The error is an
// *[UnknownError].
func (s *State) Resolve(product, text string, kinds ...ItemKind) (Ref, error) {
	if before, after, ok := strings.Cut(text, "/"); ok && s.Product(before) != nil {
		if r, err := s.Resolve(before, after, kinds...); err == nil {
			return r, nil
		}
	}
	var found []Ref
	for _, p := range s.Products() {
		if product != "" && p != s.Product(product) {
			continue
		}
		for _, r := range p.refs(text) {
			if len(kinds) == 0 || slices.Contains(kinds, r.Kind) {
				found = append(found, r)
			}
		}
	}
	if len(found) != 1 {
		return Ref{}, &UnknownError{Text: text, Among: found}
	}
	return found[0], nil
}

// refs lists what an id can mean within a product. A short id means one thing;
// an own id may be used by things of several kinds.
func (p *Product) refs(text string) []Ref {
	var own []Ref
	for _, sec := range sections {
		for _, it := range p.items[sec.kind] {
			r := Ref{Product: p.ID, Kind: sec.kind, ID: it.ID, Short: it.Short}
			if it.Short != "" && strings.EqualFold(it.Short, text) {
				return []Ref{r}
			}
			if it.ID == text {
				own = append(own, r)
			}
		}
	}
	for _, short := range p.shorts() {
		if strings.EqualFold(short.Short, text) {
			return []Ref{short}
		}
	}
	if len(own) > 0 {
		return own
	}
	for _, sec := range sections {
		if it := p.Item(sec.kind, text); it != nil { // by a former id
			own = append(own, Ref{Product: p.ID, Kind: sec.kind, ID: it.ID, Short: it.Short})
		}
	}
	return own
}

// shorts lists the things that have a short id only.
func (p *Product) shorts() []Ref {
	var out []Ref
	for _, d := range p.Decisions {
		out = append(out, Ref{p.ID, KindDecision, d.Short, d.Short})
	}
	for _, t := range p.Tasks {
		out = append(out, Ref{p.ID, KindTask, t.Short, t.Short})
	}
	for _, q := range p.Proposals {
		out = append(out, Ref{p.ID, KindProposal, q.Short, q.Short})
	}
	return out
}
