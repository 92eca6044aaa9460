package store_test

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/parleysec/parley/internal/store"
	"github.com/parleysec/parley/internal/store/storetest"
	"github.com/parleysec/parley/ledger"
)

// releasedMigrations is how many there are.
const releasedMigrations = 12

func second(ms []store.Migration) []store.Migration {
	return append(ms, store.Migration{Version: len(ms) + 1, Name: "more", Text: "CREATE TABLE more (id INTEGER PRIMARY KEY, content BLOB)"})
}

func broken(ms []store.Migration) []store.Migration {
	return append(second(ms), store.Migration{Version: len(ms) + 2, Name: "broken", Text: "CREATE TABLE third (id INTEGER PRIMARY KEY); CREATE TABLE nonsense ("})
}

func edited(ms []store.Migration) []store.Migration {
	ms[0].Text += "\n-- harmless"
	return ms
}

func same(ms []store.Migration) []store.Migration { return ms }

// together is how many replicas start anew at once.
const together = 4

// late is the version at which a replica saw the ledger that comes to its backup when
// others migrated already: none is of before, and none is kept.
const late = 1

func testMigrations(t *testing.T, url string) {
	db := storetest.MustCreate(t, url, store.Options{})
	before, err := db.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := store.OpenWith(t.Context(), url, edited); !isEdited(err, 1) {
		t.Errorf("an edited migration: %v", err)
	}
	var all sync.WaitGroup
	var told atomic.Int64
	for range together {
		all.Go(func() {
			db, err := store.OpenWith(context.WithoutCancel(t.Context()), url, second)
			if err != nil {
				t.Error(err)
				return
			}
			if m := db.Migrated(); m != nil && (m.From != releasedMigrations || m.To != releasedMigrations+1) {
				t.Errorf("migrated %+v", m)
			} else if m != nil {
				told.Add(1)
			}
			_ = db.Close()
		})
	}
	all.Wait()
	if told.Load() == 0 {
		t.Error("nobody says that the ledger was migrated")
	}
	if m := open(t, url, second).Migrated(); m != nil { // a second time there is nothing to do
		t.Errorf("migrated again: %+v", m)
	}
	var newer *store.NewerError
	if _, err := store.OpenWith(t.Context(), url, same); !errors.As(err, &newer) || newer.Ledger != releasedMigrations+1 || newer.Binary != releasedMigrations {
		t.Errorf("a newer ledger: %v, want both versions", err)
	}
	if _, err := store.Open(t.Context(), url, store.Options{}); !errors.As(err, &newer) {
		t.Errorf("Open of a newer ledger: %v", err)
	}
	if _, err := store.Create(t.Context(), url, storetest.Actor, store.Options{}); !errors.As(err, &newer) {
		t.Errorf("Create on a newer ledger: %v", err)
	}
	if _, err := store.OpenWith(t.Context(), url, broken); err == nil {
		t.Error("a broken migration passed")
	}
	again := open(t, url, second) // the broken one left nothing behind
	if err := again.BackupBefore(t.Context(), late); err != nil {
		t.Errorf("a backup after others migrated: %v", err)
	}
	after, err := again.Head(t.Context())
	if err != nil || after != before {
		t.Errorf("migrating changed the head: %v, was %v (%v)", after, before, err)
	}
	if r, err := again.Verify(t.Context()); err != nil || !r.OK() {
		t.Errorf("after migrating: %v %v", r.Findings, err)
	}
}

func isEdited(err error, version int) bool {
	var e *store.EditedError
	return errors.As(err, &e) && e.Version == version && e.Ledger != e.Binary
}

