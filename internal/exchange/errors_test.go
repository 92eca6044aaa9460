package exchange

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"
)

// TestErrors keeps the exact text of what a person reads when a file cannot be imported.
func TestOwnFilesAreNoImport(t *testing.T) {
	for _, name := range []string{"shop.yaml", "shop.txt"} {
		_, err := Detect(name, []byte("parley: v1\nproduct: {id: shop, currency: EUR}\n"))
		if err == nil || !strings.Contains(err.Error(), "a negotiation file already") || !strings.Contains(err.Error(), "parley apply "+name) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestErrors(t *testing.T) {
	for _, c := range []struct{ name, format, file, data, want string }{
		{"unknown format", "visio", "a.vsd", "x", `there is no format "visio"; expected: one of threagile, otm, threatdragon, csv`},
		{"unknown content", "", "notes.txt", "just a note", `notes.txt: this is no file of a format that can be imported; expected: one of threagile, otm, threatdragon, csv; say which with --from; a list of threats, one a line, is for parley init --from lines`},
		{"empty", "threatdragon", "a.json", "", `a.json:1: this is nothing; expected: a Threat Dragon model: an object with summary and detail`},
		{"half a file", "", "a.json", "{\"summary\": {\n \"title\": ", `a.json:2:9: the JSON text ends in the middle; expected: the whole file`},
		{"bad JSON", "otm", "a.json", "{\"otmVersion\": tru}", `a.json:1:15: this is not valid JSON: invalid character '}' in literal true (expecting 'e'); expected: JSON as the tool writes it`},
		{"two values", "otm", "a.json", "{} {}", `a.json:1:4: there is more after the end of the JSON value; expected: one JSON value a file`},
		{"bad YAML", "threagile", "a.yaml", "title: [x\nb: }", `a.yaml:2:2: this is not valid YAML: did not find expected ',' or ']'; expected: a JSON or YAML file as the tool writes it`},
		{"not UTF-8", "threagile", "a.yaml", "title: \xff", `a.yaml: this is not UTF-8 text; expected: a JSON or YAML file in UTF-8`},
		{"neither model nor risks", "threagile", "a.yaml", "name: x", `a.yaml:1: this is neither a Threagile model nor its risks.json; expected: a YAML file with threagile_version and technical_assets, or a list of risks with synthetic_id`},
		{"part of a model", "", "tags.yaml", "tags_available: [a]", `tags.yaml:1: this is a part of a Threagile model (tags_available), not a model; expected: its root file, the one with threagile_version and includes, often main.yaml or threagile.yaml, given together with its parts`},
		{"missing includes", "", "m/main.yaml", "threagile_version: 1\nincludes: [a.yaml, ../b.yaml]", `m/main.yaml:2: this model includes 2 files that were not given: m/a.yaml, b.yaml; expected: the model and every file it includes: parley import --from threagile m/main.yaml m/a.yaml b.yaml`},
		{"risk without category", "threagile", "risks.json", `[{"synthetic_id":"a"}]`, `risks.json:1: risk 1 has no category; expected: risks.json as Threagile writes it`},
		{"OTM without project", "otm", "a.otm", "otmVersion: 0.2.0", `a.otm:1: this is not an Open Threat Model: it lacks otmVersion or project; expected: an object with otmVersion, project, threats and components`},
		{"OTM without models", "otm", "a.otm", "[]", `a.otm:1: the list of models is empty; expected: an Open Threat Model`},
		{"two OTM models", "", "a.json", `[{"otmVersion":"1","project":{"id":"a","name":"A"}},{"otmVersion":"1","project":{"id":"b","name":"B"}}]`, `a.json:1: this file holds 2 models, and one negotiation file is one product; expected: --document with one of 1 a (A), 2 b (B)`},
		{"details for detail", "", "a.json", "{\"summary\":{},\n\"details\":{}}", `a.json:2: there is no detail, but there is "details"; expected: "detail" with "diagrams", as Threat Dragon writes it`},
		{"no detail", "threatdragon", "a.json", `{"summary":{}}`, `a.json:1: there is no detail with a list of diagrams; expected: "detail": {"diagrams": […]}, as Threat Dragon writes it`},
		{"no summary", "threatdragon", "a.json", `{"detail":{}}`, `a.json:1: there is no summary; expected: a Threat Dragon model: an object with summary and detail`},
		{"no header", "csv", "a.csv", "1,2\n3,4\n", `a.csv:1: no line has a column for the title of a threat; expected: a header such as ID, Threat, Description, Likelihood, Impact, Status, Mitigation, Owner, separated by commas, semicolons or tabs`},
		{"workbook", "csv", "a.xlsx", "PK\x03\x04rest", `a.xlsx: this is a workbook, not CSV; expected: the sheet saved as CSV (UTF-8)`},
		{"binary", "csv", "a.csv", "Threat,ID\x00\n", `a.csv: this is not text; expected: a sheet saved as CSV (UTF-8)`},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, _, err := Import(c.format, []Input{{c.file, []byte(c.data)}}, Options{})
			if err == nil || err.Error() != c.want {
				t.Errorf("got  %v\nwant %s", err, c.want)
			}
		})
	}
}

