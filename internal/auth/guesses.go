package auth

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"log/slog"
	"net/netip"
	"time"

	"github.com/parleysec/parley/internal/store"
)

// limit is how often guesses may be made of one kind: in a burst, and then once an
// interval. They are counted beside the ledger, for all servers on it.
type limit struct {
	name  string // in the table
	every time.Duration
	burst int64
}

// The limits of signing in. Nothing that strangers do counts against a browser in
// which the person signed in before, nor against their sessions. An attempt takes
// turns of several limits in the order in which they stand here.
var (
	limitAddress = limit{"address", 10 * time.Second, 30} // wrong passwords from a network, whatever accounts are tried
	limitPair    = limit{"pair", time.Minute, 10}         // of an account, from one network
	limitAccount = limit{"account", 15 * time.Second, 60} // of an account, from all browsers in which its person never signed in; above what a few networks may do, so that it takes many to fill it
	limitDevice  = limit{"device", time.Minute, 10}       // from a browser in which they did
	limitDevices = limit{"devices", 20 * time.Second, 30} // of an account, from all of those together: three browsers at once
	limitOwn     = limit{"own", time.Minute, 10}          // wrong passwords of somebody who is signed in already
	limitCode    = limit{"code", 5 * time.Minute, 5}      // wrong codes, where the password was right; 3 of 10^6 codes are good at a time: a day's 293 guesses hit one in 1100 days
	limitCodes   = limit{"codes", 100 * time.Second, 15}  // of an account, from all browsers in which its person signed in together: three at once
)

// The access log is told at most so often that something was limited, by each server
// for itself.
const (
	toldEvery = 10 * time.Minute
	toldBurst = 1
)

// slots is how many slots a limit has. The table is bounded by it: nobody can fill it,
// or push out what stands there.
const slots = 1 << 16

// turn is one turn of a key.
type turn struct {
	of  limit
	key string
}

// stored is a turn as the table has it: which of a fixed number of slots a key is in
// follows from a key of the ledger, so that nobody can choose whom to collide with, and
// nobody's address can be read from it.
func (s *Service) stored(turns ...turn) []store.Turn {
	out := make([]store.Turn, 0, len(turns))
	for _, t := range turns {
		h := hmac.New(sha256.New, s.guesses)
		h.Write([]byte("parley.turn/1\x00" + t.of.name + "\x00" + t.key))
		slot := binary.BigEndian.Uint64(h.Sum(nil)) % slots
		out = append(out, store.Turn{Slot: fmt.Sprintf("%s %04x", t.of.name, slot), Every: t.of.every, Burst: t.of.burst})
	}
	return out
}

// take takes a turn of each until there is none; then t is the one that there was
// none of, and wait says how long to wait for it. Without the database there is none:
// nobody could sign in then anyway.
func (s *Service) take(ctx context.Context, now time.Time, turns ...turn) (t turn, wait time.Duration, err error) {
	err = unavailable(again(func() error {
		taken, w, err := s.db.TakeTurns(ctx, now, s.stored(turns...)...)
		if err == nil && taken < len(turns) {
			t, wait = turns[taken], w
		}
		return err
	}))
	return t, wait, err
}

// free reports whether a limit has a turn of a key, and takes none.
func (s *Service) free(ctx context.Context, now time.Time, of limit, key string) (free bool, err error) {
	err = unavailable(again(func() error {
		free, err = s.db.FreeTurn(ctx, now, s.stored(turn{of, key})[0])
		return err
	}))
	return free, err
}

// back gives turns back that turned out to be right ones, also where who asked waits
// no more. Where that fails they come back with time.
func (s *Service) back(ctx context.Context, turns ...turn) {
	ctx, stop := context.WithTimeout(context.WithoutCancel(ctx), seenWait)
	defer stop()
	err := again(func() error { return s.db.GiveTurnsBack(ctx, s.stored(turns...)...) })
	if err != nil {
		s.opt.Log.LogAttrs(ctx, slog.LevelWarn, "a right attempt to sign in counts as a wrong one", slog.Any("error", err))
	}
}

// turns are what an attempt at a password takes: of the browser alone where it is
// known as one of the person's, as long as all of these together do not guess too
// much. However many browsers somebody has, or somebody got hold of, they guess no
// more than three; beyond that each is one that nobody knows, and no worse off.
func (s *Service) turns(ctx context.Context, email string, from netip.Addr, now time.Time) ([]turn, error) {
	if name, ok := s.knownDevice(ctx, email, now); ok {
		free, err := s.free(ctx, now, limitDevices, email)
		if err != nil {
			return nil, err
		}
		if free {
			return []turn{{limitDevice, name}, {limitDevices, email}}, nil
		}
	}
	where := Network(from)
	return []turn{{limitAddress, where}, {limitPair, email + " " + where}, {limitAccount, email}}, nil
}

// codeTurns are what an attempt at a code takes, alike.
func (s *Service) codeTurns(ctx context.Context, email string, now time.Time) ([]turn, error) {
	if name, ok := s.knownDevice(ctx, email, now); ok {
		free, err := s.free(ctx, now, limitCodes, email)
		if err != nil {
			return nil, err
		}
		if free {
			return []turn{{limitCode, "device " + name}, {limitCodes, email}}, nil
		}
	}
	return []turn{{limitCode, "code " + email}}, nil
}

// Network is the part of an address that one customer of a provider has: all of
// an IPv4 address, the first 64 bits of an IPv6 address.
func Network(from netip.Addr) string {
	from = from.Unmap().WithZone("")
	if !from.IsValid() {
		return "unknown"
	}
	if from.Is4() {
		return from.String()
	}
	p, err := from.Prefix(64)
	if err != nil {
		return "unknown" // an IPv6 address has 64 bits
	}
	return p.String()
}
