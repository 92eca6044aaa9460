package exchange

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/parleysec/parley"
)

func threagileModel(parts string) Input {
	return Input{"model.yaml", []byte("threagile_version: 1.0.0\ntitle: M\n" + parts)}
}

func threagileFindings(risks ...string) Input {
	return Input{"risks.json", []byte("[" + strings.Join(risks, ",") + "]")}
}

func finding(category, asset, likelihood, impact, status string) string {
	return fmt.Sprintf(`{"category":%q,"synthetic_id":"%s@%s","title":"<b>%s</b> at <b>%s</b>","most_relevant_technical_asset":%q,"exploitation_likelihood":%q,"exploitation_impact":%q,"risk_status":%q}`,
		category, category, asset, humanise(category), asset, asset, likelihood, impact, status)
}

// TestThreagileWorst checks which finding's rating stands for a group. The
// weights are those of the tool: 1 to 4 each, multiplied.
func TestThreagileWorst(t *testing.T) {
	for _, c := range []struct {
		findings           [][2]string
		likelihood, impact string
	}{
		{[][2]string{{"", ""}}, "unlikely", low},
		{[][2]string{{"unlikely", "very-high"}, {"very-likely", "medium"}}, "very likely", medium}, // 4 and 6
		{[][2]string{{"frequent", "low"}, {"unlikely", "very-high"}}, "unlikely", veryHigh},        // 4 and 4: the impact decides
		{[][2]string{{"likely", "high"}, {"likely", "high"}}, "likely", high},
		{[][2]string{{"sometimes", "high"}}, medium, high},
		{[][2]string{{"sometimes", "huge"}}, medium, medium},
	} {
		var risks []string
		for i, f := range c.findings {
			risks = append(risks, finding("missing-vault", fmt.Sprintf("a%d", i), f[0], f[1], ""))
		}
		m, _ := usable(t, "threagile", Options{}, threagileFindings(risks...))
		x := m.Threats[0]
		if x.Likelihood.Text != c.likelihood || x.Impact.Compromise.Amount.Text != c.impact || len(x.Assets) != len(c.findings) {
			t.Errorf("%v: %s, %s at %v", c.findings, x.Likelihood, x.Impact.Compromise.Amount, x.Assets)
		}
	}
}

// TestThreagileStatuses checks what each status of tracking becomes, for all
// findings of a rule and for one of two.
func TestThreagileStatuses(t *testing.T) {
	for _, c := range []struct {
		status                string
		kind                  parley.Kind
		controls, mitigations int
		closes                bool
		note                  string
	}{
		{"unchecked", "", 0, 0, false, "Recorded as unchecked by Bo on 2026-02-03: why"},
		{"in-discussion", "", 0, 0, false, "Recorded as in discussion by Bo on 2026-02-03: why"},
		{"accepted", parley.Accept, 0, 0, false, ""},
		{"in-progress", parley.Mitigate, 0, 1, false, ""},
		{"mitigated", parley.Mitigate, 1, 0, false, ""},
		{"false-positive", parley.Accept, 0, 0, true, ""},
		{"someday", "", 0, 0, false, "Recorded as someday by Bo on 2026-02-03: why"},
	} {
		for _, pattern := range []string{"missing-vault@*", "missing-vault@portal"} {
			model := threagileModel("risk_tracking:\n  " + pattern + ": {status: " + c.status + ", justification: why, date: 2026-02-03, checked_by: Bo, ticket: T-1}\n")
			m, _ := usable(t, "threagile", Options{}, model, threagileFindings(finding("missing-vault", "portal", "", "", ""), finding("missing-vault", "store", "", "", "")))
			all := strings.HasSuffix(pattern, "*")
			x := m.Threat("missing-vault")
			if len(m.Controls) != c.controls || len(m.Mitigations) != c.mitigations || (x.Triage == parley.Closed) != (c.closes && all) {
				t.Errorf("%s %s: %d controls, %d mitigations, triage %q", pattern, c.status, len(m.Controls), len(m.Mitigations), x.Triage)
			}
			if c.note != "" && !strings.HasSuffix(x.Notes, c.note) {
				t.Errorf("%s %s: notes %q", pattern, c.status, x.Notes)
			}
			if c.kind == "" {
				if len(m.Decisions) != 0 {
					t.Errorf("%s %s: %+v", pattern, c.status, m.Decisions)
				}
				continue
			}
			d := m.Decisions[0]
			if d.Kind != c.kind || d.By != "Bo" || d.At != "2026-02-03" || !strings.HasSuffix(d.Because, "why (ticket T-1)") || strings.Contains(d.Because, "Only for portal.") == all {
				t.Errorf("%s %s: %+v", pattern, c.status, d)
			}
		}
	}
}