func TestErrorsOfSeveralFiles(t *testing.T) {
	model := Input{"m.yaml", []byte("threagile_version: 1\ntitle: A\ntechnical_assets: {}")}
	dragon := Input{"d.json", []byte(`{"summary":{},"detail":{"diagrams":[]}}`)}
	otmA, otmB := Input{"a.otm", []byte("otmVersion: 1\nproject: {id: a}")}, Input{"b.otm", []byte("otmVersion: 1\nproject: {id: b}")}
	for _, c := range []struct {
		files   []Input
		options Options
		want    string
	}{
		{nil, Options{}, "no file to import; expected: one or more files: threagile, otm, threatdragon, csv"},
		{[]Input{model, dragon}, Options{}, "d.json: this is a threatdragon file, m.yaml a threagile file; expected: files of one format at a time"},
		{[]Input{model, {"n.yaml", model.Data}}, Options{}, "n.yaml: this is a second model beside m.yaml; expected: one model at a time: one file is one product"},
		{[]Input{otmA, otmB}, Options{}, `b.otm: this is project "b", a.otm is project "a"; expected: one project at a time: one negotiation file is one product`},
		{[]Input{otmA}, Options{Document: "z"}, `a.otm: there is no model "z" in this file; expected: one of 1 a ()`},
		{[]Input{otmA}, Options{Currency: "pounds"}, `"pounds" is not a currency code of ISO 4217; expected: three letters such as GBP, EUR or USD`},
		{[]Input{otmA}, Options{Currency: "ABC"}, `"ABC" is not a currency code of ISO 4217; expected: three letters such as GBP, EUR or USD`},
	} {
		_, _, err := Import("", c.files, c.options)
		if err == nil || err.Error() != c.want {
			t.Errorf("got  %v\nwant %s", err, c.want)
		}
	}
}

func TestMalformedSample(t *testing.T) {
	_, _, err := Import("threatdragon", []Input{sample(t, "threat-dragon/malformed-v2.json")}, Options{})
	want := `malformed-v2.json:9: there is no detail, but there is "details"; expected: "detail" with "diagrams", as Threat Dragon writes it`
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
	_, _, err = Import("otm", []Input{sample(t, "otm/tm1-array-from-threatcl.otm.json")}, Options{})
	if err == nil || !strings.HasSuffix(err.Error(), "--document with one of 1 tower-of-london (Tower of London), 2 fort-knox (Fort Knox)") {
		t.Error(err)
	}
}

