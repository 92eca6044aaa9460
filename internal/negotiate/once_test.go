package negotiate

import (
	"reflect"
	"testing"
)

// TestOnceKeepsNothing: a service that answers one question says the same and
// keeps no years for a next one.
func TestOnceKeepsNothing(t *testing.T) {
	ask := func(once bool) (*desk, *RiskResult) {
		d := newDesk(t)
		d.Once = once
		r, err := d.Risk(t.Context(), d.tom, RiskRequest{Source: Source{Name: "shop.yaml", Data: []byte(shop)}, Trials: 5000})
		if err != nil {
			t.Fatal(err)
		}
		return d, r
	}
	many, want := ask(false)
	once, got := ask(true)
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, of a service that stays %+v", got, want)
	}
	if len(once.years.last) != 0 || len(many.years.last) != 1 {
		t.Errorf("%d and %d models are kept", len(once.years.last), len(many.years.last))
	}
}

// TestMoreYearsThanMemory are refused with what would be right.
func TestMoreYearsThanMemory(t *testing.T) {
	d := newDesk(t)
	for _, trials := range []int{-1, MostYears + 1} {
		_, err := d.Risk(t.Context(), d.tom, RiskRequest{Source: Source{Name: "shop.yaml", Data: []byte(shop)}, Trials: trials})
		if err == nil {
			t.Errorf("%d years are simulated", trials)
		}
		if _, err := Bench(t.Context(), BenchRequest{Years: trials}); err == nil {
			t.Errorf("%d years are measured", trials)
		}
	}
}
