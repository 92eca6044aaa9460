package plan

import (
	"context"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// TestClashOfRules names the rules that cannot be kept together and no others.
func TestClashOfRules(t *testing.T) {
	p := &Problem{
		Money: 100, Effort: 50,
		Items: []Item{
			{ID: "a", Must: true, Money: 60, Requires: []int{1}},
			{ID: "b", Money: 50, Excludes: []int{2}},
			{ID: "c", Effort: 10},
			{ID: "d", Must: true},
		},
		Rows: []Row{{Name: "one of b and c", Uses: []Use{{1, -1}, {2, -1}}, Limit: -1}},
	}
	want := []Constraint{{Kind: Requires, Items: []int{0, 1}}, {Kind: OfMoney}, {Kind: MustBe, Items: []int{0}}}
	if got := p.Clash(t.Context()); !slices.EqualFunc(got, want, equalConstraints) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	p.Money = math.Inf(1)
	if got := p.Clash(t.Context()); got != nil {
		t.Errorf("%+v, though a set is possible", got)
	}
	p.Items[2].Must = true
	want = []Constraint{{Kind: Requires, Items: []int{0, 1}}, {Kind: Excludes, Items: []int{1, 2}}, {Kind: MustBe, Items: []int{0}}, {Kind: MustBe, Items: []int{2}}}
	if got := p.Clash(t.Context()); !slices.EqualFunc(got, want, equalConstraints) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func equalConstraints(a, b Constraint) bool {
	return a.Kind == b.Kind && a.Row == b.Row && slices.Equal(a.Items, b.Items)
}

// endsAfter is a context that ends when it has been asked so often.
type endsAfter struct {
	context.Context
	left int
}

func (c *endsAfter) Err() error {
	if c.left--; c.left < 0 {
		return context.DeadlineExceeded
	}
	return nil
}

// TestClashCutShort names nothing rather than a list that could be shorter.
func TestClashCutShort(t *testing.T) {
	p := &Problem{Money: 1, Effort: math.Inf(1), Items: []Item{{ID: "a", Must: true, Money: 2}, {ID: "b", Must: true}, {ID: "c", Must: true}}}
	want := []Constraint{{Kind: OfMoney}, {Kind: MustBe, Items: []int{0}}}
	none := 0
	for left := range 1000 {
		switch got := p.Clash(&endsAfter{t.Context(), left}); {
		case got == nil:
			none++
		case !slices.EqualFunc(got, want, equalConstraints):
			t.Fatalf("cut short after %d looks: %+v, want %+v or nothing", left, got, want)
		default:
			if none == 0 {
				t.Error("never cut short")
			}
			return
		}
	}
	t.Error("nothing named however long it may take")
}

// TestClashesCannotBeSpared draws problems of every kind of rule: a clash is named
// exactly where no set is possible, trying every set shows that none keeps all
// of it, and that some set does without any one of it.
func TestClashesCannotBeSpared(t *testing.T) {
	possible := func(p *Problem, list []Constraint) bool {
		_, _, ok := bruteForce(p.only(list))
		return ok
	}
	rapid.Check(t, func(t *rapid.T) {
		p := drawProblem(t, 6)
		for i := range p.Items {
			p.Items[i].Must = p.Items[i].Must || rapid.IntRange(0, 2).Draw(t, "also must") == 0
		}
		_, _, any := bruteForce(p)
		clash := p.Clash(context.Background())
		if any != (clash == nil) {
			t.Fatalf("a set is possible: %v; clash %+v", any, clash)
		}
		if any {
			return
		}
		if possible(p, clash) {
			t.Fatalf("a set keeps all of %+v", clash)
		}
		for k := range clash {
			if !possible(p, slices.Delete(slices.Clone(clash), k, k+1)) {
				t.Fatalf("%+v is not needed in %+v", clash[k], clash)
			}
		}
	})
}
