package storetest

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver of the raw connection
	"github.com/parleysec/parley/internal/store"
	"github.com/parleysec/parley/ledger"
)

// Suite runs every test of a store. Fresh gives the address of a database that
// holds nothing yet, a new one each time.
type Suite struct {
	Fresh func(t *testing.T) string

	// Asking leaves out what depends on what is stored alone, not on how the database
	// is asked for it: for a second way to a database that has the whole suite.
	Asking bool
}

// Run runs the suite.
func (s Suite) Run(t *testing.T) {
	s.each(t, []test{
		{"Create", testCreate},
		{"CreateAtOnce", testCreateAtOnce},
		{"AppendAndRead", testAppendAndRead},
		{"AppendConflict", testAppendConflict},
		{"AppendIsAllOrNothing", testAllOrNothing},
		{"ClockGoesBack", testClock},
		{"Attachment", testAttachment},
		{"StateAt", testStateAt},
		{"OneWinsAPlace", testOneWins},
		{"NothingIsLost", testNothingIsLost},
		{"UpdateRefuses", testUpdateRefuses},
		{"NamesAreSealed", testNames},
		{"Erase", testErase},
		{"Proofs", testProofs},
		{"ProveDecision", testProveDecision},
		{"RotateKey", testRotateKey},
		{"Backup", testBackup},
		{"Accounts", testAccounts},
		{"Passkeys", testPasskeys},
		{"OnceOnly", testOnceOnly},
		{"AccountIsHeld", testAccountIsHeld},
		{"Tidy", testTidy},
		{"Turns", testTurns},
		{"TurnsAtOnce", testTurnsAtOnce},
		{"TurnsOfTwoClocks", testTurnsOfTwoClocks},
		{"TidyTurns", testTidyTurns},
		{"AccessLog", testAccessLog},
		{"EraseTakesTheAccount", testEraseTakesTheAccount},
		{"Hooks", testHooks},
		{"Outbox", testOutbox},
		{"Queues", testQueues},
		{"OneTakes", testOneTakes},
		{"Watch", testWatch},
		{"Answers", testAnswers},
		{"AnswersAreBounded", testAnswersAreBounded},
		{"AnswersForgottenTogether", testAnswersForgottenTogether},
		{"AnswersBoundedByMany", testAnswersBoundedByMany},
		{"ActsOnce", testActsOnce},
		{"SharedKey", testSharedKey},
		{"Views", testViews},
	})
	if s.Asking {
		return
	}
	s.each(t, []test{
		{"ChangedByte", testChangedByte},
		{"ChangedInPlace", testChangedInPlace},
		{"Removed", testRemoved},
		{"Reordered", testReordered},
		{"CutTail", testCutTail},
		{"Rewritten", testRewritten},
		{"OtherLedger", testOtherLedger},
		{"LongLog", testLongLog},
		{"SecondInPlace", testSecondInPlace},
		{"HashFarAway", testHashFarAway},
		{"Snapshot", testSnapshot},
		{"SnapshotIsNoSource", testSnapshotIsNoSource},
		{"SnapshotForgetsNames", testSnapshotForgetsNames},
		{"SnapshotBeside", testSnapshotBeside},
		{"ImportRefuses", testImportRefuses},
		{"NoCopyHoldsAccounts", testNoCopyHoldsAccounts},
	})
}

// test is one test of the suite, of a database that holds nothing yet.
type test struct {
	name string
	run  func(*testing.T, string)
}

func (s Suite) each(t *testing.T, list []test) {
	for _, c := range list {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel() // each has a database of its own
			c.run(t, s.Fresh(t))
		})
	}
}

// Soaking reports whether the long versions of tests were asked for.
func Soaking() bool { return os.Getenv("PARLEY_SOAK") != "" }

// Actor is who acts in the suite.
var Actor = ledger.Actor{ID: "priya@example.org", Known: ledger.ThisMachine, Via: ledger.ViaCLI}

// Clock is a clock that ticks a second each time it is read.
func Clock() func() time.Time {
	at := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	return func() time.Time {
		at = at.Add(time.Second)
		return at
	}
}

