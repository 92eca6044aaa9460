package exchange

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/parleysec/parley"
)

func sheet(lines ...string) Input { return Input{"risks.csv", []byte(strings.Join(lines, "\n"))} }

// TestCSVLikelihood checks how a cell becomes a likelihood, as text and as a rate a year.
func TestCSVLikelihood(t *testing.T) {
	for _, c := range []struct {
		header, cell, text string
	}{
		{"Likelihood", "Medium", medium},
		{"Likelihood", "sehr hoch", veryHigh},
		{"Likelihood", "unlikely", "unlikely"},
		{"Likelihood", "1 in 40 years", "1 in 40 years"},
		{"Likelihood", "30% within 2 years", "30% within 2 years"},
		{"Likelihood", "0.3", "30%"},
		{"Likelihood (%)", "30", "30%"},
		{"Likelihood (%)", "10-30", "10%-30%"},
		{"Frequency (per year)", "0.2..1", "0.2..1 per year"},
		{"Likelihood (1-5)", "4", high},
		{"Likelihood", "4", high},
		{"Wahrscheinlichkeit", "jährlich 2", medium}, // cannot be read
		{"Likelihood", "", medium},
	} {
		m, _ := usable(t, "csv", Options{}, sheet("Threat,"+c.header+",Impact", `x,"`+c.cell+`",low`))
		if got := m.Threats[0].Likelihood.Text; got != c.text {
			t.Errorf("%s %q: %q, want %q", c.header, c.cell, got, c.text)
		}
	}
}

func TestCSVImpact(t *testing.T) {
	for _, c := range []struct {
		header, cell, text string
	}{
		{"Impact", "High", high},
		{"Impact", "Existenzbedrohend", veryHigh},
		{"Impact", "20k..400k", "20k..400k"},
		{"Impact (GBP)", "5000", "5000"},
		{"Impact (k£)", "5-20", "5k-20k"},
		{"Schaden (Mio. €)", "2", "2M"},
		{"Impact (1-3)", "3", veryHigh},
		{"Impact", "a fortune", medium},
	} {
		m, _ := usable(t, "csv", Options{}, sheet("Threat,Likelihood,"+c.header, `x,low,"`+c.cell+`"`))
		if got := m.Threats[0].Impact.Compromise.Amount.Text; got != c.text {
			t.Errorf("%s %q: %q, want %q", c.header, c.cell, got, c.text)
		}
	}
}

func TestCSVCost(t *testing.T) {
	for _, c := range []struct {
		header, cell, effort, once, day string
	}{
		{"Cost", "5k..10k", "", "5k..10k", ""},
		{"Cost", "5d..10d", "5d..10d", "", parley.GuessedPersonDay},
		{"Cost (PT)", "8–15", "8d–15d", "", parley.GuessedPersonDay},
		{"Effort", "3", "3d", "", parley.GuessedPersonDay},
		{"Effort (weeks)", "2..4", "2w..4w", "", parley.GuessedPersonDay},
		{"Kosten (k€)", "5", "", "5k", ""},
		{"Effort (hours)", "9", "", "", ""},
		{"Cost", "cheap", "", "", ""},
	} {
		m, _ := usable(t, "csv", Options{}, sheet("Threat,Action,"+c.header, `x,Do it,"`+c.cell+`"`))
		x := m.Mitigations[0]
		if x.Cost.Effort.Text != c.effort || x.Cost.Once.Text != c.once || m.Policy.PersonDay.Text != c.day {
			t.Errorf("%s %q: effort %q, once %q, day %q", c.header, c.cell, x.Cost.Effort, x.Cost.Once, m.Policy.PersonDay)
		}
		if c.effort+c.once == "" && !strings.HasSuffix(x.Notes, "as recorded: "+c.cell) {
			t.Errorf("%s %q: notes %q", c.header, c.cell, x.Notes)
		}
	}
}