// TestThreagileExactFirst checks that an entry without a wildcard wins, as in the tool.
func TestThreagileExactFirst(t *testing.T) {
	m, _ := usable(t, "threagile", Options{}, threagileModel("risk_tracking:\n  missing-vault@*: {status: accepted, justification: general}\n  missing-vault@store: {status: mitigated, justification: special}\n"),
		threagileFindings(finding("missing-vault", "portal", "", "", ""), finding("missing-vault", "store", "", "", "")))
	if len(m.Decisions) != 2 || m.Decisions[0].Because != "Only for store. special" || m.Decisions[1].Because != "Only for portal. general" {
		t.Errorf("%+v", m.Decisions)
	}
}

// TestThreagileRiskStatus checks that the status in risks.json counts only without the model.
func TestThreagileRiskStatus(t *testing.T) {
	risks := threagileFindings(finding("missing-vault", "portal", "", "", "accepted"))
	alone, _ := usable(t, "threagile", Options{}, risks)
	joined, _ := usable(t, "threagile", Options{}, risks, threagileModel(""))
	if len(alone.Decisions) != 1 || len(joined.Decisions) != 0 {
		t.Errorf("%d decisions alone, %d with the model", len(alone.Decisions), len(joined.Decisions))
	}
}

// TestThreagileOwnOnce checks that an own risk that risks.json has too is one finding.
func TestThreagileOwnOnce(t *testing.T) {
	model := threagileModel("technical_assets:\n  The Portal: {id: portal}\ncustom_risk_categories:\n- {id: odd, title: Odd, cwe: 1, stride: repudiation, risks_identified: {<b>Odd</b> there: {exploitation_likelihood: likely, exploitation_impact: high, most_relevant_technical_asset: portal}}}\n")
	m, _ := usable(t, "threagile", Options{}, model, threagileFindings(finding("odd", "portal", "likely", "high", "")))
	x := m.Threat("odd")
	if len(m.Threats) != 1 || strings.Count(x.Notes, "\n- ") != 1 || x.Basis != parley.BasisImported || !slices.Equal(x.Assets, []string{"The Portal"}) || !slices.Equal(x.Tags, []string{"repudiation"}) {
		t.Errorf("%+v", x)
	}
}

// TestThreagileBothSpellings checks the map of version 0.9 and the list since.
func TestThreagileBothSpellings(t *testing.T) {
	risks := "risks_identified: {at the door: {exploitation_likelihood: likely, exploitation_impact: low}}"
	for _, parts := range []string{
		"individual_risk_categories:\n  Odd one: {id: odd, " + risks + "}\n",
		"custom_risk_categories:\n  - {id: odd, title: Odd one, " + risks + "}\n",
		"custom_risk_categories:\n  - {title: Odd one, id: odd, " + risks + "}\nindividual_risk_categories:\n",
	} {
		m, _ := usable(t, "threagile", Options{}, threagileModel(parts))
		if x := m.Threat("odd"); x == nil || x.Title != "Odd one" || x.Likelihood.Text != "likely" {
			t.Errorf("%s: %+v", parts, m.Threats)
		}
	}
}

// TestThreagileRules checks that every rule the samples use has a STRIDE category.
func TestThreagileRules(t *testing.T) {
	for _, f := range []string{"threagile-example.risks.json", "third-party.risks.json"} {
		for _, c := range categoriesOf(t, sample(t, "threagile/"+f).Data) {
			if _, stride := threagileRule(c); stride == "" && c != "something-strange" {
				t.Errorf("rule %s has none", c)
			}
		}
	}
}
