package negotiate

import (
	"encoding/json"
	"testing"

	"github.com/parleysec/parley/ledger"
)

// TestLineage: an event belongs to the product that had its id then, whatever
// has that id now.
func TestLineage(t *testing.T) {
	l := lineage{now: map[string]int{}, former: map[string]int{}}
	rename := func(from, to string) ledger.Event {
		body, err := json.Marshal(ledger.ItemRenamed{Kind: ledger.KindProduct, From: from, To: to})
		if err != nil {
			t.Fatal(err)
		}
		return ledger.Event{Type: "item.renamed", Version: 1, Product: to, Body: body}
	}
	of := func(product string) ledger.Event { return ledger.Event{Type: "note.added", Product: product} }
	for i, c := range []struct {
		e    ledger.Event
		want int
	}{
		{of("a"), 1},
		{of(""), 0},
		{of("b"), 2},
		{of("a"), 1},
		{rename("a", "x"), 1},
		{of("x"), 1},
		{of("a"), 1}, // by its former id
		{rename("b", "a"), 2},
		{of("a"), 2},
		{of("b"), 2},
		{of("x"), 1},
		{rename("x", "b"), 1},
		{of("b"), 1},
		{of("c"), 3},
	} {
		if got, err := l.follow(c.e); err != nil || got != c.want {
			t.Errorf("event %d (%s of %q): product %d, want %d (%v)", i, c.e.Type, c.e.Product, got, c.want, err)
		}
	}
	if _, err := l.follow(ledger.Event{Type: "item.renamed", Version: 99, Product: "a"}); err == nil {
		t.Error("an event from a newer program was read")
	}
}
