package risk_test

import (
	"testing"

	"github.com/parleysec/parley/risk"
)

func annualFigure(t *testing.T, text string, s risk.Scenario) risk.Figure {
	t.Helper()
	f, err := compile(t, text).AnnualFigure("t", s)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestAnnualFigureOfAnUncertainRate(t *testing.T) {
	f := annualFigure(t, oneThreat("", "likelihood: 0.5..2 per year, impact: {says: x, financial: 10k}"), risk.Scenario{})
	near(t, "the lower end", f.P5, 5e3, 1e-9)
	near(t, "the upper end", f.P95, 20e3, 1e-9)
	if !(f.P5 < f.Mean && f.Mean < f.P95) {
		t.Errorf("the mean lies outside: %+v", f)
	}
}

// One layer keeps its stated strength in every draw, so the ends follow from
// those of its share.
func TestAnnualFigureOfAnUncertainShare(t *testing.T) {
	m := "mitigations: [{id: m, title: M, against: [{threat: t, likelihood: 60%..80%}]}]"
	text := oneThreat("", "likelihood: 1 per year, impact: {says: x, financial: 10k}", m)
	f := annualFigure(t, text, risk.Scenario{})
	near(t, "today's lower end", f.P5, 10e3, 1e-12)
	near(t, "today's upper end", f.P95, 10e3, 1e-12)
	f = annualFigure(t, text, risk.Scenario{Mitigations: []string{"m"}})
	near(t, "the lower end", f.P5, 2e3, 1e-2)
	near(t, "the upper end", f.P95, 4e3, 1e-2)
}

func TestAnnualFigureOfBothAndOfASingleEvent(t *testing.T) {
	m := "mitigations: [{id: m, title: M, against: [{threat: t, likelihood: 60%..80%, impact: 20%..40%}]}]"
	both := annualFigure(t, oneThreat("", "likelihood: 0.5..2 per year, impact: {says: x, financial: 10k}", m), risk.Scenario{Mitigations: []string{"m"}})
	// Each alone spans less than together, and together less than the corners.
	if both.P95/both.P5 < 4 || both.P5 < 5e3*0.2*0.6 || both.P95 > 20e3*0.4*0.8 {
		t.Errorf("%+v", both)
	}
	once := annualFigure(t, oneThreat("", "likelihood: 20%..60% within 2 years, at_most_once: true, impact: {says: x, financial: 10k}"), risk.Scenario{})
	near(t, "the lower end of a single event", once.P5, 1e3, 2e-2)
	near(t, "the upper end of a single event", once.P95, 3e3, 2e-2)
}

func TestAnnualFigureRefusesUnknownThreats(t *testing.T) {
	p := compile(t, oneThreat("", "likelihood: 1 per year, impact: {says: x, financial: 10k}"))
	if _, err := p.AnnualFigure("nobody", risk.Scenario{}); err == nil {
		t.Error("an unknown threat has a figure")
	}
	if _, err := p.AnnualFigure("t", risk.Scenario{Mitigations: []string{"nobody"}}); err == nil {
		t.Error("an unknown mitigation is in a scenario")
	}
	f, err := p.AnnualFigure("t", risk.Scenario{Avoided: []string{"t"}})
	if err != nil || f != (risk.Figure{}) {
		t.Errorf("a threat avoided costs %+v, %v", f, err)
	}
}
