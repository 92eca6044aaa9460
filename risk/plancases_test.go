package risk_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/parleysec/parley/internal/file"
	"github.com/parleysec/parley/internal/testenv"
	"github.com/parleysec/parley/risk"
)

// planCase is what was found for a planning case by trying every subset.
type planCase struct {
	Chosen []string `json:"chosen"`
	Today  float64  `json:"expected_annual_loss_today"`
}

func planCases(t *testing.T) map[string]planCase {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(testenv.Shared(t, "data/plan"), "answers.json"))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]planCase{}
	if err := json.Unmarshal(b, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestPlanCasesExpectedLossToday(t *testing.T) {
	for name, want := range planCases(t) {
		t.Run(name, func(t *testing.T) {
			doc, err := file.ReadFile(filepath.Join(testenv.Shared(t, "data/plan"), name))
			if err != nil {
				t.Fatal(err)
			}
			p, err := risk.Compile(doc.Model, risk.Options{})
			if err != nil {
				t.Fatal(err)
			}
			near(t, "expected annual loss", expect(t, p, risk.Scenario{}).Annual, want.Today, 1e-6)
		})
	}
}
