package storetest

import (
	"errors"
	"sync"
	"testing"

	"github.com/parleysec/parley/internal/store"
)

func testCreate(t *testing.T, url string) {
	var absent *store.AbsentError
	if _, err := store.Open(t.Context(), url, store.Options{}); !errors.As(err, &absent) {
		t.Fatalf("open of nothing: %v, want an AbsentError", err)
	}
	if _, err := store.Open(t.Context(), url, store.Options{}); !errors.As(err, &absent) {
		t.Fatalf("the first Open made something: %v", err)
	}
	db := MustCreate(t, url, store.Options{})
	s, err := db.State(t.Context())
	check(t, err)
	if s.Size != 1 || s.Settings["separate_approver"] != "no" || s.Ledger == "" {
		t.Errorf("a new ledger: %+v", s)
	}
	again := MustCreate(t, url, store.Options{})
	s2, err := again.State(t.Context())
	check(t, err)
	if s2.Ledger != s.Ledger || s2.Size != 1 {
		t.Errorf("a second Create made another ledger: %+v", s2)
	}
	if r := verify(t, mustOpen(t, url)); !r.OK() {
		t.Errorf("a new ledger: %v", r.Findings)
	}
}

func testCreateAtOnce(t *testing.T, url string) {
	var wg sync.WaitGroup
	ids := make([]string, 4)
	for i := range ids {
		wg.Go(func() {
			db, err := store.Create(t.Context(), url, Actor, store.Options{})
			if err != nil {
				t.Error(err)
				return
			}
			if s, err := db.State(t.Context()); err != nil {
				t.Error(err)
			} else {
				ids[i] = s.Ledger
			}
			if err := db.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	for _, id := range ids {
		if id == "" || id != ids[0] {
			t.Fatalf("several programs made several ledgers: %v", ids)
		}
	}
}
