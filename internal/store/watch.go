package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
)

// Watching is how a [Watcher] looks. The zero value asks the database once a
// second.
type Watching struct {
	// Direct is the address of the same PostgreSQL database past any pooler, over
	// which it says by itself when the ledger grows; "" where there is none.
	Direct string

	// Poll is the time between two looks while nothing says so by itself; 0: a second.
	Poll time.Duration

	Log *slog.Logger // of when Direct can be used and when not; nil for nobody
}

// Watcher notices when a ledger grows, whichever program wrote to it.
type Watcher struct {
	db        *DB
	o         Watching
	ledger    string        // its id
	proof     time.Duration // how long a notice of our own may take to come back
	listening atomic.Bool

	mu   sync.Mutex
	next chan struct{} // closed when the ledger grows the next time
	size int64         // when it was last looked at
}

// OpenWatcher opens the ledger at an address, which must be there, to watch it.
func OpenWatcher(ctx context.Context, url string, o Watching) (*Watcher, error) {
	db, err := Open(ctx, url, Options{})
	if err != nil {
		return nil, err
	}
	o.Poll = cmp.Or(o.Poll, time.Second)
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	w := &Watcher{db: db, o: o, proof: longProof, next: make(chan struct{})}
	if w.ledger, _, err = db.identity(ctx, db.reader); err == nil {
		w.size, err = db.next(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return w, nil
}

// Close closes the ledger, after [Watcher.Run] has ended.
func (w *Watcher) Close() error { return w.db.Close() }

// Grown is closed when the ledger has grown, or may have, since it was asked for.
// Who asks before looking at the ledger, looks, and then waits, misses nothing.
func (w *Watcher) Grown() <-chan struct{} {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.next
}

// tell wakes everybody who waits.
func (w *Watcher) tell() {
	w.mu.Lock()
	defer w.mu.Unlock()
	close(w.next)
	w.next = make(chan struct{})
}

// Run watches until the context ends: it listens where it can, and looks from
// time to time while it cannot.
func (w *Watcher) Run(ctx context.Context) {
	var all sync.WaitGroup
	if w.db.on == onPostgres && w.o.Direct != "" {
		all.Go(func() { w.listen(ctx) })
	}
	all.Go(func() { w.poll(ctx) })
	all.Wait()
}

func (w *Watcher) poll(ctx context.Context) {
	ticker := time.NewTicker(w.o.Poll)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		if w.listening.Load() {
			continue
		}
		size, err := w.db.next(ctx)
		if err != nil || size == w.size {
			continue // whoever looks at the ledger itself is told what is wrong
		}
		w.size = size
		w.tell()
	}
}

// Between two tries to listen.
const (
	firstAgain = 100 * time.Millisecond
	lastAgain  = 30 * time.Second
)

// listen listens, and tries again where the connection is lost.
func (w *Watcher) listen(ctx context.Context) {
	for wait := firstAgain; ; wait = min(2*wait, lastAgain) {
		err := w.hear(ctx)
		if ctx.Err() != nil {
			return
		}
		if w.listening.Swap(false) {
			wait = firstAgain // it worked until now
		}
		w.o.Log.Warn("live notice of what is recorded does not work; the ledger is looked at instead", "again_in", wait, "error", err)
		select {
		case <-ctx.Done():
			return
		case <-time.After(wait):
		}
	}
}

const (
	// channel is what every append of every ledger in a database is told on.
	channel = "parley"
	// longProof is how long a notice of our own may take to come back.
	longProof = 10 * time.Second
	// quiet is how long nothing may be heard until it is tried whether anything
	// would be.
	quiet = time.Minute
)

// hear listens over one connection until something is wrong with it. It counts as
// working only while notices of our own, sent over the ledger's address, come back
// on it: an address of another database, or of a pooler, would stay silent.
func (w *Watcher) hear(ctx context.Context) error {
	start, stop := context.WithTimeout(ctx, w.proof)
	defer stop()
	conn, err := pgx.Connect(start, w.o.Direct)
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	if _, err := conn.Exec(start, "LISTEN "+channel); err != nil {
		return err
	}
	own := fmt.Sprint(w.ledger, " ", conn.PgConn().PID())
	for {
		if err := w.prove(ctx, conn, own); err != nil {
			return err
		}
		if !w.listening.Swap(true) {
			w.o.Log.Info("live notice of what is recorded works")
			w.tell() // what was recorded before is known to nobody yet
		}
		err := w.until(ctx, conn, quiet, own)
		if err != nil && (!errors.Is(err, context.DeadlineExceeded) || conn.IsClosed()) {
			return err
		}
	}
}

// prove sends a notice over the ledger's address and waits for it. Neither may take
// long: until it is proved, nobody looks.
func (w *Watcher) prove(ctx context.Context, conn *pgx.Conn, own string) error {
	ctx, stop := context.WithTimeout(ctx, w.proof)
	defer stop()
	if _, err := w.db.reader.ExecContext(ctx, notify, channel, own); err != nil {
		return err
	}
	if err := w.until(ctx, conn, w.proof, own); err != nil {
		return fmt.Errorf("a notice of our own did not come back, as with a pooler or another database: %w", err)
	}
	return nil
}

// until tells of what is heard until a text is, for at most a time.
func (w *Watcher) until(ctx context.Context, conn *pgx.Conn, most time.Duration, own string) error {
	ctx, stop := context.WithTimeout(ctx, most)
	defer stop()
	for {
		n, err := conn.WaitForNotification(ctx)
		switch {
		case err != nil:
			return err
		case n.Payload == w.ledger:
			w.tell()
		case n.Payload == own:
			return nil
		}
	}
}

// notify is the statement by which an append tells who listens. It works behind a
// pooler, and says nothing where the transaction is undone.
const notify = "SELECT pg_notify($1, $2)"
