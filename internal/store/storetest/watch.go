package storetest

import (
	"context"
	"database/sql"
	"sync"
	"testing"
	"time"

	"github.com/parleysec/parley/internal/store"
	"github.com/parleysec/parley/ledger"
)

// never is longer than a test runs.
const never = 24 * time.Hour

// watching watches a ledger until the test ends. The channel is closed at the first
// notice.
func watching(t *testing.T, url string, o store.Watching) (w *store.Watcher, first <-chan struct{}) {
	t.Helper()
	w, err := store.OpenWatcher(t.Context(), url, o)
	check(t, err)
	first = w.Grown()
	ctx, cancel := context.WithCancel(t.Context())
	var done sync.WaitGroup
	done.Go(func() { w.Run(ctx) })
	t.Cleanup(func() {
		cancel()
		done.Wait()
		check(t, w.Close())
	})
	return w, first
}

// wait waits for a notice; a test that gets none is broken off by the time limit
// of the tests as a whole.
func wait(t *testing.T, grown <-chan struct{}) {
	t.Helper()
	select {
	case <-grown:
	case <-t.Context().Done():
		t.Fatal(t.Context().Err())
	}
}

// testWatch: what another program records is noticed by looking.
func testWatch(t *testing.T, url string) {
	db := MustCreate(t, url, store.Options{})
	isTold(t, db, url, store.Watching{Poll: time.Millisecond})
	if _, err := store.OpenWatcher(t.Context(), url+"x", store.Watching{}); err == nil {
		t.Error("a ledger that is not there is watched")
	}
}

// isTold records a few events, each of which is noticed.
func isTold(t *testing.T, db *store.DB, url string, o store.Watching) {
	t.Helper()
	w, _ := watching(t, url, o)
	for range 3 {
		grown := w.Grown()
		append1(t, db, Product("shop", "helen"))
		wait(t, grown)
	}
}

// Listen tests live notice of a ledger, perhaps behind a pooler that direct leads
// past. Nothing is found by looking, since nobody ever looks.
func Listen(t *testing.T, url, direct string) {
	db := MustCreate(t, url, store.Options{})
	w, first := watching(t, url, store.Watching{Direct: direct, Poll: never})
	wait(t, first) // it listens
	other := Raw(t, direct)
	for round := range 3 {
		grown := w.Grown()
		append1(t, db, Product("shop", "helen"))
		wait(t, grown)
		if round == 1 {
			cut(t, other, w, db)
		}
	}
}

// Looks tests that the ledger is looked at where an address for live notice leads
// nowhere, or to something that stays silent.
func Looks(t *testing.T, url string, wrong ...string) {
	db := MustCreate(t, url, store.Options{})
	for _, direct := range wrong {
		isTold(t, db, url, store.Watching{Direct: direct, Poll: time.Millisecond})
	}
}

// cut breaks the connection that listens, while something is recorded.
func cut(t *testing.T, other *sql.DB, w *store.Watcher, db *store.DB) {
	t.Helper()
	grown := w.Grown()
	var n int
	const q = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND query = 'LISTEN parley'"
	check(t, other.QueryRowContext(t.Context(), q).Scan(&n))
	if n != 1 {
		t.Fatalf("%d connections listened, want 1", n)
	}
	append1(t, db, threat("leak", "while nobody listened"))
	wait(t, grown)
	s, err := db.State(t.Context())
	check(t, err)
	if s.Product("shop").Item(ledger.KindThreat, "leak") == nil {
		t.Error("what was recorded is not there")
	}
}
