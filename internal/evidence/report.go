package evidence

import (
	"slices"
	"strings"
	"time"
)

// Outcome is what a case, a report or a check came to.
type Outcome string

// The outcomes. Skipped and Ignored are of cases alone.
const (
	Pass         Outcome = "pass"
	Fail         Outcome = "fail"
	Inconclusive Outcome = "inconclusive"
	Skipped      Outcome = "skipped" // did not run: counted as inconclusive, but does not hold up the rest
	Ignored      Outcome = "ignored" // suppressed, or no longer there: counts for nothing
)

// Kind says how the cases of a run are to be taken.
type Kind string

// The kinds of run.
const (
	Tests      Kind = "tests"      // each case is a test; without one that passed there is no pass
	Findings   Kind = "findings"   // each case is something found; nothing found is a pass
	Scores     Kind = "scores"     // each case has a score of 0 to 10
	Statements Kind = "statements" // each case is what somebody states; without one there is no pass
)

// Case is one test, finding, score or statement.
type Case struct {
	Outcome Outcome
	Level   Level   // severity of a finding; 0 when the file has none
	Score   float64 // in a run of [Scores]: 0 to 10
	Rule    string  // the rule, or the vulnerability
	Test    string  // name of the test
	Group   string  // class or package of the test
	Path    string  // file, package, page or product it is about; see also [Run.Also]
	Detail  *Detail // nil unless [Options.Details] asks for it
}

// Run is what one tool did once. A file has one or more.
type Run struct {
	Tool    string
	Version string
	Kind    Kind
	Cases   []Case
	Doubts  []string // why the absence of failures would not be a pass
	Broken  []string // failures that are no case, e.g. of a build
	Notes   []string // what a person should know
	Rules   []string // ids of the rules that ran, where the file lists them
	Paths   []string // what was looked at, where the file lists it
	Time    time.Time
	Commit  string
	Branch  string

	// Also is, by the number of a case that is about several files or products, all but
	// its Path. Most cases are about one: a field of each would cost too much.
	Also map[int][]string

	unclear bool // it states a time that nobody can read

	room *room // what the file may still hold; nil for no limit
}

const (
	mostCases = 1_000_000 // cases in one file
	mostRuns  = 10_000    // runs in one file
	perCase   = 100       // bytes of a file that a case hardly has less of
)

// room bounds the memory that a file can ask for.
type room struct {
	cases  int // that may still come
	likely int // that will come, as far as the shape of the file tells
	over   bool

	details bool // whether the details of findings are wanted
}

func (r *Run) doubt(text string) { r.Doubts = append(r.Doubts, text) }
func (r *Run) note(text string)  { r.Notes = append(r.Notes, text) }

// add adds a case. Room grows by doubling: append alone would leave five times
// as much behind.
func (r *Run) add(c Case) {
	if r.room != nil {
		if r.room.cases == 0 {
			r.room.over = true
			return
		}
		r.room.cases--
	}
	if len(r.Cases) == cap(r.Cases) {
		more := max(16, len(r.Cases))
		if len(r.Cases) == 0 && r.room != nil {
			more, r.room.likely = max(more, r.room.likely), 0
		}
		r.Cases = slices.Grow(r.Cases, more)
	}
	r.Cases = append(r.Cases, c)
}

// about says that the case of a number is about one more file, package or product.
func (r *Run) about(n int, path string) {
	if n >= len(r.Cases) { // there was no room for it
		return
	}
	c := &r.Cases[n]
	switch also := r.Also[n]; {
	case path == "" || path == c.Path || len(also) > 0 && path == also[len(also)-1]:
	case c.Path == "":
		c.Path = path
	default:
		if r.Also == nil {
			r.Also = map[int][]string{}
		}
		r.Also[n] = append(also, path)
	}
}

// addAbout adds a case that is about these files, packages or products.
func (r *Run) addAbout(c Case, paths []string) {
	n := len(r.Cases)
	r.add(c)
	for _, p := range paths {
		r.about(n, p)
	}
}

// in reports whether the case of a number is about what a path of a check names.
func (r *Run) in(n int, pattern string) bool {
	return globPath(pattern, r.Cases[n].Path) || slices.ContainsFunc(r.Also[n], func(p string) bool { return globPath(pattern, p) })
}

// at keeps the latest time.
func (r *Run) at(t time.Time) {
	if t.After(r.Time) {
		r.Time = t
	}
}

// Source says where a time or a commit comes from.
type Source string

// The sources of a time or a commit.
const (
	InFile   Source = "in the file"
	Asserted Source = "asserted by the uploader"
	AtUpload Source = "time of the upload" // nobody said when it ran
)

// Report is what one file says. When and on what it ran is a matter of the
// runs that a check is about: see [Result].
type Report struct {
	File       string // name of the file
	Format     string // name of the reader, "" when no reader knows the file
	Digest     string // SHA-256 of the raw bytes, in hexadecimal
	Runs       []Run
	Unreadable string  // why the file could not be read, "" when it was
	Given      Options // what the uploader said, without the keys
}

// Tool is the names of the tools, each once.
func (r *Report) Tool() string {
	var names []string
	seen := map[string]bool{}
	for i := range r.Runs {
		if t := r.Runs[i].Tool; t != "" && !seen[t] {
			seen[t] = true
			names = append(names, printable(t))
		}
	}
	return strings.Join(names, ", ")
}

// shortest is the fewest digits by which a commit may be named.
const shortest = 7

// sameCommit reports whether one is the other, or its beginning.
func sameCommit(a, b string) bool {
	a, b = strings.ToLower(a), strings.ToLower(b)
	if len(a) > len(b) {
		a, b = b, a
	}
	return a == b || len(a) >= shortest && strings.HasPrefix(b, a)
}
