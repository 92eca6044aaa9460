package storetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/parleysec/parley/internal/store"
)

// accountTables lists the tables of accounts, which are no part of the record.
var accountTables = []string{"accounts", "sessions", "links", "tokens", "passkeys", "identities", "access_log", "webhooks", "former_secrets", "deliveries", "answers", "views", "turns"}

var noon = time.Date(2026, 11, 22, 12, 0, 0, 123_000_000, time.UTC)

// guests fills every table of accounts for one address; each value that is
// secret holds the mark.
func guests(t testing.TB, db *store.DB, email, mark string) {
	t.Helper()
	check(t, db.Accounts(t.Context(), func(tx *store.AccountsTx) error {
		ok, err := tx.Add(t.Context(), store.Account{Email: email, Name: "Helen", Password: "password " + mark, Created: noon, Secret: []byte("secret " + mark), Enrolled: true, Step: 7})
		if err == nil && !ok {
			err = errors.New("not added")
		}
		return errors.Join(err,
			tx.AddSession(t.Context(), store.Session{Hash: "session " + mark, ID: "s " + mark, Email: email, How: "password", Address: "192.0.2.1", Created: noon, Seen: noon, Expires: noon.Add(time.Hour)}),
			tx.AddLink(t.Context(), store.Link{Hash: "link " + mark, ID: "l " + mark, Kind: "reset", Email: email, By: email, Opens: "/", Created: noon, Expires: noon.Add(time.Hour)}),
			tx.AddToken(t.Context(), store.Token{Hash: "token " + mark, ID: "t " + mark, Email: email, Name: "nightly", Scope: "read", Products: []string{"shop", "web"}, Created: noon, Expires: noon.Add(time.Hour)}),
			tx.AddIdentity(t.Context(), "https://id.example.org", mark, email, noon),
			addPasskey(t, tx, passkeyOf(email, mark)),
			tx.LogAccess(t.Context(), store.Access{At: noon, What: "signed-in", Person: email, By: email, Address: "192.0.2.1", About: mark}),
		)
	}))
	check(t, db.NoteViews(t.Context(), email, []string{"SHOP-" + mark}, noon, time.Hour))
	taken, _, err := db.TakeTurns(t.Context(), noon, store.Turn{Slot: "slot " + mark, Every: time.Hour, Burst: 1})
	check(t, err)
	if taken != 1 {
		t.Fatal("no turn")
	}
	answer := promised("asked "+mark, "holder "+mark, noon)
	take(t, db, answer, true)
	answer.Status, answer.Body = 200, []byte("told "+email)
	check(t, db.SettleAnswer(t.Context(), answer))
	check(t, db.Outbox(t.Context(), func(tx *store.OutboxTx) error {
		h := hook(mark)
		h.Maker, h.Former = email, []store.FormerSecret{{Secret: []byte(mark), Until: noon}}
		return errors.Join(tx.AddHook(t.Context(), h), tx.Queue(t.Context(), []store.Delivery{{Kind: "asked " + mark, Target: email, Seq: 1, Due: noon}}))
	}))
}

func passkeyOf(email, mark string) store.Passkey {
	return store.Passkey{
		Credential: []byte("credential " + mark), ID: "p " + mark, Email: email, Handle: []byte("handle " + mark), Name: "laptop " + mark,
		Public: []byte("public " + mark), Transports: []string{"internal", "hybrid"}, Counter: 1<<32 - 1, Synced: true, Created: noon,
	}
}

func addPasskey(t testing.TB, tx *store.AccountsTx, x store.Passkey) error {
	ok, err := tx.AddPasskey(t.Context(), x)
	if err == nil && !ok {
		err = errors.New("not added")
	}
	return err
}

