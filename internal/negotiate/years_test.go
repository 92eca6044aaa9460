package negotiate

import (
	"reflect"
	"strings"
	"testing"
)

// TestWhatIfOnKeptYears: the second question, which finds years kept, and one
// about another model between two, have the answers of a new service.
func TestWhatIfOnKeptYears(t *testing.T) {
	ask := func(d *desk, text string, with ...string) *WhatIfResult {
		t.Helper()
		r, err := d.WhatIf(t.Context(), d.tom, WhatIfRequest{Source: Source{Name: "shop.yaml", Data: []byte(text)}, With: with, Trials: 5000})
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	worse := strings.Replace(shop, "30% within 2 years", "60% within 2 years", 1)
	d := newDesk(t)
	for _, c := range []struct {
		text string
		with []string
	}{
		{shop, []string{"safe"}},
		{shop, []string{"archive"}},
		{worse, []string{"safe"}},
		{shop, []string{"safe", "archive"}},
		{shop, []string{"safe"}},
	} {
		if got, want := ask(d, c.text, c.with...), ask(newDesk(t), c.text, c.with...); !reflect.DeepEqual(got, want) {
			t.Errorf("%v: %+v, afresh %+v", c.with, got, want)
		}
	}
	if n := len(d.years.last); n != 2 {
		t.Errorf("%d models are kept", n)
	}
	for range 3 {
		ask(d, strings.Replace(shop, "Web shop", "Shop", 1), "safe")
	}
	if n := len(d.years.last); n != yearsKept {
		t.Errorf("%d models are kept", n)
	}
}
