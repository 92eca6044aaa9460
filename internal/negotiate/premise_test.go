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

// priced is what edge needs: a portfolio whose day of work has a price, or none.
func priced(t *testing.T, personDay string) *loaded {
	t.Helper()
	text := strings.Replace(shop, "person_day: 650, ", personDay, 1)
	if personDay == "" {
		text = "parley: v1\nproduct: {id: shop, currency: GBP}\nthreats: [{id: a, title: A, likelihood: 1 per year, impact: {profit: 1}}]\n"
	}
	l, err := (&Service{}).load(t.Context(), Source{Name: "shop.yaml", Data: []byte(text)}, "")
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// A chance that is near 1 already can still rise past its premise.
func TestAChanceMayRiseAsItsEventsMay(t *testing.T) {
	l := priced(t, "")
	edge := func(p float64) float64 {
		return l.edge(figure{ledger.Figure{Value: p}, ledger.PremiseKey{Name: premiseChance}, "share"})
	}
	for _, p := range []float64{0.1, 0.3, 0.86, 0.99} {
		rate := -math.Log(1 - p)
		if want := 1 - math.Exp(-1.25*rate); math.Abs(edge(p)-want) > 1e-12 || edge(p) >= 1 {
			t.Errorf("%v may rise to %v, want %v", p, edge(p), want)
		}
	}
	if edge(1) != 1 {
		t.Errorf("a certainty may rise to %v", edge(1))
	}
	if got := edge(0.0001); math.Abs(got-0.0011) > 1e-12 {
		t.Errorf("one chance in ten thousand may rise to %v", got)
	}
}

// A premise of nothing may rise by a day of work, or by its price.
func TestAPremiseOfNothingMayRiseALittle(t *testing.T) {
	for _, c := range []struct {
		day, name   string
		value, want float64
	}{
		{"person_day: 650, ", premiseMoney, 0, 650},
		{"person_day: 650, ", premiseMoney, 1000, 1650},
		{"person_day: 650, ", premiseLoss, 1e6, 1.25e6},
		{"", premiseLoss, 0, leastMoney},
		{"", premiseEffort, 0, 1},
		{"", premiseEffort, 20, 25},
		{"", ledger.PremisePremium, 9000, 11250},
		{"", ledger.PremiseLimit, 1e6, 8e5},
		{"", ledger.PremiseLimit, 50, 0},
	} {
		f := figure{ledger.Figure{Value: c.value}, ledger.PremiseKey{Name: c.name}, ""}
		if got := priced(t, c.day).edge(f); got != c.want {
			t.Errorf("%s of %v: %v, want %v", c.name, c.value, got, c.want)
		}
	}
}

// Work that cost nothing and now costs half a day re-opens nothing; two days do.
func TestWorkForNothingThatCostsALittle(t *testing.T) {
	d := newDesk(t)
	free := strings.Replace(shop, "cost: {effort: 10d..20d}, lead_time", "cost: {effort: 0d, once: 0}, lead_time", 1)
	d.apply(free)
	d.decide(DecideRequest{Threats: []string{"leak"}, Kind: parley.Mitigate, With: []string{"safe"}, Because: "free"})
	if r := d.apply(strings.Replace(free, "once: 0", "once: 300", 1)); len(r.Reopened) != 0 {
		t.Errorf("300 GBP re-open %+v", r.Reopened)
	}
	if r := d.apply(strings.Replace(free, "effort: 0d", "effort: 2d", 1)); len(r.Reopened) != 1 || r.Reopened[0].Broken[0].Name != premiseEffort {
		t.Errorf("two days re-open %+v", r.Reopened)
	}
}

// What an insurance costs, and what it leaves with us, is watched.
func TestATransferStandsOnItsContract(t *testing.T) {
	insured := strings.Replace(shop, "financial: 200k..900k}}", "financial: 200k..900k}, treatments: [{id: policy, kind: transfer, title: Policy, premium: 9k per year, deductible: 25k, limit: 1M}]}", 1)
	for name, c := range map[string]struct{ from, to, broken string }{
		"dearer":       {"9k per year", "20k per year", ledger.PremisePremium},
		"pays less":    {"limit: 1M", "limit: 500k", ledger.PremiseLimit},
		"starts later": {"deductible: 25k", "deductible: 90k", ledger.PremiseDeductible},
		"gone":         {"id: policy", "id: contract", ledger.PremisePremium},
		"a bit dearer": {"9k per year", "10k per year", ""},
		"pays more":    {"limit: 1M", "limit: 5M", ""},
		"pays a part":  {"limit: 1M", "limit: 1M, share: 10%", ledger.PremiseStays},
		"covers less":  {"limit: 1M", "limit: 1M, covers: [reputation]", ledger.PremiseStays},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			d.apply(insured)
			d.decide(DecideRequest{Threats: []string{"leak"}, Kind: parley.Transfer, With: []string{"policy"}, Because: "cheap"})
			r := d.apply(strings.Replace(insured, c.from, c.to, 1))
			got := ""
			if len(r.Reopened) > 0 {
				got = r.Reopened[0].Broken[0].Name
			}
			if got != c.broken {
				t.Errorf("broken: %q, want %q", got, c.broken)
			}
		})
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
