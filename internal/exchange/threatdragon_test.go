package exchange

import (
	"fmt"
	"testing"

	"github.com/parleysec/parley"
)

// dragonWith is a version 2 model whose one element has these threats.
func dragonWith(threats string) Input {
	return Input{"model.json", []byte(`{"version":"2.3.0","summary":{"title":"M"},"detail":{"diagrams":[{"cells":[{"data":{"name":"Portal","threats":[` + threats + `]}}]}]}}`)}
}

func TestThreatDragonStatus(t *testing.T) {
	for _, c := range []struct {
		status, text          string
		controls, mitigations int
		kind                  parley.Kind
		because               string
		closed                bool
	}{
		{"Open", "Do it", 0, 1, "", "", false},
		{"Open", "", 0, 0, "", "", false},
		{"Mitigated", "Did it", 1, 0, "", "", false},
		{"Mitigated", "", 0, 0, "", "", false},
		{"Mitigated", "The risk was accepted by Dana", 0, 0, parley.Accept, "The risk was accepted by Dana", false},
		{"Mitigated", "Risk transferred to the insurer", 0, 0, parley.Transfer, "Risk transferred to the insurer", false},
		{"Open", "An accepted standard lowers the risk", 0, 1, "", "", false},
		{"NotApplicable", "Stateless", 0, 0, parley.Accept, "Not applicable. Stateless", true},
		{"Not Applicable", "", 0, 0, parley.Accept, "Not applicable.", true},
		{"Somehow", "Do it", 0, 1, "", "", false},
	} {
		m, _ := usable(t, "threatdragon", Options{}, dragonWith(fmt.Sprintf(`{"id":"x","title":"X","severity":"High","status":%q,"mitigation":%q}`, c.status, c.text)))
		if len(m.Controls) != c.controls || len(m.Mitigations) != c.mitigations {
			t.Errorf("%s, %q: %d controls, %d mitigations", c.status, c.text, len(m.Controls), len(m.Mitigations))
		}
		if closed := m.Threats[0].Triage == parley.Closed; closed != c.closed {
			t.Errorf("%s: closed is %v", c.status, closed)
		}
		switch {
		case c.kind == "" && len(m.Decisions) != 0:
			t.Errorf("%s, %q: a decision %+v", c.status, c.text, m.Decisions)
		case c.kind != "" && (len(m.Decisions) != 1 || m.Decisions[0].Kind != c.kind || m.Decisions[0].Because != c.because || m.Decisions[0].By != ""):
			t.Errorf("%s, %q: %+v", c.status, c.text, m.Decisions)
		}
	}
}

func TestThreatDragonSeverity(t *testing.T) {
	for severity, want := range map[string][2]string{
		"Low": {low, parley.BasisImported}, "Medium": {medium, parley.BasisImported}, "High": {high, parley.BasisImported}, "Critical": {veryHigh, parley.BasisImported},
		"TBD": {medium, parley.BasisGuess}, "TBA": {medium, parley.BasisGuess}, "": {medium, parley.BasisGuess},
	} {
		m, _ := usable(t, "threatdragon", Options{}, dragonWith(fmt.Sprintf(`{"title":"X","severity":%q}`, severity)))
		x := m.Threats[0]
		if x.Impact.Compromise.Amount.Text != want[0] || x.Basis != want[1] || x.Likelihood.Text != medium {
			t.Errorf("%q: %s, %s, %s", severity, x.Likelihood, x.Impact.Compromise.Amount, x.Basis)
		}
	}
}

// TestThreatDragonOneText checks that one text is one mitigation against every
// threat it stands beside, and a control beside the mitigated ones.
func TestThreatDragonOneText(t *testing.T) {
	m, _ := usable(t, "threatdragon", Options{}, dragonWith(`
		{"id":"a","title":"A","status":"Open","mitigation":"Check input."},
		{"id":"b","title":"B","status":"Open","mitigation":"check  INPUT."},
		{"id":"c","title":"C","status":"Mitigated","mitigation":"Check input."}`))
	if len(m.Mitigations) != 1 || len(m.Mitigations[0].Against) != 2 || len(m.Controls) != 1 || len(m.Controls[0].Against) != 1 {
		t.Fatalf("%+v %+v", m.Mitigations, m.Controls)
	}
	if m.Mitigations[0].ID != "check-input" || m.Controls[0].ID != "c-check-input" || m.Controls[0].Against[0].Threat != "c" {
		t.Errorf("%s, %s", m.Mitigations[0].ID, m.Controls[0].ID)
	}
}

// TestThreatDragonTwoFiles checks that two models become one product with ids that differ.
func TestThreatDragonTwoFiles(t *testing.T) {
	one := dragonWith(`{"id":"a","title":"A"}`)
	two := Input{"other.json", dragonWith(`{"id":"a","title":"Another"}`).Data}
	m, r := usable(t, "", Options{}, one, two)
	if len(m.Threats) != 2 || m.Threats[1].ID != "a-2" || m.Threats[1].Source.File != "other.json" || m.Product.ID != "m" {
		t.Errorf("%+v", m.Threats)
	}
	if r.Dropped[0].What != "diagram" && r.Dropped[0].What != "product" {
		t.Errorf("%+v", r.Dropped)
	}
}

// TestThreatDragonShapes feeds values of the wrong shape everywhere: they are as good as absent.
func TestThreatDragonShapes(t *testing.T) {
	for _, wrong := range []string{`null`, `1`, `"x"`, `[]`, `{}`, `[[]]`, `[null]`, `[{}]`, `[{"data":null}]`, `[{"data":{"threats":{}}}]`, `[{"data":{"threats":[null,1,"x",[],{}]}}]`} {
		data := `{"summary":{"title":` + wrong + `,"owner":[1]},"detail":{"contributors":` + wrong + `,"reviewer":{},"diagrams":[` + wrong + `,{"cells":` + wrong + `},{"diagramJson":` + wrong + `}]}}`
		m, _ := usable(t, "threatdragon", Options{}, Input{"m.json", []byte(data)})
		if m.Product.ID == "" {
			t.Errorf("%s: no product", wrong)
		}
	}
}
