package ledger

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/parleysec/parley"
)

func ordered(moved string, order ...string) Draft {
	return Draft{Product: "shop", Body: &BacklogOrdered{Order: order, Moved: moved}}
}

func TestBacklogIsOrdered(t *testing.T) {
	b := newBook(t)
	b.apply(shop())
	if b.shop().Backlog != nil || b.shop().LastMove("consent") != "" {
		t.Error("ordered before anybody did")
	}
	b.add(ordered("one-click", "one-click", "prepared", "consent"))
	first := *b.shop().Backlog
	moved := b.shop().LastMove("one-click")
	tom := Actor{ID: "tom@example.org", Known: ThisMachine, Via: ViaPage}
	b.add(Draft{Product: "shop", Actor: tom, Body: &BacklogOrdered{Order: []string{"consent", "one-click", "prepared"}, Moved: "consent", Because: "it is due"}})
	now := b.shop().Backlog
	if !slices.Equal(now.Order, []string{"consent", "one-click", "prepared"}) || now.Actor != tom || now.Because != "it is due" || !now.Since.Equal(first.At) || !now.At.After(first.At) {
		t.Errorf("%+v", now)
	}
	if b.shop().LastMove("one-click") != moved || moved == "" || b.shop().LastMove("prepared") != "" {
		t.Errorf("who was moved when: %v", now.Moved)
	}
	if !slices.Equal(first.Order, []string{"one-click", "prepared", "consent"}) || len(first.Moved) != 1 {
		t.Errorf("a state that somebody reads was changed: %+v", first)
	}
	b.add(ordered(""))
	if b.shop().Backlog != nil {
		t.Errorf("the plan's order is not back: %+v", b.shop().Backlog)
	}
}

// TestBacklogFollowsRenames: what stands in the order keeps its place under
// another id, and another thing may have its former id.
func TestBacklogFollowsRenames(t *testing.T) {
	b := newBook(t)
	b.apply(shop())
	b.add(ordered("one-click", "one-click", "prepared", "consent"))
	before, moved := b.shop().Backlog, b.shop().LastMove("one-click")
	b.add(
		Draft{Product: "shop", Body: &ItemRenamed{Kind: KindFeature, From: "one-click", To: "two-clicks"}},
		Draft{Product: "shop", Body: &ItemRenamed{Kind: KindMitigation, From: "prepared", To: "typed"}},
		Draft{Product: "shop", Body: &ItemRenamed{Kind: KindThreat, From: "leak", To: "consent"}},
	)
	if got := b.shop().Backlog.Order; !slices.Equal(got, []string{"two-clicks", "typed", "consent"}) || b.shop().LastMove("two-clicks") != moved {
		t.Errorf("%+v", b.shop().Backlog)
	}
	if !slices.Equal(before.Order, []string{"one-click", "prepared", "consent"}) || before.Moved["one-click"] != moved {
		t.Errorf("a state that somebody reads was changed: %+v", before)
	}
}

func TestBacklogHoldsWhatIsDropped(t *testing.T) {
	b := newBook(t)
	b.apply(shop())
	b.decide(Terms{Threats: []string{"leak"}, Kind: parley.Avoid, Drops: "stored cards", Because: "too much"})
	b.add(ordered("SHOP-W1", "one-click", "SHOP-W1"))
	if got := b.shop().Backlog.Order; !slices.Equal(got, []string{"one-click", "SHOP-W1"}) {
		t.Errorf("%v", got)
	}
}

func TestBacklogRefused(t *testing.T) {
	b := newBook(t)
	b.apply(shop())
	b.decide(Terms{Threats: []string{"leak"}, Kind: parley.Mitigate, With: []string{"prepared"}, Because: "cheap"})
	for says, d := range map[string]Draft{
		"unknown":                ordered("prepared", "prepared", "moon"),
		"a threat":               ordered("prepared", "prepared", "leak"),
		"twice":                  ordered("prepared", "prepared", "prepared"),
		"not in it":              ordered("consent", "prepared"),
		"nothing was moved":      ordered("", "prepared"),
		"moved in no order":      ordered("prepared"),
		"the task of an item":    ordered("prepared", "prepared", "SHOP-W1"),
		"of a product not there": {Product: "moon", Body: &BacklogOrdered{}},
	} {
		if err := b.try(d); err == nil {
			t.Errorf("%s: was recorded", says)
		}
	}
}

// TestMovesLoseNothing: whatever is moved wherever, and whatever a plan brings or
// takes meanwhile, an order has every item once.
func TestMovesLoseNothing(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		all := []string{"a", "b", "c", "d", "e", "f", "g", "h"}
		var order []string
		for range 40 {
			planned := slices.Clone(all)
			r.Shuffle(len(planned), func(i, j int) { planned[i], planned[j] = planned[j], planned[i] })
			planned = planned[:1+r.IntN(len(planned))]
			was := slices.Clone(order)
			order = Arranged(order, planned)
			if kept := slices.DeleteFunc(slices.Clone(order), func(k string) bool { return !slices.Contains(was, k) }); !slices.Equal(kept, was) {
				t.Fatalf("arranging %v into %v moved what was there: %v", planned, was, order)
			}
			key, other, after := order[r.IntN(len(order))], order[r.IntN(len(order))], r.IntN(2) == 0
			next := MovedTo(order, key, other, after)
			want := map[bool]int{true: 1, false: -1}[after]
			if d := slices.Index(next, key) - slices.Index(next, other); key != other && d != want {
				t.Fatalf("%s by %s in %v: %v", key, other, order, next)
			}
			for _, k := range append(slices.Clone(was), planned...) {
				if n := len(slices.DeleteFunc(slices.Clone(next), func(x string) bool { return x != k })); n != 1 {
					t.Fatalf("%s stands %d times in %v", k, n, next)
				}
			}
			order = next
		}
	}
	if got := Arranged([]string{"x", "b"}, []string{"n", "b", "m", "x", "o"}); !slices.Equal(got, []string{"n", "x", "o", "b", "m"}) {
		t.Errorf("%v: what is new stands behind its predecessor in the plan", got)
	}
}
