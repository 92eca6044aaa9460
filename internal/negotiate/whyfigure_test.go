package negotiate

import (
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/parleysec/parley"
)

// shown is what a brief and a price of the whole show today, by figure as it is
// asked for; what takes drawn years only where they are wanted.
func (d *desk) shown(drawn bool) map[string]float64 {
	d.t.Helper()
	out := map[string]float64{}
	b, err := d.Brief(d.t.Context(), d.tom, BriefRequest{Source: Source{Product: "shop"}, Figures: !drawn})
	if err != nil {
		d.t.Fatal(err)
	}
	for _, x := range b.Threats {
		if drawn {
			out[x.ID+".loss_1_in_20"] = *x.LossOneInTwenty
			continue
		}
		out[x.ID+".typical_loss"] = x.LossIfItHappens.P50
		out[x.ID+".loss_if_it_happens"] = x.LossIfItHappens.P95
		out[x.ID] = *x.ExpectedAnnualLoss
		out[x.ID+".chance_within_horizon"] = *x.ChanceWithinHorizon
	}
	if !drawn {
		return out
	}
	r, err := d.Risk(d.t.Context(), d.tom, RiskRequest{Source: Source{Product: "shop"}, TotalsOnly: true})
	if err != nil {
		d.t.Fatal(err)
	}
	out["loss_1_in_20"] = r.Quantiles["0.95"]
	for i, x := range r.Appetite {
		out["chance_over_appetite."+strconv.Itoa(i+1)] = x.Chance
	}
	return out
}

// explained checks a figure between two days against what people saw on them, and
// adds its causes up.
func (d *desk) explained(first, last map[string]float64, causes map[string]bool) {
	d.t.Helper()
	for figure, before := range first {
		r := d.why(WhyRequest{Product: "shop", Figure: figure, From: "2026-11-21"})
		after := last[figure]
		same := func(x *float64, want float64) bool { return x != nil && math.Abs(*x-want) <= 1e-9*math.Abs(want) }
		if !same(r.Before, before) || !same(r.After, after) {
			d.t.Errorf("%s from %v to %v, shown were %v and %v", figure, r.Before, r.After, before, after)
			continue
		}
		sum := 0.0
		for _, x := range r.ByCause {
			sum += x.Moved
			causes[x.Cause] = true
		}
		if math.Abs(sum-(after-before)) > 1e-9*max(before, after) {
			d.t.Errorf("%s moved by %v, its causes by %v", figure, after-before, sum)
		}
	}
}

// TestWhyIsOfWhatWasShown compares figures with what people saw on the days
// themselves.
func TestWhyIsOfWhatWasShown(t *testing.T) {
	var first map[string]float64
	d := story(t, func(d *desk) {
		if first == nil {
			first = d.shown(false)
		}
	})
	causes := map[string]bool{}
	d.explained(first, d.shown(false), causes)
	for _, c := range []string{CauseEstimate, CauseWork, CauseEvidence, CausePolicy, CauseTime} {
		if !causes[c] {
			t.Errorf("nothing moved for the cause %s", c)
		}
	}
}

// TestWhyOfDrawnFigures does the same with figures of drawn years, on a product of
// one threat; the appetite's limit moves too.
func TestWhyOfDrawnFigures(t *testing.T) {
	const small = `parley: v1
product: {id: shop, name: Web shop, stage: development, currency: GBP}
policy: {appetite: [{loss: 10k, chance: 20%}]}
threats:
  - {id: replay, title: Order replayed, likelihood: 1..3 per year, impact: {says: Goods without paying., financial: 1k..5k}}
`
	d := newDesk(t)
	d.apply(small)
	first := d.shown(true)
	d.later(1)
	d.apply(strings.NewReplacer("1..3 per year", "2..6 per year", "1k..5k", "2k..5k", "loss: 10k", "loss: 12k").Replace(small))
	if _, err := d.Move(t.Context(), d.tom, MoveRequest{Decision: "SHOP-P1", Move: "approve"}); err != nil {
		t.Fatal(err)
	}
	causes := map[string]bool{}
	d.explained(first, d.shown(true), causes)
	if !causes[CauseEstimate] || !causes[CausePolicy] {
		t.Errorf("moved for %v", causes)
	}
}

