package plain

import (
	"regexp"
	"strings"
)

// joiner is an invisible mark put where two characters must not work together
// (a mention, an issue number, a label, an address): trackers look for those in the
// text a backslash leaves behind, so that escaping alone does not stop them.
const joiner = "\u200b"

var (
	markup = strings.NewReplacer(
		`\`, `\\`, "`", "\\`", `*`, `\*`, `_`, `\_`, `{`, `\{`, `}`, `\}`, `[`, `\[`, `]`, `\]`, `(`, `\(`, `)`, `\)`,
		`#`, `\#`+joiner, `|`, `\|`, `~`, `\~`+joiner, `$`, `\$`, `^`, `\^`, `!`, `\!`+joiner, `@`, `@`+joiner,
		`<`, `&lt;`, `>`, `&gt;`, `&`, `&amp;`,
		`://`, `:`+joiner+`//`,
	)
	host    = regexp.MustCompile(`(?i)www\.`)
	issue   = regexp.MustCompile(`(?i)\bG[HL]-\d`)
	numbers = regexp.MustCompile(`&amp;\d|%["\w]`) // epics and milestones of GitLab
	// What GitLab looks for in brackets: things by name, marks of changes, pages of a wiki, a table of contents.
	brackets = regexp.MustCompile(`(\\[\[{])([-+]|\\\[|[\w\\]+:|(?:\\_)?TOC)`)
	// A closing word before the key of a ticket (Fixes PROJ-7).
	closing = regexp.MustCompile(`(?i)\b((?:clos|fix|resolv|implement)[a-z]*)(:? +(?:issues? +)?[a-z][\w\\]*-\d)`)
	leading = regexp.MustCompile(`^(?:[-+=/:]|\d+[.)])`)
)

// Markdown makes text from files and people safe inside Markdown, on one line:
// it is [Clean], and can mention nobody, close nothing, and start no link,
// image, HTML, code, table, list, heading, command or mark of a change.
func Markdown(s string) string {
	s = markup.Replace(Clean(s))
	s = host.ReplaceAllStringFunc(s, func(m string) string { return m[:3] + joiner + "." })
	s = issue.ReplaceAllStringFunc(s, func(m string) string { return m[:2] + joiner + m[2:] })
	s = numbers.ReplaceAllStringFunc(s, func(m string) string { return m[:len(m)-1] + joiner + m[len(m)-1:] })
	for range 2 { // the second time for the middle one of three
		s = brackets.ReplaceAllString(s, "${1}"+joiner+"${2}")
	}
	s = closing.ReplaceAllString(s, "${1}"+joiner+"${2}")
	return leading.ReplaceAllStringFunc(s, func(m string) string { return m[:len(m)-1] + `\` + m[len(m)-1:] })
}
