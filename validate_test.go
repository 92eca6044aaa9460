package parley_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/quantity"
)

// shop is a model with one of everything and nothing wrong.
func shop() *parley.Model {
	q := quantity.Of
	return &parley.Model{
		Parley:       parley.FormatVersion,
		Product:      parley.Product{ID: "shop", Currency: "GBP", Stage: parley.Development},
		Policy:       parley.Policy{PersonDay: q("650"), Appetite: []parley.Limit{{Loss: q("100k"), Chance: q("20%")}, {Loss: q("1M"), Chance: q("2%")}}},
		Authority:    []parley.AuthorityRow{{Role: "lead", Holders: []string{"priya@example.org"}, Annual: q("20k"), OneIn20: q("200k")}},
		Rules:        parley.Rules{SeparateApprover: "yes", LongestEnd: q("1 year")},
		Dependencies: []parley.Dependency{{ID: "cdn", Down: q("0.1%..1%")}},
		Controls: []parley.Control{{
			ID: "waf", Title: "Firewall",
			Barrier: parley.Barrier{Function: parley.Prevent, ReliesOn: []string{"cdn"}, Against: against("leak"), Checks: []parley.Check{{ID: "waf-test", Every: q("7 days")}}},
		}},
		Threats: []parley.Threat{
			{
				ID: "leak", Title: "Records are stolen", Likelihood: q("30% within 2 years"), Basis: parley.BasisExpert,
				Impact:     parley.Impact{Financial: parley.Loss{Amount: q("20k..400k")}},
				Treatments: []parley.Treatment{{ID: "insure", Kind: parley.Transfer, Premium: q("9k"), Limit: q("1M"), Covers: []parley.LossKind{parley.Financial}}},
				StatedWith: &[]string{"waf"},
			},
			{ID: "cert", Title: "A certificate runs out", Triage: parley.Aware, Care: "renewed by itself"},
			{ID: "old", Title: "Gone", Triage: parley.Closed},
		},
		Mitigations: []parley.Mitigation{
			{ID: "fix", Title: "Fix it", Barrier: parley.Barrier{Against: against("leak")}, Work: parley.Work{Cost: parley.Cost{Effort: q("3d")}}},
			{ID: "prove", Title: "Prove it", Barrier: parley.Barrier{Against: against("leak")}, Work: parley.Work{Cost: parley.Cost{Once: q("1k")}, Requires: []string{"fix"}}},
		},
		Features: []parley.Feature{{
			ID: "export", Title: "Export", Value: q("20k..60k per year"), Introduces: []string{"leak"},
			Work: parley.Work{Cost: parley.Cost{Effort: q("10d")}, Requires: []string{"fix"}},
		}},
		Capacity:  []parley.Period{{Period: "2027-Q1", Effort: q("120d")}},
		Decisions: []parley.ClaimedDecision{{Threats: []string{"leak"}, Kind: parley.Accept, Until: "testing"}},
		Incidents: []parley.Incident{{ID: "i1", Threat: "leak", At: "2026-03-31", NearMiss: true, Stopped: []string{"waf", "fix"}}},
	}
}

func against(threat string) []parley.Against {
	return []parley.Against{{Threat: threat, Likelihood: quantity.Of("70%..95%")}}
}

func check(m *parley.Model) []parley.Problem { return append(parley.Resolve(m), parley.Validate(m)...) }

func TestValidateTakesAWholeModel(t *testing.T) {
	for _, p := range check(shop()) {
		t.Errorf("%+v", p)
	}
}

func TestValidateNothingAtAll(t *testing.T) {
	var got []string
	for _, p := range check(&parley.Model{}) {
		got = append(got, p.Path)
	}
	if fmt.Sprint(got) != "[parley product]" {
		t.Errorf("%v", got)
	}
}

type breaking struct {
	name string
	do   func(m *parley.Model)
	path string // of the problem
	says string // in its message or hint
}

