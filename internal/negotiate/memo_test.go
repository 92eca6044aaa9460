package negotiate

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/parleysec/parley/internal/testenv"
)

// TestPlanForRemembers: the same state gives the very plan it gave before;
// another budget, another model and a cancelled search do not.
func TestPlanForRemembers(t *testing.T) {
	ctx := context.Background()
	text, err := os.ReadFile(filepath.Join(testenv.Root(t), "examples", "shop.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	s := &Service{}
	read := func() *loaded {
		l, err := s.load(ctx, Source{Name: "shop.yaml", Data: text}, "")
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	plan := func(l *loaded, b Budget) any {
		p, err := s.planFor(ctx, l, b)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	first := plan(read(), Budget{})
	if plan(read(), Budget{}) != first {
		t.Error("the same state was planned again")
	}
	if plan(read(), Budget{Effort: "30d"}) == first {
		t.Error("another budget got the same plan")
	}
	other := read()
	other.model.Threats[0].Title = "Another threat"
	if plan(other, Budget{}) == first {
		t.Error("another model got the same plan")
	}
	for i := range 2 * remembered {
		plan(read(), Budget{Effort: string(rune('1'+i%9)) + "0d"})
	}
	if len(s.plans.last) > remembered {
		t.Errorf("%d plans are remembered, want %d at most", len(s.plans.last), remembered)
	}
	if plan(read(), Budget{}) == first {
		t.Error("the oldest plan was not forgotten")
	}
	gone, cancel := context.WithCancel(ctx)
	cancel()
	s.plans.last = nil
	_, _ = s.planFor(gone, read(), Budget{})
	if len(s.plans.last) > 0 {
		t.Error("a cancelled search was remembered")
	}
}
