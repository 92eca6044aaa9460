package brief

import (
	"bytes"
	"context"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/file"
	"github.com/parleysec/parley/internal/testenv"
	"github.com/parleysec/parley/plan/model"
	"github.com/parleysec/parley/risk"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares with a file in testdata.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), string(got)); d != "" {
		t.Errorf("%s (-want +got, -update to accept):\n%s", name, d)
	}
}

// example is a model of the examples folder.
func example(tb testing.TB, name string) *parley.Model {
	tb.Helper()
	d, err := file.ReadFile(filepath.Join(testenv.Root(tb), "examples", name))
	if err != nil {
		tb.Fatal(err)
	}
	return d.Model
}

// model is one written in a test.
func read(tb testing.TB, text string) *parley.Model {
	tb.Helper()
	d, err := file.Read("test.yaml", []byte(text))
	if err != nil {
		tb.Fatal(err)
	}
	return d.Model
}

// briefs makes the report of a model.
func briefs(tb testing.TB, m *parley.Model, plan *model.Plan, o Options) *Report {
	tb.Helper()
	p, err := risk.Compile(m, risk.Options{})
	if err != nil {
		tb.Fatal(err)
	}
	r, err := Build(context.Background(), m, p, plan, o)
	if err != nil {
		tb.Fatal(err)
	}
	return r
}

// planOf is the best plan of a model within its capacity.
func planOf(tb testing.TB, m *parley.Model) *model.Plan {
	tb.Helper()
	p, err := risk.Compile(m, risk.Options{})
	if err != nil {
		tb.Fatal(err)
	}
	limits := model.NoLimits()
	limits.Money, limits.Effort = model.CapacityOf(m)
	built, err := model.Build(m, p, limits)
	if err != nil {
		tb.Fatal(err)
	}
	plan, err := built.Solve(context.Background(), model.Options{MaxNodes: 20000})
	if err != nil {
		tb.Fatal(err)
	}
	return plan
}

func TestGolden(t *testing.T) {
	for _, name := range []string{"shop", "rounds"} {
		r := briefs(t, example(t, name+".yaml"), planOf(t, example(t, name+".yaml")), Options{AsOf: "2026-11-21"})
		var text, markdown bytes.Buffer
		if err := Text(&text, r, "", 80); err != nil {
			t.Fatal(err)
		}
		if err := Markdown(&markdown, r, ""); err != nil {
			t.Fatal(err)
		}
		for i := range r.Threats {
			for _, b := range []*bytes.Buffer{&text, &markdown} {
				b.WriteString("\n")
			}
			if err := Text(&text, r, r.Threats[i].ID, 80); err != nil {
				t.Fatal(err)
			}
			if err := Markdown(&markdown, r, r.Threats[i].ID); err != nil {
				t.Fatal(err)
			}
		}
		golden(t, name+".txt", text.Bytes())
		golden(t, name+".md", markdown.Bytes())
	}
}
