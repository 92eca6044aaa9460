package job

import (
	"regexp"
	"strings"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/ledger"
)

// pairsOf are what every text about a decision may say.
func pairsOf(state *ledger.State, x *ledger.Decision, origin string) []any {
	p := state.Product(x.Product)
	var titles []string
	first := ""
	for _, id := range x.Threats {
		titles = append(titles, title(p, ledger.KindThreat, id))
	}
	if len(x.Threats) > 0 {
		first = origin + threatPath(x.Threats[0])
	}
	return []any{"id", x.Short, "kind", catalogue.T("kind." + string(x.Kind)), "product", title(p, ledger.KindProduct, p.ID), "threats", strings.Join(titles, ", "), "url", first}
}

// title is what an item is called, in one line; its id where it is not there.
func title(p *ledger.Product, kind ledger.ItemKind, id string) string {
	if it := p.Item(kind, id); it != nil {
		return line(it.Title())
	}
	return id
}

// clipped is a text up to as many characters as a letter gives it.
func clipped(s string) string {
	const most = 600
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}

var manyLines = regexp.MustCompile(`[ \t]*\n([ \t]*\n)+`)

// tidy is a letter without the gaps that something left which was not there to be said.
func tidy(text string) string {
	return strings.TrimSpace(manyLines.ReplaceAllString(text, "\n\n"))
}

// line is a text in one line.
func line(s string) string { return strings.Join(strings.Fields(s), " ") }

func statusWords(status ledger.Status) string {
	return catalogue.T("mail.status." + strings.ReplaceAll(string(status), " ", "-"))
}

// left says what a decision leaves as it is, or commits to, as whoever decided saw it;
// nothing where there was no price.
func (o *Outbox) left(p *ledger.Product, x *ledger.Decision) []string {
	if x.Exposure == nil {
		return nil
	}
	e, currency := *x.Exposure, currencyOf(p)
	if leaves(x) {
		return []string{catalogue.T("mail.leaves", "bad", o.Figure(e.BadCase, currency), "annual", o.Figure(e.Annual, currency))}
	}
	if e.Cost > 0 {
		return []string{catalogue.T("mail.costs", "cost", o.Figure(e.Cost, currency))}
	}
	return nil
}

// leaves reports whether a decision leaves a loss as it is.
func leaves(x *ledger.Decision) bool { return x.Kind == parley.Accept || x.Kind == parley.Defer }

// currencyOf is the currency of a product, "" where it was never described.
func currencyOf(p *ledger.Product) string {
	info, err := p.Info()
	if err != nil {
		return ""
	}
	return info.Currency
}

// mostMoved is how many figures are told that re-opened a decision.
const mostMoved = 3

// moved says what re-opened a decision by an event: the figures that moved, then and
// now, and, in letters, what somebody said of it.
func (o *Outbox) moved(p *ledger.Product, x *ledger.Decision, event string, said bool) []string {
	var out []string
	for _, m := range x.History {
		if m.Event != event {
			continue
		}
		for _, b := range m.Broken[:min(len(m.Broken), mostMoved)] {
			out = append(out, o.movedFigure(p, b))
		}
		if said && m.Because != "" {
			out = append(out, clipped(line(m.Because)))
		}
	}
	return out
}

// movedFigure says what a figure was when somebody decided, and what it was when the
// decision was re-opened over it.
func (o *Outbox) movedFigure(p *ledger.Product, b ledger.Broken) string {
	what := line(b.Says)
	if key := "premise." + b.Name; catalogue.Has(key) {
		what = catalogue.T(key, "ref", catalogue.T("mail.quoted", "title", titleOf(p, b.Ref)))
	}
	if b.Gone {
		return catalogue.T("mail.gone", "what", what)
	}
	return catalogue.T("mail.moved", "what", what, "then", o.Figure(b.Value, b.Unit), "now", o.Figure(b.Now, b.Unit))
}

// titleOf is what something is called that a figure is of; its id where it is not there.
func titleOf(p *ledger.Product, id string) string {
	for _, kind := range []ledger.ItemKind{ledger.KindThreat, ledger.KindMitigation, ledger.KindControl, ledger.KindDependency, ledger.KindFeature} {
		if p.Item(kind, id) != nil {
			return title(p, kind, id)
		}
	}
	return line(id)
}
