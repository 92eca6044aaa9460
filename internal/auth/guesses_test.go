package auth

import (
	"errors"
	"fmt"
	"hash/maphash"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/store"
	"github.com/parleysec/parley/internal/store/storetest"
	"pgregory.net/rapid"
)

func TestS5GuessesSQLite(t *testing.T) {
	testGuesses(t, func() string { return filepath.Join(t.TempDir(), "parley.db") })
}

func TestS5GuessesPostgres(t *testing.T) {
	pg := storetest.StartPostgres(t)
	testGuesses(t, func() string { return pg.Fresh(t) })
}

// testGuesses: however many servers there are, guesses are counted once.
func testGuesses(t *testing.T, fresh func() string) {
	t.Run("Shared", func(t *testing.T) { testGuessesShared(t, newWorldAt(t, fresh())) })
	t.Run("AtOnce", func(t *testing.T) { testGuessesAtOnce(t, newWorldAt(t, fresh())) })
	t.Run("Codes", func(t *testing.T) { testCodesShared(t, newWorldAt(t, fresh())) })
	t.Run("Law", func(t *testing.T) { testTurnsLaw(t, newWorldAt(t, fresh())) })
	t.Run("Rows", func(t *testing.T) { testTurnRows(t, newWorldAt(t, fresh())) })
}

// guessAt guesses a password at a server, and reports whether it was looked at.
func guessAt(t *testing.T, s *Service) bool {
	t.Helper()
	_, err := s.SignIn(t.Context(), Attempt{Email: admin, Password: other, From: home})
	var many *TooManyError
	if !errors.As(err, &many) && !errors.Is(err, ErrWrong) {
		t.Error(err)
	}
	return errors.Is(err, ErrWrong)
}

// testGuessesShared: two servers let pass what one does, also after a restart, and give
// turns back as one does.
func testGuessesShared(t *testing.T, w *world) {
	w.setUp()
	servers := []*Service{w.Service, w.again(Options{})}
	looked := func(n int) (seen int) {
		for i := range n {
			if guessAt(t, servers[i%2]) {
				seen++
			}
		}
		return seen
	}
	if n := looked(30); n != 10 {
		t.Errorf("%d guesses of two servers, want 10", n)
	}
	if guessAt(t, w.again(Options{})) {
		t.Error("a server that was started anew has a guess more")
	}
	w.wait(3 * time.Minute)
	if n := looked(10); n != 3 {
		t.Errorf("%d guesses after three minutes, want 3", n)
	}
	w.wait(time.Minute)
	for i := range 20 { // right ones cost nothing
		if _, err := servers[i%2].SignIn(t.Context(), Attempt{Email: admin, Password: words, From: home}); err != nil {
			t.Fatal(err)
		}
	}
}

// testGuessesAtOnce: of many guesses at the same moment no more are looked at than the
// limit says.
func testGuessesAtOnce(t *testing.T, w *world) {
	w.setUp()
	var seen atomic.Int64
	var wg sync.WaitGroup
	for range 2 {
		s := w.again(Options{})
		for range 12 {
			wg.Go(func() {
				if guessAt(t, s) {
					seen.Add(1)
				}
			})
		}
	}
	wg.Wait()
	if n := seen.Load(); n != 10 {
		t.Errorf("%d of 24 guesses at once, want 10", n)
	}
}

// testCodesShared: so are codes.
func testCodesShared(t *testing.T, w *world) {
	w.setUp()
	w.enrol(admin)
	w.wait(time.Hour)
	servers := []*Service{w.Service, w.again(Options{})}
	seen := 0
	for i := range 12 {
		_, err := servers[i%2].SignIn(t.Context(), Attempt{Email: admin, Password: words, Code: "000000", From: at(i)})
		var many *TooManyError
		switch {
		case errors.Is(err, ErrWrong):
			seen++
		case !errors.As(err, &many):
			t.Fatal(err)
		}
	}
	if seen != 5 {
		t.Errorf("%d codes of two servers, want 5", seen)
	}
}

// back gives a turn back.
func (t *throttle) back(key string) {
	t.slots[maphash.String(t.seed, key)%uint64(len(t.slots))] -= int64(t.every)
}

// testTurnsLaw compares what two servers count in the table with what one process
// counts for itself, as time goes on.
func testTurnsLaw(t *testing.T, w *world) {
	servers := []*Service{w.Service, w.again(Options{})}
	n := 0
	rapid.Check(t, func(rt *rapid.T) {
		n++
		x := store.Turn{Slot: fmt.Sprint("law ", n), Every: time.Minute, Burst: rapid.Int64Range(1, 5).Draw(rt, "burst")}
		th := newThrottle(x.Every, x.Burst)
		now := w.clock()
		for range rapid.IntRange(1, 20).Draw(rt, "steps") {
			now = now.Add(time.Duration(rapid.IntRange(0, 90_000).Draw(rt, "ms")) * time.Millisecond)
			s := servers[rapid.IntRange(0, 1).Draw(rt, "server")]
			if rapid.IntRange(0, 4).Draw(rt, "what") == 0 {
				th.back("x")
				must(t, s.db.GiveTurnsBack(t.Context(), x))
				continue
			}
			want := th.take("x", now)
			free, err := s.db.FreeTurn(t.Context(), now, x)
			must(t, err)
			taken, wait, err := s.db.TakeTurns(t.Context(), now, x)
			must(t, err)
			if wait != want || free != (want == 0) || (taken == 1) != free {
				rt.Fatalf("free %v, taken %d, wait %v; want wait %v", free, taken, wait, want)
			}
		}
	})
}

// testTurnRows: the table names nobody, and rows go when they say nothing any more.
func testTurnRows(t *testing.T, w *world) {
	w.setUp()
	for i := range 20 {
		_, err := w.SignIn(t.Context(), Attempt{Email: fmt.Sprintf("p%d@example.org", i), Password: other, From: at(i)})
		if !errors.Is(err, ErrWrong) {
			t.Fatal(err)
		}
	}
	rows := func() string {
		list, err := storetest.Raw(t, w.url).QueryContext(t.Context(), "SELECT slot FROM turns ORDER BY slot")
		must(t, err)
		defer list.Close()
		var b strings.Builder
		for list.Next() {
			var slot string
			must(t, list.Scan(&slot))
			b.WriteString(slot + "\n")
		}
		must(t, list.Err())
		return b.String()
	}
	if text := rows(); !strings.Contains(text, "account ") || strings.Contains(text, "@") || strings.Contains(text, at(0).String()) {
		t.Errorf("the table holds %q", text)
	}
	w.wait(2 * time.Hour)
	_, err := w.signIn(admin, words, "") // who signs in next tidies
	must(t, err)
	if text := rows(); strings.Count(text, "account ") != 1 || strings.Count(text, "address ") != 1 {
		t.Errorf("two hours later the table holds %q", text)
	}
}

// TestS5NoDatabaseNoGuess: where guesses cannot be counted none is looked at, however
// right, and who guesses is told to come back.
func TestS5NoDatabaseNoGuess(t *testing.T) {
	w := newWorld(t)
	w.setUp()
	_, err := storetest.Raw(t, w.url).ExecContext(t.Context(), "ALTER TABLE turns RENAME TO gone")
	must(t, err)
	before := w.hashes.Load()
	for _, password := range []string{words, other} {
		_, err := w.signIn(admin, password, "")
		if parley.KindOfError(err) != parley.Unavailable {
			t.Errorf("%v (%s)", err, parley.KindOfError(err))
		}
	}
	if w.hashes.Load() != before {
		t.Error("a password was looked at")
	}
}
