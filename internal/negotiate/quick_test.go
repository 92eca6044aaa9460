package negotiate

import (
	"os"
	"reflect"
	"slices"
	"testing"

	"github.com/parleysec/parley/ledger"
	"github.com/parleysec/parley/plan/model"
)

// TestQuick: the plan alone is the plan, and what was not asked for is said to be
// open.
func TestQuick(t *testing.T) {
	text, err := os.ReadFile("../../examples/rounds.yaml")
	if err != nil {
		t.Fatal(err)
	}
	s := &Service{}
	ask := func(quick bool) *PlanResult {
		t.Helper()
		r, err := s.Plan(t.Context(), Actor{ID: "priya@example.org", Known: ledger.ThisMachine, Via: ledger.ViaCLI}, PlanRequest{
			Source: Source{Name: "rounds.yaml", Data: text}, Trials: 1000, Quick: quick, Table: true, Budget: Budget{Money: "20k", Effort: "150d"},
		})
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	whole, quick := ask(false), ask(true)
	if !quick.Quick || whole.Quick || !slices.Equal(quick.Chosen, whole.Chosen) || quick.Value != whole.Value || !reflect.DeepEqual(quick.Steps, whole.Steps) || !reflect.DeepEqual(quick.Items, whole.Items) {
		t.Errorf("quick %v %v, whole %v %v", quick.Chosen, quick.Value, whole.Chosen, whole.Value)
	}
	if len(quick.Peers) > 0 || quick.ViableAt != nil || quick.Ends != nil || quick.FeatureDelay != nil || len(whole.Peers) == 0 || whole.ViableAt == nil || whole.Ends == nil {
		t.Errorf("asked for and not: %v %v", quick.Peers, quick.ViableAt)
	}
	for i, w := range quick.Why {
		if w.InPlan != whole.Why[i].InPlan || w.MarginalValue != w.InPlan || w.WorthIf != nil || w.WorthIfOpen != (!w.In && (w.Reason == string(model.TooDear) || w.Reason == string(model.NoRoom))) {
			t.Errorf("%+v beside %+v", w, whole.Why[i])
		}
	}
	if len(quick.BreakEven) != len(whole.BreakEven) || len(whole.BreakEven) == 0 || quick.BreakEven[0].Value != nil || quick.BreakEven[0].Feature != whole.BreakEven[0].Feature {
		t.Errorf("features without a value: %+v beside %+v", quick.BreakEven, whole.BreakEven)
	}
	for _, f := range quick.Obligations {
		if f.Price != nil {
			t.Errorf("%s has a price", f.ID)
		}
	}
}
