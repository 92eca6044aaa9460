package store_test

import (
	"database/sql"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/parleysec/parley/internal/store"
	"github.com/parleysec/parley/internal/store/storetest"
	"github.com/parleysec/parley/ledger"
)

// recorded are the tables of the record itself, which every schema has.
var recorded = []string{"meta", "events", "hashes", "head", "people", "attachments"}

// testEverySchema: a ledger of every released schema opens with all that is in it, and
// has the schema of a new one then.
func testEverySchema(t *testing.T, fresh func(t *testing.T) string) {
	from := filepath.Join(t.TempDir(), "from.db")
	was := storetest.Sample(t, from)
	head, err := was.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	checkpoint, err := was.Checkpoint(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	newest := fresh(t)
	storetest.MustCreate(t, newest, store.Options{})
	want := schema(t, newest)
	for version := 1; version <= releasedMigrations; version++ {
		t.Run(fmt.Sprint(version), func(t *testing.T) {
			url := fresh(t)
			if err := store.MakeSchema(t.Context(), url, version); err != nil {
				t.Fatal(err)
			}
			past := storetest.Raw(t, url)
			for _, table := range recorded {
				copyTable(t, storetest.Raw(t, from), past, url, table)
			}
			beside := fill(t, past, url)
			db := open(t, url, same)
			if d := cmp.Diff(want, schema(t, url)); d != "" {
				t.Errorf("the schema is not that of a new ledger:\n%s", d)
			}
			if now, err := db.Head(t.Context()); err != nil || now != head {
				t.Errorf("head %v, was %v (%v)", now, head, err)
			}
			if r, err := db.Verify(t.Context(), checkpoint); err != nil || !r.OK() || r.Checkpoints != 1 {
				t.Errorf("%v (%v)", r.Findings, err)
			}
			if d := cmp.Diff(folded(t, was), folded(t, db)); d != "" {
				t.Errorf("the events say something else:\n%s", d)
			}
			for _, row := range beside {
				row.check(t, past)
			}
			appendSome(t, db, head.Size, 3)
			if r, err := db.Verify(t.Context(), checkpoint); err != nil || !r.OK() {
				t.Errorf("once it goes on: %v (%v)", r.Findings, err)
			}
			if version < releasedMigrations && !store.IsPostgres(url) {
				testBackupOf(t, url, version, head)
			}
		})
	}
}

// testBackupOf restores what was kept of a file before it was migrated.
func testBackupOf(t *testing.T, path string, version int, head ledger.Head) {
	t.Helper()
	backups, err := filepath.Glob(fmt.Sprintf("%s.before-v%d-*", path, version+1))
	if err != nil || len(backups) != 1 {
		t.Fatalf("backups %v (%v), want one", backups, err)
	}
	again := filepath.Join(t.TempDir(), "again.db")
	if got, err := store.Restore(t.Context(), backups[0], again, store.Options{}); err != nil || got != head {
		t.Errorf("restored: head %v, was %v (%v)", got, head, err)
	}
}

// folded is what the events of a ledger say, all of it.
func folded(t *testing.T, db *store.DB) string {
	t.Helper()
	s, err := db.State(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	text, err := s.Snapshot(func(name string) (string, error) { return name, nil })
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// copyTable puts the rows of a table into one of the same name, in the place of those
// that are there.
func copyTable(t *testing.T, from, to *sql.DB, url, table string) {
	t.Helper()
	storetest.Run(t, to, url, "DELETE FROM "+table)
	for _, row := range rowsOf(t, from, "SELECT * FROM "+table) {
		insertRow(t, to, url, table, row)
	}
}

// row is a row of a table by column.
type row map[string]any

func (r row) columns() []string { return slices.Sorted(maps.Keys(r)) }

func rowsOf(t *testing.T, db *sql.DB, q string) []row {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	var out []row
	for rows.Next() {
		values := make([]any, len(columns))
		into := make([]any, len(columns))
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			t.Fatal(err)
		}
		r := row{}
		for i, c := range columns {
			r[c] = values[i]
		}
		out = append(out, r)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

func insertRow(t *testing.T, db *sql.DB, url, table string, r row) {
	t.Helper()
	columns := r.columns()
	var values []any
	for _, c := range columns {
		values = append(values, r[c])
	}
	q := "INSERT INTO " + table + " (" + strings.Join(columns, ", ") + ") VALUES (" + strings.TrimSuffix(strings.Repeat("?, ", len(columns)), ", ") + ")"
	storetest.Run(t, db, url, q, values...)
}

// besideRow is the one row of a table beside the record.
type besideRow struct {
	table string
	row   row
}

// fill puts one row into every table beside the record, with the same text in every
// column, so that rows which name each other do.
func fill(t *testing.T, db *sql.DB, url string) []besideRow {
	t.Helper()
	columns := schema(t, url).Columns
	var out []besideRow
	for _, table := range inOrder(columns) {
		if table == "migrations" || slices.Contains(recorded, table) {
			continue
		}
		r := row{}
		for column, kind := range columns[table] {
			switch {
			case strings.HasPrefix(kind, "TEXT"):
				r[column] = "somebody@example.org"
			case strings.HasPrefix(kind, "BLOB"), strings.HasPrefix(kind, "bytea"):
				r[column] = []byte("kept")
			default:
				r[column] = int64(1)
			}
		}
		insertRow(t, db, url, table, r)
		out = append(out, besideRow{table, r})
	}
	return out
}

// inOrder are the tables, those that others name first.
func inOrder(columns map[string]map[string]string) []string {
	list := slices.Sorted(maps.Keys(columns))
	if i := slices.Index(list, "accounts"); i >= 0 {
		list = slices.Insert(slices.Delete(list, i, i+1), 0, "accounts")
	}
	return list
}

// check looks for the row as it was. A snapshot is made anew when it does not fit.
func (b besideRow) check(t *testing.T, db *sql.DB) {
	t.Helper()
	if b.table == "snapshots" {
		return
	}
	if secret, ok := b.row["former"]; b.table == "webhooks" && ok { // up to schema 10 the one before stood with the secret in use
		besideRow{"former_secrets", row{"hook": b.row["id"], "secret": secret, "until": b.row["former_until"]}}.check(t, db)
		b.row = maps.Clone(b.row)
		delete(b.row, "former")
		delete(b.row, "former_until")
	}
	rows := rowsOf(t, db, "SELECT "+strings.Join(b.row.columns(), ", ")+" FROM "+b.table)
	if len(rows) != 1 {
		t.Errorf("%s has %d rows, had one", b.table, len(rows))
		return
	}
	if d := cmp.Diff(b.row, rows[0]); d != "" {
		t.Errorf("%s is not as it was:\n%s", b.table, d)
	}
}

// schemaOf is what a database is made of.
type schemaOf struct {
	Columns map[string]map[string]string // by table and name
	Indexes []string
}

func schema(t *testing.T, url string) schemaOf {
	t.Helper()
	columns, indexes := `SELECT m.name AS "table", c.name, c.type || ' ' || c."notnull" || ' ' || c.pk || ' ' || COALESCE(c.dflt_value, '') AS kind
		FROM sqlite_schema m, pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'`,
		"SELECT name, COALESCE(sql, tbl_name) AS text FROM sqlite_schema WHERE type = 'index'"
	if store.IsPostgres(url) {
		columns, indexes = `SELECT table_name AS "table", column_name AS name, replace(data_type, 'text', 'TEXT') || ' ' || is_nullable || ' ' || COALESCE(column_default, '') AS kind
			FROM information_schema.columns WHERE table_schema = current_schema()`,
			"SELECT indexname AS name, replace(indexdef, schemaname || '.', '') AS text FROM pg_indexes WHERE schemaname = current_schema()"
	}
	db := storetest.Raw(t, url)
	out := schemaOf{Columns: map[string]map[string]string{}}
	for _, r := range rowsOf(t, db, columns) {
		table := r["table"].(string)
		if out.Columns[table] == nil {
			out.Columns[table] = map[string]string{}
		}
		out.Columns[table][r["name"].(string)] = r["kind"].(string)
	}
	for _, r := range rowsOf(t, db, indexes) {
		out.Indexes = append(out.Indexes, fmt.Sprint(r["name"], ": ", r["text"]))
	}
	slices.Sort(out.Indexes)
	return out
}

func TestEverySchemaSQLite(t *testing.T) {
	t.Parallel()
	testEverySchema(t, func(t *testing.T) string { return filepath.Join(t.TempDir(), "parley.db") })
}
