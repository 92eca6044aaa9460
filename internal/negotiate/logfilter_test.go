package negotiate

import (
	"errors"
	"math"
	"reflect"
	"slices"
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

// TestTheRecordInPieces: handed on a piece at a time, oldest first, the record is what a
// list of it says, for somebody who sees all of it and somebody who sees one product.
func TestTheRecordInPieces(t *testing.T) {
	d := newDesk(t)
	d.apply(shop)
	d.apply(strings.NewReplacer("id: shop", "id: other", "name: Shop", "name: Other").Replace(shop))
	rod := d.grant("rod@example.org", ledger.Reader, "shop")
	d.decide(DecideRequest{Product: "shop", Threats: []string{"replay"}, Kind: parley.Accept, Because: "cheap to bear", Until: d.time.AddDate(0, 1, 0).Format(time.DateOnly)})
	for range logPiece + 10 { // more than one piece
		if _, err := d.AddNote(t.Context(), d.tom, NoteRequest{Product: "shop", About: "leak", Kind: ledger.NoteComment, Text: "still open"}); err != nil {
			t.Fatal(err)
		}
	}
	for _, a := range []Actor{d.tom, rod} {
		for _, f := range []LogFilter{{}, {Type: "note"}, {Type: "decision"}, {Text: "nobody said that"}} {
			whole, err := d.Log(t.Context(), a, LogRequest{LogFilter: f})
			if err != nil {
				t.Fatal(err)
			}
			slices.Reverse(whole.Events)
			var all []Event
			r, err := d.Log(t.Context(), a, LogRequest{LogFilter: f, Each: func(piece []Event) error {
				if len(piece) == 0 || len(piece) > logPiece {
					t.Errorf("a piece of %d", len(piece))
				}
				all = append(all, piece...)
				return nil
			}})
			if err != nil || len(r.Events) > 0 || r.Size != whole.Size || !reflect.DeepEqual(all, append([]Event(nil), whole.Events...)) {
				t.Errorf("%s, %+v: %d of %d, %v", a.ID, f, len(all), len(whole.Events), err)
			}
			// The newest of them.
			for _, limit := range []int{1, 3, logPiece, logPiece + 5, 4*logPiece + 1, math.MaxInt} {
				few, err := d.Log(t.Context(), a, LogRequest{LogFilter: f, Limit: limit})
				if want := whole.Events[max(0, len(all)-limit):]; err != nil || !reflect.DeepEqual(backwards(few.Events), append([]Event{}, want...)) || few.Size != whole.Size {
					t.Errorf("%s, %+v: the newest %d are %d, %v", a.ID, f, limit, len(few.Events), err)
				}
			}
			// And of those before one.
			if len(all) > 2 {
				before := all[len(all)-2].Seq
				few, err := d.Log(t.Context(), a, LogRequest{LogFilter: f, Limit: 2, Before: before})
				if want := all[max(0, len(all)-4) : len(all)-2]; err != nil || !reflect.DeepEqual(backwards(few.Events), append([]Event{}, want...)) {
					t.Errorf("%s, %+v: before %d are %d, %v", a.ID, f, before, len(few.Events), err)
				}
			}
		}
	}
	stop := errors.New("enough")
	if _, err := d.Log(t.Context(), d.tom, LogRequest{Each: func([]Event) error { return stop }}); !errors.Is(err, stop) {
		t.Errorf("it was not ended: %v", err)
	}
}

// backwards is a list from its end.
func backwards(events []Event) []Event {
	out := append([]Event{}, events...)
	slices.Reverse(out)
	return out
}
