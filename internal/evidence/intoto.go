package evidence

import "strings"

// The predicates of in-toto statements that are results of checks.
const (
	testResult = "https://in-toto.io/attestation/test-result/"
	summary    = "https://slsa.dev/verification_summary/"
)

// readInToto reads a statement whose signature is verified.
func readInToto(payload []byte, run *Run) *Error {
	s := newScan(payload)
	kind, predicate := "", -1
	var materials []string
	s.object(func(key []byte) {
		switch string(key) {
		case "predicateType":
			kind = s.text()
		case "predicate":
			s.peek()
			predicate = s.pos
			s.object(func(key []byte) {
				if string(key) == "materials" {
					s.array(func() { materials = append(materials, gitDigest(s)) })
				}
			})
		case "subject":
			s.array(func() {
				if c := gitDigest(s); c != "" && run.Commit == "" {
					run.Commit = c
				}
			})
		}
	})
	s.end()
	if s.err != nil {
		return s.err
	}
	for _, c := range materials {
		if c != "" && run.Commit == "" {
			run.Commit = c
		}
	}
	p := newScan(payload)
	p.pos = max(predicate, 0)
	switch {
	case predicate < 0:
		run.doubt("the statement has no predicate")
	case strings.HasPrefix(kind, testResult):
		readTestResult(p, run)
	case strings.HasPrefix(kind, summary):
		readSummary(p, run)
	default:
		run.doubt("the statement is of type " + quote(kind) + ", which is no result of a check")
	}
	return p.err
}

// gitDigest is the commit of a resource, where its digest names one.
func gitDigest(s *scan) string {
	commit := ""
	s.object(func(key []byte) {
		if string(key) != "digest" {
			return
		}
		s.object(func(key []byte) {
			switch string(key) {
			case "gitCommit", "sha1":
				if c := hexadecimal(s.scalar()); commit == "" {
					commit = c
				}
			}
		})
	})
	return commit
}

// readTestResult reads the predicate test-result v0.1. A warning is not a pass.
func readTestResult(s *scan, run *Run) {
	run.Kind = Tests
	run.Tool = "in-toto test result"
	result := ""
	s.object(func(key []byte) {
		switch string(key) {
		case "result":
			result = s.text()
		case "passedTests":
			s.array(func() { run.add(Case{Outcome: Pass, Test: s.text()}) })
		case "warnedTests":
			s.array(func() { run.add(Case{Outcome: Inconclusive, Test: s.text()}) })
		case "failedTests":
			s.array(func() { run.add(Case{Outcome: Fail, Test: s.text()}) })
		}
	})
	run.whole(result)
}

// readSummary reads a SLSA verification summary: v1 writes its names in one
// way, v0.x in another.
func readSummary(s *scan, run *Run) {
	result, resource := "", ""
	var levels []string
	s.object(func(key []byte) {
		switch string(key) {
		case "verifier":
			s.object(func(key []byte) {
				if string(key) == "id" {
					run.Tool = s.text()
				}
			})
		case "timeVerified", "time_verified":
			run.timed(s.text())
		case "resourceUri", "resource_uri":
			resource = s.text()
		case "verificationResult", "verification_result":
			result = s.text()
		case "verifiedLevels", "verified_levels":
			s.array(func() { levels = append(levels, s.text()) })
		case "policy_level":
			levels = append(levels, s.text())
		}
	})
	if len(levels) > 0 {
		run.note(printable("levels: " + strings.Join(levels, ", ")))
	}
	run.whole(result)
	for i := range run.Cases {
		run.Cases[i].Path = resource
		run.Cases[i].Rule = "verification summary"
	}
}

// whole takes the result of the whole: a case of its own where no other is.
func (r *Run) whole(result string) {
	alone := len(r.Cases) == 0
	switch result {
	case "PASSED":
		if alone {
			r.add(Case{Outcome: Pass})
		}
	case "FAILED":
		r.Broken = append(r.Broken, "the result of the whole is FAILED")
		if alone {
			r.add(Case{Outcome: Fail})
		}
	case "WARNED":
		r.doubt("the result of the whole is WARNED")
	default:
		r.doubt("the result of the whole is " + quote(result) + ", which is not known")
	}
}
