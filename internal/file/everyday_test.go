package file

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestEverydayWords is what people say for a chance, a damage or an effort. The
// report names all that was not taken as it was typed.
func TestEverydayWords(t *testing.T) {
	for _, c := range []struct{ typed, chance, damage, effort string }{
		{typed: "yearly", chance: "yearly"},
		{typed: "weekly", chance: "weekly"},
		{typed: "maybe", chance: "realistic possibility"},
		{typed: "100%", chance: "almost certain"},
		{typed: "certain", chance: "almost certain"},
		{typed: "for sure!", chance: "almost certain"},
		{typed: "rare", chance: "highly unlikely"},
		{typed: "Not very likely", chance: "unlikely"},
		{typed: "pretty likely, I think", chance: "likely"},
		{typed: "every few years", chance: "every 2..5 years"},
		{typed: "every other year", chance: "every 2 years"},
		{typed: "every second month", chance: "every 2 months"},
		{typed: "once or twice a year", chance: "once or twice a year"},
		{typed: "a few times a year", chance: "2..5 times a year"},
		{typed: "two or three times a month", chance: "2..3 times a month"},
		{typed: "3x/year", chance: "3x/year"},
		{typed: "50/50", chance: "40%..60%"},
		{typed: "about 20%", chance: "11.11%..33.33%"},
		{typed: "about once every 10 years", chance: "once every 5..20 years"},
		{typed: "once in a blue moon", chance: "highly unlikely"},
		{typed: "chance maybe 1 in 20", chance: "1 in 20"},
		{typed: "sehr wahrscheinlich", chance: "very likely"},
		{typed: "fast sicher", chance: "almost certain"},
		{typed: "alle 10 Jahre", chance: "every 10 years"},
		{typed: "alle paar Jahre", chance: "every 2..5 years"},
		{typed: "einmal im Jahr", chance: "once per year"},
		{typed: "3 mal im Jahr", chance: "3 times per year"},
		{typed: "20 % in 2 Jahren", chance: "20 % within 2 years"},

		{typed: "about 80k", damage: "40k..160k"},
		{typed: "around £20k", damage: "£10k..40k"},
		{typed: "~20k", damage: "10k..40k"},
		{typed: "ca. 20k", damage: "10k..40k"},
		{typed: "20k or so", damage: "10k..40k"},
		{typed: "20kish", damage: "10k..40k"},
		{typed: "up to 50k", damage: "5k..50k"},
		{typed: "at least 50k", damage: "50k..500k"},
		{typed: "50k+", damage: "50k..500k"},
		{typed: "> 50k", damage: "50k..500k"},
		{typed: "would cost us 50k I guess", damage: "50k"},
		{typed: "a fine of £1M", damage: "£1M"},
		{typed: "20 grand", damage: "20k"},
		{typed: "a few thousand", damage: "2k..5k"},
		{typed: "half a million", damage: "0.5M"},
		{typed: "six figures", damage: "100k..1M"},
		{typed: "5k each time", damage: "5k"},
		{typed: "catastrophic", damage: "catastrophic"},
		{typed: "huge", damage: "very high", effort: "high"},
		{typed: "80 Tsd", damage: "80k"},
		{typed: "1,2 Mio", damage: "1.2M"},
		{typed: "etwa 1,5 Mio", damage: "0.75M..3M"},
		{typed: "existenzbedrohend", damage: "catastrophic"},

		{typed: "a few days", effort: "2..5 days"},
		{typed: "a couple of weeks", effort: "2..3 weeks"},
		{typed: "a day or two", effort: "1..2 days"},
		{typed: "half a day", effort: "0.5 days"},
		{typed: "an afternoon", effort: "0.5 days"},
		{typed: "about 5 days", effort: "2.5..10 days"},
		{typed: "2 hours", effort: "0.25d"},
		{typed: "2-4 h", effort: "0.25..0.5d"},
		{typed: "3 weeks to fix", effort: "3 weeks"},
		{typed: "2 devs for 3 weeks", effort: "30d"},
		{typed: "5 Tage", effort: "5d"},
		{typed: "ein paar Tage", effort: "2..5 days"},
		{typed: "ein halber Tag", effort: "0.5 days"},
		{typed: "anderthalb Tage"},

		{typed: "500 laptops"},
		{typed: "over 65s"},
		{typed: "2FA"},
		{typed: "in 2024"},
		{typed: "3"},
		{typed: "we lose a day"},
		{typed: "low disk space"},
		{typed: "high street shops"},
		{typed: "hardly any"},
		{typed: "banana"},
		{typed: "20 people"},
	} {
		l := &lister{german: isGerman("ein " + c.typed), fitting: map[string][]slot{}}
		l.env.Currency, l.env.Horizon = "GBP", 2
		got := [slots]string{}
		for at := range slots {
			if r, ok := l.read(c.typed, at); ok {
				got[at] = r.text
			}
		}
		if want := [slots]string{c.chance, c.damage, c.effort}; got != want {
			t.Errorf("%q: %q, want %q", c.typed, got, want)
		}
	}
}

