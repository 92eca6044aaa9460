package plan

import (
	"context"
	"encoding/json"
	"math"
	"os"
	"slices"
	"testing"

	"github.com/parleysec/parley/internal/testenv"
)

// knapsackP08 is KNAPSACK_01 P08 of Burkardt's collection (Florida State
// University); its published optimum is 13 549 094.
func knapsackP08() (p *Problem, optimum float64, items []int) {
	weights := []float64{382745, 799601, 909247, 729069, 467902, 44328, 34610, 698150, 823460, 903959, 853665, 551830, 610856, 670702, 488960, 951111, 323046, 446298, 931161, 31385, 496951, 264724, 224916, 169684}
	profits := []float64{825594, 1677009, 1676628, 1523970, 943972, 97426, 69666, 1296457, 1679693, 1902996, 1844992, 1049289, 1252836, 1319836, 953277, 2067538, 675367, 853655, 1826027, 65731, 901489, 577243, 466257, 369261}
	p = &Problem{Money: 6404180, Effort: math.Inf(1)}
	for i, w := range weights {
		p.Items = append(p.Items, Item{Money: w, Gross: profits[i]})
	}
	return p, 13549094, []int{0, 1, 3, 4, 5, 9, 10, 12, 15, 21, 22, 23}
}

func TestKnapsackP08(t *testing.T) {
	p, optimum, items := knapsackP08()
	sol := mustSolve(t, p)
	if sol.Value != optimum || !slices.Equal(sol.Chosen, items) || !sol.Proved {
		t.Errorf("value %v, chosen %v, proved %v; want %v, %v", sol.Value, sol.Chosen, sol.Proved, optimum, items)
	}
}

// controlPortfolio is a portfolio of 14 controls with multiplying effects on ten
// losses, solved by trying all 2^14 sets.
type controlPortfolio struct {
	Inputs struct {
		Costs        []float64   `json:"costs"`
		ExpectedLoss []float64   `json:"expected_loss"`
		Efficacy     [][]float64 `json:"efficacy"`
		Budget       float64     `json:"budget"`
	} `json:"inputs"`
	Expected struct {
		OptimalResidual float64 `json:"optimal_residual"`
		OptimalControls []int   `json:"optimal_controls"`
		Cost            float64 `json:"cost"`
		Baseline        float64 `json:"baseline"`
	} `json:"expected"`
}

func TestControlPortfolioN14(t *testing.T) {
	raw, err := os.ReadFile(testenv.Shared(t, "data/quant/reference-cases.json"))
	if err != nil {
		t.Fatal(err)
	}
	var all struct {
		Cases []json.RawMessage `json:"cases"`
	}
	if err := json.Unmarshal(raw, &all); err != nil {
		t.Fatal(err)
	}
	var c controlPortfolio
	for _, raw := range all.Cases {
		var id struct{ ID string }
		if json.Unmarshal(raw, &id) == nil && id.ID == "control-portfolio-n14" {
			if err := json.Unmarshal(raw, &c); err != nil {
				t.Fatal(err)
			}
		}
	}
	// The case minimises the residual loss under the budget; costs are no part of
	// its objective.
	p := &Problem{Money: c.Inputs.Budget, Effort: math.Inf(1)}
	for _, cost := range c.Inputs.Costs {
		p.Items = append(p.Items, Item{Money: cost})
	}
	for s, loss := range c.Inputs.ExpectedLoss {
		tm := Term{Loss: loss}
		for i := range p.Items {
			tm.Factors = append(tm.Factors, Factor{i, 1 - c.Inputs.Efficacy[i][s]})
		}
		p.Terms = append(p.Terms, tm)
	}
	sol := mustSolve(t, p)
	if !slices.Equal(sol.Chosen, c.Expected.OptimalControls) || !sol.Proved {
		t.Errorf("chosen %v, proved %v; want %v", sol.Chosen, sol.Proved, c.Expected.OptimalControls)
	}
	near(t, "residual", sol.Loss, c.Expected.OptimalResidual, 1e-9)
	near(t, "money", sol.Money, c.Expected.Cost, 1e-12)
	near(t, "loss of nothing", p.LossOfNothing(), c.Expected.Baseline, 1e-9)
}

func mustSolve(t *testing.T, p *Problem) Solution {
	t.Helper()
	sol, err := Solve(context.Background(), p, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return sol
}

func near(t *testing.T, what string, got, want, tol float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tol*math.Max(1, math.Abs(want))) {
		t.Errorf("%s is %v, want %v", what, got, want)
	}
}
