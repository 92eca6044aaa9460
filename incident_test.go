package parley_test

import (
	"testing"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/quantity"
)

func TestIncidentCost(t *testing.T) {
	read := func(text string) quantity.Quantity {
		v, err := quantity.Parse(text, quantity.Money, quantity.Env{Currency: "GBP", Scale: quantity.DefaultScale()})
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	var byKind, nothing parley.Impact
	byKind.Financial.Amount, byKind.Availability.Amount = read("80k"), read("5k")
	nothing.Profit.Amount = read("0")
	for name, c := range map[string]struct {
		x      parley.Incident
		want   float64
		stated bool
	}{
		"nobody said":  {},
		"in all":       {parley.Incident{Loss: read("120k")}, 120_000, true},
		"by kind":      {parley.Incident{Impact: byKind}, 85_000, true},
		"cost nothing": {parley.Incident{Impact: nothing}, 0, true},
	} {
		if got, stated := c.x.Cost(); got != c.want || stated != c.stated {
			t.Errorf("%s: %g, %v, want %g, %v", name, got, stated, c.want, c.stated)
		}
	}
}
