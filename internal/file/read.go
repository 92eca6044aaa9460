package file

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/quantity"
)

// Document is one negotiation file that was read.
type Document struct {
	Name     string
	Model    *parley.Model // resolved; what could be read where the file is not valid
	Findings []Finding     // by line
	spots    map[string]spot
	// personDay is what a day costs where the file does not say it.
	personDay string
	more      []Check
}

// Check finds what else is wrong with a resolved model.
type Check func(*parley.Model) ([]parley.Problem, error)

// ReadFile reads the negotiation file at path. Errors of the file system come
// back as they are; else it is [Read].
func ReadFile(path string) (*Document, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, MaxSize+1))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	return Read(path, data)
}

// Read reads a negotiation file; name stands in findings. The document holds
// what could be read. The error is an *[InvalidError] with everything that is
// wrong, nil when there are at most warnings.
func Read(name string, data []byte) (*Document, error) { return ReadAt(name, data, "") }

// ReadAt is [Read] for a file whose readers price a day of one person at
// personDay, "" for nobody: it stands in the model where the file states none.
// What more checks find counts as the file's own; where one cannot be asked, its
// error comes back.
func ReadAt(name string, data []byte, personDay string, more ...Check) (*Document, error) {
	doc := &Document{Name: name, Model: &parley.Model{}, personDay: personDay, more: more}
	src := newSource(string(data[:min(len(data), MaxSize)]))
	if err := doc.read(data, src); err != nil {
		return doc, err
	}
	for i := range doc.Findings {
		f := &doc.Findings[i]
		f.File, f.Text = name, src.line(f.Line)
	}
	doc.Findings = fewer(doc.Findings)
	slices.SortStableFunc(doc.Findings, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	if len(Errors(doc.Findings)) > 0 {
		return doc, &InvalidError{Findings: doc.Findings}
	}
	return doc, nil
}

// fewer keeps at most maxFindings of the findings, errors before warnings; the
// last one kept says how many are not.
func fewer(fs []Finding) []Finding {
	more := len(fs) - maxFindings
	if more <= 0 {
		return fs
	}
	slices.SortStableFunc(fs, func(a, b Finding) int {
		switch {
		case a.Warning == b.Warning:
			return cmp.Compare(a.Line, b.Line)
		case b.Warning:
			return -1
		}
		return 1
	})
	last := &fs[maxFindings-1]
	last.Field, last.Message = "", fmt.Sprintf("there are %d more findings", more+1)
	last.Hint = "repair the first ones; often one cause explains many"
	return fs[:maxFindings]
}

// Position is where the field at a path of the model stands, or the nearest
// thing around it: line and column from 1.
func (doc *Document) Position(path string) (line, column int) {
	s, _ := doc.spot(path)
	return s.line, s.column
}

func (doc *Document) read(data []byte, src source) error {
	if f, bad := checkBytes(data); bad {
		doc.Findings = []Finding{f}
		return nil
	}
	root, findings := load(data, src)
	doc.Findings = findings
	if root == nil {
		if f, is := aList(doc.Name, src); is && len(data) < maxLinesSize {
			doc.Findings = []Finding{f}
		}
		return nil
	}
	d := &decoder{spots: map[string]spot{"": {value: root}}, types: map[reflect.Type]fields{}}
	if f, bad := foreign(root); bad {
		if list, is := aList(doc.Name, src); is && f.Hint == startsWith {
			f = list
		}
		doc.Findings = append(doc.Findings, f)
		return nil
	}
	if d.survey(root, 1) {
		d.value(reflect.ValueOf(doc.Model).Elem(), root, "", nil)
	}
	doc.spots = d.spots
	doc.Findings = append(doc.Findings, d.findings...)
	return doc.check(src, d.broken)
}

// check adds what the model as a whole says: quantities that cannot be read,
// and, unless lists are missing from it, whatever does not fit together.
func (doc *Document) check(src source, broken bool) error {
	m := doc.Model
	currency := m.Product.Currency
	if !parley.ValidCurrency(currency) {
		m.Product.Currency = "" // reported once, not for each amount
	}
	if m.Policy.PersonDay.IsZero() && doc.personDay != "" {
		m.Policy.PersonDay = quantity.Of(doc.personDay)
	}
	problems := parley.Resolve(m)
	m.Product.Currency = currency
	if !broken {
		problems = append(problems, parley.Validate(m)...)
		for _, check := range doc.more {
			found, err := check(m)
			if err != nil {
				return err
			}
			problems = append(problems, found...)
		}
	}
	for _, p := range problems {
		doc.problem(p, src)
	}
	return nil
}

// problem adds a problem of the model, unless its field was reported already.
func (doc *Document) problem(p parley.Problem, src source) {
	at, s := doc.spot(p.Path)
	if s.wrong && s.field != "" {
		return
	}
	f := finding(p, at)
	if s.field != "" {
		f.Field = s.field
	}
	if p.Column > 0 && s.value != nil {
		f.Column += inside(s.value, p, src)
	}
	if !p.Warning {
		s.wrong = true
		doc.spots[p.Path] = s
	}
	doc.Findings = append(doc.Findings, f)
}

// spot finds where a path stands: the field itself, with its spot, or the
// nearest thing around it, with an empty one.
func (doc *Document) spot(path string) (place, spot) {
	if s, ok := doc.spots[path]; ok && s.value != nil {
		return s.place(), s
	} else if ok {
		at, _ := doc.spot(parent(path))
		return at, s
	}
	if path == "" {
		return place{1, 1}, spot{}
	}
	at, _ := doc.spot(parent(path))
	return at, spot{}
}

// parent is the path of what holds the field at a path.
func parent(path string) string { return path[:max(strings.LastIndexAny(path, ".["), 0)] }

// inside is how many columns after the start of a value a problem in its text
// is, 0 where the file's text is not the value's (escapes, several lines).
func inside(n *yaml.Node, p parley.Problem, src source) int {
	skip := 0
	if n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) != 0 {
		skip = 1
	}
	if !strings.HasPrefix(src.after(place{n.Line, n.Column + skip}), p.Text) {
		return 0
	}
	return skip + p.Column - 1
}
