package file

import (
	"strings"
	"testing"
)

// What the YAML library says is put in words for whoever wrote the file.
func TestSyntaxInPlainWords(t *testing.T) {
	for _, c := range []struct {
		line         string // put in as the title of a mitigation
		column       int
		message, say string
	}{
		{"title: a: b", 13, `second ": "`, "in quotes"},
		{"title: @home", 12, `cannot start with "@"`, "in quotes"},
		{"title: `x`", 12, "cannot start with \"`\"", "in quotes"},
		{"title: %x", 12, `cannot start with "%"`, "in quotes"},
		{"title: 'open", 12, "the quote that opens here", "close it"},
		{`title: "open`, 12, "the quote that opens here", "close it"},
		{"title: {a: 1", 9, "the fields that { opens in line 11", "}"},
		{"\ttitle: x", 5, "a tab is used to indent", "spaces"},
		{"title", 5, "does not fit", "name: value"},
		{"- title: x", 5, "does not fit", "indentation"},
		{"title: *", 12, "cannot start with *", "in quotes"},
		{"title: &", 12, "cannot start with * or &", "in quotes"},
		{`title: "a\q"`, 14, "starts an escape", "single quotes"},
	} {
		doc, err := Read("t", []byte(strings.Replace(small, "title: Fix it", c.line, 1)))
		if err == nil || len(doc.Findings) != 1 {
			t.Errorf("%s: %v", c.line, doc.Findings)
			continue
		}
		f := doc.Findings[0]
		if !strings.Contains(f.Message, c.message) || !strings.Contains(f.Hint, c.say) || f.Column != c.column {
			t.Errorf("%s: column %d, want %d\n%s", c.line, f.Column, c.column, f.Excerpt())
		}
		if f.Line < 1 || f.Line > strings.Count(small, "\n")+1 {
			t.Errorf("%s: line %d is not in the file", c.line, f.Line)
		}
	}
}

// Names that other tools and people use lead to ours.
func TestSynonyms(t *testing.T) {
	for _, c := range []struct{ old, text, want string }{
		{"    likelihood: 30%", "    chance: 30%", "likelihood"},
		{"    impact: {", "    damage: {", "impact"},
		{"    title: Fix it", "    name: Fix it", "title"},
		{"    title: Fix it", "    title: Fix it\n    description: More", "notes"},
		{"    cost: {effort", "    price: {effort", "cost"},
		{"    title: Fix it", "    title: Fix it\n    depends_on: []", "requires"},
		{"    against: [", "    mitigates: [", "against"},
		{"    title: Fix it", "    title: Fix it\n    benefits: [{text: A}]", "says"},
		{"{threat: leak, likelihood", "{threat: leak, efficacy", "likelihood"},
		{"policy:", "settings:", "policy"},
		{"    title: Fix it", "    title: Fix it\n    lead-time: 6 weeks", "lead_time"},
	} {
		doc, err := Read("t", []byte(strings.Replace(small, c.old, c.text, 1)))
		if err == nil || len(Errors(doc.Findings)) != 1 || Errors(doc.Findings)[0].Hint != "did you mean "+c.want+"?" {
			t.Errorf("%s: %v, want %s", c.text, doc.Findings, c.want)
		}
	}
}

// A file of another kind gets one finding, which names the way in.
func TestForeignFiles(t *testing.T) {
	for text, hint := range map[string]string{
		"threagile_version: 1.0.0\ntitle: x\n":          "parley import --from threagile",
		"data_assets: {}\n":                             "parley import --from threagile",
		"otmVersion: 0.2.0\nproject: {}\n":              "parley import --from otm",
		`{"version": "2.0", "summary": {"title": "x"}}`: "parley import --from threatdragon",
		"- a\n":                       "parley init",
		"just words\n":                "parley init",
		"{}\n":                        "parley init",
		"services: {web: {image: x}}": "parley init",
	} {
		doc, err := Read("t", []byte(text))
		if err == nil || len(doc.Findings) != 1 || !strings.Contains(doc.Findings[0].Hint, hint) {
			t.Errorf("%q: %v, want %q", text, doc.Findings, hint)
		}
	}
}

// A file that lacks the first line but is ours is checked like any other.
func TestVersionMissing(t *testing.T) {
	doc, err := Read("t", []byte(strings.Replace(small, "parley: v1\n", "", 1)))
	if err == nil || len(doc.Findings) != 1 || doc.Findings[0].Field != "parley" || doc.Model.Threat("leak") == nil {
		t.Errorf("%v", doc.Findings)
	}
}
