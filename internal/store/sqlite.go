package store

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/parleysec/parley/ledger"
	_ "modernc.org/sqlite" // the driver
)

const (
	// applicationID marks a SQLite file as a ledger: "Prly".
	applicationID = 0x50726c79
	// oldestSQLite is the first version without the faults of WAL mode that
	// could lose a write when several programs share a file.
	oldestSQLite = "3.51.3"
	// busyTimeout is how long a writer waits for another one, in milliseconds.
	busyTimeout = 10_000
	// turn is how long SQLite itself waits for another writer before the program looks
	// whether anybody still waits for this one, in milliseconds: its own waiting ends
	// with no context.
	turn = 100
	// readers is the number of connections that read at the same time.
	readers = 4
)

func connectSQLite(ctx context.Context, path string, o Options) (*DB, error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, &AbsentError{URL: path}
	case errors.Is(err, fs.ErrPermission):
		return nil, &DeniedError{Path: path, What: "read"}
	case err != nil:
		return nil, fmt.Errorf("open ledger: %w", err)
	case info.IsDir():
		return nil, &ForeignError{URL: path, Why: "it is a folder"}
	case info.Size() == 0:
		return nil, &AbsentError{URL: path}
	}
	if err := marked(path); err != nil {
		return nil, err
	}
	return dialSQLite(ctx, path, o)
}

// marked looks into the header of a file for the mark of a ledger, so that the
// file of another program is not touched. The offsets are those of the SQLite
// file format, https://www.sqlite.org/fileformat.html#the_database_header.
func marked(path string) error {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrPermission) {
		return &DeniedError{Path: path, What: "read"}
	}
	if err != nil {
		return fmt.Errorf("open ledger: %w", err)
	}
	defer f.Close()
	header := make([]byte, 100)
	if _, err := io.ReadFull(f, header); err != nil || !bytes.HasPrefix(header, []byte("SQLite format 3\x00")) {
		return &ForeignError{URL: path, Why: "it is no SQLite file"}
	}
	if binary.BigEndian.Uint32(header[68:]) != applicationID {
		return &ForeignError{URL: path, Why: "it is a SQLite file of another program"}
	}
	return nil
}

