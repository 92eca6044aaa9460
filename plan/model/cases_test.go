package model_test

import (
	"context"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/parleysec/parley/internal/file"
	"github.com/parleysec/parley/internal/testenv"
	"github.com/parleysec/parley/plan/model"
	"github.com/parleysec/parley/risk"
)

// build reads a negotiation file and states it as a problem.
func build(t *testing.T, name string, data []byte, l model.Limits) *model.Built {
	t.Helper()
	doc, err := file.Read(name, data)
	if err != nil {
		t.Fatal(err)
	}
	p, err := risk.Compile(doc.Model, risk.Options{})
	if err != nil {
		t.Fatal(err)
	}
	b, err := model.Build(doc.Model, p, l)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// answer is what was found for a case by trying every subset.
type answer struct {
	Money     float64  `json:"money"`
	Effort    float64  `json:"effort"` // 0: none
	Value     float64  `json:"value"`
	Chosen    []string `json:"chosen"`
	Today     float64  `json:"expected_annual_loss_today"`
	Unbounded float64  `json:"unbounded_value"`
}

func TestSharedPlanningCases(t *testing.T) {
	dir := testenv.Shared(t, "data/plan")
	raw, err := os.ReadFile(filepath.Join(dir, "answers.json"))
	if err != nil {
		t.Fatal(err)
	}
	var answers map[string]answer
	if err := json.Unmarshal(raw, &answers); err != nil {
		t.Fatal(err)
	}
	for name, want := range answers {
		t.Run(name, func(t *testing.T) {
			data, err := os.ReadFile(filepath.Join(dir, name))
			if err != nil {
				t.Fatal(err)
			}
			l := model.NoLimits()
			unbounded := solve(t, build(t, name, data, l))
			near(t, "unbounded value", unbounded.Value, want.Unbounded, 1e-6)
			if l.Money = want.Money; want.Effort > 0 {
				l.Effort = want.Effort
			}
			got := solve(t, build(t, name, data, l))
			slices.Sort(got.Chosen)
			if !slices.Equal(got.Chosen, want.Chosen) || !got.Proved {
				t.Errorf("chosen %v, proved %v; want %v", got.Chosen, got.Proved, want.Chosen)
			}
			near(t, "value", got.Value, want.Value, 1e-6)
			near(t, "loss today", got.AnnualLoss.Before, want.Today, 1e-6)
		})
	}
}

func solve(t *testing.T, b *model.Built) *model.Plan {
	t.Helper()
	p, err := b.Solve(context.Background(), model.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func near(t *testing.T, what string, got, want, tol float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tol*math.Max(1, math.Abs(want))) {
		t.Errorf("%s is %v, want %v", what, got, want)
	}
}
