package evidence

import "strconv"

// PlainSchema is what a file of plain results says of itself.
const PlainSchema = "parley.results/1"

func isPlain(sh *shape) bool { return sh.begins("schema", "parley.results/") }

// readPlain reads the format for tools that have none of their own: docs/evidence.md.
func readPlain(src *source) *Error {
	s := src.json()
	p := &plainDoc{s: s, schema: PlainSchema, run: src.run(Tests)}
	s.object(func(key []byte) {
		if !p.common(string(key)) {
			p.unknown(string(key))
		}
	})
	s.end()
	p.check()
	if len(p.run.Cases) == 0 {
		p.run.doubt("there is no result")
	}
	return s.err
}

// plainDoc is what plain results and statements have in common.
type plainDoc struct {
	s       *scan
	schema  string
	run     *Run
	version bool // a schema was named
}

// common reads a key both have, and reports whether it is one.
func (p *plainDoc) common(key string) bool {
	s, run := p.s, p.run
	switch key {
	case "schema":
		p.version = true
		start := s.pos
		if got := s.text(); s.err == nil && got != p.schema {
			s.failAt(start, "is "+quote(got)+"; this program reads "+p.schema)
		}
	case "tool":
		run.Tool = s.text()
	case "version":
		run.Version = s.scalar()
	case "time":
		start := s.pos
		text := s.text()
		t, note := when(text)
		if s.err == nil && (t.IsZero() || note != "") {
			s.failAt(start, "the time "+quote(text)+" is no RFC 3339 time with its zone, e.g. 2027-01-31T12:00:00Z")
		}
		run.at(t)
	case "commit":
		run.Commit = s.text()
	case "branch":
		run.Branch = s.text()
	case "results":
		s.array(p.result)
	default:
		return false
	}
	return true
}

func (p *plainDoc) unknown(key string) {
	p.s.fail("the key " + quote(key) + " does not exist in " + p.schema)
}

func (p *plainDoc) check() {
	if !p.version {
		p.s.failAt(0, "does not say \"schema\": "+strconv.Quote(p.schema))
	}
}

func (p *plainDoc) result() {
	s := p.s
	var c Case
	start := s.pos
	s.object(func(key []byte) {
		switch string(key) {
		case "outcome":
			c.Outcome = p.outcome()
		case "rule":
			c.Rule = s.text()
		case "test":
			c.Test = s.text()
		case "group":
			c.Group = s.text()
		case "path":
			c.Path = s.text()
		case "level":
			c.Level = p.level()
		case "says":
			_ = s.text()
		default:
			p.unknown(string(key))
		}
	})
	if s.err == nil && c.Outcome == "" {
		s.failAt(start, "this result has no outcome: pass, fail, inconclusive or skipped")
	}
	p.run.add(c)
}

func (p *plainDoc) outcome() Outcome {
	start := p.s.pos
	switch o := Outcome(p.s.text()); o {
	case Pass, Fail, Inconclusive, Skipped:
		return o
	default:
		p.s.failAt(start, "want pass, fail, inconclusive or skipped here")
		return ""
	}
}

func (p *plainDoc) level() Level {
	start := p.s.pos
	l := levelOf(p.s.text())
	if l == 0 {
		p.s.failAt(start, "want none, note, low, medium, high or critical here")
	}
	return l
}
