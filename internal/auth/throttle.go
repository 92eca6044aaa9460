package auth

import (
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

// take takes one turn of a key. It gives 0, or how long to wait for one, and
// then nothing was taken.
func (t *throttle) take(key string, now time.Time) time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	slot, at, step := t.slot(key), now.UnixNano(), int64(t.every)
	full := at + t.burst*step
	*slot = min(max(*slot, at), full) // also when the clock was put back
	if *slot+step > full {
		return time.Duration(*slot + step - full)
	}
	*slot += step
	return 0
}

// back gives a turn back that turned out to be a right one.
func (t *throttle) back(key string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	*t.slot(key) -= int64(t.every)
}

// limits are the throttles of signing in. Those per account hold wherever
// attempts come from; those per address hold whatever accounts are tried. They
// are kept by each process for itself.
type limits struct {
	account throttle // wrong passwords
	code    throttle // wrong codes, where the password was right
	address throttle
	told    throttle // entries of the access log that something was limited
}

func (l *limits) seed() {
	for _, t := range []struct {
		t     *throttle
		every time.Duration
		burst int64
	}{
		{&l.account, time.Minute, 10},
		{&l.code, 5 * time.Minute, 5}, // 3 of 10^6 codes are good at a time: a day's 293 guesses hit one in 1100 days
		{&l.address, 10 * time.Second, 30},
		{&l.told, 10 * time.Minute, 1},
	} {
		t.t.every, t.t.burst, t.t.seed = t.every, t.burst, maphash.MakeSeed()
	}
}

// network is the part of an address that one customer of a provider has: all of
// an IPv4 address, the first 64 bits of an IPv6 address.
func network(from netip.Addr) string {
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
