package negotiate

import (
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/ledger"
)

// TestMetricsByHand: a year of one product, each figure counted by hand.
func TestMetricsByHand(t *testing.T) {
	start := time.Date(2027, 1, 1, 9, 0, 0, 0, time.UTC)
	day := func(n float64) time.Time { return start.Add(time.Duration(n * 24 * float64(time.Hour))) }
	most := 5.0
	watched := []ledger.Premise{{Name: premiseLoss, Value: 4, High: &most}}
	moves := func(list ...any) []ledger.Move {
		var out []ledger.Move
		for i := 0; i < len(list); i += 2 {
			out = append(out, ledger.Move{To: list[i].(ledger.Status), At: day(list[i+1].(float64))})
		}
		return out
	}
	p := &ledger.Product{Decisions: []*ledger.Decision{
		// Before the period, in force into it: held, re-opened twice in a way, counted once.
		{History: moves(ledger.InForce, -30.0, ledger.Reopened, 10.0)},
		// Over before the period: nothing.
		{History: moves(ledger.InForce, -60.0, ledger.Expired, -20.0)},
		// Proposed on day 1, challenged, proposed again, in force on day 5: four days.
		{Terms: ledger.Terms{Premises: watched}, History: moves(ledger.Proposed, 1.0, ledger.Challenged, 2.0, ledger.Proposed, 3.0, ledger.Agreed, 5.0, ledger.InForce, 5.0)},
		// Proposed on day 6, in force on day 7: one day; ended on day 90.
		{Terms: ledger.Terms{Premises: []ledger.Premise{{Name: "told", Value: 1}}}, History: moves(ledger.Proposed, 6.0, ledger.Agreed, 7.0, ledger.InForce, 7.0, ledger.Expired, 90.0)},
		// At once.
		{Terms: ledger.Terms{Premises: watched}, History: moves(ledger.InForce, 20.0)},
		// Rejected, and one that came after the period.
		{History: moves(ledger.Proposed, 2.0, ledger.Rejected, 3.0)},
		{History: moves(ledger.InForce, 100.0)},
	}}
	var r MetricsResult
	r.period(p, day(0), day(100))
	share, days := 1.0/4, 2.5 // the median of 1 and 4
	want := MetricsResult{Decided: 3, Proposed: 2, DaysToDecide: &days, WithPremise: 2, Held: 4, Reopened: 1, Expired: 1, ReopenedShare: &share}
	want.Of = map[string][]string{"decided": {"", "", ""}, "proposed_first": {"", ""}, "with_premise": {"", ""}, "held": {"", "", "", ""}, "reopened": {""}, "expired": {""}}
	want.DaysOf = map[string][]float64{"proposed_first": {4, 1}}
	if d := cmp.Diff(want, r); d != "" {
		t.Error(d)
	}
	if median(nil) != nil || *median([]float64{9, 1, 2}) != 2 {
		t.Error("the median")
	}
}

// TestMetricsOfToday: what waits, what is overdue, and what the decisions in force
// are about.
func TestMetricsOfToday(t *testing.T) {
	d := newDesk(t)
	d.apply(shop)
	d.time = d.time.Add(48 * time.Hour)
	ask := func(req MetricsRequest) *MetricsResult {
		t.Helper()
		r, err := d.Metrics(t.Context(), d.tom, req)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	before := ask(MetricsRequest{})
	if before.Waiting < 2 || *before.DaysWaiting != 2 || before.Decided != 0 || before.ReopenedShare != nil || len(before.InForce) != 0 {
		t.Errorf("%+v", before)
	}
	accepted := d.decide(DecideRequest{Threats: []string{"replay"}, Kind: parley.Accept, Until: "2027-01-31", Because: "cheap"}).Decisions[0]
	d.decide(DecideRequest{Threats: []string{"leak"}, Kind: parley.Mitigate, With: []string{"safe"}, Because: "not cheap"})
	d.time = d.time.AddDate(0, 3, 0)
	r := ask(MetricsRequest{})
	if r.Waiting != before.Waiting-2 || r.Overdue != 1 || r.Decided != 2 || r.WithPremise != 2 || r.Held != 2 || r.DaysToDecide != nil {
		t.Errorf("%+v", r)
	}
	sum := 0.0
	for _, x := range accepted.Premises {
		if x.Name == premiseLoss {
			sum += x.Value
		}
	}
	i := -1
	for k, x := range r.InForce {
		if x.Kind == parley.Accept {
			i = k
		}
	}
	if len(r.InForce) != 2 || i < 0 || r.InForce[i].Decisions != 1 || sum <= 0 || math.Abs(r.InForce[i].Annual-sum) > 1e-9 {
		t.Errorf("%+v, want %v accepted", r.InForce, sum)
	}
	if old := ask(MetricsRequest{From: "2026-01-01", To: "2026-01-31"}); old.Decided != 0 || old.Held != 0 || old.Overdue != 1 {
		t.Errorf("a year before: %+v", old)
	}
	if _, err := d.Metrics(t.Context(), d.tom, MetricsRequest{From: "2027-02-01", To: "2027-01-01"}); parley.KindOfError(err) != parley.Invalid {
		t.Errorf("a period turned round: %v", err)
	}
}
