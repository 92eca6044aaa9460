package parley

import "strings"

// Slug turns a text into an id of at most limit characters: lower case, words
// joined by "-", cut between words where it can be. It is "item" for a text
// without any letter or digit from a to z and 0 to 9.
func Slug(text string, limit int) string {
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9')
	})
	if len(words) == 0 {
		return "item"
	}
	id := words[0]
	for _, w := range words[1:] {
		if len(id)+1+len(w) > limit {
			break
		}
		id += "-" + w
	}
	if len(id) > limit {
		id = id[:limit]
	}
	return id
}