// TestValidateErrors breaks the model in one way each: one error, at its field.
func TestValidateErrors(t *testing.T) {
	q := quantity.Of
	for _, c := range []breaking{
		{"no id", func(m *parley.Model) { m.Threats[2].ID = "" }, "threats[2].id", "id is missing"},
		{"no title", func(m *parley.Model) { m.Mitigations[0].Title = "" }, "mitigations[0].title", "title is missing"},
		{"no list", func(m *parley.Model) { m.Decisions[0].Threats = nil }, "decisions[0].threats", "threats is missing"},
		{"unknown word", func(m *parley.Model) { m.Controls[0].Function = "prevents" }, "controls[0].function", "did you mean prevent?"},
		{"no date", func(m *parley.Model) { m.Incidents[0].At = "2026-02-30" }, "incidents[0].at", "not a date"},
		{"no date or stage", func(m *parley.Model) { m.Decisions[0].Until = "soon" }, "decisions[0].until", "neither a date nor a stage"},
		{"threat id twice", func(m *parley.Model) { m.Threats[2].ID = "cert" }, "threats[2].id", "already that of a threat (threats[1])"},
		{"control and dependency", func(m *parley.Model) {
			m.Controls[0].ID, m.Threats[0].StatedWith, m.Incidents[0].Stopped = "cdn", nil, nil
		}, "controls[0].id", "a dependency"},
		{"treatment and mitigation", func(m *parley.Model) { m.Threats[0].Treatments[0].ID = "fix" }, "mitigations[0].id", "a treatment"},
		{"check id twice", func(m *parley.Model) { m.Controls[0].Checks = append(m.Controls[0].Checks, m.Controls[0].Checks[0]) }, "controls[0].checks[1].id", "already"},
		{"incident id twice", func(m *parley.Model) { m.Incidents = append(m.Incidents, m.Incidents[0]) }, "incidents[1].id", "already"},
		{"period twice", func(m *parley.Model) { m.Capacity = append(m.Capacity, m.Capacity[0]) }, "capacity[1].period", "twice"},
		{"product id", func(m *parley.Model) { m.Product.ID = "-shop" }, "product.id", `try "shop"`},
		{"id too long", func(m *parley.Model) { m.Threats[2].ID = strings.Repeat("a", 65) }, "threats[2].id", "at most 64"},
		{"id of other letters", func(m *parley.Model) { m.Threats[2].ID = "größe" }, "threats[2].id", `try "groesse"`},
		{"was in use", func(m *parley.Model) { m.Mitigations[1].Was = "fix" }, "mitigations[1].was", "still the id"},
		{"against", func(m *parley.Model) { m.Controls[0].Against = against("laek") }, "controls[0].against[0].threat", "did you mean leak?"},
		{"against nobody", func(m *parley.Model) { m.Controls[0].Against[0].Threat = "" }, "controls[0].against[0].threat", "missing"},
		{"against twice", func(m *parley.Model) { m.Controls[0].Against = append(against("leak"), against("leak")...) }, "controls[0].against[1].threat", "twice"},
		{"relies_on", func(m *parley.Model) { m.Mitigations[0].ReliesOn = []string{"waf"} }, "mitigations[0].relies_on[0]", "no dependency"},
		{"requires", func(m *parley.Model) { m.Features[0].Requires = []string{"fix", "waf"} }, "features[0].requires[1]", "no mitigation or feature"},
		{"excludes", func(m *parley.Model) { m.Features[0].Excludes = []string{"exprot"} }, "features[0].excludes[0]", "did you mean export?"},
		{"introduces", func(m *parley.Model) { m.Features[0].Introduces = []string{"fix"} }, "features[0].introduces[0]", "no threat"},
		{"stated_with", func(m *parley.Model) { m.Threats[0].StatedWith = &[]string{"fix"} }, "threats[0].stated_with[0]", "no control"},
		{"decision", func(m *parley.Model) { m.Decisions[0].Threats = []string{"leak", "x"} }, "decisions[0].threats[1]", "no threat"},
		{"incident", func(m *parley.Model) { m.Incidents[0].Threat = "waf" }, "incidents[0].threat", "no threat"},
		{"stopped_by", func(m *parley.Model) { m.Incidents[0].Stopped = []string{"cdn"} }, "incidents[0].stopped_by[0]", "no control or mitigation"},
		{"incident told twice", func(m *parley.Model) {
			m.Incidents = append(m.Incidents, parley.Incident{Threat: "leak", At: "2026-04-01"}, parley.Incident{Threat: "leak", At: "2026-04-01"})
		}, "incidents[2].id", "stands twice (incidents[1])"},
		{"passed", func(m *parley.Model) { m.Incidents[0].Passed = []string{"wfa"} }, "incidents[0].passed[0]", "did you mean waf?"},
		{"stopped and passed", func(m *parley.Model) { m.Incidents[0].Passed = []string{"fix"} }, "incidents[0].passed", "both stopped it and was passed"},
		{"loss twice", func(m *parley.Model) {
			m.Incidents[0].NearMiss, m.Incidents[0].Stopped = false, nil
			m.Incidents[0].Loss, m.Incidents[0].Impact.Financial.Amount = q("20k"), q("20k")
		}, "incidents[0].loss", "in all and by kind"},
		{"chance of what happened", func(m *parley.Model) {
			m.Incidents[0].NearMiss, m.Incidents[0].Stopped = false, nil
			m.Incidents[0].Impact.Financial = parley.Loss{Amount: q("20k"), Chance: q("30%")}
		}, "incidents[0].impact.financial.chance", "has no chance"},
		{"empty reference", func(m *parley.Model) { m.Features[0].Introduces = []string{""} }, "features[0].introduces[0]", `no threat ""`},
		{"circle", func(m *parley.Model) { m.Mitigations[0].Requires = []string{"prove"} }, "mitigations[1].requires[0]", "fix → prove → fix"},
		{"itself", func(m *parley.Model) { m.Mitigations[0].Requires = []string{"fix"} }, "mitigations[0].requires[0]", "fix → fix"},
		{"excludes itself", func(m *parley.Model) { m.Mitigations[0].Excludes = []string{"fix"} }, "mitigations[0].excludes[0]", "excludes itself"},
		{"excludes what it requires", func(m *parley.Model) { m.Mitigations[1].Excludes = []string{"fix"} }, "mitigations[1].excludes[0]", "which it requires"},
		{"excludes through another", func(m *parley.Model) {
			m.Features[0].Requires, m.Features[0].Excludes = []string{"prove"}, []string{"fix"}
		}, "features[0].excludes[0]", "export excludes fix, which it requires through others (export → prove → fix)"},
		{"requires two at odds", func(m *parley.Model) {
			m.Features = append(m.Features, parley.Feature{ID: "f2", Title: "T", Work: parley.Work{Excludes: []string{"fix"}}})
			m.Features[0].Requires = []string{"f2", "fix"}
		}, "features[0].requires", "f2 and fix, which exclude each other"},
		{"requires what excludes it", func(m *parley.Model) { m.Mitigations[0].Excludes = []string{"export"} }, "features[0].requires", "export requires fix, which excludes it"},
		{"trouble is reported at its root", func(m *parley.Model) {
			m.Mitigations[0].Excludes = []string{"prove"} // prove requires fix, export requires prove
			m.Features[0].Requires = []string{"prove"}
		}, "mitigations[1].requires", "prove requires fix, which excludes it"},
		{"musts at odds", func(m *parley.Model) {
			m.Features[0].Must = true
			m.Features = append(m.Features, parley.Feature{ID: "f2", Title: "T", Work: parley.Work{Must: true, Excludes: []string{"fix"}}})
		}, "features[1].excludes", "f2 and fix (which export requires) must both be done"},
		{"currency", func(m *parley.Model) { m.Product.Currency = "EURO" }, "product.currency", "did you mean EUR?"},
		{"currency sign", func(m *parley.Model) { m.Product.Currency = "£" }, "product.currency", "did you mean GBP?"},
		{"horizon nothing", func(m *parley.Model) { m.Policy.Horizon = q("0 days") }, "policy.horizon", ""},
		{"horizon too far", func(m *parley.Model) { m.Policy.Horizon = q("200 years") }, "policy.horizon", "at most 100 years"},
		{"discount as a range", func(m *parley.Model) { m.Policy.DiscountRate = q("3%..5%") }, "policy.discount_rate", "one value"},
		{"person day as a range", func(m *parley.Model) { m.Policy.PersonDay = q("500..700") }, "policy.person_day", "one value"},
		{"limit as a range", func(m *parley.Model) { m.Policy.Appetite[0].Chance = q("2%..5%") }, "policy.appetite[0].chance", "one value"},
		{"limit without chance", func(m *parley.Model) { m.Policy.Appetite[0].Chance = q("") }, "policy.appetite[0].chance", "missing"},
		{"many limits", func(m *parley.Model) { m.Policy.Appetite = slices.Repeat(m.Policy.Appetite, 26) }, "policy.appetite", "at most 50"},
		{"role without a name", func(m *parley.Model) { m.Authority[0].Role = "" }, "authority[0].role", "missing"},
		{"role nobody holds", func(m *parley.Model) { m.Authority[0].Holders = nil }, "authority[0].holders", "leave out its row"},
		{"holder without a name", func(m *parley.Model) { m.Authority[0].Of = []string{""} }, "authority[0].holders", "has no name"},
		{"role twice", func(m *parley.Model) { m.Authority = append(m.Authority, m.Authority[0]) }, "authority[1].role", "another row"},
		{"role for what needs none", func(m *parley.Model) { m.Authority[0].For = []parley.Kind{"acept"} }, "authority[0].for", "did you mean accept?"},
		{"role limited by a range", func(m *parley.Model) { m.Authority[0].OneIn20 = q("20k..30k") }, "authority[0].loss_1_in_20", "one value"},
		{"rule of another word", func(m *parley.Model) { m.Rules.SeparateApprover = "true" }, "rules.separate_approver", "yes"},
		{"end at once", func(m *parley.Model) { m.Rules.LongestEnd = q("12 hours") }, "rules.longest_end", "from 1 to 36525"},
		{"end too far", func(m *parley.Model) { m.Rules.LongestEnd = q("101 years") }, "rules.longest_end", "from 1 to 36525"},
		{"end as a range", func(m *parley.Model) { m.Rules.LongestEnd = q("90 days..1 year") }, "rules.longest_end", "one value"},
		{"many roles", func(m *parley.Model) { m.Authority = slices.Repeat(m.Authority, 201) }, "authority", "at most 200"},
		{"no person day", func(m *parley.Model) { m.Policy.PersonDay = q("") }, "mitigations[0].cost.effort", "add policy.person_day"},
		{"no likelihood", func(m *parley.Model) { m.Threats[0].Likelihood = q("") }, "threats[0].likelihood", "needs a likelihood"},
		{"no loss", func(m *parley.Model) { m.Threats[0].Impact = parley.Impact{Says: "Bad."} }, "threats[0].impact", "at least one loss"},
		{"chance without loss", func(m *parley.Model) { m.Threats[0].Impact.Profit.Chance = q("40%") }, "threats[0].impact.profit.loss", "loss is missing"},
		{"no care", func(m *parley.Model) { m.Threats[1].Care = "" }, "threats[1].care", "needs care"},
		{"basis", func(m *parley.Model) { m.Threats[0].Basis = "exprt" }, "threats[0].basis", "did you mean expert?"},
		{"once at a rate", func(m *parley.Model) { m.Threats[0].AtMostOnce, m.Threats[0].Likelihood = true, q("3 per year") }, "threats[0].likelihood", "needs a chance"},
		{"transfer without price", func(m *parley.Model) { m.Threats[0].Treatments[0].Premium = q("") }, "threats[0].treatments[0].premium", "needs its price"},
		{"limit of avoiding", func(m *parley.Model) {
			m.Threats[0].Treatments[0] = parley.Treatment{ID: "stop", Kind: parley.Avoid, Limit: q("1k")}
		}, "threats[0].treatments[0].limit", "kind: avoid"},
		{"covers", func(m *parley.Model) { m.Threats[0].Treatments[0].Covers = []parley.LossKind{"profits"} }, "threats[0].treatments[0].covers[0]", "did you mean profit?"},
		{"need", func(m *parley.Model) {
			m.Mitigations[0].EffectOnNeeds = map[parley.Need]parley.Effect{"usable": "worse"}
		}, "mitigations[0].effect_on_needs.usable", "not a need"},
		{"effect", func(m *parley.Model) {
			m.Mitigations[0].EffectOnNeeds = map[parley.Need]parley.Effect{"usability": "bad"}
		}, "mitigations[0].effect_on_needs.usability", "not an effect"},
	} {
		t.Run(c.name, func(t *testing.T) { breaks(t, c, false) })
	}
}

