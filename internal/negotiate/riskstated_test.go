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