func TestCSVDecisions(t *testing.T) {
	header := "Threat,Status,Decision,Reason,Approved by,Date,Mitigation"
	for _, c := range []struct {
		row      string
		kind     parley.Kind
		by, at   string
		controls int
	}{
		{"x,Open,,,,,Do it", "", "", "", 0},
		{"x,Accepted,,Too small,Dana,2026-01-02,", parley.Accept, "Dana", "2026-01-02", 0},
		{"x,Open,transfer,Insured,Dana,5.1.2026,", parley.Transfer, "Dana", "2026-01-05", 0},
		{"x,Open,mitigate,Worth it,Dana,2026-01-02,Do it", parley.Mitigate, "Dana", "2026-01-02", 0},
		{"x,Done,,,,,Did it", parley.Mitigate, "", "", 1},
		{"x,Open,shrug,,,,", "", "", "", 0},
		{"x,,Vermeiden,,,,", parley.Avoid, "", "", 0},
	} {
		m, _ := usable(t, "csv", Options{}, sheet(header, c.row))
		if c.kind == "" {
			if len(m.Decisions) != 0 {
				t.Errorf("%s: %+v", c.row, m.Decisions)
			}
			continue
		}
		if d := m.Decisions[0]; d.Kind != c.kind || d.By != c.by || d.At != c.at || d.Because == "" || len(m.Controls) != c.controls {
			t.Errorf("%s: %+v, %d controls", c.row, d, len(m.Controls))
		}
	}
}

// TestCSVHeaders checks which column is taken for what.
func TestCSVHeaders(t *testing.T) {
	for header, want := range map[string]map[field]int{
		"Risk,Likelihood,Impact":             {fieldTitle: 0, fieldLikelihood: 1, fieldImpact: 2},
		"Threat,Risk":                        {fieldTitle: 0, fieldSeverity: 1},
		"Risk,Threat,Severity":               {fieldTitle: 1, fieldSeverity: 2},
		"Nr.,Bedrohung,Residual likelihood":  {fieldID: 0, fieldTitle: 1},
		"#,Titel,Maßnahme(n),Verantwortlich": {fieldID: 0, fieldTitle: 1, fieldMitigation: 2, fieldOwner: 3},
		"Threat,Status,State":                {fieldTitle: 0, fieldStatus: 1},
		" threat name , RISK-ID ,Risk Owner": {fieldTitle: 0, fieldID: 1, fieldOwner: 2},
	} {
		got, _ := columnsOf(tableRow{cells: strings.Split(header, ",")})
		for f, at := range want {
			if c, ok := got[f]; !ok || c.at != at {
				t.Errorf("%s: %s is at %v, want %d", header, f, got[f], at)
			}
		}
		if len(got) != len(want) {
			t.Errorf("%s: %v, want %v", header, got, want)
		}
	}
}

// TestCSVRoundTrip checks by property that whatever is quoted into a sheet with
// any separator comes back: every row a threat with its id, title and owner.
func TestCSVRoundTrip(t *testing.T) {
	word := rapid.StringMatching(`[A-Za-z][A-Za-z ,;"|.]{0,20}[a-z]`)
	rapid.Check(t, func(rt *rapid.T) {
		sep := rapid.SampledFrom([]string{",", ";", "\t", "|"}).Draw(rt, "separator")
		end := rapid.SampledFrom([]string{"\n", "\r\n"}).Draw(rt, "line end")
		n := rapid.IntRange(1, 8).Draw(rt, "rows")
		quote := func(s string) string { return `"` + strings.ReplaceAll(s, `"`, `""`) + `"` }
		lines := []string{strings.Join([]string{"ID", "Threat", "Owner", "Likelihood", "Impact"}, sep)}
		var titles []string
		for i := range n {
			// Rows that are called the same are told apart: TestThreatsCalledTheSame.
			title := word.Filter(func(s string) bool {
				return !slices.ContainsFunc(titles, func(had string) bool { return titleKey(had) == titleKey(strings.Join(strings.Fields(s), " ")) })
			}).Draw(rt, "title")
			titles = append(titles, strings.Join(strings.Fields(title), " "))
			lines = append(lines, strings.Join([]string{fmt.Sprintf("R%d", i), quote(title), quote(word.Draw(rt, "owner")), "1 in 40 years", "5k..20k"}, sep))
		}
		m, _, err := Import("csv", []Input{{"a.csv", []byte(strings.Join(lines, end))}}, Options{})
		if err != nil {
			rt.Fatal(err)
		}
		var got []string
		for i, x := range m.Threats {
			got = append(got, x.Title)
			if x.ID != fmt.Sprintf("R%d", i) || x.Likelihood.Text != "1 in 40 years" || x.Impact.Compromise.Amount.Text != "5k..20k" || x.Owner == "" {
				rt.Fatalf("%+v", x)
			}
		}
		if !slices.Equal(got, titles) {
			rt.Fatalf("got %q, want %q", got, titles)
		}
	})
}
