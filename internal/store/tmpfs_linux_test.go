package store_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/store"
	"github.com/parleysec/parley/internal/store/storetest"
	"github.com/parleysec/parley/internal/testenv"
	"github.com/parleysec/parley/ledger"
)

// disk is a file system of its own, of some size, as mount says it.
func disk(t *testing.T, size string) (folder string, again func(flags uintptr, size string)) {
	t.Helper()
	folder = t.TempDir()
	err := syscall.Mount("parley", folder, "tmpfs", 0, "size="+size)
	testenv.Require(t, "mount", err == nil, "no file system can be mounted here")
	t.Cleanup(func() {
		if err := syscall.Unmount(folder, 0); err != nil {
			t.Error(err)
		}
	})
	return folder, func(flags uintptr, size string) {
		t.Helper()
		if err := syscall.Mount("parley", folder, "tmpfs", syscall.MS_REMOUNT|flags, "size="+size); err != nil {
			t.Fatal(err)
		}
	}
}

// TestSmallDisk fills a small disk: the writer fails and says so, what it had
// reported is there, and with more room the record goes on.
func TestSmallDisk(t *testing.T) {
	for _, size := range []string{"64k", "1m", "2m", "8m"} {
		t.Run(size, func(t *testing.T) {
			folder, again := disk(t, size)
			path := filepath.Join(folder, "parley.db")
			c := exec.Command(os.Args[0])
			c.Env = append(os.Environ(), "PARLEY_STORE_WRITER="+path, "PARLEY_STORE_NAME=w")
			var out, said bytes.Buffer
			c.Stdout, c.Stderr = &out, &said
			if err := c.Run(); err == nil {
				t.Fatal("it wrote more than there was room for")
			}
			if text := said.String(); !strings.Contains(text, "full") && !strings.Contains(text, "disk I/O error") && !strings.Contains(text, "no space") {
				t.Errorf("it said %q", text)
			}
			acked := map[string]int{"w": lastLine(&out)}
			again(0, "64m")
			if err := survived(t.Context(), path, acked); err != nil {
				t.Fatal(err)
			}
			more, out2 := start(t, path, "more", "3")
			last := lastLine(out2)
			if err := more.Wait(); err != nil || last != 2 {
				t.Fatalf("with room: %v, up to %d", err, last)
			}
			t.Logf("%d pairs reported before it was full", acked["w"]+1)
		})
	}
}

// TestReadOnlyDisk: on a file system that cannot be written, writing fails and
// says so, nothing changes, and once it can be written the record goes on.
func TestReadOnlyDisk(t *testing.T) {
	folder, again := disk(t, "64m")
	path := filepath.Join(folder, "parley.db")
	db, err := store.Create(t.Context(), path, storetest.Actor, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Append(t.Context(), 1, []ledger.Draft{storetest.Product("shop", "helen")}); err != nil {
		t.Fatal(err)
	}
	before, err := db.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	again(syscall.MS_RDONLY, "64m")
	db, err = store.Open(t.Context(), path, store.Options{})
	if err == nil {
		_, err = db.Append(t.Context(), 2, []ledger.Draft{storetest.Product("till", "helen")})
		if h, headErr := db.Head(t.Context()); headErr != nil || h != before {
			t.Errorf("while it cannot be written: %v, %v", h, headErr)
		}
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}
	if err == nil {
		t.Fatal("written to what cannot be written")
	}
	if why, ok := errors.AsType[*store.UnwritableError](err); !ok || !errors.Is(err, syscall.EROFS) || why.Path != path {
		t.Errorf("it said: %v", err)
	}
	if _, err := store.Create(t.Context(), filepath.Join(folder, "new.db"), storetest.Actor, store.Options{}); err == nil {
		t.Error("a ledger was made where nothing can be written")
	}
	again(0, "64m")
	db, err = store.Open(t.Context(), path, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Append(t.Context(), 2, []ledger.Draft{storetest.Product("till", "helen")}); err != nil {
		t.Error(err)
	}
	if r, err := db.Verify(t.Context()); err != nil || !r.OK() {
		t.Errorf("%+v, %v", r, err)
	}
}

// TestFullDiskIsSaidSo: who runs a ledger whose disk is full is told so, nothing is
// recorded, what is there can be read, and with room again the same open ledger goes
// on.
func TestFullDiskIsSaidSo(t *testing.T) {
	folder, _ := disk(t, "4m")
	db, err := store.Create(t.Context(), filepath.Join(folder, "parley.db"), storetest.Actor, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Append(t.Context(), 1, []ledger.Draft{storetest.Product("shop", "helen")}); err != nil {
		t.Fatal(err)
	}
	before, err := db.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	filler := filepath.Join(folder, "filler")
	if err := os.WriteFile(filler, make([]byte, 8<<20), 0o600); !errors.Is(err, syscall.ENOSPC) {
		t.Fatal(err)
	}
	large := []ledger.Draft{storetest.Put(ledger.KindThreat, "shop", "t", map[string]any{"id": "t", "title": strings.Repeat("t", 100_000)})}
	for range 2 {
		_, err = db.Append(t.Context(), 2, large)
		if why, ok := errors.AsType[*store.FullError](err); !ok || !errors.Is(err, parley.ErrFull) || !strings.Contains(why.Error(), "no room") {
			t.Errorf("it said: %v", err)
		}
		if h, err := db.Head(t.Context()); err != nil || h != before {
			t.Errorf("while the disk is full: %v, %v", h, err)
		}
	}
	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Append(t.Context(), 2, large); err != nil {
		t.Errorf("with room again: %v", err)
	}
	if r, err := db.Verify(t.Context()); err != nil || !r.OK() {
		t.Errorf("%+v, %v", r, err)
	}
}

// TestImportOnSmallDisk: an import is whole or not there, however large the disk.
func TestImportOnSmallDisk(t *testing.T) {
	db, err := store.Create(t.Context(), filepath.Join(t.TempDir(), "l.db"), storetest.Actor, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	drafts := []ledger.Draft{storetest.Product("shop", "helen")}
	for i := range 200 {
		id := fmt.Sprintf("t%d", i)
		drafts = append(drafts, storetest.Put(ledger.KindThreat, "shop", id, map[string]any{"id": id, "title": strings.Repeat(id, 100)}))
	}
	if _, err := db.Append(t.Context(), 1, drafts); err != nil {
		t.Fatal(err)
	}
	var text bytes.Buffer
	head, err := db.Export(t.Context(), &text)
	if err != nil {
		t.Fatal(err)
	}
	whole := 0
	for _, size := range []string{"100k", "300k", "400k", "500k", "700k", "900k", "4m"} {
		folder, _ := disk(t, size)
		path := filepath.Join(folder, "again.db")
		if _, err := store.Import(t.Context(), path, bytes.NewReader(text.Bytes()), store.Options{}); err != nil {
			if left, _ := os.ReadDir(folder); len(left) != 0 {
				t.Errorf("%s: refused, and %d files stay", size, len(left))
			}
			continue
		}
		whole++
		again, err := store.Open(t.Context(), path, store.Options{})
		if err != nil {
			t.Errorf("%s: %v", size, err)
			continue
		}
		if r, err := again.Verify(t.Context()); err != nil || !r.OK() || r.Head != head {
			t.Errorf("%s: %+v, %v", size, r, err)
		}
		if err := again.Close(); err != nil {
			t.Error(err)
		}
	}
	if whole == 0 || whole == 7 {
		t.Errorf("%d of 7 disks were large enough: the sizes say nothing", whole)
	}
}
