package file

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// ideaRead is what a list says could be done about its one threat.
type ideaRead struct{ title, effort, once, says string }

// checkIdea reads a line, and returns what is reported of it.
func checkIdea(t *testing.T, line string, want ideaRead) string {
	t.Helper()
	m, ask := lines(t, line)
	got := ideaRead{says: m.Threats[0].Impact.Says}
	if len(m.Mitigations) > 0 {
		x := m.Mitigations[0]
		got.title, got.effort, got.once = x.Title, x.Cost.Effort.Text, x.Cost.Once.Text
	}
	all := strings.Join(ask, "\n")
	if d := cmp.Diff(want, got, cmp.AllowUnexported(ideaRead{})); d != "" {
		t.Errorf("%q (-want +got):\n%s%s", line, d, all)
	}
	return all
}

// Money in an idea is what it costs once, time its effort.
func TestIdeaWithMoney(t *testing.T) {
	for line, want := range map[string]ideaRead{
		"A; high; fix: disk encryption, 3 days, 2k €":     {"Disk encryption", "3 days", "2k €", ""},
		"A; high; fix: disk encryption, 2k €, 3 days":     {"Disk encryption", "3 days", "2k €", ""},
		"A; high; fix: disk encryption (3 days + 2k €)":   {"Disk encryption", "3 days", "2k €", ""},
		"A; high; fix: disk encryption 3 days and 2k":     {"Disk encryption", "3 days", "2k", ""},
		"A; high; fix: disk encryption 500 €":             {"Disk encryption", "", "500 €", ""},
		"A; Maßnahme: Schulung, 2 Tage, 1.500 €; hoch":    {"Schulung", "2d", "1500 €", ""},
		"A; fix: 12 cameras, 4 days":                      {"12 cameras", "4 days", "", ""},
		"A; fix: keep the logs for 30 days":               {"Keep the logs for 30 days", "", "", ""},
		"A; fix: patch within 3 days":                     {"Patch within 3 days", "", "", ""},
		"A; fix: tokens for £900; fix: a course, 2 days":  {"Tokens, a course", "2 days", "£900", ""},
		"Threat;Mitigation;Chance\nA;tokens, £2k, 3d;low": {"Tokens", "3d", "£2k", ""},
	} {
		checkIdea(t, line, want)
	}
	if ask := checkIdea(t, "A; £1k; fix: tokens, 3d, 2k €", ideaRead{"Tokens", "3d", "", ""}); !strings.Contains(ask, "“2k €” is in EUR, and the file in GBP") {
		t.Errorf("%s", ask)
	}
	if ask := checkIdea(t, "A; 5d; fix: tokens, 3d", ideaRead{"Tokens", "5d", "", ""}); !strings.Contains(ask, "took nothing from “3d”: the line says another one before") {
		t.Errorf("%s", ask)
	}
}

// Words with an effort behind them are an idea, and the report says so.
func TestWordsWithEffort(t *testing.T) {
	for line, want := range map[string]ideaRead{
		"Order double charged; idempotency key 2d":        {"Idempotency key", "2d", "", ""},
		"Backup kaputt; hoch; Restore-Test 1 Woche":       {"Restore-Test", "1 week", "", ""},
		"A; high; patch the server about 3 days":          {"Patch the server", "1.5..6 days", "", ""},
		"A; high; tokens 3d and £2k":                      {"Tokens", "3d", "£2k", ""},
		"Laptop stolen; high; (disk encryption) 3 days":   {"Disk encryption", "3 days", "", ""},
		"Laptop stolen; high; 3 days (disk encryption)":   {"Disk encryption", "3 days", "", ""},
		"Konto gehackt; hoch; (Zwei-Faktor) 5 Tage":       {"Zwei-Faktor", "5d", "", ""},
		"Leak; high; pseudonymise, 40 days":               {"Pseudonymise", "40 days", "", ""},
		"Leak, high, 20k, pseudonymise, 40 days":          {"Pseudonymise", "40 days", "", ""},
		"Leak - high - 20k - pseudonyms (40 days)":        {"Pseudonyms", "40 days", "", ""},
		"Laptop stolen, high, (disk encryption) 3 days":   {"Disk encryption", "3 days", "", ""},
		"A (yearly, 5k) - renew it by itself, half a day": {"Renew it by itself", "0.5 days", "", ""},
		"Leak; high; use prepared statements, 3 weeks":    {"Use prepared statements", "3 weeks", "", ""},
	} {
		if ask := checkIdea(t, line, want); !strings.Contains(ask, "was taken as what could be done: "+want.title+", which takes ") {
			t.Errorf("%q: the report does not say what was taken:\n%s", line, ask)
		}
	}
	for line, want := range map[string]ideaRead{
		"A; high; Nobody can work for 3 days":      {says: "Nobody can work for 3 days"},
		"A; high; the shop is down 2 days":         {says: "the shop is down 2 days"},
		"A; high; recovery takes 3 days":           {says: "recovery takes 3 days"},
		"A; hoch; Wiederherstellung dauert 3 Tage": {says: "Wiederherstellung dauert 3 Tage"},
		"A; hoch; Ausfall des Ladens 2 Tage":       {says: "Ausfall des Ladens 2 Tage"},
		"A; high; keys are renewed every 3 months": {says: "keys are renewed every 3 months"},
		"A, high, nobody notices it, 3 days":       {"To be found: something against “A”", "3 days", "", "nobody notices it"},
		"A; high; 3 days":                          {"To be found: something against “A”", "3 days", "", ""},
		"A; high; 3d; we keep it all for 2 weeks":  {"To be found: something against “A”", "3d", "", "we keep it all for 2 weeks"},
		"A; likely, 20k, 3 days":                   {"To be found: something against “A”", "3 days", "", ""},
	} {
		checkIdea(t, line, want)
	}
}
