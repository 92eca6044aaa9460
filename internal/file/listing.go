package file

import (
	"io"
	"slices"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/catalogue"
)

// Listing says what became of a list of threats, in sentences.
type Listing struct {
	Taken   []string // what was read, the first a summary
	Assumed []string // what the list leaves open, and what stands there meanwhile
	Left    []string // what nothing was taken from
	Ask     []string // what to ask next
}

// ReadLines is [FromLines] with what became of the list told apart.
func ReadLines(name string, r io.Reader, o StartOptions) (*parley.Model, *Listing, error) {
	l, err := listed(name, r, o)
	if err != nil {
		return nil, nil, err
	}
	return &l.model, l.asks.listing(name, &l.model), nil
}

// listing is what text says, told apart.
func (a *asks) listing(name string, m *parley.Model) *Listing {
	all := len(m.Threats)
	out := &Listing{Taken: []string{catalogue.N("lines.read", all, "name", Visible(name))}}
	slices.SortStableFunc(a.notes, func(x, y note) int { return x.line - y.line })
	for _, n := range a.notes {
		into := map[fate]*[]string{understood: &out.Taken, supposed: &out.Assumed, left: &out.Left}[n.kind]
		*into = append(*into, n.text)
	}
	if a.more > 0 {
		out.Left = append(out.Left, catalogue.N("lines.more", a.more))
	}
	for _, q := range a.questions(m.Product.Currency) {
		if len(q.ids) == 0 {
			continue
		}
		said := open(titles(q.ids, m), all, q.what)
		if q.guessed {
			out.Assumed = append(out.Assumed, said)
		}
		out.Ask = append(out.Ask, catalogue.T("lines.ask", "open", said, "question", q.ask))
	}
	out.Assumed = append(out.Assumed, catalogue.T("lines.kind"))
	if n := len(m.Mitigations); n > 0 {
		out.Assumed = append(out.Assumed, catalogue.N("lines.mitigations", n))
	}
	if a.personDay {
		out.Assumed = append(out.Assumed, catalogue.T("lines.day", "price", parley.GuessedPersonDay, "currency", m.Product.Currency))
	}
	if a.currency != "" {
		out.Assumed = append(out.Assumed, catalogue.T("lines.money", "currency", a.currency))
	}
	return out
}

// titles are threats as people name them: no id stands in the list itself.
func titles(ids []string, m *parley.Model) []string {
	var out []string
	for _, id := range ids {
		out = append(out, "“"+Visible(m.Threat(id).Title)+"”")
	}
	return out
}
