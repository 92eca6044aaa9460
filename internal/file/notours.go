package file

import (
	"path/filepath"
	"regexp"
	"strings"
)

// ourKey is a line that a negotiation file has and hardly any list of threats.
var ourKey = regexp.MustCompile(`^\s*"?(?:parley|product|policy|threats|mitigations|features|controls|capacity)"?\s*:(?:\s*$|\s*[\[{]|\s*v\d)`)

// aList is the finding for a file that is a list of threats, one a line, or a
// table of them: it can be made a negotiation file.
func aList(name string, src source) (Finding, bool) {
	switch strings.ToLower(filepath.Ext(name)) {
	case ".yaml", ".yml", ".json":
		return Finding{}, false
	}
	first := 0
	for i, line := range src {
		if ourKey.MatchString(line) {
			return Finding{}, false
		}
		if first == 0 && strings.TrimSpace(line) != "" {
			first = i + 1
		}
	}
	if first == 0 || strings.HasPrefix(strings.TrimSpace(src.line(first)), "{") || strings.HasPrefix(strings.TrimSpace(src.line(first)), "<") {
		return Finding{}, false
	}
	if name == "-" || name == "" {
		name = "FILE"
	}
	return Finding{
		Line: first, Column: 1, Message: "this is a text, not a negotiation file",
		Hint: "if it lists threats, one a line, parley init --from lines " + name + " -o parley.yaml makes one of it",
	}, true
}
