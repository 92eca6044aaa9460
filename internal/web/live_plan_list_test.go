package web

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/negotiate"
)

// TestAveragesAfterContractsAreCalledSo: what a plan leaves of a threat that is
// insured is less than the plans beside it are weighed by, and has another name.
func TestAveragesAfterContractsAreCalledSo(t *testing.T) {
	ts, _ := liveSite(t, ways)
	const after = "The averages of threats are after what contracts pay."
	if strings.Contains(get(t, ts, "/plan", http.StatusOK), after) {
		t.Error("contracts are named where nobody carries anything")
	}
	form := filled(t, get(t, ts, "/t/leak", http.StatusOK), "do")
	form.Set("because", "The insurer knows the trade.")
	form.Set("act", "transfer")
	form["with"] = []string{"transfer:cover"}
	post(t, ts, "/t/leak/decide", form, http.StatusSeeOther)
	wants(t, get(t, ts, "/plan", http.StatusOK), "Average a year, last", after)
}

// TestThreatsAndFeaturesAreOneList: the most at stake first, a way under the threat
// with most at stake and named under the others, what is left out folded, and what
// was chosen by hand always in sight.
func TestThreatsAndFeaturesAreOneList(t *testing.T) {
	threat := func(id string, average float64) negotiate.ThreatRisk {
		return negotiate.ThreatRisk{ID: id, Title: "Threat " + id, ExpectedAnnualLoss: average}
	}
	var today negotiate.RiskResult
	m := &parley.Model{}
	for i, id := range []string{"a", "b", "c", "d", "e", "f", "g", "h"} {
		today.Threats = append(today.Threats, threat(id, float64(90-10*i)*1000))
		m.Threats = append(m.Threats, parley.Threat{ID: id, Title: "Threat " + id})
	}
	m.Mitigations = []parley.Mitigation{
		{ID: "both", Barrier: parley.Barrier{Against: []parley.Against{{Threat: "c"}, {Threat: "b"}}}},
		{ID: "not", Barrier: parley.Barrier{Against: []parley.Against{{Threat: "b"}}}},
		{ID: "small", Barrier: parley.Barrier{Against: []parley.Against{{Threat: "h"}}}},
		{ID: "hand", Barrier: parley.Barrier{Against: []parley.Against{{Threat: "g"}}}},
	}
	b := &planBuilder{
		model: m, prices: &prices{today: &today, best: &today}, asked: budget{not: []string{"hand"}}, view: &PlanView{},
		r: &negotiate.PlanResult{
			Currency: "GBP", HorizonYears: 2, Chosen: []string{"both", "small", "cards"},
			Items: []negotiate.PlanItem{
				{ID: "both", Title: "Both", In: true},
				{ID: "not", Title: "Not"},
				{ID: "small", Title: "Small", In: true},
				{ID: "hand", Title: "Hand"},
				{ID: "cards", Title: "Cards", Feature: true, In: true},
				{ID: "gifts", Title: "Gifts", Feature: true},
			},
			Why:       []negotiate.Why{{ID: "cards", In: true, InPlan: 170e3}},
			BreakEven: []negotiate.BreakEven{{Feature: "gifts", Says: "“Gifts” would have to bring more than £9k a year"}},
		},
	}
	b.list()
	var got []string
	for _, r := range b.view.List {
		got = append(got, cmp.Or(r.Title, itemTitle(r)))
	}
	want := []string{"Threat a", "Cards", "Threat b", "Threat c", "Threat d", "Threat e", "Threat g", "Gifts"}
	if !slices.Equal(got, want) {
		t.Fatalf("the list is %q, want %q", got, want)
	}
	onB, onC, gifts := b.view.List[2], b.view.List[3], b.view.List[7].Item
	if len(onB.Ways) != 1 || onB.Ways[0].Against != "also against “Threat c”" || len(onB.More) != 1 || onB.MoreHeading != "One way is left out" || onB.Also != "" {
		t.Errorf("under b: %+v", onB)
	}
	if len(onC.Ways) != 0 || onC.Also != "“Both” helps here too." {
		t.Errorf("under c: %+v", onC)
	}
	if gifts.Sign != "?" || gifts.Reason != "“Gifts” would have to bring more than £9k a year." {
		t.Errorf("a feature without a value: %+v", gifts)
	}
	if len(b.view.ListMore) != 2 || b.view.ListMoreHeading != "2 smaller threats, together £60k a year on average, then £60k; one thing of the plan is there" {
		t.Errorf("folded: %q of %+v", b.view.ListMoreHeading, b.view.ListMore)
	}
}

// TestFoldedThings: what is folded and in the plan is not said to be left out, and
// what somebody put in is in sight.
func TestFoldedThings(t *testing.T) {
	list := func(in, out int) *PlanView {
		r := &negotiate.PlanResult{Currency: "GBP", HorizonYears: 2}
		for i := range in + out {
			id := "f" + strconv.Itoa(i)
			r.Items = append(r.Items, negotiate.PlanItem{ID: id, Title: id, Feature: true, In: i < in})
		}
		b := &planBuilder{prices: &prices{today: &negotiate.RiskResult{}, best: &negotiate.RiskResult{}}, view: &PlanView{}, r: r}
		b.list()
		return b.view
	}
	for _, c := range []struct {
		in, out int
		want    string
	}{
		{shownThings, 0, ""},
		{shownThings + 2, 0, "Two more things of the plan"},
		{shownThings, 2, "Two things that are left out"},
		{shownThings + 3, 1, "One thing that is left out; three things of the plan are there"},
	} {
		if v := list(c.in, c.out); v.ListMoreHeading != c.want || (len(v.ListMore) > 0) != (c.want != "") {
			t.Errorf("%d in and %d out: folded are %d: %q, want %q", c.in, c.out, len(v.ListMore), v.ListMoreHeading, c.want)
		}
	}
	s := &stake{}
	if s.take(listed{notable: true}, true); !s.shown {
		t.Error("what was put in by hand is folded")
	}
}

func itemTitle(r StakeRow) string {
	if r.Item == nil {
		return ""
	}
	return r.Item.Title
}