func open(t *testing.T, url string, change func([]store.Migration) []store.Migration) *store.DB {
	t.Helper()
	db, err := store.OpenWith(t.Context(), url, change)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func TestMigrationsSQLite(t *testing.T) {
	path := filepath.Join(t.TempDir(), "parley.db")
	testMigrations(t, path)
	backups, err := filepath.Glob(fmt.Sprintf("%s.before-v%d-*", path, releasedMigrations+1))
	if err != nil || len(backups) < 1 || len(backups) > together {
		t.Fatalf("backups %v %v, want one from before the last version, or one of each second in which one started", backups, err)
	}
	if kept, err := filepath.Glob(fmt.Sprintf("%s.before-v%d-*", path, late+1)); err != nil || len(kept) > 0 {
		t.Errorf("backups of afterwards: %v %v", kept, err)
	}
	if m := mode(t, backups[0]); m != 0o600 {
		t.Errorf("the backup has mode %o", m)
	}
	db, err := store.Open(t.Context(), backups[0], store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if r, err := db.Verify(t.Context()); err != nil || !r.OK() {
		t.Errorf("the backup: %v %v", r.Findings, err)
	}
}

// testMigrationsPostgres runs on a schema of a server that others use, too.
func testMigrationsPostgres(t *testing.T, url string) {
	testMigrations(t, url)
	conn, err := sql.Open("pgx", url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	copies := func(version int) (n int, err error) {
		// Of this schema alone: others come from earlier versions meanwhile.
		of := fmt.Sprintf("_before_v%d_", version)
		err = conn.QueryRowContext(t.Context(), "SELECT count(*) FROM information_schema.tables WHERE starts_with(table_schema, current_schema() || $1) AND table_name = 'events'", of).Scan(&n)
		return n, err
	}
	if n, err := copies(late + 1); err != nil || n > 0 {
		t.Errorf("%d copies of afterwards (%v)", n, err)
	}
	if n, err := copies(releasedMigrations + 1); err != nil || n < 1 || n > together {
		t.Errorf("%d copies of the events from before the last version (%v), want one, or one of each second in which one started", n, err)
	}
}

// TestReleasedMigrations pins the digest of every released migration: an edit
// would make every existing ledger refuse to open.
func TestReleasedMigrations(t *testing.T) {
	files, err := filepath.Glob("migrations/*")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	digests := map[string]string{
		"0001_ledger.sql":        "237e0a977d6d003689cf86ba42d2da63b409f8a76f19e5096bdc991299aef0ac",
		"0002_snapshots.sql":     "55090a691a33ac435e48d42d533915021d79ffba8c75bb64203bb5857a6a2241",
		"0003_accounts.sql":      "ac06fe6bc4ff599a4ff27c1202b0aff184d891d108a20d76476b2795a4309a68",
		"0004_outbox.sql":        "737d535875dfb0608796a4cddc9d406b928eb6d7fa53bf753d4cadf96177e350",
		"0005_product_index.sql": "61fe76e1e173b8ffe9e27e2c700d41d416ed6b224a8a4f18e61658e113b31087",
		"0006_answers.sql":       "9223f3812bd297ec82b0a84ecb1e98aa94b14b6e09aa9a50f8c0db882fce870f",
		"0007_views.sql":         "d797a22949482397391fd7d3f635e713c294ca26986021237a4633ddc14ef89d",
		"0008_bounds.sql":        "482af8d6c1357ca7f5c1e4f2b19da8ee9821fac012a2370202ea569324f290c9",
		"0009_passkeys.sql":      "29e7ca9ad2ad3d9d92faa2772913d0f1eac7bb2e74f8a63446847ce4da721d51",
		"0010_gave.sql":          "65be236f75632c5f0504f57ce6395f4ff8bfc260cb4db5330f15187d680a3b97",
		"0011_chat.sql":          "281a6d812542b40cb458b60b2f8346dad0022d81a1b515edb119d1b07d167246",
		"0012_turns.sql":         "3a45419c7802fd5dc137191140df1510e6b422df39565241e57b95661ebbc503",
	}
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprintf("%x", sha256.Sum256(text)); got != digests[filepath.Base(f)] {
			t.Errorf("%s has digest %s, want %s: a released migration is never edited, add a new one", f, got, digests[filepath.Base(f)])
		}
		if !regexp.MustCompile(`^migrations/[0-9]{4}_[a-z_]+\.sql$`).MatchString(filepath.ToSlash(f)) {
			t.Errorf("%s: want a number of four digits and a name", f)
		}
	}
	_, err = store.OpenWith(t.Context(), filepath.Join(t.TempDir(), "none.db"), func(ms []store.Migration) []store.Migration {
		if len(ms) != len(files) {
			t.Errorf("%d migrations of %d files", len(ms), len(files))
		}
		for i, m := range ms {
			if m.Version != i+1 {
				t.Errorf("migration %d has version %d", i+1, m.Version)
			}
		}
		return ms
	})
	var absent *store.AbsentError
	if !errors.As(err, &absent) {
		t.Error(err)
	}
}

func TestDialect(t *testing.T) {
	if got := store.QueryOf("SELECT a FROM b WHERE c = ? AND d IN (?, ?)"); got != "SELECT a FROM b WHERE c = $1 AND d IN ($2, $3)" {
		t.Error(got)
	}
	if got := store.SchemaOf("CREATE TABLE a (b INTEGER PRIMARY KEY, c BLOB NOT NULL, d TEXT)"); got != "CREATE TABLE a (b BIGINT PRIMARY KEY, c BYTEA NOT NULL, d TEXT)" {
		t.Error(got)
	}
	if got := store.SchemaOf("id INTEGER PRIMARY KEY AUTOINCREMENT, n INTEGER"); got != "id BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, n BIGINT" {
		t.Error(got)
	}
	for _, c := range []struct {
		a, b string
		want bool
	}{{"3.51.2", "3.51.3", true}, {"3.51.3", "3.51.3", false}, {"3.9.0", "3.51.3", true}, {"3.53.4", "3.51.3", false}, {"4.0", "3.51.3", false}, {"3.51", "3.51.3", true}} {
		if store.Older(c.a, c.b) != c.want {
			t.Errorf("older(%s, %s) is not %v", c.a, c.b, c.want)
		}
	}
}

func TestFilesThatAreNoLedger(t *testing.T) {
	folder := t.TempDir()
	text := filepath.Join(folder, "text.db")
	if err := os.WriteFile(text, []byte(strings.Repeat("not a database\n", 100)), 0o644); err != nil {
		t.Fatal(err)
	}
	other := filepath.Join(folder, "other.db")
	conn, err := sql.Open("sqlite", other)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := conn.ExecContext(t.Context(), "CREATE TABLE bookmarks (url TEXT)"); err != nil {
		t.Fatal(err)
	}
	if err := conn.Close(); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{text, other, folder} {
		before, _ := os.ReadFile(path)
		var foreign *store.ForeignError
		if _, err := store.Open(t.Context(), path, store.Options{}); !errors.As(err, &foreign) {
			t.Errorf("open %s: %v", path, err)
		}
		if _, err := store.Create(t.Context(), path, storetest.Actor, store.Options{}); !errors.As(err, &foreign) {
			t.Errorf("create %s: %v", path, err)
		}
		if after, _ := os.ReadFile(path); string(after) != string(before) {
			t.Errorf("%s was changed", path)
		}
	}
	var absent *store.AbsentError
	if _, err := store.Open(t.Context(), filepath.Join(folder, "none", "x.db"), store.Options{}); !errors.As(err, &absent) {
		t.Errorf("a path that is not there: %v", err)
	}
	empty := filepath.Join(folder, "empty.db")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := store.Open(t.Context(), empty, store.Options{}); !errors.As(err, &absent) {
		t.Errorf("open of an empty file: %v", err)
	}
	storetest.MustCreate(t, empty, store.Options{})
	if left, _ := filepath.Glob(filepath.Join(folder, ".*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestFileModeAndOddNames(t *testing.T) {
	for _, name := range []string{"parley.db", "with space.db", "100%.db", "what?.db", "a#b.db", "ü&x=1.db"} {
		path := filepath.Join(t.TempDir(), name)
		db := storetest.MustCreate(t, path, store.Options{})
		if _, err := db.Append(t.Context(), 1, []ledger.Draft{storetest.Product("shop", "helen")}); err != nil {
			t.Fatal(err)
		}
		files, err := os.ReadDir(filepath.Dir(path))
		if err != nil || len(files) == 0 {
			t.Fatal(files, err)
		}
		for _, f := range files {
			if !strings.HasPrefix(f.Name(), name) {
				t.Errorf("%s: a file %q stands beside it", name, f.Name())
			}
			if m := mode(t, filepath.Join(filepath.Dir(path), f.Name())); m != 0o600 {
				t.Errorf("%s has mode %o, want 600", f.Name(), m)
			}
		}
	}
}

func mode(t *testing.T, path string) os.FileMode {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info.Mode().Perm()
}

func TestBackup(t *testing.T) {
	folder := t.TempDir()
	db := storetest.MustCreate(t, filepath.Join(folder, "parley.db"), store.Options{})
	want, err := db.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	copied := filepath.Join(folder, "copy.db")
	if err := db.Backup(t.Context(), copied); err != nil {
		t.Fatal(err)
	}
	if err := db.Backup(t.Context(), copied); err == nil {
		t.Error("a backup was overwritten")
	}
	other, err := store.Open(t.Context(), copied, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	if got, err := other.Head(t.Context()); err != nil || got != want {
		t.Errorf("the copy has %v, want %v (%v)", got, want, err)
	}
}

// TestFaultsAreTold: what is wrong with an address or a file has a kind of its
// own, so that nobody takes a damaged ledger for a file of another program.
func TestFaultsAreTold(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	founder := ledger.Actor{ID: "priya@example.org", Known: ledger.ThisMachine, Via: ledger.ViaCLI}
	whole := filepath.Join(dir, "whole.db")
	db, err := store.Create(ctx, whole, founder, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(whole)
	if err != nil {
		t.Fatal(err)
	}
	cut := filepath.Join(dir, "cut.db")
	if err := os.WriteFile(cut, data[:3000], 0o600); err != nil {
		t.Fatal(err)
	}
	var damaged *store.DamagedError
	if _, err := store.Open(ctx, cut, store.Options{}); !errors.As(err, &damaged) || !strings.Contains(err.Error(), "restore") {
		t.Errorf("a ledger that was cut short: %v", err)
	}
	for _, make := range []bool{false, true} {
		open := store.Open
		if make {
			open = func(ctx context.Context, url string, o store.Options) (*store.DB, error) {
				return store.Create(ctx, url, founder, o)
			}
		}
		for _, elsewhere := range []string{"mysql://me:secret@host/db", "host=db password=secret", "PASSWORD=secret", "pgsql:host=db;password=secret", "postgres:me:secret@host"} {
			var address *store.AddressError
			if _, err := open(ctx, elsewhere, store.Options{}); !errors.As(err, &address) || strings.Contains(err.Error(), "secret") {
				t.Errorf("%s (create: %v): %v", elsewhere, make, err)
			}
		}
	}
	var address *store.AddressError
	if _, err := store.Import(ctx, "password=secret", strings.NewReader(""), store.Options{}); !errors.As(err, &address) {
		t.Errorf("import: %v", err)
	}
	var absent *store.AbsentError
	if _, err := store.Create(ctx, filepath.Join(dir, "nowhere", "new.db"), founder, store.Options{}); !errors.As(err, &absent) || absent.Folder == "" {
		t.Errorf("a folder that is not there: %v", err)
	}
}
