package ledger

import (
	"strings"
	"testing"

	"github.com/parleysec/parley"
)

func moved(change func(*StageMoved)) *StageMoved {
	b := &StageMoved{Kind: KindFeature, ID: "one-click", To: parley.Design, Because: "it is drawn", Missing: []string{"duties"}}
	if change != nil {
		change(b)
	}
	return b
}

func saidOf(change func(*ActivitySaid)) *ActivitySaid {
	b := &ActivitySaid{Kind: KindFeature, ID: "one-click", Activity: "duties", Stage: parley.Requirements, Tier: parley.LowTier, Because: "a lawyer looked"}
	if change != nil {
		change(b)
	}
	return b
}

// TestStageMoved: the thing has its new stage, and what was said of it follows
// it to another id.
func TestStageMoved(t *testing.T) {
	b := newBook(t)
	b.apply(shop())
	b.add(Draft{Product: "shop", Body: moved(nil), By: "tom"})
	b.add(Draft{Product: "shop", Body: saidOf(nil)})
	b.add(Draft{Product: "shop", Body: saidOf(func(x *ActivitySaid) { x.Undone = true })})
	m, err := b.state.Model("shop")
	if err != nil || m.Features[0].Stage != parley.Design {
		t.Fatalf("%v, %v", m.Features[0].Stage, err)
	}
	b.add(Draft{Product: "shop", Body: &StageMoved{Kind: KindProduct, ID: "shop", From: m.Product.Stage, To: parley.Testing, Because: "built"}})
	again := shop()
	again.Features[0].ID, again.Features[0].Was = "two-click", "one-click"
	b.apply(again) // the file goes on to say where it was
	p := b.shop()
	if m, err = b.state.Model("shop"); err != nil || m.Product.Stage != parley.Testing || m.Features[0].Stage != parley.Design {
		t.Fatalf("%v, %v, %v", m.Product.Stage, m.Features[0].Stage, err)
	}
	moves := p.MovesOf(KindFeature, "two-click")
	if len(moves) != 1 || moves[0].By != "tom" || moves[0].Missing[0] != "duties" || len(p.MovesOf(KindFeature, "one-click")) != 0 {
		t.Fatalf("%+v", moves)
	}
	if n := p.Said(KindFeature, "two-click", "duties", parley.Requirements); n == nil || !n.Undone || len(p.Activities) != 1 {
		t.Fatalf("%+v", p.Activities)
	}
	if p.Said(KindProduct, "shop", "duties", parley.Requirements) != nil {
		t.Fatal("what was said of a feature is not said of the product")
	}
}

// TestStageRefused: what cannot be, and that nothing of it is folded.
func TestStageRefused(t *testing.T) {
	b := newBook(t)
	b.apply(shop())
	for want, body := range map[string]Body{
		"a control has none":         moved(func(x *StageMoved) { x.Kind = KindControl }),
		`"party" is no stage`:        moved(func(x *StageMoved) { x.To = "party" }),
		"in design already":          moved(func(x *StageMoved) { x.From = parley.Design }),
		"has a reason":               moved(func(x *StageMoved) { x.Because = "" }),
		`no feature "nothing"`:       moved(func(x *StageMoved) { x.ID = "nothing" }),
		"not of a threat":            saidOf(func(x *ActivitySaid) { x.Kind = KindThreat }),
		"an activity has an id":      saidOf(func(x *ActivitySaid) { x.Activity = strings.Repeat("x", maxLabel+1) }),
		`"launch" is no stage`:       saidOf(func(x *ActivitySaid) { x.Stage = "launch" }),
		`"worst" is no tier`:         saidOf(func(x *ActivitySaid) { x.Tier = "worst" }),
		"what shows that it":         saidOf(func(x *ActivitySaid) { x.Because = strings.Repeat("x", maxBecause+1) }),
		`there is no feature "gone"`: saidOf(func(x *ActivitySaid) { x.ID = "gone" }),
	} {
		if err := b.try(Draft{Product: "shop", Body: body}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}
