package evidence

import (
	"slices"
	"strings"

	"github.com/parleysec/parley"
)

// Verification is a way of finding out whether a layer works.
type Verification string

// The ways. A check that does not name its tool has none of them.
const (
	Static      Verification = "static"     // reads the code or the configuration
	Dynamic     Verification = "dynamic"    // runs the thing: tests, scans of what runs
	Composition Verification = "dependency" // looks at what is built in
	Manual      Verification = "manual"     // a person looks or attacks
	Production  Verification = "production" // watches what runs for users
)

// tools says how the tools that readers know, and some that only give SARIF or
// JUnit, verify. The names are compared by their beginning, in lower case.
var tools = []struct {
	name string
	way  Verification
}{
	{"semgrep", Static},
	{"codeql", Static},
	{"gosec", Static},
	{"bandit", Static},
	{"sonar", Static},
	{"gitleaks", Static},
	{"trufflehog", Static},
	{"checkov", Static},
	{"tfsec", Static},
	{"kics", Static},
	{"sarif", Static},
	{"scorecard", Static},
	{"junit", Dynamic},
	{"gotest", Dynamic},
	{"go test", Dynamic},
	{"pytest", Dynamic},
	{"zap", Dynamic},
	{"burp", Dynamic},
	{"nuclei", Dynamic},
	{"trivy", Composition},
	{"grype", Composition},
	{"osv", Composition},
	{"snyk", Composition},
	{"dependency-check", Composition},
	{"cyclonedx", Composition},
	{"openvex", Composition},
	{"statement", Manual},
	{"review", Manual},
	{"pentest", Manual},
	{"penetration test", Manual},
	{"monitor", Production},
	{"falco", Production},
	{"canary", Production},
}

// Ways are the ways in which checks verify a layer, each once, sorted; a check
// whose tool is not known, or not named, adds none.
func Ways(checks []parley.Check) []Verification {
	out := []Verification{}
	for _, c := range checks {
		for _, tool := range strings.Split(strings.ToLower(c.Tool), ",") {
			tool = strings.TrimSpace(tool)
			for _, t := range tools {
				if tool != "" && strings.HasPrefix(tool, t.name) && !slices.Contains(out, t.way) {
					out = append(out, t.way)
				}
			}
		}
	}
	slices.Sort(out)
	return out
}
