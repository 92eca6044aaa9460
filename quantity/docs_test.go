package quantity

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/parleysec/parley/internal/testenv"
)

func manual(t *testing.T) string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(testenv.Root(t), "docs", "quantities.md"))
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// Every row of the manual's tables reads as it says.
func TestManualTables(t *testing.T) {
	names := map[string]Kind{
		"money": Money, "yearly": Yearly, "likelihood": Likelihood, "share": Share,
		"effort": Effort, "duration": Duration, "count": Count, "worth": Worth,
	}
	heading := regexp.MustCompile(`^<!-- kind: (\w+)`)
	row := regexp.MustCompile("^\\| `([^`]+)` \\| `([^`]+)` \\|$")
	kind, rows := None, map[Kind]int{}
	for line := range strings.Lines(manual(t)) {
		line = strings.TrimSpace(line)
		if m := heading.FindStringSubmatch(line); m != nil {
			kind = names[m[1]]
		}
		m := row.FindStringSubmatch(line)
		if m == nil {
			if !strings.HasPrefix(line, "|") && !strings.HasPrefix(line, "<!--") {
				kind = None
			}
			continue
		}
		rows[kind]++
		q, err := Parse(m[1], kind, pounds())
		if err != nil || q.Format() != m[2] {
			t.Errorf("%q as %v: %q, %v; the manual says %q", m[1], kind, q.Format(), err, m[2])
		}
	}
	for _, k := range kinds {
		if rows[k] < 2 {
			t.Errorf("the manual has %d rows for %v", rows[k], k)
		}
	}
}

// The manual names every word of the default scale beside its meaning.
func TestManualNamesEveryWord(t *testing.T) {
	lines := strings.Split(manual(t), "\n")
	s := DefaultScale()
	if !strings.Contains(strings.Join(lines, "\n"), "`"+s.String()+"`") {
		t.Errorf("the manual does not name the scale %v", s)
	}
	for _, words := range []map[string]string{s.Likelihood, s.Impact, s.Cost, s.Strength} {
		for _, w := range slices.Sorted(maps.Keys(words)) {
			if !slices.ContainsFunc(lines, func(l string) bool {
				return strings.HasPrefix(l, "|") && strings.Contains(l, "`"+w+"`") && strings.Contains(l, " "+words[w]+" ")
			}) {
				t.Errorf("the manual does not say that %q means %s", w, words[w])
			}
		}
	}
}
