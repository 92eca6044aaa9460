package ledger

import (
	"fmt"
	"slices"
	"strings"

	"github.com/parleysec/parley"
)

// What a [Ref] may refer to besides items.
const (
	KindDecision  ItemKind = "decision"
	KindTask      ItemKind = "task"
	KindProposal  ItemKind = "proposal"
	KindAgreement ItemKind = "agreement"
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
	Kinds []ItemKind // what was looked for, none for anything
	Among []Ref      // what it could mean, none when it leads to nothing
	Other []Ref      // what has the id and is of another kind
	Hint  string     // what would be right, "" where nobody can tell
}

// Error lists what the id could mean.
func (e *UnknownError) Error() string {
	switch {
	case len(e.Among) > 0:
		var which []string
		for _, r := range e.Among {
			name := r.Short
			if name == "" {
				name = r.Product + "/" + r.ID
			}
			which = append(which, fmt.Sprintf("%s (%s)", name, r.Kind))
		}
		return fmt.Sprintf("%q can mean %s: say which", e.Text, strings.Join(which, ", "))
	case len(e.Other) > 0:
		return fmt.Sprintf("%q is %s, not %s", e.Text, withArticle(string(e.Other[0].Kind)), withArticle(e.wanted()))
	case len(e.Kinds) > 0:
		return fmt.Sprintf("there is no %s %q in the ledger", e.wanted(), e.Text)
	}
	return fmt.Sprintf("there is no %q in the ledger", e.Text)
}

// withArticle is a word for a thing with a or an before it.
func withArticle(word string) string {
	if strings.ContainsRune("aeiou", rune(word[0])) {
		return "an " + word
	}
	return "a " + word
}

func (e *UnknownError) wanted() string {
	var names []string
	for _, k := range e.Kinds {
		names = append(names, string(k))
	}
	return strings.Join(names, " or ")
}

// Resolve finds what an id means: a short id (SHOP-T12, in any case, or T12 where
// no own id looks so), or the thing's own id, alone or as product/id; former ids lead on. product narrows
// the search where it is not "", kinds where any are given. The error is an
// *[UnknownError].
func (s *State) Resolve(product, text string, kinds ...ItemKind) (Ref, error) {
	if before, after, ok := strings.Cut(text, "/"); ok && s.Product(before) != nil && (product == "" || s.Product(before) == s.Product(product)) {
		if r, err := s.Resolve(before, after, kinds...); err == nil {
			return r, nil
		}
	}
	var found, other []Ref
	for _, p := range s.Products() {
		if product != "" && p != s.Product(product) {
			continue
		}
		for _, r := range p.refs(text) {
			if len(kinds) == 0 || slices.Contains(kinds, r.Kind) {
				found = append(found, r)
			} else {
				other = append(other, r)
			}
		}
	}
	if len(found) != 1 {
		e := &UnknownError{Text: text, Kinds: kinds, Among: found, Other: other}
		if len(found) == 0 {
			e.Hint = s.meant(product, e)
		}
		return Ref{}, e
	}
	return found[0], nil
}

// meant says what an id that leads to nothing was probably meant to be: of a
// threat, the decisions on it; else the nearest id.
func (s *State) meant(product string, e *UnknownError) string {
	var own, short, on []string
	for _, p := range s.Products() {
		if product != "" && p != s.Product(product) {
			continue
		}
		for _, r := range p.all() {
			if len(e.Kinds) > 0 && !slices.Contains(e.Kinds, r.Kind) {
				continue
			}
			own = append(own, r.ID)
			if r.Short != "" && r.Short != r.ID {
				short = append(short, r.Short)
			}
		}
		for _, d := range p.Decisions {
			if len(e.Other) > 0 && slices.Contains(d.Threats, e.Other[0].ID) {
				on = append(on, d.Short)
			}
		}
	}
	if len(e.Other) > 0 && e.Other[0].Kind == KindThreat && slices.Contains(e.Kinds, KindDecision) {
		if on == nil {
			return "nobody has decided on it yet"
		}
		return "the decisions on it: " + strings.Join(on, ", ")
	}
	if near := parley.Nearest(e.Text, short); near != "" {
		return parley.Suggest(e.Text, short)
	}
	return parley.Suggest(e.Text, own)
}

// all lists what a product holds that has an id.
func (p *Product) all() []Ref {
	var out []Ref
	for _, sec := range sections {
		for _, it := range p.items[sec.kind] {
			if !it.Closed {
				out = append(out, Ref{Product: p.ID, Kind: sec.kind, ID: it.ID, Short: it.Short})
			}
		}
	}
	return append(out, p.shorts()...)
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
	if len(own) == 0 {
		return p.spoken(text)
	}
	return own
}

// spoken finds a short id that was said without its product, as T12 for
// SHOP-T12. Where things of the product are themselves called so, such as t0
// and t1, it finds nothing: t12 would then be a slip and not SHOP-T12.
func (p *Product) spoken(text string) []Ref {
	if !letterNumber(text) {
		return nil
	}
	var out []Ref
	for _, r := range p.all() {
		if strings.EqualFold(r.ID[:1], text[:1]) && letterNumber(r.ID) {
			return nil
		}
		if strings.HasSuffix(r.Short, "-"+strings.ToUpper(text)) {
			out = append(out, r)
		}
	}
	return out
}

// letterNumber reports whether a text is one letter and a number.
func letterNumber(text string) bool {
	if len(text) < 2 || strings.Trim(text[1:], "0123456789") != "" {
		return false
	}
	c := text[0] | 0x20
	return 'a' <= c && c <= 'z'
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
	for _, x := range p.Agreements {
		out = append(out, Ref{p.ID, KindAgreement, x.Short, x.Short})
	}
	return out
}
