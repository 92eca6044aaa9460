package file

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/quantity"
)

// Limits of a list of threats: far more than people write by hand.
const (
	maxLinesSize = 1 << 20
	maxThreats   = 1000
	maxLine      = 2000 // characters
	maxSlug      = 24   // characters of an id made from a title
)

// LinesOptions say what a list of threats does not; the zero value takes the
// currency from the amounts in the list, else GBP, and leaves the rest to be asked.
type LinesOptions struct {
	ID        string // of the product; by default made from Name
	Name      string // of the product
	Currency  string // ISO 4217
	PersonDay string // what one day of one person costs
}

// What is assumed where neither the list nor the options say.
const (
	guessedCurrency = "GBP"
	guessedChance   = "medium"
	guessedLoss     = "medium"
	guessedStrength = "most"
)

// FromLines makes a model from a list of threats, one a line:
//
//	title; chance; damage; effort
//
// each after the title as a word or a quantity, in any order, or left out.
// Chance and damage that nobody gave are guessed in the middle; every estimate
// is marked as a guess. An effort becomes a mitigation still to be found. The
// texts say what was read and what to ask next. The error is an *[InvalidError].
func FromLines(name string, r io.Reader, o LinesOptions) (*parley.Model, []string, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxLinesSize+1))
	if err != nil {
		return nil, nil, fmt.Errorf("read %s: %w", name, err)
	}
	l := &lister{name: name, options: o, ids: map[string]bool{}, titles: map[string]int{}}
	if len(data) > maxLinesSize {
		return nil, nil, l.invalid(1, 1, "", "the list has more than %d kB", maxLinesSize>>10)
	}
	if f, bad := checkBytes(data); bad {
		return nil, nil, l.invalid(f.Line, f.Column, f.Hint, "%s", f.Message)
	}
	l.start(string(data))
	for i, line := range newSource(string(data)) {
		if err := l.line(i+1, line); err != nil {
			return nil, nil, err
		}
	}
	if len(l.model.Threats) == 0 {
		return nil, nil, l.invalid(1, 1, "one threat a line, e.g.  Passwords are guessed; likely; 20k..200k; 3d", "there is no threat in the list")
	}
	return l.finish()
}

// lister collects threats.
type lister struct {
	name    string
	options LinesOptions
	env     quantity.Env
	model   parley.Model
	ids     map[string]bool
	titles  map[string]int // line by title
	asks    asks
}

func (l *lister) invalid(line, column int, hint, format string, args ...any) error {
	return &InvalidError{Findings: []Finding{{
		File: l.name, Line: line, Column: column, Message: fmt.Sprintf(format, args...), Hint: hint,
	}}}
}

// start sets what holds for the whole list.
func (l *lister) start(all string) {
	o := l.options
	p := parley.Product{ID: o.ID, Name: o.Name, Currency: o.Currency}
	if p.ID == "" {
		p.ID = "my-product"
		if o.Name != "" {
			p.ID = parley.Slug(o.Name, maxSlug)
		}
	}
	if p.Currency == "" {
		p.Currency = currencyIn(all)
		if p.Currency == "" {
			p.Currency, l.asks.currency = guessedCurrency, guessedCurrency
		}
	}
	l.model = parley.Model{Parley: parley.FormatVersion, Product: p}
	l.env = quantity.Env{Currency: p.Currency, Horizon: parley.DefaultHorizon}
}

// currencyIn is the currency of the first sign in a text, "" without any.
func currencyIn(all string) string {
	if i := strings.IndexAny(all, "£€$"); i >= 0 {
		switch r, _ := utf8.DecodeRuneInString(all[i:]); r {
		case '€':
			return "EUR"
		case '$':
			return "USD"
		}
		return "GBP"
	}
	return ""
}

// line adds the threat of one line, if there is one.
func (l *lister) line(number int, line string) error {
	if utf8.RuneCountInString(line) > maxLine {
		return l.invalid(number, maxLine, "one threat a line: a title, and words or numbers after ;", "the line has more than %d characters", maxLine)
	}
	line = bullet(line)
	if line == "" || strings.HasPrefix(line, "#") {
		return nil
	}
	parts := split(line)
	title := strings.TrimRight(strings.TrimSpace(parts[0]), ".,: ")
	if title == "" {
		return l.invalid(number, 1, "e.g.  Passwords are guessed; likely; 20k..200k; 3d", "the line does not say what happens: the title comes first")
	}
	if first, ok := l.titles[strings.ToLower(title)]; ok {
		l.asks.note("line %d repeats line %d and was left out: %s", number, first, title)
		return nil
	}
	if len(l.model.Threats) == maxThreats {
		return l.invalid(number, 1, "nobody can decide about that many: keep those that matter", "there are more than %d threats", maxThreats)
	}
	l.titles[strings.ToLower(title)] = number
	said := l.understand(number, parts[1:])
	l.add(title, said)
	return nil
}

// add turns what a line says into a threat, with a mitigation where it names an effort.
func (l *lister) add(title string, said said) {
	id := l.id(title, "")
	t := parley.Threat{
		ID: id, Title: title, Basis: parley.BasisGuess,
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
	if said.effort == "" {
		l.asks.effort = append(l.asks.effort, id)
		return
	}
	l.model.Mitigations = append(l.model.Mitigations, parley.Mitigation{
		ID: l.id(title, "against-"), Title: "To be found: something against “" + title + "”",
		Work: parley.Work{
			Cost:  parley.Cost{Effort: quantity.Of(said.effort)},
			Notes: fmt.Sprintf("The effort is from %s; what it would be, and that it stops %s of the events, is a guess.", l.name, guessedStrength),
		},
		Barrier: parley.Barrier{Against: []parley.Against{{Threat: id, Likelihood: quantity.Of(guessedStrength)}}},
	})
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

// finish resolves and checks the model, and says what to ask.
func (l *lister) finish() (*parley.Model, []string, error) {
	m := &l.model
	if len(m.Mitigations) > 0 || l.options.PersonDay != "" {
		m.Policy.PersonDay = quantity.Of(keep(l.options.PersonDay, parley.GuessedPersonDay))
		l.asks.personDay = l.options.PersonDay == ""
	}
	problems := append(parley.Resolve(m), parley.Validate(m)...)
	if errs := parley.Errors(problems); len(errs) > 0 {
		p := errs[0]
		return nil, nil, l.invalid(1, 1, p.Hint, "%s: %s", p.Path, p.Message)
	}
	return m, l.asks.text(l.name, m), nil
}
