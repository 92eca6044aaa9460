package risk

import (
	"fmt"
	"slices"
)

// cell is one joint state in which an event may find a threat's barriers: which
// dependencies are down and, where coverage gaps are the same cases, how far
// coverage reaches. Its probability is a constant of the model.
type cell struct {
	prob  float64
	up    []bool    // by barrier: in front of the event
	edges []float64 // of the bands of its rate axis, from 0 to 1
}

// Limits on joint states per threat: beyond them exact sums stop being instant.
const (
	maxDependencies = 12      // 4096 joint states
	maxCells        = 1 << 14 // after coverage levels
)

// cells lists the joint states of a threat's barriers, those that put the same
// barriers in front merged, in a fixed order.
func cells(barriers []barrier, down map[string]float64, nested bool) ([]cell, error) {
	states, err := dependencyStates(barriers, down)
	if err != nil {
		return nil, err
	}
	levels := []cell{{prob: 1, up: allUp(len(barriers))}}
	if nested {
		levels = coverageLevels(barriers)
	}
	if len(states)*len(levels) > maxCells {
		return nil, fmt.Errorf("its barriers have %d joint states of dependencies and coverage; at most %d can be priced: make fewer of them depend on different things", len(states)*len(levels), maxCells)
	}
	return merged(states, levels), nil
}

func allUp(n int) []bool {
	up := make([]bool, n)
	for i := range up {
		up[i] = true
	}
	return up
}

// dependencyStates are the joint states of what the barriers rely on; each
// dependency is down independently with its mean share of time.
func dependencyStates(barriers []barrier, down map[string]float64) ([]cell, error) {
	var deps []string
	for i := range barriers {
		for _, d := range barriers[i].relies {
			if down[d] > 0 && !slices.Contains(deps, d) {
				deps = append(deps, d)
			}
		}
	}
	slices.Sort(deps)
	if len(deps) > maxDependencies {
		return nil, fmt.Errorf("its barriers rely on %d dependencies that can be down; at most %d can be priced jointly: merge those that fail together", len(deps), maxDependencies)
	}
	out := make([]cell, 0, 1<<len(deps))
	for mask := range 1 << len(deps) {
		c := cell{prob: 1, up: allUp(len(barriers))}
		for j, d := range deps {
			if mask>>j&1 == 0 {
				c.prob *= 1 - down[d]
				continue
			}
			c.prob *= down[d]
			for i := range barriers {
				if slices.Contains(barriers[i].relies, d) {
					c.up[i] = false
				}
			}
		}
		out = append(out, c)
	}
	return out, nil
}

// coverageLevels are the nested reaches of coverage: one level per event,
// uniform over 0..1, has in front of it every barrier whose coverage exceeds it.
func coverageLevels(barriers []barrier) []cell {
	edges := []float64{0, 1}
	for i := range barriers {
		edges = append(edges, barriers[i].coverage.mean)
	}
	slices.Sort(edges)
	edges = slices.Compact(edges)
	var out []cell
	for j := 1; j < len(edges); j++ {
		c := cell{prob: edges[j] - edges[j-1], up: make([]bool, len(barriers))}
		for i := range barriers {
			c.up[i] = barriers[i].coverage.mean >= edges[j]
		}
		out = append(out, c)
	}
	return out
}

// merged crosses states and levels and adds up those with the same barriers in
// front, keeping their order: all dependencies up and the widest reach first.
func merged(states, levels []cell) []cell {
	index := map[string]int{}
	var out []cell
	for _, s := range states {
		for _, l := range levels {
			up := make([]bool, len(s.up))
			key := make([]byte, len(s.up))
			for i := range up {
				up[i] = s.up[i] && l.up[i]
				if up[i] {
					key[i] = 1
				}
			}
			prob := s.prob * l.prob
			if prob == 0 {
				continue
			}
			if j, ok := index[string(key)]; ok {
				out[j].prob += prob
				continue
			}
			index[string(key)] = len(out)
			out = append(out, cell{prob: prob, up: up})
		}
	}
	return out
}
