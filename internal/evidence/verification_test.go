package evidence

import (
	"slices"
	"testing"

	"github.com/parleysec/parley"
)

// TestWays: by the beginning of the tool's name, whatever its case; each way
// once; a tool nobody knows says nothing.
func TestWays(t *testing.T) {
	for _, c := range []struct {
		tools []string
		want  []Verification
	}{
		{nil, []Verification{}},
		{[]string{"", "our own script"}, []Verification{}},
		{[]string{"Semgrep OSS", "CodeQL"}, []Verification{Static}},
		{[]string{"reviewdog"}, []Verification{}},
		{[]string{"review of two", "pentest-2027"}, []Verification{Manual}},
		{[]string{"ZAP, trivy"}, []Verification{Composition, Dynamic}},
		{[]string{"review", "monitor", "gotest", "gitleaks", "osv-scanner"}, []Verification{Composition, Dynamic, Manual, Production, Static}},
	} {
		var checks []parley.Check
		for _, tool := range c.tools {
			checks = append(checks, parley.Check{Tool: tool})
		}
		if got := Ways(checks); !slices.Equal(got, c.want) {
			t.Errorf("%q: %v, want %v", c.tools, got, c.want)
		}
	}
}

// TestKindOfCheck: what a check says it is holds, whatever its tool.
func TestKindOfCheck(t *testing.T) {
	checks := []parley.Check{{Tool: "our own script", Kind: "production"}, {Tool: "semgrep", Kind: "manual"}, {Tool: "trivy"}}
	if got := Ways(checks); !slices.Equal(got, []Verification{Composition, Manual, Production}) {
		t.Error(got)
	}
}
