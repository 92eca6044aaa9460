package evidence

import (
	"encoding/xml"
	"slices"
	"strconv"
	"strings"
)

func isJUnit(sh *shape) bool { return sh.xmlRoot("testsuites", "testsuite") }

// readJUnit reads the XML that test runners write in the manner of JUnit. There
// is no standard: names, times and counts are all optional, and the counts in
// attributes are not believed.
func readJUnit(src *source) *Error {
	x := src.xml()
	j := &junit{x: x, run: src.run(Tests), seen: map[string]int{}}
	if el, ok := x.root(); ok {
		j.suite(el)
	}
	x.end()
	j.finish()
	return x.err
}

type junit struct {
	x       *xmlScan
	run     *Run
	seen    map[string]int
	claimed int // the largest number of tests a suite claims
	bad     int // the largest number of failures and errors a suite claims
	flaky   int
	errors  int // errors of a suite outside its cases
}

// suite reads a testsuites or testsuite element; they nest.
func (j *junit) suite(el xml.StartElement) {
	j.run.timed(attr(el, "timestamp"))
	j.claimed = max(j.claimed, claim(el, "tests"))
	j.bad = max(j.bad, claim(el, "failures"), claim(el, "errors"))
	if j.run.Tool == "" && el.Name.Local == "testsuites" {
		j.run.Tool = attr(el, "name")
	}
	name := attr(el, "name")
	j.x.children(func(el xml.StartElement) {
		switch el.Name.Local {
		case "testsuite":
			j.suite(el)
		case "testcase":
			j.testcase(el, name)
		case "error", "failure": // some runners say so when the suite's own set-up fails
			j.errors++
		}
	})
}

// claim is a count in an attribute, 0 when there is none.
func claim(el xml.StartElement, name string) int {
	n, err := strconv.Atoi(attr(el, name))
	if err != nil {
		return 0
	}
	return n
}

// testcase reads one test. The worst of several results stands.
func (j *junit) testcase(el xml.StartElement, suite string) {
	c := Case{Outcome: Pass, Test: attr(el, "name"), Group: attr(el, "classname"), Path: attr(el, "file")}
	if c.Group == "" {
		c.Group = suite
	}
	switch strings.ToLower(attr(el, "status")) { // of runners that write no element
	case "notrun", "disabled", "skipped", "ignored":
		c.Outcome = Skipped
	case "failed", "fail", "failure", "error", "broken", "timeout", "aborted", "crashed":
		c.Outcome = Fail
	}
	flaky := false
	j.x.children(func(el xml.StartElement) {
		switch el.Name.Local {
		case "failure", "error":
			c.Outcome = Fail
		case "skipped", "disabled":
			if c.Outcome == Pass {
				c.Outcome = Skipped
			}
		case "warning": // of PHPUnit, where there was nothing to run
			if c.Outcome == Pass {
				c.Outcome = Inconclusive
			}
		case "flakyFailure", "flakyError":
			flaky = true
		}
	})
	if flaky && c.Outcome == Pass {
		j.flaky++
	}
	j.seen[attr(el, "classname")+"\x00"+c.Test]++
	j.run.add(c)
}

func (j *junit) finish() {
	run := j.run
	if len(run.Cases) == 0 && j.claimed > 0 {
		run.doubt("the report claims " + counted(j.claimed, "test", "tests") + " and shows none")
	}
	if len(run.Cases) > 0 && j.claimed > len(run.Cases) {
		run.note("the report claims " + counted(j.claimed, "test", "tests") + " and shows " + strconv.Itoa(len(run.Cases)))
	}
	if j.bad > 0 && !slices.ContainsFunc(run.Cases, func(c Case) bool { return c.Outcome == Fail }) {
		run.doubt("the report claims " + counted(j.bad, "failure", "failures") + " and shows none")
	}
	for range j.errors {
		run.Broken = append(run.Broken, "a suite failed outside its tests")
	}
	if j.flaky > 0 {
		run.note(counted(j.flaky, "test passed only when it was run again", "tests passed only when they were run again"))
	}
	twice := 0
	for _, n := range j.seen {
		twice += n - 1
	}
	if twice > 0 {
		run.note(counted(twice, "case has the name of another one; each counts", "cases have the name of another one; each counts"))
	}
}
