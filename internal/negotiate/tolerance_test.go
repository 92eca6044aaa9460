package negotiate

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/ledger"
)

// Whoever decides says how far each figure may move; what was not asked about
// keeps the default.
func TestPremisesAsTheDeciderSetsThem(t *testing.T) {
	d := newDesk(t)
	d.apply(shop)
	r := d.decide(DecideRequest{
		Threats: []string{"leak"}, Kind: parley.Mitigate, With: []string{"safe"}, Because: "worth it",
		Premises: []string{"loss=100%", "chance:leak=+10 %", "effort=any", "bad=0%"},
	})
	premise := func(name string) *ledger.Premise {
		for i, p := range r.Decisions[0].Premises {
			if p.Name == name {
				return &r.Decisions[0].Premises[i]
			}
		}
		return nil
	}
	for name, times := range map[string]float64{premiseLoss: 2, premiseChance: 1.1, premiseBad: 1} {
		if p := premise(name); p == nil || math.Abs(*p.High-times*p.Value) > 1e-9*p.Value {
			t.Errorf("%s: %+v, want at most %v times", name, p, times)
		}
	}
	if premise(premiseEffort) != nil {
		t.Error("the effort is watched, though it may be anything")
	}
	if p := premise(premiseMoney); p == nil || *p.High <= p.Value {
		t.Errorf("what was not asked about: %+v", p)
	}
	if r := d.apply(strings.Replace(shop, "10d..20d", "30d..50d", 1)); len(r.Reopened) != 0 {
		t.Errorf("the effort trebled, which was no premise: %+v", r.Reopened)
	}
}

func TestPremisesThatMeanNothing(t *testing.T) {
	d := newDesk(t)
	d.apply(shop)
	for text, want := range map[string]string{
		"loss": "cannot be read", "luck=10%": "cannot be read", "loss=10": "cannot be read", "loss=-5%": "cannot be read", "loss=NaN%": "cannot be read",
		"loss=1001%": "cannot be read", "effort=10%": "does not stand on that figure", "loss:duty=10%": "does not stand on that figure",
	} {
		_, err := d.Decide(t.Context(), d.tom, DecideRequest{Threats: []string{"leak"}, Kind: parley.Accept, Because: "rare", Until: "2027-06-30", Premises: []string{text}})
		if parley.KindOfError(err) != parley.Invalid || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
	if n := len(d.status().InForce); n != 0 {
		t.Errorf("%d decisions are in force", n)
	}
}

// A limit of what somebody else carries may fall, and a chance ends at certain.
func TestHowFarAPremiseMayGo(t *testing.T) {
	one, high := 1.0, 90.0
	all := []ledger.Premise{{Name: ledger.PremiseLimit, Ref: "insure", Value: 100, Low: &high}, {Name: premiseChance, Ref: "leak", Value: 0.8, High: &one}}
	asked, err := allowances([]string{"limit=100%", "chance=100%"})
	if err != nil {
		t.Fatal(err)
	}
	got, err := allowed(slices.Clone(all), asked)
	if err != nil || *got[0].Low != 50 || got[0].High != nil || *got[1].High != 1 {
		t.Errorf("%+v, %v", got, err)
	}
}
