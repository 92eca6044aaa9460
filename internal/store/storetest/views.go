package storetest

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/parleysec/parley/internal/store"
)

// Of each person and subject the first and the last look are kept, the last one
// no finer than asked for; what nobody asked about is in no answer.
func testViews(t *testing.T, url string) {
	db := MustCreate(t, url, store.Options{})
	look := func(person string, at time.Time, subjects ...string) {
		t.Helper()
		check(t, db.NoteViews(t.Context(), person, subjects, at, time.Hour))
	}
	look("priya@example.org", noon, "SHOP-T1", "SHOP-D1", "SHOP-T1")
	look("priya@example.org", noon.Add(59*time.Minute), "SHOP-T1") // within the hour
	look("priya@example.org", noon.Add(2*time.Hour), "SHOP-D1")
	look("priya@example.org", noon.Add(-time.Hour), "SHOP-D1") // a clock that went back
	look("helen@example.org", noon.Add(time.Minute), "SHOP-T1", "SHOP-T2")
	look("helen@example.org", noon)
	got, err := db.Views(t.Context(), []string{"SHOP-T1", "SHOP-D1", "SHOP-D9"})
	check(t, err)
	want := []store.View{
		{Person: "priya@example.org", Subject: "SHOP-D1", First: noon, Last: noon.Add(2 * time.Hour)},
		{Person: "priya@example.org", Subject: "SHOP-T1", First: noon, Last: noon},
		{Person: "helen@example.org", Subject: "SHOP-T1", First: noon.Add(time.Minute), Last: noon.Add(time.Minute)},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if none, err := db.Views(t.Context(), nil); err != nil || none != nil {
		t.Errorf("%v, %v of nothing", none, err)
	}
	// What was looked at before a moment for the last time goes.
	check(t, db.ForgetViews(t.Context(), noon.Add(time.Minute)))
	got, err = db.Views(t.Context(), []string{"SHOP-T1", "SHOP-D1", "SHOP-T2"})
	check(t, err)
	var left []string
	for _, v := range got {
		left = append(left, v.Person+" "+v.Subject)
	}
	if d := cmp.Diff([]string{"priya@example.org SHOP-D1", "helen@example.org SHOP-T1", "helen@example.org SHOP-T2"}, left); d != "" {
		t.Error(d)
	}
}
