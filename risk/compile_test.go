package risk_test

import (
	"strings"
	"testing"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/quantity"
	"github.com/parleysec/parley/risk"
)

const plainThreat = "likelihood: 1 per year, impact: {says: x, financial: 1000}"

func TestCompileRefuses(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"a 100 % control": {
			oneThreat("horizon: 1 year", plainThreat, "controls: [{id: c, title: C, function: prevent, against: [{threat: t, likelihood: 100%}]}]"),
			"a 100 % control cannot be divided out: state the rate without it",
		},
		"a control that leaves no loss": {
			oneThreat("horizon: 1 year", plainThreat, "controls: [{id: c, title: C, function: recover, against: [{threat: t, impact: 100%}]}]"),
			"state the loss without it",
		},
	} {
		_, err := risk.Compile(read(t, c.text), risk.Options{})
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), `"t"`) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestTheControlToLeaveOutIsTheOneOfAHundredPercent: also where evidence says
// that it is failing and another is not.
func TestTheControlToLeaveOutIsTheOneOfAHundredPercent(t *testing.T) {
	m := read(t, oneThreat("horizon: 1 year", plainThreat, `controls:
  - {id: weak, title: W, function: prevent, against: [{threat: t, likelihood: 10%}]}
  - {id: all, title: A, function: prevent, against: [{threat: t, likelihood: 100%}]}`))
	_, err := risk.Compile(m, risk.Options{Assurance: map[string]risk.Assurance{"all": {}}})
	if err == nil || !strings.Contains(err.Error(), "or without all)") {
		t.Errorf("got %v", err)
	}
}

// TestCompileRefusesModels that no file can hold.
func TestCompileRefusesModels(t *testing.T) {
	change := func(do func(m *parley.Model)) *parley.Model {
		m := read(t, oneThreat("horizon: 1 year", plainThreat, "controls: [{id: c, title: C, function: prevent, relies_on: [d], against: [{threat: t, likelihood: 50%}]}]",
			"dependencies: [{id: d, title: D, down: 1%}]"))
		do(m)
		return m
	}
	share := func(text string) quantity.Quantity {
		q, err := quantity.Parse(text, quantity.Share, quantity.Env{})
		if err != nil {
			t.Fatal(err)
		}
		return q
	}
	for want, m := range map[string]*parley.Model{
		"resolve the model first": change(func(m *parley.Model) { m.Threats[0].Likelihood = quantity.Of("1 per year") }),
		"against it twice": change(func(m *parley.Model) {
			m.Controls[0].Against = append(m.Controls[0].Against, m.Controls[0].Against[0])
		}),
		"joint": change(func(m *parley.Model) {
			for _, id := range strings.Split("efghijklmnopqrs", "") {
				m.Dependencies = append(m.Dependencies, parley.Dependency{ID: id, Down: share("1%")})
				m.Controls[0].ReliesOn = append(m.Controls[0].ReliesOn, id)
			}
		}),
	} {
		if _, err := risk.Compile(m, risk.Options{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q, got %v", want, err)
		}
	}
}

func TestCompileWarnsOfSmallDivisors(t *testing.T) {
	p := compile(t, oneThreat("horizon: 1 year, common_cause: 0%", plainThreat,
		"controls: [{id: c, title: C, function: prevent, against: [{threat: t, likelihood: 99.5%}]}]"))
	w := p.Warnings()
	if len(w) != 1 || w[0].Threat != "t" || !strings.Contains(w[0].Message, "0.5 %") || !strings.Contains(w[0].Message, "200 times") {
		t.Errorf("%+v", w)
	}
	near(t, "without it", expect(t, p, risk.Scenario{Without: []string{"c"}}).Annual, 200*1000, 1e-9)
}

// TestStatedWith: a control the threat was not stated with lowers today's price,
// by its own range; one it was stated with does not.
func TestStatedWith(t *testing.T) {
	const controls = `controls:
  - {id: old, title: C, function: prevent, against: [{threat: t, likelihood: 40%..60%}]}
  - {id: later, title: C, function: prevent, against: [{threat: t, likelihood: 20%}]}`
	for with, want := range map[string]float64{
		"":                            1000,
		"stated_with: [old, later], ": 1000,
		"stated_with: [old], ":        800,
		"stated_with: [], ":           400,
	} {
		p := compile(t, oneThreat("horizon: 1 year, common_cause: 0%", with+plainThreat, controls))
		near(t, with, expect(t, p, risk.Scenario{}).Annual, want, 1e-12)
	}
}

func TestUnknownIDs(t *testing.T) {
	p := compile(t, shop)
	for _, s := range []risk.Scenario{
		{Mitigations: []string{"waf"}},
		{Features: []string{"nobody"}},
		{Broken: []string{"leak"}},
		{Without: []string{"cdn"}},
		{Transfers: []string{"insure"}},
		{Avoided: []string{"waf"}},
	} {
		if _, err := p.Expect(s); err == nil {
			t.Errorf("%+v is priced", s)
		}
		if _, err := p.Simulate(t.Context(), s, risk.SimOptions{Trials: 10}); err == nil {
			t.Errorf("%+v is simulated", s)
		}
	}
	for _, c := range []risk.Choice{{Mitigations: []string{"waf"}}, {Features: []string{"waf"}}, {Treatments: []string{"waf"}}, {Base: risk.Scenario{Broken: []string{"?"}}}} {
		if _, err := p.Appraise(t.Context(), c, risk.SimOptions{}); err == nil {
			t.Errorf("%+v is appraised", c)
		}
	}
	if _, err := p.ExpectThreat("nobody", risk.Scenario{}); err == nil {
		t.Error("an unknown threat is priced")
	}
	if _, err := p.SimulateThreat(t.Context(), "nobody", risk.Scenario{}, risk.SimOptions{}); err == nil {
		t.Error("an unknown threat is simulated")
	}
}

// TestIntroducedThreats exist only with one of the features that introduce them.
func TestIntroducedThreats(t *testing.T) {
	p := compile(t, oneThreat("horizon: 1 year", plainThreat, "features:\n  - {id: f, title: F, introduces: [t]}\n  - {id: g, title: G, introduces: [t]}\n  - {id: h, title: H}"))
	for _, c := range []struct {
		s    risk.Scenario
		want float64
	}{
		{risk.Scenario{}, 0},
		{risk.Scenario{Features: []string{"h"}}, 0},
		{risk.Scenario{Features: []string{"g"}}, 1000},
		{risk.Scenario{Features: []string{"g"}, Avoided: []string{"t"}}, 0},
	} {
		if got := expect(t, p, c.s).Annual; got != c.want {
			t.Errorf("%+v: %v, want %v", c.s, got, c.want)
		}
	}
}

// TestUnpricedThreats take no part.
func TestUnpricedThreats(t *testing.T) {
	p := compile(t, head+`threats:
  - {id: a, title: A, likelihood: 1 per year, impact: {says: x, financial: 1000}}
  - {id: b, title: B, triage: closed, likelihood: 1 per year, impact: {says: x, financial: 1000}}
  - {id: c, title: C, triage: aware, care: look, likelihood: 1 per year, impact: {says: x}}
  - {id: d, title: D, triage: aware, care: look, likelihood: 1 per year, impact: {says: x, financial: 10}}
`)
	if got := strings.Join(p.Threats(), " "); got != "a d" {
		t.Errorf("priced: %s", got)
	}
	near(t, "total", expect(t, p, risk.Scenario{}).Annual, 1010, 1e-12)
}
