package evidence

import (
	"strconv"
	"strings"
	"time"

	"github.com/parleysec/parley"
)

// Result is what a report says about one check.
type Result struct {
	Outcome      Outcome // pass, fail or inconclusive
	Pass         int     // cases in scope that passed
	Fail         int     // cases in scope that failed
	Inconclusive int     // cases in scope that say nothing, skipped ones among them
	Runs         int     // runs of the file that the check is about
	Reasons      []string
	Notes        []string  // what a person should know, whatever it came to
	Unclear      bool      // the file states a time that is not understood, and nobody else said when
	Time         time.Time // UTC; of the oldest run that counts, else as asserted; zero when nobody said
	TimeSource   Source
	Commit       string
	CommitSource Source
	Branch       string
	Digest       string
}

// Judge is the result of a report for one check. It reads the check's tool,
// rule, test, path, level, min_cases and branch; the zero check is the default
// rule: every case counts, whatever its level.
//
// It is a pass only if something in scope was looked at, nothing in scope
// failed, and the report leaves no doubt that it is whole.
func Judge(r *Report, c parley.Check) Result {
	out := Result{Digest: r.Digest}
	v := &verdict{check: c, out: &out, given: r.Given}
	v.narrow = c.Rule != "" || c.Test != "" || c.Path != ""
	switch {
	case r.Unreadable != "":
		v.doubt(r.Unreadable)
	case !v.limits():
		v.doubt("the level " + quote(c.Level) + " is not known: use none, note, low, medium, high, critical or a number of 0 to 10")
	default:
		for i := range r.Runs {
			v.run(&r.Runs[i], r.Format)
		}
		if len(r.Runs) == 0 {
			v.doubt("the file holds no run: nothing says that anything was looked at")
		} else if out.Runs == 0 {
			v.doubt("no run in the file is for this check")
		}
	}
	v.assert()
	out.Outcome = Pass
	switch {
	case v.failed:
		out.Outcome = Fail
	case v.doubts:
		out.Outcome = Inconclusive
	}
	return out
}

// verdict is a result while it is made.
type verdict struct {
	check  parley.Check
	out    *Result
	given  Options
	narrow bool // the check is about a part of a report
	level  Level
	score  float64 // -1 when the check states none
	failed bool
	doubts bool
}

func (v *verdict) say(text string) {
	v.out.Reasons = append(v.out.Reasons, text)
}

func (v *verdict) doubt(text string) {
	v.doubts = true
	v.say(text)
}

// limits reads the level of the check.
func (v *verdict) limits() bool {
	v.score = -1
	text := strings.TrimSpace(v.check.Level)
	if text == "" {
		return true
	}
	if v.level = levelOf(text); v.level != 0 {
		return true
	}
	v.level = levelOfScore(text)
	if v.level == 0 {
		return false
	}
	v.score, _ = strconv.ParseFloat(text, 64) // levelOfScore took it
	return true
}

// run adds one run, if the check is about it.
func (v *verdict) run(run *Run, format string) {
	c := v.check
	if !listed(c.Tool, func(p string) bool { return ofTool(p, run.Tool) || glob(p, format) }) {
		v.say("the run of " + quote(run.Tool) + " is not of the tool " + quote(c.Tool))
		return
	}
	branch := run.Branch
	if branch == "" {
		branch = v.given.Branch
	}
	branch = bareBranch(branch)
	switch {
	case c.Branch == "":
	case branch == "":
		v.say("nobody said on which branch or release it ran; the check asks for " + quote(c.Branch))
		return
	case !listed(c.Branch, func(p string) bool { return wild(p, branch, false) }):
		v.say("it ran on " + quote(branch) + "; the check asks for " + quote(c.Branch))
		return
	}
	v.out.Runs++
	if given := bareBranch(v.given.Branch); given != "" && given != branch {
		v.doubt("the uploader names branch " + quote(given) + ", the file names " + quote(branch))
	}
	v.out.Notes = append(v.out.Notes, run.Notes...)
	v.stamp(run, branch)
	v.cases(run)
	for _, d := range run.Doubts {
		v.doubt(d)
	}
	for _, b := range run.Broken {
		v.say(b)
		v.doubts = v.doubts || v.narrow
		v.failed = v.failed || !v.narrow
	}
}

// ofTool matches a tool by the beginning of its name, too; ZAP's former maker
// stands before its name, or not.
func ofTool(pattern, tool string) bool {
	pattern, tool = makerless(pattern), makerless(tool)
	return glob(pattern, tool) || glob(pattern+" *", tool)
}

func makerless(tool string) string {
	const maker = "OWASP "
	if len(tool) > len(maker) && strings.EqualFold(tool[:len(maker)], maker) {
		return tool[len(maker):]
	}
	return tool
}

