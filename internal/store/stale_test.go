package store_test

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"github.com/parleysec/parley/internal/store"
	"github.com/parleysec/parley/internal/store/storetest"
)

// A state is new as long as it was read for so long, not where reading it failed.
func TestWhatCannotBeReadIsNotNew(t *testing.T) {
	url := filepath.Join(t.TempDir(), "l.db")
	db := storetest.MustCreate(t, url, store.Options{})
	if _, err := db.State(t.Context()); err != nil {
		t.Fatal(err)
	}
	if !db.ReadSince(time.Now().Add(-time.Hour)) {
		t.Error("what was read is not new")
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	began := time.Now()
	if s, err := db.State(gone); err == nil || s != nil {
		t.Errorf("%v %v", s, err)
	}
	if db.ReadSince(began) {
		t.Error("what could not be read is new")
	}
}

// A ledger that does not answer keeps nobody from looking at it in another way.
func TestNoticeOfOurOwnDoesNotTakeForEver(t *testing.T) {
	url := filepath.Join(t.TempDir(), "l.db")
	storetest.MustCreate(t, url, store.Options{})
	w, err := store.OpenWatcher(t.Context(), url, store.Watching{})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	if err := w.ProveStuck(t.Context()); err == nil {
		t.Error("it was proved where nothing answers")
	}
}
