package evidence

import "strconv"

// Detail is what a finding says of itself, for whoever looks at each. It is read
// only where [Options.Details] asks for it: most of a report is never looked at.
type Detail struct {
	Says    string   // what was found, in the tool's words
	Snippet string   // the text it was found in; of a secret never
	Package string   // the package a vulnerability is in, without its version
	Aliases []string // other ids of the same vulnerability
	Whole   []string // fingerprints by which the tool itself knows the finding again, "name=value"
	Written string   // the path as it is written, where [Case.Path] says where it stands in the source
	At      [4]int   // its lines and columns, first and last, from 1; 0 where nobody says. Some fingerprints hold them
	Partial []string // parts of such fingerprints: they tell findings of one rule in one file apart
}

// longestDetail bounds what is kept of each text of a finding, in bytes, and
// mostDetails how many of each.
const (
	longestDetail = 4_000
	mostDetails   = 100
)

// detailed reports whether somebody asked for details.
func (r *Run) detailed() bool { return r.room != nil && r.room.details }

// detail is where the details of a case go; nil where nobody asked for any.
func (r *Run) detail(c *Case) *Detail {
	if !r.detailed() {
		return nil
	}
	if c.Detail == nil {
		c.Detail = &Detail{}
	}
	return c.Detail
}

// short is a text as far as it is kept.
func short(text string) string { return text[:min(len(text), longestDetail)] }

// texted reads a text into a detail, as far as it is kept.
func (s *scan) texted(to *string) {
	if t := s.text(); to != nil {
		*to = short(t)
	}
}

// textWithin reads the "text" of an object into a detail, as texted does.
func (s *scan) textWithin(to *string) {
	s.object(func(key []byte) {
		if string(key) == "text" {
			s.texted(to)
		}
	})
}

// count is a whole number above 0; 0 for whatever else stands there.
func (s *scan) count() int {
	if c := s.peek(); c < '0' || c > '9' {
		s.skip()
		return 0
	}
	n, err := strconv.Atoi(s.scalar())
	if err != nil {
		return 0
	}
	return n
}

// prints reads an object of fingerprints by name. Some tools write an object where
// the standard has a text ({"hash": {"value": "…"}}): its texts count under both names.
func (s *scan) prints(to *[]string) { s.printsOf("", 0, to) }

// deepestPrint bounds how deep the objects of a fingerprint are read.
const deepestPrint = 3

func (s *scan) printsOf(within string, depth int, to *[]string) {
	s.object(func(key []byte) {
		name := within + string(key)
		switch c := s.peek(); {
		case c == '{' && depth < deepestPrint:
			s.printsOf(name+"/", depth+1, to)
		case c == '{' || c == '[':
			s.skip()
		default:
			if v := s.scalar(); v != "" && v != redacted && len(*to) < mostDetails {
				*to = append(*to, name+"="+short(v))
			}
		}
	})
}

// redacted is what Semgrep writes where it does not say.
const redacted = "requires login"