// bareBranch is a branch or tag without what git writes before it.
func bareBranch(ref string) string {
	return strings.TrimPrefix(strings.TrimPrefix(ref, "refs/heads/"), "refs/tags/")
}

// tally counts the cases of one run that are in scope.
type tally struct {
	pass, fail, open, skipped int
	scope                     int // cases in scope, whatever they came to
	named                     []string
}

const mostNamed = 5 // failures that are named in a reason

func (v *verdict) cases(run *Run) {
	var t tally
	for i := range run.Cases {
		c := &run.Cases[i]
		if !v.inScope(run, i) {
			continue
		}
		t.scope++
		switch v.outcome(run, c) {
		case Pass:
			t.pass++
		case Fail:
			t.fail++
			if len(t.named) < mostNamed {
				t.named = append(t.named, c.name())
			}
		case Inconclusive:
			t.open++
		case Skipped:
			t.skipped++
		}
	}
	v.out.Pass += t.pass
	v.out.Fail += t.fail
	v.out.Inconclusive += t.open + t.skipped
	if t.fail > 0 {
		v.failed = true
		v.say(failures(t))
	}
	if t.open > 0 {
		v.doubt(counted(t.open, "case is undecided", "cases are undecided"))
	}
	v.shown(run, t)
}

func failures(t tally) string {
	text := counted(t.fail, "failure", "failures") + ": " + strings.Join(t.named, "; ")
	if t.fail > len(t.named) {
		text += "; …"
	}
	return text
}

// name is what a case is called in a reason.
func (c *Case) name() string {
	var parts []string
	for _, p := range []string{c.Rule, c.Test, c.Group, c.Path} {
		if p != "" {
			parts = append(parts, printable(p))
		}
	}
	if len(parts) == 0 {
		return "without a name"
	}
	return strings.Join(parts, " in ")
}

// inScope reports whether the check is about the case of that number.
func (v *verdict) inScope(run *Run, n int) bool {
	k, c := v.check, &run.Cases[n]
	return listed(k.Rule, func(p string) bool { return glob(p, c.Rule) }) &&
		listed(k.Path, func(p string) bool { return run.in(n, p) }) &&
		listed(k.Test, func(p string) bool {
			return glob(p, c.Test) || c.Group != "" && (glob(p, c.Group+"."+c.Test) || glob(p, c.Group+"/"+c.Test))
		})
}

// outcome applies the level of the check.
func (v *verdict) outcome(run *Run, c *Case) Outcome {
	switch run.Kind {
	case Findings, Statements:
		if (c.Outcome == Fail || c.Outcome == Inconclusive) && c.Level != 0 && c.Level < v.level {
			return Ignored
		}
	case Scores:
		if v.score >= 0 && c.Score >= 0 {
			if c.Score >= v.score {
				return Pass
			}
			return Fail
		}
	}
	return c.Outcome
}

// shown doubts a run that does not show that what the check is about was
// looked at: a deleted test or a misspelt rule would pass for ever.
func (v *verdict) shown(run *Run, t tally) {
	k := v.check
	cases := t.pass + t.fail
	switch run.Kind {
	case Tests, Scores:
		if cases == 0 {
			v.doubt(v.none(run.Kind))
		}
		if run.Kind == Scores && v.level != 0 && v.score < 0 {
			v.doubt("the level " + quote(k.Level) + " says nothing about scores: use a number of 0 to 10")
		}
	case Statements:
		if t.scope == 0 && len(run.Cases) > 0 {
			v.doubt("nothing that the check is about is stated")
		}
	case Findings:
		cases += v.listedScope(run, t)
	}
	if cases < k.MinCases {
		v.doubt(counted(cases, "case", "cases") + " in scope, the check asks for " + strconv.Itoa(k.MinCases))
	}
}

// none says that nothing in scope ran.
func (v *verdict) none(k Kind) string {
	what := "test"
	if k == Scores {
		what = "score"
	}
	if v.narrow {
		return "no " + what + " that the check is about is in the report"
	}
	return "no " + what + " came to an end"
}

// listedScope looks for what the check is about among what the scanner lists as
// run or looked at, and answers how many rules there are.
func (v *verdict) listedScope(run *Run, t tally) int {
	k := v.check
	if k.Test != "" {
		v.doubt("a scanner's report names no tests")
		return 0
	}
	rules := 0
	for _, r := range run.Rules {
		if listed(k.Rule, func(p string) bool { return glob(p, r) }) {
			rules++
		}
	}
	if k.Rule != "" && rules == 0 && t.scope == 0 {
		v.doubt("the report does not say that a rule " + quote(k.Rule) + " ran")
	}
	if k.Path == "" || t.scope > 0 {
		return rules
	}
	for _, p := range run.Paths {
		if listed(k.Path, func(pattern string) bool { return globPath(pattern, p) }) {
			return rules
		}
	}
	v.doubt("the report does not say that anything under " + quote(k.Path) + " was looked at")
	return rules
}
