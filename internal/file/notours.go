package file

import (
	"path/filepath"
	"strings"
)

// ourKey is a line that a negotiation file has and hardly any list of threats.
var ourKey = lazily(`^\s*"?(?:parley|product|policy|threats|mitigations|features|controls|capacity)"?\s*:(?:\s*$|\s*[\[{]|\s*v\d)`)

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

// version is the line that only a negotiation file has.
var version = lazily(`^"?parley"?\s*:\s*"?v\d`)

// noList says what to do with a file that is given as a list of threats and is
// a negotiation file or another tool's; "" for any other.
func noList(name string, src source) string {
	start := "" // enough of what it begins with
	for _, line := range src {
		if version.MatchString(line) {
			return "it is a negotiation file already: parley check " + name
		}
		if len(start) < len("threagile_version") {
			start += strings.TrimSpace(line)
		}
	}
	for _, mark := range []string{"{", "<?xml", "<!DOCTYPE", "<html", "[{", "[\"", "threagile_version"} {
		if strings.HasPrefix(start, mark) {
			return "parley import " + name + " reads files of other tools"
		}
	}
	return ""
}
