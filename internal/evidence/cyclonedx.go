package evidence

import "slices"

// CycloneDX 1.2 to 1.7. A vulnerability that nobody analysed counts as found.

// cyclonedxVersions are those whose statements are understood. The schemas of 1.0 and
// 1.1 know no vulnerabilities; what a later one may say is not known yet.
var cyclonedxVersions = []string{"1.2", "1.3", "1.4", "1.5", "1.6", "1.7"}

// cyclonedxUnknown says what is wrong with a version that is not read, "" for one
// that is.
func cyclonedxUnknown(version string) string {
	if slices.Contains(cyclonedxVersions, version) {
		return ""
	}
	return "is CycloneDX " + quote(version) + ", which is not known; versions " + cyclonedxVersions[0] + " to " + cyclonedxVersions[len(cyclonedxVersions)-1] + " are read"
}

func isCycloneDX(sh *shape) bool { return sh.texts["bomFormat"] == "CycloneDX" }

func readCycloneDX(src *source) *Error {
	s := src.json()
	c := &cyclonedx{s: s, run: src.run(Statements)}
	s.object(func(key []byte) {
		switch string(key) {
		case "specVersion":
			if says := cyclonedxUnknown(s.text()); says != "" {
				s.fail(says)
			}
		case "metadata":
			c.metadata()
		case "vulnerabilities":
			s.array(c.vulnerability)
		}
	})
	s.end()
	c.run.stated()
	return s.err
}

type cyclonedx struct {
	s   *scan
	run *Run
}

func (c *cyclonedx) metadata() {
	s := c.s
	s.object(func(key []byte) {
		switch string(key) {
		case "timestamp":
			c.run.timed(s.text())
		case "tools":
			if s.peek() == '{' { // from 1.5 on
				s.object(func(key []byte) {
					if string(key) == "components" {
						s.array(c.tool)
					}
				})
				return
			}
			s.array(c.tool)
		}
	})
}

func (c *cyclonedx) tool() {
	s := c.s
	name, version := "", ""
	s.object(func(key []byte) {
		switch string(key) {
		case "name":
			name = s.text()
		case "version":
			version = s.text()
		}
	})
	if c.run.Tool == "" {
		c.run.Tool, c.run.Version = name, version
	}
}

func (c *cyclonedx) vulnerability() {
	s := c.s
	v := Case{}
	state := ""
	var refs []string
	s.object(func(key []byte) {
		switch string(key) {
		case "id":
			v.Rule = s.text()
		case "references":
			if d := c.run.detail(&v); d != nil {
				c.references(d)
			}
		case "description":
			if d := c.run.detail(&v); d != nil {
				s.texted(&d.Says)
			}
		case "ratings":
			s.array(func() { v.Level = max(v.Level, c.rating()) })
		case "analysis":
			s.object(func(key []byte) {
				if string(key) == "state" {
					state = s.text()
				}
			})
		case "affects":
			s.array(func() {
				s.object(func(key []byte) {
					if string(key) != "ref" {
						return
					}
					refs = append(refs, s.text())
				})
			})
		}
	})
	v.Outcome = vexState(state)
	c.run.addAbout(v, refs)
}

// references are where else a vulnerability is described, under which id.
func (c *cyclonedx) references(d *Detail) {
	s := c.s
	s.array(func() {
		s.object(func(key []byte) {
			if string(key) != "id" {
				return
			}
			if id := s.text(); id != "" && len(d.Aliases) < mostDetails {
				d.Aliases = append(d.Aliases, id)
			}
		})
	})
}

func (c *cyclonedx) rating() (l Level) {
	s := c.s
	s.object(func(key []byte) {
		switch string(key) {
		case "severity":
			l = max(l, levelOf(s.text()))
		case "score":
			l = max(l, levelOfScore(s.scalar()))
		}
	})
	return l
}

// stated doubts a run of statements that states nothing.
func (r *Run) stated() {
	if len(r.Cases) == 0 {
		r.doubt("no vulnerability is named: nothing says that anything was looked at")
	}
}
