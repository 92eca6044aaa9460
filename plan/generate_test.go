package plan

import (
	"math"
	"math/rand/v2"
	"slices"
)

// layered makes a random planning problem of the kind the benchmarks use: each
// mitigation touches 1 to 5 threats and stops 20–95 % of each, losses are
// log-uniform 20k–500k a year, costs log-uniform 4k–60k, the money limit is
// 30 % of the total cost, layers share a common cause of 5 %, and there is one
// dependency for every five items, which an item relies on with chance 1/2.
func layered(n, threats int, seed uint64) *Problem {
	g := rand.New(rand.NewPCG(seed, uint64(n)))
	logUniform := func(a, b float64) float64 { return a * math.Pow(b/a, g.Float64()) }
	p := &Problem{Effort: math.Inf(1)}
	down := make([]float64, max(1, n/5))
	for d := range down {
		down[d] = logUniform(.001, .02)
	}
	loss := make([]float64, threats)
	for t := range loss {
		loss[t] = logUniform(20e3, 500e3)
	}
	layers := make([][]layer, threats)
	for i := range n {
		c := math.Round(logUniform(4e3, 60e3))
		p.Items = append(p.Items, Item{Money: c, Outlay: c})
		p.Money += .3 * c
		relies := -1
		if g.IntN(2) == 0 {
			relies = g.IntN(len(down))
		}
		for _, t := range g.Perm(threats)[:1+g.IntN(min(5, threats))] {
			share := .2 + .75*g.Float64()
			layers[t] = append(layers[t], layer{item: i, share: share, relies: relies})
		}
	}
	for t, ls := range layers {
		p.Terms = append(p.Terms, commonCause(loss[t], ls, down, .05)...)
	}
	return p
}

// negotiated is layered with all that a negotiation adds: effort and its limit,
// features with a value that bring threats, requires and excludes.
func negotiated(n, threats int, seed uint64) *Problem {
	p := layered(n, threats, seed)
	g := rand.New(rand.NewPCG(seed, 7))
	p.Effort = 0
	for i := range p.Items {
		it := &p.Items[i]
		it.Effort = float64(1 + g.IntN(40))
		it.Outlay += it.Effort * 500
		p.Effort += .25 * it.Effort
		switch g.IntN(6) {
		case 0: // a feature
			it.Gross = float64(g.IntN(120)) * 1000
			if g.IntN(2) == 0 {
				p.Terms = append(p.Terms, Term{
					Loss: float64(g.IntN(80)) * 1000, IfAny: []int{i},
					Factors: []Factor{{g.IntN(n), .2}, {g.IntN(n), .5}},
				})
			}
		case 1:
			it.Requires = []int{g.IntN(n)}
		case 2:
			if j := g.IntN(n); j != i {
				it.Excludes = []int{j}
			}
		}
	}
	return p
}

type layer struct {
	item, relies int
	share        float64
}

// commonCause writes one threat's loss as terms, by dependency state and rank,
// straight from the formula in docs/maths.md.
func commonCause(loss float64, ls []layer, down []float64, cc float64) []Term {
	ls = slices.Clone(ls)
	c := func(l layer) float64 { return cc * (1 - l.share) }
	slices.SortFunc(ls, func(a, b layer) int { return int(math.Copysign(1, c(a)-c(b))) })
	var deps []int
	for _, l := range ls {
		if l.relies >= 0 && !slices.Contains(deps, l.relies) {
			deps = append(deps, l.relies)
		}
	}
	var terms []Term
	for s := range 1 << len(deps) {
		chance := 1.0
		var broken []int
		for k, d := range deps {
			if s>>k&1 == 1 {
				chance *= down[d]
				broken = append(broken, d)
			} else {
				chance *= 1 - down[d]
			}
		}
		for k := range len(ls) + 1 {
			from, to := 0.0, 1.0
			if k > 0 {
				from = c(ls[k-1])
			}
			if k < len(ls) {
				to = c(ls[k])
			}
			t := Term{Loss: loss * chance * (to - from)}
			for _, l := range ls[:k] {
				if !slices.Contains(broken, l.relies) {
					t.Factors = append(t.Factors, Factor{l.item, (1 - l.share - c(l)) / (1 - c(l))})
				}
			}
			terms = append(terms, t)
		}
	}
	return terms
}

// multiplying makes a problem without common causes or dependencies.
func multiplying(n, threats int, seed uint64) *Problem {
	g := rand.New(rand.NewPCG(seed, uint64(n)))
	p := &Problem{Effort: math.Inf(1), Terms: make([]Term, threats)}
	for t := range p.Terms {
		p.Terms[t].Loss = math.Exp(g.NormFloat64()*1.2 + 10)
	}
	for i := range n {
		c := math.Round(math.Exp(g.NormFloat64()*.7 + 9.5))
		p.Items = append(p.Items, Item{Money: c, Outlay: c})
		p.Money += .3 * c
		for _, t := range g.Perm(threats)[:1+g.IntN(min(5, threats))] {
			p.Terms[t].Factors = append(p.Terms[t].Factors, Factor{i, 1 - float64(20+g.IntN(76))/100})
		}
	}
	return p
}

// dense makes a problem in which every item touches half of the threats, so
// that no table can hold what a threat's items do together.
func dense(n, threats int, seed uint64) *Problem {
	g := rand.New(rand.NewPCG(seed, uint64(n)))
	p := &Problem{Effort: math.Inf(1), Terms: make([]Term, threats)}
	for t := range p.Terms {
		p.Terms[t].Loss = 20e3 * math.Pow(25, g.Float64()) * float64(n) / 10
	}
	for i := range n {
		c := math.Round(4e3 * math.Pow(15, g.Float64()))
		p.Items = append(p.Items, Item{Money: c, Outlay: c})
		p.Money += .2 * c
		for _, t := range g.Perm(threats)[:threats/2] {
			p.Terms[t].Factors = append(p.Terms[t].Factors, Factor{i, .95 - .5*g.Float64()})
		}
	}
	return p
}
