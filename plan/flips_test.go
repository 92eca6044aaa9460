package plan

import (
	"math"
	"slices"
	"testing"
)

// flips values all sets of a problem in Gray-code order, one item flipped at a
// time, by tables of its own straight from the definition: the terms over the same
// items have one entry for each subset of these. Amounts of money, effort, outlay
// and gross value have to be whole, so that their sums do not drift.
type flips struct {
	p      *Problem
	rows   []Row
	use    [][]float64 // of each item, by row
	tables [][]float64
	at     []int // the entry of each table
	of     [][]tableBit
	// ruled are the items that need others or may not go with them.
	ruled          []int
	barred, needed []int // bits of the items

	in                  int // bits of the items chosen
	used                []float64
	outlay, gross, loss float64
}

// tableBit is an item's bit in a table.
type tableBit struct{ table, mask int }

func newFlips(p *Problem) *flips {
	n := len(p.Items)
	f := &flips{p: p, rows: p.rows(), use: make([][]float64, n), of: make([][]tableBit, n), barred: make([]int, n), needed: make([]int, n)}
	f.used = make([]float64, len(f.rows))
	for i, it := range p.Items {
		f.use[i] = make([]float64, len(f.rows))
		for _, j := range it.Requires {
			f.needed[i] |= 1 << j
		}
		for _, j := range it.Excludes {
			f.barred[i] |= 1 << j
		}
		if f.needed[i]|f.barred[i] != 0 {
			f.ruled = append(f.ruled, i)
		}
	}
	for k, r := range f.rows {
		for _, u := range r.Uses {
			f.use[u.Item][k] += u.Amount
		}
	}
	bySupport := map[int][]Term{}
	for _, t := range p.Terms {
		s := 0
		for _, x := range t.Factors {
			s |= 1 << x.Item
		}
		for _, i := range t.IfAny {
			s |= 1 << i
		}
		bySupport[s] = append(bySupport[s], t)
	}
	for s, terms := range bySupport {
		f.tabulate(s, terms)
	}
	return f
}

// tabulate adds a table of some terms over the items whose bits are set.
func (f *flips) tabulate(support int, terms []Term) {
	q := &Problem{Terms: terms}
	var items []int
	for i := range f.p.Items {
		if support>>i&1 == 1 {
			f.of[i] = append(f.of[i], tableBit{len(f.tables), 1 << len(items)})
			items = append(items, i)
		}
	}
	table, in := make([]float64, 1<<len(items)), make([]bool, len(f.p.Items))
	for s := range table {
		for k, i := range items {
			in[i] = s>>k&1 == 1
		}
		table[s] = q.loss(in)
	}
	f.tables, f.at = append(f.tables, table), append(f.at, 0)
	f.loss += table[0]
}

// flip takes an item in or out.
func (f *flips) flip(i int) {
	f.in ^= 1 << i
	sign := -1.0
	if f.in>>i&1 == 1 {
		sign = 1
	}
	f.outlay += sign * f.p.Items[i].Outlay
	f.gross += sign * f.p.Items[i].Gross
	for k, u := range f.use[i] {
		f.used[k] += sign * u
	}
	for _, b := range f.of[i] {
		t := f.tables[b.table]
		was := t[f.at[b.table]]
		f.at[b.table] ^= b.mask
		f.loss += t[f.at[b.table]] - was
	}
}

// feasible says whether the set keeps all limits and rules.
func (f *flips) feasible() bool {
	for k, r := range f.rows {
		if f.used[k] > r.Limit {
			return false
		}
	}
	for _, i := range f.ruled {
		if f.in>>i&1 == 1 && (f.in&f.barred[i] != 0 || f.in&f.needed[i] != f.needed[i]) {
			return false
		}
	}
	return true
}

// bestByOutlay is the most gross value of all sets that keep limits and rules, by
// their outlay in whole units; −Inf where no set has it.
func (f *flips) bestByOutlay() []float64 {
	most, nothing := 0.0, f.loss
	for _, it := range f.p.Items {
		most += it.Outlay
	}
	best := make([]float64, int(most)+1)
	for k := range best {
		best[k] = math.Inf(-1)
	}
	for k := range 1 << len(f.p.Items) {
		if k > 0 {
			f.flip(bitOf(k & -k))
		}
		if gross := nothing - f.loss + f.gross; gross > best[int(f.outlay)] && f.feasible() {
			best[int(f.outlay)] = gross
		}
	}
	return best
}

// TestParetoSetsOfTwentyItems compares all points of the frontier with all subsets
// of 20 items, and of 18 with features that bring threats, requires, excludes and
// limits on money and effort. The best of them without
// counting outlay apart is the plan that Solve finds.
func TestParetoSetsOfTwentyItems(t *testing.T) {
	free, ruled := layered(20, 14, 3), negotiated(18, 14, 4)
	free.Money = math.Inf(1)
	ruled.Money *= 2
	for name, p := range map[string]*Problem{"free": free, "ruled": ruled} {
		t.Run(name, func(t *testing.T) {
			best := newFlips(p).bestByOutlay()
			scale := p.LossOfNothing()
			f, err := p.Frontier(t.Context(), Options{})
			if err != nil || !f.Complete || !f.Proved {
				t.Fatalf("%v, complete %v, proved %v", err, f.Complete, f.Proved)
			}
			k, most, value := 0, math.Inf(-1), math.Inf(-1)
			for outlay, gross := range best {
				value = math.Max(value, gross-float64(outlay))
				if gross <= most+1e-7*scale {
					continue
				}
				most = gross
				if k == len(f.Points) || math.Abs(f.Points[k].Outlay-float64(outlay)) > 1e-6 || math.Abs(f.Points[k].GrossValue-gross) > 1e-7*scale {
					t.Fatalf("point %d of %d is not %v for %v", k, len(f.Points), gross, outlay)
				}
				k++
			}
			if k != len(f.Points) || k < 30 {
				t.Errorf("%d points, want %d", len(f.Points), k)
			}
			if sol := mustSolve(t, p); !sol.Proved || math.Abs(sol.Value-value) > 1e-9*scale || !slices.IsSorted(sol.Chosen) {
				t.Errorf("the plan is worth %v, want %v", sol.Value, value)
			}
		})
	}
}
