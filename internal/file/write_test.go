package file

import (
	"bytes"
	"encoding/json"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/testenv"
	"github.com/parleysec/parley/quantity"
)

func written(t rapid.TB, m *parley.Model) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// asJSON is a model as its JSON, which holds texts as typed and nothing that is derived.
func asJSON(t rapid.TB, m *parley.Model) string {
	t.Helper()
	data, err := json.MarshalIndent(m, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestWriteShop(t *testing.T) {
	doc, err := ReadFile("../../examples/shop.yaml")
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "testdata/shop.golden.yaml", written(t, doc.Model))
}

// Every example reads back the same, and writing is settled after once.
func TestWriteReadsBack(t *testing.T) {
	paths, err := filepath.Glob("../../examples/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	more, err := filepath.Glob(filepath.Join(testenv.Shared(t, "data/plan"), "*.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range append(paths, more...) {
		doc, err := ReadFile(path)
		if err != nil {
			t.Error(err)
			continue
		}
		first := written(t, doc.Model)
		again, err := Read(path, first)
		if err != nil {
			t.Errorf("%v\n%s", err, first)
		}
		if d := cmp.Diff(asJSON(t, doc.Model), asJSON(t, again.Model)); d != "" {
			t.Errorf("%s (-read +written and read):\n%s", path, d)
		}
		if second := written(t, again.Model); !bytes.Equal(first, second) {
			t.Errorf("%s: written differently the second time", path)
		}
	}
}

// awkward draws texts that YAML would read as something else, and any other.
func awkward() *rapid.Generator[string] {
	return rapid.Map(rapid.OneOf(
		rapid.String(),
		rapid.StringMatching(`[-?:,\[\]{}#&*!|>'"%@ \n\t.a0~<=]{0,8}`),
		rapid.SampledFrom([]string{
			"", "null", "~", "true", "No", "- a", "# x", "a: b", "x #y", "a\n b\n", "  a", "a  ", "a\n\n", "\n", "> x", "%x", "@x", "0x1f",
			"1e3", "1_0", ".inf", "=", "<<", "2027-01-01", "007", "0.1%", "\ufeff", "\u2028a", "a\u0085b", "a\r\nb", "\u202e", "---", "...", "x-a", "日本\n語", "🎉",
		}),
	), clean)
}

// TestWriteProperty fills models with awkward texts: whatever is written reads back.
func TestWriteProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := func(label string) string { return awkward().Draw(t, label) }
		q := func(label string) quantity.Quantity { return quantity.Of(strings.TrimSpace(s(label))) }
		no := false
		m := &parley.Model{
			Parley:  parley.FormatVersion,
			Product: parley.Product{ID: s("product"), Name: s("name")},
			Policy: parley.Policy{
				PersonDay: q("person_day"),
				Scale:     parley.Scale{Impact: map[string]string{s("word"): s("meaning")}, Points: &parley.Points{Value: rapid.Float64Range(0, 1e9).Draw(t, "points")}},
			},
			Controls: []parley.Control{{ID: s("control"), Barrier: parley.Barrier{Checks: []parley.Check{{ID: s("check"), MinCases: 3, Required: &no}}}}},
			Threats: []parley.Threat{{
				ID: s("threat"), Title: s("title"), Refs: []string{s("ref"), s("ref")}, Likelihood: q("likelihood"), StatedWith: &[]string{},
				Impact: parley.Impact{Says: s("says"), People: &parley.People{Who: s("who")}, Profit: parley.Loss{Amount: q("loss"), Chance: q("chance")}},
				Notes:  s("notes"), AtMostOnce: true,
			}},
			Mitigations: []parley.Mitigation{{
				ID: s("mitigation"), EffectOnNeeds: map[parley.Need]parley.Effect{parley.Usability: parley.Effect(s("effect"))},
				Barrier: parley.Barrier{Against: []parley.Against{{Threat: s("against"), Likelihood: q("share")}}},
				Work:    parley.Work{Cost: parley.Cost{Effort: q("effort")}, Must: true},
			}},
			Incidents: []parley.Incident{{Threat: s("incident"), At: s("at")}},
		}
		text := written(t, m)
		doc, _ := Read("written.yaml", text) // such models are rarely valid; what was read is what counts
		if d := cmp.Diff(asJSON(t, m), asJSON(t, doc.Model)); d != "" {
			t.Fatalf("(-model +read):\n%s\nwritten:\n%s\nfindings: %v", d, text, doc.Findings)
		}
	})
}

// Characters that Read refuses are replaced, so that what is written can be read.
func TestWriteReplacesControlCharacters(t *testing.T) {
	doc := mustRead(t, small)
	doc.Model.Threats[0].Title = "a\x00b\x1bc\xffd\u009fe\tf"
	again := mustRead(t, string(written(t, doc.Model)))
	if got, want := again.Model.Threats[0].Title, "a\ufffdb\ufffdc\ufffdd\ufffde\tf"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestWriteHeader(t *testing.T) {
	doc := mustRead(t, small)
	var b bytes.Buffer
	err := WriteOptions{Header: "Imported from model.yaml\n\nwith\x1b care: y"}.Write(&b, doc.Model)
	if err != nil {
		t.Fatal(err)
	}
	const want = "# Imported from model.yaml\n#\n# with\\u001b care: y\n\nparley: v1\nproduct:"
	if !strings.HasPrefix(b.String(), want) {
		t.Errorf("begins %.80q, want %q", b.String(), want)
	}
	mustRead(t, b.String())
}

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, errors.New("disk full") }

func TestWriteError(t *testing.T) {
	if err := Write(brokenWriter{}, &parley.Model{Parley: "v1"}); err == nil || !strings.Contains(err.Error(), "disk full") {
		t.Errorf("%v, want the writer's error", err)
	}
}
