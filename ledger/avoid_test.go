package ledger

import (
	"slices"
	"testing"

	"github.com/parleysec/parley"
)

// What is dropped in words is a task for as long as the decision asks for it; a
// feature that is not built is none, but in no plan.
func TestWhatADecisionToAvoidTakesAway(t *testing.T) {
	b := newBook(t)
	b.apply(lawful())
	b.add(Draft{Product: "shop", Body: &DecisionRecorded{Terms: Terms{Threats: []string{"brought"}, Kind: parley.Avoid, With: []string{"shiny", "glossy"}, Because: "dull is fine"}}})
	p := b.state.Product("shop")
	if len(p.Tasks) != 0 || !slices.Equal(p.Dropped(), []string{"shiny", "glossy"}) {
		t.Errorf("tasks %v, dropped %v", p.Tasks, p.Dropped())
	}
	b.add(Draft{Product: "shop", Body: &ItemRenamed{Kind: KindFeature, From: "shiny", To: "bright"}})
	if p = b.state.Product("shop"); !slices.Equal(p.Dropped(), []string{"bright", "glossy"}) {
		t.Errorf("after a rename: %v", p.Dropped())
	}
	b.add(Draft{Product: "shop", Body: &DecisionMoved{Decision: "SHOP-D1", To: Reopened, Because: "a customer asks for it"}})
	if got := b.state.Product("shop").Dropped(); got != nil {
		t.Errorf("re-opened, but still dropped: %v", got)
	}

	avoid := Terms{Threats: []string{"replay"}, Kind: parley.Avoid, Drops: "stored cards", Because: "nobody asked for them"}
	b.add(Draft{Product: "shop", Body: &DecisionRecorded{Terms: avoid}})
	p = b.state.Product("shop")
	if len(p.Tasks) != 1 || p.Tasks[0].Drops != "stored cards" || p.Tasks[0].Mitigation != "" || p.Tasks[0].Status != TaskOpen {
		t.Fatalf("%+v", p.Tasks)
	}
	b.add(Draft{Product: "shop", Body: &TaskChanged{Task: p.Tasks[0].Short, To: TaskDone}})
	again := avoid
	again.Because, again.Supersedes = "and it is done", []string{"SHOP-D2"}
	b.add(Draft{Product: "shop", Body: &DecisionRecorded{Terms: again}})
	p = b.state.Product("shop")
	if len(p.Tasks) != 1 || !slices.Equal(p.Tasks[0].Decisions, []string{"SHOP-D2", "SHOP-D3"}) || p.Tasks[0].Status != TaskOpen {
		t.Errorf("asked for again: %+v", p.Tasks[0])
	}
	b.add(Draft{Product: "shop", Body: &DecisionMoved{Decision: "SHOP-D3", To: Retracted, Because: "kept after all"}})
	if got := b.state.Product("shop").Tasks[0].Status; got != TaskCancelled {
		t.Errorf("withdrawn, and the task is %s", got)
	}
}
