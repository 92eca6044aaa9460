package parley

import (
	"fmt"
	"slices"
	"strings"
)

// item is a mitigation or feature as a part of the backlog.
type item struct {
	Work
	path string
}

// backlog lists mitigations and features by id, the first of each id.
func (m *Model) backlog() map[string]item {
	items := map[string]item{}
	add := func(id string, w Work, path string) {
		if _, ok := items[id]; !ok && id != "" {
			items[id] = item{w, path}
		}
	}
	for i := range m.Mitigations {
		add(m.Mitigations[i].ID, m.Mitigations[i].Work, fmt.Sprintf("mitigations[%d]", i))
	}
	for i := range m.Features {
		add(m.Features[i].ID, m.Features[i].Work, fmt.Sprintf("features[%d]", i))
	}
	return items
}

// maxClosure bounds the work of following requires: how many items are looked
// at, in all, for contradictions between them. Real backlogs need far fewer.
const maxClosure = 200_000

// backlog checks what items ask of each other: no cycles, and nothing that
// can never be chosen.
func (v *validator) backlog() {
	v.cycles()
	var musts []string
	looked, clashes := 0, map[string]clash{}
	for _, id := range sortedKeys(v.items) {
		if v.items[id].Must {
			musts = append(musts, id)
		}
		if looked < maxClosure {
			needs := closure(v.items, id)
			looked += len(needs)
			v.excludes(id, needs)
			if c := conflict(v.items, needs); c != (clash{}) {
				clashes[id] = c
			}
		}
	}
	v.clashes(clashes)
	if !slices.ContainsFunc(musts, func(id string) bool { return clashes[id] != clash{} }) {
		v.musts(musts)
	}
}

// excludes reports what id itself excludes although it is it or requires it.
func (v *validator) excludes(id string, needs map[string]string) {
	it := v.items[id]
	for i, x := range it.Excludes {
		at := fmt.Sprintf("%s.excludes[%d]", it.path, i)
		if x == id {
			v.fail(at, id, "take it out of the list", "%s excludes itself", id)
		} else if _, ok := needs[x]; ok {
			if slices.Contains(it.Requires, x) {
				v.fail(at, id, "keep one of the two", "%s excludes %s, which it requires", id, x)
				continue
			}
			v.fail(at, id, "take one of these out", "%s excludes %s, which it requires through others (%s)", id, x, strings.Join(v.chain(id, x), " → "))
		}
	}
}

// chain is the shortest way by which one item requires another.
func (v *validator) chain(from, to string) []string {
	ways := [][]string{{from}}
	seen := map[string]bool{from: true}
	for len(ways) > 0 {
		way := ways[0]
		ways = ways[1:]
		for _, r := range v.items[way[len(way)-1]].Requires {
			next := append(slices.Clone(way), r)
			if r == to {
				return next
			}
			if _, ok := v.items[r]; ok && !seen[r] {
				seen[r] = true
				ways = append(ways, next)
			}
		}
	}
	return []string{from, to}
}

// clashes reports each item whose requirements exclude each other or the item,
// unless an item that it requires has the same trouble already.
func (v *validator) clashes(clashes map[string]clash) {
	for _, id := range sortedKeys(clashes) {
		c, it := clashes[id], v.items[id]
		deeper := slices.ContainsFunc(it.Requires, func(r string) bool { return clashes[r] != clash{} })
		switch {
		case deeper || c.a == id:
		case c.b == id:
			v.fail(it.path+".requires", id, "keep one of the two", "%s requires %s, which excludes it", id, c.a)
		default:
			v.fail(it.path+".requires", id, "take one of them out of the list", "%s requires %s and %s, which exclude each other", id, c.a, c.b)
		}
	}
}

// musts reports two items that must both be done and exclude each other.
func (v *validator) musts(musts []string) {
	needs := closure(v.items, musts...)
	c := conflict(v.items, needs)
	if c == (clash{}) {
		return
	}
	because := func(id string) string {
		if must := needs[id]; must != id {
			return fmt.Sprintf("%s (which %s requires)", id, must)
		}
		return id
	}
	v.fail(v.items[c.a].path+".excludes", c.a, "no plan can have both: take must: true from one of them",
		"%s and %s must both be done and exclude each other", because(c.a), because(c.b))
}

// clash is two items of which the first excludes the second; zero for none.
type clash struct{ a, b string }

// conflict finds two of the given items that exclude each other.
func conflict(items map[string]item, among map[string]string) clash {
	for _, x := range sortedKeys(among) {
		for _, y := range items[x].Excludes {
			if _, ok := among[y]; ok && x != y {
				return clash{x, y}
			}
		}
	}
	return clash{}
}

// closure holds the given items and all that they require, each with the
// given one that it is there for.
func closure(items map[string]item, ids ...string) map[string]string {
	from := map[string]string{}
	for _, id := range ids {
		from[id] = id
	}
	todo := slices.Clone(ids)
	for len(todo) > 0 {
		id := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		for _, next := range items[id].Requires {
			if _, ok := from[next]; !ok {
				from[next] = from[id]
				todo = append(todo, next)
			}
		}
	}
	return from
}

// cycles reports each ring of items that require each other, once.
func (v *validator) cycles() {
	c := circles{v: v, state: map[string]visit{}}
	for _, id := range sortedKeys(v.items) {
		if c.state[id] == unseen {
			c.visit(id)
		}
	}
}

// circles is a depth-first walk along requires.
type circles struct {
	v     *validator
	state map[string]visit
	path  []string // from where the walk began to where it is
}

type visit uint8

const (
	unseen visit = iota
	onPath
	left
)

func (c *circles) visit(id string) {
	c.state[id] = onPath
	c.path = append(c.path, id)
	it := c.v.items[id]
	for i, next := range it.Requires {
		switch c.state[next] {
		case onPath:
			ring := c.path[slices.Index(c.path, next):]
			c.v.fail(fmt.Sprintf("%s.requires[%d]", it.path, i), id, "take one of them out of the other's list",
				"items require each other in a circle: %s", ringText(ring))
		case unseen:
			c.visit(next)
		}
	}
	c.path = c.path[:len(c.path)-1]
	c.state[id] = left
}

// ringText is a → b → a, cut in the middle where it is long.
func ringText(ring []string) string {
	text := ring
	if len(ring) > fewest {
		text = append(slices.Clone(ring[:fewest]), fmt.Sprintf("… (%d more)", len(ring)-fewest))
	}
	return strings.Join(append(slices.Clone(text), ring[0]), " → ")
}
