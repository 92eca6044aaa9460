package negotiate

import (
	"strings"
	"testing"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/ledger"
)

// TestWhoApprovesWithOthersIsJudgedByToday: a security person, who may approve with
// others alone, may do so where what the decision leaves today is within what several
// may leave, whatever it was when it was proposed.
func TestWhoApprovesWithOthersIsJudgedByToday(t *testing.T) {
	dearer := strings.Replace(shop, "1..3 per year", "20..60 per year", 1)
	for name, c := range map[string]struct {
		then, now string
		may       bool
	}{
		"within, then beyond": {shop, dearer, false},
		"beyond, then within": {dearer, shop, true},
		"within":              {shop, shop, true},
		"beyond":              {dearer, dearer, false},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			d.apply(c.then)
			sue := d.grant("sue@example.org", ledger.Security, "")
			d.grant("max@example.org", ledger.Manager, "")
			id := d.propose("replay")
			two := RoleRequest{Name: "two", Currency: "GBP", Approve: 2, Of: []string{"security", "manager"}, Annual: "20k"}
			if _, err := d.SetRule(t.Context(), d.tom, RuleRequest{Because: "two see more", Role: two}); err != nil {
				t.Fatal(err)
			}
			d.apply(c.now)
			r, err := d.Move(t.Context(), sue, MoveRequest{Decision: id, Move: "approve"})
			switch {
			case !c.may && parley.KindOfError(err) != parley.Forbidden:
				t.Errorf("%+v, %v", r, err)
			case c.may && (err != nil || r.Decisions[0].Joint == nil || r.Decisions[0].Joint.Counted != 1):
				t.Errorf("%+v, %v", r, err)
			}
		})
	}
}
