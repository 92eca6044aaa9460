package file

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/testenv"
)

// small is a valid file to change in tests.
const small = `parley: v1
product: {id: shop, currency: GBP}
policy: {person_day: 650}
threats:
  - id: leak
    title: Records are stolen
    likelihood: 30% within 2 years
    impact: {financial: 20k..400k}
mitigations:
  - id: fix
    title: Fix it
    cost: {effort: 3d}
    against: [{threat: leak, likelihood: 70%..95%}]
`

func mustRead(t *testing.T, text string) *Document {
	t.Helper()
	doc, err := Read("test.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func TestReadShop(t *testing.T) {
	doc, err := ReadFile("../../examples/shop.yaml")
	if err != nil {
		t.Fatal(err)
	}
	m := doc.Model
	leak := m.Threat("leak")
	for _, c := range []struct{ name, got, want string }{
		{"person_day", m.Policy.PersonDay.Text, "650"},
		{"limit", m.Policy.Appetite[1].Loss.Text, "1M"},
		{"word", m.Policy.Scale.Strength["nearly all"], "85%..97%"},
		{"anchor", m.Policy.Scale.Points.Worth.Text, "60k per year"},
		{"down", m.Dependencies[0].Down.Text, "0.1%..1%"},
		{"embedded field", m.Control("waf").ReliesOn[0], "cdn"},
		{"loss alone", leak.Impact.Financial.Amount.Text, "200k..4M"},
		{"count", leak.Impact.People.HowMany.Text, "31 000"},
		{"comma in block text", leak.Impact.Says, "A public leak of our customer data, reported in all the news, and a very large fine."},
		{"zero", m.Mitigation("prepared").Cost.Yearly.Text, "0"},
		{"effect", string(m.Mitigation("prepared").EffectOnNeeds[parley.Performance]), "slightly worse"},
		{"points", m.Feature("gift-cards").Value.Text, "5 points"},
		{"period", m.Capacity[0].Period, "2027-Q1"},
	} {
		if c.got != c.want {
			t.Errorf("%s: %q, want %q", c.name, c.got, c.want)
		}
	}
	if got := m.Policy.PersonDay.Mean(); got != 650 {
		t.Errorf("person_day is %v, want it resolved to 650", got)
	}
	// The example's own "low" is below 5 % a year, where a rate says more.
	if len(doc.Findings) != 1 || doc.Findings[0].Field != "threats[1].likelihood" || !doc.Findings[0].Warning {
		t.Errorf("findings %v, want the one warning about a low likelihood", doc.Findings)
	}
}

func TestReadPlanCases(t *testing.T) {
	paths, err := filepath.Glob(filepath.Join(testenv.Shared(t, "data/plan"), "*.yaml"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("%d files: %v", len(paths), err)
	}
	for _, path := range paths {
		doc, err := ReadFile(path)
		if err != nil {
			t.Error(err)
		}
		if len(doc.Model.Threats) == 0 || len(doc.Model.Mitigations) == 0 {
			t.Errorf("%s: nothing was read", path)
		}
	}
}

func TestReadKeepsTextAsTyped(t *testing.T) {
	doc := mustRead(t, strings.NewReplacer("id: fix", "id: 007", "{effort: 3d}", "{effort: 3d, yearly: 0, once: 1_000}", "Fix it", "2027-01-01").Replace(small))
	x := doc.Model.Mitigations[0]
	got := []string{x.ID, x.Cost.Yearly.Text, x.Cost.Once.Text, x.Title}
	if want := []string{"007", "0", "1_000", "2027-01-01"}; !cmp.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestReadLoss(t *testing.T) {
	doc := mustRead(t, strings.Replace(small, "{financial: 20k..400k}", "{financial: 20k..400k, profit: {loss: 5k, chance: 40%}}", 1))
	i := doc.Model.Threats[0].Impact
	if i.Financial.Amount.Text != "20k..400k" || !i.Financial.Chance.IsZero() || i.Profit.Amount.Text != "5k" || i.Profit.Chance.Mean() != 0.4 {
		t.Errorf("%+v", i)
	}
}

func TestReadNothingIsAbsent(t *testing.T) {
	doc := mustRead(t, small+"    requires: []\n    notes:\n    lead_time: ~\nfeatures:\ncapacity: []\n")
	x := doc.Model.Mitigations[0]
	if x.Requires != nil || x.Notes != "" || !x.LeadTime.IsZero() || doc.Model.Features != nil || doc.Model.Capacity != nil {
		t.Errorf("%+v", doc.Model)
	}
}

func TestReadStatedWithNone(t *testing.T) {
	doc := mustRead(t, strings.Replace(small, "mitigations", "    stated_with: []\nmitigations", 1))
	if s := doc.Model.Threats[0].StatedWith; s == nil || len(*s) != 0 {
		t.Errorf("stated_with: [] is %v, want an empty list that is there", s)
	}
	if s := mustRead(t, small).Model.Threats[0].StatedWith; s != nil {
		t.Errorf("no stated_with is %v, want nil", *s)
	}
}

// Fields of others are passed over wherever fields stand; a word of a scale may look like one.
func TestReadExtensions(t *testing.T) {
	doc := mustRead(t, `x-top: {any: [thing]}
`+strings.NewReplacer(
		"id: shop,", "id: shop, x-team: blue,",
		"person_day: 650", "person_day: 650, x-a: 1, scale: {x-b: 2, cost: {x-large: 80d..160d}}",
		"    title: Records", "    x-jira: ABC-1\n    title: Records",
		"{financial:", "{x-c: 3, financial:",
		"threat: leak,", "threat: leak, x-d: ~,",
		"{effort: 3d}", "{effort: x-large, x-e: [1, 2]}",
	).Replace(small))
	if got := doc.Model.Mitigations[0].Cost.Effort; !got.Parsed() || got.Mean() < 80 {
		t.Errorf("the word x-large was read as %+v", got)
	}
}

func TestReadReportsEverythingInOneRun(t *testing.T) {
	text := strings.NewReplacer(
		"currency: GBP", "currency: GPB",
		"    title: Records", "    tilte: Records",
		"30% within", "30 within",
		"threat: leak,", "threat: leek,",
	).Replace(small)
	doc, err := Read("test.yaml", []byte(text))
	invalid, ok := errors.AsType[*InvalidError](err)
	if !ok {
		t.Fatalf("%v", err)
	}
	var got []string
	for _, f := range invalid.Findings {
		got = append(got, f.Field)
	}
	want := []string{"product.currency", "threats[0].tilte", "threats[0].likelihood", "mitigations[0].against[0].threat"}
	if !cmp.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if n := strings.Count(err.Error(), "\n") + 1; n != 4 || !strings.HasPrefix(err.Error(), "test.yaml:2:31: product.currency:") {
		t.Errorf("error text in %d lines:\n%v", n, err)
	}
	if title := doc.Model.Threats[0].Title; title != "Records are stolen" {
		t.Errorf("the slip tilte lost its value: %q", title)
	}
}

func TestWarningsDoNotInvalidate(t *testing.T) {
	doc := mustRead(t, strings.Replace(small, "    cost: {effort: 3d}\n", "", 1))
	if len(doc.Findings) != 1 || !doc.Findings[0].Warning || doc.Findings[0].Field != "mitigations[0].cost" {
		t.Errorf("%v, want one warning about the cost", doc.Findings)
	}
	if !strings.Contains(doc.Findings[0].String(), ": warning: ") {
		t.Errorf("not marked as a warning: %s", doc.Findings[0])
	}
}

func TestPosition(t *testing.T) {
	doc := mustRead(t, small)
	for _, c := range []struct {
		path         string
		line, column int
	}{
		{"", 1, 1},
		{"policy.person_day", 3, 22},
		{"policy.horizon", 3, 9}, // not there: the thing around it
		{"threats[0]", 5, 5},
		{"threats[0].impact.financial.loss", 8, 25}, // in its short form
		{"threats[0].impact.financial.chance", 8, 25},
		{"mitigations[0].against[0].likelihood", 13, 42},
		{"incidents[3].loss", 1, 1},
	} {
		if line, column := doc.Position(c.path); line != c.line || column != c.column {
			t.Errorf("%s at %d:%d, want %d:%d", c.path, line, column, c.line, c.column)
		}
	}
}

// However lines end and whatever stands before them, places are the same.
func TestPlacesDoNotDependOnLineEnds(t *testing.T) {
	text := strings.Replace(small, "title: Fix it", "title: Größer, é\n    cots: 3", 1)
	for name, variant := range map[string]string{
		"LF": text, "CRLF": strings.ReplaceAll(text, "\n", "\r\n"), "CR": strings.ReplaceAll(text, "\n", "\r"), "BOM": "\ufeff" + text,
	} {
		doc, _ := Read("t", []byte(variant))
		if len(doc.Findings) != 1 || doc.Findings[0].Line != 12 || doc.Findings[0].Column != 5 || doc.Findings[0].Text != "    cots: 3" {
			t.Errorf("%s: %+v", name, doc.Findings)
		}
	}
}

func TestColumnInsideAQuantity(t *testing.T) {
	for _, c := range []struct {
		likelihood string
		column     int
	}{
		{"30% within 2 yaers", 30},
		{"'30% within 2 yaers'", 31},
		{`"30% within 2 yaers"`, 31},
		{`"30%\u0020within 2 yaers"`, 17}, // the file's text is not the value's: its start
		{"30% within\n      2 yaers", 17},
	} {
		doc, err := Read("t", []byte(strings.Replace(small, "30% within 2 years", c.likelihood, 1)))
		if err == nil || len(doc.Findings) != 1 || doc.Findings[0].Line != 7 || doc.Findings[0].Column != c.column {
			t.Errorf("%s: %v, want column %d", c.likelihood, doc.Findings, c.column)
		}
	}
}

func TestFindingJSON(t *testing.T) {
	doc, _ := Read("t.yaml", []byte(strings.Replace(small, "title: Fix it", "titel: Fix it", 1)))
	got, err := json.Marshal(doc.Findings)
	if err != nil {
		t.Fatal(err)
	}
	want := `[{"file":"t.yaml","line":11,"column":5,"field":"mitigations[0].titel","message":"unknown field \"titel\"","hint":"did you mean title?"}]`
	if string(got) != want {
		t.Errorf("%s\nwant %s", got, want)
	}
}

func TestReadFile(t *testing.T) {
	if _, err := ReadFile(filepath.Join(t.TempDir(), "none.yaml")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a file that is not there: %v", err)
	}
	path := filepath.Join(t.TempDir(), "small.yaml")
	if err := os.WriteFile(path, []byte(small), 0o600); err != nil {
		t.Fatal(err)
	}
	if doc, err := ReadFile(path); err != nil || doc.Name != path {
		t.Errorf("%+v, %v", doc, err)
	}
}

// A list of threats given where a file is wanted says what makes a file of it.
func TestAListIsNoFile(t *testing.T) {
	for text, list := range map[string]bool{
		"Fire; likely; high\nFlood; low\n":             true,
		"Passwords guessed: likely\nFire: low\n":       true,
		"- Fire; likely\n- Flood: all: wet\n":          true,
		"Threat\tDamage\nFire\t20k\n":                  true,
		"# Threats\n\n| a | b |\n|---|---|\n":          true,
		"* Fire\n* Flood\n":                            true,
		"parley: v1\nproduct: {id: a, currency: GBP\n": false,
		"parley: v1\nthreats:\n  - id: \"a\n":          false,
		"{\"a\": 1}":                                   false,
		"<html></html>":                                false,
		"":                                             false,
		"threats:\n  - id: a\n    title: b: c\n":       false,
	} {
		doc, err := Read("threats.txt", []byte(text))
		if err == nil {
			t.Errorf("%q is taken as a file", text)
		}
		f := doc.Findings[0]
		if got := strings.Contains(f.Hint, "parley init --from lines threats.txt -o parley.yaml"); got != list {
			t.Errorf("%q: %s (%s), want a list: %t", text, f, f.Hint, list)
		}
	}
}

// Effort needs a price: the file's, else that of whoever reads it.
func TestReadAt(t *testing.T) {
	const text = head + "mitigations:\n  - {id: m, title: M, cost: {effort: 5d}}\n"
	if _, err := Read("a.yaml", []byte(text)); err == nil || !strings.Contains(err.Error(), "policy.person_day is missing") {
		t.Errorf("%v", err)
	}
	for text, want := range map[string]float64{text: 700, text + "policy: {person_day: 500}\n": 500} {
		doc, err := ReadAt("a.yaml", []byte(text), "700")
		if err != nil || doc.Model.Policy.PersonDay.Mean() != want {
			t.Errorf("%v, %v, want %v", doc.Model.Policy.PersonDay, err, want)
		}
	}
}
