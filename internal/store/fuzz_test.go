package store_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/parleysec/parley/internal/store"
	"github.com/parleysec/parley/ledger"
)

// FuzzImport: whatever is said to be a copy of a ledger, it is refused with its
// line and leaves nothing behind, or becomes a ledger that verifies.
func FuzzImport(f *testing.F) {
	dir := f.TempDir()
	from := filepath.Join(dir, "from.db")
	db, err := store.Create(f.Context(), from, ledger.Actor{ID: "priya@example.org", Known: ledger.ThisMachine, Via: ledger.ViaCLI}, store.Options{Throwaway: true})
	if err != nil {
		f.Fatal(err)
	}
	var copied bytes.Buffer
	if _, err := db.Export(f.Context(), &copied); err != nil {
		f.Fatal(err)
	}
	if err := db.Close(); err != nil {
		f.Fatal(err)
	}
	f.Add(copied.Bytes())
	for line := range bytes.Lines(copied.Bytes()) {
		f.Add(line)
	}
	f.Add(bytes.Repeat([]byte("["), 10_000))
	to := filepath.Join(dir, "to.db")
	f.Fuzz(func(t *testing.T, text []byte) {
		head, err := store.Import(t.Context(), to, bytes.NewReader(text), store.Options{Throwaway: true})
		if err != nil {
			var bad *store.ImportError
			if _, gone := os.Stat(to); !errors.As(err, &bad) || gone == nil {
				t.Fatalf("%q: %v, and a file stays: %v", text, err, gone == nil)
			}
			return
		}
		db, err := store.Open(t.Context(), to, store.Options{Throwaway: true})
		if err != nil {
			t.Fatal(err)
		}
		r, err := db.Verify(t.Context())
		if err != nil || !r.OK() || r.Head != head {
			t.Errorf("%q is imported, and is none: %+v %v", text, r, err)
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		left, _ := filepath.Glob(to + "*")
		for _, path := range left {
			_ = os.Remove(path)
		}
	})
}