// testPasskeys: what is kept of a key comes back, and what happens to it stands.
func testPasskeys(t *testing.T, url string) {
	db := MustCreate(t, url, store.Options{})
	guests(t, db, "helen@example.org", "one")
	other := mustOpen(t, url)
	is := func(want ...store.Passkey) {
		t.Helper()
		check(t, other.ReadAccounts(t.Context(), func(tx *store.AccountsTx) error {
			got, err := tx.Passkeys(t.Context(), "helen@example.org")
			if d := cmp.Diff(want, got); d != "" {
				t.Error(d)
			}
			return err
		}))
	}
	first := passkeyOf("helen@example.org", "one")
	is(first)
	second := passkeyOf("helen@example.org", "two")
	second.Created, second.Transports, second.Synced = noon.Add(time.Second), []string{}, false
	check(t, db.Accounts(t.Context(), func(tx *store.AccountsTx) error {
		check(t, addPasskey(t, tx, second))
		twice := second
		twice.ID, twice.Name = "p three", "another"
		if ok, err := tx.AddPasskey(t.Context(), twice); err != nil || ok {
			t.Errorf("added twice: %v %v", ok, err)
		}
		return errors.Join(tx.UsePasskey(t.Context(), "p one", 7, noon.Add(time.Hour)), tx.SpoilPasskey(t.Context(), "p two"))
	}))
	first.Counter, first.Used, second.Copied = 7, noon.Add(time.Hour), true
	is(second, first)
	check(t, db.Accounts(t.Context(), func(tx *store.AccountsTx) error {
		x, err := tx.FindPasskey(t.Context(), []byte("credential one"))
		check(t, err)
		if x == nil || x.Email != "helen@example.org" || string(x.Public) != "public one" {
			t.Errorf("found %+v", x)
		}
		if x, err := tx.FindPasskey(t.Context(), []byte("credential")); err != nil || x != nil {
			t.Errorf("a key of nobody: %+v %v", x, err)
		}
		if ok, err := tx.DropPasskey(t.Context(), "tom@example.org", "p one"); err != nil || ok {
			t.Errorf("somebody else took it away: %v %v", ok, err)
		}
		if ok, err := tx.DropPasskey(t.Context(), "helen@example.org", "p one"); err != nil || !ok {
			t.Errorf("not taken away: %v %v", ok, err)
		}
		return nil
	}))
	is(second)
	check(t, db.Accounts(t.Context(), func(tx *store.AccountsTx) error {
		n, err := tx.DropPasskeys(t.Context(), "helen@example.org")
		if n != 1 {
			t.Errorf("%d taken away", n)
		}
		return err
	}))
	is()
}

func testAccounts(t *testing.T, url string) {
	db := MustCreate(t, url, store.Options{})
	guests(t, db, "helen@example.org", "one")
	check(t, db.Accounts(t.Context(), func(tx *store.AccountsTx) error {
		if ok, err := tx.Add(t.Context(), store.Account{Email: "helen@example.org", Name: "Another", Created: noon}); err != nil || ok {
			t.Errorf("added twice: %v %v", ok, err)
		}
		check(t, tx.Alone(t.Context()))
		return nil
	}))
	other := mustOpen(t, url)
	check(t, other.ReadAccounts(t.Context(), func(tx *store.AccountsTx) error {
		a, err := tx.Find(t.Context(), "helen@example.org")
		check(t, err)
		want := &store.Account{Email: "helen@example.org", Name: "Helen", Password: "password one", Created: noon, Secret: []byte("secret one"), Enrolled: true, Step: 7}
		if d := cmp.Diff(want, a); d != "" {
			t.Error(d)
		}
		s, err := tx.FindSession(t.Context(), "session one")
		check(t, err)
		if s == nil || s.ID != "s one" || s.Seen != noon || s.Expires != noon.Add(time.Hour) || s.Address != "192.0.2.1" {
			t.Errorf("session %+v", s)
		}
		l, err := tx.FindLink(t.Context(), "reset", "link one")
		check(t, err)
		if l == nil || l.ID != "l one" || l.Opens != "/" || l.Created != noon {
			t.Errorf("link %+v", l)
		}
		if l, err := tx.FindLink(t.Context(), "invitation", "link one"); err != nil || l != nil {
			t.Errorf("a link of another kind: %+v %v", l, err)
		}
		k, err := tx.FindToken(t.Context(), "token one")
		check(t, err)
		if k == nil || !reflect.DeepEqual(k.Products, []string{"shop", "web"}) || !k.Used.IsZero() {
			t.Errorf("token %+v", k)
		}
		if email, err := tx.FindIdentity(t.Context(), "https://id.example.org", "one"); err != nil || email != "helen@example.org" {
			t.Errorf("identity of %q (%v)", email, err)
		}
		for issuer, want := range map[string]bool{"https://id.example.org": true, "https://other.example.org": false} {
			if has, err := tx.HasIdentity(t.Context(), issuer, "helen@example.org"); err != nil || has != want {
				t.Errorf("%s: tied %v (%v)", issuer, has, err)
			}
		}
		if n, err := tx.Count(t.Context()); err != nil || n != 1 {
			t.Errorf("%d accounts (%v)", n, err)
		}
		return nil
	}))
	failed := errors.New("changed my mind")
	err := db.Accounts(t.Context(), func(tx *store.AccountsTx) error {
		_, err := tx.EndSessions(t.Context(), "helen@example.org")
		return errors.Join(failed, err)
	})
	if !errors.Is(err, failed) {
		t.Errorf("error %v", err)
	}
	if n := count(t, url, "sessions"); n != 1 {
		t.Errorf("%d sessions after what was rolled back", n)
	}
}

