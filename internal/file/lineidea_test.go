package file

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// ideaRead is what a list says could be done about its one threat.
type ideaRead struct{ title, effort, once, says string }

func ideaIn(t *testing.T, line string) (ideaRead, string) {
	t.Helper()
	m, ask := lines(t, line)
	got := ideaRead{says: m.Threats[0].Impact.Says}
	if len(m.Mitigations) > 0 {
		x := m.Mitigations[0]
		got.title, got.effort, got.once = x.Title, x.Cost.Effort.Text, x.Cost.Once.Text
	}
	return got, strings.Join(ask, "\n")
}

func checkIdea(t *testing.T, line string, want ideaRead) string {
	t.Helper()
	got, ask := ideaIn(t, line)
	if d := cmp.Diff(want, got, cmp.AllowUnexported(ideaRead{})); d != "" {
		t.Errorf("%q (-want +got):\n%s%s", line, d, ask)
	}
	return ask
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
