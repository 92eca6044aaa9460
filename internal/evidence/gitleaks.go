package evidence

import (
	"crypto/sha256"
	"encoding/hex"
)

func isGitleaks(sh *shape) bool {
	if sh.kind != '[' {
		return false
	}
	return sh.size == 0 || sh.item("", "RuleID", "Secret") || sh.item("", "RuleID", "File") || sh.item("", "rule", "offender")
}

// readGitleaks reads the findings of gitleaks: version 8 writes its names with
// capitals, version 7 without.
func readGitleaks(src *source) *Error {
	s := src.json()
	run := src.run(Findings)
	run.Tool = "gitleaks"
	s.array(func() {
		c := Case{Outcome: Fail}
		s.object(func(key []byte) {
			switch string(key) {
			case "RuleID", "rule":
				c.Rule = s.text()
			case "File", "file":
				c.Path = s.text()
			case "Description":
				if d := run.detail(&c); d != nil {
					s.texted(&d.Says)
				}
			case "Secret", "offender":
				if d := run.detail(&c); d != nil {
					d.Partial = append(d.Partial, "secret="+oneOf256(s.text()))
				}
			}
		})
		run.add(c)
	})
	s.end()
	if len(run.Cases) == 0 {
		run.note("an empty list of findings does not say what was scanned, nor by what; taken as a report of gitleaks")
	}
	return s.err
}

// oneOf256 tells secrets of one file apart and nobody what they are: of its
// SHA-256 one byte alone is taken, so that a guess cannot be tried on it.
func oneOf256(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:1])
}
