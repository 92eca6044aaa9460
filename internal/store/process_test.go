package store_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/parleysec/parley/internal/store"
	"github.com/parleysec/parley/internal/store/storetest"
	"github.com/parleysec/parley/ledger"
)

// TestMain lets the test program stand in for a second program on a ledger.
func TestMain(m *testing.M) {
	if path := os.Getenv("PARLEY_STORE_WRITER"); path != "" {
		if err := writer(path, os.Getenv("PARLEY_STORE_NAME"), os.Getenv("PARLEY_STORE_EVENTS")); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// writer makes the ledger where there is none and records events under a name,
// in twos, saying on stdout what is on record. Without a number it goes on
// until it is killed, with all kinds of writes between the two.
func writer(path, name, events string) error {
	ctx := context.Background()
	limit, err := strconv.Atoi(events)
	if err != nil {
		limit = 1 << 30
	}
	if err := limitFiles(os.Getenv("PARLEY_STORE_LIMIT")); err != nil {
		return err
	}
	db, err := store.Create(ctx, path, storetest.Actor, store.Options{SnapshotEvery: 20})
	if err != nil {
		return err
	}
	defer db.Close()
	for i := range limit {
		var mixed []ledger.Draft
		if events == "" {
			if mixed, err = between(ctx, db, name, i); err != nil {
				return err
			}
		}
		_, _, err := db.Update(ctx, func(s *ledger.State, _ time.Time) ([]ledger.Draft, error) {
			var drafts []ledger.Draft
			if s.Product("shop") == nil {
				drafts = append(drafts, storetest.Product("shop", "helen"))
			}
			half := func(which string) ledger.Draft {
				id := fmt.Sprintf("%s-%d-%s", name, i, which)
				return storetest.Put(ledger.KindThreat, "shop", id, map[string]any{"id": id, "title": strings.Repeat(id, 50)})
			}
			drafts = append(drafts, half("a"))
			drafts = append(drafts, mixed...)
			return append(drafts, half("b")), nil
		})
		if err != nil {
			return err
		}
		fmt.Println(i)
	}
	return nil
}

// between is what stands between the two of a number: nothing, a name that is new, a
// decision with the brief beside it, or more rows than one statement writes. One of the
// names is erased now and then.
func between(ctx context.Context, db *store.DB, name string, i int) ([]ledger.Draft, error) {
	person := func(i int) string { return fmt.Sprintf("%s-%d@example.org", name, i) }
	var drafts []ledger.Draft
	switch i % 8 {
	case 1, 5:
		id := fmt.Sprintf("%s-%d", name, i)
		drafts = append(drafts, storetest.Put(ledger.KindThreat, "shop", id, map[string]any{"id": id, "owner": person(i)}))
	case 2, 6:
		drafts = append(drafts, ledger.Draft{
			Product: "shop", Actor: storetest.Actor, By: person(i - 1), Attach: []byte(strings.Repeat("brief ", 100)), Media: "text/plain",
			Body: &ledger.DecisionRecorded{Terms: ledger.Terms{Threats: []string{fmt.Sprintf("%s-%d-a", name, i)}, Kind: "accept", Because: "small enough", Until: "2040-06-30"}},
		})
	case 3:
		for n := range 9 {
			drafts = append(drafts, ledger.Draft{Actor: storetest.Actor, Body: &ledger.SettingChanged{Name: "a", Value: fmt.Sprint(n)}})
		}
	case 7:
		return nil, db.Erase(ctx, person(i-6), "on request", storetest.Actor)
	}
	return drafts, nil
}

func start(t *testing.T, path, name, events string) (*exec.Cmd, io.Reader) {
	t.Helper()
	c := exec.Command(os.Args[0])
	c.Env = append(os.Environ(), "PARLEY_STORE_WRITER="+path, "PARLEY_STORE_NAME="+name, "PARLEY_STORE_EVENTS="+events)
	c.Stderr = os.Stderr
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	return c, out
}

// kills is how often a writer is killed: 25, 500 in a soak test, or as many as
// PARLEY_TEST_KILLS says.
func kills() int {
	if storetest.Soaking() {
		return 500
	}
	if n, err := strconv.Atoi(os.Getenv("PARLEY_TEST_KILLS")); err == nil {
		return n
	}
	return 25
}

// TestKill (D10) kills a writer at random moments: while it makes the ledger, while
// it writes and while it answers. Whatever it said was on record is, and
// nothing is half there.
func TestKill(t *testing.T) {
	killing(t, func() string { return filepath.Join(t.TempDir(), "parley.db") })
}

// TestKillPostgres does the same to a writer on PostgreSQL, whose server goes on.
func TestKillPostgres(t *testing.T) {
	pg := storetest.StartPostgres(t)
	killing(t, func() string { return pg.Fresh(t) })
}

func killing(t *testing.T, fresh func() string) {
	seed := rand.Uint64()
	r := rand.New(rand.NewPCG(seed, 0))
	path, acked, most := "", map[string]int{}, 0
	for n := range kills() {
		if n%5 == 0 { // every fifth time on a ledger that is just being made
			path, acked = fresh(), map[string]int{}
		}
		name := fmt.Sprintf("w%d", n)
		c, out := start(t, path, name, "")
		var wg sync.WaitGroup
		reported := make(chan struct{})
		wg.Go(func() { acked[name] = lastLine(&told{r: out, first: reported}) })
		wait := time.Duration(r.IntN(80_000)) * time.Microsecond
		if n%5 != 0 { // else while it starts and makes the ledger
			<-reported
			wait /= 4
		}
		time.Sleep(wait)
		if err := c.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		wg.Wait()
		_ = c.Wait() // it was killed
		if err := survived(t.Context(), path, acked); err != nil {
			t.Fatalf("seed %d, kill %d: %v", seed, n, err)
		}
		for _, last := range acked {
			most = max(most, last+1)
		}
	}
	t.Logf("%d kills, at most %d pairs reported before one", kills(), most)
}

// told tells when the first byte of something was read, or that there is none.
type told struct {
	r     io.Reader
	first chan struct{}
	once  sync.Once
}

// Read reads on.
func (s *told) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	s.once.Do(func() { close(s.first) })
	return n, err
}

// lastLine is the last whole number a writer said, -1 for none.
func lastLine(out io.Reader) int {
	last := -1
	for s := bufio.NewReader(out); ; {
		line, err := s.ReadString('\n')
		if n, bad := strconv.Atoi(strings.TrimSuffix(line, "\n")); bad == nil && err == nil {
			last = n
		}
		if err != nil {
			return last
		}
	}
}

func survived(ctx context.Context, path string, acked map[string]int) error {
	db, err := store.Open(ctx, path, store.Options{})
	var absent *store.AbsentError
	if errors.As(err, &absent) {
		for name, n := range acked {
			if n >= 0 {
				return fmt.Errorf("%s had recorded %d, the ledger is gone", name, n)
			}
		}
		return nil
	}
	if err != nil {
		return err
	}
	defer db.Close()
	if r, err := db.Verify(ctx); err != nil || !r.OK() {
		return fmt.Errorf("verify: %v %v", r.Findings, err)
	}
	s, err := db.State(ctx)
	if err != nil {
		return err
	}
	for name, n := range acked {
		for i := range n + 2 { // the one after the last may or may not be there
			a := there(s, fmt.Sprintf("%s-%d-a", name, i))
			b := there(s, fmt.Sprintf("%s-%d-b", name, i))
			if a != b || i <= n && !a {
				return fmt.Errorf("%s had recorded up to %d; of %d the halves are there: %v, %v", name, n, i, a, b)
			}
		}
	}
	return nil
}

func there(s *ledger.State, id string) bool {
	p := s.Product("shop")
	return p != nil && p.Item(ledger.KindThreat, id) != nil
}

// TestProcesses lets several programs write to one SQLite file at once.
func TestProcesses(t *testing.T) {
	path := filepath.Join(t.TempDir(), "parley.db")
	const each = 40
	acked := map[string]int{}
	var all []*exec.Cmd
	for _, name := range []string{"one", "two", "three"} {
		c, _ := start(t, path, name, strconv.Itoa(each))
		acked[name] = each - 1
		all = append(all, c)
	}
	for _, c := range all {
		if err := c.Wait(); err != nil {
			t.Error(err)
		}
	}
	if err := survived(t.Context(), path, acked); err != nil {
		t.Error(err)
	}
	db, err := store.Open(t.Context(), path, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if h, err := db.Head(t.Context()); err != nil || h.Size != 2+3*each*2 {
		t.Errorf("%d events, want %d (%v)", h.Size, 2+3*each*2, err)
	}
}

// TestLibc checks that the C library translated for SQLite is the very version
// its release was tested with, which its documentation asks for.
func TestLibc(t *testing.T) {
	gomod, err := exec.Command("go", "list", "-m", "-f", "{{.GoMod}}", "modernc.org/sqlite").Output()
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(strings.TrimSpace(string(gomod)))
	if err != nil {
		t.Fatal(err)
	}
	have, err := exec.Command("go", "list", "-m", "modernc.org/libc").Output()
	if err != nil {
		t.Fatal(err)
	}
	if want := strings.TrimSpace(string(have)); !strings.Contains(string(text), want) {
		t.Errorf("modernc.org/sqlite does not ask for %q", want)
	}
}
