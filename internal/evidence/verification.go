package evidence

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/parleysec/parley"
)

// Verification is a way of finding out whether a layer works.
type Verification string

// The ways. A check that says no kind and names no tool that is known has none of them.
const (
	Static      Verification = "static"     // reads the code or the configuration
	Dynamic     Verification = "dynamic"    // runs the thing: tests, scans of what runs
	Composition Verification = "dependency" // looks at what is built in
	Manual      Verification = "manual"     // a person looks or attacks
	Production  Verification = "production" // watches what runs for users
)

// knownTool is a tool, or a word for what people do, by the beginning of its name.
type knownTool struct {
	name string
	way  Verification
}

// names reports whether a name in lower case is of a tool. What people do is named
// by the whole word: reviewdog is nobody.
func (k knownTool) names(tool string) bool {
	rest, ok := strings.CutPrefix(tool, k.name)
	if !ok || tool == "" {
		return false
	}
	next, _ := utf8.DecodeRuneInString(rest)
	return k.way != Manual || rest == "" || !unicode.IsLetter(next)
}

// tools says how the tools that readers know, and some that only give SARIF or
// JUnit, verify. The names are compared by their beginning, in lower case.
var tools = []knownTool{
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

// Ways are the ways in which checks verify a layer, each once, sorted. A check is of
// the kind it says it is, else of those of its tools; one that says none, and whose
// tool is not known, or not named, adds none.
func Ways(checks []parley.Check) []Verification {
	out := []Verification{}
	add := func(way Verification) {
		if !slices.Contains(out, way) {
			out = append(out, way)
		}
	}
	for _, c := range checks {
		if c.Kind != "" {
			add(Verification(c.Kind))
			continue
		}
		for _, tool := range strings.Split(strings.ToLower(c.Tool), ",") {
			tool = strings.TrimSpace(tool)
			for _, t := range tools {
				if t.names(tool) {
					add(t.way)
				}
			}
		}
	}
	slices.Sort(out)
	return out
}