// TestValidateWarnings leaves something out that only makes the answer poorer.
func TestValidateWarnings(t *testing.T) {
	q := quantity.Of
	for _, c := range []breaking{
		{"near miss with a loss", func(m *parley.Model) { m.Incidents[0].Loss = q("5k") }, "incidents[0].near_miss", "a near miss has no loss"},
		{"control against nothing", func(m *parley.Model) { m.Controls[0].Against = nil }, "controls[0].against", "no effect"},
		{"control without strength", func(m *parley.Model) { m.Controls[0].Against[0].Likelihood = q("") }, "controls[0].against[0]", "priced as no effect"},
		{"mitigation without strength", func(m *parley.Model) { m.Mitigations[0].Against[0].Likelihood = q("") }, "mitigations[0].against[0]", "strength against leak"},
		{"mitigation without cost", func(m *parley.Model) { m.Mitigations[0].Cost = parley.Cost{} }, "mitigations[0].cost", "needs a cost"},
		{"mitigation against nothing", func(m *parley.Model) { m.Mitigations[1].Against = nil }, "mitigations[1].against", "against no threat"},
		{"outside without ask", func(m *parley.Model) { m.Mitigations[0].Scope = parley.ScopeOutside }, "mitigations[0].scope", "whom to ask"},
		{"people without money", func(m *parley.Model) {
			m.Threats[0].Impact = parley.Impact{People: &parley.People{Who: "patients", Harm: parley.Grave}}
		}, "threats[0].impact", "harm to people is shown"},
		{"appetite grows with the loss", func(m *parley.Model) { m.Policy.Appetite[1].Chance = q("30%") }, "policy.appetite[1].chance", "tolerated more often"},
		{"same loss twice", func(m *parley.Model) { m.Policy.Appetite[1].Loss = q("100k") }, "policy.appetite[1].loss", "has a limit already"},
	} {
		t.Run(c.name, func(t *testing.T) { breaks(t, c, true) })
	}
}

