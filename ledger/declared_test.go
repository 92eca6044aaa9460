package ledger

import (
	"maps"
	"testing"

	"github.com/parleysec/parley"
)

// TestSinceWhenChecksAreDeclared: each check since its text is what it is, none
// since there is none; whatever else changes, and under a new id.
func TestSinceWhenChecksAreDeclared(t *testing.T) {
	b := newBook(t)
	apply := func(title string, was string, checks ...parley.Check) (event string, it *Item) {
		t.Helper()
		m := shop()
		c := &m.Controls[0]
		c.Title, c.Checks = title, checks
		if was != "" {
			c.ID, c.Was = "edge", was
		}
		b.apply(m)
		it = b.shop().Item(KindControl, "waf")
		return it.Event, it
	}
	is := func(what string, it *Item, none string, checks map[string]string) {
		t.Helper()
		if it.Declared.None != none || !maps.Equal(it.Declared.Checks, checks) {
			t.Errorf("%s: %+v, not %q and %v", what, it.Declared, none, checks)
		}
	}
	rules, drill := parley.Check{ID: "rules", Tool: "zap"}, parley.Check{ID: "drill"}
	bare, it := apply("Firewall", "")
	is("none", it, bare, nil)
	_, it = apply("Another title", "")
	is("another title of one without", it, bare, nil)
	first, it := apply("Firewall", "", rules)
	is("the first", it, "", map[string]string{"rules": first})
	second, it := apply("Fire wall", "", drill, rules)
	is("another one", it, "", map[string]string{"rules": first, "drill": second})
	rules.Tool = "curl"
	third, it := apply("Firewall", "", drill, rules)
	is("another text", it, "", map[string]string{"rules": third, "drill": second})
	_, it = apply("Firewall", "waf", drill, rules)
	is("another id", it, "", map[string]string{"rules": third, "drill": second})
	people := refs{}
	text, err := b.state.Snapshot(people.ref)
	if err != nil {
		t.Fatal(err)
	}
	again, err := OpenSnapshot(text, people.name)
	if err != nil {
		t.Fatal(err)
	}
	is("out of a snapshot", again.Product("shop").Item(KindControl, "edge"), "", map[string]string{"rules": third, "drill": second})
	gone, it := apply("Firewall", "waf")
	is("taken away", it, gone, nil)
	if m := b.shop().Item(KindMitigation, "prepared"); m.Declared.None != m.Event || b.shop().Item(KindThreat, "leak").Declared.None != "" {
		t.Errorf("mitigations declare checks too, and threats none: %+v", m.Declared)
	}
}
