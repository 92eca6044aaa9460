package evidence

import "strings"

// fullScore is what a check of Scorecard gives when nothing is amiss, and the
// least that passes unless a check asks for less: the tool's own default policy
// asks for 10 as well.
const fullScore = 10

func isScorecard(sh *shape) bool {
	return sh.has("checks", '[') && sh.has("scorecard", '{') && sh.has("repo", '{')
}

// readScorecard reads the JSON of OpenSSF Scorecard from 2 on. A score of -1 is
// the tool's way to say that it could not tell.
func readScorecard(src *source) *Error {
	s := src.json()
	run := src.run(Scores)
	run.Tool = "scorecard"
	s.object(func(key []byte) {
		switch string(key) {
		case "date":
			run.timed(s.text())
		case "repo":
			s.object(func(key []byte) {
				if string(key) == "commit" {
					run.Commit = hexadecimal(s.text())
				}
			})
		case "scorecard":
			s.object(func(key []byte) {
				if string(key) == "version" {
					run.Version = s.text()
				}
			})
		case "checks":
			s.array(func() { readScorecardCheck(s, run) })
		}
	})
	s.end()
	if len(run.Cases) == 0 {
		run.doubt("the report holds no check")
	}
	return s.err
}

func readScorecardCheck(s *scan, run *Run) {
	c := Case{Outcome: Inconclusive, Score: -1}
	scored := false
	s.object(func(key []byte) {
		switch string(key) {
		case "name":
			c.Rule = s.text()
		case "score":
			if !s.null() {
				c.Score, scored = s.float(), true
			}
		}
	})
	switch {
	case !scored || c.Score < 0 || c.Score > fullScore:
		c.Score = -1
	case c.Score < fullScore:
		c.Outcome = Fail
	default:
		c.Outcome = Pass
	}
	run.Rules = append(run.Rules, c.Rule)
	run.add(c)
}

// hexadecimal is the text when it can be a commit, else "".
func hexadecimal(text string) string {
	if len(text) < shortest || strings.Trim(strings.ToLower(text), "0123456789abcdef") != "" {
		return ""
	}
	return text
}
