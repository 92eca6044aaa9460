package storetest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/parleysec/parley/internal/store"
	"github.com/parleysec/parley/ledger"
)

func events(t testing.TB, db *store.DB) []ledger.Event {
	t.Helper()
	var out []ledger.Event
	check(t, db.Load(t.Context(), 0, func(e ledger.Event) error {
		out = append(out, e)
		return nil
	}))
	return out
}

func testAppendAndRead(t *testing.T, url string) {
	db := MustCreate(t, url, store.Options{Now: Clock()})
	drafts := []ledger.Draft{Product("shop", "helen@example.org"), threat("leak", "Records <stolen> & “sold”\u2028")}
	drafts[1].Cause = ledger.CauseOf(0)
	drafts[1].Claimed = time.Date(2026, 1, 2, 3, 4, 5, 6e6, time.UTC)
	drafts[1].By = "somebody else"
	wrote, err := db.Append(t.Context(), 1, drafts)
	check(t, err)
	read := events(t, mustOpen(t, url))
	if d := cmp.Diff(wrote, read[1:]); d != "" {
		t.Errorf("written and read differ:\n%s", d)
	}
	if wrote[1].Cause != wrote[0].ID || wrote[0].Seq != 1 || wrote[1].By != "somebody else" || wrote[0].Actor != Actor {
		t.Errorf("envelope: %+v", wrote[1])
	}
	var tail []int64
	check(t, db.Load(t.Context(), 2, func(e ledger.Event) error {
		tail = append(tail, e.Seq)
		return nil
	}))
	if !slices.Equal(tail, []int64{2}) {
		t.Errorf("from 2 on: %v", tail)
	}
	for n, c := range map[int][2]int64{0: {1, 1}, 1: {1, 2}, 2: {1, 3}, 3: {0, 99}} {
		part := 0
		check(t, db.LoadBefore(t.Context(), c[0], c[1], func(e ledger.Event) error {
			if e.Seq != c[0]+int64(part) {
				t.Errorf("event %d from %d before %d", e.Seq, c[0], c[1])
			}
			part++
			return nil
		}))
		if part != n {
			t.Errorf("%d events from %d before %d, want %d", part, c[0], c[1], n)
		}
	}
	s, err := db.State(t.Context())
	check(t, err)
	other, err := mustOpen(t, url).State(t.Context())
	check(t, err)
	a, b := s.Product("shop").Item(ledger.KindThreat, "leak"), other.Product("shop").Item(ledger.KindThreat, "leak")
	if d := cmp.Diff(a, b); d != "" {
		t.Errorf("state after writing and after reading differ:\n%s", d)
	}
}

func testAppendConflict(t *testing.T, url string) {
	one := MustCreate(t, url, store.Options{})
	two := mustOpen(t, url)
	_, err := two.State(t.Context())
	check(t, err)
	append1(t, one, Product("shop", "helen"))
	var conflict *store.ConflictError
	if _, err := two.Append(t.Context(), 1, []ledger.Draft{Product("other", "tom")}); !errors.As(err, &conflict) || !store.Retryable(err) {
		t.Fatalf("got %v, want a conflict", err)
	}
	if conflict.Expected != 1 || conflict.Actual != 2 {
		t.Errorf("conflict %+v", conflict)
	}
	if _, err := one.Append(t.Context(), 7, []ledger.Draft{Product("other", "tom")}); !errors.As(err, &conflict) {
		t.Errorf("a size beyond the end: %v, want a conflict", err)
	}
	if n := len(events(t, one)); n != 2 {
		t.Errorf("%d events, want 2", n)
	}
}

func testAllOrNothing(t *testing.T, url string) {
	db := Sample(t, url)
	before := events(t, db)
	for name, bad := range map[string]ledger.Draft{
		"illegal":       {Product: "shop", Actor: Actor, Body: &ledger.DecisionMoved{Decision: "SHOP-D1", To: ledger.Agreed}},
		"no product":    threat2("nowhere"),
		"no actor":      {Product: "shop", Body: &ledger.TaskChanged{}},
		"sealed name":   {Product: "shop", Actor: ledger.Actor{ID: ledger.PersonRef(nil, "x"), Known: ledger.ThisMachine, Via: ledger.ViaCLI}, Body: &ledger.SettingChanged{Name: "a", Value: "b"}},
		"no body":       {Product: "shop", Actor: Actor},
		"unknown cause": {Actor: Actor, Cause: ledger.CauseOf(5), Body: &ledger.SettingChanged{Name: "a", Value: "b"}},
		"name with NUL": {Product: "shop", Actor: Actor, Body: &ledger.ItemPut{Kind: ledger.KindThreat, ID: "z", Item: []byte(`{"id":"z","owner":"a\u0000b"}`)}},
		"not an item":   {Product: "shop", Actor: Actor, Body: &ledger.ItemPut{Kind: "moon", ID: "z", Item: []byte(`{}`)}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := db.Append(t.Context(), int64(len(before)), []ledger.Draft{threat("fine", "Fine"), bad})
			if err == nil || store.Retryable(err) {
				t.Errorf("got %v, want a refusal", err)
			}
		})
	}
	if d := cmp.Diff(before, events(t, db)); d != "" {
		t.Errorf("something was written:\n%s", d)
	}
	if r := verify(t, db); !r.OK() {
		t.Error(r.Findings)
	}
	append1(t, db, threat("fine", "Fine")) // and the store still works
}

