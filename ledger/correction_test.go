package ledger

import (
	"testing"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/quantity"
)

// TestLowers goes through every figure of an incident: told so, it says less; told the
// other way round, it says more.
func TestLowers(t *testing.T) {
	b := newBook(t)
	b.apply(shop())
	product := b.state.Products()[0].ID
	loss := func(s string) parley.Incident {
		return parley.Incident{ID: "i1", At: "2026-01-10", Loss: quantity.Of(s)}
	}
	kind := func(s string) parley.Incident {
		x := parley.Incident{ID: "i1", At: "2026-01-10"}
		x.Impact.Financial.Amount = quantity.Of(s)
		return x
	}
	with := func(x parley.Incident, f func(*parley.Incident)) parley.Incident { f(&x); return x }
	for name, c := range map[string]struct {
		was, now parley.Incident
		back     bool // the other way round says less, too
	}{
		"a smaller loss":             {was: loss("120k"), now: loss("12k")},
		"a smaller mean of a range":  {was: loss("100k..200k"), now: loss("90k..200k")},
		"a lower bad case":           {was: loss("10k..400k"), now: loss("130k"), back: true},
		"a lower bad case of a kind": {was: kind("10k..400k"), now: kind("130k"), back: true},
		"no loss any more":           {was: loss("120k"), now: parley.Incident{At: "2026-01-10"}},
		"a near miss after all":      {was: loss("1k"), now: with(loss("1k"), func(x *parley.Incident) { x.NearMiss = true })},
		"an earlier day":             {was: loss("1k"), now: with(loss("1k"), func(x *parley.Incident) { x.At = "2026-01-09" })},
		"another threat":             {was: with(loss("1k"), func(x *parley.Incident) { x.Threat = "leak" }), now: with(loss("1k"), func(x *parley.Incident) { x.Threat = "theft" }), back: true},
		"a layer that stopped it":    {was: loss("1k"), now: with(loss("1k"), func(x *parley.Incident) { x.Stopped = []string{"waf"} })},
		"a layer it did not pass":    {was: with(loss("1k"), func(x *parley.Incident) { x.Passed = []string{"waf"} }), now: loss("1k")},
		"a smaller loss of a kind":   {was: kind("80k"), now: kind("8k")},
		"by kind, then in all":       {was: kind("80k"), now: loss("90k"), back: true},
	} {
		less, err := b.state.Lowers(product, c.was, c.now)
		if err != nil || !less {
			t.Errorf("%s: %v %v", name, less, err)
		}
		if less, err = b.state.Lowers(product, c.now, c.was); err != nil || less != c.back {
			t.Errorf("%s, the other way round: %v %v", name, less, err)
		}
		if less, err = b.state.Lowers(product, c.was, c.was); err != nil || less {
			t.Errorf("%s, the same: %v %v", name, less, err)
		}
	}
	if less, err := b.state.Lowers(product, loss("1k"), with(loss("1k"), func(x *parley.Incident) { x.Title = "A theft" })); err != nil || less {
		t.Errorf("another title: %v %v", less, err)
	}
	if _, err := b.state.Lowers(product, loss("1k"), loss("lots of it")); err == nil {
		t.Error("what cannot be read was compared")
	}
	if _, err := b.state.Lowers("moon", loss("1k"), loss("1k")); err == nil {
		t.Error("there is no such product")
	}
}
