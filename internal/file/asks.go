package file

import (
	"slices"
	"strings"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/quantity"
)

// asks is what a list of threats left open, and what was made of it.
type asks struct {
	chance, damage, effort, people, says []string // ids of threats that say nothing about it
	currency                             string   // that was assumed
	personDay                            bool     // was assumed
	notes                                []note
	more                                 int // notes that are not kept
}

// note is a remark on one line of the list.
type note struct {
	line int
	kind fate
	text string
}

// fate is what became of a text of the list.
type fate int

const (
	understood fate = iota // as it says
	supposed               // as it may be meant
	left                   // nothing was taken from it
)

// maxNotes is how many remarks on single lines are kept: whoever has more has
// another kind of file.
const maxNotes = 200

func (a *asks) note(line int, kind fate, text string) {
	if len(a.notes) == maxNotes {
		a.more++
		return
	}
	a.notes = append(a.notes, note{line, kind, text})
}

// heading says that a line was not taken as a threat.
func (a *asks) heading(line int, text string) {
	a.note(line, left, catalogue.T("lines.heading", "line", line, "text", Visible(trimmed(strings.Trim(text, "#-=*_~ ")))))
}

// header says what the columns of a table are about.
func (a *asks) header(line int, names []string, about []Column) {
	var known, unknown []string
	for i, n := range names {
		switch {
		case n == "":
		case listColumn(about[i]):
			known = append(known, n)
		case about[i] != ColumnID:
			unknown = append(unknown, "“"+Visible(n)+"”")
		}
	}
	a.note(line, understood, catalogue.T("lines.header", "line", line, "names", Visible(strings.Join(known, ", "))))
	if len(unknown) > 0 {
		a.note(line, left, catalogue.N("lines.columns", len(unknown), "line", line, "names", strings.Join(unknown, ", ")))
	}
}

// nothing says that nothing was taken from a text, and why where that is known.
func (a *asks) nothing(line int, text, why string) {
	if why != "" {
		a.note(line, left, catalogue.T("lines.nothing.why", "line", line, "text", Visible(text), "why", why))
		return
	}
	a.note(line, left, catalogue.T("lines.nothing", "line", line, "text", Visible(text)))
}

// taken says what a text that leaves something open was taken as.
func (a *asks) taken(line int, text, as string) {
	a.note(line, supposed, catalogue.T("lines.taken", "line", line, "text", Visible(text), "as", as))
}

// said says that a sentence with figures in it stands as what happens then.
func (a *asks) said(line int, text string) {
	a.note(line, understood, catalogue.T("lines.said", "line", line, "text", Visible(text)))
}

// foreign asks about an amount in another currency.
func (a *asks) foreign(line int, text, currency, own string) {
	a.note(line, left, catalogue.T("lines.foreign", "line", line, "text", Visible(text), "currency", currency, "own", own))
}

// text is a line for each thing to know or to ask, the first a summary.
func (a *asks) text(name string, m *parley.Model) []string {
	all := len(m.Threats)
	out := []string{catalogue.N("lines.read", all, "name", Visible(name))}
	slices.SortStableFunc(a.notes, func(x, y note) int { return x.line - y.line })
	for _, n := range a.notes {
		out = append(out, n.text)
	}
	if a.more > 0 {
		out = append(out, catalogue.N("lines.more", a.more))
	}
	for _, q := range a.questions(m.Product.Currency) {
		if len(q.ids) > 0 {
			out = append(out, catalogue.T("lines.ask", "open", open(q.ids, all, q.what), "question", q.ask))
		}
	}
	out = append(out, catalogue.T("lines.kind"))
	if n := len(m.Mitigations); n > 0 {
		out = append(out, catalogue.N("lines.mitigations", n))
	}
	if a.personDay {
		out = append(out, catalogue.T("lines.person-day", "price", parley.GuessedPersonDay, "currency", m.Product.Currency))
	}
	if a.currency != "" {
		out = append(out, catalogue.T("lines.currency", "currency", a.currency))
	}
	return out
}

// question is what to ask about threats that leave something open.
type question struct {
	ids       []string
	guessed   bool // whether something stands there meanwhile
	what, ask string
}

func (a *asks) questions(currency string) []question {
	scale := quantity.DefaultScale()
	return []question{
		{a.chance, true, catalogue.T("lines.what.chance", "word", guessedChance, "means", ranged(scale.Likelihood[guessedChance])), catalogue.T("lines.ask.chance")},
		{a.damage, true, catalogue.T("lines.what.damage", "word", guessedLoss, "means", ranged(scale.Impact[guessedLoss]), "currency", currency), catalogue.T("lines.ask.damage")},
		{a.people, false, catalogue.T("lines.what.people"), catalogue.T("lines.ask.people")},
		{a.says, false, catalogue.T("lines.what.says"), catalogue.T("lines.ask.says")},
		{a.effort, false, catalogue.T("lines.what.effort"), catalogue.T("lines.ask.effort")},
	}
}

// ranged writes the range that a word stands for as people do.
func ranged(means string) string { return strings.ReplaceAll(means, "..", " to ") }

// open is "5 of 12 threats do not say WHAT (ids)".
func open(ids []string, all int, what string) string {
	if len(ids) == all {
		return catalogue.N("lines.open.all", all, "what", what)
	}
	const most = 6
	list := strings.Join(ids[:min(most, len(ids))], ", ")
	if len(ids) > most {
		list = catalogue.T("lines.open.list", "ids", list, "n", len(ids)-most)
	}
	return catalogue.N("lines.open", len(ids), "all", all, "what", what, "ids", list)
}
