package negotiate

import (
	"math"
	"strings"
	"testing"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/ledger"
)

// premisesOf are the premises of a decision to live with a threat, by name.
func premisesOf(d *desk, threat, by string) map[string]ledger.Premise {
	d.t.Helper()
	r := d.decide(DecideRequest{Threats: []string{threat}, Kind: parley.Accept, Because: "for now", Until: "2027-06-30", By: by})
	out := map[string]ledger.Premise{}
	for _, p := range r.Decisions[0].Premises {
		out[p.Name] = p
	}
	return out
}

// What a decider read of a threat is watched, also where no loss has a price and
// where only a feature brings the threat.
func TestEveryDecisionHasPremises(t *testing.T) {
	d := newDesk(t)
	d.apply(strings.NewReplacer(
		"impact: {says: It is in the news., financial: 200k..900k}", "impact: {says: Patients get the wrong dose., people: {who: patients, harm: grave}}",
		"value: 40k per year", "value: 40k per year, introduces: [replay]",
	).Replace(shop))
	people := premisesOf(d, "leak", "priya@example.org")
	if p := people[premiseChance]; len(people) != 1 || math.Abs(p.Value-0.3) > 1e-9 {
		t.Errorf("harm to people alone: %+v", people)
	}
	feature := premisesOf(d, "replay", "")
	if len(feature) != 3 || feature[premiseChance].Value < 0.8 || feature[premiseLoss].Value < 1000 {
		t.Errorf("only with a feature: %+v", feature)
	}
}

// A chance that is near 1 already can still rise past its premise.
func TestAChanceMayRiseAsItsEventsMay(t *testing.T) {
	for _, p := range []float64{0.001, 0.3, 0.86, 0.99} {
		f := figure{ledger.Figure{Value: p}, ledger.PremiseKey{Name: premiseChance}, "share"}
		rate := -math.Log(1 - p)
		if want := 1 - math.Exp(-1.25*rate); math.Abs(f.highest()-want) > 1e-12 || f.highest() >= 1 {
			t.Errorf("%v may rise to %v, want %v", p, f.highest(), want)
		}
	}
	if f := (figure{ledger.Figure{Value: 1}, ledger.PremiseKey{Name: premiseChance}, "share"}); f.highest() != 1 {
		t.Errorf("a certainty may rise to %v", f.highest())
	}
}

// A threat that harms people more often than was decided on re-opens the decision.
func TestAChanceOfHarmThatRisesReopens(t *testing.T) {
	d := newDesk(t)
	harm := strings.NewReplacer(
		"impact: {says: It is in the news., financial: 200k..900k}", "impact: {says: Patients get the wrong dose., people: {who: patients, harm: grave}}",
	).Replace(shop)
	d.apply(harm)
	built := d.decide(DecideRequest{Threats: []string{"leak"}, Kind: parley.Mitigate, With: []string{"safe"}, Because: "people"})
	done := DoneRequest{Task: built.Tasks[0].ShortID}
	if _, err := d.Done(t.Context(), d.tom, done); err != nil {
		t.Fatal(err)
	}
	d.decide(DecideRequest{
		Threats: []string{"leak"}, Kind: parley.Accept, Because: "what is left is rare", Until: "2027-06-30",
		By: "priya@example.org", Replaces: []string{built.Decisions[0].ShortID},
	})
	done.To = ledger.TaskOpen // it was not finished after all
	if _, err := d.Done(t.Context(), d.tom, done); err != nil {
		t.Fatal(err)
	}
	p := d.status()
	if len(p.Reopened) != 1 || p.Reopened[0].Broken[0].Name != premiseChance {
		t.Errorf("its only layer went, and nothing re-opened: %+v", p.Reopened)
	}
}
