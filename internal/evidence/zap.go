package evidence

func isZAP(sh *shape) bool {
	return sh.has("site", 0) && (sh.has("@programName", 0) || sh.has("@version", 0) || sh.has("@generated", 0))
}

// readZAP reads ZAP's traditional JSON report. The newest has the time with its
// zone under "created".
func readZAP(src *source) *Error {
	s := src.json()
	z := &zap{run: src.run(Findings)}
	s.object(func(key []byte) {
		switch string(key) {
		case "@version":
			z.run.Version = s.text()
		case "@generated":
			z.generated = s.text()
		case "created":
			z.created = s.text()
		case "site":
			if s.peek() == '{' { // the report of one site, as some versions write it
				readZAPSite(s, z)
				return
			}
			s.array(func() { readZAPSite(s, z) })
		}
	})
	s.end()
	z.finish()
	return s.err
}

// zap is what both forms of the report fill.
type zap struct {
	run                *Run
	generated, created string
	dropped            int
	silent             int // sites without a list of alerts
}

// alert adds a finding. A confidence of 0 is a false positive somebody marked.
func (z *zap) alert(plugin, site, risk, confidence, name string) {
	c := Case{Outcome: Fail, Rule: plugin, Path: site}
	if d := z.run.detail(&c); d != nil {
		d.Says = short(name)
	}
	switch risk {
	case "0":
		c.Level = Note
	case "1":
		c.Level = Low
	case "2":
		c.Level = Medium
	case "3":
		c.Level = High
	}
	if confidence == "0" || risk == "-1" {
		c.Outcome = Ignored
		z.dropped++
	}
	z.run.add(c)
}

func (z *zap) finish() {
	run := z.run
	run.Tool = "ZAP"
	if z.created == "" {
		z.created = z.generated
	}
	run.timed(z.created)
	if len(run.Paths) == 0 {
		run.doubt("the report names no site that was scanned")
	}
	if z.silent > 0 {
		run.doubt(counted(z.silent, "site has no list of alerts", "sites have no list of alerts"))
	}
	if z.dropped > 0 {
		run.note(counted(z.dropped, "alert is marked as a false positive", "alerts are marked as false positives"))
	}
}

func readZAPSite(s *scan, z *zap) {
	site, listed := "", false
	first := len(z.run.Cases)
	s.object(func(key []byte) {
		switch string(key) {
		case "@name":
			site = s.text()
		case "alerts":
			listed = s.peek() == '['
			s.array(func() {
				plugin, risk, confidence, name := "", "", "", ""
				s.object(func(key []byte) {
					switch string(key) {
					case "pluginid":
						plugin = s.scalar()
					case "riskcode":
						risk = s.scalar()
					case "confidence":
						confidence = s.scalar()
					case "alert", "name":
						name = s.scalar()
					}
				})
				z.alert(plugin, "", risk, confidence, name)
			})
		}
	})
	for i := range z.run.Cases[first:] {
		z.run.Cases[first+i].Path = site
	}
	z.scanned(site, listed)
}

// scanned adds a site, which is clean only where it says so by an empty list.
func (z *zap) scanned(site string, listed bool) {
	if site != "" {
		z.run.Paths = append(z.run.Paths, site)
	}
	if !listed {
		z.silent++
	}
}