func dialSQLite(ctx context.Context, path string, o Options) (*DB, error) {
	db := &DB{url: path, opt: o, on: onSQLite}
	var err error
	if db.writer, err = openWriter(dsn(path, o, "_txlock=immediate"), turn); err != nil {
		return nil, fmt.Errorf("open ledger %s: %w", path, err)
	}
	if db.reader, err = sql.Open("sqlite", dsn(path, o, "_pragma=query_only(1)")); err != nil {
		return nil, errors.Join(fmt.Errorf("open ledger %s: %w", path, err), db.writer.Close())
	}
	db.reader.SetMaxOpenConns(readers)
	if err := db.checkSQLite(ctx); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// begin starts a writing transaction.
func (db *DB) begin(ctx context.Context) (tx *sql.Tx, err error) {
	err = db.inTurn(ctx, func() error {
		tx, err = db.writer.BeginTx(ctx, nil)
		return err
	})
	return tx, err
}

// inTurn begins a transaction: it waits for another writer by turns, until the time is
// over or nobody waits for it any more.
func (db *DB) inTurn(ctx context.Context, begin func() error) error {
	err := begin()
	for until := time.Now().Add(busyTimeout * time.Millisecond); db.on == onSQLite && err != nil && time.Now().Before(until); {
		if _, busy := contended(err); !busy {
			break
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		err = begin()
	}
	return err
}

// dsn is the data source name of a file with the settings every connection has.
func dsn(path string, o Options, more string) string {
	waits := "FULL"
	if o.Throwaway {
		waits = "OFF"
	}
	settings := []string{
		"_pragma=busy_timeout(" + strconv.Itoa(busyTimeout) + ")",
		"_pragma=journal_mode(WAL)", "_pragma=synchronous(" + waits + ")", "_pragma=foreign_keys(1)",
		more,
	}
	return fileURL(path) + "?" + strings.Join(settings, "&")
}

// fileURL is the address of a file as the driver wants it.
func fileURL(path string) string {
	abs, err := filepath.Abs(path)
	if err != nil {
		abs = path
	}
	u := url.URL{Scheme: "file", Path: filepath.ToSlash(abs)}
	return u.String()
}

// unwritable is why no file can be made in a folder, nil where one can. SQLite
// itself says only that it cannot open a file.
func unwritable(folder string) error {
	f, err := os.CreateTemp(folder, ".parley-*")
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return e.Err
	}
	if err != nil {
		return err
	}
	return errors.Join(f.Close(), os.Remove(f.Name()))
}

// checkSQLite refuses an old library, and a file that cannot be read.
func (db *DB) checkSQLite(ctx context.Context) error {
	var version string
	if err := db.writer.QueryRowContext(ctx, "SELECT sqlite_version()").Scan(&version); err != nil {
		if _, busy := contended(err); busy {
			return &BusyError{Err: err}
		}
		if denied(err) {
			return &DeniedError{Path: db.url, What: "write to"}
		}
		if damaged := db.damage(err); damaged != nil {
			return damaged
		}
		if why := unwritable(filepath.Dir(db.url)); why != nil {
			return &UnwritableError{Path: db.url, Err: why}
		}
		return fmt.Errorf("open ledger %s: %w", db.url, err)
	}
	if older(version, oldestSQLite) {
		return fmt.Errorf("open ledger: SQLite %s is too old, %s is needed", version, oldestSQLite)
	}
	return nil
}

// older compares dotted version numbers.
func older(a, b string) bool {
	x, y := strings.Split(a, "."), strings.Split(b, ".")
	for i := range min(len(x), len(y)) {
		m, err1 := strconv.Atoi(x[i])
		n, err2 := strconv.Atoi(y[i])
		if err1 != nil || err2 != nil || m != n {
			return m < n
		}
	}
	return len(x) < len(y)
}

// createSQLite makes the ledger in a file beside its place and then gives it
// its name, so that a file under that name is always a whole ledger.
func createSQLite(ctx context.Context, path string, founder ledger.Actor, o Options) (*DB, error) {
	info, err := os.Stat(path)
	if err == nil && info.Size() > 0 {
		return Open(ctx, path, o)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("create ledger: %w", err)
	}
	draft, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".new-*") // mode 0600
	switch folder := filepath.Dir(path); {
	case errors.Is(err, fs.ErrNotExist):
		return nil, &AbsentError{URL: path, Folder: folder}
	case errors.Is(err, fs.ErrPermission):
		return nil, &DeniedError{Path: folder, What: "write into the folder"}
	case err != nil:
		return nil, fmt.Errorf("create ledger: %w", err)
	}
	defer removeDraft(draft.Name())
	if err := draft.Close(); err != nil {
		return nil, fmt.Errorf("create ledger: %w", err)
	}
	if err := foundFile(ctx, draft.Name(), founder, o); err != nil {
		return nil, fmt.Errorf("create ledger %s: %w", path, err)
	}
	if info != nil { // an empty file was there: it takes the ledger's place
		err = os.Rename(draft.Name(), path)
	} else if err = os.Link(draft.Name(), path); errors.Is(err, fs.ErrExist) {
		err = nil // another program was faster
	} else if err != nil { // a file system without hard links
		err = os.Rename(draft.Name(), path)
	}
	if err != nil {
		return nil, fmt.Errorf("create ledger: %w", err)
	}
	if !o.Throwaway {
		err = syncFolder(filepath.Dir(path))
	}
	if err != nil {
		return nil, fmt.Errorf("create ledger: %w", err)
	}
	return Open(ctx, path, o)
}

// inOneFile brings everything into the file itself. Closing does so too, but says
// nothing where the disk is full: then a part stays in a side file, and a file that
// gets another name alone is damaged.
func (db *DB) inOneFile(ctx context.Context) error {
	var busy, pages, moved int
	if err := db.writer.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &pages, &moved); err != nil {
		return fmt.Errorf("bring it into one file: %w", err)
	}
	if busy != 0 || pages != moved {
		return fmt.Errorf("bring it into one file: %d of %d pages could be moved", moved, pages)
	}
	return nil
}

// removeDraft takes away what was made beside its place, with its side files.
func removeDraft(path string) {
	for _, side := range []string{"", "-wal", "-shm", "-journal"} {
		_ = os.Remove(path + side) // what has its place by now, or never was, is not there
	}
}

// foundFile makes a whole ledger in an empty file and closes it, which leaves
// nothing of it in side files.
func foundFile(ctx context.Context, path string, founder ledger.Actor, o Options) error {
	db, err := dialSQLite(ctx, path, o)
	if err != nil {
		return err
	}
	_, err = db.writer.ExecContext(ctx, "PRAGMA application_id = "+strconv.Itoa(applicationID))
	if err == nil {
		err = db.found(ctx, founder)
	}
	if err == nil {
		err = db.inOneFile(ctx)
	}
	return errors.Join(err, db.Close())
}

// syncFolder makes a new name in a folder durable, where the system can.
func syncFolder(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return nil // a folder that cannot be read cannot be synced; the file itself is
	}
	defer f.Close()
	if err := f.Sync(); err != nil && !errors.Is(err, errors.ErrUnsupported) && !errors.Is(err, os.ErrInvalid) {
		return fmt.Errorf("sync %s: %w", path, err)
	}
	return nil
}
