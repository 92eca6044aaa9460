package negotiate

import (
	"slices"
	"strings"
	"testing"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/gate"
)

// TestExceptionsOnlyThroughDecisions: a decision of before the failure lets
// nothing pass; one that was taken with it in view does, about every threat the
// layer stands before, and until its end.
func TestExceptionsOnlyThroughDecisions(t *testing.T) {
	d := newDesk(t)
	d.apply(watched)
	checks := func() gate.Result {
		t.Helper()
		g, err := d.Gate(t.Context(), d.tom, GateRequest{Source: Source{Product: "shop"}, Trials: 500})
		if err != nil {
			t.Fatal(err)
		}
		return g.Results[slices.IndexFunc(g.Results, func(r gate.Result) bool { return r.Rule == "checks" })]
	}
	blocked := func(when, why string) {
		t.Helper()
		if r := checks(); r.Pass || len(r.Excepted) > 0 || !strings.Contains(r.Reason, "“Firewall” is failing by its check rules") || !strings.HasSuffix(r.Reason, why) {
			t.Errorf("%s: %+v", when, r)
		}
	}
	accept := func(threats ...string) string {
		t.Helper()
		return d.decide(DecideRequest{Threats: threats, Kind: parley.Accept, Because: "we live with it", Until: d.time.AddDate(0, 0, 20).Format("2006-01-02")}).Decisions[0].ShortID
	}
	accept("hurt")
	d.report("rules", "fail", "2026-11-20T00:00:00Z")
	blocked("decided before", "if it worked as stated")
	leak := accept("leak")
	blocked("half of it decided", leak+" lets it pass, and nothing does for “Somebody is hurt”")
	hurt := accept("hurt")
	r := checks()
	if !r.Pass || len(r.Excepted) != 1 || !slices.Equal(r.Excepted[0].Decisions, []string{hurt, leak}) && !slices.Equal(r.Excepted[0].Decisions, []string{leak, hurt}) {
		t.Fatalf("both decided: %+v", r)
	}
	if says := r.Excepted[0].Says; strings.Count(says, " of tom@example.org, until ") != 2 {
		t.Errorf("it says %q", says)
	}
	d.time = d.time.AddDate(0, 0, 21)
	blocked("its end is past", "which let it pass, ended on "+d.time.AddDate(0, 0, -1).Format("2 January 2006"))
	if _, err := d.Sweep(t.Context(), d.tom); err != nil {
		t.Fatal(err)
	}
	blocked("expired", "ended on "+d.time.AddDate(0, 0, -1).Format("2 January 2006"))
}

// TestNobodyDecidesOnWhatComesLater: with no credit for what was never verified,
// or for another check that failed already, a layer has no less than before; that
// a check fails is news all the same.
func TestNobodyDecidesOnWhatComesLater(t *testing.T) {
	two := strings.Replace(watched, "{id: rules, every: 7 days}", "{id: rules, every: 7 days}, {id: drill, every: 7 days}", 1)
	strict := strings.Replace(two, "policy: {", "policy: {unverified: 0%, ", 1)
	d := newDesk(t)
	d.apply(strict)
	if strict == two || two == watched {
		t.Fatal("nothing was changed")
	}
	excepted := func(rule string) bool {
		t.Helper()
		g, err := d.Gate(t.Context(), d.tom, GateRequest{Source: Source{Product: "shop"}, Trials: 500})
		if err != nil {
			t.Fatal(err)
		}
		r := g.Results[slices.IndexFunc(g.Results, func(r gate.Result) bool { return r.Rule == rule })]
		return slices.ContainsFunc(r.Excepted, func(x gate.Exception) bool { return strings.Contains(x.Reason, "“Firewall”") })
	}
	accept := func(because string, replaces ...string) {
		t.Helper()
		d.decide(DecideRequest{Threats: []string{"leak", "hurt"}, Kind: parley.Accept, Because: because, Replaces: replaces, Until: d.time.AddDate(0, 0, 20).Format("2006-01-02")})
	}
	d.report("queries", "pass", "2026-11-20T00:00:00Z") // evidence is read from now on
	accept("we live with it")
	d.report("rules", "fail", "2026-11-20T00:00:00Z")
	if excepted("checks") {
		t.Error("never reported, and then it failed")
	}
	accept("the rules are rewritten", "SHOP-D1")
	if !excepted("checks") {
		t.Error("decided with the failure in view")
	}
	d.report("drill", "fail", "2026-11-20T00:00:00Z")
	if excepted("checks") {
		t.Error("another check failed since")
	}
}
