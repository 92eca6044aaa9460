package evidence

import "strings"

func isTrivy(sh *shape) bool {
	switch sh.kind {
	case '{':
		return sh.has("SchemaVersion", 0) && (sh.has("ArtifactName", 0) || sh.has("Results", 0)) || sh.has("ClusterName", 0) && sh.has("Resources", 0)
	case '[':
		return sh.item("", "Target")
	default:
		return false
	}
}

// readTrivy reads the reports of Trivy: the present form, the older one whose
// root is an array, and the report on a cluster.
func readTrivy(src *source) *Error {
	s := src.json()
	t := &trivy{s: s, run: src.run(Findings)}
	t.run.Tool = "trivy"
	if s.peek() == '[' {
		s.array(t.target)
	} else {
		s.object(t.root)
	}
	s.end()
	if len(t.run.Paths) == 0 {
		t.run.doubt("the report names nothing that was scanned")
	}
	if t.dropped > 0 {
		t.run.note(counted(t.dropped, "finding is suppressed", "findings are suppressed"))
	}
	return s.err
}

type trivy struct {
	s       *scan
	run     *Run
	path    string
	dropped int
}

func (t *trivy) root(key []byte) {
	s := t.s
	switch string(key) {
	case "SchemaVersion":
		t.run.version("Trivy's", s.scalar(), "2")
	case "CreatedAt":
		t.run.timed(s.text())
	case "Trivy":
		s.object(func(key []byte) {
			if string(key) == "Version" {
				t.run.Version = s.text()
			}
		})
	case "Metadata":
		t.metadata()
	case "Results":
		s.array(t.target)
	case "Resources":
		s.array(func() {
			s.object(func(key []byte) {
				switch string(key) {
				case "Results":
					s.array(t.target)
				case "Error":
					if e := s.text(); e != "" {
						t.run.doubt("a resource could not be scanned: " + printable(e))
					}
				}
			})
		})
	}
}

func (t *trivy) metadata() {
	s := t.s
	s.object(func(key []byte) {
		switch string(key) {
		case "Commit":
			t.run.Commit = s.text()
		case "Branch":
			t.run.Branch = s.text()
		case "RepoDigests":
			s.array(func() {
				if digest := s.text(); digest != "" {
					t.run.note("image " + printable(digest))
				}
			})
		}
	})
}

func (t *trivy) target() {
	s := t.s
	t.path = ""
	first := len(t.run.Cases)
	s.object(func(key []byte) {
		switch string(key) {
		case "Target":
			t.path = s.text()
		case "Vulnerabilities":
			s.array(func() { t.finding("VulnerabilityID", trivyVulnerability) })
		case "Misconfigurations":
			s.array(func() { t.finding("ID", trivyMisconfiguration) })
		case "Secrets":
			s.array(func() { t.finding("RuleID", func(string) Outcome { return Fail }) })
		case "Licenses":
			s.array(func() { t.finding("Name", func(string) Outcome { return Fail }) })
		case "ExperimentalModifiedFindings":
			s.array(func() { t.dropped++ })
		}
	})
	t.run.Paths = append(t.run.Paths, t.path)
	for i := range t.run.Cases[first:] {
		t.run.Cases[first+i].Path = t.path
	}
}

func (t *trivy) finding(id string, outcome func(status string) Outcome) {
	s := t.s
	var c Case
	status := ""
	s.object(func(key []byte) {
		switch string(key) {
		case id:
			c.Rule = s.text()
		case "Severity":
			c.Level = levelOf(s.text())
		case "Status":
			status = s.scalar()
		case "PkgName":
			c.Group = s.text()
			if d := t.run.detail(&c); d != nil && id == "VulnerabilityID" {
				d.Package = c.Group
			}
		case "Title", "Message", "VendorIDs":
			if d := t.run.detail(&c); d != nil {
				t.detail(d, string(key))
			}
		}
	})
	c.Outcome = outcome(strings.ToLower(status))
	t.run.add(c)
}

// trivyVulnerability: a status says what the distributor makes of it, only two
// say that it may not matter here.
func trivyVulnerability(status string) Outcome {
	if status == "not_affected" || status == "under_investigation" {
		return vexState(status)
	}
	return Fail
}

func trivyMisconfiguration(status string) Outcome {
	switch status {
	case "pass":
		return Pass
	case "exception":
		return Ignored
	default:
		return Fail
	}
}

// detail reads what a finding says of itself, and under which other ids its
// vulnerability is known.
func (t *trivy) detail(d *Detail, key string) {
	if key != "VendorIDs" {
		var text string
		t.s.texted(&text)
		if d.Says == "" {
			d.Says = text
		}
		return
	}
	t.s.array(func() {
		if id := t.s.text(); id != "" && len(d.Aliases) < mostDetails {
			d.Aliases = append(d.Aliases, id)
		}
	})
}
