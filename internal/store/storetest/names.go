package storetest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/parleysec/parley/ledger"
)

// tables lists every table with its key.
var tables = []struct{ name, key string }{
	{"migrations", "version"},
	{"meta", "name"},
	{"events", "seq"},
	{"hashes", "idx"},
	{"head", "one"},
	{"people", "ref"},
	{"attachments", "hash"},
}

// dump is everything in a table, as text.
func dump(t testing.TB, url, table string) string {
	t.Helper()
	rows, err := Raw(t, url).QueryContext(t.Context(), "SELECT * FROM "+table)
	check(t, err)
	defer rows.Close()
	columns, err := rows.Columns()
	check(t, err)
	var b strings.Builder
	for rows.Next() {
		values := make([]any, len(columns))
		for i := range values {
			values[i] = new(any)
		}
		check(t, rows.Scan(values...))
		for _, v := range values {
			if text, ok := (*v.(*any)).([]byte); ok {
				fmt.Fprintf(&b, "%s|", text)
			} else {
				fmt.Fprintf(&b, "%v|", *v.(*any))
			}
		}
	}
	check(t, rows.Err())
	return b.String()
}

func testNames(t *testing.T, url string) {
	Sample(t, url)
	for _, table := range tables {
		text := dump(t, url, table.name)
		for _, name := range []string{"priya@example.org", "helen@example.org", "tom@example.org"} {
			if has := strings.Contains(text, name); has != (table.name == "people") {
				t.Errorf("%s stands in %s: %v", name, table.name, has)
			}
		}
	}
	s, err := mustOpen(t, url).State(t.Context())
	check(t, err)
	if d := s.Product("shop").Decision("SHOP-D1"); d.By != "helen@example.org" || d.Proposer != Actor {
		t.Errorf("names do not come back: %+v", d)
	}
	if n := strings.Count(dump(t, url, "people"), "p_"); n != 3 {
		t.Errorf("%d references for 3 people", n)
	}
}

func testErase(t *testing.T, url string) {
	db := Sample(t, url)
	other := mustOpen(t, url)
	_, err := other.State(t.Context())
	check(t, err)
	checkpoint, err := db.Checkpoint(t.Context())
	check(t, err)
	before := events(t, db)

	if err := db.Erase(t.Context(), "nobody", "", Actor); err == nil {
		t.Error("a name that is not there was erased")
	}
	if err := db.Erase(t.Context(), Actor.ID, "", Actor); err == nil {
		t.Error("somebody erased themselves, and the record of it would name them again")
	}
	check(t, db.Erase(t.Context(), "helen@example.org", "asked to", Actor))
	for _, table := range tables {
		if strings.Contains(dump(t, url, table.name), "helen") {
			t.Errorf("the name still stands in %s", table.name)
		}
	}
	if r := verify(t, db, checkpoint); !r.OK() || r.Checkpoints != 1 {
		t.Errorf("after erasing: %s %v", r.Says(), r.Findings)
	}
	s, err := other.State(t.Context()) // read before, so the name stood in it
	check(t, err)
	if by := s.Product("shop").Decision("SHOP-D1").By; !strings.HasPrefix(by, "erased person p_") {
		t.Errorf("an erased name is shown as %q", by)
	}
	after := events(t, db)
	if len(after) != len(before)+1 || after[0].ID != before[0].ID {
		t.Errorf("%d events, want one more than %d", len(after), len(before))
	}
	append1(t, db, Product("second", "helen@example.org")) // a new reference
	if r := verify(t, db); !r.OK() {
		t.Error(r.Findings)
	}
	Run(t, Raw(t, url), url, "UPDATE people SET name = NULL, salt = NULL WHERE name = ?", "tom@example.org")
	if r := verify(t, db); !has(r, ledger.Missing, 2) && !has(r, ledger.Missing, 3) {
		t.Errorf("a name erased past the record was not found: %v", r.Findings)
	}
}
