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
		by, _ := d.exceptedBy(rule)
		return len(by) > 0
	}
	d.report("queries", "pass", "2026-11-20T00:00:00Z") // evidence is read from now on
	d.acceptBoth("we live with it")
	d.report("rules", "fail", "2026-11-20T00:00:00Z")
	if excepted("checks") {
		t.Error("never reported, and then it failed")
	}
	d.acceptBoth("the rules are rewritten", "SHOP-D1")
	if !excepted("checks") {
		t.Error("decided with the failure in view")
	}
	d.report("drill", "fail", "2026-11-20T00:00:00Z")
	if excepted("checks") {
		t.Error("another check failed since")
	}
}

// exceptedBy are the decisions that let the firewall pass a rule of the gate of
// deployment, and whether that rule holds.
func (d *desk) exceptedBy(rule string) ([]string, bool) {
	d.t.Helper()
	g, err := d.Gate(d.t.Context(), d.tom, GateRequest{Source: Source{Product: "shop"}, Trials: 500, Stage: "deployment"})
	if err != nil {
		d.t.Fatal(err)
	}
	r := g.Results[slices.IndexFunc(g.Results, func(r gate.Result) bool { return r.Rule == rule })]
	for _, x := range r.Excepted {
		if strings.Contains(x.Reason, "“Firewall”") {
			return x.Decisions, r.Pass
		}
	}
	return nil, r.Pass
}

func (d *desk) acceptBoth(because string, replaces ...string) {
	d.t.Helper()
	d.decide(DecideRequest{Threats: []string{"leak", "hurt"}, Kind: parley.Accept, Because: because, Replaces: replaces, Until: d.time.AddDate(0, 0, 20).Format("2006-01-02")})
}

// TestADecisionSawNoCheckThatCameLater: a check that was declared, or says
// something else, since a decision was not in its view, whatever it reports.
func TestADecisionSawNoCheckThatCameLater(t *testing.T) {
	d := newDesk(t)
	d.apply(watched)
	d.report("rules", "fail", "2026-11-20T00:00:00Z")
	d.acceptBoth("we live with it")
	if by, _ := d.exceptedBy("checks"); len(by) == 0 {
		t.Fatal("decided with the failure in view")
	}
	two := strings.Replace(watched, "{id: rules, every: 7 days}", "{id: rules, every: 7 days}, {id: drill, every: 7 days}", 1)
	d.apply(two)
	if by, _ := d.exceptedBy("checks"); len(by) > 0 {
		t.Errorf("a check that never reported came since: excepted by %v", by)
	}
	d.acceptBoth("the drill is in May", "SHOP-D1")
	if by, _ := d.exceptedBy("checks"); len(by) == 0 {
		t.Error("decided with the new check in view")
	}
	d.apply(strings.Replace(two, "{id: rules, every: 7 days}", "{id: rules, every: 7 days, level: low}", 1))
	if by, _ := d.exceptedBy("checks"); len(by) > 0 {
		t.Errorf("a check that says something else since: excepted by %v", by)
	}
}

// TestALayerWithoutACheckIsExceptedToo: whoever saw that a layer has no check
// may let it stand so; not where its checks were taken away since.
func TestALayerWithoutACheckIsExceptedToo(t *testing.T) {
	bare := strings.Replace(watched, ", checks: [{id: rules, every: 7 days}]", "", 1)
	d := newDesk(t)
	d.apply(bare)
	if by, pass := d.exceptedBy("tested"); len(by) > 0 || pass {
		t.Fatalf("nobody decided: by %v, pass %v", by, pass)
	}
	d.acceptBoth("we live with it")
	if by, pass := d.exceptedBy("tested"); !slices.Equal(by, []string{"SHOP-D1"}) || !pass {
		t.Errorf("decided: by %v, pass %v", by, pass)
	}

	d = newDesk(t)
	d.apply(watched)
	d.acceptBoth("we live with it")
	if by, _ := d.exceptedBy("tested"); len(by) == 0 {
		t.Error("its checks had not reported when it was decided")
	}
	d.apply(bare)
	if by, _ := d.exceptedBy("tested"); len(by) > 0 {
		t.Errorf("its checks were taken away since: excepted by %v", by)
	}
}

// TestOnlyWhoLivesWithItExcepts: a decision to mitigate says nothing of a layer
// that nothing ever verified.
func TestOnlyWhoLivesWithItExcepts(t *testing.T) {
	d := newDesk(t)
	d.apply(strings.Replace(watched, ", checks: [{id: rules, every: 7 days}]", "", 1))
	d.acceptBoth("we live with it")
	if by, _ := d.exceptedBy("tested"); len(by) == 0 {
		t.Fatal("accepted")
	}
	d.decide(DecideRequest{Threats: []string{"leak"}, Kind: parley.Mitigate, With: []string{"safe"}, Because: "it pays", Until: d.time.AddDate(0, 0, 20).Format("2006-01-02"), Replaces: []string{"SHOP-D1"}})
	if by, pass := d.exceptedBy("tested"); len(by) > 0 || pass {
		t.Errorf("to mitigate lets it pass: by %v", by)
	}
}
