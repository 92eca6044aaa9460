package evidence

import (
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestPassedOverIsNoMatch: what is passed over without the patterns is what they do
// not match.
func TestPassedOverIsNoMatch(t *testing.T) {
	pieces := []string{"0", "1", "9", "af", "AF", "0x", "0X", "-", "_", ".", ",", ":", ".so.", "v", "rc", "12345678", "abcdef1", "deface", "d", "x", " ", "é", "@", "0f8fad5b-d9cb-469f-a165-70867728950e", "abcdefab-abcd-abcd-abcd-abcdefabcdef"}
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 0, 14).Draw(t, "pieces"), "")
		if got, want := stillPath(text), inPath.ReplaceAllString(text, "$1#"); got != want {
			t.Fatalf("path %q: %q, want %q", text, got, want)
		}
		for _, p := range []*regexp.Regexp{digits, versions} {
			if got, want := unnumbered(p, text), p.ReplaceAllString(text, "#"); got != want {
				t.Fatalf("%q: %q, want %q", text, got, want)
			}
		}
		whole := uuids.ReplaceAllString(text, "#")
		whole = hexadec.ReplaceAllStringFunc(whole, func(word string) string {
			if strings.ContainsAny(word, numerals) {
				return "#"
			}
			return word
		})
		if got, want := still(text), versions.ReplaceAllString(whole, "#"); got != want {
			t.Fatalf("%q: %q, want %q", text, got, want)
		}
	})
}
