package auth

import (
	_ "embed"
	"strings"
	"unicode"
)

// commonText lists, a line each and sorted, the first 80 bits of the hashes of
// passwords of at least 12 characters that head the public lists of breached
// ones, and of the words most of them are made of. Hashes, so that the program
// does not hold a list for guessing.
//
//go:embed common.txt
var commonText string

// commonDigits is the length of a line of the list.
const commonDigits = 20

// listed reports whether a text is on the list.
func listed(use, text string) bool {
	want := digest(use, []byte(text))[:commonDigits]
	n := len(commonText) / (commonDigits + 1)
	lo, hi := 0, n
	for lo < hi {
		mid := (lo + hi) / 2
		switch at := commonText[mid*(commonDigits+1):][:commonDigits]; {
		case at == want:
			return true
		case at < want:
			lo = mid + 1
		default:
			hi = mid
		}
	}
	return false
}

const (
	fewLetters = 5 // a password of fewer different characters is a pattern
	fewMore    = 6 // so many characters more do not hide a common word or a name
)

// guessable reports whether a password is among those that are tried first: on
// the list, a common word or the person's own name with a little around it, a
// short piece again and again, or a run of neighbours.
func guessable(password, email, name string) bool {
	p := strings.ToLower(string(normal(password)))
	if listed("common-password", p) || listed("common-password", spelled(p)) {
		return true
	}
	r := []rune(p)
	different := map[rune]bool{}
	for _, c := range r {
		different[c] = true
	}
	if len(different) < fewLetters || running(r) {
		return true
	}
	if unit := repeated(p); unit != "" {
		return true
	}
	for _, form := range []string{p, spelled(p)} {
		core := strings.TrimFunc(form, func(c rune) bool { return !unicode.IsLetter(c) })
		if len([]rune(form))-len([]rune(core)) <= fewMore && (listed("common-word", core) || listed("common-word", repeated(core))) {
			return true
		}
	}
	return personal(p, email, name)
}

// spelled is a text with the signs that stand for letters read as those.
func spelled(p string) string {
	return strings.NewReplacer("0", "o", "1", "i", "3", "e", "4", "a", "5", "s", "7", "t", "@", "a", "$", "s", "!", "i").Replace(p)
}

// repeated is the piece that a text is made of by repeating it, "" where it is
// made of none.
func repeated(p string) string {
	for n := 1; n <= len(p)/2; n++ {
		if len(p)%n == 0 && strings.Repeat(p[:n], len(p)/n) == p {
			return p[:n]
		}
	}
	return ""
}

// running reports whether each character is the one after or before its
// neighbour all along, as in abcdefghijkl.
func running(r []rune) bool {
	if len(r) < 2 {
		return false
	}
	step := r[1] - r[0]
	if step != 1 && step != -1 {
		return false
	}
	for i := 1; i < len(r); i++ {
		if r[i]-r[i-1] != step {
			return false
		}
	}
	return true
}

// personal reports whether little is left of a password without what everybody
// knows of its person.
func personal(p, email, name string) bool {
	local, domain, _ := strings.Cut(strings.ToLower(email), "@")
	host, _, _ := strings.Cut(domain, ".")
	words := append(strings.Fields(strings.ToLower(name)), email, local, domain, host, strings.ReplaceAll(strings.ToLower(name), " ", ""))
	words = append(words, strings.FieldsFunc(local, func(r rune) bool { return !unicode.IsLetter(r) })...)
	for _, w := range words {
		if len([]rune(w)) >= 3 && strings.Contains(p, w) && len([]rune(strings.ReplaceAll(p, w, ""))) <= fewMore {
			return true
		}
	}
	return false
}
