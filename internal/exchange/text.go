package exchange

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/net/html"
)

// Lengths of texts made from longer ones, in characters.
const (
	maxTitle = 160
	maxSays  = 400
)

// text cleans a text of several lines: markup becomes plain text, characters
// that cannot be seen are taken out and reported.
func (j *job) text(s string) string {
	s, hidden := visible(plain(s))
	if hidden > 0 {
		j.report.dropped(hidden, "invisible character", "", "control and text-direction characters can hide what a text says")
	}
	lines := strings.Split(s, "\n")
	out := lines[:0]
	for _, l := range lines {
		l = strings.Join(strings.Fields(l), " ")
		if l != "" || len(out) > 0 && out[len(out)-1] != "" {
			out = append(out, l)
		}
	}
	return strings.TrimSpace(strings.Join(out, "\n"))
}

// line cleans a text to one line.
func (j *job) line(s string) string { return strings.Join(strings.Fields(j.text(s)), " ") }

// title cleans a text to one line that is short enough for a title.
func (j *job) title(s string) string {
	s = j.line(s)
	if cut := shorten(s, maxTitle); cut != s {
		j.report.guessed("title", cut, "long titles are cut; the whole text is in the notes")
		return cut
	}
	return s
}

// plain turns text with HTML tags and entities into text. Only names that HTML
// knows count as tags, so that "List<Order>" stays what it is.
func plain(s string) string {
	if !strings.ContainsAny(s, "<&") {
		return s
	}
	var b strings.Builder
	z := html.NewTokenizer(strings.NewReader(s))
	read := 0
	for {
		tt := z.Next()
		if tt == html.ErrorToken {
			b.WriteString(s[read:]) // what a tag cut off by the end leaves
			return b.String()
		}
		raw := string(z.Raw())
		read += len(raw)
		switch tok := z.Token(); {
		case tt == html.CommentToken || tt == html.DoctypeToken:
		case tt == html.TextToken:
			b.WriteString(tok.Data)
		case tok.DataAtom == 0:
			b.WriteString(raw)
		case breaksLine(tok.Data):
			b.WriteByte('\n')
		}
		z.NextIsNotRawText()
	}
}

func breaksLine(tag string) bool {
	switch tag {
	case "br", "p", "div", "li", "ul", "ol", "tr", "table", "hr", "pre", "h1", "h2", "h3", "h4", "h5", "h6":
		return true
	}
	return false
}

// visible takes out control characters and characters that change the direction
// of text or cannot be seen, and says how many. Joiners stay: scripts and emoji need them.
func visible(s string) (string, int) {
	hidden := 0
	s = strings.ReplaceAll(s, "\r\n", "\n")
	out := strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t' || r == '\u200c' || r == '\u200d':
			return r
		case r == '\r' || r == '\u2028' || r == '\u2029' || r == '\u0085':
			return '\n'
		case r == '\u00ad' || r == '\ufeff':
			return -1 // soft hyphens and byte order marks hide nothing
		case unicode.Is(unicode.Cc, r) || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Co, r):
			hidden++
			return -1
		}
		return r
	}, s)
	return out, hidden
}

// shorten cuts a text between words, with "…" where something is left out.
func shorten(s string, limit int) string {
	runes := []rune(s)
	if len(runes) <= limit {
		return s
	}
	cut := string(runes[:limit-1])
	if i := strings.LastIndexByte(cut, ' '); i > len(cut)/2 {
		cut = cut[:i]
	}
	return strings.TrimRight(cut, " ,;:") + "…"
}

// firstSentence is the first sentence of a text in one line, without its full stop.
func firstSentence(s string) string {
	s, _, _ = strings.Cut(strings.TrimSpace(s), "\n\n")
	s = strings.Join(strings.Fields(s), " ")
	for at := 0; at < len(s); at++ {
		if at > 0 && strings.ContainsRune(".!?", rune(s[at])) && strings.HasPrefix(s[at+1:], " ") && !abbreviated(s[:at]) {
			return s[:at]
		}
	}
	if t := strings.TrimSuffix(s, "."); t != "" {
		return t
	}
	return s // a dot alone is all there is
}

// abbreviated reports whether a full stop after this text ends no sentence.
func abbreviated(s string) bool {
	word := strings.ToLower(strings.TrimLeft(s[strings.LastIndexByte(s, ' ')+1:], "(["))
	return slices.Contains([]string{"e.g", "i.e", "cf", "vs", "incl", "resp", "approx", "z.b", "d.h", "bzw"}, word)
}

// sentence ends a text with a full stop where it has no other end.
func sentence(s string) string {
	if s == "" || strings.ContainsAny(s[len(s)-1:], ".!?") || strings.HasSuffix(s, "…") {
		return s
	}
	return s + "."
}

// paragraphs joins what is there of several texts.
func paragraphs(parts ...string) string {
	var out []string
	for _, p := range parts {
		if p != "" {
			out = append(out, p)
		}
	}
	return strings.Join(out, "\n\n")
}