// MustCreate makes a ledger that is closed when the test ends.
func MustCreate(t testing.TB, url string, o store.Options) *store.DB {
	t.Helper()
	db, err := store.Create(t.Context(), url, Actor, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { check(t, db.Close()) })
	return db
}

func mustOpen(t testing.TB, url string) *store.DB {
	t.Helper()
	return openWith(t, url, store.Options{})
}

func openWith(t testing.TB, url string, o store.Options) *store.DB {
	t.Helper()
	db, err := store.Open(t.Context(), url, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { check(t, db.Close()) })
	return db
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// Product is the draft that records a product.
func Product(id, owner string) ledger.Draft {
	return Put(ledger.KindProduct, id, id, map[string]any{"id": id, "owner": owner, "currency": "GBP"})
}

// Put is the draft that records an item.
func Put(kind ledger.ItemKind, product, id string, item any) ledger.Draft {
	b, err := json.Marshal(item)
	if err != nil {
		panic(err) // the suite's own values
	}
	return ledger.Draft{Product: product, Actor: Actor, Body: &ledger.ItemPut{Kind: kind, ID: id, Item: b}}
}

func threat(id, title string) ledger.Draft {
	return Put(ledger.KindThreat, "shop", id, map[string]any{"id": id, "title": title, "owner": "tom@example.org", "likelihood": "1 per year"})
}

// append1 appends drafts to whatever is there.
func append1(t testing.TB, db *store.DB, drafts ...ledger.Draft) []ledger.Event {
	t.Helper()
	events, _, err := db.Update(t.Context(), func(*ledger.State, time.Time) ([]ledger.Draft, error) { return drafts, nil })
	check(t, err)
	return events
}

// Sample is a ledger with a product, threats, a decision and its brief.
func Sample(t testing.TB, url string) *store.DB {
	t.Helper()
	return sampleWith(t, url, store.Options{Now: Clock()})
}

func sampleWith(t testing.TB, url string, o store.Options) *store.DB {
	t.Helper()
	db := MustCreate(t, url, o)
	append1(t, db, Product("shop", "helen@example.org"), threat("leak", "Records stolen"), threat("replay", "Order replayed"))
	append1(t, db, ledger.Draft{
		Product: "shop", Actor: Actor, By: "helen@example.org", Attach: []byte("the brief that was seen"), Media: "text/plain",
		Body: &ledger.DecisionRecorded{Terms: ledger.Terms{Threats: []string{"replay"}, Kind: "accept", Because: "small enough", Until: "2027-06-30"}},
	})
	append1(t, db, threat("leak", "All records stolen"))
	return db
}

// Raw is a connection past the store.
func Raw(t testing.TB, url string) *sql.DB {
	t.Helper()
	driver := "sqlite"
	if store.IsPostgres(url) {
		driver, url = "pgx", url+"&default_query_exec_mode=exec" // as a pooler wants it
	}
	db, err := sql.Open(driver, url)
	check(t, err)
	t.Cleanup(func() { check(t, db.Close()) })
	return db
}

// try runs a statement past the store; ? are rewritten where needed.
func try(t testing.TB, db *sql.DB, url, q string, args ...any) error {
	t.Helper()
	_, err := db.ExecContext(context.WithoutCancel(t.Context()), placeholders(url, q), args...)
	return err
}

// Run does so, and it must work.
func Run(t testing.TB, db *sql.DB, url, q string, args ...any) {
	t.Helper()
	check(t, try(t, db, url, q, args...))
}

func placeholders(url, q string) string {
	if !store.IsPostgres(url) {
		return q
	}
	for n := 1; strings.Contains(q, "?"); n++ {
		q = strings.Replace(q, "?", fmt.Sprintf("$%d", n), 1)
	}
	return q
}

// verify gives the report, which an error of verification cannot replace.
func verify(t testing.TB, db *store.DB, checkpoints ...[]byte) ledger.Report {
	t.Helper()
	r, err := db.Verify(t.Context(), checkpoints...)
	check(t, err)
	return r
}

func has(r ledger.Report, f ledger.Fault, seq int64) bool {
	for _, x := range r.Findings {
		if x.Fault == f && x.Seq == seq {
			return true
		}
	}
	return false
}
