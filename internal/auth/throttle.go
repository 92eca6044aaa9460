package auth

import (
	"context"
	"hash/maphash"
	"net/netip"
	"sync"
	"time"
)

// throttle lets each key do something in a burst and then once an interval. It
// keeps one number for each of a fixed number of slots that keys are hashed to
// under a random seed: its memory is bounded, nothing has to be thrown out that
// an attacker could have thrown out, and nobody can choose whom to collide with.
// The rule is the generic cell rate algorithm: a slot holds the time at which
// it would be as good as new.
type throttle struct {
	every time.Duration
	burst int64

	mu    sync.Mutex
	seed  maphash.Seed
	slots [1 << 14]int64 // nanoseconds since 1970, guarded by mu
}

func (t *throttle) slot(key string) *int64 {
	return &t.slots[maphash.String(t.seed, key)%uint64(len(t.slots))]
}

// settled is the slot of a key as it is now, also when the clock was put back, and
// what it holds at most; under mu.
func (t *throttle) settled(key string, now time.Time) (slot *int64, full int64) {
	slot, full = t.slot(key), now.UnixNano()+t.burst*int64(t.every)
	*slot = min(max(*slot, now.UnixNano()), full)
	return slot, full
}

// take takes one turn of a key. It gives 0, or how long to wait for one, and
// then nothing was taken.
func (t *throttle) take(key string, now time.Time) time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	slot, full := t.settled(key, now)
	if *slot+int64(t.every) > full {
		return time.Duration(*slot + int64(t.every) - full)
	}
	*slot += int64(t.every)
	return 0
}

// free reports whether a key has a turn, and takes none.
func (t *throttle) free(key string, now time.Time) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	slot, full := t.settled(key, now)
	return *slot+int64(t.every) <= full
}

// back gives a turn back that turned out to be a right one.
func (t *throttle) back(key string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	*t.slot(key) -= int64(t.every)
}

// limits are the throttles of signing in. Nothing that strangers do counts against
// a browser in which the person signed in before, nor against their sessions. They
// are kept by each process for itself.
type limits struct {
	address throttle // wrong passwords from a network, whatever accounts are tried
	pair    throttle // of an account, from one network
	account throttle // of an account, from all browsers in which its person never signed in
	device  throttle // from a browser in which they did
	devices throttle // of an account, from all of those together
	own     throttle // wrong passwords of somebody who is signed in already
	code    throttle // wrong codes, where the password was right
	codes   throttle // of an account, from all browsers in which its person signed in together
	told    throttle // entries of the access log that something was limited
}

func (l *limits) seed() {
	for _, t := range []struct {
		t     *throttle
		every time.Duration
		burst int64
	}{
		{&l.address, 10 * time.Second, 30},
		{&l.pair, time.Minute, 10},
		{&l.account, 15 * time.Second, 60}, // above what a few networks may do, so that it takes many to fill it
		{&l.device, time.Minute, 10},
		{&l.devices, 20 * time.Second, 30}, // three browsers at once
		{&l.own, time.Minute, 10},
		{&l.code, 5 * time.Minute, 5},     // 3 of 10^6 codes are good at a time: a day's 293 guesses hit one in 1100 days
		{&l.codes, 100 * time.Second, 15}, // three browsers at once
		{&l.told, 10 * time.Minute, 1},
	} {
		t.t.every, t.t.burst, t.t.seed = t.every, t.burst, maphash.MakeSeed()
	}
}

// turn is one turn of a key.
type turn struct {
	of  *throttle
	key string
}

// turns are what an attempt at a password takes: of the browser alone where it is
// known as one of the person's, as long as all of these together do not guess too
// much. However many browsers somebody has, or somebody got hold of, they guess no
// more than three; beyond that each is one that nobody knows, and no worse off.
func (s *Service) turns(ctx context.Context, email string, from netip.Addr, now time.Time) []turn {
	if name, ok := s.knownDevice(ctx, email, now); ok && s.limits.devices.free(email, now) {
		return []turn{{&s.limits.device, name}, {&s.limits.devices, email}}
	}
	where := Network(from)
	return []turn{{&s.limits.address, where}, {&s.limits.pair, email + " " + where}, {&s.limits.account, email}}
}

// codeTurns are what an attempt at a code takes, alike.
func (s *Service) codeTurns(ctx context.Context, email string, now time.Time) []turn {
	if name, ok := s.knownDevice(ctx, email, now); ok && s.limits.codes.free(email, now) {
		return []turn{{&s.limits.code, "device " + name}, {&s.limits.codes, email}}
	}
	return []turn{{&s.limits.code, "code " + email}}
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
