package evidence

import (
	"cmp"
	"regexp"
	"strconv"
	"strings"
)

// sarifMessage is a message (section 3.11) on its way to be a text: it may name a
// text of its rule, and have what goes into the places of a text.
type sarifMessage struct {
	text, id string
	args     []string
}

// mostArguments bounds the arguments that are kept of a message.
const mostArguments = 100

// message reads the message of a result. What its rule has to say waits until all
// rules are read, which may stand after the results.
func (r *sarifRun) message(d *Detail) {
	s := r.s
	var m sarifMessage
	markdown := ""
	s.object(func(key []byte) {
		switch string(key) {
		case "text":
			s.texted(&m.text)
		case "markdown":
			s.texted(&markdown)
		case "id":
			s.texted(&m.id)
		case "arguments":
			s.array(func() {
				var a string
				if s.texted(&a); len(m.args) < mostArguments {
					m.args = append(m.args, a)
				}
			})
		}
	})
	m.text = cmp.Or(m.text, markdown)
	if m.text == "" && m.id != "" {
		if r.said == nil {
			r.said = map[int]sarifMessage{}
		}
		r.said[len(r.waiting)] = m
		return
	}
	d.Says = m.filled()
}

// filled is the text with its arguments where it has places for them, "{0}"; a
// brace that stands twice is one (section 3.11.5). Without arguments it is as it is. What
// comes after the longest text that is kept is never put together: an argument may stand
// in a thousand places.
func (m sarifMessage) filled() string {
	if len(m.args) == 0 || !strings.Contains(m.text, "{") {
		return m.text
	}
	var b strings.Builder
	for rest := m.text; rest != "" && b.Len() < longestDetail; {
		at := placeholder.FindStringIndex(rest)
		if at == nil {
			at = []int{len(rest), len(rest)}
		}
		b.WriteString(rest[:at[0]])
		b.WriteString(m.at(rest[at[0]:at[1]]))
		rest = rest[at[1]:]
	}
	return strings.Clone(short(b.String()))
}

// at is what comes where the text has a place, which stays where there is no such argument.
func (m sarifMessage) at(place string) string {
	switch place {
	case "":
		return ""
	case "{{", "}}":
		return place[:1]
	}
	n, err := strconv.Atoi(place[1 : len(place)-1])
	if err != nil || n >= len(m.args) {
		return place
	}
	return m.args[n]
}

var placeholder = regexp.MustCompile(`\{\{|\}\}|\{[0-9]{1,3}\}`)

// fromRule is the message with the text that the rule has under its id. Where it has
// none, the id and the arguments tell it from others.
func (m sarifMessage) fromRule(rule sarifRule) string {
	if m.text = rule.texts[m.id]; m.text != "" {
		return m.filled()
	}
	return short(strings.Join(append([]string{m.id}, m.args...), " "))
}

// messages reads the texts of a rule by id (section 3.49.11).
func (r *sarifRun) messages(rule *sarifRule) {
	s := r.s
	s.object(func(key []byte) {
		id, text := string(key), ""
		if s.textWithin(&text); text != "" && len(rule.texts) < mostDetails {
			if rule.texts == nil {
				rule.texts = map[string]string{}
			}
			rule.texts[id] = text
		}
	})
}

// otherIDs reads other ids of what a rule is about: its deprecatedIds, where OSV-Scanner
// names every alias of a hole.
func (r *sarifRun) otherIDs(rule *sarifRule) {
	s := r.s
	s.array(func() {
		if id := s.text(); len(rule.aliases) < mostDetails {
			rule.aliases = append(rule.aliases, short(id))
		}
	})
}

// described reads the full description of a rule: Snyk's begins with the ids that
// others know a hole under, "(CVE-2018-1002204) adm-zip@0.4.7".
func (r *sarifRun) described(rule *sarifRule) {
	var text string
	r.s.textWithin(&text)
	if m := leadingIDs.FindStringSubmatch(text); m != nil {
		rule.aliases = append(rule.aliases, strings.Split(m[1], ",")...)
	}
}

var leadingIDs = regexp.MustCompile(`^\((CVE-\d{4}-\d{4,}(?:,\s*CVE-\d{4}-\d{4,})*)\) `)
