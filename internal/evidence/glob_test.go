package evidence

import (
	"path"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestGlob(t *testing.T) {
	for _, c := range []struct {
		pattern, text string
		want          bool
	}{
		{"", "", true},
		{"*", "", true},
		{"a*", "ABC", true},
		{"*c", "abc", true},
		{"a?c", "abc", true},
		{"a?c", "ac", false},
		{"a*b*c", "axxbyyc", true},
		{"a*b*c", "axxcyyb", false},
		{"*", "a/b", true},
		{"AWS Access Key", "aws access key", true},
		{strings.Repeat("*a", 50), strings.Repeat("a", 5000) + "b", false},
	} {
		if got := glob(c.pattern, c.text); got != c.want {
			t.Errorf("glob(%q, %q) = %v", c.pattern, c.text, got)
		}
	}
}

func TestGlobPath(t *testing.T) {
	for _, c := range []struct {
		pattern, text string
		want          bool
	}{
		{"src/**", "src/a/b.go", true},
		{"src/**", "/home/build/src/a/b.go", true},
		{"src/**", "file:///home/build/src/a.go", true},
		{"src/**", "./src/a.go", true},
		{"src/**", `C:\work\src\a.go`, true},
		{"/src/**", "/home/src/a.go", false},
		{"/src/**", "/src/a.go", true},
		{"src/*", "src/a/b.go", false},
		{"src/*.go", "src/a.go", true},
		{"**/a.go", "a.go", true},
		{"src/**/a.go", "src/a.go", true},
		{"src/**/a.go", "src/x/y/a.go", true},
		{"*.go", "x/y/a.go", true},
		{"rc/**", "src/a.go", false},
		{"a?b", "a/b", false},
		{"**", "", true},
		{"", strings.Repeat("/", 1<<20), true},
	} {
		if got := listed(c.pattern, func(p string) bool { return globPath(p, c.text) }); got != c.want {
			t.Errorf("globPath(%q, %.50q) = %v", c.pattern, c.text, got)
		}
	}
}

// TestGlobAgainstPath compares with path.Match, which knows no ** but agrees on
// the rest.
func TestGlobAgainstPath(t *testing.T) {
	letters := rapid.StringOfN(rapid.SampledFrom([]rune("ab/")), 0, 8, -1)
	patterns := rapid.StringOfN(rapid.SampledFrom([]rune("ab/*?")), 0, 6, -1)
	rapid.Check(t, func(t *rapid.T) {
		p, s := patterns.Draw(t, "pattern"), letters.Draw(t, "text")
		if strings.Contains(p, "**") {
			return
		}
		want, err := path.Match(p, s)
		if err != nil {
			t.Fatal(err)
		}
		if got := wild(p, s, true); got != want {
			t.Fatalf("wild(%q, %q) = %v, path.Match says %v", p, s, got, want)
		}
	})
}
