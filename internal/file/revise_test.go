package file_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/examples"
	"github.com/parleysec/parley/internal/file"
	"github.com/parleysec/parley/quantity"
)

func model(data []byte) (*parley.Model, error) {
	doc, err := file.Read("t.yaml", data)
	return doc.Model, err
}

const noted = `# what we run
parley: v1 # the format
product: {id: shop, currency: GBP} # on one line
threats:
    # the worst
    - id: leak
      # asked by Bob
      title: "Records stolen" # loud
      likelihood: 10% per year
      impact:
        says: |
          Bad press.
          # not a comment
        financial: 20k

    - id: flood
      title: The cellar floods
      likelihood: 1 in 50 years
      impact: {financial: 100k} # last year: 90k
# and what could be done
mitigations:
    - {id: pump, title: A pump, against: [{threat: flood}]}
# the end
`

func TestReviseKeepsWhatStands(t *testing.T) {
	for _, end := range []string{"\n", "\r\n"} {
		text := strings.ReplaceAll(noted, "\n", end)
		m, err := model([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		m.Threats[0].Likelihood = quantity.Of("20% per year")
		m.Threats[0].Owner = "ann@example.org"
		m.Threats[1].Title = "The cellar is under water"
		m.Threats = append(m.Threats, parley.Threat{ID: "fire", Title: "The roof burns", Likelihood: quantity.Of("1 in 90 years"), Impact: parley.Impact{Financial: parley.Loss{Amount: quantity.Of("1M")}}})
		m.Mitigations = append(m.Mitigations, parley.Mitigation{ID: "hose", Title: "A hose"})
		m.Decisions = append(m.Decisions, parley.ClaimedDecision{Threats: []string{"flood"}, Kind: parley.Accept, Because: "rare"})
		got, kept, err := file.Revise([]byte(text), m, model)
		if err != nil || !kept {
			t.Fatalf("kept %v, %v:\n%s", kept, err, got)
		}
		want := strings.NewReplacer(
			"likelihood: 10% per year", "likelihood: 20% per year",
			"        financial: 20k\n", "        financial: 20k\n      owner: ann@example.org\n",
			"title: The cellar floods", "title: The cellar is under water",
			"# last year: 90k\n", "# last year: 90k\n    - id: fire\n      title: The roof burns\n      likelihood: 1 in 90 years\n      impact:\n        financial: 1M\n",
			"[{threat: flood}]}\n", "[{threat: flood}]}\n    - id: hose\n      title: A hose\n",
			"# the end\n", "# the end\n\ndecisions:\n  - threats: [flood]\n    kind: accept\n    because: rare\n",
		).Replace(noted)
		if clean := strings.ReplaceAll(string(got), end, "\n"); clean != want {
			t.Errorf("got:\n%s\nwant:\n%s", clean, want)
		}
		if n := bytes.Count(got, []byte("\n")); bytes.Count(got, []byte(end)) != n {
			t.Error("some of the lines end otherwise than those of the file")
		}
	}
}

// Whatever the layout of a file, what is written reads back as the model asked for.
func TestReviseSaysTheModel(t *testing.T) {
	shop, err := examples.Files.ReadFile("shop.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"example":        string(shop),
		"noted":          noted,
		"no end of line": strings.TrimSuffix(noted, "# the end\n"),
		"in one line":    `{parley: v1, product: {id: a, currency: GBP}, threats: [{id: leak, title: T, likelihood: 10% per year, impact: {financial: 1k}}]}`,
		"flow list":      "parley: v1\nproduct: {id: a, currency: GBP}\nthreats: [{id: leak, title: T, likelihood: 10% per year, impact: {financial: 1k}}]\n",
		"compact":        "parley: v1\nproduct: {id: a, currency: GBP}\nthreats:\n- id: leak\n  title: T\n  likelihood: 10% per year\n  impact: {financial: 1k}\n",
		"dash alone":     "parley: v1\nproduct: {id: a, currency: GBP}\nthreats:\n  -\n    id: leak\n    title: T\n    likelihood: 10% per year\n    impact: {financial: 1k}\n",
		"no threats":     "parley: v1\nproduct: {id: a, currency: GBP}\n",
		"empty list":     "parley: v1\nproduct: {id: a, currency: GBP}\nthreats: []\n",
		"block at end":   "parley: v1\nproduct: {id: a, currency: GBP}\nthreats:\n  - id: leak\n    title: T\n    likelihood: 10% per year\n    impact: {financial: 1k}\n    notes: |\n      first\n# not a comment? it is one\n",
		"two documents":  "---\nparley: v1\nproduct: {id: a, currency: GBP}\nthreats:\n  - {id: leak, title: T, likelihood: 10% per year, impact: {financial: 1k}}\n",
	} {
		for change, do := range map[string]func(*parley.Model){
			"nothing": func(*parley.Model) {},
			"one more": func(m *parley.Model) {
				m.Threats = append(m.Threats, parley.Threat{ID: "new", Title: "New: # 1", Likelihood: quantity.Of("5% per year"), Notes: "a\n\n# b\n", Impact: parley.Impact{Financial: parley.Loss{Amount: quantity.Of("5k")}}})
			},
			"changed": func(m *parley.Model) {
				for i := range m.Threats {
					m.Threats[i].Title, m.Threats[i].ID = "Another", m.Threats[i].ID+"x"
					m.Threats[i].Notes = "more\nlines"
				}
				m.Mitigations, m.Features, m.Controls = nil, nil, nil
			},
			"policy": func(m *parley.Model) { m.Policy.PersonDay = quantity.Of("700") },
		} {
			m, err := model([]byte(text))
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			do(m)
			got, kept, err := file.Revise([]byte(text), m, model)
			if err != nil {
				t.Errorf("%s, %s: %v", name, change, err)
				continue
			}
			if change == "nothing" && name != "no end of line" && name != "in one line" && string(got) != text {
				t.Errorf("%s: the text of a model that nobody changed is another (kept %v):\n%s", name, kept, got)
			}
			again, _ := model(got) // what else is wrong with it was wrong before
			var is, want bytes.Buffer
			if err := file.Write(&is, again); err != nil {
				t.Fatal(err)
			}
			if err := file.Write(&want, m); err != nil {
				t.Fatal(err)
			}
			if is.String() != want.String() {
				t.Errorf("%s, %s (kept %v): reads back as\n%s\nnot\n%s", name, change, kept, is.String(), want.String())
			}
		}
	}
}

// An entry keeps what stands in it where the first of its fields changed as well.
func TestReviseFirstField(t *testing.T) {
	const text = `parley: v1
product: {id: shop, currency: GBP}
threats:
  - title: Records stolen
    # asked by Bob
    id: leak
    likelihood: 10% per year # as Ann thinks
    impact: {financial: 20k}
`
	m, err := model([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	m.Threats[0].Title = "Records sold"
	m.Threats[0].Owner = "ann@example.org"
	got, kept, err := file.Revise([]byte(text), m, model)
	want := strings.Replace(text, "stolen", "sold", 1) + "    owner: ann@example.org\n"
	if err != nil || !kept || string(got) != want {
		t.Errorf("kept %v, %v, got:\n%s\nwant:\n%s", kept, err, got, want)
	}
}
