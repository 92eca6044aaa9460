package negotiate

import (
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/ledger"
)

// addsUp checks that the terms of every sum make its figure, as numbers and as shown.
func addsUp(t *testing.T, r *SumsResult) map[string]float64 {
	t.Helper()
	out := map[string]float64{}
	for i := range r.Sums {
		y := &r.Sums[i]
		sum, size := 0.0, math.Abs(y.Value)
		for _, x := range y.Terms {
			sum += x.Value
			size = max(size, math.Abs(x.Value))
			if x.Quantity != nil && math.Abs(*x.Quantity**x.Each-x.Value) > 1e-9*math.Abs(x.Value) {
				t.Errorf("%s %s %s: %s is no %v × %v", r.About, r.ID, y.Figure, x.Says, *x.Quantity, *x.Each)
			}
			if x.Says == "" || strings.Contains(x.Says, "{") {
				t.Errorf("%s: term %+v has no words", y.Figure, x)
			}
		}
		if math.Abs(sum-y.Value) > 1e-9*size || y.Rest != 0 {
			t.Errorf("%s %s %s %s: the terms make %v, not %v: %+v", r.About, r.ID, r.Option, y.Figure, sum, y.Value, y.Terms)
		}
		shown := 0.0
		rows := y.Rows()
		for _, x := range y.Terms {
			shown += y.steps(x.Value)
		}
		// What is called rounding is no more than that: half a step a term, and for the sum.
		if left := math.Abs(y.steps(y.Value) - shown); len(y.Terms) > 0 && left > float64(len(y.Terms)+1)/2 {
			t.Errorf("%s %s %s: %v steps are called rounding of %d terms", r.About, r.ID, y.Figure, left, len(y.Terms))
		}
		if n := len(rows) - len(y.Terms); n != 1 && (n != 2 || shown == y.steps(y.Value)) && len(y.Terms) > 0 {
			t.Errorf("%s: %d rows of %d terms", y.Figure, len(rows), len(y.Terms))
		}
		if strings.Contains(y.Says+y.Formula, "{") || y.Docs == "" {
			t.Errorf("%s says %q: %q (%s)", y.Figure, y.Says, y.Formula, y.Docs)
		}
		if _, twice := out[y.Figure]; twice {
			t.Errorf("%s stands twice", y.Figure)
		}
		out[y.Figure] = y.Value
	}
	return out
}

// TestSumsOfExamples opens every figure of the examples, and holds each against what
// the brief, the price and the layers show.
func TestSumsOfExamples(t *testing.T) {
	s, ctx := &Service{}, t.Context()
	for _, name := range []string{"shop.yaml", "rounds.yaml", "fair.yaml"} {
		text, err := os.ReadFile("../../examples/" + name)
		if err != nil {
			t.Fatal(err)
		}
		src := Source{Name: name, Data: text}
		sum := func(req SumRequest) map[string]float64 {
			t.Helper()
			req.Source = src
			r, err := s.Sum(ctx, Local("tom@example.org", ViaCLI), req)
			if err != nil {
				t.Fatal(name, req, err)
			}
			return addsUp(t, r)
		}
		is := func(what string, got map[string]float64, figure string, want *float64) {
			t.Helper()
			if want == nil {
				return
			}
			if v, ok := got[figure]; ok && math.Abs(v-*want) > 1e-9*max(1, math.Abs(*want)) {
				t.Errorf("%s, %s: %s opens to %v, shown is %v", name, what, figure, v, *want)
			} else if !ok && *want != 0 {
				t.Errorf("%s, %s: %s is not opened, shown is %v", name, what, figure, *want)
			}
		}
		whole := sum(SumRequest{})
		risk, err := s.Risk(ctx, Local("tom@example.org", ViaCLI), RiskRequest{Source: src})
		if err != nil {
			t.Fatal(err)
		}
		is("product", whole, "expected_annual_loss", risk.ExpectedAnnualLoss.Exact)
		is("product", whole, "expected_shortfall_95", &risk.ExpectedShortfall95)
		if len(risk.Appetite) > 0 {
			is("product", whole, "chance_over_appetite", &risk.Appetite[0].Chance)
			is("product", whole, "chance_over_appetite_by_threat", &risk.Appetite[0].Chance)
		}
		brief, err := s.Brief(ctx, Local("tom@example.org", ViaCLI), BriefRequest{Source: src})
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range brief.Threats {
			of := sum(SumRequest{About: AboutThreat, ID: x.ID})
			is(x.ID, of, "expected_annual_loss", x.ExpectedAnnualLoss)
			if x.Waiting != nil {
				is(x.ID, of, "waiting", &x.Waiting.Costs)
			}
			for _, o := range x.Options {
				of := sum(SumRequest{About: AboutOption, ID: x.ID, Option: o.ID})
				if o.Cost != nil {
					is(x.ID+" "+o.ID, of, "money", &o.Cost.Money)
					is(x.ID+" "+o.ID, of, "effort", &o.Cost.EffortDays)
				}
				is(x.ID+" "+o.ID, of, "net_benefit", o.NetBenefit)
				is(x.ID+" "+o.ID, of, "expected_annual_loss_after", o.ExpectedAnnualLossAfter)
				if v, ok := of["avoided_elsewhere"]; ok && math.Abs(v-*o.AvoidedElsewhere) > 1e-6 {
					t.Error(name, x.ID, o.ID, v, *o.AvoidedElsewhere)
				}
			}
		}
		layers, err := s.Layers(ctx, Local("tom@example.org", ViaCLI), LayersRequest{Source: src})
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range layers.Layers {
			of := sum(SumRequest{About: AboutLayer, ID: x.ID})
			is(x.ID, of, "if_it_fails", &x.IfItFails.Costs)
			is(x.ID, of, "expected_annual_loss", &x.IfItFails.ExpectedAnnualLoss)
		}
		for _, x := range layers.Dependencies {
			is(x.ID, sum(SumRequest{About: AboutLayer, ID: x.ID}), "if_it_fails", &x.IfItFails.Costs)
		}
	}
}

