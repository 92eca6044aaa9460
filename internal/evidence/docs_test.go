package evidence

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/testenv"
)

func document(t *testing.T) string {
	t.Helper()
	return documentNamed(t, "evidence.md")
}

func documentNamed(t *testing.T, name string) string {
	t.Helper()
	doc, err := os.ReadFile(filepath.Join(testenv.Root(t), "docs", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(doc)
}

// TestExamplesOfTheDocument: what docs/evidence.md shows can be read.
func TestExamplesOfTheDocument(t *testing.T) {
	examples := regexp.MustCompile("(?s)```json\n(.*?)```").FindAllStringSubmatch(document(t), -1)
	if len(examples) != 2 {
		t.Fatalf("%d examples", len(examples))
	}
	if got, want := summed(sure(t, examples[0][1], Options{})), (sums{"parley", "restore drill", 1, 1, 0, Fail}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	s := signers(t)["ed25519"]
	signed := sure(t, s.envelope(t, StatementType, examples[1][1]), Options{Keys: s.keys(t)})
	if got, want := summed(signed), (sums{"statement", "penetration test by jo@example.org", 2, 0, 0, Pass}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

// TestDocumentNamesEveryFormat and every key of the answer.
func TestDocumentNamesEveryFormat(t *testing.T) {
	doc := document(t)
	for _, f := range Formats() {
		if f.Name != "dsse" && !strings.Contains(doc, "`"+f.Name+"`") {
			t.Errorf("docs/evidence.md does not name the format %s", f.Name)
		}
	}
	b, err := json.Marshal(sure(t, "[]", Options{}).Summary())
	if err != nil {
		t.Fatal(err)
	}
	var keys []string
	s := newScan(b)
	s.object(func(key []byte) { keys = append(keys, string(key)) })
	want := []string{"file", "format", "tool", "pass", "fail", "inconclusive", "verdict", "time", "time_source", "commit", "commit_source", "digest", "notes"}
	if !slices.Equal(keys, want) {
		t.Errorf("keys %q, want %q", keys, want)
	}
	if !strings.Contains(doc, "`"+strings.Join(want, "`, `")+"`") {
		t.Error("docs/evidence.md does not name the keys in their order")
	}
}

// TestCreditOfTheDocument: the figures of docs/maths.md are those of the arithmetic.
func TestCreditOfTheDocument(t *testing.T) {
	checks := []parley.Check{weekly(t, "drill")}
	now := time.Date(2027, 3, 1, 12, 0, 0, 0, time.UTC)
	credit := func(outcomes ...Outcome) string { // the latest first, one in each window
		var taken []Taken
		for k, o := range outcomes {
			taken = append(taken, Taken{Check: "drill", At: now.Add(-time.Duration(k) * Every(checks[0])), Outcome: o})
		}
		return fmt.Sprintf("%.1f %%", 100*Assure(checks, taken, 0.5, time.Time{}, now).Mean)
	}
	rows := regexp.MustCompile(`(?m)^\| (\d+) \| ([\d.]+ %) \|$`).FindAllStringSubmatch(documentNamed(t, "maths.md"), -1)
	if len(rows) != 7 {
		t.Fatalf("%d rows", len(rows))
	}
	for _, row := range rows {
		n, err := strconv.Atoi(row[1])
		if err != nil {
			t.Fatal(err)
		}
		if got := credit(slices.Repeat([]Outcome{Pass}, n)...); got != row[2] {
			t.Errorf("%d passes: %s, the document says %s", n, got, row[2])
		}
	}
	if got := credit(Pass, Pass, Pass, Fail); got != "67.6 %" {
		t.Errorf("three passes since a failure: %s", got)
	}
}
