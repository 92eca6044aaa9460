package plan

import (
	"fmt"
	"math"
	"slices"
)

// Validate reports the first number or index in the problem that makes no
// sense: NaN, infinities and amounts above 1e18, negative costs, shares outside
// 0..1, items that do not exist.
func (p *Problem) Validate() error {
	if err := limit("money limit", p.Money); err != nil {
		return err
	}
	if err := limit("effort limit", p.Effort); err != nil {
		return err
	}
	for i, it := range p.Items {
		if err := p.validateItem(i, it); err != nil {
			return err
		}
	}
	for k, t := range p.Terms {
		if err := p.validateTerm(t); err != nil {
			return fmt.Errorf("plan: term %d: %w", k, err)
		}
	}
	for k, t := range p.Tables {
		if err := p.validateTable(t); err != nil {
			return fmt.Errorf("plan: table %d: %w", k, err)
		}
	}
	for k, chain := range p.Chains {
		for _, i := range chain {
			if err := p.index(i); err != nil {
				return fmt.Errorf("plan: chain %d: %w", k, err)
			}
		}
	}
	for k, r := range p.Rows {
		if math.IsNaN(r.Limit) {
			return fmt.Errorf("plan: row %d (%s): the limit is not a number", k, r.Name)
		}
		for _, u := range r.Uses {
			if err := p.index(u.Item); err != nil {
				return fmt.Errorf("plan: row %d (%s): %w", k, r.Name, err)
			}
			if !finite(u.Amount) {
				return fmt.Errorf("plan: row %d (%s): the amount of item %q is %v; want a number from −1e18 to 1e18", k, r.Name, p.Items[u.Item].ID, u.Amount)
			}
		}
	}
	return nil
}

func limit(name string, v float64) error {
	if math.IsNaN(v) || v < 0 {
		return fmt.Errorf("plan: the %s is %v; want 0 or more, or +Inf for none", name, v)
	}
	return nil
}

func (p *Problem) validateItem(i int, it Item) error {
	for _, f := range []struct {
		name string
		v    float64
		sign bool // may be negative
	}{{"money", it.Money, false}, {"effort", it.Effort, false}, {"outlay", it.Outlay, false}, {"gross value", it.Gross, true}} {
		if !finite(f.v) || f.v < 0 && !f.sign {
			return fmt.Errorf("plan: item %d (%s): the %s is %v; want a number from %s to 1e18", i, it.ID, f.name, f.v, map[bool]string{false: "0", true: "−1e18"}[f.sign])
		}
	}
	for _, list := range [][]int{it.Requires, it.Excludes} {
		for _, j := range list {
			if err := p.index(j); err != nil {
				return fmt.Errorf("plan: item %d (%s): %w", i, it.ID, err)
			}
		}
	}
	return nil
}

func (p *Problem) validateTerm(t Term) error {
	if !finite(t.Loss) || t.Loss < 0 {
		return fmt.Errorf("the loss is %v; want a number from 0 to 1e18", t.Loss)
	}
	for _, f := range t.Factors {
		if err := p.index(f.Item); err != nil {
			return err
		}
		if !(f.Pass >= 0 && f.Pass <= 1) {
			return fmt.Errorf("item %q lets the share %v pass; want 0 to 1", p.Items[f.Item].ID, f.Pass)
		}
	}
	for _, i := range t.IfAny {
		if err := p.index(i); err != nil {
			return err
		}
	}
	return nil
}

func (p *Problem) validateTable(t Table) error {
	if n := len(t.Items); n > MostInTable || len(t.Loss) != 1<<n {
		return fmt.Errorf("%d losses of %d items; want 2 to the number of items, of which there may be %d", len(t.Loss), n, MostInTable)
	}
	for k, i := range t.Items {
		if err := p.index(i); err != nil {
			return err
		}
		if slices.Contains(t.Items[:k], i) {
			return fmt.Errorf("item %q stands in it twice", p.Items[i].ID)
		}
	}
	for _, v := range t.Loss {
		if !finite(v) || v < 0 {
			return fmt.Errorf("the loss is %v; want a number from 0 to 1e18", v)
		}
	}
	return nil
}

func (p *Problem) index(i int) error {
	if i < 0 || i >= len(p.Items) {
		return fmt.Errorf("item %d does not exist; there are %d", i, len(p.Items))
	}
	return nil
}

// largest is the largest amount taken: sums and products of amounts stay exact
// enough below it.
const largest = 1e18

// finite says whether a number is one that can be worked with.
func finite(v float64) bool { return math.Abs(v) <= largest }
