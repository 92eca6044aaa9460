package evidence

import (
	"net/url"
	"strings"
)

// SARIF 2.1.0, the OASIS standard of 2020-03-27. Section numbers are of it.

func isSARIF(sh *shape) bool {
	return sh.has("runs", '[') && (sh.has("version", '"') || strings.Contains(sh.texts["$schema"], "sarif")) || sh.has("runs", 0) && strings.Contains(sh.texts["$schema"], "sarif")
}

func readSARIF(src *source) *Error {
	s := src.json()
	version := ""
	s.object(func(key []byte) {
		switch string(key) {
		case "version":
			version = s.text()
		case "runs":
			s.array(func() { readSARIFRun(s, src.run(Findings)) })
		}
	})
	s.end()
	if s.err == nil && version != "2.1.0" {
		return &Error{Says: "is SARIF of version " + quote(version), Want: "let the tool write SARIF 2.1.0"}
	}
	return s.err
}

// sarifRun is a run while it is read: rules may stand after the results that
// name them by number.
type sarifRun struct {
	s       *scan
	run     *Run
	rules   []sarifRule
	waiting []sarifWaiting // as many as cases
	paths   []sarifPath    // of the artifacts, by number
	bases   sarifBases
	listed  bool // results were there
	dropped int  // suppressed results
	gone    int  // results that the baseline has and this run has not

	elsewhere []sarifElsewhere     // the cases in order
	said      map[int]sarifMessage // messages whose text their rule has, by the number of the case
}

type sarifRule struct {
	id       string
	level    Level
	severity Level // of the property security-severity

	aliases []string          // other ids of what it is about; these and the texts for details alone
	texts   map[string]string // of messages, by id
}

// sarifWaiting is, for the case of the same number, the number of its rule, and of
// the base its path stands on, or of its artifact where it has no path of its own;
// -1 for none. There may be hundreds of thousands of cases.
type sarifWaiting struct{ rule, place int32 }

// sarifElsewhere is a further place of the case of that number.
type sarifElsewhere struct {
	of    int
	path  string
	place int32
}

// sarifPath is a path as it is written, and the number of its base; -1 for none.
type sarifPath struct {
	path string
	base int32
}

func readSARIFRun(s *scan, run *Run) {
	r := &sarifRun{s: s, run: run}
	s.object(func(key []byte) {
		switch string(key) {
		case "tool":
			r.tool()
		case "invocations":
			s.array(r.invocation)
		case "versionControlProvenance":
			s.array(r.provenance)
		case "originalUriBaseIds":
			r.bases.read(s)
		case "artifacts":
			s.array(r.artifact)
		case "results":
			if !s.null() {
				r.listed = true
				s.array(r.result)
			}
		case "externalPropertyFileReferences":
			s.object(func(key []byte) {
				if string(key) == "results" {
					run.doubt("results of the run stand in another file")
				}
			})
		}
	})
	r.finish()
}

func (r *sarifRun) tool() {
	r.s.object(func(key []byte) {
		switch string(key) {
		case "driver":
			r.component(true)
		case "extensions":
			r.s.array(func() { r.component(false) })
		}
	})
}

func (r *sarifRun) component(driver bool) {
	s := r.s
	s.object(func(key []byte) {
		switch string(key) {
		case "name":
			if driver {
				r.run.Tool = s.text()
			}
		case "version":
			if v := s.text(); driver {
				r.run.Version = v
			}
		case "semanticVersion":
			if v := s.text(); driver && r.run.Version == "" {
				r.run.Version = v
			}
		case "rules":
			s.array(func() { r.rule(driver) })
		}
	})
}

func (r *sarifRun) rule(driver bool) {
	s := r.s
	var rule sarifRule
	s.object(func(key []byte) {
		switch string(key) {
		case "id":
			rule.id = s.text()
		case "defaultConfiguration":
			s.object(func(key []byte) {
				if string(key) == "level" {
					rule.level = levelOf(s.text())
				}
			})
		case "properties":
			s.object(func(key []byte) {
				if string(key) == "security-severity" {
					rule.severity = levelOfScore(s.scalar())
				}
			})
		default:
			if r.run.detailed() {
				r.ruleDetail(&rule, string(key))
			}
		}
	})
	if rule.id != "" {
		r.run.Rules = append(r.run.Rules, rule.id)
	}
	if driver { // results name rules of extensions in another way
		r.rules = append(r.rules, rule)
	}
}

// ruleDetail reads what findings of a rule are known by.
func (r *sarifRun) ruleDetail(rule *sarifRule, key string) {
	switch key {
	case "messageStrings":
		r.messages(rule)
	case "deprecatedIds":
		r.otherIDs(rule)
	case "fullDescription":
		r.described(rule)
	}
}

