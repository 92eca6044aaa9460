package exchange

import (
	"crypto/sha256"
	"fmt"
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/parleysec/parley"
)

// longestBase leaves room in an id for a prefix and a number.
const longestBase = 48

var uuid = regexp.MustCompile(`^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$`)

// names gives out ids of one namespace.
type names map[string]bool

// take turns the id of a source, or a title where it has none, into an id that
// is free. The same source gives the same ids in the same order.
//   - an id that is valid and starts with a letter stays
//   - of a UUID the first eight characters follow the prefix
//   - anything else is slugged; a number follows the prefix
func (n names) take(prefix, source, title string) string {
	base := baseID(prefix, source, title)
	id := base
	if n[strings.ToLower(id)] && uuid.MatchString(source) {
		id = prefix + "-" + strings.ToLower(source)
	}
	for i := 2; n[strings.ToLower(id)]; i++ {
		id = fmt.Sprintf("%s-%d", base, i)
	}
	n[strings.ToLower(id)] = true
	return id
}

func baseID(prefix, source, title string) string {
	switch {
	case uuid.MatchString(source):
		return prefix + "-" + strings.ToLower(source[:8])
	case source == "":
		source = title
	case len(source) <= longestBase && parley.ValidID(source) && unicode.IsLetter(rune(source[0])):
		return source
	}
	base := slug(source)
	if base[0] >= '0' && base[0] <= '9' {
		return prefix + "-" + base
	}
	return base
}

// slug is parley.Slug for texts with accents, and never the same for two texts
// in a script it cannot write.
func slug(s string) string {
	var b strings.Builder
	letters, kept := 0, 0
	for _, r := range norm.NFKD.String(strings.ReplaceAll(s, "ß", "ss")) {
		if unicode.Is(unicode.Mn, r) {
			continue
		}
		if unicode.IsLetter(r) {
			letters++
			if r < unicode.MaxASCII {
				kept++
			}
		}
		b.WriteRune(r)
	}
	if kept*2 < letters || strings.IndexFunc(s, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) < 0 {
		return fmt.Sprintf("x%x", sha256.Sum256([]byte(s)))[:9]
	}
	return parley.Slug(b.String(), longestBase)
}
