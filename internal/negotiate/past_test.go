package negotiate

import (
	"strings"
	"sync"
	"testing"

	"github.com/parleysec/parley/risk"
)

// TestRatedSideBySide: many ask for a threat without a price at once, as decisions are
// looked at, and get the same portfolio. Run it with -race.
func TestRatedSideBySide(t *testing.T) {
	unpriced := strings.Replace(shop, "financial: 1k..5k", "people: {who: customers, harm: minor}", 1)
	l, err := new(Service).load(t.Context(), Source{Name: "shop.yaml", Data: []byte(unpriced)}, "")
	if err != nil {
		t.Fatal(err)
	}
	var got [2]*risk.Portfolio
	var all sync.WaitGroup
	for i := range got {
		all.Go(func() {
			p, err := l.rated("replay")
			if err != nil {
				t.Error(err)
			}
			got[i] = p
		})
	}
	all.Wait()
	if got[0] == nil || got[0] == l.portfolio || got[0] != got[1] {
		t.Errorf("%p and %p; %p is what has a price", got[0], got[1], l.portfolio)
	}
}
