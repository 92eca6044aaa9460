package brief

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/plan/model"
	"github.com/parleysec/parley/risk"
)

// whole has one of each thing a brief reads, in round numbers.
const whole = `
parley: v1
product: {id: p, name: P, currency: GBP}
policy: {horizon: 2 years, person_day: 100, discount_rate: 0%, common_cause: 0%}
controls:
  - {id: wall, title: Wall, against: [{threat: big, likelihood: 50%}]}
threats:
  - {id: small, title: Small, basis: imported, likelihood: 1 per year, impact: {says: bad, financial: 1k}}
  - id: big
    title: Big
    basis: guess
    likelihood: 0.5..2 per year
    impact: {says: worse, financial: 10k}
    obligation: {says: The law}
    treatments:
      - {id: sell, kind: avoid, title: Sell the shop, cost: {once: 5k}}
      - {id: insure, kind: transfer, title: Insurance, premium: 2k per year, deductible: 4k}
  - {id: rare, title: Rare, at_most_once: true, likelihood: 20%..60% within 4 years, impact: {says: bad, people: {who: us, harm: grave}, financial: 5k}}
  - {id: new, title: New, likelihood: 1 per year, impact: {says: bad, financial: 3k}}
  - {id: known, title: Known, triage: aware, care: We look in March}
  - {id: gone, title: Gone, triage: closed, likelihood: 1 per year, impact: {financial: 1M}}
mitigations:
  - id: half
    title: Half
    scope: outside
    ask: IT
    cost: {effort: 10d, yearly: 500}
    lead_time: 6 months
    against: [{threat: big, likelihood: 50%}, {threat: small, likelihood: 50%}]
    effect_on_needs: {usability: worse}
    benefits: [{says: Nicer, value: 0..400 per year}, {says: Calmer}]
    requires: [ground]
  - {id: ground, title: Ground, cost: {once: 200}, against: [{threat: small, impact: 10%}]}
  - {id: dear, title: Dear, cost: {once: 90k}, against: [{threat: rare, likelihood: 50%}], obligation: {says: A promise}}
features:
  - {id: f, title: F, cost: {effort: 5d}, value: 9k per year, introduces: [new]}
decisions: [{threats: [small], kind: accept, because: it is small, by: Tom}]
`

func wholeReport(t *testing.T, plan *model.Plan) *Report {
	t.Helper()
	return briefs(t, read(t, whole), plan, Options{Trials: 4096, Futures: 100})
}

func TestOrderAndTotal(t *testing.T) {
	r := wholeReport(t, nil)
	var order []string
	for i := range r.Threats {
		order = append(order, r.Threats[i].ID)
	}
	if want := "big small rare new known"; strings.Join(order, " ") != want {
		t.Errorf("order %v, want %s", order, want)
	}
	x := r.Total
	// big is E[rate]·10k; small 1k; rare 0.38/4·5k or so; new is not there yet.
	big, small, rare := *r.Threat("big").ExpectedAnnualLoss, 1000.0, *r.Threat("rare").ExpectedAnnualLoss
	if math.Abs(x.ExpectedAnnualLoss-(big+small+rare)) > 1e-6 {
		t.Errorf("total %v, want %v", x.ExpectedAnnualLoss, big+small+rare)
	}
	if math.Abs(x.UnconfirmedShare-small/x.ExpectedAnnualLoss) > 1e-12 || math.Abs(x.GuessedShare-big/x.ExpectedAnnualLoss) > 1e-12 {
		t.Errorf("shares %+v", x)
	}
	if x.Threats != 5 || x.Undecided != 4 || x.Unpriced != 0 || x.Grave != 1 {
		t.Errorf("counts %+v", x)
	}
	if want := "4 threats need a decision. One may harm people gravely."; x.Says != want {
		t.Errorf("the total says %q, want %q", x.Says, want)
	}
	for _, want := range []string{"tools and imports", "guesses"} {
		if !strings.Contains(x.Average, want) {
			t.Errorf("the average does not say %q: %s", want, x.Average)
		}
	}
}

func TestRanges(t *testing.T) {
	r := wholeReport(t, nil)
	within := func(name string, got *Range, lo, hi, tol float64) {
		if got == nil || math.Abs(got[0]-lo) > tol*lo || math.Abs(got[1]-hi) > tol*hi {
			t.Errorf("%s is %v, want %v..%v", name, got, lo, hi)
		}
	}
	big, rare := r.Threat("big"), r.Threat("rare")
	within("the rate", big.EventsPerYearRange, 0.5, 2, 1e-9)
	within("the chance", big.ChanceWithinHorizonRange, 1-math.Exp(-1), 1-math.Exp(-4), 1e-9)
	within("the average", big.ExpectedAnnualLossRange, 5e3, 20e3, 1e-9)
	// At most once in four years, half of which lie before the horizon.
	within("the chance of a single event", rare.ChanceWithinHorizonRange, 0.1, 0.3, 1e-9)
	within("its average", rare.ExpectedAnnualLossRange, 0.2/4*5e3, 0.6/4*5e3, 2e-2)
	within("with half the events", option(t, big, "half").ExpectedAnnualLossAfterRange, 2.5e3, 10e3, 1e-9)
	if big.Doubt.ChanceRatio == nil || math.Abs(*big.Doubt.ChanceRatio-4) > 1e-9 {
		t.Errorf("the ends differ by %v, want 4 times", big.Doubt.ChanceRatio)
	}
}

