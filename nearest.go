package parley

import (
	"strings"
	"unicode/utf8"
)

// maxNearest is the longest text, in runes, for which a near name is looked
// for: longer ones are not slips of the keyboard.
const maxNearest = 64

// Nearest is the known name that text was probably meant to be: the one that
// takes the fewest single slips (a letter too many, too few, wrong, or two
// swapped), upper and lower case being the same. It is "" when none is near.
func Nearest(text string, known []string) string {
	if utf8.RuneCountInString(text) > maxNearest {
		return ""
	}
	word := []rune(strings.ToLower(text))
	best, least := "", slips(len(word))+1
	for _, k := range known {
		name := []rune(strings.ToLower(k))
		if len(name)-len(word) >= least || len(word)-len(name) >= least {
			continue
		}
		if d := distance(word, name); d < least {
			best, least = k, d
		}
	}
	return best
}

// maxListed is the most names that [Suggest] lists.
const maxListed = 8

// Suggest is what would be right where text is none of the known names: the
// nearest one, else all of them when they are few, else "".
func Suggest(text string, known []string) string {
	switch near := Nearest(text, known); {
	case near != "" && number(near) == number(text):
		return "did you mean " + near + "?"
	case len(known) == 1:
		return "there is: " + known[0]
	case len(known) > 1 && len(known) <= maxListed:
		return "there are: " + strings.Join(known, ", ")
	}
	return ""
}

// number is the digits that a name ends with: of names that are counted, such
// as SHOP-D7, another number is another thing and no slip.
func number(name string) string {
	return name[len(strings.TrimRight(name, "0123456789")):]
}

// slips is how many slips a word of n letters may have and still be meant.
func slips(n int) int {
	switch {
	case n < 3:
		return 0
	case n < 6:
		return 1
	case n < 10:
		return 2
	}
	return 3
}

// distance is the optimal string alignment distance: insertions, deletions,
// replacements and swaps of neighbours (Damerau 1964; no part edited twice).
func distance(a, b []rune) int {
	before, above, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range above {
		above[j] = j
	}
	for i := range a {
		row[0] = i + 1
		for j := range b {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			row[j+1] = min(row[j]+1, above[j+1]+1, above[j]+cost)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, above, row = above, row, before
	}
	return above[len(b)]
}