// TestHostile feeds what is made to exhaust a reader: each is refused in one error.
func TestHostile(t *testing.T) {
	bomb := "threagile_version: &a0 [x]\n"
	for i := 1; i < 40; i++ {
		bomb += fmt.Sprintf("k%d: &a%d [*a%d, *a%d]\n", i, i, i-1, i-1)
	}
	for name, c := range map[string]struct {
		format string
		data   []byte
		want   string
	}{
		"alias bomb":     {"threagile", []byte(bomb), "once aliases are expanded"},
		"endless alias":  {"threagile", []byte("threagile_version: 1\na: &a {b: *a}"), ""},
		"deep JSON":      {"otm", []byte(strings.Repeat("[", 5000) + strings.Repeat("]", 5000)), "nested more than 100 deep"},
		"deep YAML flow": {"threagile", []byte("a: " + strings.Repeat("[", 5000) + strings.Repeat("]", 5000)), ""},
		"deep YAML":      {"threagile", deepYAML(400), ""},
		"too many cells": {"csv", []byte("Threat,ID\n" + strings.Repeat(",", 600)), "more than 500 columns"},
		"too many rows":  {"csv", []byte("Threat,ID\n" + strings.Repeat("a,b\n", maxRows+1)), "100000 rows"},
		"too large":      {"csv", make([]byte, MaxBytes+1), "more than the 50 MB"},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := Import(c.format, []Input{{"f", c.data}}, Options{})
			if _, ok := err.(*Error); !ok || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v, want an error with %q", err, c.want)
			}
		})
	}
}

func deepYAML(n int) []byte {
	var b bytes.Buffer
	for i := range n {
		fmt.Fprintf(&b, "%sa:\n", strings.Repeat(" ", i))
	}
	return b.Bytes()
}

// TestHostileTexts imports names made to break ids, pages and terminals.
func TestHostileTexts(t *testing.T) {
	long := strings.Repeat("very ", 200) + "long"
	rows := []string{"ID,Threat,Owner,Mitigation"}
	for _, id := range []string{"a", "A", "a", "../../etc/passwd", "-rf", "", "x y", strings.Repeat("z", 300), "日本", "日木", "null", "1e3", "yes"} {
		rows = append(rows, fmt.Sprintf(`"%s","%s","%s","%s"`, id, "T <script>alert(1)</script> \u202e\x1b[31m{{.}} "+long, "=cmd|' /C calc'!A0", "do\u0007 <img src=x onerror=y>it"))
	}
	m, r := usable(t, "csv", Options{}, Input{"hostile.csv", []byte(strings.Join(rows, "\n"))})
	if len(m.Threats) != len(rows)-1 {
		t.Errorf("%d threats of %d rows", len(m.Threats), len(rows)-1)
	}
	for _, x := range m.Threats {
		if strings.ContainsAny(x.Title, "\u202e\x1b<>") || !strings.HasPrefix(x.Title, "T alert(1) [31m{{.}} very") || len([]rune(x.Title)) > maxTitle || !strings.HasSuffix(x.Notes, "very long") {
			t.Errorf("title %q, notes end in %q", x.Title, x.Notes[max(0, len(x.Notes)-40):])
		}
	}
	if m.Mitigations[0].Title != "do it" || len(m.Mitigations) != 1 {
		t.Errorf("%d mitigations, the first is %q", len(m.Mitigations), m.Mitigations[0].Title)
	}
	if len(r.Dropped) == 0 {
		t.Error("the report does not name the invisible characters")
	}
}

func TestSiblingsOfNothing(t *testing.T) {
	if got := Siblings(t.TempDir() + "/no/such/file.yaml"); got != nil {
		t.Errorf("%d files", len(got))
	}
	dir := t.TempDir()
	for _, n := range []string{"a.yaml", "b.yml", "c.txt"} {
		if err := os.WriteFile(dir+"/"+n, []byte("x: 1"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if got := Siblings(dir + "/a.yaml"); len(got) != 2 {
		t.Errorf("%d files, want the two YAML files", len(got))
	}
}
