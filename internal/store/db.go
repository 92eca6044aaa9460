package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/parleysec/parley/ledger"
)

// DefaultPath is where a ledger is when nobody says otherwise.
const DefaultPath = "parley.db"

// Options are what a ledger is opened with. The zero value is what a program wants.
type Options struct {
	Now     func() time.Time // the clock; nil: the machine's
	Entropy io.Reader        // randomness of ids, salts and keys; nil: crypto/rand

	Answers AnswerBounds // how much is kept of answers; the zero value: [DefaultAnswerBounds]

	// SnapshotEvery is the least number of events between two snapshots; 0: 1000.
	SnapshotEvery int64

	// Throwaway is for a ledger that nobody keeps: a SQLite file is not waited for
	// until it is on the disk, so that a crash of the machine may lose it.
	Throwaway bool
}

func (o Options) withDefaults() Options {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Entropy == nil {
		o.Entropy = rand.Reader
	}
	if o.Answers == (AnswerBounds{}) {
		o.Answers = DefaultAnswerBounds
	}
	if o.SnapshotEvery == 0 {
		o.SnapshotEvery = snapshotEvery
	}
	return o
}

// DB is an open ledger. It may be used by many goroutines at once.
type DB struct {
	url    string
	opt    Options
	on     dialect
	writer *sql.DB
	reader *sql.DB

	migrated *Migrated // by opening it, nil for not

	appending sync.Mutex // one append of this process at a time: they would only conflict
	end       *end       // where the last one ended, nil for not known; under appending

	mu      sync.Mutex        // guards what was read so far
	state   *ledger.State     // never changed once it stands here
	refs    map[string]string // name → reference
	current time.Time         // when the state was last known to be all there is

	snapped   int64 // size of the last snapshot, under mu
	snapBytes int64 // how long it was
	keeping   bool  // one is being stored beside

	unseen atomic.Int64 // bytes of answers kept since all of them were looked at

	beside sync.WaitGroup // what is to end before the ledger is closed
}

// Open opens the ledger at a SQLite path or a postgres:// URL and brings its
// schema up to date, after a backup where there is something to migrate. It
// never makes one: the error is an *[AbsentError] where there is none.
func Open(ctx context.Context, url string, o Options) (*DB, error) {
	return openWith(ctx, url, o, released())
}

func openWith(ctx context.Context, url string, o Options, ms []migration) (*DB, error) {
	db, err := connect(ctx, url, o.withDefaults())
	if err != nil {
		return nil, err
	}
	if err := db.ready(ctx, ms); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// ready checks that the database holds a ledger this program can use.
func (db *DB) ready(ctx context.Context, ms []migration) error {
	there, err := db.founded(ctx)
	if err != nil {
		return fmt.Errorf("open ledger %s: %w", db.Address(), err)
	}
	if !there {
		return &AbsentError{URL: db.Address()}
	}
	if err := db.migrate(ctx, ms); err != nil {
		return fmt.Errorf("open ledger %s: %w", db.Address(), err)
	}
	return nil
}

// connect opens the connections to a database that is there.
func connect(ctx context.Context, url string, o Options) (*DB, error) {
	if IsPostgres(url) {
		return connectPostgres(ctx, url, o)
	}
	if elsewhere(url) {
		return nil, &AddressError{URL: url}
	}
	return connectSQLite(ctx, url, o)
}

// Create makes a ledger where there is none, founded by an actor; where there
// is one it opens it.
func Create(ctx context.Context, url string, founder ledger.Actor, o Options) (*DB, error) {
	o = o.withDefaults()
	if IsPostgres(url) {
		return createPostgres(ctx, url, founder, o)
	}
	if elsewhere(url) {
		return nil, &AddressError{URL: url}
	}
	return createSQLite(ctx, url, founder, o)
}

// IsPostgres reports whether an address is that of a PostgreSQL database.
func IsPostgres(url string) bool {
	return strings.HasPrefix(url, "postgres://") || strings.HasPrefix(url, "postgresql://")
}

// parameters are settings of a connection as libpq and others take them beside addresses.
var parameters = regexp.MustCompile(`(?i)(^|[\s;:])(host|hostaddr|dbname|user|password|service)\s*=`)

// elsewhere reports whether nothing keeps a ledger at an address. Parameters of a
// connection, and an address that lacks its slashes, are no names of files: the file
// would have a password in its name.
func elsewhere(url string) bool {
	return strings.Contains(url, "://") || strings.HasPrefix(url, "postgres:") || strings.HasPrefix(url, "postgresql:") || parameters.MatchString(url)
}

// Close closes the ledger, once a snapshot that is being stored is there.
func (db *DB) Close() error {
	db.beside.Wait()
	if db.reader != db.writer {
		return errors.Join(db.reader.Close(), db.writer.Close())
	}
	return db.writer.Close()
}

// Address is where the ledger is, fit to be shown: without a password.
func (db *DB) Address() string { return address(db.url) }

// founded reports whether the database holds a ledger with its first event.
func (db *DB) founded(ctx context.Context) (bool, error) {
	has, err := db.hasTable(ctx, "migrations")
	if err != nil || !has {
		return false, err
	}
	if has, err = db.hasTable(ctx, "head"); err != nil || !has {
		return false, err
	}
	var size int64
	err = db.reader.QueryRowContext(ctx, "SELECT size FROM head WHERE one = 1").Scan(&size)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return size > 0, err
}

func (db *DB) hasTable(ctx context.Context, name string) (bool, error) {
	q := "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = ?"
	if db.on == onPostgres {
		q = "SELECT count(*) FROM information_schema.tables WHERE table_schema = current_schema() AND table_name = ?"
	}
	var n int
	err := db.reader.QueryRowContext(ctx, db.on.query(q), name).Scan(&n)
	return n > 0, err
}

// found makes schema, key and first event in an empty database.
func (db *DB) found(ctx context.Context, founder ledger.Actor) error {
	if err := db.migrate(ctx, released()); err != nil {
		return err
	}
	id, err := ledger.NextID("", db.opt.Now(), db.opt.Entropy)
	if err != nil {
		return err
	}
	signer, verifier, err := ledger.NewKey(db.opt.Entropy, id)
	if err != nil {
		return fmt.Errorf("make the ledger's key: %w", err)
	}
	_, _, err = db.appendWith(ctx, 0, time.Time{}, []ledger.Draft{ledger.Founding(founder, id, verifier)}, func(tx *sql.Tx) error {
		return db.insert(ctx, tx, "meta", []string{"name", "value"}, [][]any{{"ledger", id}, {"key", signer}})
	})
	return err
}
