package store_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/parleysec/parley/internal/store"
	"github.com/parleysec/parley/ledger"
)

// exported is a new ledger as it is exported.
func exported(f *testing.F, dir string) []byte {
	f.Helper()
	db, err := store.Create(f.Context(), filepath.Join(dir, "from.db"), ledger.Actor{ID: "priya@example.org", Known: ledger.ThisMachine, Via: ledger.ViaCLI}, store.Options{Throwaway: true})
	if err != nil {
		f.Fatal(err)
	}
	var text bytes.Buffer
	if _, err := db.Export(f.Context(), &text); err != nil {
		f.Fatal(err)
	}
	if err := db.Close(); err != nil {
		f.Fatal(err)
	}
	return text.Bytes()
}

// FuzzImport: a copy of a ledger of which a piece was cut out and another put in is
// refused with its line and leaves nothing behind, or becomes a ledger that verifies.
// The pieces are numbers, since a whole text that reaches something new would be
// tried in up to a million shorter forms first; and most are refused by reading
// alone, so that few need a database.
func FuzzImport(f *testing.F) {
	dir := f.TempDir()
	whole := exported(f, dir)
	f.Add(uint16(0), uint16(0), uint64(0))
	for at := range len(whole) / 16 {
		f.Add(uint16(at*16), uint16(1), uint64('"'))
	}
	f.Add(uint16(2), uint16(len(whole)), uint64(0))
	f.Add(uint16(0), uint16(0), binary.BigEndian.Uint64([]byte("[[[[[[[[")))
	to := filepath.Join(dir, "to.db")
	f.Fuzz(func(t *testing.T, at, cut uint16, put uint64) {
		from := int(at) % len(whole)
		till := min(from+int(cut), len(whole))
		piece := bytes.TrimLeft(binary.BigEndian.AppendUint64(nil, put), "\x00")
		text := slices.Concat(whole[:from], piece, whole[till:])
		var refused *store.ImportError
		if err := store.ReadImport(t.Context(), bytes.NewReader(text)); err != nil {
			if !errors.As(err, &refused) {
				t.Errorf("%q: %v", text, err)
			}
			return
		}
		head, err := store.Import(t.Context(), to, bytes.NewReader(text), store.Options{Throwaway: true})
		if err != nil {
			if _, gone := os.Stat(to); !errors.As(err, &refused) || gone == nil {
				t.Fatalf("%q: %v, and a file stays: %v", text, err, gone == nil)
			}
			return
		}
		verifies(t, to, head)
		left, _ := filepath.Glob(to + "*")
		for _, path := range left {
			_ = os.Remove(path)
		}
	})
}

// verifies fails where what was imported is no ledger of that head.
func verifies(t *testing.T, path string, head ledger.Head) {
	t.Helper()
	db, err := store.Open(t.Context(), path, store.Options{Throwaway: true})
	if err != nil {
		t.Fatal(err)
	}
	if r, err := db.Verify(t.Context()); err != nil || !r.OK() || r.Head != head {
		t.Errorf("it is imported, and is none: %+v %v", r, err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}