// TestSumsOfPlans opens the plan of each example, a peer of it and a point of the frontier.
func TestSumsOfPlans(t *testing.T) {
	s, ctx := &Service{}, t.Context()
	for _, name := range []string{"shop.yaml", "rounds.yaml"} {
		text, err := os.ReadFile("../../examples/" + name)
		if err != nil {
			t.Fatal(err)
		}
		src := Source{Name: name, Data: text}
		for _, b := range []Budget{{}, {Effort: "60d", Money: "30k"}} {
			plan, err := s.Plan(ctx, Local("tom@example.org", ViaCLI), PlanRequest{Source: src, Budget: b, Quick: true})
			if err != nil {
				t.Fatal(err)
			}
			r, err := s.Sum(ctx, Local("tom@example.org", ViaCLI), SumRequest{Source: src, About: AboutPlan, Budget: b})
			if err != nil {
				t.Fatal(err)
			}
			of := addsUp(t, r)
			for figure, want := range map[string]float64{
				"value": plan.Value, "outlay": plan.Outlay, "money": plan.Cost.Money, "effort": plan.Cost.EffortDays,
				"expected_annual_loss_before": plan.AnnualLoss.Before, "expected_annual_loss_after": plan.AnnualLoss.After,
			} {
				if got := of[figure]; math.Abs(got-want) > 1e-9*max(1, math.Abs(want)) {
					t.Errorf("%s %+v: %s opens to %v, shown is %v", name, b, figure, got, want)
				}
			}
			if len(plan.Chosen) == 0 {
				continue
			}
			// A plan that was cut off at its time is opened by what is in it.
			r, err = s.Sum(ctx, Local("tom@example.org", ViaCLI), SumRequest{Source: src, About: AboutPlan, Budget: b, With: plan.Chosen})
			if err != nil {
				t.Fatal(err)
			}
			if got := addsUp(t, r)["value"]; math.Abs(got-plan.Value) > 1e-9*math.Abs(plan.Value) {
				t.Errorf("%s %+v: what is in the plan opens to %v, shown is %v", name, b, got, plan.Value)
			}
		}
		f, err := s.Frontier(ctx, Local("tom@example.org", ViaCLI), PlanRequest{Source: src})
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range f.Points {
			if len(p.Chosen) == 0 {
				continue
			}
			r, err := s.Sum(ctx, Local("tom@example.org", ViaCLI), SumRequest{Source: src, About: AboutPlan, With: p.Chosen, Budget: Budget{Periods: "none"}})
			if err != nil {
				t.Fatal(err)
			}
			if of := addsUp(t, r); math.Abs(of["outlay"]-p.Outlay) > 1e-6 || math.Abs(of["value"]-p.Value) > 1e-6 {
				t.Errorf("%s: a point of outlay %v and value %v opens to %v", name, p.Outlay, p.Value, of)
			}
		}
	}
}

