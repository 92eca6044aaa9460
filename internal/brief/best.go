package brief

import "slices"

// maxNodes bounds the search for the best set against one threat. Typical
// threats have a handful of mitigations and need a few dozen.
const maxNodes = 4096

// search looks for the set of items worth most. Losses avoided have
// diminishing returns (each item stops a share of what the others let pass), so
// what an item adds to a smaller set bounds what it adds to a larger one.
type search struct {
	net   func(set []string) float64
	fits  func(set []string) bool // requires and excludes hold
	keep  map[string]bool         // required by another item, or the other way round: may be worth nothing by itself
	nodes int
	best  []string
	value float64
}

// bestSet is the set of items worth most, empty when nothing pays. proved is
// false when the search was cut short. bound names the items that can only be
// had with others, or that others need.
func bestSet(items []string, bound map[string]bool, net func([]string) float64, fits func([]string) bool) (set []string, proved bool) {
	s := &search{net: net, fits: fits, keep: bound}
	s.explore(nil, 0, items)
	return s.best, s.nodes <= maxNodes
}

// explore tries all sets that hold in (worth value) and some of the open items.
func (s *search) explore(in []string, value float64, open []string) {
	if s.nodes++; s.nodes > maxNodes {
		return
	}
	if value > s.value && s.fits(in) {
		s.best, s.value = slices.Clone(in), value
	}
	type gain struct {
		id    string
		worth float64
	}
	var gains []gain
	bound := value
	for _, id := range open {
		if g := s.net(append(slices.Clone(in), id)) - value; g > 0 || s.keep[id] {
			gains = append(gains, gain{id, g})
			bound += max(0, g)
		}
	}
	slices.SortStableFunc(gains, func(a, b gain) int {
		switch {
		case a.worth > b.worth:
			return -1
		case a.worth < b.worth:
			return 1
		}
		return 0
	})
	for i, g := range gains {
		if bound <= s.value {
			return
		}
		rest := make([]string, 0, len(gains)-i-1)
		for _, r := range gains[i+1:] {
			rest = append(rest, r.id)
		}
		s.explore(append(slices.Clone(in), g.id), value+g.worth, rest)
		bound -= max(0, g.worth)
	}
}
