package evidence

import (
	"bytes"
	"strings"
)

const (
	// StatementSchema is what a person's statement says of itself.
	StatementSchema = "parley.statement/1"
	// StatementType is the payload type of its DSSE envelope.
	StatementType = "application/vnd.parley.statement+json"
)

func isStatement(sh *shape) bool { return sh.begins("schema", "parley.statement/") }

func isInToto(sh *shape) bool { return sh.begins("_type", "https://in-toto.io/Statement/") }

// readUnsigned is for what counts only when it is signed.
func readUnsigned(src *source) *Error {
	src.run(Statements).doubt("signature not checked: there is none")
	return nil
}

// readStatement reads what a person states after a review, a drill or a
// penetration test, once its signature is verified: docs/evidence.md.
func readStatement(payload []byte, run *Run) *Error {
	s := newScan(payload)
	p := &plainDoc{s: s, schema: StatementSchema, run: run}
	by, kind := "", ""
	whole := Case{}
	s.object(func(key []byte) {
		switch string(key) {
		case "by":
			by = s.text()
		case "kind":
			kind = s.text()
		case "says":
			_ = s.text()
		case "outcome":
			whole.Outcome = p.outcome()
		default:
			if !p.common(string(key)) {
				p.unknown(string(key))
			}
		}
	})
	s.end()
	p.check()
	switch {
	case s.err != nil:
	case strings.TrimSpace(by) == "":
		s.failAt(0, "the statement does not say by whom")
	case whole.Outcome == "" || whole.Outcome == Skipped:
		s.failAt(0, "the statement has no outcome: pass, fail or inconclusive")
	case run.Time.IsZero():
		s.failAt(0, "the statement has no time")
	}
	if run.Tool == "" {
		run.Tool = strings.TrimSpace(kind + " by " + by)
	}
	whole.Test = kind
	run.add(whole)
	return s.err
}

// looksJSON reports whether a payload can be JSON at all.
func looksJSON(b []byte) bool { return bytes.HasPrefix(bytes.TrimLeft(b, " \t\r\n"), []byte("{")) }
