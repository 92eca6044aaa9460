package archtest

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/parleysec/parley/internal/testenv"
)

// attacks are the numbered attacks of docs/security.md: how many there are of each
// letter.
var attacks = map[string]int{"A": 11, "C": 7, "D": 10, "F": 6, "N": 5, "S": 7}

// TestEveryAttackIsAnswered: each number has a line in docs/security.md, and a test
// that carries it in its name or a sentence why none does; no test carries a number
// that there is not.
func TestEveryAttackIsAnswered(t *testing.T) {
	root := testenv.Root(t)
	page, err := os.ReadFile(filepath.Join(root, "docs", "security.md"))
	if err != nil {
		t.Fatal(err)
	}
	lines := map[string]string{}
	for _, m := range regexp.MustCompile(`(?m)^\| ([A-Z]\d+(?:, [A-Z]\d+)*) \|[^|]*\|(.*)\|$`).FindAllStringSubmatch(string(page), -1) {
		for _, code := range strings.Split(m[1], ", ") {
			lines[code] += m[2]
		}
	}
	tests := numbered(t, root)
	var all []string
	for letter, n := range attacks {
		for i := range n {
			all = append(all, fmt.Sprintf("%s%d", letter, i+1))
		}
	}
	names := regexp.MustCompile("`[^`]*`")
	for _, code := range all {
		says := strings.Fields(names.ReplaceAllString(lines[code], ""))
		switch {
		case lines[code] == "":
			t.Errorf("%s has no line in docs/security.md", code)
		case tests[code] == 0 && len(says) < 4 && !names.MatchString(lines[code]):
			t.Errorf("%s has no test of its number and no sentence why", code)
		}
	}
	for code := range tests {
		if !slices.Contains(all, code) {
			t.Errorf("a test carries the number %s, which is no attack", code)
		}
	}
}

// TestAttacksNameTestsThatAreThere: each test that docs/security.md names is one.
func TestAttacksNameTestsThatAreThere(t *testing.T) {
	root := testenv.Root(t)
	page, err := os.ReadFile(filepath.Join(root, "docs", "security.md"))
	if err != nil {
		t.Fatal(err)
	}
	there := testNames(t, root, `(?m)^func (Test\w+)\(`)
	for _, m := range regexp.MustCompile("`(Test\\w+)`").FindAllStringSubmatch(string(page), -1) {
		if there[m[1]] == 0 {
			t.Errorf("docs/security.md names %s, which is no test", m[1])
		}
	}
}

// numbered counts the tests of each number.
func numbered(t *testing.T, root string) map[string]int {
	t.Helper()
	return testNames(t, root, `(?m)^func Test([ACDFNS]\d+)[A-Z]`)
}

// testNames counts what a pattern finds in the names of tests.
func testNames(t *testing.T, root, pattern string) map[string]int {
	t.Helper()
	name := regexp.MustCompile(pattern)
	out := map[string]int{}
	eachTestFile(t, root, func(_ string, text []byte) {
		for _, m := range name.FindAllStringSubmatch(string(text), -1) {
			out[m[1]]++
		}
	})
	return out
}

// eachTestFile goes through the files of tests, by their paths from the root.
func eachTestFile(t *testing.T, root string, f func(path string, text []byte)) {
	t.Helper()
	err := filepath.WalkDir(root, func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		path, err = filepath.Rel(root, path)
		f(path, text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
