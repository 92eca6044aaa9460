package file

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v4"

	"github.com/parleysec/parley/internal/testenv"
	"github.com/parleysec/parley/quantity"
)

func TestSchemaIsShipped(t *testing.T) { golden(t, "../../docs/parley.schema.json", Schema()) }

func compiled(t *testing.T) *jsonschema.Schema {
	t.Helper()
	data, err := jsonschema.UnmarshalJSON(bytes.NewReader(Schema()))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource(SchemaID, data); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile(SchemaID)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// asAny is what an editor makes of a file: YAML 1.2 core types.
func asAny(n *yaml.Node) any {
	switch n.Kind {
	case yaml.DocumentNode:
		return asAny(n.Content[0])
	case yaml.SequenceNode:
		out := []any{}
		for _, c := range n.Content {
			out = append(out, asAny(c))
		}
		return out
	case yaml.MappingNode:
		out := map[string]any{}
		for i := 0; i < len(n.Content); i += 2 {
			out[n.Content[i].Value] = asAny(n.Content[i+1])
		}
		return out
	}
	switch n.ShortTag() {
	case "!!null":
		return nil
	case "!!bool":
		return n.Value == "true"
	case "!!int", "!!float":
		if x, err := strconv.ParseFloat(n.Value, 64); err == nil {
			return x
		}
	}
	return n.Value
}

func parsed(t *testing.T, data []byte) any {
	t.Helper()
	var n yaml.Node
	if err := yaml.Load(data, &n); err != nil {
		t.Fatal(err)
	}
	return asAny(&n)
}

// What Read takes, the schema takes.
func TestSchemaTakesValidFiles(t *testing.T) {
	paths, err := filepath.Glob(filepath.Join(testenv.Shared(t, "data/plan"), "*.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	s := compiled(t)
	for _, path := range append(paths, "../../examples/shop.yaml", "starter.yaml", "testdata/shop.golden.yaml") {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Validate(parsed(t, data)); err != nil {
			t.Errorf("%s: %v", path, err)
		}
	}
}

// Mistakes in names, shapes and word lists are seen by the schema too, so that
// an editor shows them while they are typed.
func TestSchemaRefusesBrokenFiles(t *testing.T) {
	s := compiled(t)
	for _, name := range []string{
		"unknown-field", "unknown-field-unlike-any", "unknown-section", "name-from-another-tool", "id-with-space", "currency-unknown",
		"list-expected", "fields-expected", "value-expected", "section-not-a-list", "word-not-in-list", "true-or-false", "whole-number",
		"title-missing", "id-missing", "currency-missing", "version-missing", "version-unknown", "date", "basis", "need", "effect",
		"covers-unknown-loss", "comma-in-braces", "list-at-the-top", "another-tools-file",
	} {
		paths, err := filepath.Glob("testdata/broken/[0-9][0-9]-" + name + ".yaml")
		if err != nil || len(paths) != 1 {
			t.Fatalf("%s: %v, %v", name, paths, err)
		}
		data, err := os.ReadFile(paths[0])
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Validate(parsed(t, data)); err == nil {
			t.Errorf("%s: the schema takes it", name)
		}
	}
}

// The examples that editors show are quantities that can be read.
func TestSchemaExamples(t *testing.T) {
	for kind := quantity.Money; kind <= quantity.Worth; kind++ {
		says, examples := quantityHelp(kind)
		if says == "" || len(examples) == 0 {
			t.Errorf("kind %d has no help", kind)
		}
		env := quantity.Env{Currency: "GBP", Horizon: 2, Scale: quantity.Scale{PointValue: 8, PointWorth: "60k per year"}}
		for _, x := range examples {
			if _, err := quantity.Parse(x.(string), kind, env); err != nil {
				t.Errorf("%s: %v", x, err)
			}
		}
	}
}

func TestSchemaNamesEveryField(t *testing.T) {
	for _, word := range []string{`"mitigations"`, `"relies_on"`, `"against"`, `"lead_time"`, `"how_many"`, `"2020-12`, `"^x-"`} {
		if !strings.Contains(string(Schema()), strings.Trim(word, `"`)) {
			t.Errorf("%s is not in the schema", word)
		}
	}
}
