package negotiate

import (
	"math"
	"strings"
	"testing"
)

// TestAsStatedBesideAsVerified: as long as no evidence is read the two are one;
// once the firewall failed, risk and brief show both, and what they show as
// stated is the price of before.
func TestAsStatedBesideAsVerified(t *testing.T) {
	d := newDesk(t)
	d.apply(watched)
	look := func() (*RiskResult, float64, *float64) {
		t.Helper()
		r, err := d.Risk(t.Context(), d.tom, RiskRequest{Source: Source{Product: "shop"}, Trials: 2000})
		if err != nil {
			t.Fatal(err)
		}
		b, err := d.Brief(t.Context(), d.tom, BriefRequest{Source: Source{Product: "shop"}, Figures: true})
		if err != nil {
			t.Fatal(err)
		}
		return r, b.Total.ExpectedAnnualLoss, b.Total.AsStated
	}
	before, loss, stated := look()
	if before.AsStated != nil || stated != nil {
		t.Fatalf("nothing is verified, yet something is told apart: %+v, %v", before.AsStated, stated)
	}
	d.report("rules", "fail", "2026-11-20T00:00:00Z")
	after, total, stated := look()
	near := func(a, b float64) bool { return math.Abs(a-b) <= 1e-9*math.Abs(b) }
	s := after.AsStated
	if s == nil || !near(s.ExpectedAnnualLoss, before.ExpectedAnnualLoss.Value()) || !near(s.ChanceWithinHorizon, before.ChanceWithinHorizon) {
		t.Fatalf("as stated %+v, before %+v", s, before.ExpectedAnnualLoss)
	}
	for q, x := range before.Quantiles {
		if s.Quantiles[q] != x {
			t.Errorf("quantile %s as stated is %v, it was %v", q, s.Quantiles[q], x)
		}
	}
	if stated == nil || !near(*stated, loss) || total <= loss {
		t.Errorf("the brief says %v, as stated %v; it was %v", total, stated, loss)
	}
	for _, x := range after.Threats {
		if touched := x.ID == "leak"; touched != (x.AsStated != nil) {
			t.Errorf("%s: as stated %v", x.ID, x.AsStated)
		}
	}
	b, err := d.Brief(t.Context(), d.tom, BriefRequest{Source: Source{Product: "shop"}})
	if err != nil {
		t.Fatal(err)
	}
	for id, want := range map[string]string{"leak": "a year on average. As verified", "hurt": "As stated, with every layer working: "} {
		if x := b.Threat(id); x.AsStated == nil || (x.AsStated.ExpectedAnnualLoss == nil) != (id == "hurt") || !strings.Contains(x.Words.Stated, want) {
			t.Errorf("%s: %+v, %q", id, x.AsStated, x.Words.Stated)
		}
	}
	d.report("rules", "pass", "2026-11-21T00:00:00Z")
	if b, err = d.Brief(t.Context(), d.tom, BriefRequest{Source: Source{Product: "shop"}}); err != nil || b.Threat("leak").AsStated == nil {
		t.Errorf("half of it is borne out: %+v, %v", b.Threat("leak").AsStated, err)
	}
}

// TestAsStatedIsByTheSameMethod: where evidence is no single number, as verified
// is simulated, and as stated too, though its curve could be had exactly: else
// the two would differ by the years that were drawn. Progress is of both together.
func TestAsStatedIsByTheSameMethod(t *testing.T) {
	d := newDesk(t)
	d.apply(strings.Replace(watched, "1..3 per year", "2 per year", 1))
	d.report("rules", "pass", "2026-11-20T00:00:00Z")
	var done []float64
	d.Progress = func(_ string, x float64) { done = append(done, x) }
	price := func(m Method) *RiskResult {
		r, err := d.Risk(t.Context(), d.tom, RiskRequest{Source: Source{Product: "shop"}, Trials: 9000, Method: m})
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	auto, simulated := price(Auto), price(Simulate)
	if auto.Method != Simulate || auto.AsStated == nil || simulated.AsStated == nil {
		t.Fatalf("by %s, as stated %+v", auto.Method, auto.AsStated)
	}
	for q, x := range simulated.AsStated.Quantiles {
		if auto.AsStated.Quantiles[q] != x {
			t.Errorf("quantile %s as stated: %v with auto, %v simulated", q, auto.AsStated.Quantiles[q], x)
		}
	}
	runs := 0
	for i, x := range done {
		if i > 0 && x < done[i-1] {
			runs++
		}
	}
	if runs > 1 || done[len(done)-1] != 1 {
		t.Errorf("two prices, progress %v", done)
	}
}