func breaks(t *testing.T, c breaking, warning bool) {
	t.Helper()
	m := shop()
	c.do(m)
	ps := check(m)
	if len(ps) != 1 {
		t.Fatalf("%d problems, want 1: %+v", len(ps), ps)
	}
	p := ps[0]
	if p.Path != c.path || p.Warning != warning || !strings.Contains(p.Message+" · "+p.Hint, c.says) {
		t.Errorf("%+v\nwant %s, %q", p, c.path, c.says)
	}
	if p.Message == "" {
		t.Error("no message")
	}
	if got := len(parley.Errors(ps)); warning && got != 0 || !warning && got != 1 {
		t.Errorf("%d of it are errors", got)
	}
}

// A mitigation that something else needs does not have to be against a threat.
func TestValidateMitigationThatIsNeeded(t *testing.T) {
	m := shop()
	m.Mitigations[0].Against = nil // fix, which prove and export require
	if ps := check(m); len(ps) != 0 {
		t.Errorf("%+v", ps)
	}
}

func TestValidateIsCapped(t *testing.T) {
	m := shop()
	for i := range 3000 {
		m.Controls = append(m.Controls, parley.Control{ID: fmt.Sprintf("c%d", i), Title: "T", Barrier: parley.Barrier{Against: against("nothing")}})
		m.Mitigations = append(m.Mitigations, parley.Mitigation{ID: fmt.Sprintf("m%d", i), Title: "T", Work: parley.Work{Must: true}})
	}
	ps := parley.Validate(m)
	if errs := len(parley.Errors(ps)); errs != 1000 || len(ps)-errs != 1000 {
		t.Errorf("%d errors and %d warnings, want 1000 of each", errs, len(ps)-errs)
	}
}

