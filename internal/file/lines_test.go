package file

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/risk"
)

func lines(t *testing.T, text string) (*parley.Model, []string) {
	t.Helper()
	m, ask, err := FromLines("threats.txt", strings.NewReader(text), StartOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return m, ask
}

// TestLinesGolden is the list of a first workshop, as people write it.
func TestLinesGolden(t *testing.T) {
	f, err := os.Open("testdata/lines/workshop.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	m, ask, err := FromLines("workshop.txt", f, StartOptions{Name: "Web shop", PersonDay: "650"})
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "testdata/lines/workshop.golden.yaml", written(t, m))
	golden(t, "testdata/lines/workshop.golden.txt", []byte(strings.Join(ask, "\n")+"\n"))
	if len(m.Threats) != 12 {
		t.Errorf("%d threats, want 12", len(m.Threats))
	}
}

// scribbles are lists of twelve threats as people write them.
var scribbles = []string{"terse", "chatty", "german", "spreadsheet", "markdown", "table", "headings", "mail"}

func TestScribbles(t *testing.T) {
	for _, name := range scribbles {
		t.Run(name, func(t *testing.T) {
			data, err := os.ReadFile("testdata/lines/" + name + ".txt")
			if err != nil {
				t.Fatal(err)
			}
			m, ask, err := FromLines(name+".txt", bytes.NewReader(data), StartOptions{Name: "Web shop"})
			if err != nil {
				t.Fatal(err)
			}
			made := written(t, m)
			golden(t, "testdata/lines/"+name+".golden.yaml", made)
			golden(t, "testdata/lines/"+name+".golden.txt", []byte(strings.Join(ask, "\n")+"\n"))
			if len(m.Threats) != 12 {
				t.Errorf("%d threats, want 12", len(m.Threats))
			}
			doc, err := Read(name+".yaml", made)
			if err != nil {
				t.Fatal(err)
			}
			for _, x := range doc.Model.Threats {
				if !x.Guessed() || !x.NeedsDecision() {
					t.Errorf("%s: guessed %t, needs a decision %t", x.ID, x.Guessed(), x.NeedsDecision())
				}
			}
			mustBePriced(t, doc.Model)
		})
	}
}

// mustBePriced fails unless every threat has a price.
func mustBePriced(t *testing.T, m *parley.Model) {
	t.Helper()
	p, err := risk.Compile(m, risk.Options{})
	if err != nil {
		t.Fatal(err)
	}
	e, err := p.Expect(risk.Scenario{})
	if err != nil {
		t.Fatal(err)
	}
	if len(e.Threats) != len(m.Threats) {
		t.Errorf("%d of %d threats have a price", len(e.Threats), len(m.Threats))
	}
}

// What FromLines makes is a file that reads cleanly and can be priced.
func TestLinesCanBePriced(t *testing.T) {
	data, err := os.ReadFile("testdata/lines/workshop.golden.yaml")
	if err != nil {
		t.Fatal(err)
	}
	doc, err := Read("workshop.yaml", data)
	if err != nil {
		t.Fatal(err)
	}
	mustBePriced(t, doc.Model)
}

func TestLineParts(t *testing.T) {
	type want struct{ chance, damage, effort, says string }
	for line, w := range map[string]want{
		"A":                                     {"medium", "medium", "", ""},
		"A; high; low; medium":                  {"high", "low", "medium", ""},
		"A; high; 20k..200k; 3d":                {"high", "20k..200k", "3d", ""},
		"A; 3d; 20k..200k; likely":              {"likely", "20k..200k", "3d", ""},
		"A; 20k..200k; high":                    {"high", "20k..200k", "", ""},
		"A; ; high":                             {"medium", "high", "", ""},
		"A;;;high":                              {"medium", "medium", "high", ""},
		"A; LIKELY; Low":                        {"LIKELY", "Low", "", ""},
		"A; chance low; damage high; effort 2w": {"low", "high", "2w", ""},
		"A; Effort: 2w; Damage = high":          {"medium", "high", "2w", ""},
		"A; 1 in 40 years":                      {"1 in 40 years", "medium", "", ""},
		"A; once every 10 years; £5k to £40k":   {"once every 10 years", "£5k to £40k", "", ""},
		"A; often; big; easy":                   {"very likely", "high", "low", ""},
		"A; h; m; h":                            {"high", "medium", "high", ""},
		"A; low; catastrophic":                  {"low", "catastrophic", "", ""},
		"A; h; m; l":                            {"high", "medium", "", ""}, // low or large: asked for
		"A; l; l; m":                            {"low", "low", "medium", ""},
		"A; likely; Nobody can work for a week": {"likely", "medium", "", "Nobody can work for a week"},
		"A; says: a day lost":                   {"medium", "medium", "", "a day lost"},
		"A; damage: we lose our licence":        {"medium", "medium", "", "we lose our licence"},
		"A\tlikely\t20k\t3d":                    {"likely", "20k", "3d", ""},
		"1. A; high":                            {"high", "medium", "", ""},
		"  - [ ] A; high":                       {"high", "medium", "", ""},
		"• A":                                   {"medium", "medium", "", ""},
		"(a) A":                                 {"medium", "medium", "", ""},
	} {
		m, _ := lines(t, line)
		x := m.Threats[0]
		got := want{chance: x.Likelihood.Text, damage: x.Impact.Financial.Amount.Text, says: x.Impact.Says}
		if len(m.Mitigations) > 0 {
			got.effort = m.Mitigations[0].Cost.Effort.Text
		}
		if d := cmp.Diff(w, got, cmp.AllowUnexported(want{})); d != "" {
			t.Errorf("%q (-want +got):\n%s", line, d)
		}
		if x.Title != "A" || x.Basis != parley.BasisGuess {
			t.Errorf("%q: title %q, basis %q", line, x.Title, x.Basis)
		}
	}
}

// A letter that means low to one and large to another is not guessed.
func TestLineEffortL(t *testing.T) {
	m, ask := lines(t, "A; h; m; l")
	if len(m.Mitigations) != 0 || !strings.Contains(strings.Join(ask, "\n"), "line 1: took nothing from “l”") {
		t.Errorf("%+v, asked %q", m.Mitigations, ask)
	}
}

func TestLinePeople(t *testing.T) {
	for text, want := range map[string][3]string{
		"31 000 customers, serious": {"31 000", "customers", "serious"},
		"31,000 customers":          {"31,000", "customers", ""},
		"patients, Grave":           {"", "patients", "grave"},
		"1k..5k carers":             {"1k..5k", "carers", ""},
		"10 to 20 staff, minor":     {"10 to 20", "staff", "minor"},
	} {
		m, _ := lines(t, "A; people: "+text)
		p := m.Threats[0].Impact.People
		if got := [3]string{p.HowMany.Text, p.Who, string(p.Harm)}; got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestLineIDs(t *testing.T) {
	m, _ := lines(t, "The password of an admin is guessed\nPassword: the admin guessed\nPassword, admin guessed?\n日本\nA very long title about nothing that could be cut short\nof the\n")
	var got []string
	for _, x := range m.Threats {
		got = append(got, x.ID)
	}
	want := []string{"password-admin-guessed", "password-admin-guess-2", "password-admin-guess-3", "item", "very-long-title-about", "of-the"}
	if !cmp.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestLinesAsk(t *testing.T) {
	_, ask := lines(t, "A; likely\nB; 5k\nB\nC; dunno; 3d")
	text := strings.Join(ask, "\n")
	for _, want := range []string{
		"3 threats read from threats.txt, all marked as guesses",
		"line 3 repeats line 2 and was left out: B",
		"line 4: took nothing from “dunno”",
		"2 of 3 threats do not say how likely it is; medium, 10% to 50% per year, was guessed (b, c)",
		"2 of 3 threats do not say what it costs; medium, 20k to 200k GBP, was guessed (a, c)",
		"no threat says who is harmed",
		"1 threat got a mitigation",
		"policy.person_day: 650 GBP was assumed", "with --person-day",
		"product.currency: GBP was assumed",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("nothing about %q in:\n%s", want, text)
		}
	}
}

func TestLinesCurrency(t *testing.T) {
	for text, want := range map[string]string{"A; €5k": "EUR", "A; $5k\nB; $6k": "USD", "A; £5k": "GBP", "A; 5k": "GBP"} {
		if m, _ := lines(t, text); m.Product.Currency != want {
			t.Errorf("%q: %s, want %s", text, m.Product.Currency, want)
		}
	}
	m, _, err := FromLines("x", strings.NewReader("A; 5k"), StartOptions{Currency: "CHF", ID: "bank"})
	if err != nil || m.Product.Currency != "CHF" || m.Product.ID != "bank" {
		t.Errorf("%+v, %v", m, err)
	}
}

func TestLinesRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		o    StartOptions
		want string
	}{
		"nothing":      {"", StartOptions{}, "x:1:1: there is no threat in the list"},
		"comments":     {"# a\n\n  # b\n", StartOptions{}, "x:1:1: there is no threat"},
		"no title":     {"A\n; high\n", StartOptions{}, "x:2:1: the line does not say what happens"},
		"long line":    {"A\n" + strings.Repeat("a", 3000), StartOptions{}, "x:2:2000: the line has more than"},
		"many":         {strings.Repeat("A", 1) + numbered(1001), StartOptions{}, "there are more than 1000 threats"},
		"large":        {strings.Repeat("a\n", 1<<20), StartOptions{}, "the list has more than 256 kB"},
		"not UTF-8":    {"A\n\xff", StartOptions{}, "x:2:1: byte 0xff"},
		"control":      {"A\x1b", StartOptions{}, "x:1:2: there is a control character"},
		"ours":         {"# a\nparley: v1\nproduct: {id: a}\n", StartOptions{}, "it is a negotiation file already: parley check x"},
		"JSON":         {"{\n \"a\": 1}\n", StartOptions{}, "parley import x reads files of other tools"},
		"JSON list":    {"[\n {\"a\": 1}]\n", StartOptions{}, "parley import x reads files of other tools"},
		"XML":          {"<?xml version='1.0'?>\n", StartOptions{}, "parley import x reads files of other tools"},
		"currency":     {"A", StartOptions{Currency: "pounds"}, "currency \"pounds\""},
		"person day":   {"A", StartOptions{PersonDay: "much"}, "person-day \"much\""},
		"product id":   {"A", StartOptions{ID: "a b"}, "id \"a b\""},
		"two currency": {"A; $5k", StartOptions{Currency: "GBP"}, ""}, // not understood, and said so
	} {
		_, _, err := FromLines("x", strings.NewReader(c.text), c.o)
		if c.want == "" {
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		_, wrongList := errors.AsType[*InvalidError](err)
		if _, wrongOption := errors.AsType[*OptionError](err); !wrongList && !wrongOption || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

func numbered(n int) string {
	var b bytes.Buffer
	for i := range n {
		fmt.Fprintf(&b, "\nThreat %d", i)
	}
	return b.String()
}

// A line with far more fields than people write says which were left.
func TestManyFields(t *testing.T) {
	_, ask := lines(t, "A"+strings.Repeat("; b", 30))
	if all := strings.Join(ask, "\n"); !strings.Contains(all, "only the first 19 fields of a line are read") {
		t.Errorf("%s", all)
	}
}

// TestLinesInManyStyles is a list as people send it round: numbers, bullets,
// tabs, umlauts, empty lines, amounts with a word behind them.
func TestLinesInManyStyles(t *testing.T) {
	list := "# Workshop\n\n1. Ärger über das Prüfportal; likely; 20k per event; 2-3 days\n" +
		"• Öffentlicher Bucket\t1 in 10\t€100.000\t\n" +
		"[ ] Pru\u0308fung fällt aus;low;£5k each time\n   \n"
	m, asks, err := FromLines("list.txt", strings.NewReader(list), StartOptions{Currency: "EUR"})
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, x := range m.Threats {
		ids = append(ids, x.ID)
	}
	if got := strings.Join(ids, " "); got != "aerger-ueber-das oeffentlicher-bucket prufung-faellt-aus" {
		t.Errorf("ids: %s", got)
	}
	if got := m.Threats[0].Impact.Financial.Amount.Text; got != "20k" {
		t.Errorf("damage per event: %q", got)
	}
	if m.Threats[0].Impact.Says != "" || len(m.Mitigations) != 1 {
		t.Errorf("the amount became %q, %d mitigations", m.Threats[0].Impact.Says, len(m.Mitigations))
	}
	all := strings.Join(asks, "\n")
	for _, want := range []string{"line 4: “€100.000” was taken as €100000", "line 5: “£5k each time” is in GBP, and the file in EUR"} {
		if !strings.Contains(all, want) {
			t.Errorf("nothing about %q in:\n%s", want, all)
		}
	}
}

// A small number without a unit is no damage, and leaves the place to an amount.
func TestSmallNumberIsNoDamage(t *testing.T) {
	for line, want := range map[string]struct{ damage, asked string }{
		"XSS; 0.3; 10k; 5":        {"10k", "took nothing from “0.3”: a number alone below 1 may be a chance or an amount"},
		"XSS; 0,3; 10k":           {"10k", "took nothing from “0,3”: a number alone below 1"},
		"XSS; 0.005":              {"medium", "took nothing from “0.005”: a number alone below 1"},
		"XSS; 0.1-0.3; 10k":       {"10k", "took nothing from “0.1-0.3”: a number alone below 1"},
		"XSS; 2.5; 10k":           {"10k", "took nothing from “2.5”: a number alone up to 10"},
		"XSS; 3-5; 10k":           {"10k", "took nothing from “3-5”: a number alone up to 10"},
		"XSS; damage: 0.3":        {"medium", "took nothing from “0.3”"},
		"XSS; £0.30; high":        {"£0.30", ""},
		"XSS; 1,200":              {"1,200", ""},
		"XSS; 500":                {"500", ""},
		"XSS; 5-20":               {"5-20", ""},
		"Threat;Damage\nXSS; 0.3": {"medium", "took nothing from “0.3”"},
	} {
		m, ask := lines(t, line)
		if got := m.Threats[0].Impact.Financial.Amount.Text; got != want.damage {
			t.Errorf("%q: damage %q, want %q", line, got, want.damage)
		}
		if all := strings.Join(ask, "\n"); !strings.Contains(all, want.asked) {
			t.Errorf("%q: nothing about %q in:\n%s", line, want.asked, all)
		}
	}
}

// German companies count in thousands of euros.
func TestThousandsOfEuros(t *testing.T) {
	for text, want := range map[string]string{
		"50-250 TEUR": "50k..250k EUR", "50 - 250 TEUR": "50k..250k EUR", "50 bis 250 T€": "50k..250k EUR", "50-250T€": "50k..250k EUR",
		"50 TEUR": "50k EUR", "50TEUR": "50k EUR", "50 T€": "50k EUR", "50 kEUR": "50k EUR", "50 keur": "50k EUR", "50-250 kEUR": "50k..250k EUR",
		"50 TEUR - 250 TEUR": "50k EUR - 250k EUR", "TEUR 50": "50k EUR", "TEUR 50-250": "50k..250k EUR", "1,5 TEUR": "1.5k EUR", "Schaden: 50 TEUR": "50k EUR",
		"ca. 50 TEUR": "25k..100k EUR", "bis zu 50 T€": "5k..50k EUR", "2,5-7,5 TEUR": "2.5k..7.5k EUR",
	} {
		m, ask := lines(t, "Einbruch in die Halle; hoch; "+text)
		if got := m.Threats[0].Impact.Financial.Amount.Text; got != want || m.Product.Currency != "EUR" {
			t.Errorf("%q: %q in %s, want %q\n%s", text, got, m.Product.Currency, want, strings.Join(ask, "\n"))
		}
	}
	for _, text := range []string{"50 TEUR", "50-250 T€", "50kEUR"} {
		_, ask, err := FromLines("x", strings.NewReader("A; "+text), StartOptions{Currency: "GBP"})
		if all := strings.Join(ask, "\n"); err != nil || !strings.Contains(all, "is in EUR, and the file in GBP") {
			t.Errorf("%q: %v\n%s", text, err, all)
		}
	}
	m, _ := lines(t, "Bedrohung;Schaden (kEUR)\nEinbruch;50-250\n")
	if got := m.Threats[0].Impact.Financial.Amount.Text; got != "50k-250k" || m.Product.Currency != "EUR" {
		t.Errorf("%q in %s", got, m.Product.Currency)
	}
}

// Words for how often that leave open what they mean are named with what they
// were taken as, and odds are a chance.
func TestRareWordsAndOdds(t *testing.T) {
	for line, want := range map[string]struct{ title, chance, asked string }{
		"A; rare; 20k":        {"A", "highly unlikely", "“rare” was taken as highly unlikely, which is 10%..20% within 2 years"},
		"A; selten; 20k":      {"A", "highly unlikely", "“selten” was taken as highly unlikely, which is 10%..20% within 2 years"},
		"A, rarely, 20k":      {"A", "highly unlikely", "“rarely” was taken as highly unlikely"},
		"A; seldom; 20k":      {"A", "unlikely", "“seldom” was taken as unlikely, which is 25%..35%"},
		"A; sehr selten; 20k": {"A", "very unlikely", "“sehr selten” was taken as very unlikely, which is 10%..20%"},
		"A; never; 20k":       {"A", "remote", "“never” was taken as remote, which is 0%..5%"},
		"A; 1:20; 20k":        {"A", "1 in 20", "“1:20” was taken as 1 in 20"},
		"A, 1:20, 20k":        {"A", "1 in 20", "“1:20” was taken as 1 in 20"},
		"A - 1:20 - 20k":      {"A", "1 in 20", "“1:20” was taken as 1 in 20"},
		"A; chance: 1:20":     {"A", "1 in 20", "“1:20” was taken as 1 in 20"},
		"A; 1:20 years; 20k":  {"A", "1 in 20 years", "“1:20 years” was taken as 1 in 20 years"},
		"A; 1:20 Jahre; 20k":  {"A", "1 in 20 years", "“1:20 Jahre” was taken as 1 in 20 years"},
		"A; 3:40; 20k":        {"A", "medium", "took nothing from “3:40”"},
		"A 1:20":              {"A 1:20", "medium", "line 1 is a title as a whole, with “1:20” in it"},
		"A 1:20; 20k":         {"A 1:20", "medium", "“1:20” in it"},
		"A, 1:05, 20k":        {"A, 1:05", "medium", ""},
	} {
		m, ask := lines(t, line)
		x := m.Threats[0]
		if x.Title != want.title || x.Likelihood.Text != want.chance {
			t.Errorf("%q: title %q, chance %q, want %q, %q", line, x.Title, x.Likelihood.Text, want.title, want.chance)
		}
		if all := strings.Join(ask, "\n"); !strings.Contains(all, want.asked) {
			t.Errorf("%q: nothing about %q in:\n%s", line, want.asked, all)
		}
	}
}
