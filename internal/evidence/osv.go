package evidence

// isOSV tells a list of results with packages. Without a result nothing else
// may stand in the file: many tools write such a list, and for them it may not
// mean that all is well.
func isOSV(sh *shape) bool {
	if sh.item("results", "packages") {
		return !sh.has("errors", 0)
	}
	bare := sh.has("results", '[') && len(sh.items["results"]) == 0 || sh.has("results", 'n')
	return bare && sh.only("results", "experimental_config", "image_metadata")
}

// readOSV reads OSV-Scanner's JSON. Ids of one group are one vulnerability under
// several names, so groups are counted.
func readOSV(src *source) *Error {
	s := src.json()
	run := src.run(Findings)
	run.Tool = "osv-scanner"
	listed := false
	s.object(func(key []byte) {
		if string(key) == "results" && !s.null() {
			listed = true
			s.array(func() { readOSVSource(s, run) })
		}
	})
	s.end()
	if !listed {
		run.doubt("there is no list of results")
	}
	if listed && len(run.Paths) == 0 {
		run.note("an empty list of results does not say what was scanned")
	}
	return s.err
}

func readOSVSource(s *scan, run *Run) {
	path := ""
	first := len(run.Cases)
	s.object(func(key []byte) {
		switch string(key) {
		case "source":
			s.object(func(key []byte) {
				if string(key) == "path" {
					path = s.text()
				}
			})
		case "packages":
			s.array(func() { readOSVPackage(s, run) })
		}
	})
	run.Paths = append(run.Paths, path)
	for i := range run.Cases[first:] {
		run.Cases[first+i].Path = path
	}
}

func readOSVPackage(s *scan, run *Run) {
	var groups, ids []Case
	name := ""
	s.object(func(key []byte) {
		switch string(key) {
		case "package":
			s.object(func(key []byte) {
				if string(key) == "name" {
					name = s.text()
				}
			})
		case "groups":
			s.array(func() { groups = append(groups, readOSVGroup(s, run)) })
		case "vulnerabilities":
			s.array(func() {
				c := Case{Outcome: Fail}
				s.object(func(key []byte) {
					switch string(key) {
					case "id":
						c.Rule = s.text()
					case "aliases":
						readOSVNames(s, run.detail(&c))
					case "summary":
						if d := run.detail(&c); d != nil {
							s.texted(&d.Says)
						}
					}
				})
				ids = append(ids, c)
			})
		case "license_violations":
			s.array(func() { run.add(Case{Outcome: Fail, Rule: "license " + s.text()}) })
		}
	})
	if len(groups) == 0 {
		groups = ids
	}
	for _, c := range groups {
		c.Group = name
		if d := run.detail(&c); d != nil {
			d.Package = name
			for _, v := range ids {
				if v.Rule == c.Rule && v.Detail != nil {
					d.Says = v.Detail.Says
				}
			}
		}
		run.add(c)
	}
}

func readOSVGroup(s *scan, run *Run) Case {
	c := Case{Outcome: Fail}
	s.object(func(key []byte) {
		switch string(key) {
		case "ids":
			s.array(func() {
				id := s.text()
				if c.Rule == "" {
					c.Rule = id
				}
				if d := run.detail(&c); d != nil && len(d.Aliases) < mostDetails {
					d.Aliases = append(d.Aliases, id)
				}
			})
		case "aliases":
			readOSVNames(s, run.detail(&c))
		case "max_severity":
			c.Level = levelOfScore(s.scalar())
		}
	})
	return c
}

// readOSVNames reads the other ids of a vulnerability.
func readOSVNames(s *scan, d *Detail) {
	s.array(func() {
		if id := s.text(); d != nil && len(d.Aliases) < mostDetails {
			d.Aliases = append(d.Aliases, id)
		}
	})
}
