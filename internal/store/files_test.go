package store_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/file"
	"github.com/parleysec/parley/internal/store"
	"github.com/parleysec/parley/internal/store/storetest"
	"github.com/parleysec/parley/internal/testenv"
	"github.com/parleysec/parley/ledger"
)

// TestFilesSurvive applies whole negotiation files: what comes out is what went
// in, as typed and as priced, and a second apply writes nothing.
func TestFilesSurvive(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(testenv.Root(t), "examples", "*.yaml"))
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, f := range files {
		t.Run(filepath.Base(f), func(t *testing.T) { survives(t, f) })
	}
	t.Run("plan cases", func(t *testing.T) {
		cases, err := filepath.Glob(filepath.Join(testenv.Shared(t, "data/plan"), "*.yaml"))
		if err != nil || len(cases) == 0 {
			t.Fatal(cases, err)
		}
		for _, f := range cases {
			survives(t, f)
		}
	})
}

func survives(t *testing.T, path string) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := file.Read(path, text)
	if err != nil {
		t.Fatal(err)
	}
	db := storetest.MustCreate(t, filepath.Join(t.TempDir(), "parley.db"), store.Options{})
	apply := func() int {
		events, _, err := db.Update(t.Context(), func(s *ledger.State, _ time.Time) ([]ledger.Draft, error) {
			m, err := s.Merge(ledger.Application{Model: doc.Model, Name: path})
			return ledger.Stamp(m.Drafts, storetest.Actor, ""), err
		})
		if err != nil {
			t.Fatal(err)
		}
		return len(events)
	}
	first, second := apply(), apply()
	if first == 0 || second != 0 {
		t.Errorf("%s: %d events, then %d", path, first, second)
	}
	s, err := storeState(t, db)
	if err != nil {
		t.Fatal(err)
	}
	typed, err := s.File(doc.Model.Product.ID)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(asJSON(t, doc.Model), asJSON(t, typed)); d != "" {
		t.Errorf("%s as typed:\n%s", path, d)
	}
	priced, err := s.Model(doc.Model.Product.ID)
	if err != nil {
		t.Fatal(err)
	}
	want := *doc.Model
	if bad := parley.Errors(parley.Resolve(&want)); len(bad) > 0 {
		t.Fatal(bad)
	}
	if d := cmp.Diff(asJSON(t, want), asJSON(t, priced)); d != "" {
		t.Errorf("%s as priced:\n%s", path, d)
	}
}

// storeState reads the state from the database alone.
func storeState(t *testing.T, db *store.DB) (*ledger.State, error) {
	t.Helper()
	other, err := store.Open(t.Context(), db.Address(), store.Options{})
	if err != nil {
		return nil, err
	}
	defer other.Close()
	return other.State(t.Context())
}

func asJSON(t *testing.T, v any) string {
	t.Helper()
	b, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