func count(t testing.TB, url, table string) (n int) {
	t.Helper()
	check(t, Raw(t, url).QueryRowContext(t.Context(), "SELECT count(*) FROM "+table).Scan(&n))
	return n
}

// testOnceOnly: of many who use a link or a one-time code at the same moment,
// one succeeds.
func testOnceOnly(t *testing.T, url string) {
	db := MustCreate(t, url, store.Options{})
	guests(t, db, "helen@example.org", "one")
	var links, steps atomic.Int64
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			err := db.Accounts(t.Context(), func(tx *store.AccountsTx) error {
				used, err := tx.UseLink(t.Context(), "reset", "link one")
				if err != nil {
					return err
				}
				stepped, err := tx.UseStep(t.Context(), "helen@example.org", 8)
				if used {
					links.Add(1)
				}
				if stepped {
					steps.Add(1)
				}
				return err
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if links.Load() != 1 || steps.Load() != 1 {
		t.Errorf("a link was used %d times, a code %d times", links.Load(), steps.Load())
	}
}

// testAccountIsHeld: an account that a writing transaction has found is changed
// by nobody else until its end.
func testAccountIsHeld(t *testing.T, url string) {
	db := MustCreate(t, url, store.Options{})
	guests(t, db, "helen@example.org", "one")
	other := mustOpen(t, url)
	change := func(ctx context.Context) error {
		return other.Accounts(ctx, func(tx *store.AccountsTx) error {
			return tx.SetPassword(ctx, "helen@example.org", "changed")
		})
	}
	check(t, db.Accounts(t.Context(), func(tx *store.AccountsTx) error {
		if _, err := tx.Find(t.Context(), "helen@example.org"); err != nil {
			return err
		}
		ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
		defer cancel()
		if change(ctx) == nil {
			t.Error("it was changed")
		}
		return nil
	}))
	check(t, change(t.Context()))
}

func testTidy(t *testing.T, url string) {
	db := MustCreate(t, url, store.Options{})
	guests(t, db, "helen@example.org", "one")
	for _, c := range []struct {
		now, idle, logged                 time.Time
		sessions, links, tokens, accesses int
	}{
		{noon, noon.Add(-time.Hour), noon, 1, 1, 1, 1},
		{noon.Add(time.Minute), noon, noon, 0, 1, 1, 1},
		{noon.Add(time.Hour), noon.Add(-time.Hour), noon, 0, 0, 0, 1},
		{noon.Add(time.Hour), noon.Add(-time.Hour), noon.Add(time.Millisecond), 0, 0, 0, 0},
	} {
		check(t, db.Accounts(t.Context(), func(tx *store.AccountsTx) error { return tx.Tidy(t.Context(), c.now, c.idle, c.logged) }))
		got := []int{count(t, url, "sessions"), count(t, url, "links"), count(t, url, "tokens"), count(t, url, "access_log")}
		if want := []int{c.sessions, c.links, c.tokens, c.accesses}; !reflect.DeepEqual(got, want) {
			t.Errorf("at %v: %v, want %v", c.now, got, want)
		}
	}
}

func testAccessLog(t *testing.T, url string) {
	db := MustCreate(t, url, store.Options{})
	check(t, db.Accounts(t.Context(), func(tx *store.AccountsTx) error {
		for i := range 25 {
			check(t, tx.LogAccess(t.Context(), store.Access{At: noon, What: fmt.Sprint(i)}))
		}
		return nil
	}))
	var all []string
	for before := int64(0); ; {
		var page []store.Access
		check(t, db.ReadAccounts(t.Context(), func(tx *store.AccountsTx) (err error) {
			page, err = tx.AccessLog(t.Context(), before, 10)
			return err
		}))
		if len(page) == 0 {
			break
		}
		for _, x := range page {
			all = append(all, x.What)
		}
		before = page[len(page)-1].ID
	}
	if len(all) != 25 || all[0] != "24" || all[24] != "0" {
		t.Errorf("the log page by page: %v", all)
	}
}

// testNoCopyHoldsAccounts: neither a backup nor an export holds anything by
// which somebody could sign in, also not in what SQLite leaves of deleted rows.
func testNoCopyHoldsAccounts(t *testing.T, url string) {
	const mark = "wonderfully-secret"
	db := Sample(t, url)
	guests(t, db, "helen@example.org", mark)
	for _, table := range accountTables {
		if !strings.Contains(dump(t, url, table), mark) && table != "accounts" {
			t.Fatalf("%s does not hold what is looked for", table)
		}
	}
	folder := t.TempDir()
	path := filepath.Join(folder, "backup.db")
	check(t, db.Backup(t.Context(), path))
	files, err := filepath.Glob(path + "*")
	check(t, err)
	for _, f := range files {
		b, err := os.ReadFile(f)
		check(t, err)
		if bytes.Contains(b, []byte(mark)) {
			t.Errorf("%s holds secrets", f)
		}
	}
	if bytes.Contains(export(t, db), []byte(mark)) {
		t.Error("the export holds secrets")
	}
	for _, table := range accountTables {
		if n := count(t, path, table); n != 0 {
			t.Errorf("the backup holds %d rows of %s", n, table)
		}
	}
	if r := verify(t, mustOpen(t, path)); !r.OK() {
		t.Error(r.Findings)
	}
	back := filepath.Join(folder, "back.db")
	_, err = store.Restore(t.Context(), path, back, store.Options{})
	check(t, err)
	if r := verify(t, mustOpen(t, back)); !r.OK() {
		t.Error(r.Findings)
	}
	if r := verify(t, db); !r.OK() || count(t, url, "accounts") != 1 {
		t.Errorf("the ledger that was copied: %v", r.Findings)
	}
}

// testEraseTakesTheAccount: who is erased from the record has no account, and
// stands in no table.
func testEraseTakesTheAccount(t *testing.T, url string) {
	db := Sample(t, url)
	guests(t, db, "helen@example.org", "one")
	guests(t, db, "tom@example.org", "two")
	check(t, db.Erase(t.Context(), "helen@example.org", "asked to", Actor))
	for _, table := range accountTables {
		if table == "former_secrets" || table == "turns" { // they name nobody
			continue
		}
		// Answers lose what they say: it may name anybody.
		if text := dump(t, url, table); strings.Contains(text, "helen@") || strings.Contains(text, "tom@") == (table == "answers") {
			t.Errorf("%s holds %q", table, text)
		}
	}
}
