package negotiate

import (
	"strings"
	"testing"

	"github.com/parleysec/parley"
)

// TestAReopeningNamesWhatMovedIt: of all that a file changes, the event that moved the
// premise is the cause.
func TestAReopeningNamesWhatMovedIt(t *testing.T) {
	d := newDesk(t)
	d.apply(shop)
	d.decide(DecideRequest{Threats: []string{"leak"}, Kind: parley.Mitigate, With: []string{"safe"}, Because: "x"})
	changed := strings.NewReplacer("name: Web shop", "name: Shop on the web", "effort: 10d..20d", "effort: 60d..90d").Replace(shop)
	if r := d.apply(changed); len(r.Reopened) != 1 {
		t.Fatalf("%+v", r.Reopened)
	}
	moved := func() string {
		r, err := d.Show(t.Context(), d.tom, ShowRequest{Decision: "SHOP-D1"})
		if err != nil {
			t.Fatal(err)
		}
		return r.History[len(r.History)-1].MovedBy
	}
	if got := moved(); got != "mitigation safe recorded" {
		t.Errorf("moved by %q", got)
	}
}
