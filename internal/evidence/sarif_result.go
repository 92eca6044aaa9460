package evidence

// result reads one result of a SARIF run, section 3.27.
func (r *sarifRun) result() {
	s := r.s
	c := Case{Outcome: Fail}
	w := sarifWaiting{rule: -1, place: -1}
	suppressed, open := 0, 0
	s.object(func(key []byte) {
		switch string(key) {
		case "ruleId":
			c.Rule = s.text()
		case "ruleIndex":
			w.rule = int32(s.integer())
		case "rule":
			r.reference(&c, &w)
		case "level":
			c.Level = levelOf(s.text())
		case "kind":
			c.Outcome = sarifKind(s.text())
		case "suppressions":
			suppressed, open = r.suppressions()
		case "baselineState":
			if s.text() == "absent" {
				c.Outcome = Ignored
				r.gone++
			}
		case "locations":
			r.where(&c, &w)
		default:
			if d := r.run.detail(&c); d != nil {
				r.detail(d, string(key))
			}
		}
	})
	// Section 3.27.23: suppressed when each entry is accepted.
	if suppressed > 0 && open == 0 && c.Outcome != Ignored {
		c.Outcome = Ignored
		r.dropped++
	}
	r.run.add(c)
	r.waiting = append(r.waiting, w)
}

// sarifKind is what a result's kind says, section 3.27.9.
func sarifKind(kind string) Outcome {
	switch kind {
	case "pass":
		return Pass
	case "open", "review":
		return Inconclusive
	case "notApplicable", "informational":
		return Ignored
	default:
		return Fail
	}
}

// reference is a reportingDescriptorReference, section 3.52. Its number counts
// among the rules of the driver unless it names another component.
func (r *sarifRun) reference(c *Case, w *sarifWaiting) {
	s := r.s
	index, foreign := -1, false
	s.object(func(key []byte) {
		switch string(key) {
		case "id":
			if id := s.text(); c.Rule == "" {
				c.Rule = id
			}
		case "index":
			index = s.integer()
		case "toolComponent":
			foreign = !s.null()
		}
	})
	if !foreign && w.rule < 0 {
		w.rule = int32(index)
	}
}

// suppressions counts the entries, and those that are not accepted (section
// 3.35.3: an entry without a status is accepted).
func (r *sarifRun) suppressions() (all, open int) {
	s := r.s
	s.array(func() {
		all++
		s.object(func(key []byte) {
			if string(key) == "status" {
				if t := s.text(); t != "" && t != "accepted" {
					open++
				}
			}
		})
	})
	return all, open
}

// detail reads what a result says of itself.
func (r *sarifRun) detail(d *Detail, key string) {
	s := r.s
	switch key {
	case "message":
		r.message(d)
	case "fingerprints":
		s.prints(&d.Whole)
	case "partialFingerprints":
		s.prints(&d.Partial)
	}
}

// region reads the text of a region, and where it is.
func (r *sarifRun) region(d *Detail) {
	s := r.s
	s.object(func(key []byte) {
		switch string(key) {
		case "startLine":
			d.At[0] = s.count()
		case "endLine":
			d.At[1] = s.count()
		case "startColumn":
			d.At[2] = s.count()
		case "endColumn":
			d.At[3] = s.count()
		case "snippet":
			s.textWithin(&d.Snippet)
		}
	})
}

// where is the files of a result. It is known again by the first one.
func (r *sarifRun) where(c *Case, w *sarifWaiting) {
	s := r.s
	n := 0
	s.array(func() {
		n++
		s.object(func(key []byte) {
			if string(key) != "physicalLocation" {
				return
			}
			s.object(func(key []byte) {
				switch k := string(key); {
				case k == "artifactLocation" && n == 1:
					c.Path, w.place = r.place()
				case k == "artifactLocation":
					r.further(c, w)
				case k == "region" && n == 1:
					if d := r.run.detail(c); d != nil {
						r.region(d)
					}
				}
			})
		})
	})
}

// place is a location with the number of its base, or of its artifact where it has no
// path of its own.
func (r *sarifRun) place() (path string, place int32) {
	at, index := r.location()
	if at.path == "" {
		return "", int32(index)
	}
	return at.path, at.base
}

// further adds a location of the result that is about another file than those before.
func (r *sarifRun) further(c *Case, w *sarifWaiting) {
	path, place := r.place()
	last := sarifElsewhere{len(r.waiting), path, place}
	if path == c.Path && place == w.place || len(r.elsewhere) > 0 && r.elsewhere[len(r.elsewhere)-1] == last {
		return
	}
	r.elsewhere = append(r.elsewhere, last)
}
