package negotiate

import (
	"strings"
	"testing"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/ledger"
)

// TestTheRecordIsFiltered by sort, person, days, thing and words, for somebody who
// sees all of it and somebody who sees one product; a filter takes nothing from who
// may see what.
func TestTheRecordIsFiltered(t *testing.T) {
	d := newDesk(t)
	d.apply(shop)
	rod := d.grant("rod@example.org", ledger.Reader, "shop")
	first := d.time.Format(time.DateOnly)
	d.time = d.time.Add(48 * time.Hour)
	second := d.time.Format(time.DateOnly)
	d.decide(DecideRequest{Threats: []string{"replay"}, Kind: parley.Accept, Because: "cheap to bear", Until: d.time.AddDate(0, 1, 0).Format(time.DateOnly)})
	d.decide(DecideRequest{Threats: []string{"leak"}, Kind: parley.Mitigate, With: []string{"safe"}, Because: "it pays"})
	find := func(a Actor, f LogFilter) []string {
		t.Helper()
		r, err := d.Log(t.Context(), a, LogRequest{Product: "shop", LogFilter: f})
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, e := range r.Events {
			out = append(out, e.Type)
		}
		return out
	}
	for _, a := range []Actor{d.tom, rod} {
		all := find(a, LogFilter{})
		if got := find(a, LogFilter{Type: "decision"}); len(got) != 2 || got[0] != "decision.recorded" {
			t.Errorf("decisions: %v", got)
		}
		if got := find(a, LogFilter{Type: "decision.record"}); len(got) != 0 {
			t.Errorf("half a word: %v", got)
		}
		if got := find(a, LogFilter{From: second, To: second}); len(got) != 2 {
			t.Errorf("the second day: %v", got)
		}
		if got := find(a, LogFilter{To: first}); len(got) != len(all)-2 {
			t.Errorf("up to the first day: %v of %v", got, all)
		}
		if got := find(a, LogFilter{Type: "decision", About: "replay"}); len(got) != 1 {
			t.Errorf("about replay: %v", got)
		}
		if got := find(a, LogFilter{About: "SHOP-D1"}); len(got) != 1 {
			t.Errorf("about the decision: %v", got)
		}
		if got := find(a, LogFilter{Who: "NOBODY"}); len(got) != 0 {
			t.Errorf("by nobody: %v", got)
		}
		if got := find(a, LogFilter{Who: strings.ToUpper(d.tom.ID[:3])}); len(got) != len(all) {
			t.Errorf("by tom: %v of %v", got, all)
		}
		for _, f := range []LogFilter{{From: "soon"}, {About: "nothing-like-it"}} {
			if _, err := d.Log(t.Context(), a, LogRequest{Product: "shop", LogFilter: f}); parley.KindOfError(err) != parley.Invalid && parley.KindOfError(err) != parley.NotFound {
				t.Errorf("%+v: %v", f, err)
			}
		}
	}
}