// TestWhyOfWorkAndContracts: what premises stand on besides threats.
func TestWhyOfWorkAndContracts(t *testing.T) {
	d := newDesk(t)
	insured := strings.Replace(shop, "financial: 200k..900k}}", "financial: 200k..900k}, treatments: [{id: insure, kind: transfer, title: Policy, premium: 9k per year, deductible: 25k}]}", 1)
	d.apply(insured)
	d.later(1)
	d.apply(strings.NewReplacer("effort: 2d", "effort: 7d", "premium: 9k per year", "premium: 12k per year").Replace(insured))
	for figure, want := range map[string][2]float64{"archive.effort": {2, 7}, "insure.premium": {9000, 12000}} {
		r := d.why(WhyRequest{Figure: figure, From: "2026-11-21"})
		if r.Before == nil || r.After == nil || *r.Before != want[0] || *r.After != want[1] || len(r.ByCause) != 1 || r.ByCause[0] != (Caused{CauseEstimate, want[1] - want[0]}) {
			t.Errorf("%s: %+v", figure, r)
		}
	}
}

// TestWhyWithAContractInForce: what a contract on several kinds of loss pays is an
// estimate, and the total has a figure all the same, as everywhere else.
func TestWhyWithAContractInForce(t *testing.T) {
	d := newDesk(t)
	d.apply(strings.Replace(shop, "financial: 200k..900k}}", "financial: 200k..900k, reputation: 50k..200k}, treatments: [{id: insure, kind: transfer, title: Policy, premium: 9k per year, deductible: 25k, limit: 500k, per: event}]}", 1))
	first, _ := d.at("2026-11-21", "")
	d.later(1)
	d.decide(DecideRequest{Threats: []string{"leak"}, Kind: parley.Transfer, With: []string{"insure"}, Because: "others carry it"})
	last, _ := d.at("2026-11-22", "")
	r := d.why(WhyRequest{From: "2026-11-21"})
	if r.Before == nil || r.After == nil || math.Abs(*r.Before-first) > 1e-9*first || math.Abs(*r.After-last) > 1e-9*last || last > 0.9*first || len(r.ByCause) != 1 || r.ByCause[0].Cause != CauseDecision {
		t.Errorf("%+v, shown were %v and %v", r, first, last)
	}
}

// TestWhyWhatIsLeft: what was decided on counts as done, when it is decided, and
// not again when it is done.
func TestWhyWhatIsLeft(t *testing.T) {
	d := story(t)
	r := d.why(WhyRequest{Figure: "leak.expected_annual_loss_left", From: "2026-11-22", To: "2026-11-25"})
	done := d.why(WhyRequest{Figure: "leak", From: "2026-11-22", To: "2026-11-25"})
	if len(r.Steps) != 1 || r.Steps[0].Cause != CauseDecision || *r.Before != *done.Before || *r.After != *done.After {
		t.Errorf("%+v, what is there by now %+v", r, done)
	}
}

func TestWhyFigures(t *testing.T) {
	for text, want := range map[string]asked{
		"":                        {name: FigureAnnual, nth: 1},
		"leak":                    {name: FigureAnnual, of: "leak", kind: "threat", nth: 1},
		"loss_1_in_20":            {name: FigureOneIn20, nth: 1},
		"leak.loss_1_in_20":       {name: FigureOneIn20, of: "leak", kind: "threat", nth: 1},
		"leak.loss_if_it_happens": {name: FigureBad, of: "leak", kind: "threat", nth: 1},
		"chance_over_appetite.2":  {name: FigureAppetite, nth: 2},
		"waf.effort":              {name: FigureEffort, of: "waf", kind: "mitigation", nth: 1},
		"insure.deductible":       {name: FigureDeductible, of: "insure", nth: 1},
	} {
		if got, err := askedOf(text); err != nil || got != want {
			t.Errorf("%q: %+v %v, want %+v", text, got, err, want)
		}
	}
	for _, text := range []string{".typical_loss", "leak.", "leak.expected_shortfall_95", "leak.chance_over_appetite", "chance_over_appetite.0", "chance_over_appetite.x", "waf.effort.3", "loss_1_in_20.2"} {
		if got, err := askedOf(text); parley.KindOfError(err) != parley.Invalid || !strings.Contains(err.Error(), text) {
			t.Errorf("%q: %+v %v", text, got, err)
		}
	}
}
