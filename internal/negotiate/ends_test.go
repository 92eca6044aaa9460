package negotiate

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/ledger"
)

// A decision whose end was reached, and which nothing has ended yet, can be
// replaced and withdrawn like any other.
func TestADecisionPastItsEndCanBeReplaced(t *testing.T) {
	for name, act := range map[string]func(d *desk, old string) error{
		"replaced": func(d *desk, old string) error {
			_, err := d.Decide(d.t.Context(), d.tom, DecideRequest{
				Threats: []string{"replay"}, Kind: parley.Accept, Because: "still cheap", Until: "2028-01-31", Replaces: []string{old},
			})
			return err
		},
		"withdrawn": func(d *desk, old string) error {
			_, err := d.Move(d.t.Context(), d.tom, MoveRequest{Decision: old, Move: "withdraw", Because: "no longer ours"})
			return err
		},
		"reopened": func(d *desk, old string) error {
			_, err := d.Move(d.t.Context(), d.tom, MoveRequest{Decision: old, Move: "reopen", Because: "look again"})
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			d.apply(shop)
			old := d.decide(DecideRequest{Threats: []string{"replay"}, Kind: parley.Accept, Because: "cheap", Until: "2026-12-31"}).Decisions[0].ShortID
			d.time = time.Date(2027, 1, 1, 9, 0, 0, 0, time.UTC)
			if err := act(d, old); err != nil {
				t.Fatal(err)
			}
			if st := d.status(); len(st.Overdue) != 0 {
				t.Errorf("still overdue: %+v", st.Overdue)
			}
		})
	}
}

// The day that figures are of is not the day of deciding: an end in the past is
// refused whatever --as-of says.
func TestTheDayOfDecidingIsToday(t *testing.T) {
	d := newDesk(t)
	d.apply(shop)
	for _, asOf := range []string{"2020-01-01", "2026-11-21"} {
		_, err := d.Decide(t.Context(), d.tom, DecideRequest{
			Threats: []string{"replay"}, Kind: parley.Accept, Because: "cheap", Until: "2020-06-30", AsOf: asOf,
		})
		if got, ok := errors.AsType[ledger.Refusals](err); !ok || !got.Has(ledger.PastEnd) {
			t.Errorf("as of %s: %v", asOf, err)
		}
	}
	_, err := d.Decide(t.Context(), d.tom, DecideRequest{Threats: []string{"replay"}, Kind: parley.Accept, Because: "cheap", Until: "2027-06-30", AsOf: "soon"})
	if parley.KindOfError(err) != parley.Invalid {
		t.Errorf("as of soon: %v", err)
	}
}

// Of two insurances one is chosen, the other is passed over.
func TestTheOtherInsuranceIsNotTaken(t *testing.T) {
	d := newDesk(t)
	d.apply(strings.Replace(shop, "{says: It is in the news., financial: 200k..900k}",
		`{says: It is in the news., financial: 200k..900k}, treatments: [{id: small, kind: transfer, title: Small, premium: 1k per year, limit: 10k, per: event}, {id: big, kind: transfer, title: Big, premium: 9k per year, limit: 1M, per: event}]`, 1))
	r := d.decide(DecideRequest{Threats: []string{"leak"}, Kind: parley.Transfer, With: []string{"big"}, Because: "worth it"})
	shown, err := d.Show(t.Context(), d.tom, ShowRequest{Decision: r.Decisions[0].ShortID})
	if err != nil {
		t.Fatal(err)
	}
	over := func(id string) bool { return slices.Contains(shown.NotTaken, ledger.NotTaken{Option: id}) }
	if !over("small") || over("big") {
		t.Errorf("passed over: %+v", shown.NotTaken)
	}
}

// The option that was chosen is not among those passed over.
func TestNotTaken(t *testing.T) {
	d := newDesk(t)
	d.apply(shop)
	for _, req := range []DecideRequest{
		{Threats: []string{"leak"}, Kind: parley.Defer, Because: "after the launch", Until: "2027-06-30"},
		{Threats: []string{"replay"}, Kind: parley.Accept, Because: "cheap", Until: "2027-06-30"},
		{Threats: []string{"duty"}, Kind: parley.Mitigate, With: []string{"archive"}, Because: "the law"},
	} {
		r := d.decide(req)
		shown, err := d.Show(t.Context(), d.tom, ShowRequest{Decision: r.Decisions[0].ShortID})
		if err != nil {
			t.Fatal(err)
		}
		if len(shown.NotTaken) == 0 {
			t.Errorf("%s: nothing was passed over", req.Kind)
		}
		for _, n := range shown.NotTaken {
			if n == (ledger.NotTaken{Option: string(req.Kind)}) || len(req.With) > 0 && n.Option == req.With[0] {
				t.Errorf("%s: %s was chosen and is said to be passed over", req.Kind, n.Option)
			}
		}
	}
}
