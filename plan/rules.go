package plan

import (
	"fmt"
	"strings"
)

// InfeasibleError says that no set of items keeps all limits and rules, and
// which obligations clash.
type InfeasibleError struct {
	// Items are the indices of the must items involved (and, for a clash between
	// two, of the item that one of them cannot have), IDs their names.
	Items []int
	IDs   []string
	// Limit names the limit that the must items overrun, with what they Need of
	// it and what there is (Have); empty when rules clash without a limit.
	Limit      string
	Need, Have float64
}

// Error says which items clash over what.
func (e *InfeasibleError) Error() string {
	who := strings.Join(e.IDs, ", ")
	switch {
	case e.Limit != "" && len(e.Items) == 0:
		return fmt.Sprintf("plan: no choice keeps %s: it comes to %.6g at least; the limit is %.6g", e.Limit, e.Need, e.Have)
	case e.Limit != "":
		return fmt.Sprintf("plan: what must be done (%s) needs %.6g of %s; the limit is %.6g", who, e.Need, e.Limit, e.Have)
	case len(e.Items) > 0:
		return fmt.Sprintf("plan: %s cannot go together: one must be chosen, and requires or excludes what the other says", who)
	}
	return "plan: no set of items keeps all limits and rules"
}

func (p *Problem) clash(items ...int) *InfeasibleError {
	e := &InfeasibleError{}
	for _, i := range items {
		if len(e.Items) > 0 && e.Items[len(e.Items)-1] == i {
			continue
		}
		e.Items = append(e.Items, i)
		e.IDs = append(e.IDs, p.Items[i].ID)
	}
	return e
}

// What is known of an item while searching.
const (
	undecided = iota
	taken
	left
)

// settle works out what the rules alone decide: the items that the must items
// require are in; what is excluded by them, must not be, or requires something
// that is out, is out.
func (p *Problem) settle() ([]uint8, *InfeasibleError) {
	state := make([]uint8, len(p.Items))
	why := make([]int, len(p.Items)) // the must item that brought this one in
	excl := p.excluders()
	var queue []int
	for i, it := range p.Items {
		if it.Must {
			state[i], why[i] = taken, i
			queue = append(queue, i)
		}
	}
	for len(queue) > 0 {
		i := queue[0]
		queue = queue[1:]
		if p.Items[i].MustNot {
			return nil, p.clash(why[i], i)
		}
		for _, j := range p.Items[i].Requires {
			if state[j] != taken {
				state[j], why[j] = taken, why[i]
				queue = append(queue, j)
			}
		}
	}
	for i := range p.Items {
		if state[i] != taken {
			continue
		}
		for _, j := range excl[i] {
			if state[j] == taken {
				return nil, p.clash(why[i], why[j])
			}
			state[j] = left
		}
	}
	p.shut(state)
	return state, p.overrun(state)
}

// excluders are the Excludes lists made symmetric.
func (p *Problem) excluders() [][]int {
	excl := make([][]int, len(p.Items))
	for i, it := range p.Items {
		for _, j := range it.Excludes {
			if i != j {
				excl[i] = append(excl[i], j)
				excl[j] = append(excl[j], i)
			}
		}
	}
	return excl
}

// shut marks as out what must not be chosen and whatever requires something out.
func (p *Problem) shut(state []uint8) {
	for changed := true; changed; {
		changed = false
		for i, it := range p.Items {
			if state[i] != undecided {
				continue
			}
			bad := it.MustNot
			for _, j := range it.Requires {
				bad = bad || state[j] == left
			}
			if bad {
				state[i], changed = left, true
			}
		}
	}
}

// overrun checks what is in against each limit, giving rows that can gain from
// free items the benefit of the doubt.
func (p *Problem) overrun(state []uint8) *InfeasibleError {
	for _, r := range p.rows() {
		need := 0.0
		var who []int
		for _, u := range r.Uses {
			switch {
			case state[u.Item] == taken:
				need += u.Amount
				if u.Amount > 0 {
					who = append(who, u.Item)
				}
			case state[u.Item] == undecided && u.Amount < 0:
				need += u.Amount
			}
		}
		if need > roomy(r.Limit) {
			e := p.clash(who...)
			e.Limit, e.Need, e.Have = r.Name, need, r.Limit
			return e
		}
	}
	return nil
}
