package evidence

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/parleysec/parley"
)

// TestDoubts: what may be of another time, branch or version than is taken for
// granted is no pass, and says why.
func TestDoubts(t *testing.T) {
	now := time.Date(2027, 1, 10, 12, 0, 0, 0, time.UTC)
	plain := func(more string) string {
		return `{"schema":"parley.results/1",` + more + `"results":[{"outcome":"pass"}]}`
	}
	vex := func(ns string) string {
		return `{"@context":"https://openvex.dev/ns` + ns + `","statements":[{"vulnerability":{"name":"CVE-2021-1"},"products":[{"@id":"p"}],"status":"fixed"}]}`
	}
	bom := func(v string) string {
		return `{"bomFormat":"CycloneDX","specVersion":"` + v + `","vulnerabilities":[{"id":"CVE-2021-1","analysis":{"state":"not_affected"},"affects":[{"ref":"a"}]}]}`
	}
	trivy := func(v string) string {
		return `{"SchemaVersion":` + v + `,"ArtifactName":"a","Results":[{"Target":"t"}]}`
	}
	for name, c := range map[string]struct {
		text  string
		given Options
		want  Outcome
		says  string // among reasons or notes
	}{
		"now":                {plain(""), Options{Time: now}, Pass, ""},
		"in ten years":       {plain(""), Options{Time: now.AddDate(9, 0, 0)}, Inconclusive, "the time that the uploader states is in the future"},
		"another time":       {plain(`"time":"2027-01-09T00:00:00Z",`), Options{Time: now}, Pass, "the time of the uploader is not used"},
		"the same branch":    {plain(`"branch":"main",`), Options{Branch: "refs/heads/main"}, Pass, ""},
		"another branch":     {plain(`"branch":"main",`), Options{Branch: "dev"}, Inconclusive, `the uploader names branch "dev", the file names "main"`},
		"OpenVEX":            {vex("/v0.2.0"), Options{}, Pass, ""},
		"OpenVEX to come":    {vex("/v9.9.9"), Options{}, Inconclusive, `OpenVEX of version "v9.9.9", which is not known`},
		"CycloneDX":          {bom("1.6"), Options{}, Pass, ""},
		"Trivy":              {trivy("2"), Options{}, Pass, ""},
		"Trivy to come":      {trivy("9"), Options{}, Inconclusive, `of version "9"`},
		"a time in no words": {`<testsuite name="x" tests="1" timestamp="last tuesday"><testcase name="a"/></testsuite>`, Options{}, Pass, `"last tuesday" is not understood`},
	} {
		c.given.Now = now
		r, err := Read(Input{Name: "f", Data: []byte(c.text)}, c.given)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		res := Judge(r, parley.Check{})
		said := slices.Concat(res.Reasons, res.Notes)
		if res.Outcome != c.want || !strings.Contains(strings.Join(said, "; "), c.says) || c.says == "" && len(said) > 0 {
			t.Errorf("%s: %s, %q, want %s, %q", name, res.Outcome, said, c.want, c.says)
		}
		if res.Unclear != strings.Contains(c.says, "not understood") {
			t.Errorf("%s: unclear is %v", name, res.Unclear)
		}
	}
	if !ofTool("OWASP ZAP", "ZAP") || !ofTool("zap", "OWASP ZAP") || ofTool("OWASP", "ZAP") {
		t.Error("ZAP and its maker")
	}
}
