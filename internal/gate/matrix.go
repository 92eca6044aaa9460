package gate

import (
	"bytes"
	"context"
	_ "embed"
	"fmt"
	"slices"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"go.yaml.in/yaml/v4"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/catalogue"
)

//go:embed stages.yaml
var defaultMatrix []byte

// DefaultMatrix is what is expected at which stage where an organisation says
// nothing else: the text of the file anybody can copy and change.
func DefaultMatrix() []byte { return slices.Clone(defaultMatrix) }

// Matrix is what an organisation expects to be done at which stage, ready to be
// asked what the record shows.
type Matrix struct {
	Activities []parley.Activity
	Shipped    bool // it is the one that [DefaultMatrix] gives
	shown      map[string]*expression
	wrong      map[string]error // expressions that are none
}

// Activities makes the matrix of an organisation ready; an empty list is the
// shipped one. An expression that is none shows nothing: [Matrix.Shows] says why,
// so that a single wrong one does not stop the others. [Problems] finds them all.
func Activities(list []parley.Activity) (*Matrix, error) {
	m := &Matrix{Activities: list, shown: map[string]*expression{}, wrong: map[string]error{}}
	if len(list) == 0 {
		var err error
		if m.Activities, err = readMatrix(defaultMatrix); err != nil {
			return nil, err
		}
		m.Shipped = true
	}
	lang, err := newLanguage()
	if err != nil {
		return nil, err
	}
	for _, a := range m.Activities {
		for _, e := range a.Expected {
			if e.ShownBy == "" || m.shown[e.ShownBy] != nil || m.wrong[e.ShownBy] != nil {
				continue
			}
			p, err := compile(lang.env, e.ShownBy, cel.BoolType, nil)
			if err != nil {
				m.wrong[e.ShownBy] = err
				continue
			}
			m.shown[e.ShownBy] = p
		}
	}
	return m, nil
}

// Problems finds every expression of the activities of a model that cannot be
// asked, with the column in its text. Only an error of the program itself is an
// error.
func Problems(m *parley.Model) ([]parley.Problem, error) {
	if len(m.Policy.Activities) == 0 { // those shipped have none
		return nil, nil
	}
	matrix, err := Activities(m.Policy.Activities)
	if err != nil {
		return nil, err
	}
	var out []parley.Problem
	for i, a := range matrix.Activities {
		for j, e := range a.Expected {
			err := matrix.wrong[e.ShownBy]
			if err == nil {
				continue
			}
			p := parley.Problem{
				Path: fmt.Sprintf("policy.activities[%d].expected[%d].shown_by", i, j), ID: a.ID, Message: err.Error(),
				Hint: catalogue.T("stage.hint.expression"), Column: columnOf(err), Text: e.ShownBy,
			}
			out = append(out, p)
		}
	}
	return out, nil
}

// Shows reports whether the facts show that what is expected is done; false
// where only somebody can say so.
func (m *Matrix) Shows(ctx context.Context, e parley.Expectation, f *Facts) (bool, error) {
	if err := m.wrong[e.ShownBy]; err != nil {
		return false, fmt.Errorf("shown_by %s: %w", e.ShownBy, err)
	}
	p := m.shown[e.ShownBy]
	if p == nil {
		return false, nil
	}
	vars := f.variables()
	vars["limits"], vars["limit_texts"], vars["policy"] = map[string]float64{}, map[string]string{}, ""
	v, err := p.evaluate(ctx, vars)
	if err != nil {
		return false, fmt.Errorf("shown_by %s: %w", e.ShownBy, err)
	}
	return v == types.True, nil
}

// matrixFile is a matrix as a file of its own.
type matrixFile struct {
	Activities []activityText `yaml:"activities"`
}

type activityText struct {
	ID       string `yaml:"id"`
	Title    string `yaml:"title"`
	Source   string `yaml:"source"`
	For      string `yaml:"for"`
	Expected []struct {
		Stage   parley.Stage `yaml:"stage"`
		Tier    parley.Tier  `yaml:"tier"`
		Says    string       `yaml:"says"`
		ShownBy string       `yaml:"shown_by"`
	} `yaml:"expected"`
}

// readMatrix reads the shipped file.
func readMatrix(data []byte) ([]parley.Activity, error) {
	var doc matrixFile
	if err := yaml.Load(bytes.Clone(data), &doc, yaml.WithKnownFields()); err != nil {
		return nil, fmt.Errorf("read the activities: %w", err)
	}
	var out []parley.Activity
	for _, a := range doc.Activities {
		x := parley.Activity{ID: a.ID, Title: a.Title, Source: a.Source, For: a.For}
		for _, e := range a.Expected {
			x.Expected = append(x.Expected, parley.Expectation{Stage: e.Stage, Tier: e.Tier, Says: e.Says, ShownBy: e.ShownBy})
		}
		out = append(out, x)
	}
	return out, nil
}
