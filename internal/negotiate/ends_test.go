package negotiate

import (
	"math"
	"testing"
)

// TestPlanTable puts both ends beside the plan and takes it apart item by item.
func TestPlanTable(t *testing.T) {
	d := newDesk(t)
	req := PlanRequest{Source: Source{Name: "shop.yaml", Data: []byte(shop)}, Trials: 2_000}
	plain, err := d.Plan(t.Context(), d.tom, req)
	if err != nil || plain.Ends != nil || plain.Steps != nil {
		t.Fatalf("the table is there unasked: %+v, %v", plain, err)
	}
	req.Table = true
	r, err := d.Plan(t.Context(), d.tom, req)
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Steps) != len(r.Chosen) {
		t.Fatalf("%d steps of %v", len(r.Steps), r.Chosen)
	}
	sum := 0.0
	for i, s := range r.Steps {
		sum += s.Adds
		if s.ID != r.Items[i].ID || math.Abs(s.Value-sum) > 1e-6 {
			t.Errorf("step %d: %+v, so far %v", i, s, sum)
		}
	}
	if math.Abs(sum-r.Value) > 1e-6 {
		t.Errorf("the steps add up to %v, the plan is worth %v", sum, r.Value)
	}
	items := map[string]bool{}
	for _, it := range r.Items {
		items[it.ID] = it.Feature
	}
	f, s := r.Ends.Features, r.Ends.Security
	if f == nil || s == nil {
		t.Fatalf("an end is missing: %+v", r.Ends)
	}
	for _, id := range f.Chosen {
		if !items[id] {
			t.Errorf("%s is no feature", id)
		}
	}
	for _, id := range s.Chosen {
		if items[id] {
			t.Errorf("%s is a feature", id)
		}
	}
	if s.Value > r.Value+1e-6 || f.AnnualLoss < s.AnnualLoss {
		t.Errorf("the best is worth %v, only security %v; a year loses %v with features alone, %v with security alone", r.Value, s.Value, f.AnnualLoss, s.AnnualLoss)
	}
}
