package negotiate

import (
	"slices"
	"strings"
	"testing"

	"github.com/parleysec/parley"
)

// strict is shop with a limit that only safe queries keep, which are too dear to
// pay for themselves.
var strict = strings.NewReplacer(
	"appetite: [{loss: 100k, chance: 20%}]", "appetite: [{loss: 100k, chance: 8%}]",
	"effort: 10d..20d}, lead_time: 1 month", "once: 400k}, lead_time: 1 month",
	"effort: 60d, money: 20k", "effort: 60d, money: 500k",
).Replace(shop)

func TestMeetAppetite(t *testing.T) {
	free, err := planOf(t, strict, Budget{})
	if err != nil || slices.Contains(free.Chosen, "safe") || !free.Appetite[0].After.Breached {
		t.Fatalf("the plan worth most should break the limit: %+v, %v", free, err)
	}
	kept, err := planOf(t, strict, Budget{MeetAppetite: true})
	if err != nil || !slices.Contains(kept.Chosen, "safe") || kept.Appetite[0].After.Breached || !kept.Proved {
		t.Fatalf("%+v, %v", kept, err)
	}
	if kept.AppetitePrice == nil || *kept.AppetitePrice < free.Value-kept.Value-1 || *kept.AppetitePrice > free.Value-kept.Value+1 {
		t.Errorf("price %v, want %v", kept.AppetitePrice, free.Value-kept.Value)
	}
	cheap, err := planOf(t, strict, Budget{MeetAppetite: true, Objective: Cheapest})
	if want := []string{"safe", "archive"}; err != nil || !slices.Equal(cheap.Chosen, want) {
		t.Errorf("the cheapest: %+v, %v; want %v (the log is a duty)", cheap, err, want)
	}
}

// TestLeastShortfall takes what the plan worth most leaves because it is too dear,
// and nothing that lowers no loss; each set's figure is that of the same years.
func TestLeastShortfall(t *testing.T) {
	free, err := planOf(t, strict, Budget{})
	if err != nil || free.Shortfall != nil {
		t.Fatal(free, err)
	}
	least, err := planOf(t, strict, Budget{Objective: Safest})
	if err != nil || !least.Proved || !slices.Contains(least.Chosen, "safe") {
		t.Fatalf("%+v, %v", least, err)
	}
	x := least.Shortfall
	if x.After >= x.Before || x.Bound != x.After || x.StandardError <= 0 {
		t.Errorf("%+v", x)
	}
	if least.Value >= free.Value || least.AnnualLoss.After >= free.AnnualLoss.After {
		t.Errorf("worth %v, leaves %v; the plan worth most %v, %v", least.Value, least.AnnualLoss.After, free.Value, free.AnnualLoss.After)
	}
	poor, err := planOf(t, strict, Budget{Objective: Safest, Money: "100k"})
	if err != nil || slices.Contains(poor.Chosen, "safe") || poor.Shortfall.After < x.After {
		t.Errorf("with too little for it: %+v, %v", poor, err)
	}
	kept, err := planOf(t, strict, Budget{Objective: Safest, MeetAppetite: true})
	if err != nil || kept.Appetite[0].After.Breached || kept.Shortfall.After != x.After {
		t.Errorf("within the limit: %+v, %v", kept, err)
	}
}

func TestAppetiteNotMet(t *testing.T) {
	for _, c := range []struct {
		name, text, says string
		kind             parley.ErrorKind
		b                Budget
	}{
		{"too little money", strict, "the cheapest that does costs £400k and 2 days", parley.No, Budget{MeetAppetite: true, Money: "100k"}},
		{"whatever it costs", strings.Replace(strict, "chance: 8%", "chance: 0.1%", 1), "whatever it costs", parley.No, Budget{MeetAppetite: true}},
		{"no limit", strings.Replace(strict, ", appetite: [{loss: 100k, chance: 8%}]", "", 1), "no appetite to meet", parley.Invalid, Budget{MeetAppetite: true}},
	} {
		_, err := planOf(t, c.text, c.b)
		if err == nil || !strings.Contains(err.Error(), c.says) || parley.KindOfError(err) != c.kind {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}
