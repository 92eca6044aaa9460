package auth

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/parleysec/parley/internal/auth/passkey"
	"github.com/parleysec/parley/internal/store"
)

// How long things last where nobody says otherwise. Idle and absolute limits
// lie within NIST SP 800-63B-4 section 2.2.3 (AAL2: 1 h idle and 24 h at most
// are recommended) relaxed to a working day and a week, since what is decided
// here takes days of reading.
const (
	DefaultIdle     = 12 * time.Hour
	DefaultAbsolute = 7 * 24 * time.Hour
	setUpFor        = 24 * time.Hour
	inviteFor       = 72 * time.Hour
	resetFor        = time.Hour
	pendingFor      = 5 * time.Minute
	challengeFor    = 5 * time.Minute      // section 13.1 of Web Authentication asks for 5 to 10 where people are looked at
	logFor          = 400 * 24 * time.Hour // a year and a month, so that a yearly audit finds all of it
	seenEvery       = time.Minute          // a session or token is noted as used at most so often
	seenWait        = time.Second          // and that takes at most so long
	tidyEvery       = time.Hour
)

// Options are what a service is opened with. The zero value is what a program wants.
type Options struct {
	Now      func() time.Time // the clock; nil: the machine's
	Entropy  io.Reader        // randomness of secrets; nil: crypto/rand
	Idle     time.Duration    // a session not used for so long ends; 0: [DefaultIdle]
	Absolute time.Duration    // a session ends after so long, whatever happens; 0: [DefaultAbsolute]
	Log      *slog.Logger     // told what the access log is told, never a secret; nil: nobody
	Cost     Cost             // work of a password's hash; the zero value: [DefaultCost]

	// Provided is told, before a session is begun, whom a provider knows as which
	// account and to which roles their groups lead; nil: nobody. An error refuses
	// the sign-in.
	Provided func(ctx context.Context, person string, roles []string) error

	Mails bool // whether the server sends mail: of links, and to people whose account changes

	Origin string // address people open, for passkeys: scheme, host and port as a browser writes them; "" for none
	Issuer string // of the provider that people may sign in at; "" for none

	// Throwaway is for a ledger that nobody keeps.
	Throwaway bool
}

// Service is who somebody is, over the tables beside one ledger. It may be used
// by many goroutines at once.
type Service struct {
	db      *store.DB
	opt     Options
	told    *throttle     // entries of the access log that something was limited
	working chan struct{} // bounds the memory of password hashes at work
	hashes  atomic.Int64  // how many password hashes were computed
	devices []byte        // key of device tokens, the same for every process on the ledger
	guesses []byte        // key of the slots in which guesses are counted, the same too
	decoy   string        // a hash to compare with where there is no account
	party   *passkey.Party
	noParty error // why there is none

	mu    sync.Mutex
	tided time.Time // guarded by mu
}

// Open opens the accounts beside the ledger at a SQLite path or postgres:// URL,
// which must exist: the error is a *[store.AbsentError] where it does not.
func Open(ctx context.Context, ledgerURL string, o Options) (*Service, error) {
	o = o.withDefaults()
	if err := o.Cost.check(); err != nil {
		return nil, err
	}
	db, err := store.Open(ctx, ledgerURL, store.Options{Now: o.Now, Entropy: o.Entropy, Throwaway: o.Throwaway})
	if err != nil {
		return nil, err
	}
	s := &Service{db: db, opt: o, working: make(chan struct{}, hashers()), told: newThrottle(toldEvery, toldBurst)}
	s.party, s.noParty = passkey.New(o.Origin)
	if s.devices, err = s.SharedKey(ctx, "devices"); err != nil {
		return nil, errors.Join(fmt.Errorf("open accounts: %w", err), db.Close())
	}
	if s.guesses, err = s.SharedKey(ctx, "guesses"); err != nil {
		return nil, errors.Join(fmt.Errorf("open accounts: %w", err), db.Close())
	}
	if s.decoy, err = s.hash(ctx, "no password is ever this one"); err != nil {
		return nil, fmt.Errorf("open accounts: %w", err)
	}
	return s, nil
}

func (o Options) withDefaults() Options {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Entropy == nil {
		o.Entropy = rand.Reader
	}
	if o.Idle == 0 {
		o.Idle = DefaultIdle
	}
	if o.Absolute == 0 {
		o.Absolute = DefaultAbsolute
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Cost == (Cost{}) {
		o.Cost = DefaultCost
	}
	return o
}

// Close closes the database.
func (s *Service) Close() error { return s.db.Close() }

// now is the clock, as precise as the tables.
func (s *Service) now() time.Time { return s.opt.Now().UTC().Truncate(time.Millisecond) }

// tidy takes away what has ended, once in a while.
func (s *Service) tidy(ctx context.Context, tx *store.AccountsTx, now time.Time) error {
	s.mu.Lock()
	due := now.Sub(s.tided) >= tidyEvery || now.Before(s.tided)
	if due {
		s.tided = now
	}
	s.mu.Unlock()
	if !due {
		return nil
	}
	return tx.Tidy(ctx, now, now.Add(-s.opt.Idle), now.Add(-logFor))
}
