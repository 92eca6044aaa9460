package exchange

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"
	"pgregory.net/rapid"
)

// value draws something JSON can hold.
func value(depth int) *rapid.Generator[any] {
	scalars := []*rapid.Generator[any]{
		rapid.Just[any](nil), rapid.Bool().AsAny(), rapid.IntRange(-1000, 1000).AsAny(), rapid.StringMatching(`[ -~äß]{0,12}`).AsAny(),
	}
	if depth == 0 {
		return rapid.OneOf(scalars...)
	}
	return rapid.OneOf(append(scalars,
		rapid.SliceOfN(value(depth-1), 0, 4).AsAny(),
		rapid.MapOfN(rapid.StringMatching(`[a-z]{1,5}`), value(depth-1), 0, 4).AsAny())...)
}

// same compares a tree with the value it was made of.
func same(n *node, v any) error {
	switch v := v.(type) {
	case nil:
		if n.kind != nullNode || n.str() != "" {
			return fmt.Errorf("%v is no null", n)
		}
	case []any:
		if n.kind != listNode || n.size() != len(v) {
			return fmt.Errorf("%v is not the list %v", n, v)
		}
		for i := range v {
			if err := same(n.items[i], v[i]); err != nil {
				return err
			}
		}
	case map[string]any:
		if n.kind != mapNode || n.size() != len(v) {
			return fmt.Errorf("%v is not the map %v", n, v)
		}
		for k := range v {
			if err := same(n.get(k), v[k]); err != nil {
				return err
			}
		}
	default:
		if n.str() != strings.TrimSpace(fmt.Sprint(v)) {
			return fmt.Errorf("%q is not %v", n.text, v)
		}
	}
	return nil
}

// TestTreeOfBoth checks by property that JSON and YAML of one value give its tree.
func TestTreeOfBoth(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		v := map[string]any{"x": value(3).Draw(rt, "value")}
		j, err := json.MarshalIndent(v, "", " ")
		if err != nil {
			rt.Fatal(err)
		}
		y, err := yaml.Marshal(v)
		if err != nil {
			rt.Fatal(err)
		}
		for _, text := range [][]byte{j, y, append([]byte("\ufeff"), j...)} {
			n, err := parseTree("f", text)
			if err != nil {
				rt.Fatalf("%s: %v", text, err)
			}
			if err := same(n, v); err != nil {
				rt.Fatalf("%s: %v", text, err)
			}
		}
	})
}

func TestTreePositions(t *testing.T) {
	for name, text := range map[string]string{
		"JSON": "{\n  \"a\": 1,\n  \"b\": [\n    \"ü\",\n    {\"c\": true}\n  ]\n}",
		"YAML": "\na: 1\nb:\n  - ü\n  - c: true\n",
	} {
		n, err := parseTree(name, []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		if a, c := n.get("a"), n.get("b").list()[1].get("c"); a.line != 2 || c.line != 5 || c.column < 5 {
			t.Errorf("%s: a in line %d, c in %d:%d", name, a.line, c.line, c.column)
		}
	}
}

func TestTreeYAMLExtras(t *testing.T) {
	n, err := parseTree("f", []byte("base: &b {x: 1, y: 2}\nit:\n  <<: *b\n  y: 3\nboth: {<<: [*b, {z: 4}]}\nagain: *b\nlist: [*b, *b]\nit: {w: 9}\n"))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		keys []string
		want string
	}{
		{[]string{"both", "x"}, "1"}, {[]string{"both", "z"}, "4"}, {[]string{"again", "y"}, "2"}, {[]string{"it", "w"}, "9"}, {[]string{"it", "y"}, ""}, {[]string{"no", "such"}, ""},
	} {
		if got := n.at(c.keys...).str(); got != c.want {
			t.Errorf("%v is %q, want %q", c.keys, got, c.want)
		}
	}
	if len(n.again) != 1 || n.again[0] != "it" {
		t.Errorf("keys given twice: %v", n.again)
	}
	if n.get("list").size() != 2 || n.get("list").list()[1].get("x").str() != "1" {
		t.Error("aliases in a list are not expanded")
	}
}

