package store_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/parleysec/parley/internal/store"
	"github.com/parleysec/parley/internal/store/storetest"
)

// TestErasedBytes: on PostgreSQL no table holds the bytes of an erased name any more,
// free space included: that of the row that was written last is what stays longest.
func TestErasedBytes(t *testing.T) {
	t.Parallel()
	url := storetest.StartPostgres(t).Fresh(t) // a server of its own: nobody reads older rows
	db := storetest.Sample(t, url)
	err := db.Accounts(t.Context(), func(tx *store.AccountsTx) error {
		for _, person := range []string{"tom@example.org", "helen@example.org"} {
			if err := tx.Queue(t.Context(), store.Delivery{Kind: store.LetterAccount + "token.made", Target: person}); err != nil {
				return err
			}
			if err := tx.LogAccess(t.Context(), store.Access{At: time.Now(), What: "token.made", Person: person}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Erase(t.Context(), "helen@example.org", "asked to", storetest.Actor); err != nil {
		t.Fatal(err)
	}
	raw := storetest.Raw(t, url)
	storetest.Run(t, raw, url, "CHECKPOINT")
	for _, table := range []string{"people", "deliveries", "access_log"} {
		var file []byte
		if err := raw.QueryRowContext(t.Context(), "SELECT pg_read_binary_file(pg_relation_filepath($1))", table).Scan(&file); err != nil {
			t.Fatal(table, err)
		}
		if bytes.Contains(file, []byte("helen@")) {
			t.Errorf("the file of %s holds the name", table)
		}
	}
}
