package parley

import (
	"fmt"
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

// Meant is what would be right where text is none of a few known words: the
// nearest one, else what rest says of all of them.
func Meant[T ~string](text string, known []T, rest string) string {
	names := make([]string, len(known))
	for i, k := range known {
		names[i] = string(k)
	}
	if near := Nearest(text, names); near != "" {
		return "did you mean " + near + "?"
	}
	return rest
}

// maxListed is the most names that [Suggest] lists.
const maxListed = 8

// Suggest is what would be right where text is none of the known names: the
// nearest one; else those that hold it, as printer-on-fire holds fire; else all
// of them, or the first few and how many more there are. It is "" for no names.
func Suggest(text string, known []string) string {
	if near := Nearest(text, known); near != "" && number(near) == number(text) {
		return "did you mean " + near + "?"
	}
	list := known
	if held := holding(text, known); len(held) == 1 {
		return "did you mean " + held[0] + "?"
	} else if len(held) > 1 {
		list = held
	}
	switch {
	case len(list) == 0:
		return ""
	case len(list) == 1:
		return "there is: " + list[0]
	case len(list) <= maxListed:
		return "there are: " + strings.Join(list, ", ")
	}
	return fmt.Sprintf("there are: %s and %d more", strings.Join(list[:maxListed], ", "), len(list)-maxListed)
}

// leastHeld is the length of the shortest text that is looked for within names.
const leastHeld = 3

// holding are the names that hold a text, upper and lower case being the same.
func holding(text string, known []string) []string {
	if utf8.RuneCountInString(text) < leastHeld {
		return nil
	}
	var out []string
	for _, k := range known {
		if strings.Contains(strings.ToLower(k), strings.ToLower(text)) {
			out = append(out, k)
		}
	}
	return out
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