// TestTreeOfNothing checks that a value that is absent can be asked anything.
func TestTreeOfNothing(t *testing.T) {
	var n *node
	if n.get("a") != nil || n.has("a") || n.isMap() || n.isList() || n.list() != nil || n.entries() != nil || n.str() != "" || n.strings() != nil || n.size() != 0 || n.lineOr(7) != 7 || n.kindOr() != "nothing" {
		t.Error("an absent value is not empty")
	}
	for _, text := range []string{"", "  \n", "# a comment\n", "---\n# more\n"} {
		if got, err := parseTree("f", []byte(text)); err != nil || got.kind != nullNode {
			t.Errorf("%q is %v, %v", text, got, err)
		}
	}
}

// TestShapes feeds values of the wrong shape to the formats with many parts:
// they are as good as absent, never a crash.
func TestShapes(t *testing.T) {
	wrongs := []string{`null`, `1`, `"x"`, `[]`, `{}`, `[[]]`, `[null]`, `[{}]`, `{"a":null}`, `{"a":[]}`, `{"a":{"id":{},"risks_identified":[1]}}`, `[{"id":[],"name":{},"threats":[null,{"threat":[]}]}]`}
	for _, wrong := range wrongs {
		var model []string
		for _, k := range []string{"title", "author", "technical_assets", "data_assets", "trust_boundaries", "shared_runtimes", "risk_tracking", "individual_risk_categories", "custom_risk_categories", "tags_available", "questions", "abuse_cases"} {
			model = append(model, k+": "+wrong)
		}
		usable(t, "threagile", Options{}, Input{"m.yaml", []byte("threagile_version: 1\n" + strings.Join(model, "\n"))})
		var parts []string
		for _, k := range []string{"threats", "mitigations", "components", "dataflows", "assets", "trustZones"} {
			parts = append(parts, fmt.Sprintf("%q:%s", k, wrong))
		}
		usable(t, "otm", Options{}, otmWith(strings.Join(parts, ",")))
	}
	for _, wrong := range wrongs {
		data := fmt.Sprintf(`[{"synthetic_id":%s,"category":"a","title":%s,"most_relevant_technical_asset":%s,"data_breach_technical_assets":%s}]`, wrong, wrong, wrong, wrong)
		usable(t, "threagile", Options{}, Input{"r.json", []byte(data)})
	}
}

// TestIncludes merges parts in memory: maps unite, lists join, the first of two scalars counts.
func TestIncludes(t *testing.T) {
	root := Input{"m/main.yaml", []byte("threagile_version: 1\ntitle: Whole\nincludes: [parts/a.yaml, parts/b.yaml]\nrisk_tracking:\n  x@y: {status: accepted, justification: from the root}\n")}
	a := Input{"m/parts/a.yaml", []byte("title: Part\nincludes: [c.yaml]\nrisk_tracking:\n  x@y: {status: mitigated}\n  z@y: {status: accepted, justification: from a}\n")}
	b := Input{"m/parts/b.yaml", []byte("custom_risk_categories:\n  - {id: b, title: B, risks_identified: {r: {exploitation_likelihood: likely, exploitation_impact: low}}}\n")}
	c := Input{"m/parts/c.yaml", []byte("includes: [a.yaml]\ncustom_risk_categories:\n  - {id: c, title: C, risks_identified: {r: {exploitation_likelihood: likely, exploitation_impact: low}}}\n")}
	m, r := usable(t, "", Options{}, b, root, c, a)
	if m.Product.Name != "Whole" || m.Threat("b") == nil || m.Threat("c") == nil || m.Threat("x") == nil || m.Threat("z") == nil || len(m.Threats) != 4 {
		t.Errorf("%s with %+v", m.Product.Name, m.Threats)
	}
	if m.Decisions[0].Because != "from the root" || m.Decisions[1].Because != "from a" {
		t.Errorf("%+v", m.Decisions)
	}
	twice := 0
	for _, l := range r.Dropped {
		if l.What == "entry given twice" {
			twice = l.Count
		}
	}
	if twice != 2 {
		t.Errorf("%d entries given twice are named, want the title and x@y", twice)
	}
}