func (r *sarifRun) invocation() {
	s := r.s
	ok, end := true, ""
	s.object(func(key []byte) {
		switch string(key) {
		case "executionSuccessful":
			ok = s.boolean()
		case "endTimeUtc":
			end = s.text()
		case "toolExecutionNotifications", "toolConfigurationNotifications":
			s.array(func() {
				s.object(func(key []byte) {
					if string(key) == "level" && s.text() == "error" {
						ok = false
					}
				})
			})
		}
	})
	if !ok {
		r.run.doubt("the tool says that it did not run to the end without errors")
	}
	r.run.timed(end)
}

func (r *sarifRun) provenance() {
	s := r.s
	commit, branch := "", ""
	s.object(func(key []byte) {
		switch string(key) {
		case "revisionId":
			commit = s.text()
		case "branch":
			branch = s.text()
		}
	})
	switch {
	case r.run.Commit == "":
		r.run.Commit, r.run.Branch = commit, branch
	case commit != "" && commit != r.run.Commit:
		r.run.note("the run names several commits; the first one stands")
	}
}

func (r *sarifRun) artifact() {
	at := sarifPath{base: -1}
	r.s.object(func(key []byte) {
		if string(key) == "location" {
			at, _ = r.location()
		}
	})
	r.paths = append(r.paths, at)
}

// location is an artifactLocation: its path, or its number among the artifacts.
func (r *sarifRun) location() (at sarifPath, index int) {
	index, at.base = -1, -1
	r.s.object(func(key []byte) {
		switch string(key) {
		case "uri":
			at.path = uriPath(r.s.text())
		case "uriBaseId":
			at.base = r.bases.number(r.s.text())
		case "index":
			index = max(-1, r.s.integer()) // below 0 is none
		}
	})
	return at, index
}

func uriPath(uri string) string {
	if !strings.Contains(uri, "%") {
		return uri
	}
	if path, err := url.PathUnescape(uri); err == nil {
		return path
	}
	return uri
}

func (r *sarifRun) finish() {
	run := r.run
	byID := make(map[string]int, len(r.rules))
	for i, x := range r.rules {
		byID[x.id] = i
	}
	for i, w := range r.waiting[:min(len(r.waiting), len(run.Cases))] {
		c := &run.Cases[i]
		at := r.placed(c.Path, w.place)
		c.Path = r.bases.resolve(at)
		if c.Detail != nil && c.Path != at.path {
			c.Detail.Written = at.path
		}
		rule := r.ruleOf(c.Rule, int(w.rule), byID)
		if c.Rule == "" {
			c.Rule = rule.id
		}
		if c.Level == 0 {
			c.Level = rule.level
		}
		if c.Level == 0 {
			c.Level = Medium // "warning" is the default, section 3.27.10
		}
		c.Level = max(c.Level, rule.severity)
		if c.Detail != nil {
			c.Detail.Aliases = rule.aliases
			if m, waits := r.said[i]; waits {
				c.Detail.Says = m.fromRule(rule)
			}
		}
	}
	for _, e := range r.elsewhere {
		run.about(e.of, r.bases.resolve(r.placed(e.path, e.place)))
	}
	for _, p := range r.paths {
		if p.path != "" {
			run.Paths = append(run.Paths, r.bases.resolve(p))
		}
	}
	if !r.listed && r.s.err == nil {
		run.doubt("the run has no list of results: the scan did not run, or its results stand elsewhere")
	}
	if r.dropped > 0 {
		run.note(counted(r.dropped, "result is suppressed", "results are suppressed"))
	}
	if r.gone > 0 {
		run.note(counted(r.gone, "result of the baseline is no longer there", "results of the baseline are no longer there"))
	}
}

// placed is a path on its base, or the artifact of that number.
func (r *sarifRun) placed(path string, place int32) sarifPath {
	if path == "" && place >= 0 && int(place) < len(r.paths) {
		return r.paths[place]
	}
	return sarifPath{path, place}
}

// ruleOf finds a rule by its number, else by its id or the id it refines
// (section 3.27.5: "CA1000/1" belongs to the rule "CA1000").
func (r *sarifRun) ruleOf(id string, index int, byID map[string]int) sarifRule {
	if index >= 0 && index < len(r.rules) {
		return r.rules[index]
	}
	for id != "" {
		if i, ok := byID[id]; ok {
			return r.rules[i]
		}
		id = id[:max(0, strings.LastIndexByte(id, '/'))]
	}
	return sarifRule{}
}
