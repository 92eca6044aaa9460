package parley

import "strings"

// latin spells letters with marks by those without: German umlauts as Germans
// do where they have none, the rest by the letter below the mark.
var latin = newLatin()

func newLatin() *strings.Replacer {
	pairs := []string{"ä", "ae", "ö", "oe", "ü", "ue", "ß", "ss", "æ", "ae", "œ", "oe", "ø", "oe", "å", "aa", "þ", "th", "ð", "d", "’", "", "'", ""}
	for base, marked := range map[string]string{
		"a": "àáâãāăą", "c": "çćčĉ", "d": "ďđ", "e": "èéêëēėęě", "g": "ğģĝ", "i": "ìíîïīįı", "k": "ķ", "l": "ĺļľł", "n": "ñńņň",
		"o": "òóôõōő", "r": "ŕř", "s": "śšşș", "t": "ťţț", "u": "ùúûūůűų", "w": "ŵ", "y": "ýÿŷ", "z": "źżž",
	} {
		for _, r := range marked {
			pairs = append(pairs, string(r), base)
		}
	}
	for _, mark := range "\u0300\u0301\u0302\u0303\u0304\u0306\u0307\u0308\u030a\u030b\u030c\u0327\u0328" {
		pairs = append(pairs, string(mark), "") // letter and mark written one after the other
	}
	return strings.NewReplacer(pairs...)
}

// Slug turns a text into an id of at most limit characters: lower case, letters
// without their marks, words joined by "-", cut between words where it can be. It is "item" for a text
// without any letter or digit from a to z and 0 to 9.
func Slug(text string, limit int) string {
	words := strings.FieldsFunc(latin.Replace(strings.ToLower(text)), func(r rune) bool {
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