func threat2(product string) ledger.Draft {
	d := threat("leak", "x")
	d.Product = product
	return d
}

// testClock (D7): the time of an event is the store's and never goes back; what
// is claimed stands apart.
func testClock(t *testing.T, url string) {
	now := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	db := MustCreate(t, url, store.Options{Now: func() time.Time { return now }})
	append1(t, db, Product("shop", "helen"))
	for _, step := range []time.Duration{-time.Hour, 0, 0, -48 * time.Hour, time.Minute} {
		now = now.Add(step)
		append1(t, db, threat("leak", step.String()))
	}
	all := events(t, db)
	for i, e := range all[1:] {
		if e.At.Before(all[i].At) || e.ID <= all[i].ID {
			t.Errorf("event %d (%s, %s) after %s, %s", e.Seq, e.At, e.ID, all[i].At, all[i].ID)
		}
	}
	if want := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC); !all[3].At.Equal(want) {
		t.Errorf("while the clock is behind, time stands still: %s, want %s", all[3].At, want)
	}
}

func testAttachment(t *testing.T, url string) {
	db := Sample(t, url)
	s, err := db.State(t.Context())
	check(t, err)
	d := s.Product("shop").Decision("SHOP-D1")
	if d == nil || d.Brief == nil || d.Brief.Media != "text/plain" {
		t.Fatalf("decision %+v", d)
	}
	got, err := db.Attachment(t.Context(), *d.Brief)
	if err != nil || string(got) != "the brief that was seen" {
		t.Errorf("%q %v", got, err)
	}
	if _, err := db.Attachment(t.Context(), ledger.Attachment{Hash: "a_nothing"}); err == nil {
		t.Error("an attachment that is not there was read")
	}
}

func testStateAt(t *testing.T, url string) {
	db := Sample(t, url)
	s, err := db.StateAt(t.Context(), 4)
	check(t, err)
	if it := s.Product("shop").Item(ledger.KindThreat, "leak"); s.Size != 4 || it.Title() != "Records stolen" || len(s.Product("shop").Decisions) != 0 {
		t.Errorf("after 4 events: %+v", it)
	}
	if _, err := db.StateAt(t.Context(), 99); err == nil {
		t.Error("the future was shown")
	}
}

// testOneWins (D9): of several writers at one moment one gets the place.
func testOneWins(t *testing.T, url string) {
	first := MustCreate(t, url, store.Options{})
	append1(t, first, Product("shop", "helen"))
	dbs := []*store.DB{first, mustOpen(t, url), mustOpen(t, url)}
	for round := range 5 {
		size := int64(2 + round)
		var wg sync.WaitGroup
		var mu sync.Mutex
		won := 0
		for i := range 9 {
			wg.Go(func() {
				_, err := dbs[i%3].Append(t.Context(), size, []ledger.Draft{threat(fmt.Sprintf("t%d", round), fmt.Sprint(i))})
				mu.Lock()
				defer mu.Unlock()
				if err == nil {
					won++
				} else if !store.Retryable(err) {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if won != 1 {
			t.Fatalf("place %d was given %d times", size, won)
		}
	}
}

func testNothingIsLost(t *testing.T, url string) {
	first := MustCreate(t, url, store.Options{})
	append1(t, first, Product("shop", "helen"))
	dbs := []*store.DB{first, mustOpen(t, url)}
	writers, each := 8, 15
	if Soaking() {
		each = 1000
	}
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for i := range each {
				_, _, err := dbs[w%2].Update(t.Context(), func(s *ledger.State, _ time.Time) ([]ledger.Draft, error) {
					return []ledger.Draft{threat(fmt.Sprintf("w%d-%d", w, i), "x")}, nil
				})
				if err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	next := map[string]int{}
	for _, e := range events(t, first)[2:] {
		b, err := ledger.DecodeBody(e)
		check(t, err)
		w, i, _ := strings.Cut(b.(*ledger.ItemPut).ID, "-")
		if fmt.Sprint(next[w]) != i {
			t.Fatalf("writer %s: event %s where %d should be", w, i, next[w])
		}
		next[w]++
	}
	for w := range writers {
		if n := next[fmt.Sprintf("w%d", w)]; n != each {
			t.Errorf("writer %d: %d events of %d", w, n, each)
		}
	}
	if r := verify(t, dbs[1]); !r.OK() {
		t.Error(r.Findings)
	}
}

func testUpdateRefuses(t *testing.T, url string) {
	db := Sample(t, url)
	n := len(events(t, db))
	no := errors.New("no")
	if _, _, err := db.Update(t.Context(), func(*ledger.State, time.Time) ([]ledger.Draft, error) { return nil, no }); !errors.Is(err, no) {
		t.Errorf("got %v, want the refusal itself", err)
	}
	wrote, s, err := db.Update(t.Context(), func(*ledger.State, time.Time) ([]ledger.Draft, error) { return nil, nil })
	if err != nil || len(wrote) != 0 || s.Size != int64(n) {
		t.Errorf("nothing to do: %v %v", wrote, err)
	}
	var told time.Time
	wrote, _, err = db.Update(t.Context(), func(_ *ledger.State, at time.Time) ([]ledger.Draft, error) {
		told = at
		return []ledger.Draft{threat("leak", "again")}, nil
	})
	if err != nil || !wrote[0].At.Equal(told) {
		t.Errorf("told %s, recorded %v %v", told, wrote, err)
	}
}
