package storetest

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/store"
	"github.com/parleysec/parley/ledger"
)

// promised is a request that somebody is at work on for six seconds.
func promised(asked, holder string, now time.Time) store.Answer {
	return store.Answer{Asked: asked, Request: "what", Holder: holder, Began: now, Until: now.Add(6 * time.Second), Header: []byte{}, Body: []byte{}}
}

// take takes a request and says what is known of it where it is somebody else's.
func take(t testing.TB, db *store.DB, x store.Answer, mine bool) *store.Answer {
	t.Helper()
	found, got, err := db.TakeAnswer(t.Context(), x)
	check(t, err)
	if got != mine || got == (found != nil) {
		t.Errorf("%s takes %s: %v %+v, want %v", x.Holder, x.Asked, got, found, mine)
	}
	return found
}

// Of several who are asked the same at the same moment one answers; the answer is
// everybody's for a day, and what was not answered is free again.
func testAnswers(t *testing.T, url string) {
	db := MustCreate(t, url, store.Options{})
	var took atomic.Int32
	var all sync.WaitGroup
	for _, name := range []string{"a", "b", "c", "d"} {
		other := mustOpen(t, url)
		all.Go(func() {
			err := again(func() error {
				_, mine, err := other.TakeAnswer(t.Context(), promised("both", name, noon))
				if mine {
					took.Add(1)
				}
				return err
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if took.Load() != 1 {
		t.Errorf("%d answer it, want one", took.Load())
	}

	first := promised("one", "a", noon)
	take(t, db, first, true)
	first.Until = noon.Add(8 * time.Second)
	check(t, db.RenewAnswer(t.Context(), first))
	if d := cmp.Diff(&first, take(t, mustOpen(t, url), promised("one", "b", noon.Add(7*time.Second)), false), cmpopts.EquateEmpty()); d != "" {
		t.Error(d)
	}
	first.Status, first.Header, first.Body = 201, []byte("head"), []byte("body")
	check(t, db.SettleAnswer(t.Context(), first))
	first.Until = time.Time{}
	got, err := mustOpen(t, url).FindAnswer(t.Context(), "one", noon.Add(store.AnswerFor-time.Second))
	check(t, err)
	if d := cmp.Diff(&first, got); d != "" {
		t.Error(d)
	}
	take(t, db, promised("one", "c", noon.Add(time.Minute)), false)
	take(t, db, promised("one", "d", noon.Add(store.AnswerFor)), true)

	refused := promised("two", "a", noon.Add(store.AnswerFor))
	take(t, db, refused, true)
	check(t, db.SettleAnswer(t.Context(), refused))
	take(t, db, promised("two", "b", refused.Began), true)
	if got, err := db.FindAnswer(t.Context(), "nobody", noon); got != nil || err != nil {
		t.Error("an answer that is not there", got, err)
	}
}

// What is kept of answers is bounded, for each person and for all together: the
// oldest answers go first, and what was done stays known; of very many requests
// of one person the oldest are forgotten.
func testAnswersAreBounded(t *testing.T, url string) {
	db := MustCreate(t, url, store.Options{Answers: store.AnswerBounds{OfOne: 30, OfAll: 60, Unseen: 1, Requests: 5}})
	n := 0
	kept := func(asked, who string, size int) {
		t.Helper()
		n++
		x := promised(asked, "holder", noon.Add(time.Duration(n)*time.Second))
		x.Owner = who
		take(t, db, x, true)
		work := store.Promising(t.Context(), x)
		check(t, db.Accounts(work, func(*store.AccountsTx) error { return nil }))
		x.Status, x.Body = 201, bytes.Repeat([]byte("x"), size)
		check(t, db.SettleAnswer(t.Context(), x))
	}
	says := func(asked string, size int) {
		t.Helper()
		x, err := db.FindAnswer(t.Context(), asked, noon)
		check(t, err)
		if size < 0 {
			if x != nil {
				t.Errorf("%s is known: %+v", asked, x)
			}
			return
		}
		if x == nil || len(x.Body) != size || (x.Status != 0) != (size > 0) || !x.Acted {
			t.Errorf("%s: %+v, want %d bytes", asked, x, size)
		}
	}
	busy := promised("busy", "b", noon) // the oldest of all, still at work
	busy.Owner = "ada"
	take(t, db, busy, true)
	kept("a1", "ada", 15)
	kept("a2", "ada", 15)
	says("a1", 15)
	kept("a3", "Ada", 10)
	says("a1", 0)
	says("a2", 15)
	says("a3", 10)
	kept("t1", "tom", 30)
	says("a2", 15)
	kept("e1", "eve", 25)
	says("a2", 0) // the oldest of all, not of eve
	says("a3", 0)
	says("t1", 30)
	says("e1", 25)
	take(t, db, promised("a1", "again", noon.Add(time.Minute)), false) // and is not done again
	kept("e2", "eve", 31)
	says("e2", 0) // alone too much for one person
	for _, asked := range []string{"a4", "a5", "a6"} {
		kept(asked, "ada", 1)
	}
	says("a1", -1)
	says("a2", 0)
	says("a6", 1)
	if x, err := db.FindAnswer(t.Context(), "busy", noon); x == nil || err != nil {
		t.Error("what is under way was forgotten", x, err)
	}
}

// Of many requests of one person those beyond a bound are forgotten together, once a
// 64th more are known: as many as the bound says always stay.
func testAnswersForgottenTogether(t *testing.T, url string) {
	const most, more = 128, 2
	db := MustCreate(t, url, store.Options{Answers: store.AnswerBounds{OfOne: 1 << 20, OfAll: 1 << 20, Unseen: 1 << 20, Requests: most}})
	known := func(n int) bool {
		x, err := db.FindAnswer(t.Context(), fmt.Sprint("a", n), noon)
		check(t, err)
		return x != nil
	}
	for n := 1; n <= most+more+1; n++ {
		if n > most && !known(1) {
			t.Fatalf("the first of %d is forgotten", n-1)
		}
		x := promised(fmt.Sprint("a", n), "h", noon.Add(time.Duration(n)*time.Second))
		take(t, db, x, true)
		x.Status, x.Body = 201, []byte("x")
		check(t, db.SettleAnswer(t.Context(), x))
	}
	if known(more+1) || !known(more+2) {
		t.Errorf("of %d, the newest %d are to be known: %d %t, %d %t", most+more+1, most, more+1, known(more+1), more+2, known(more+2))
	}
}

// Several servers that take away the same answers at once, some for their age and some
// for their size, are in nobody's way: each keeps its own answer at the first try.
func testAnswersBoundedByMany(t *testing.T, url string) {
	bounds := store.Options{Answers: store.AnswerBounds{OfOne: 2000, OfAll: 3000, Unseen: 1500, Requests: 300}}
	servers := []*store.DB{MustCreate(t, url, bounds)}
	for len(servers) < 8 && store.IsPostgres(url) { // a server on SQLite is alone on its file
		db, err := store.Open(t.Context(), url, bounds)
		check(t, err)
		t.Cleanup(func() { check(t, db.Close()) })
		servers = append(servers, db)
	}
	var all sync.WaitGroup
	for i, db := range servers {
		all.Go(func() {
			rng := rand.New(rand.NewPCG(7, uint64(i)))
			for n := range 200 {
				// Of today, or of the day before, whose answers the others take away.
				x := promised(fmt.Sprintf("%x-%d-%d", rng.Uint64(), i, n), "h", noon.Add(time.Duration(rng.IntN(48))*time.Hour))
				x.Owner = []string{"ada", "eve"}[rng.IntN(2)]
				if _, mine, err := db.TakeAnswer(t.Context(), x); !mine || err != nil {
					t.Errorf("server %d takes: %v %v", i, mine, err)
				}
				x.Status, x.Body = 201, bytes.Repeat([]byte("x"), 10)
				if err := db.SettleAnswer(t.Context(), x); err != nil {
					t.Errorf("server %d settles: %v", i, err)
				}
			}
		})
	}
	all.Wait()
}

// Whoever is at work on a request writes only while it is theirs; what was
// written for it is known whatever became of the answer.
func testActsOnce(t *testing.T, url string) {
	db := MustCreate(t, url, store.Options{})
	head, err := db.Head(t.Context())
	check(t, err)
	at := head.Size
	slow, fast := promised("append", "slow", noon), promised("append", "fast", noon.Add(time.Minute))
	take(t, db, slow, true)
	take(t, db, fast, true) // the time of the other is over
	write := func(x store.Answer, do ...func() error) {
		t.Helper()
		for i, f := range do {
			if err := f(); (err == nil) != (x.Holder == "fast") || err != nil && parley.KindOfError(err) != parley.Conflict {
				t.Errorf("%s writes (%d): %v", x.Holder, i, err)
			}
		}
	}
	writes := func(x store.Answer) []func() error {
		ctx := store.Promising(t.Context(), x)
		return []func() error{
			func() error {
				drafts := Product("shop", "Helen")
				drafts.Actor = Actor
				done, err := db.Append(ctx, at, []ledger.Draft{drafts})
				at += int64(len(done))
				return err
			},
			func() error { return db.Accounts(ctx, func(*store.AccountsTx) error { return nil }) },
			func() error { return db.Outbox(ctx, func(*store.OutboxTx) error { return nil }) },
		}
	}
	write(slow, writes(slow)...)
	write(fast, writes(fast)...)
	// It crashed before it answered, or had nothing to keep.
	late := fast.Began.Add(time.Hour)
	if found := take(t, mustOpen(t, url), promised("append", "third", late), false); found == nil || !found.Acted || found.Status != 0 {
		t.Errorf("after a crash: %+v", found)
	}
	check(t, db.SettleAnswer(t.Context(), fast))
	take(t, db, promised("append", "third", late), false)

	failed := promised("failed", "a", noon)
	take(t, db, failed, true)
	sorry := errors.New("no")
	if err := db.Outbox(store.Promising(t.Context(), failed), func(*store.OutboxTx) error { return sorry }); !errors.Is(err, sorry) {
		t.Error(err)
	}
	check(t, db.SettleAnswer(t.Context(), failed))
	take(t, db, promised("failed", "b", noon), true) // nothing was written for it
}

// All processes on a ledger have the same keys, and no copy of it has them.
func testSharedKey(t *testing.T, url string) {
	db := Sample(t, url)
	first, err := db.SharedKey(t.Context(), "pages", []byte("first"))
	check(t, err)
	again, err := mustOpen(t, url).SharedKey(t.Context(), "pages", []byte("second"))
	check(t, err)
	if !bytes.Equal(first, again) || string(first) != "first" {
		t.Errorf("%s, then %s", first, again)
	}
	path := filepath.Join(t.TempDir(), "backup.db")
	check(t, db.Backup(t.Context(), path))
	other, err := mustOpen(t, path).SharedKey(t.Context(), "pages", []byte("third"))
	check(t, err)
	if string(other) != "third" {
		t.Errorf("a copy has the key %s", other)
	}
}
