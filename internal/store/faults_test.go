package store_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/parleysec/parley/internal/store"
	"github.com/parleysec/parley/internal/store/storetest"
	"github.com/parleysec/parley/internal/testenv"
	"github.com/parleysec/parley/ledger"
)

// TestDiskFull lets a writer run into the end of the disk at several sizes: it
// fails and says so, what it had reported is there, nothing is half there, and
// with room again the record goes on.
func TestDiskFull(t *testing.T) {
	testenv.Require(t, "rlimit", limited, "this system cannot limit the size of files")
	for _, limit := range []int{40_000, 150_000, 400_000, 1_500_000} {
		t.Run(fmt.Sprint(limit), func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "parley.db")
			c := exec.Command(os.Args[0])
			c.Env = append(os.Environ(), "PARLEY_STORE_WRITER="+path, "PARLEY_STORE_NAME=w", fmt.Sprint("PARLEY_STORE_LIMIT=", limit))
			var out, said bytes.Buffer
			c.Stdout, c.Stderr = &out, &said
			if err := c.Run(); err == nil {
				t.Fatal("it wrote more than there was room for")
			}
			if text := said.String(); !strings.Contains(text, "full") && !strings.Contains(text, "disk I/O error") {
				t.Errorf("it said %q", text)
			}
			acked := map[string]int{"w": lastLine(&out)}
			t.Logf("%d pairs reported before it was full", acked["w"]+1)
			if err := survived(t.Context(), path, acked); err != nil {
				t.Fatal(err)
			}
			again, said2 := start(t, path, "again", "3")
			last := lastLine(said2)
			if err := again.Wait(); err != nil || last != 2 {
				t.Fatalf("with room again: %v, up to %d", err, last)
			}
			acked["again"] = 2
			if err := survived(t.Context(), path, acked); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestPostgresStops stops the server in the middle of writing, once in order and
// once as after a loss of power, and starts it again: what was reported is there
// exactly once and in order, and the same programs go on.
func TestPostgresStops(t *testing.T) {
	t.Parallel()
	pg := storetest.StartPostgres(t)
	for _, how := range []os.Signal{os.Interrupt, syscall.SIGQUIT} {
		t.Run(fmt.Sprint(how), func(t *testing.T) {
			url := pg.Fresh(t)
			first := storetest.MustCreate(t, url, store.Options{})
			if _, err := first.Append(t.Context(), 1, []ledger.Draft{storetest.Product("shop", "helen")}); err != nil {
				t.Fatal(err)
			}
			second, err := store.Open(t.Context(), url, store.Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer second.Close()
			w := writers{dbs: []*store.DB{first, second}, acked: make([][]int, 4)}
			ctx, enough := context.WithCancel(t.Context())
			w.start(ctx)
			for range 2 {
				w.until(t, 10)
				pg.Stop(how)
				w.untilFailed(t)
				pg.Start(t)
			}
			w.until(t, 10) // both go on by themselves
			enough()
			w.wait.Wait()
			w.check(t, first)
		})
	}
}

// writers write numbered threats in pairs to one ledger, and note what they were
// told is on record.
type writers struct {
	dbs    []*store.DB
	wait   sync.WaitGroup
	mu     sync.Mutex
	acked  [][]int // numbers by writer
	total  int
	failed int
}

func (w *writers) start(ctx context.Context) {
	for n := range w.acked {
		w.wait.Go(func() {
			for i := 0; ctx.Err() == nil; i++ {
				_, _, err := w.dbs[n%len(w.dbs)].Update(ctx, func(*ledger.State, time.Time) ([]ledger.Draft, error) {
					var pair []ledger.Draft
					for _, half := range []string{"a", "b"} {
						id := fmt.Sprintf("w%d-%d-%s", n, i, half)
						pair = append(pair, storetest.Put(ledger.KindThreat, "shop", id, map[string]any{"id": id}))
					}
					return pair, nil
				})
				w.mu.Lock()
				if err == nil {
					w.acked[n] = append(w.acked[n], i)
					w.total++
				} else {
					w.failed++
				}
				w.mu.Unlock()
			}
		})
	}
}

// until waits for so many more pairs on record.
func (w *writers) until(t *testing.T, more int) {
	t.Helper()
	w.mu.Lock()
	goal := w.total + more
	w.mu.Unlock()
	w.wait4(t, func() bool { return w.total >= goal })
}

func (w *writers) untilFailed(t *testing.T) {
	t.Helper()
	w.mu.Lock()
	goal := w.failed + len(w.acked)
	w.mu.Unlock()
	w.wait4(t, func() bool { return w.failed >= goal })
}

func (w *writers) wait4(t *testing.T, done func() bool) {
	t.Helper()
	for range 6000 {
		w.mu.Lock()
		ok := done()
		w.mu.Unlock()
		if ok {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatal("the writers do not go on")
}

// check compares what is on record with what was reported.
func (w *writers) check(t *testing.T, db *store.DB) {
	t.Helper()
	if r, err := db.Verify(t.Context()); err != nil || !r.OK() {
		t.Fatalf("verify: %v %v", r.Findings, err)
	}
	place := map[string]int64{}
	err := db.Load(t.Context(), 0, func(e ledger.Event) error {
		b, err := ledger.DecodeBody(e)
		if err != nil {
			return err
		}
		if put, ok := b.(*ledger.ItemPut); ok && put.Kind == ledger.KindThreat {
			if _, twice := place[put.ID]; twice {
				return errors.New(put.ID + " is there twice")
			}
			place[put.ID] = e.Seq
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for id, seq := range place {
		if half, ok := strings.CutSuffix(id, "-a"); ok && place[half+"-b"] != seq+1 {
			t.Errorf("half of %s is there", half)
		}
	}
	for n, numbers := range w.acked {
		last := int64(0)
		for _, i := range numbers {
			seq := place[fmt.Sprintf("w%d-%d-a", n, i)]
			if seq <= last {
				t.Fatalf("writer %d was told that %d is on record: it stands at %d, the one before at %d", n, i, seq, last)
			}
			last = seq
		}
	}
	t.Logf("%d pairs reported, %d attempts failed", w.total, w.failed)
}
