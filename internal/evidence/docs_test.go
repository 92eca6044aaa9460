package evidence

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/parleysec/parley/internal/testenv"
)

func document(t *testing.T) string {
	t.Helper()
	doc, err := os.ReadFile(filepath.Join(testenv.Root(t), "docs", "evidence.md"))
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