// Words that fit several places go by where they stand.
func TestGermanLevels(t *testing.T) {
	m, _ := lines(t, "Einbruch; hoch; mittel; niedrig")
	x := m.Threats[0]
	if got := []string{x.Likelihood.Text, x.Impact.Financial.Amount.Text, m.Mitigations[0].Cost.Effort.Text}; !slices.Equal(got, []string{"high", "medium", "low"}) {
		t.Errorf("%q", got)
	}
}

// A figure within a title is no damage, whatever stands between the fields.
func TestFiguresInTitles(t *testing.T) {
	for _, separator := range []string{"; ", ", ", " - ", " – ", "\t", " | ", " / ", " -> ", "    "} {
		for _, title := range []string{"Someone steals 500 laptops", "Fraud against the over 65s", "Login 2FA: code 1234 is guessed", "Back-up from 2019 is lost"} {
			line := strings.Join([]string{title, "likely", "20k", "3 days"}, separator)
			m, _ := lines(t, line)
			x := m.Threats[0]
			got := []string{x.Title, x.Likelihood.Text, x.Impact.Financial.Amount.Text}
			if len(m.Mitigations) > 0 {
				got = append(got, m.Mitigations[0].Cost.Effort.Text)
			}
			if d := cmp.Diff([]string{title, "likely", "20k", "3 days"}, got); d != "" {
				t.Errorf("%q (-want +got):\n%s", line, d)
			}
		}
	}
	for _, line := range []string{"Someone steals 500 laptops", "Fraud against the over 65s", "Route 66, 500 visitors, 2027"} {
		if m, _ := lines(t, line); m.Threats[0].Title != line || m.Threats[0].Impact.Financial.Amount.Text != "medium" {
			t.Errorf("%q: %+v", line, m.Threats[0])
		}
	}
}

// Lines that only name what follows are no threats, and the report says so.
func TestHeadings(t *testing.T) {
	for heading, rest := range map[string]string{
		"Threats for the shop":       "A; high\nB",
		"Our top 10 security risks":  "A\nB",
		"# Office":                   "A",
		"Office:":                    "A\nB",
		"Office\n------":             "A\n",
		"Office\n======":             "A\nB; low",
		"--- Office ---":             "A\nB",
		"**Office**":                 "A",
		"What we found":              "- A\n- B\n- C; high",
		"Bedrohungen im Büro":        "A; hoch",
		"Risk":                       "A",
		"Threat; chance; damage":     "A; high; low",
		"Threat - chance - damage":   "A - high - low",
		"Risk,Likelihood,Impact":     "A,high,low",
		"| Threat | Damage |\n|-|-|": "| A | high |",
	} {
		m, ask := lines(t, heading+"\n"+rest+"\n")
		for _, x := range m.Threats {
			if len(x.Title) != 1 {
				t.Errorf("%q became a threat: %q", heading, x.Title)
			}
		}
		if !strings.Contains(strings.Join(ask, "\n"), "line 1 ") && heading != "Threat - chance - damage" {
			t.Errorf("%q: the report does not name line 1: %q", heading, ask)
		}
	}
	for _, line := range []string{"Risk of fire", "A threat: the shop burns", "Issue tracker is public", "Notes leak; high", "Shop: passwords are guessed"} {
		if m, _ := lines(t, line+"\nB"); len(m.Threats) != 2 {
			t.Errorf("%q is a threat: %+v", line, m.Threats)
		}
	}
}