func TestSumRefuses(t *testing.T) {
	s := &Service{}
	text, err := os.ReadFile("../../examples/shop.yaml")
	if err != nil {
		t.Fatal(err)
	}
	src := Source{Name: "shop.yaml", Data: text}
	for _, c := range []struct {
		req  SumRequest
		want string
	}{
		{SumRequest{About: "weather"}, catalogue.T("sum.about.wrong", "about", "weather")},
		{SumRequest{About: AboutLayer, ID: "wall"}, catalogue.T("sum.layer.none", "id", "wall")},
		{SumRequest{About: AboutBacklog}, catalogue.T("sum.about.recorded", "about", "backlog")},
		{SumRequest{About: AboutThreat, ID: "nothing"}, "there is no threat"},
		{SumRequest{About: AboutPlan, With: []string{"nothing"}}, "nothing"},
	} {
		c.req.Source = src
		if _, err := s.Sum(t.Context(), Local("tom@example.org", ViaCLI), c.req); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v, want %q", c.req, err, c.want)
		}
	}
}

// TestMediansOpen: of an odd number the one in the middle counts, of an even one half
// of each of the two.
func TestMediansOpen(t *testing.T) {
	d := newDesk(t)
	d.apply(shop)
	state, err := d.state(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, days := range [][]float64{{7}, {9, 1}, {3, 400, 0.25}, {5, 2, 8, 2}} {
		x := &sums{l: &loaded{product: state.Product("shop")}, r: &SumsResult{}}
		x.median("days_waiting", median(days), slices.Repeat([]string{"leak"}, len(days)), days)
		if of := addsUp(t, x.r); of["days_waiting"] != *median(days) || len(x.r.Sums[0].Terms) != len(days) {
			t.Errorf("%v opens to %+v", days, x.r.Sums)
		}
	}
}

// TestSumsOnRecord opens what only a ledger knows: the backlog's periods, what counts
// against the matrix, and how deciding goes.
func TestSumsOnRecord(t *testing.T) {
	d := newDesk(t)
	d.apply(shop + "  - {period: 2027-Q2, effort: 200d}\n")
	if _, err := d.setRule(RuleRequest{Role: RoleRequest{Name: "lead", Holders: []string{"tom@example.org"}, Currency: "GBP", Annual: "9M", OneIn20: "90M", BadCase: "90M"}}); err != nil {
		t.Fatal(err)
	}
	for _, req := range []DecideRequest{
		{Threats: []string{"replay"}, Kind: parley.Accept, Until: "2027-03-01", Because: "small"},
		{Threats: []string{"leak"}, Kind: parley.Mitigate, With: []string{"safe"}, Because: "it pays"},
	} {
		if _, err := d.Decide(t.Context(), d.tom, req); err != nil {
			t.Fatal(err)
		}
	}
	sum := func(about string) (map[string]float64, *SumsResult) {
		t.Helper()
		r, err := d.Sum(t.Context(), d.tom, SumRequest{Source: Source{Product: "shop"}, About: about})
		if err != nil {
			t.Fatal(about, err)
		}
		return addsUp(t, r), r
	}
	if of, r := sum(AboutBacklog); of["effort.2027-Q1"] != 60 || of["effort.2027-Q2"] != 260 || of["money.2027-Q1"] != 20e3 || len(r.Sums) != 3 {
		t.Errorf("backlog %+v", r.Sums)
	}
	of, r := sum(AboutAuthority)
	var accepted *ledger.Decision
	state, err := d.state(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range state.Product("shop").Decisions {
		if x.Kind == parley.Accept {
			accepted = x
		}
	}
	if e := accepted.Exposure; len(r.Sums) != 3 || of["annual.lead.tom@example.org"] != e.Annual || of["bad_case.lead.tom@example.org"] != e.BadCase || len(r.Sums[0].Terms) != 1 {
		t.Errorf("authority %+v beside %+v", r.Sums, accepted.Exposure)
	}
	m, err := d.Metrics(t.Context(), d.tom, MetricsRequest{})
	if err != nil {
		t.Fatal(err)
	}
	of, _ = sum(AboutDeciding)
	if of["decided"] != 2 || of["held"] != float64(m.Held) || of["waiting"] != float64(m.Waiting) || of["in_force.accept"] != m.InForce[slices.IndexFunc(m.InForce, func(k KindMoney) bool { return k.Kind == parley.Accept })].Annual {
		t.Errorf("deciding %+v beside %+v", of, m)
	}
	if m.DaysWaiting != nil && of["days_waiting"] != *m.DaysWaiting || m.DaysToDecide != nil && of["days_to_decide"] != *m.DaysToDecide {
		t.Errorf("medians %+v beside %+v", of, m)
	}
	if _, left := sum(AboutProduct); left.Sums[2].Figure != FigureLeft {
		t.Errorf("what is left once the work is done is not opened: %+v", left.Sums[2])
	}
}

// TestWhatASumLeavesOut is never called rounding; what rounding makes is never more than
// half a step a line. Amounts below nothing have their sign, and nothing has none.
func TestWhatASumLeavesOut(t *testing.T) {
	shown := func(y Sum) string {
		y.Rest = restOf(y.Value, y.Terms)
		var out []string
		for _, row := range y.Rows() {
			out = append(out, row.Says+" "+row.Value)
		}
		return strings.Join(out, "; ")
	}
	rest := catalogue.T("sum.rest")
	for _, x := range []struct {
		sum  Sum
		want string
	}{
		{Sum{Unit: "GBP", Value: 1, Terms: []Term{{Says: "a", Value: 0.5}, {Says: "b", Value: 0.5}}}, "a £0.50; b £0.50; Together £1"},
		{Sum{Unit: "GBP", Value: 0.01, Terms: []Term{{Says: "a", Value: 0.005}, {Says: "b", Value: 0.005}}}, "a £0.01; b £0.01; Rounding of the lines above −£0.01; Together £0.01"},
		{Sum{Unit: "GBP", Value: 100, Terms: []Term{{Says: "a", Value: 60}, {Says: "b", Value: 30}}}, "a £60; b £30; " + rest + " £10; Together £100"},
		{Sum{Unit: "GBP", Value: 0.02, Terms: []Term{{Says: "a", Value: 0.01}}}, "a £0.01; " + rest + " £0.01; Together £0.02"},
		{Sum{Unit: "GBP", Value: -90, Terms: []Term{{Says: "a", Value: -100}, {Says: "b", Value: 10}}}, "a −£100; b £10; Together −£90"},
		{Sum{Unit: "GBP", Value: -0.001, Terms: []Term{{Says: "a", Value: -0.001}}}, "a £0; Together £0"},
		{Sum{Unit: unitDays, Value: -0.001, Terms: []Term{{Says: "a", Value: -0.001}}}, "a 0.00 days; Together 0.00 days"},
		{Sum{Unit: unitChance, Value: -0.000001, Terms: []Term{{Says: "a", Value: -0.000001}}}, "a 0 %; Together 0 %"},
		{Sum{Unit: unitCount, Value: 3, Terms: []Term{{Says: "a", Value: 1}}}, "a 1; " + rest + " 2; Together 3"},
	} {
		if got := shown(x.sum); got != x.want {
			t.Errorf("%+v: %s, want %s", x.sum, got, x.want)
		}
	}
}

// TestWhatALayerCostsNowOpens to the threats before which it does not stand as stated.
func TestWhatALayerCostsNowOpens(t *testing.T) {
	d := newDesk(t)
	d.apply(watched)
	d.report("rules", "fail", "2026-11-20T00:00:00Z")
	layers, err := d.Layers(t.Context(), d.tom, LayersRequest{Source: Source{Product: "shop"}})
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(layers.Layers, func(x Layer) bool { return x.ID == "waf" })
	r, err := d.Sum(t.Context(), d.tom, SumRequest{Source: Source{Product: "shop"}, About: AboutLayer, ID: "waf"})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := addsUp(t, r)["costs_now"], layers.Layers[i].CostsNow; want <= 0 || math.Abs(got-want) > 1e-9*want {
		t.Errorf("it opens to %v, shown is %v", got, want)
	}
}
