package file

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/quantity"
)

// Limits of a list of threats: far more than people write by hand.
const (
	maxLinesSize = 256 << 10
	maxThreats   = 1000
	maxLine      = 2000 // characters
	maxSlug      = 24   // characters of an id made from a title
)

// What is assumed where neither the list nor the options say.
const (
	guessedCurrency = "GBP"
	guessedInGerman = "EUR"
	guessedChance   = "medium"
	guessedLoss     = "medium"
	guessedStrength = "most"
)

// FromLines makes a model from a list of threats, one a line:
//
//	title; chance; damage; effort
//
// each after the title as a word or a quantity, in any order, or left out;
// commas, dashes, tabs and tables, headings and details set in below a threat
// are understood too. Chance and damage that nobody gave are guessed in the
// middle; every estimate is marked as a guess. An effort or an idea becomes a
// mitigation. The texts say what was read, what nothing was taken from, and
// what to ask next. The error is an *[InvalidError], or an *[OptionError].
func FromLines(name string, r io.Reader, o StartOptions) (*parley.Model, []string, error) {
	l, err := listed(name, r, o)
	if err != nil {
		return nil, nil, err
	}
	return &l.model, l.asks.text(name, &l.model), nil
}

// listed reads a list of threats.
func listed(name string, r io.Reader, o StartOptions) (*lister, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	data, err := io.ReadAll(io.LimitReader(r, maxLinesSize+1))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	l := &lister{name: name, options: o, ids: map[string]bool{}, titles: map[string]int{}, fitting: map[string][]slot{}}
	if len(data) > maxLinesSize {
		return nil, l.invalid(1, 1, "", "the list has more than %d kB", maxLinesSize>>10)
	}
	if f, bad := checkBytes(data); bad {
		return nil, l.invalid(f.Line, f.Column, f.Hint, "%s", f.Message)
	}
	src := newSource(string(data))
	for i, line := range src {
		if utf8.RuneCountInString(line) > maxLine {
			return nil, l.invalid(i+1, maxLine, "one threat a line: a title, and words or numbers after ;", "the line has more than %d characters", maxLine)
		}
	}
	if hint := noList(name, src); hint != "" {
		return nil, l.invalid(1, 1, hint, "this is no list of threats")
	}
	l.start(src)
	for _, r := range l.rows(src) {
		if err := l.row(r); err != nil {
			return nil, err
		}
	}
	if len(l.model.Threats) == 0 {
		return nil, l.invalid(1, 1, exampleLine, "there is no threat in the list")
	}
	return l, l.finish()
}

const exampleLine = "one threat a line, e.g.  Passwords are guessed; likely; 20k..200k; 3d"

// lister collects threats.
type lister struct {
	name    string
	options StartOptions
	env     quantity.Env
	german  bool // the list is in German: 1.200,50 is 1200.50
	model   parley.Model
	ids     map[string]bool
	titles  map[string]int    // line by title
	fitting map[string][]slot // what fits answered
	asks    asks
}

func (l *lister) invalid(line, column int, hint, format string, args ...any) error {
	return &InvalidError{Findings: []Finding{{
		File: l.name, Line: line, Column: column, Message: fmt.Sprintf(format, args...), Hint: hint,
	}}}
}

// start sets what holds for the whole list.
func (l *lister) start(src source) {
	o := l.options
	l.german = isGerman(strings.Join(src, "\n"))
	p := parley.Product{ID: o.id(), Name: o.Name, Currency: o.Currency}
	if p.Currency == "" {
		p.Currency = currencyOfList(src)
	}
	if p.Currency == "" {
		p.Currency = guessedCurrency
		if l.german {
			p.Currency = guessedInGerman
		}
		l.asks.currency = p.Currency
	}
	l.model = parley.Model{Parley: parley.FormatVersion, Product: p}
	l.env = quantity.Env{Currency: p.Currency, Horizon: parley.DefaultHorizon}
}

