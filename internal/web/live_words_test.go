package web

import (
	"slices"
	"strings"
	"testing"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/brief"
	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/ledger"
)

// TestAChanceIsRoundedOneWay: the table of plans, the chart's labels and the
// sentences say the same number of squares of the same chance.
func TestAChanceIsRoundedOneWay(t *testing.T) {
	for _, c := range []struct {
		chance, allowed float64
		close           bool
		years, limit    string
	}{
		{0.0391, 0.05, false, "4", "5"},
		{0.0391, 0.04, false, "3.9", "4"}, // inside, though it would read the same
		{0.253, 0.25, false, "25.3", "25"},
		{0.253, 0.25, true, "25", "25"},
		{0.25, 0.25, false, "25", "25"},
		{0.03, 0.025, false, "3", "2.5"}, // what somebody set is not rounded
		{0.004, 0.02, false, "less than 1", "2"},
		{0, 0.02, false, "none", "2"},
		{0.997, 0.5, false, "more than 99", "50"},
	} {
		a := negotiate.LimitResult{Loss: 1e6, Chance: c.chance, ChanceAllowed: c.allowed, TooClose: c.close, Breached: c.chance > c.allowed}
		if years, limit := yearsBeside(a); years != c.years || limit != c.limit {
			t.Errorf("%v beside %v reads %q and %q, want %q and %q", c.chance, c.allowed, years, limit, c.years, c.limit)
		}
	}
	a := negotiate.LimitResult{Loss: 1e6, Chance: 0.0391, ChanceAllowed: 0.03, Breached: true}
	r := &negotiate.RiskResult{Currency: "GBP", Appetite: []negotiate.LimitResult{a}}
	b := &planBuilder{r: &negotiate.PlanResult{Currency: "GBP"}, prices: &prices{today: r, plans: []*negotiate.RiskResult{r}, best: r}}
	row := b.yearRows()[0].Cells[0]
	says := limitLine(a, "GBP", "web.plan.limit").Text
	if row != "4 (limit 3)" || !strings.HasPrefix(says, "4 of 100 years lose more than £1M with this plan") {
		t.Errorf("%q and %q", row, says)
	}
}

// TestAClaimedNameIsMarkedWhereverItStands on the brief, in the record and on
// the first page.
func TestAClaimedNameIsMarkedWhereverItStands(t *testing.T) {
	s := stage()
	p := &s.status.Products[0]
	for _, ds := range [][]negotiate.Decision{p.Reopened, p.Overdue, p.InForce, p.Proposed} {
		for i := range ds {
			ds[i].Claimed = true
		}
	}
	at := &situation{status: &s.status, product: p}
	for _, row := range at.recorded() {
		if row.Who != "Priya (claimed)" {
			t.Errorf("the record says %q", row.Who)
		}
	}
	for _, id := range []string{"bank", "tiny", "keys"} {
		b := &briefBuilder{s: at, report: &s.report, t: s.report.Threat(id)}
		if says := b.standing().Text; !strings.Contains(says, "by Priya (claimed) on") {
			t.Errorf("%s: %q", id, says)
		}
	}
	v, err := (&live{service: s, opt: Options{Actor: priya}}).home(atDesk(t), "")
	if err != nil {
		t.Fatal(err)
	}
	var tags []string
	for _, g := range v.Groups {
		for _, i := range g.Items {
			for _, tag := range i.Tags {
				tags = append(tags, tag.Text)
			}
		}
	}
	for _, want := range []string{"by Priya (claimed)", "proposed by Priya (claimed)"} {
		if !slices.Contains(tags, want) {
			t.Errorf("the first page does not say %q: %q", want, tags)
		}
	}
	if !strings.HasSuffix(v.Lead[0], "One of them is handed up to whoever may decide.") {
		t.Errorf("what is handed up is not told apart: %q", v.Lead)
	}
}

// TestTheBriefSaysAllThatTheCommandSays: what was done since, whether it is
// verified, what comes next, what waiting changes, what a bad case is.
func TestTheBriefSaysAllThatTheCommandSays(t *testing.T) {
	f := func(x float64) *float64 { return &x }
	threat := brief.Threat{
		ID: "leak", Title: "Leak", LossIfItHappens: &brief.Loss{P50: 1, P95: 2},
		Words: brief.Words{Standing: "Done since: a firewall (not verified yet).", Next: "Next: name an idea.", Waiting: "Waiting six months costs £1k."},
		Options: []brief.Option{
			{ID: "accept", Kind: parley.Accept, NetBenefit: f(0), Words: brief.OptionWords{Balance: "no difference"}},
			{ID: "defer", Kind: parley.Defer, NetBenefit: f(5000), Words: brief.OptionWords{Balance: "saves £5k", Pays: "Worth its cost: about 9 in 10."}},
		},
	}
	s := stage()
	b := &briefBuilder{s: &situation{status: &s.status, product: &s.status.Products[0]}, report: &brief.Report{Currency: "GBP"}, recorded: &brief.Report{Currency: "GBP", Threats: []brief.Threat{threat}}, t: &threat}
	v := b.view(Frame{})
	if v.Since != threat.Words.Standing || v.Next != threat.Words.Next || v.Waiting != threat.Words.Waiting {
		t.Errorf("%+v", v)
	}
	if !strings.Contains(v.BadCase, "In a bad case: one in 20") {
		t.Errorf("a bad case is %q", v.BadCase)
	}
	for i, want := range [][]string{{"Everything stays as it is."}, {"On balance saves £5k.", "Worth its cost: about 9 in 10."}} {
		if got := v.Options[i].Brings; !slices.Equal(got, want) {
			t.Errorf("%s brings %q, want %q", v.Options[i].ID, got, want)
		}
	}
	threat.LossIfItHappens = &brief.Loss{P50: 2, P95: 2}
	if v := b.view(Frame{}); v.BadCase != "" {
		t.Error("a bad case is explained where there is none")
	}
}

// TestWhatIsOverIsSaidInWords and not by the names of the states.
func TestWhatIsOverIsSaidInWords(t *testing.T) {
	for status, want := range map[ledger.Status]string{ledger.Superseded: "replaced", ledger.Retracted: "withdrawn", ledger.Expired: "ended", ledger.Rejected: "rejected"} {
		d := standingDecision{Decision: negotiate.Decision{Status: string(status)}, over: true}
		if got := d.tag().Text; got != want {
			t.Errorf("%s reads %q, want %q", status, got, want)
		}
	}
}