// The columns say what is what, in whatever order.
func TestTableColumns(t *testing.T) {
	m, ask := lines(t, "Damage (k€)\tWhat\tP (%)\tEffort (weeks)\tLikelihood (%)\n50\tA\t1\t2\t20\n20-80\tB\t1\t\t\n")
	if got := []string{m.Threats[0].Impact.Financial.Amount.Text, m.Threats[0].Likelihood.Text, m.Mitigations[0].Cost.Effort.Text, m.Threats[1].Impact.Financial.Amount.Text}; !slices.Equal(got, []string{"50k", "20%", "2w", "20k-80k"}) {
		t.Errorf("%q", got)
	}
	if !strings.Contains(strings.Join(ask, "\n"), "line 1: the column “P (%)” was left out") {
		t.Errorf("%q", ask)
	}
	// A rating beside the impact is left out.
	if _, ask = lines(t, "Threat,Impact,Severity\nA,20k,High\n"); !strings.Contains(strings.Join(ask, "\n"), "the column “Severity” was left out") {
		t.Errorf("%q", ask)
	}
	// Steps of a scale are no amounts.
	m, ask = lines(t, "Threat;Likelihood;Impact\nA;1;5\nB;3;4\nC;5;1\n")
	var got []string
	for _, x := range m.Threats {
		got = append(got, x.Likelihood.Text+"/"+x.Impact.Financial.Amount.Text)
	}
	if !slices.Equal(got, []string{"very low/very high", "medium/high", "very high/very low"}) {
		t.Errorf("%q", got)
	}
	if !strings.Contains(strings.Join(ask, "\n"), "the steps of “Impact” from 1 to 5 were taken as very low to very high") {
		t.Errorf("%q", ask)
	}
	m, ask = lines(t, "A; 3; 4\n")
	if m.Threats[0].Impact.Financial.Amount.Text != "medium" || !strings.Contains(strings.Join(ask, "\n"), "line 1: took nothing from “4”: a number alone up to 10 may be a step") {
		t.Errorf("%+v, %q", m.Threats[0], ask)
	}
	// A comma within quotes does not separate, nor does one too many break the row.
	m, _ = lines(t, "Threat,Chance,Damage\n\"Fire, in the \"\"old\"\" wing\",low,\"1,200\"\nTheft, of cars, likely, 20k\n")
	if got := []string{m.Threats[0].Title, m.Threats[0].Impact.Financial.Amount.Text, m.Threats[1].Title, m.Threats[1].Likelihood.Text}; !slices.Equal(got, []string{`Fire, in the "old" wing`, "1,200", "Theft, of cars", "likely"}) {
		t.Errorf("%q", got)
	}
}

// An amount in another currency is asked about, never taken as the same number.
func TestOtherCurrency(t *testing.T) {
	for _, c := range []struct{ currency, text, title string }{
		{"GBP", "A; €20k", "A"},
		{"EUR", "A; £20k", "A"},
		{"EUR", "A, likely, about £20k", "A"},
		{"GBP", "A; 20k EUR; high", "A"},
		{"GBP", "A - 20k euros - 3d", "A"},
		{"CHF", "A; damage: $20k", "A"},
		{"EUR", "Threat;Damage\nA;£20k", "A"},
	} {
		m, ask, err := FromLines("x", strings.NewReader(c.text), StartOptions{Currency: c.currency})
		if err != nil {
			t.Fatal(err)
		}
		x := m.Threats[0]
		if x.Title != c.title || strings.Contains(x.Impact.Financial.Amount.Text, "20k") {
			t.Errorf("%s %q: %q, %q", c.currency, c.text, x.Title, x.Impact.Financial.Amount.Text)
		}
		if all := strings.Join(ask, "\n"); !strings.Contains(all, "and the file in "+c.currency+": how much is it in "+c.currency+"?") {
			t.Errorf("%s %q is not asked about:\n%s", c.currency, c.text, all)
		}
	}
	// What most lines say is the file's currency; one line is no majority.
	if m, _ := lines(t, "A; €1k\nB; £2k\nC; £3k\n"); m.Product.Currency != "GBP" {
		t.Errorf("currency %s", m.Product.Currency)
	}
}

// Details set in below a threat belong to it; what is set in below a group is a threat.
func TestNestedLines(t *testing.T) {
	m, ask := lines(t, "- Login\n  - Passwords guessed; high\n  - Sessions stolen\n- Fire\n  - likely\n  - Nobody can work here for weeks\n  - fix: sprinklers (2 weeks)\n- Flood of the\n  cellar, low\n")
	var got []string
	for _, x := range m.Threats {
		got = append(got, x.Title+"/"+x.Likelihood.Text+"/"+x.Impact.Says)
	}
	want := []string{"Passwords guessed/high/", "Sessions stolen/medium/", "Fire/likely/Nobody can work here for weeks", "Flood of the cellar/low/"}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if len(m.Mitigations) != 1 || m.Mitigations[0].Title != "Sprinklers" || m.Mitigations[0].Cost.Effort.Text != "2 weeks" {
		t.Errorf("%+v", m.Mitigations)
	}
	if !strings.Contains(strings.Join(ask, "\n"), "line 1 was taken as a heading, not as a threat: Login") {
		t.Errorf("%q", ask)
	}
}

// Everything that a list says is in the file or named in the report.
func TestNothingIsDropped(t *testing.T) {
	for _, name := range append(slices.Clone(scribbles), "workshop") {
		data, err := os.ReadFile("testdata/lines/" + name + ".txt")
		if err != nil {
			t.Fatal(err)
		}
		_, ask := lines(t, string(data))
		all := strings.Join(ask, "\n")
		for i, line := range newSource(string(data)) {
			for _, word := range []string{"dunno", "who knows", "no idea", "keine Ahnung", "depends", "loads"} {
				if strings.Contains(line, word) && !strings.Contains(all, fmt.Sprintf("line %d: took nothing from “%s", i+1, word)) {
					t.Errorf("%s: the report does not name line %d: %s", name, i+1, line)
				}
			}
		}
	}
}
