package store_test

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"github.com/parleysec/parley/internal/store"
	"github.com/parleysec/parley/internal/store/storetest"
	"github.com/parleysec/parley/ledger"
)

// TestAWriterGivesUpWithItsContext: while another program writes, whoever waits for it
// ends with their context, not when waiting for the file is over; the next one writes.
func TestAWriterGivesUpWithItsContext(t *testing.T) {
	founder := ledger.Actor{ID: "helen@example.org", Known: ledger.ThisMachine, Via: ledger.ViaCLI}
	path := filepath.Join(t.TempDir(), "l.db")
	db, err := store.Create(t.Context(), path, founder, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	other, err := sql.Open("sqlite", "file:"+path+"?_txlock=immediate")
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	tx, err := other.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	add := func(ctx context.Context) error {
		draft := ledger.Draft{Actor: founder, Body: &ledger.SettingChanged{Name: ledger.SeparateApprover, Value: "no"}}
		_, err := db.Append(ctx, 1, []ledger.Draft{draft})
		return err
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Millisecond)
	defer cancel()
	gaveUp := make(chan error, 1)
	go func() { gaveUp <- add(ctx) }()
	select {
	case err := <-gaveUp:
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("while another one writes: %v", err)
		}
	case <-time.After(5 * time.Second): // half of how long a writer waits for the file
		t.Error("nobody waits any more, and the writer still does")
	}
	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}
	if err := add(t.Context()); err != nil {
		t.Errorf("once it is free: %v", err)
	}
}

// testKeyedGivesUp: so does a request with a key that waits for another writer on
// PostgreSQL, where nothing else ends the waiting.
func testKeyedGivesUp(t *testing.T, url string) {
	db := storetest.MustCreate(t, url, store.Options{})
	tx, err := storetest.Raw(t, url).BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback() }()
	if _, err := tx.ExecContext(t.Context(), "SELECT size FROM head FOR UPDATE"); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	gaveUp := make(chan error, 1)
	go func() {
		_, err := db.Append(store.Promising(ctx, store.Answer{Asked: "a", Holder: "b"}), 1, []ledger.Draft{storetest.Product("p", "helen")})
		gaveUp <- err
	}()
	select {
	case err := <-gaveUp:
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("while another one writes: %v", err)
		}
	case <-time.After(20 * time.Second):
		t.Error("nobody waits any more, and the writer still does")
		_ = tx.Rollback()
		<-gaveUp
	}
}
