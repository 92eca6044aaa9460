package evidence

import (
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// What moves when nothing else does, in what a tool says: numbers, whole lines and
// columns (12:5, L40), versions (1.2.3, 1.3.0-rc.1), addresses, digests and ids.
var (
	uuids    = regexp.MustCompile(`(?i)\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b`)
	hexadec  = regexp.MustCompile(`(?i)\b0x[0-9a-f]+\b|\b[0-9a-f]{7,64}\b`)
	versions = regexp.MustCompile(`(?i)[0-9]+([.,:][0-9]+)*(-(alpha|beta|dev|ga|final|pre|rc|snapshot)([.-]?[0-9]+)*)?`)
	inPath   = regexp.MustCompile(`(?i)([-_@]|[-_.]so\.)v?[0-9]+(\.[0-9]+)+(-(alpha|beta|dev|ga|final|pre|rc|snapshot)([.-]?[0-9]+)*)?`)
)

// still is a text without what moves. Reports hold hundreds of thousands of texts, and
// most have little of that: what no pattern can match is seen without them.
func still(text string) string {
	if strings.Count(text, "-") >= 4 {
		text = uuids.ReplaceAllString(text, "#")
	}
	if mayBeHex(text) {
		text = hexadec.ReplaceAllStringFunc(text, func(word string) string {
			if strings.ContainsAny(word, numerals) { // else it is a word, as "defaced" is
				return "#"
			}
			return word
		})
	}
	return unnumbered(versions, text)
}

const numerals = "0123456789"

// unnumbered is a text with "#" for what a pattern matches, which begins with a numeral.
func unnumbered(pattern *regexp.Regexp, text string) string {
	i := strings.IndexAny(text, numerals)
	if i < 0 {
		return text
	}
	return text[:i] + pattern.ReplaceAllString(text[i:], "#")
}

// mayBeHex reports whether a text has what [hexadec] needs: 0x, or seven hexadecimal
// digits in a row.
func mayBeHex(text string) bool {
	row := 0
	for i := range len(text) {
		switch c := text[i] | 0x20; { // small letters; numerals stay
		case c == 'x' && i > 0 && text[i-1] == '0':
			return true
		case c >= '0' && c <= '9', c >= 'a' && c <= 'f':
			if row++; row == 7 {
				return true
			}
		default:
			row = 0
		}
	}
	return false
}

// stillPath is a path without the versions in its names: lib/foo-1.2.jar, npm/foo@1.2.0.
func stillPath(p string) string {
	for i := 1; i+1 < len(p); i++ {
		if p[i] == '.' && isNumeral(p[i-1]) && isNumeral(p[i+1]) { // each version has that
			return inPath.ReplaceAllString(p, "$1#")
		}
	}
	return p
}

func isNumeral(c byte) bool { return c >= '0' && c <= '9' }

// placed is a file with a line, and perhaps a column, in a text.
var placed = regexp.MustCompile(`([^\s/\\:"']+):[0-9]+(:[0-9]+)?`)

// stillText is a text found in a file, without the place in that very file which a
// tool wrote into it: "auth.go:12".
func stillText(text, file string) string {
	base := path.Base(file) + ":"
	if !strings.Contains(text, base) {
		return text
	}
	return placed.ReplaceAllStringFunc(text, func(at string) string {
		if strings.HasPrefix(at, base) {
			return base + "#"
		}
		return at
	})
}

// movingPart is the partial fingerprint that holds a column instead of a text.
const movingPart = "primaryLocationStartColumnFingerprint="

// stillParts are partial fingerprints without what moves; all of them where nothing
// else is left.
func stillParts(parts []string, at [4]int) []string {
	left := slices.DeleteFunc(slices.Clone(parts), func(p string) bool { return strings.HasPrefix(p, movingPart) })
	if len(left) == 0 {
		left = slices.Clone(parts)
	}
	for i, p := range left {
		left[i] = stillPrint(p, at)
	}
	return left
}

var numbers = regexp.MustCompile(`\b[0-9]+\b`)

// stillPrint is a fingerprint of a tool ("name=value") without the lines and columns of
// the finding, where they stand in it as they are ("sqli:auth.go:12").
func stillPrint(print string, at [4]int) string {
	name, value, _ := strings.Cut(print, "=")
	if at == [4]int{} || !strings.ContainsAny(value, numerals) {
		return print
	}
	return name + "=" + numbers.ReplaceAllStringFunc(value, func(n string) string {
		if k, err := strconv.Atoi(n); err == nil && k > 0 && slices.Contains(at[:], k) {
			return "#"
		}
		return n
	})
}
