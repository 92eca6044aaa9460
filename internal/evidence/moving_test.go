package evidence

import (
	"fmt"
	"regexp"
	"slices"
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

// TestFingerprintsThatHoldTheLine: some tools write the line or column into their
// fingerprints. The finding is known again when it moves, whatever else of the file is
// read beside it; two that differ in nothing else stay two.
func TestFingerprintsThatHoldTheLine(t *testing.T) {
	result := func(print string, line int) string {
		return fmt.Sprintf(`{"ruleId":"R","message":{"text":"m"},%s,"locations":[{"physicalLocation":{"artifactLocation":{"uri":"a.go"},"region":{"startLine":%d,"startColumn":7}}}]}`, fmt.Sprintf(print, line), line)
	}
	file := func(results ...string) []Finding {
		return found(t, sarif(`"results":[`+strings.Join(results, ",")+`]`))
	}
	meet := func(a, b []string) bool {
		return slices.ContainsFunc(a, func(p string) bool { return slices.Contains(b, p) })
	}
	for _, print := range []string{`"fingerprints":{"v1":"R:a.go:%d:7"}`, `"fingerprints":{"v1":{"value":"R-%d"}}`, `"partialFingerprints":{"v1":"R@%d","column":"7"}`} {
		one, moved := file(result(print, 10)), file(result(print, 12))
		if !meet(one[0].Own, moved[0].Own) || moved[0].Apart("T", one[0].Fingerprints) {
			t.Errorf("%s: moved, it is another one", print)
		}
		two := file(result(print, 10), result(print, 12))
		if len(two) != 2 {
			t.Errorf("%s: two findings are one: %+v", print, two)
		}
		if other := file(strings.Replace(result(print, 12), `"ruleId":"R"`, `"ruleId":"S"`, 1)); meet(one[0].Fingerprints, other[0].Fingerprints) {
			t.Errorf("%s: a finding of another rule is the same", print)
		}
	}
	for _, odd := range []string{`"12"`, `null`, `-1`, `1.5`, `{"x":[1]}`, `99999999999999999999`} {
		if one := found(t, sarif(`"results":[{"ruleId":"R","fingerprints":{"v1":"a 1"},"locations":[{"physicalLocation":{"artifactLocation":{"uri":"a"},"region":{"startLine":`+odd+`}}}]}]`)); len(one) != 1 || len(one[0].Own) != 1 {
			t.Errorf("line %s: %+v", odd, one)
		}
	}
	hash := `"fingerprints":{"v1":"aa%d"}` // part of a word is no line
	if one, other := file(result(hash, 10)), file(result(hash, 12)); meet(one[0].Own, other[0].Own) {
		t.Error("fingerprints that differ are the same")
	}
}
