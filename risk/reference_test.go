package risk_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/parleysec/parley/internal/testenv"
)

// referenceCase is one published or exactly solved case.
type referenceCase struct {
	ID       string          `json:"id"`
	Area     string          `json:"area"`
	Inputs   json.RawMessage `json:"inputs"`
	Expected json.RawMessage `json:"expected"`
}

// references lists the reference cases by id.
func references(tb testing.TB) map[string]referenceCase {
	tb.Helper()
	b, err := os.ReadFile(filepath.Join(testenv.Shared(tb, "data/quant"), "reference-cases.json"))
	if err != nil {
		tb.Fatal(err)
	}
	var all struct {
		Cases []referenceCase `json:"cases"`
	}
	if err := json.Unmarshal(b, &all); err != nil {
		tb.Fatal(err)
	}
	out := map[string]referenceCase{}
	for _, c := range all.Cases {
		out[c.ID] = c
	}
	return out
}

// into reads a case's inputs and expected values.
func (c referenceCase) into(tb testing.TB, inputs, expected any) {
	tb.Helper()
	if err := json.Unmarshal(c.Inputs, inputs); err != nil {
		tb.Fatal(err)
	}
	if err := json.Unmarshal(c.Expected, expected); err != nil {
		tb.Fatal(err)
	}
}