// A chain of requirements is followed to its end without a stack or time that grows with its square.
func TestValidateLongChain(t *testing.T) {
	m := shop()
	m.Mitigations = nil
	m.Features = nil
	m.Incidents = nil
	const n = 20_000
	for i := range n {
		m.Mitigations = append(m.Mitigations, parley.Mitigation{
			ID: fmt.Sprintf("m%d", i), Title: "T", Barrier: parley.Barrier{Against: against("leak")},
			Work: parley.Work{Cost: parley.Cost{Once: quantity.Of("1")}, Requires: []string{fmt.Sprintf("m%d", (i+1)%n)}},
		})
	}
	ps := parley.Validate(m)
	if len(ps) != 1 || !strings.Contains(ps[0].Message, "… (19988 more)") {
		t.Errorf("%d problems, first %+v; want the one circle, shortened", len(ps), ps[:min(1, len(ps))])
	}
}

// Validate agrees with a plain search, over all sets of items, about whether
// some plan contains every item that must be done.
func TestMustsAgreeWithSearch(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 6).Draw(t, "items")
		m := shop()
		m.Mitigations, m.Incidents, m.Features[0].Requires = nil, nil, nil
		for i := range n {
			var requires, excludes []string
			for j := range n {
				switch rapid.IntRange(0, 9).Draw(t, "link") {
				case 0:
					if j > i { // no circles: they are another error
						requires = append(requires, fmt.Sprint("m", j))
					}
				case 1:
					if j != i {
						excludes = append(excludes, fmt.Sprint("m", j))
					}
				}
			}
			m.Mitigations = append(m.Mitigations, parley.Mitigation{
				ID: fmt.Sprint("m", i), Title: "T", Barrier: parley.Barrier{Against: against("leak")},
				Work: parley.Work{Cost: parley.Cost{Once: quantity.Of("1")}, Must: rapid.Bool().Draw(t, "must"), Requires: requires, Excludes: excludes},
			})
		}
		bad := false
		for _, p := range check(m) {
			bad = bad || !p.Warning
		}
		if want := !everyItemFits(m.Mitigations); bad != want {
			t.Fatalf("an error is %v, want %v: %+v", bad, want, m.Mitigations)
		}
	})
}

// everyItemFits tries every set of items: each item is in a set that is
// consistent, and some consistent set has all that must be done.
func everyItemFits(items []parley.Mitigation) bool {
	index := map[string]int{}
	musts := 0
	for i, x := range items {
		index[x.ID] = i
		if x.Must {
			musts |= 1 << i
		}
	}
	covered, all := 0, false
	for set := range 1 << len(items) {
		ok := true
		for i, x := range items {
			if set&(1<<i) == 0 {
				continue
			}
			for _, r := range x.Requires {
				ok = ok && set&(1<<index[r]) != 0
			}
			for _, e := range x.Excludes {
				ok = ok && set&(1<<index[e]) == 0
			}
		}
		if ok {
			covered |= set
			all = all || set&musts == musts
		}
	}
	return covered == 1<<len(items)-1 && all
}
