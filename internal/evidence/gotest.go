package evidence

import (
	"bytes"
	"slices"
	"strings"
)

// isGoTest tells events of go test -json. Those of go tool test2json alone, which does
// not know the package, have no other keys than such events.
func isGoTest(sh *shape) bool {
	if !sh.has("Action", '"') || sh.has("runs", 0) {
		return false
	}
	return sh.has("Package", '"') || sh.has("ImportPath", '"') ||
		(sh.has("Test", '"') || sh.lines) && sh.only("Time", "Action", "Test", "Elapsed", "Output", "OutputType")
}

// readGoTest reads the events of go test -json (go doc test2json), one a line.
// Lines that are no event are what tests printed past the tool.
func readGoTest(src *source) *Error {
	g := &gotest{run: src.run(Tests), tests: map[goName]*goTest{}, packages: map[string]*goPackage{}}
	g.run.Tool = "go test"
	s := src.json()
	for from := 0; from < len(src.data); {
		to := len(src.data)
		if n := bytes.IndexByte(src.data[from:], '\n'); n >= 0 {
			to = from + n
		}
		if err := g.line(s, from, to); err != nil {
			return err
		}
		from = to + 1
	}
	g.finish()
	return nil
}

type goName struct{ pkg, test string }

type goTest struct {
	last   string // the last action that ends it, "" while it runs
	failed bool   // an earlier run failed
}

type goPackage struct {
	last   string
	failed bool // one of its tests failed in its last run
}

type goEvent struct{ action, pkg, test, importPath, time string }

type gotest struct {
	run      *Run
	tests    map[goName]*goTest
	order    []goName
	packages map[string]*goPackage
	builds   []string // what did not build
	last     string   // the time of the last event
	foreign  int      // lines that are no event
	said     []string // those of them that say what failed
}

// line reads one line of the data. A line that begins like an object must be
// one: half an event means that the file is cut short.
func (g *gotest) line(s *scan, from, to int) *Error {
	line := bytes.TrimSpace(s.data[from:to])
	if len(line) == 0 {
		return nil
	}
	if line[0] != '{' {
		g.words(line)
		return nil
	}
	var e goEvent
	one := &scan{data: s.data[:to], pos: from, shared: s.shared, keys: s.keys[:0]}
	one.object(func(key []byte) {
		switch string(key) {
		case "Action":
			e.action = one.text()
		case "Package":
			e.pkg = one.text()
		case "Test":
			e.test = one.text()
		case "ImportPath":
			e.importPath = one.text()
		case "Time":
			e.time = one.text()
		}
	})
	one.end()
	if one.err != nil && to < len(s.data) && e.action == "" {
		g.foreign++ // printed by a test, and more events follow
		return nil
	}
	if one.err != nil {
		return one.err
	}
	g.event(e)
	return nil
}

// words reads a line that is no event. Until Go 1.24 the go command itself wrote
// "FAIL", a tabulator and the package where one did not build (go.dev/issue/35169).
func (g *gotest) words(line []byte) {
	g.foreign++
	if bytes.HasPrefix(line, []byte("FAIL\t")) && len(g.said) < mostSaid {
		g.said = append(g.said, strings.Join(strings.Fields(string(line)), " "))
	}
}

// mostSaid bounds the packages that are named where they did not build.
const mostSaid = 100

func (g *gotest) event(e goEvent) {
	if e.time != "" {
		g.last = e.time
	}
	switch {
	case e.action == "build-fail":
		g.builds = append(g.builds, e.importPath)
	case e.test != "":
		g.test(e)
	case e.pkg == "" && (e.importPath != "" || e.action == "output"): // of a build, or of nobody
	default:
		p := g.pkg(e.pkg)
		switch e.action {
		case "start":
			p.last = ""
		case "pass", "fail", "skip":
			p.last = e.action
		}
	}
}

func (g *gotest) pkg(name string) *goPackage {
	p := g.packages[name]
	if p == nil {
		p = &goPackage{}
		g.packages[name] = p
	}
	return p
}

func (g *gotest) test(e goEvent) {
	g.pkg(e.pkg)
	name := goName{e.pkg, e.test}
	t := g.tests[name]
	if t == nil {
		if len(g.order) == mostCases {
			g.run.room.over = true
			return
		}
		t = &goTest{}
		g.tests[name] = t
		g.order = append(g.order, name)
	}
	switch e.action {
	case "run":
		t.failed = t.failed || t.last == "fail"
		t.last = ""
	case "pass", "fail", "skip":
		t.failed = t.failed || t.last == "fail"
		t.last = e.action
	}
}

func (g *gotest) finish() {
	run := g.run
	flaky := 0
	for _, name := range g.order {
		t := g.tests[name]
		c := Case{Test: name.test, Group: name.pkg, Outcome: Inconclusive}
		switch t.last {
		case "pass":
			c.Outcome = Pass
			if t.failed {
				flaky++
			}
		case "fail":
			c.Outcome = Fail
			g.packages[name.pkg].failed = true
		case "skip":
			c.Outcome = Skipped
		}
		run.add(c)
	}
	g.finishPackages()
	if flaky > 0 {
		run.note(counted(flaky, "test passed only when it was run again", "tests passed only when they were run again"))
	}
	if g.foreign > 0 {
		run.note(counted(g.foreign, "line is no event", "lines are no events"))
	}
	run.timed(g.last)
}

// goPackageName is a package in a reason; where no event names one, it is one all the same.
func goPackageName(n string) string {
	if n == "" {
		return "the package of the tests"
	}
	return "package " + printable(n)
}

// finishPackages adds what failed without a test that did: a build, a panic, a
// package that never ended. Where no test failed at all, each is a case.
func (g *gotest) finishPackages() {
	run := g.run
	anyTest := slices.ContainsFunc(run.Cases, func(c Case) bool { return c.Outcome == Fail })
	names := make([]string, 0, len(g.packages))
	for n := range g.packages {
		names = append(names, n)
	}
	slices.Sort(names)
	for _, n := range names {
		p := g.packages[n]
		switch {
		case p.last == "fail" && !p.failed:
			run.Broken = append(run.Broken, goPackageName(n)+" failed without a test that did")
			if !anyTest {
				run.add(Case{Outcome: Fail, Group: n})
			}
		case p.last == "":
			run.doubt(goPackageName(n) + " began and never ended")
		}
	}
	for _, line := range g.said {
		run.Broken = append(run.Broken, printable(line))
	}
	if len(g.builds) > 0 {
		run.Broken = append(run.Broken, printable("did not build: "+strings.Join(g.builds, ", ")))
	}
}