func TestAnOptionInFull(t *testing.T) {
	o := option(t, wholeReport(t, nil).Threat("big"), "half")
	if !slices.Equal(o.With, []string{"half", "ground"}) || o.Words.Includes != "Includes what it needs: Ground." {
		t.Errorf("with %v: %s", o.With, o.Words.Includes)
	}
	if o.Cost.EffortDays != 10 || math.Abs(o.Cost.Money-(200+1.5*500)) > 1e-9 || o.Cost.MoneyRange != nil {
		t.Errorf("cost %+v", o.Cost)
	}
	if o.LeadTimeYears != 0.5 || !slices.Equal(o.Helps, []string{"small"}) {
		t.Errorf("ready in %v years, helps %v", o.LeadTimeYears, o.Helps)
	}
	// small: half the events and 10 % of the loss.
	if want := 1000 * (1 - 0.5*0.9); math.Abs(*o.AvoidedElsewhere-want) > 1e-9 {
		t.Errorf("avoids %v elsewhere, want %v", *o.AvoidedElsewhere, want)
	}
	for _, c := range []struct{ got, want string }{
		{o.Words.Asks, "Needs others: IT."},
		{o.Words.Needs, "It makes ease of use worse."},
		{o.Words.Brings, "It brings: Nicer (up to £400 a year); Calmer."},
		{o.Words.Costs, "10 days, £950"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
	if len(o.Benefits) != 2 || *o.Benefits[0].Value != 200 || o.Benefits[1].Value != nil {
		t.Errorf("benefits %+v", o.Benefits)
	}
}

func TestTreatments(t *testing.T) {
	big := wholeReport(t, nil).Threat("big")
	sell, insure, accept := option(t, big, "sell"), option(t, big, "insure"), option(t, big, "accept")
	if *sell.ExpectedAnnualLossAfter != 0 || *sell.ChanceWithinHorizonAfter != 0 || sell.Cost.Money != 5000 {
		t.Errorf("avoided: %+v", sell)
	}
	if want := 2**big.ExpectedAnnualLoss - 5000; math.Abs(*sell.NetBenefit-want) > 1e-6 {
		t.Errorf("avoiding is worth %v, want %v", *sell.NetBenefit, want)
	}
	// 6k of each 10k is paid.
	if want := 0.4 * *big.ExpectedAnnualLoss; math.Abs(*insure.ExpectedAnnualLossAfter-want) > 1e-6*want {
		t.Errorf("insurance leaves %v, want %v", *insure.ExpectedAnnualLossAfter, want)
	}
	if *insure.ChanceWithinHorizonAfter != *big.ChanceWithinHorizon || insure.Cost.Money != 4000 {
		t.Errorf("insured: %+v", insure)
	}
	if *accept.NetBenefit != 0 || *accept.Cost != (Cost{}) || *accept.ExpectedAnnualLossAfter != *big.ExpectedAnnualLoss || accept.PaysOffChance != nil {
		t.Errorf("accepted: %+v", accept)
	}
}

func TestWaitingAndDeferring(t *testing.T) {
	big := wholeReport(t, nil).Threat("big")
	half, later := option(t, big, "half"), option(t, big, "defer")
	if big.Waiting == nil || big.Waiting.Option != "half" || big.Waiting.Months != 6 {
		t.Fatalf("waiting %+v", big.Waiting)
	}
	// Everything moves by half a year, so half a year of the finished whole is lost:
	// half of big, what small is spared, benefits; less running cost.
	want := 0.5 * (0.5**big.ExpectedAnnualLoss + *half.AvoidedElsewhere + 200 - 500)
	if math.Abs(big.Waiting.Costs-want) > 1e-6 {
		t.Errorf("waiting costs %v, want %v", big.Waiting.Costs, want)
	}
	if math.Abs(*half.NetBenefit-big.Waiting.Costs-*later.NetBenefit) > 1e-6 {
		t.Errorf("later is worth %v, now %v, waiting costs %v", *later.NetBenefit, *half.NetBenefit, big.Waiting.Costs)
	}
	if math.Abs(later.Cost.Money-(half.Cost.Money-250)) > 1e-9 || later.PaysOffChance != nil {
		t.Errorf("later costs %+v, now %+v", later.Cost, half.Cost)
	}
}

func TestFloors(t *testing.T) {
	price := 1234.0
	plan := &model.Plan{Chosen: []string{"half", "ground"}, Floors: []model.Floor{
		{ID: "big", Kind: model.ByObligation, Met: true, Price: &price},
		{ID: "rare", Kind: model.ByPeople, Price: &price},
	}}
	r := wholeReport(t, plan)
	big, rare := r.Threat("big"), r.Threat("rare")
	if d := big.Duties[0]; d.On != "big" || !slices.Equal(d.MetBy, []string{"half", "sell"}) || d.Price == nil {
		t.Errorf("duty %+v", d)
	}
	if !strings.Contains(big.Words.Duties[0], "Met by: Half; Sell the shop. Keeping to this costs about £1.2k") {
		t.Errorf("duty says %q", big.Words.Duties[0])
	}
	if rare.Guarding == nil || !strings.Contains(rare.Words.Grave, "Keeping to this costs about £1.2k") {
		t.Errorf("guarding says %q", rare.Words.Grave)
	}
	// 90k against 1k a year does not pay, but people may be gravely harmed.
	if !option(t, rare, "dear").IsBest || option(t, rare, "accept").IsBest {
		t.Error("living with grave harm is called worth most")
	}
	if !option(t, rare, "accept").InPlan || !option(t, big, "half").InPlan {
		t.Error("what the plan does is not marked")
	}
	if d := rare.Duties[0]; d.On != "dear" || !slices.Equal(d.MetBy, []string{"dear"}) {
		t.Errorf("a mitigation's duty %+v", d)
	}
}

func TestThreatsOfFeatures(t *testing.T) {
	n := wholeReport(t, nil).Threat("new")
	if !slices.Equal(n.OnlyWith, []string{"f"}) || math.Abs(*n.ExpectedAnnualLoss-3000) > 1e-9 || !strings.HasPrefix(n.Words.OnlyWith, "Only with F:") {
		t.Errorf("only with %v: %v", n.OnlyWith, *n.ExpectedAnnualLoss)
	}
	if !option(t, n, "accept").IsBest || n.Waiting != nil {
		t.Errorf("nothing stands against it: %+v", n.Waiting)
	}
}

func TestAwareAndRecorded(t *testing.T) {
	r := wholeReport(t, nil)
	if k := r.Threat("known"); k.Care != "We look in March" || len(k.Options) != 0 || k.Words.Missing != "" {
		t.Errorf("aware: %+v", k)
	}
	if w := r.Threat("small").Words.Recorded; len(w) != 1 || w[0] != "Recorded elsewhere, not in force here: live with it by Tom because it is small." {
		t.Errorf("recorded: %q", w)
	}
	if r.Threat("gone") != nil {
		t.Error("a closed threat has a brief")
	}
}

func TestAPlanOfSeveralThings(t *testing.T) {
	const two = `
parley: v1
product: {id: p, name: P, currency: GBP}
policy: {person_day: 100}
threats: [{id: t, title: T, likelihood: 1 per year, impact: {says: bad, financial: 10k}}]
mitigations:
  - {id: a, title: A, cost: {effort: 1d}, against: [{threat: t, likelihood: 50%}]}
  - {id: b, title: B, cost: {effort: 1d}, against: [{threat: t, likelihood: 50%}]}
  - {id: c, title: C, cost: {effort: 1d}, against: [{threat: t, likelihood: 50%}]}
`
	th := briefs(t, read(t, two), &model.Plan{Chosen: []string{"a", "c"}}, Options{Trials: 100, Futures: 100}).Threat("t")
	plan, best := option(t, th, OptionPlan), option(t, th, OptionBest)
	if !plan.InPlan || plan.IsBest || !slices.Equal(plan.With, []string{"a", "c"}) || plan.Title != "A + C" {
		t.Errorf("plan %+v", plan)
	}
	if !best.IsBest || best.InPlan || len(best.With) != 3 {
		t.Errorf("best %+v", best)
	}
	if th.Waiting.Option != OptionPlan || !slices.Equal(option(t, th, OptionDefer).With, plan.With) {
		t.Errorf("what waits is not what the plan does: %+v", th.Waiting)
	}
}

func TestBuildStops(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	m := read(t, whole)
	p, err := risk.Compile(m, risk.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Build(ctx, m, p, nil, Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled build says %v", err)
	}
	if _, err := Build(context.Background(), &parley.Model{}, p, nil, Options{Trials: 1}); err != nil {
		t.Errorf("a model without threats: %v", err)
	}
}

// What is decided is not counted as waiting, and its brief says so; what was
// handed up still waits.
func TestDecidedThreats(t *testing.T) {
	decided := map[string]Decided{
		"big":   {ID: "X-D1", Kind: parley.Accept, Until: "2027-06-30"},
		"small": {ID: "X-D2", Kind: parley.Escalate},
	}
	r := briefs(t, read(t, whole), nil, Options{Trials: 200, Futures: 100, Decided: decided})
	if r.Total.Undecided != 3 {
		t.Errorf("%d threats wait, want 3", r.Total.Undecided)
	}
	if got, want := r.Threat("big").Words.Decided, "Decided in X-D1: live with it, until 30 June 2027."; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := r.Threat("small").Words.Decided, "Handed up in X-D2: it waits for whoever may decide."; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := r.Threat("rare").Words.Decided; got != "" {
		t.Errorf("an open threat says %q", got)
	}
}