// row adds the threat of one row.
func (l *lister) row(r row) error {
	title, parts := l.parts(r)
	if title == "" {
		if r.cells != nil && strings.Join(r.cells, "") == "" {
			return nil
		}
		return l.invalid(r.line, 1, exampleLine, "the line does not say what happens: the title comes first")
	}
	if first, ok := l.titles[strings.ToLower(title)]; ok {
		l.asks.note(r.line, left, catalogue.T("lines.repeated", "line", r.line, "first", first, "title", title))
		return nil
	}
	if len(l.model.Threats) == maxThreats {
		return l.invalid(r.line, 1, "nobody can decide about that many: keep those that matter", "there are more than %d threats", maxThreats)
	}
	l.titles[strings.ToLower(title)] = r.line
	said := l.understand(parts)
	if figure := l.atEnd(title); figure != "" && (len(parts) == 0 || said.chance == "" && strings.Contains(figure, ":")) {
		l.asks.note(r.line, left, catalogue.T("lines.in-title", "line", r.line, "text", figure))
	}
	l.add(title, said)
	return nil
}

// add turns what a line says into a threat, with a mitigation where it names an
// effort or an idea.
func (l *lister) add(title string, said said) {
	id := l.id(title, "")
	t := parley.Threat{
		ID: id, Title: title, Owner: said.owner, Basis: parley.BasisGuess, Notes: said.notes,
		Likelihood: quantity.Of(said.chance),
		Impact:     parley.Impact{Says: said.says, People: said.people},
	}
	if said.chance == "" {
		t.Likelihood = quantity.Of(guessedChance)
		l.asks.chance = append(l.asks.chance, id)
	}
	if said.damage == "" {
		said.damage = guessedLoss
		l.asks.damage = append(l.asks.damage, id)
	}
	t.Impact.Financial = parley.Loss{Amount: quantity.Of(said.damage)}
	l.model.Threats = append(l.model.Threats, t)
	if said.people == nil {
		l.asks.people = append(l.asks.people, id)
	}
	if said.says == "" {
		l.asks.says = append(l.asks.says, id)
	}
	if said.effort == "" && (said.idea == "" || said.once == "") {
		l.asks.effort = append(l.asks.effort, id)
	}
	if said.effort != "" || said.idea != "" || said.once != "" {
		l.mitigation(id, title, said)
	}
}

func (l *lister) mitigation(threat, title string, said said) {
	m := parley.Mitigation{
		ID: l.id(title, "against-"), Title: catalogue.T("lines.to-be-found", "title", title),
		Work: parley.Work{
			Cost:  parley.Cost{Effort: quantity.Of(said.effort), Once: quantity.Of(said.once)},
			Notes: catalogue.T("lines.notes.effort", "name", l.name, "strength", guessedStrength),
		},
		Barrier: parley.Barrier{Against: []parley.Against{{Threat: threat, Likelihood: quantity.Of(guessedStrength)}}},
	}
	if said.idea != "" {
		m.ID, m.Title = l.id(said.idea, ""), capital(said.idea)
		m.Notes = catalogue.T("lines.notes.idea", "name", l.name, "strength", guessedStrength)
	}
	l.model.Mitigations = append(l.model.Mitigations, m)
}

// id makes an id from a title that is not taken yet.
func (l *lister) id(title, prefix string) string {
	base := parley.Slug(withoutStopWords(title), maxSlug-len(prefix))
	id := prefix + base
	for n := 2; l.ids[id]; n++ {
		id = fmt.Sprintf("%s%.*s-%d", prefix, maxSlug-len(prefix)-4, base, n)
	}
	l.ids[id] = true
	return id
}

// finish resolves and checks the model.
func (l *lister) finish() error {
	m := &l.model
	effort := slices.ContainsFunc(m.Mitigations, func(x parley.Mitigation) bool { return !x.Cost.Effort.IsZero() })
	if effort || l.options.PersonDay != "" {
		m.Policy.PersonDay = quantity.Of(keep(l.options.PersonDay, parley.GuessedPersonDay))
		l.asks.personDay = l.options.PersonDay == ""
	}
	problems := append(parley.Resolve(m), parley.Validate(m)...)
	if errs := parley.Errors(problems); len(errs) > 0 {
		p := errs[0]
		return l.invalid(1, 1, p.Hint, "%s: %s", p.Path, p.Message)
	}
	return nil
}
