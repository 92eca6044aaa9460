package parley

import (
	"maps"
	"slices"
)

// Problem is one thing wrong with a model, or a warning about it.
type Problem struct {
	Path    string // the field, e.g. threats[2].impact.financial
	ID      string // id of the thing the field belongs to, "" where it has none
	Message string // what is wrong, and why
	Hint    string // what would be right
	Column  int    // column inside the field's text, from 1 in runes; 0: the field as a whole
	Text    string // the field's text where Column is given
	Warning bool   // the model can be used all the same
}

// Errors returns the problems that are not warnings.
func Errors(ps []Problem) []Problem {
	var out []Problem
	for _, p := range ps {
		if !p.Warning {
			out = append(out, p)
		}
	}
	return out
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
