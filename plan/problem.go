package plan

import "math"

// LeastPass is the smallest share a factor lets pass: a share stopped above
// 1 − 1e-9 is priced as 1 − 1e-9, so that no item hides all others.
const LeastPass = 1e-9

// Item is one thing that can be chosen as a whole or left.
type Item struct {
	// ID names the item in messages; the solver refers to items by index.
	ID string
	// Money (currency units) and Effort (person-days) count against the limits,
	// undiscounted. Finite, not negative.
	Money, Effort float64
	// Outlay is the discounted cost, Gross the discounted linear value: benefits
	// and feature value. Both in currency units and finite; Gross may be negative.
	Outlay, Gross float64
	// Requires and Excludes hold indices of items that have to be, or may not be,
	// chosen together with this one. Excludes works both ways.
	Requires, Excludes []int
	// Must items are chosen, MustNot items are not, whatever they are worth.
	Must, MustNot bool
}

// Factor says that an item, when chosen, lets only the share Pass of a term's
// loss through. Pass is in 0..1; see [LeastPass].
type Factor struct {
	Item int
	Pass float64
}

// Term is a part of the expected loss: Loss times the product of Pass over the
// chosen items among Factors.
type Term struct {
	// Loss is in discounted currency units, finite, not negative.
	Loss float64
	// Factors of the same item multiply.
	Factors []Factor
	// IfAny, when not empty, makes the term count only if at least one of these
	// items is chosen: the new threat of a feature.
	IfAny []int
}

// MostInTable is the most items that one [Table] may have.
const MostInTable = mostBits

// Table is a part of the expected loss that is no sum of products: what is lost
// with each subset of a few items.
type Table struct {
	Items []int // no item twice, at most [MostInTable]
	// Loss has an entry for each subset, 2 to the number of items: bit k of its index
	// says whether Items[k] is chosen. Each is as in [Term].
	Loss []float64
}

// Use is an item's coefficient in a [Row].
type Use struct {
	Item   int
	Amount float64
}

// Row is a further linear limit: the amounts of the chosen items may add up to
// at most Limit. Amounts may be negative, so a row can also demand.
type Row struct {
	Name  string
	Uses  []Use
	Limit float64
}

// Problem is what [Solve] works on.
type Problem struct {
	Items []Item
	Terms []Term
	// Tables add to what the terms say.
	Tables []Table
	// Money and Effort are the limits on the sums of the items' Money and Effort;
	// +Inf means no limit, 0 means nothing.
	Money, Effort float64
	Rows          []Row
	// Chains are lists of items of which each requires the next, such as one thing
	// started by one time or another. To name them changes no answer; it makes the
	// search faster.
	Chains [][]int
}

// Totals are the figures of one set of items, all but Effort in currency units.
type Totals struct {
	Money, Effort float64
	Outlay, Gross float64
	Loss          float64
	// Value is Loss(nothing) − Loss + Gross − Outlay.
	Value float64
}

// LossOfNothing is the discounted expected loss when nothing is chosen.
func (p *Problem) LossOfNothing() float64 {
	return p.loss(make([]bool, len(p.Items)))
}

// Totals adds up the figures of a set of items given by index, whether or not
// the set keeps the limits. Indices out of range are ignored.
func (p *Problem) Totals(chosen []int) Totals {
	in := make([]bool, len(p.Items))
	for _, i := range chosen {
		if i >= 0 && i < len(in) {
			in[i] = true
		}
	}
	var t Totals
	for i, it := range p.Items {
		if in[i] {
			t.Money += it.Money
			t.Effort += it.Effort
			t.Outlay += it.Outlay
			t.Gross += it.Gross
		}
	}
	t.Loss = p.loss(in)
	t.Value = p.LossOfNothing() - t.Loss + t.Gross - t.Outlay
	return t
}

// LossOf is the part of the expected loss that the terms from..to-1 say, when some
// items, given by index, are chosen.
func (p *Problem) LossOf(from, to int, chosen []int) float64 {
	in := make([]bool, len(p.Items))
	for _, i := range chosen {
		in[i] = true
	}
	return lossOf(p.Terms[from:to], in)
}

func (p *Problem) loss(in []bool) float64 {
	sum := lossOf(p.Terms, in)
	for _, t := range p.Tables {
		at := 0
		for k, i := range t.Items {
			if in[i] {
				at |= 1 << k
			}
		}
		sum += t.Loss[at]
	}
	return sum
}

func lossOf(terms []Term, in []bool) float64 {
	sum := 0.0
	for _, t := range terms {
		if !t.present(in) {
			continue
		}
		l := t.Loss
		for _, f := range t.Factors {
			if in[f.Item] {
				l *= math.Max(f.Pass, LeastPass)
			}
		}
		sum += l
	}
	return sum
}

func (t Term) present(in []bool) bool {
	if len(t.IfAny) == 0 {
		return true
	}
	for _, i := range t.IfAny {
		if in[i] {
			return true
		}
	}
	return false
}

// rows are all linear limits of the problem, the finite ones of Money and
// Effort first.
func (p *Problem) rows() []Row {
	var rows []Row
	add := func(name string, limit float64, amount func(Item) float64) {
		if math.IsInf(limit, 1) {
			return
		}
		r := Row{Name: name, Limit: limit}
		for i, it := range p.Items {
			if a := amount(it); a != 0 {
				r.Uses = append(r.Uses, Use{i, a})
			}
		}
		rows = append(rows, r)
	}
	add("money", p.Money, func(it Item) float64 { return it.Money })
	add("effort", p.Effort, func(it Item) float64 { return it.Effort })
	return append(rows, p.Rows...)
}

// slack is how far a limit may be overrun by rounding: sums of amounts typed in
// decimal are rarely exact in binary.
const slack = 1e-9

// roomy is a limit with its slack.
func roomy(limit float64) float64 {
	return limit + slack*math.Max(1, math.Abs(limit))
}

// Feasible says whether a set of items keeps every limit and rule.
func (p *Problem) Feasible(chosen []int) bool {
	in := make([]bool, len(p.Items))
	for _, i := range chosen {
		if i < 0 || i >= len(in) {
			return false
		}
		in[i] = true
	}
	for i, it := range p.Items {
		if !p.allowed(i, it, in) {
			return false
		}
	}
	for _, r := range p.rows() {
		sum := 0.0
		for _, u := range r.Uses {
			if in[u.Item] {
				sum += u.Amount
			}
		}
		if sum > roomy(r.Limit) {
			return false
		}
	}
	return true
}

func (p *Problem) allowed(i int, it Item, in []bool) bool {
	if !in[i] {
		return !it.Must
	}
	if it.MustNot {
		return false
	}
	for _, j := range it.Requires {
		if !in[j] {
			return false
		}
	}
	for _, j := range it.Excludes {
		if in[j] && j != i {
			return false
		}
	}
	return true
}
